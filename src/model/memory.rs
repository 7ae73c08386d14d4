//! What is remembered of a page between two visits.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{CaptureRef, Difference, Digest, Entry, EntryKey, Field, HoldId, Problem, Value};

/// The state that `judge` reads and writes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Memory {
    /// Recipe and normaliser that read the snapshot; another one means a new baseline.
    pub recipe: Option<Digest>,
    /// The lexicon that read what the snapshot says; another one reads it again, without news.
    #[serde(default)]
    pub lexicon: Option<Digest>,
    /// `None` until the first good look.
    pub snapshot: Option<Snapshot>,
    #[serde(default)]
    pub candidates: Vec<Candidate>,
    #[serde(default)]
    pub hold: Option<Hold>,
    /// Entry counts of the last ten good looks, oldest first.
    #[serde(default)]
    pub counts: Vec<usize>,
    /// What fields said before; with it a change is known to be a way back.
    #[serde(default)]
    pub past: Vec<Past>,
    /// Fields that went back to an earlier state, and when; older than seven days is forgotten.
    #[serde(default)]
    pub returns: Vec<Return>,
    /// Fields that toggle and are told of once a week.
    #[serde(default)]
    pub unstable: Vec<Unstable>,
    #[serde(default)]
    pub health: Health,
    /// The last look that could be read, from the visit's row; not part of what is written.
    #[serde(skip)]
    pub last_look: Option<Timestamp>,
}

impl Memory {
    /// The entries of the page as they are confirmed.
    pub fn confirmed(&self) -> &[Entry] {
        self.snapshot.as_ref().map_or(&[], |known| &known.entries)
    }

    /// Recipe and lexicon that read the snapshot, where nothing is open: then unchanged bytes need no reading.
    pub fn settled(&self) -> Option<Digest> {
        let quiet = self.snapshot.is_some()
            && self.candidates.is_empty()
            && self.hold.is_none()
            && self.unstable.is_empty()
            && self.health == Health::default();
        let readers = self.recipe.zip(self.lexicon).filter(|_| quiet)?;
        Some(Self::readers(readers.0, readers.1))
    }

    /// One name for a recipe and a lexicon that read together.
    pub fn readers(recipe: Digest, lexicon: Digest) -> Digest {
        Digest::of(format!("{recipe}\n{lexicon}").as_bytes())
    }
}

/// The confirmed entries of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// In page order.
    pub entries: Vec<Entry>,
    /// The newest capture that shows them.
    pub list: Option<CaptureRef>,
    /// The newest capture of each article.
    #[serde(default)]
    pub articles: BTreeMap<EntryKey, CaptureRef>,
}

/// A difference seen once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    pub difference: Difference,
    pub first_seen: Timestamp,
    /// The last look that still showed the confirmed state.
    pub last_old: Option<Timestamp>,
    /// The captures that show the confirmed state and, first, this one.
    pub evidence_before: Option<CaptureRef>,
    pub evidence_after: Option<CaptureRef>,
}

/// A whole look that is too implausible to publish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Given by the store when it is first recorded.
    pub id: Option<HoldId>,
    pub reason: HoldReason,
    pub since: Timestamp,
    /// When the operator was last told.
    pub told: Option<Timestamp>,
    /// How many looks in a row were held.
    pub looks: u32,
    /// What the held look read: this is accepted or absorbed.
    pub entries: Vec<Entry>,
    pub list: Option<CaptureRef>,
    #[serde(default)]
    pub articles: BTreeMap<EntryKey, CaptureRef>,
}

/// Why a look is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum HoldReason {
    #[error("{0}")]
    Problem(Problem),
    #[error("{found} entries, expected {low} to {high}")]
    Count {
        found: usize,
        low: usize,
        high: usize,
    },
    #[error("{changed} of {of} entries changed at once")]
    Mass { changed: usize, of: usize },
}

/// Something a field said once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    pub key: EntryKey,
    pub field: Field,
    pub value: Digest,
}

/// A field went back to an earlier state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Return {
    pub key: EntryKey,
    pub field: Field,
    pub at: Timestamp,
}

/// A field that toggles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unstable {
    pub key: EntryKey,
    pub field: Field,
    /// What readers were told last, and when.
    pub told: Value,
    pub at: Timestamp,
}

/// How often in a row a page could not be read, and whether the operator knows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Health {
    pub failures: u32,
    pub since: Option<Timestamp>,
    pub told: Option<Timestamp>,
}

/// Of the captures of a list and its articles the one that shows a field of an entry. A page's own text
/// stands in the page itself, also where all of the page is one text.
pub fn shown_by(
    list: Option<&CaptureRef>,
    articles: &BTreeMap<EntryKey, CaptureRef>,
    key: &EntryKey,
    field: &Field,
) -> Option<CaptureRef> {
    match field {
        Field::Article if *key != EntryKey::page() => articles.get(key).cloned(),
        _ => list.cloned(),
    }
}
