//! The journal beside the archive: enough to take every visit and decision again from the files.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    Capture, CaptureId, EntryKey, HoldId, PageId, Problem, Purpose, Remark, Takedown, VisitId,
};

/// One line of the journal; written and synced before the transaction it belongs to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "line")]
pub enum JournalLine {
    Visit(Seen),
    Decision(Decision),
    Takedown(Takedown),
    Remark(Remark),
}

impl JournalLine {
    pub fn at(&self) -> Timestamp {
        match self {
            JournalLine::Visit(seen) => seen.at,
            JournalLine::Decision(decision) => decision.at,
            JournalLine::Takedown(takedown) => takedown.at,
            JournalLine::Remark(remark) => remark.at,
        }
    }

    /// What a page's history is ordered by: of a look, when it was due.
    pub fn due(&self) -> Timestamp {
        match self {
            JournalLine::Visit(seen) => seen.due,
            other => other.at(),
        }
    }

    /// The page whose history goes on with it; `None` of a person's word on a capture or an event.
    pub fn page(&self) -> Option<&PageId> {
        match self {
            JournalLine::Visit(seen) => Some(&seen.page),
            JournalLine::Decision(decision) => Some(&decision.page),
            JournalLine::Takedown(_) | JournalLine::Remark(_) => None,
        }
    }
}

/// What a visit saw, by reference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    pub visit: VisitId,
    pub page: PageId,
    pub due: Timestamp,
    /// When the line was written.
    pub at: Timestamp,
    /// When the visit was claimed, and the time that its record bears; `None` where an older version
    /// wrote the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub looked: Option<Timestamp>,
    pub purpose: Purpose,
    /// The list first, then the articles.
    pub sights: Vec<Sight>,
}

impl Seen {
    pub fn started(&self) -> Timestamp {
        self.started.unwrap_or(self.at)
    }

    pub fn looked(&self) -> Timestamp {
        self.looked.unwrap_or(self.at)
    }
}

/// One address as a visit saw it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sight {
    /// The entry whose article it is; `None` for the list itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<EntryKey>,
    pub url: Url,
    /// When it was asked for; `None` where an older version wrote the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// What the server answered, where it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The capture that holds the payload seen (an earlier one where nothing was new).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capture: Option<Capture>,
    /// Where redirects led.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<Moved>,
    /// Of a look that brought nothing to read: the last answer that came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Capture>,
    pub freshness: Freshness,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// Where an address led when it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// The address that was asked last.
    pub to: Url,
    /// The capture of the first redirect.
    pub by: CaptureId,
}

/// Whether the bytes were new to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Freshness {
    /// A payload we had not seen at the look before.
    New,
    /// 304, or the same bytes again.
    Same,
    /// No payload at all.
    Nothing,
}

/// What an operator decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub page: PageId,
    pub hold: HoldId,
    pub verdict: Verdict,
    pub at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The held look is the new state, and its changes are published.
    Accept,
    /// The held look is the new state, and nobody is told.
    Absorb,
}
