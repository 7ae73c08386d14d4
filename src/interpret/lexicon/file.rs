//! A lexicon file as it is written: strict, so that a misspelt key is an error and no silence.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::marks::Mark;
use crate::model::{Factuality, LegalType, Stage};

/// One language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    pub conjugation: Conjugation,
    /// Words that end in a full stop without ending a sentence.
    pub abbreviations: Vec<String>,
    /// Abbreviations, and the words that they stand for; "~" is the end of a compound.
    #[serde(default)]
    pub short: BTreeMap<String, String>,
    /// Small words and what they do in a sentence.
    pub words: BTreeMap<Mark, Vec<String>>,
    /// Forms of auxiliaries: feature to forms.
    pub auxiliaries: BTreeMap<String, Vec<String>>,
    /// How a form and its auxiliaries are read; the first that fits counts.
    pub reading: Vec<ReadingRule>,
    pub topics: Topics,
    pub instrument: Vec<Instrument>,
    pub body: Vec<Body>,
    pub turn: Vec<Turn>,
    pub stage: BTreeMap<Stage, Cues>,
}

/// How the principal parts of a verb are spelt out, and where its auxiliaries stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Conjugation {
    German,
    English,
    French,
    Spanish,
    Italian,
}

/// A form of a verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    Infinitive,
    /// With its "zu" inside: "abzuschließen".
    Intended,
    Present,
    /// Konjunktiv I: somebody says so.
    Quoted,
    Past,
    Participle,
    /// A participle with an ending, before its noun.
    Attributive,
    /// "zu unterzeichnend".
    Gerundive,
    Gerund,
    Future,
    Unreal,
}

/// What a verb group says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reads {
    Past,
    /// A condition that holds ("ist eingestuft").
    State,
    /// In the present: going on, or about to be.
    Now,
    Future,
    /// Somebody says that it is done.
    Reported,
    Unreal,
    /// It hangs on another verb ("plant, … zu unterzeichnen").
    Governed,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadingRule {
    pub id: String,
    pub form: Vec<Form>,
    /// Features of auxiliaries, each by a word of its own.
    #[serde(default)]
    pub with: Vec<String>,
    pub reads: Reads,
    /// How it is read of a verb whose perfect is made with "sein" ("ist … getreten").
    pub sein: Option<Reads>,
}

/// Beginnings of words that say what an instrument is about.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topics {
    #[serde(rename = "in")]
    pub inside: Vec<String>,
    #[serde(rename = "out")]
    pub outside: Vec<String>,
    /// Beginnings of compounds that say nothing of the topic ("Rahmenabkommen").
    #[serde(default)]
    pub neutral: Vec<String>,
}

/// What a step is about: an agreement, a declaration, talks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instrument {
    pub class: String,
    pub legal_type: Option<LegalType>,
    pub words: Vec<String>,
    /// The stage that a cut sentence with this object points to ("hat … ein Abkommen …").
    pub cut: Option<Stage>,
}

/// Who decides, and whether another must still follow.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    pub class: String,
    pub last: bool,
    pub words: Vec<String>,
}

/// What a verb makes of the step that hangs on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TurnKind {
    Happen,
    Begin,
    Exist,
    Plan,
    Demand,
    Refuse,
    Fail,
    /// Put off: still planned where a new date is named, else failed for now.
    Postpone,
    /// Saying that it is not so.
    Deny,
    Consent,
    /// Going somewhere for it ("reist zur Unterzeichnung").
    Move,
    /// Saying that it is so.
    Claim,
    /// Taking it for done ("begrüßte die Unterzeichnung").
    Presuppose,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    pub kind: TurnKind,
    pub verbs: Vec<String>,
    pub example: String,
}

/// The cues of a stage.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cues {
    #[serde(default)]
    pub verb: Vec<VerbCue>,
    #[serde(default)]
    pub noun: Vec<NounCue>,
    #[serde(default)]
    pub state: Vec<StateCue>,
}

/// Where an object stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    #[default]
    Free,
    /// Behind the verb: "l'accord prévoit …" is no plan of one.
    VerbFirst,
}

/// Verbs that take the step, if their object is right.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerbCue {
    pub verbs: Vec<String>,
    /// Classes of instruments; "none" where it may stand alone.
    pub object: Vec<String>,
    /// The object must stand for itself: "besteht die Möglichkeit eines Abkommens" says nothing of one.
    #[serde(default)]
    pub head: bool,
    /// The preposition before the object ("arbeitet an").
    #[serde(default)]
    pub preposition: Vec<String>,
    /// Classes of bodies, one of which must act.
    #[serde(default)]
    pub body: Vec<String>,
    /// Whether the perfect is made with "sein", so that "ist … getreten" is an act and no state.
    #[serde(default)]
    pub sein: bool,
    /// The stage of a plan without a date or an occasion.
    pub undated: Option<Stage>,
    /// Decided by several bodies: the word of one that is not the last only plans it.
    #[serde(default)]
    pub decided: bool,
    /// Where the object of the active verb stands.
    #[serde(default)]
    pub order: Order,
    /// The readings in which the verb counts; all, where none is named.
    #[serde(default)]
    pub only: Vec<Reads>,
    /// What the present says, if not what the stage's aspect says.
    pub now: Option<Factuality>,
    /// What the past says, if not that it is done.
    pub done: Option<Factuality>,
    pub example: String,
}

/// Nouns that name the step ("Unterzeichnung"); their verb says whether it is taken.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NounCue {
    pub words: Vec<String>,
    pub object: Vec<String>,
    pub undated: Option<Stage>,
    pub example: String,
}

/// Words that name a condition ("in Kraft", "unterschriftsreif").
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateCue {
    pub words: Vec<String>,
    pub object: Vec<String>,
    pub says: Option<Factuality>,
    pub example: String,
}
