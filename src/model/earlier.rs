//! What others' captures show of a page from before we looked at it ourselves.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{Change, Event, PageId};

/// What differs between two imported captures. It is told to nobody and kept apart from our own changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earlier {
    pub page: PageId,
    /// When the later one was captured, by the word of its source.
    pub at: Timestamp,
    /// Where it was taken over from.
    pub source: Url,
    /// When it was taken over; `None` where an older version read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imported: Option<Timestamp>,
    pub changes: Vec<Change>,
    /// What the changes mean, heaviest first.
    pub events: Vec<Event>,
}
