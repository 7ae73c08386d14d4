//! The vocabulary, as it stands in the files beside this one: stages, and the cues of each language.

mod stages;

use std::sync::LazyLock;

pub use stages::{Aspect, Names, StageInfo, Stages, Urgency};

use crate::model::{Digest, LegalType, Stage};

/// Raise it when the same text and the same files would give other statements.
const ENGINE: u32 = 1;

/// The files, by name, in the order of their digest.
const FILES: &[(&str, &str)] = &[("stages.toml", include_str!("stages.toml"))];

static BUNDLED: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::read().expect("the lexicon files are tested"));

/// Stages and cues, ready for use.
#[derive(Debug)]
pub struct Lexicon {
    stages: Stages,
    version: Digest,
}

impl Lexicon {
    /// The lexicon that the program carries.
    pub fn bundled() -> &'static Self {
        &BUNDLED
    }

    /// Stands for the files and for the engine that reads them.
    pub fn version(&self) -> Digest {
        self.version
    }

    pub fn stage(&self, stage: &Stage) -> Option<&StageInfo> {
        self.stages.stage.get(stage)
    }

    pub fn stages(&self) -> &Stages {
        &self.stages
    }

    pub fn legal_type(&self, legal_type: &LegalType) -> Option<&Names> {
        self.stages.legal_types.get(legal_type)
    }

    fn read() -> Result<Self, toml::de::Error> {
        Ok(Self {
            stages: toml::from_str(FILES[0].1)?,
            version: version(),
        })
    }
}

fn version() -> Digest {
    let mut all = format!("engine {ENGINE}\n");
    for (name, text) in FILES {
        all.push_str(&format!("{name} {}\n{text}", text.len()));
    }
    Digest::of(all.as_bytes())
}
