//! One look at a page: what was due, what it read, and all that is recorded of it at once.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Capture, CaptureRef, Change, Decision, Digest, Entry, EntryKey, Event, LeaseToken, Look,
    Memory, NewDelivery, PageId, Problem, Resource, Status, Telling, VisitId,
};

/// A claimed look at a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    pub page: PageId,
    /// When it was due; with the page it is the visit's identity.
    pub due: Timestamp,
    /// When it was claimed.
    pub started: Timestamp,
    pub purpose: Purpose,
    pub token: LeaseToken,
    /// Recipe and lexicon that read the snapshot, where nothing is open (no candidate, hold or failure):
    /// then unchanged bytes need no reading.
    pub settled: Option<Digest>,
    /// What was known of its addresses when it was claimed.
    pub known: Vec<Resource>,
}

impl Visit {
    pub fn id(&self) -> VisitId {
        VisitId::new(&self.page, self.due)
    }
}

/// Why a look is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// The page's schedule.
    Scheduled,
    /// A second, unconditional look at candidates or at a held page.
    Confirm,
    /// A person asked.
    Manual,
}

/// When the next look is due, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub at: Timestamp,
    pub purpose: Purpose,
}

/// What one page of markup or JSON says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Extraction {
    /// In page order, keys unique.
    pub entries: Vec<Entry>,
    pub problems: Vec<Problem>,
}

/// What a whole visit saw: the list with the articles that were due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    pub at: Timestamp,
    /// Empty where there was nothing to read; then `problems` says why.
    pub entries: Vec<Entry>,
    pub problems: Vec<Problem>,
    /// The capture that shows the entries.
    pub list: Option<CaptureRef>,
    /// The captures that show the articles read in this visit.
    pub articles: BTreeMap<EntryKey, CaptureRef>,
}

/// All that one visit leaves behind, written in one transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub visit: Visit,
    pub finished: Timestamp,
    pub look: Look,
    pub problems: Vec<Problem>,
    /// New captures only.
    pub captures: Vec<Capture>,
    /// Addresses whose validators or payload were seen anew.
    pub resources: Vec<Resource>,
    /// `None` where nothing that is remembered has changed.
    pub memory: Option<Memory>,
    pub changes: Vec<Change>,
    /// The status matrix of the page; `None` where it is as it was.
    pub statuses: Option<Vec<Status>>,
    /// Heaviest first.
    pub events: Vec<Event>,
    pub deliveries: Vec<NewDelivery>,
    /// What subscribers are told; the store knows who they are.
    pub telling: Option<Telling>,
    /// What an operator decided with this record.
    pub decided: Option<Decision>,
    pub next: Plan,
}
