//! What is remembered of a page between two visits.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{CaptureRef, Difference, Digest, Entry, EntryKey, Field, HoldId, Problem};

/// The state that `judge` reads and writes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Memory {
    /// Recipe and normaliser that read the snapshot; another one means a new baseline.
    pub recipe: Option<Digest>,
    /// `None` until the first good look.
    pub snapshot: Option<Snapshot>,
    #[serde(default)]
    pub candidates: Vec<Candidate>,
    #[serde(default)]
    pub hold: Option<Hold>,
    /// Entry counts of the last ten good looks, oldest first.
    #[serde(default)]
    pub counts: Vec<usize>,
    /// Fields that went back to an earlier state, and when; older than nine days is forgotten.
    #[serde(default)]
    pub returns: Vec<Return>,
    #[serde(default)]
    pub health: Health,
    /// The last look that could be read, from the visit's row; not part of what is written.
    #[serde(skip)]
    pub last_look: Option<Timestamp>,
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
    /// The capture that showed it first.
    pub evidence: Option<CaptureRef>,
    /// The last look that still showed the confirmed state.
    pub last_old: Option<Timestamp>,
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

/// A field that went back to what it had been.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Return {
    pub key: EntryKey,
    pub field: Field,
    pub at: Timestamp,
    /// Set on the return that made the field unstable.
    #[serde(default)]
    pub marked_unstable: bool,
}

/// How often in a row a page could not be read, and whether the operator knows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Health {
    pub failures: u32,
    pub since: Option<Timestamp>,
    pub told: Option<Timestamp>,
}
