//! The vocabulary, as it stands in the files beside this one: stages, and the cues of each language.

mod book;
mod file;
mod inflect;
mod marks;
mod notation;
mod stages;
mod topics;
mod vocabulary;

use std::collections::HashMap;
use std::sync::LazyLock;

pub use book::{Book, Confused, DatePhrase, Pair, Rules, Wordlist};
pub use file::{Conjugation, File, Form, Order, Reads, TurnKind, VerbCue};
pub use marks::Mark;
pub use stages::{Aspect, Names, StageInfo, Stages};
pub use topics::Scope;
pub use vocabulary::{Item, Vocabulary};

use crate::model::{Digest, Factuality, Language, LegalType, Stage, Statement};

/// Raise it when the same text and the same files would give other statements.
const ENGINE: u32 = 2;

const STAGES: &str = include_str!("stages.toml");

/// The files of the languages, in the order of the digest.
const LANGUAGES: &[(&str, &str)] = &[
    ("de", include_str!("de.toml")),
    ("en", include_str!("en.toml")),
    ("es", include_str!("es.toml")),
    ("fr", include_str!("fr.toml")),
    ("it", include_str!("it.toml")),
];

static VERSION: LazyLock<Digest> = LazyLock::new(version);

static BUNDLED: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::read().unwrap_or_else(|fault| panic!("the lexicon, which the tests read: {fault}"))
});

/// Stages and cues, ready for use.
#[derive(Debug)]
pub struct Lexicon {
    stages: Stages,
    vocabularies: HashMap<&'static str, Vocabulary>,
}

impl Lexicon {
    /// The lexicon that the program carries.
    pub fn bundled() -> &'static Self {
        &BUNDLED
    }

    /// The languages it has cues for.
    pub fn languages() -> impl Iterator<Item = &'static str> {
        LANGUAGES.iter().map(|(code, _)| *code)
    }

    /// The file of a language as it is written, for listing its cues.
    pub fn file(language: &str) -> Option<File> {
        let (_, text) = LANGUAGES.iter().find(|(code, _)| *code == language)?;
        toml::from_str(text).ok()
    }

    /// Stands for the files and for the engine that reads them. A look that finds nothing new asks
    /// for it and needs no lexicon, which takes some 20 ms to read.
    pub fn version() -> Digest {
        *VERSION
    }

    pub fn stage(&self, stage: &Stage) -> Option<&StageInfo> {
        self.stages.stage.get(stage)
    }

    /// The legal form of what a text says there is. What is planned, negotiated or denied has none yet: "there
    /// is no agreement" does not make it a treaty, nor does one that is prepared.
    pub fn legal_form<'s>(&self, said: &'s Statement) -> Option<&'s LegalType> {
        let stands = match said.factuality {
            Factuality::Done
            | Factuality::State
            | Factuality::Ongoing
            | Factuality::ReportedDone => true,
            Factuality::Planned
            | Factuality::Conditional
            | Factuality::Negated
            | Factuality::Failed
            | Factuality::Incomplete => false,
        };
        let info = self.stage(&said.stage);
        let has_text = info.is_none_or(|info| self.stages.has_text(info));
        said.legal_type.as_ref().filter(|_| stands && has_text)
    }

    /// How much a step weighs among others; the heavier is told first.
    pub fn weight(&self, stage: &Stage) -> u32 {
        self.stage(stage).map_or(0, |info| info.weight)
    }

    pub fn stages(&self) -> &Stages {
        &self.stages
    }

    pub fn legal_type(&self, legal_type: &LegalType) -> Option<&Names> {
        self.stages.legal_types.get(legal_type)
    }

    pub fn vocabulary(&self, language: &Language) -> Option<&Vocabulary> {
        self.vocabularies.get(language.as_str())
    }

    fn read() -> Result<Self, String> {
        let stages: Stages =
            toml::from_str(STAGES).map_err(|error| format!("stages.toml: {error}"))?;
        let mut vocabularies = HashMap::new();
        for &(code, text) in LANGUAGES {
            let wrong = |why: String| format!("{code}.toml: {why}");
            let file: File = toml::from_str(text).map_err(|error| wrong(error.to_string()))?;
            if let Some(unknown) = file
                .stage
                .keys()
                .find(|stage| !stages.stage.contains_key(stage))
            {
                return Err(wrong(format!("{unknown} is no stage of stages.toml")));
            }
            vocabularies.insert(code, Vocabulary::compile(file).map_err(wrong)?);
        }
        Ok(Self {
            stages,
            vocabularies,
        })
    }
}

fn version() -> Digest {
    let mut all = format!("engine {ENGINE}\nstages {}\n{STAGES}", STAGES.len());
    for (code, text) in LANGUAGES {
        all.push_str(&format!("{code} {}\n{text}", text.len()));
    }
    Digest::of(all.as_bytes())
}
