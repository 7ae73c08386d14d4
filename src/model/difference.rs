//! What is different between two states of a page, and the change it becomes once confirmed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{CaptureRef, ChangeId, Entry, EntryKey, Link, Sameness, Stage, Text, VisitId};

/// A field of an entry that is not what it was; or the entry itself came, went or was renamed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    pub key: EntryKey,
    pub field: Field,
    pub before: Value,
    pub after: Value,
    pub weight: Weight,
}

/// Which part of an entry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Field {
    /// The entry as a whole: there or not there.
    Presence,
    Title,
    Teaser,
    Link,
    Article,
    Extra(String),
}

impl Field {
    /// The field's name in rows, ids and lines; named fields are called what the recipe calls them.
    pub fn name(&self) -> &str {
        match self {
            Field::Presence => "entry",
            Field::Title => "title",
            Field::Teaser => "teaser",
            Field::Link => "link",
            Field::Article => "article",
            Field::Extra(name) => name,
        }
    }

    /// The field of that name.
    pub fn named(name: &str) -> Self {
        [
            Field::Presence,
            Field::Title,
            Field::Teaser,
            Field::Link,
            Field::Article,
        ]
        .into_iter()
        .find(|field| field.name() == name)
        .unwrap_or_else(|| Field::Extra(name.to_owned()))
    }
}

/// The state of a field on one side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Value {
    Absent,
    Text(Text),
    Link(Link),
    Entry(Box<Entry>),
}

impl Value {
    /// Whether two looks show the same, apart from cosmetics. Entries are the same by their key:
    /// what they say may still move while their coming is being confirmed.
    pub fn agrees(&self, other: &Self) -> bool {
        match (self, other) {
            (Value::Absent, Value::Absent) => true,
            (Value::Text(a), Value::Text(b)) => a.sameness(b) != Sameness::Different,
            (Value::Link(a), Value::Link(b)) => a.agrees(b),
            (Value::Entry(a), Value::Entry(b)) => a.key == b.key,
            _ => false,
        }
    }

    /// What can be quoted of it: the text, the address, or an entry's title and teaser.
    pub fn quote(&self) -> String {
        match self {
            Value::Absent => String::new(),
            Value::Text(text) => text.text.clone(),
            Value::Link(link) => link.to_string(),
            Value::Entry(entry) if entry.teaser.is_empty() => entry.title.text.clone(),
            Value::Entry(entry) => format!("{}: {}", entry.title.text, entry.teaser.text),
        }
    }
}

/// Whether a reader would call it a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    Substance,
    /// Quotation marks, dashes, case, or only the place of a cut: kept in the history, told to nobody.
    Cosmetic,
}

/// The glossary's five kinds of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    Appeared,
    Vanished,
    Renamed,
    Altered,
    Moved,
}

impl ChangeKind {
    /// The code by which it can be asked for like a step of an agreement, although it is none: absence from
    /// a list proves nothing of the agreement.
    pub fn stage(self) -> Option<&'static str> {
        match self {
            ChangeKind::Appeared => Some("LISTED"),
            ChangeKind::Vanished => Some("DELISTED"),
            ChangeKind::Renamed | ChangeKind::Altered | ChangeKind::Moved => None,
        }
    }

    /// The kind of change that a step is, and so never an event.
    pub fn of_stage(stage: &Stage) -> Option<Self> {
        let mut kinds = [ChangeKind::Appeared, ChangeKind::Vanished].into_iter();
        kinds.find(|kind| kind.stage() == Some(stage.as_str()))
    }
}

impl Difference {
    /// Makes it part of the entries.
    pub fn apply(&self, entries: &mut Vec<Entry>) {
        if self.field == Field::Presence {
            if let Value::Entry(before) = &self.before {
                entries.retain(|entry| entry.key != before.key);
            }
            if let Value::Entry(after) = &self.after {
                entries.push((**after).clone());
            }
            return;
        }
        let Some(entry) = entries.iter_mut().find(|entry| entry.key == self.key) else {
            return;
        };
        match (&self.field, &self.after) {
            (Field::Title, Value::Text(text)) => entry.title = text.clone(),
            (Field::Teaser, Value::Text(text)) => entry.teaser = text.clone(),
            (Field::Article, Value::Text(text)) => entry.article = Some(text.clone()),
            (Field::Link, Value::Link(link)) => entry.link = Some(link.clone()),
            (Field::Link, Value::Absent) => entry.link = None,
            (Field::Extra(name), Value::Text(text)) => {
                entry.extra.insert(name.clone(), text.clone());
            }
            (Field::Extra(name), Value::Absent) => {
                entry.extra.remove(name);
            }
            _ => {}
        }
    }

    /// Takes it back out of the entries.
    pub fn undo(&self, entries: &mut Vec<Entry>) {
        let back = Self {
            before: self.after.clone(),
            after: self.before.clone(),
            ..self.clone()
        };
        back.apply(entries);
    }

    pub fn kind(&self) -> ChangeKind {
        match (&self.field, &self.before, &self.after) {
            (Field::Presence, Value::Absent, _) => ChangeKind::Appeared,
            (Field::Presence, _, Value::Absent) => ChangeKind::Vanished,
            (Field::Presence | Field::Title, _, _) => ChangeKind::Renamed,
            (Field::Link, _, _) => ChangeKind::Moved,
            _ => ChangeKind::Altered,
        }
    }
}

/// A confirmed difference with its evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub id: ChangeId,
    /// The visit that confirmed it.
    pub visit: VisitId,
    /// The entry's title as the page has it now (or had it last).
    pub title: String,
    pub difference: Difference,
    pub grade: Grade,
    pub told: Told,
    /// The last look that still showed the old state; with `first_seen` the window of the change.
    pub last_old: Option<Timestamp>,
    pub first_seen: Timestamp,
    pub confirmed: Timestamp,
    /// The captures that show both sides.
    pub evidence_before: Option<CaptureRef>,
    pub evidence_after: Option<CaptureRef>,
    /// The capture of the article behind an entry that came or went, where it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence_article: Option<CaptureRef>,
}

/// Who hears of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Told {
    Readers,
    /// Readers, as part of a change of most entries at once.
    ReadersTogether,
    /// Kept in the history only: cosmetic, or on a field that toggles.
    Nobody,
}

/// What a change is to a reader; the code in a mail's subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Grade {
    /// Words of an entry are other words now.
    Wording,
    /// A fact of the page: an entry came, went, moved or was renamed.
    Page,
}

impl Grade {
    pub fn of(difference: &Difference) -> Self {
        match difference.kind() {
            ChangeKind::Altered => Grade::Wording,
            ChangeKind::Appeared
            | ChangeKind::Vanished
            | ChangeKind::Renamed
            | ChangeKind::Moved => Grade::Page,
        }
    }

    pub fn code(self) -> &'static str {
        match self {
            Grade::Wording => "WORDING",
            Grade::Page => "PAGE",
        }
    }
}
