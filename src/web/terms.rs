//! The fixed vocabulary as readers see it: a word and a shape for each code, never colour alone.

use super::Frame;
use crate::interpret::{Aspect, Lexicon};
use crate::model::{
    Change, ChangeKind, Country, Factuality, Field, LegalType, Precision, Stage, Turn,
};
use crate::notify::{account, step, words};

impl Frame {
    /// A stage in words; one that the lexicon no longer knows shows its code.
    pub fn stage(&self, stage: &Stage) -> String {
        step::stage(stage, self.tongue)
    }

    /// The word of a factuality, as mails have it.
    pub fn factuality(&self, factuality: Factuality) -> &'static str {
        words::factuality(factuality).say(self.tongue)
    }

    /// What the word means, for the legend and the codebook.
    pub fn factuality_meaning(&self, factuality: Factuality) -> &'static str {
        let said = step::certainty(factuality).say(self.tongue);
        said.split_once(" – ").map_or(said, |(_, meaning)| meaning)
    }

    pub fn precision(&self, precision: Precision) -> &'static str {
        match precision {
            Precision::Day => self.say("auf den Tag", "to the day"),
            Precision::Week => self.say("auf die Woche", "to the week"),
            Precision::ThirdOfMonth => self.say("auf ein Monatsdrittel", "to a third of a month"),
            Precision::Month => self.say("auf den Monat", "to the month"),
            Precision::Quarter => self.say("auf das Quartal", "to the quarter"),
            Precision::Season => self.say("auf die Jahreszeit", "to the season"),
            Precision::Half => self.say("auf das Halbjahr", "to the half-year"),
            Precision::PartOfYear => self.say("auf einen Teil des Jahres", "to a part of the year"),
            Precision::Year => self.say("auf das Jahr", "to the year"),
            Precision::Bound => self.say("nur eine Grenze", "a limit only"),
            Precision::Vague => self.say("ohne Datum", "no date"),
        }
    }

    pub fn legal_type(&self, legal_type: Option<&LegalType>) -> String {
        let unknown = || self.say("nicht angegeben", "not stated").to_owned();
        legal_type.map_or_else(unknown, |kind| step::legal_type(kind, self.tongue))
    }

    pub fn turn(&self, turn: Turn) -> &'static str {
        match turn {
            Turn::Brought => self.say("neu", "new"),
            Turn::Revised => self.say("anders gesagt", "said otherwise"),
            Turn::Withdrawn => self.say("nicht mehr gesagt", "no longer said"),
        }
    }

    pub fn country(&self, country: Country) -> String {
        step::country(country, self.tongue)
    }

    pub fn field(&self, field: &Field) -> String {
        match field {
            Field::Presence => self.say("Eintrag", "entry").to_owned(),
            part => account::field_name(part, self.tongue),
        }
    }

    /// What became of an entry, as mails say it: `teaser changed`.
    pub fn what(&self, change: &Change) -> String {
        account::what(change, self.tongue)
    }
}

/// A stage's place in the columns of the matrix; one that the lexicon no longer knows stands last.
pub fn rank(stage: &Stage) -> impl Ord + use<> {
    Lexicon::bundled().stages().place(stage)
}

/// Whether a step is done once or lasts; one that the lexicon no longer knows is an act.
pub fn aspect(stage: &Stage) -> Aspect {
    let info = Lexicon::bundled().stage(stage);
    info.map_or(Aspect::Single, |info| info.aspect)
}

/// All stages of the lexicon in that order, for the codebook.
pub fn stages() -> Vec<Stage> {
    let stages = Lexicon::bundled().stages().in_order();
    stages.into_iter().cloned().collect()
}

/// Those that events tell, for their filters and feeds.
pub fn stages_of_events() -> Vec<Stage> {
    let mut stages = stages();
    stages.retain(|stage| !is_change(stage));
    stages
}

/// Whether a stage is a change of the page's list, which no event tells.
pub fn is_change(stage: &Stage) -> bool {
    ChangeKind::of_stage(stage).is_some()
}

/// All legal types of the lexicon.
pub fn legal_types() -> Vec<&'static LegalType> {
    Lexicon::bundled().stages().legal_types.keys().collect()
}

/// The class that gives a factuality its shape in the style sheet, and its rank among cells: what is
/// surer stands first.
pub fn shape(factuality: Factuality) -> &'static str {
    match factuality {
        Factuality::Done => "done",
        Factuality::State => "state",
        Factuality::Ongoing => "ongoing",
        Factuality::Planned => "planned",
        Factuality::Conditional => "conditional",
        Factuality::ReportedDone => "reported",
        Factuality::Negated => "negated",
        Factuality::Failed => "failed",
        Factuality::Incomplete => "incomplete",
    }
}

/// The same as a sign, drawn inside a square of 12.
pub fn sign(factuality: Factuality) -> &'static str {
    match factuality {
        Factuality::Done => "M6 1a5 5 0 1 0 0 10a5 5 0 1 0 0-10z",
        Factuality::State => "M6 0.5l5.5 5.5l-5.5 5.5l-5.5-5.5z",
        Factuality::Ongoing => "M6 1a5 5 0 1 0 0 10a5 5 0 1 0 0-10zM6 2.4a3.6 3.6 0 0 1 0 7.2z",
        Factuality::Planned => {
            "M6 1a5 5 0 1 0 0 10a5 5 0 1 0 0-10zM6 2.6a3.4 3.4 0 1 1 0 6.8a3.4 3.4 0 1 1 0-6.8z"
        }
        Factuality::Conditional => {
            "M6 0.5l5.5 5.5l-5.5 5.5l-5.5-5.5zM6 2.8l3.2 3.2l-3.2 3.2l-3.2-3.2z"
        }
        Factuality::ReportedDone => "M1 2h10v6h-5l-3 3v-3h-2zM2.6 3.6v2.8h6.8v-2.8z",
        Factuality::Negated => {
            "M1.2 2.6l1.4-1.4l3.4 3.4l3.4-3.4l1.4 1.4l-3.4 3.4l3.4 3.4l-1.4 1.4l-3.4-3.4l-3.4 3.4l-1.4-1.4l3.4-3.4z"
        }
        Factuality::Failed => "M6 1a5 5 0 1 0 0 10a5 5 0 1 0 0-10zM3.2 5h5.6v2h-5.6z",
        Factuality::Incomplete => "M0.5 5h2.6v2.6h-2.6zM4.7 5h2.6v2.6h-2.6zM8.9 5h2.6v2.6h-2.6z",
    }
}
