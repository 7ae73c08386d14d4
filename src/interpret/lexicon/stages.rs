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
    /// The step from which on there is a text.
    pub text_from: Stage,
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
    pub aspect: Aspect,
    /// A step with a legal or formal effect, which must never be claimed too early.
    pub hard: bool,
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

impl Stages {
    /// Whether a step says that there is an agreement: none is there before it is signed, and what is
    /// practised or talked about need not rest on one.
    pub fn has_text(&self, info: &StageInfo) -> bool {
        let first = self.stage.get(&self.text_from).and_then(|one| one.rank);
        let leads_up = info
            .rank
            .zip(first)
            .is_some_and(|(rank, first)| rank < first);
        let practised = info.aspect == Aspect::Lasting && !info.hard;
        !leads_up && !practised
    }

    /// All steps in the order of an agreement; those apart from it last, the weightiest of them first.
    pub fn in_order(&self) -> Vec<&Stage> {
        let mut stages: Vec<&Stage> = self.stage.keys().collect();
        stages.sort_by_key(|stage| self.place(stage));
        stages
    }

    /// Where a step stands in that order: what prepares another stands right before it.
    pub fn place(&self, stage: &Stage) -> impl Ord + use<> {
        let info = self.stage.get(stage);
        let weight = info.map_or(0, |info| i64::from(info.weight));
        let rank = info.and_then(|info| info.rank);
        let next = info.and_then(|info| self.stage.get(info.leads_to.as_ref()?)?.rank);
        match (rank, next) {
            (Some(rank), _) => (rank, i64::MAX),
            (None, Some(next)) => (next, weight),
            (None, None) => (u32::MAX, -weight),
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

#[cfg(test)]
mod tests {
    use crate::interpret::Lexicon;

    #[test]
    fn what_prepares_a_step_stands_before_it_and_what_stands_apart_comes_last() {
        let stages = Lexicon::bundled().stages().in_order();
        let place = |code: &str| stages.iter().position(|stage| stage.as_str() == code);
        assert!(place("TALKS") < place("NEGOTIATING"));
        assert!(place("INITIALLED") < place("AGREED"));
        assert!(place("DECLARED") < place("SIGNED"));
        assert!(place("SIGNED") < place("LAW_PASSED"));
        assert!(place("LAW_PASSED") < place("RATIFIED"));
        assert!(place("IN_FORCE") < place("TERMINATED"));
        assert!(place("TERMINATED") < place("RESUMED"));
    }
}
