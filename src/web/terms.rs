//! The fixed vocabulary as readers see it: a word and a shape for each code, never colour alone.

use super::Frame;
use crate::interpret::Lexicon;
use crate::model::{
    Change, ChangeKind, Country, Factuality, Field, LegalType, Precision, Stage, Turn, Value,
    countries,
};

/// The columns of the matrix, in the order of an agreement, side branches among them.
const ORDER: [&str; 19] = [
    "TALKS",
    "NEGOTIATING",
    "AGREED",
    "DECLARED",
    "TEXT_CONCLUDED",
    "INITIALLED",
    "CABINET_APPROVED",
    "SIGNED",
    "LAW_PASSED",
    "RATIFIED",
    "PROVISIONAL",
    "IN_FORCE",
    "IMPLEMENTED",
    "REVISED",
    "EXTENDED",
    "SUSPENDED",
    "RESUMED",
    "TERMINATED",
    "SAFE_ORIGIN",
];

impl Frame {
    /// A stage in words; one that the lexicon no longer knows shows its code.
    pub fn stage<'s>(&self, stage: &'s Stage) -> &'s str {
        let known = Lexicon::bundled().stage(stage);
        known.map_or(stage.as_str(), |info| self.say(&info.de, &info.en))
    }

    pub fn factuality(&self, factuality: Factuality) -> &'static str {
        match factuality {
            Factuality::Done => self.say("erfolgt", "done"),
            Factuality::State => self.say("besteht", "holds"),
            Factuality::Ongoing => self.say("im Gang", "ongoing"),
            Factuality::Planned => self.say("geplant", "planned"),
            Factuality::Conditional => self.say("bedingt", "conditional"),
            Factuality::ReportedDone => self.say("berichtet", "reported"),
            Factuality::Negated => self.say("verneint", "negated"),
            Factuality::Failed => self.say("gescheitert", "failed"),
            Factuality::Incomplete => self.say("unvollständig", "incomplete"),
        }
    }

    /// What the word means, for the legend and the codebook.
    pub fn factuality_meaning(&self, factuality: Factuality) -> &'static str {
        match factuality {
            Factuality::Done => self.say(
                "Die Seite sagt, dass es geschehen ist.",
                "The page says that it happened.",
            ),
            Factuality::State => self.say(
                "Ein Zustand, der gilt; der Akt selbst wird nicht erzählt.",
                "A condition that holds; the act itself is not told.",
            ),
            Factuality::Ongoing => self.say("Es läuft.", "It is going on."),
            Factuality::Planned => self.say(
                "Beabsichtigt, angesetzt oder gefordert. Nicht geschehen.",
                "Intended, scheduled or demanded. Not done.",
            ),
            Factuality::Conditional => self.say(
                "Nur, wenn etwas anderes geschieht.",
                "Only if something else happens.",
            ),
            Factuality::ReportedDone => self.say(
                "Jemand sagt, es sei geschehen; die Seite macht es sich nicht zu eigen.",
                "Somebody says that it happened; the page does not say so itself.",
            ),
            Factuality::Negated => self.say(
                "Die Seite sagt, dass es nicht geschehen ist.",
                "The page says that it has not happened.",
            ),
            Factuality::Failed => self.say(
                "Versucht oder geplant, aber nicht zustande gekommen.",
                "Tried or planned, and came to nothing.",
            ),
            Factuality::Incomplete => self.say(
                "Die Seite kürzt den Satz, bevor er es sagt.",
                "The page cuts the sentence before it says.",
            ),
        }
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

    pub fn legal_type<'s>(&self, legal_type: Option<&'s LegalType>) -> &'s str {
        let Some(code) = legal_type else {
            return self.say("nicht angegeben", "not stated");
        };
        let known = Lexicon::bundled().legal_type(code);
        known.map_or(code.as_str(), |names| self.say(&names.de, &names.en))
    }

    pub fn turn(&self, turn: Turn) -> &'static str {
        match turn {
            Turn::Brought => self.say("neu", "new"),
            Turn::Revised => self.say("anders gesagt", "said otherwise"),
            Turn::Withdrawn => self.say("nicht mehr gesagt", "no longer said"),
        }
    }

    pub fn country(&self, country: Country) -> String {
        let name = self
            .language()
            .map_or("", |language| countries::name(country, &language));
        if name.is_empty() {
            country.to_string()
        } else {
            name.to_owned()
        }
    }

    pub fn field<'f>(&self, field: &'f Field) -> &'f str {
        match field {
            Field::Presence => self.say("Eintrag", "entry"),
            Field::Title => self.say("Titel", "title"),
            Field::Teaser => self.say("Teaser", "teaser"),
            Field::Link => self.say("Link", "link"),
            Field::Article => self.say("Artikel", "article"),
            Field::Extra(name) => name,
        }
    }

    /// What became of an entry: `teaser changed`.
    pub fn what(&self, change: &Change) -> String {
        let difference = &change.difference;
        let field = self.field(&difference.field);
        match difference.kind() {
            ChangeKind::Appeared => self.say("neuer Eintrag", "new entry").to_owned(),
            ChangeKind::Vanished => self.say("Eintrag entfallen", "entry gone").to_owned(),
            ChangeKind::Renamed => self.say("Eintrag umbenannt", "entry renamed").to_owned(),
            ChangeKind::Moved => self.say("Link geändert", "link changed").to_owned(),
            ChangeKind::Altered => match (&difference.before, &difference.after) {
                (Value::Absent, _) => format!("{field} {}", self.say("neu", "new")),
                (_, Value::Absent) => format!("{field} {}", self.say("entfallen", "gone")),
                _ => format!("{field} {}", self.say("geändert", "changed")),
            },
        }
    }
}

/// A stage's place in the columns of the matrix.
pub fn rank(stage: &Stage) -> usize {
    let place = ORDER.iter().position(|code| *code == stage.as_str());
    place.unwrap_or(ORDER.len())
}

/// All stages of the lexicon in that order, for codebook and filters.
pub fn stages() -> Vec<Stage> {
    let mut stages: Vec<Stage> = Lexicon::bundled().stages().stage.keys().cloned().collect();
    stages.sort_by_key(rank);
    stages
}

pub const FACTUALITIES: [Factuality; 9] = [
    Factuality::Done,
    Factuality::State,
    Factuality::Ongoing,
    Factuality::Planned,
    Factuality::Conditional,
    Factuality::ReportedDone,
    Factuality::Negated,
    Factuality::Failed,
    Factuality::Incomplete,
];

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
