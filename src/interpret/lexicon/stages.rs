//! The steps an agreement can take, their names and how they stand to each other: `stages.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::{Country, Factuality, Language, LegalType, Stage};

/// What `stages.toml` says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stages {
    /// Countries that speak in these texts; no partners where others are named.
    pub sides: Vec<Country>,
    pub legal_types: BTreeMap<LegalType, Names>,
    pub stage: BTreeMap<Stage, StageInfo>,
}

/// One thing, named for readers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    pub de: String,
    pub en: String,
}

/// What is to be known of a step.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageInfo {
    pub de: String,
    pub en: String,
    /// The place in the order of one agreement; `None`: a side branch or a parallel track.
    pub rank: Option<u32>,
    pub track: String,
    /// A step that this one prepares: once that is claimed, to name this no more is no news.
    #[serde(default)]
    pub leads_to: Option<Stage>,
    /// The heavier is told first.
    pub weight: u32,
    pub urgency: Urgency,
    pub aspect: Aspect,
    /// A step with a legal or formal effect, which must never be claimed too early.
    pub hard: bool,
}

/// Whether a reader hears of a step at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Urgency {
    Immediate,
    Digest,
}

/// What the present tense says of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Aspect {
    /// An act that is done once: in the present tense it is still to come.
    Single,
    /// Something that goes on: in the present tense it is going on.
    Lasting,
}

impl Aspect {
    /// Whether a step in the present tense is still to come or going on.
    pub fn now(self) -> Factuality {
        match self {
            Aspect::Single => Factuality::Planned,
            Aspect::Lasting => Factuality::Ongoing,
        }
    }
}

impl Names {
    /// German for German readers, English for all others.
    pub fn of(&self, language: &Language) -> &str {
        if language.as_str() == "de" {
            &self.de
        } else {
            &self.en
        }
    }
}

impl StageInfo {
    /// German for German readers, English for all others.
    pub fn name(&self, language: &Language) -> &str {
        if language.as_str() == "de" {
            &self.de
        } else {
            &self.en
        }
    }
}
