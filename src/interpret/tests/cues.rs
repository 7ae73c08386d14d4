//! The cues of a lexicon file, as tests need them: what is tested does not read its own tests' data.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::{Factuality, LegalType, Stage};

/// The cues of a lexicon file; the rest of it is not needed here.
#[derive(Deserialize)]
pub struct Sheet {
    pub stage: BTreeMap<Stage, Cues>,
    pub instrument: Vec<Instrument>,
}

#[derive(Deserialize)]
pub struct Instrument {
    pub legal_type: Option<LegalType>,
    pub words: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Cues {
    pub verb: Vec<Cue>,
    pub noun: Vec<Cue>,
    pub state: Vec<Cue>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Cue {
    pub verbs: Vec<String>,
    pub words: Vec<String>,
    pub object: Vec<String>,
    pub preposition: Vec<String>,
    pub body: Vec<String>,
    pub sein: bool,
    pub undated: Option<Stage>,
    pub now: Option<Factuality>,
    pub done: Option<Factuality>,
    pub says: Option<Factuality>,
    pub example: String,
}

impl Cues {
    /// The example of the first cue.
    pub fn example(&self) -> &str {
        let first = self.verb.iter().chain(&self.noun).chain(&self.state).next();
        first.map_or("", |cue| &cue.example)
    }
}
