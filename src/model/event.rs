//! A statement that a change brought, altered or took away; what a page says now, by partner and step;
//! and what an earlier lexicon made of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    CaptureRef, ChangeId, Country, Digest, EntryKey, EventId, Factuality, Field, PageId, Stage,
    Statement, VisitId,
};

/// One step of one partner that a page says differently since a confirmed change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub id: EventId,
    pub page: PageId,
    /// The visit that confirmed it.
    pub visit: VisitId,
    pub key: EntryKey,
    /// The entry's title as the page has it now (or had it last).
    pub title: String,
    /// The part of the entry that says it.
    pub field: Field,
    #[serde(default)]
    pub basis: Basis,
    pub partner: Option<Country>,
    pub stage: Stage,
    pub turn: Turn,
    /// What the page said of this step before; and says now.
    pub before: Option<Statement>,
    pub after: Option<Statement>,
    /// The furthest step that the page gave for this partner before ("in negotiation → signed").
    pub status_before: Option<Statement>,
    /// What contradicts it on the same page or on its twin in another language. Named, never corrected.
    #[serde(default)]
    pub conflicts: Vec<Conflict>,
    /// The changes that brought it.
    pub changes: Vec<ChangeId>,
    /// The window in which the page changed, and when it was seen for the second time.
    pub last_old: Option<Timestamp>,
    pub first_seen: Timestamp,
    pub confirmed: Timestamp,
    pub evidence_before: Option<CaptureRef>,
    pub evidence_after: Option<CaptureRef>,
}

impl Event {
    /// What the page says of the step now; `None` where it no longer speaks of it.
    pub fn factuality(&self) -> Option<Factuality> {
        self.after.as_ref().map(|after| after.factuality)
    }

    /// The captures that show it, before and after.
    pub fn evidence(&self) -> [Option<&CaptureRef>; 2] {
        [self.evidence_before.as_ref(), self.evidence_after.as_ref()]
    }

    /// The statement to quote: the new one, or the last that there was.
    pub fn statement(&self) -> Option<&Statement> {
        self.after.as_ref().or(self.before.as_ref())
    }
}

/// How much of an entry's text there was to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// The page shows all of it.
    #[default]
    Whole,
    /// The list cuts it; the article behind it was read.
    Completed,
    /// The list cuts it, and there is no article: what follows may say otherwise.
    Cut,
}

/// What happened to a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Turn {
    /// The page did not speak of the step before.
    Brought,
    /// It says it otherwise: another factuality, another date.
    Revised,
    /// It no longer speaks of it.
    Withdrawn,
}

/// Two statements that cannot both be right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// Where the other stands.
    pub page: PageId,
    pub field: Field,
    pub other: Statement,
}

/// What a page says now of one step of one partner: a cell of the status matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    pub page: PageId,
    pub key: EntryKey,
    pub field: Field,
    pub partner: Option<Country>,
    pub statement: Statement,
    /// Since when it is seen: the first look that showed it. Of a baseline it is "at or before".
    pub since: Timestamp,
    pub from_baseline: bool,
    /// The capture that showed it first.
    pub evidence: Option<CaptureRef>,
    #[serde(default)]
    pub conflicts: Vec<Conflict>,
}

/// A reading that a later lexicon replaced; the old one is kept beside the new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    pub page: PageId,
    /// When it was read again.
    pub at: Timestamp,
    /// `None`: no lexicon had read it.
    pub lexicon_before: Option<Digest>,
    pub lexicon_after: Digest,
    pub what: Reread,
}

/// What was read again, before and after; `None` on the side that did not have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reread {
    Event {
        before: Option<Box<Event>>,
        after: Option<Box<Event>>,
    },
    Status {
        before: Option<Box<Status>>,
        after: Option<Box<Status>>,
    },
}

impl Reread {
    /// The event it is about.
    pub fn event(&self) -> Option<EventId> {
        let one = self.event_after().or(self.event_before());
        one.map(|event| event.id)
    }

    /// The event as it was read before, where it was read and it is one.
    pub fn event_before(&self) -> Option<&Event> {
        match self {
            Reread::Event { before, .. } => before.as_deref(),
            Reread::Status { .. } => None,
        }
    }

    /// The event as it is read since.
    pub fn event_after(&self) -> Option<&Event> {
        match self {
            Reread::Event { after, .. } => after.as_deref(),
            Reread::Status { .. } => None,
        }
    }
}
