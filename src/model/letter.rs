//! Mails to subscribers that are no news of one look: invitation, welcome, digest, correction, and that nothing changed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Beat, Event, MessageId, News, PageBrief, Profile, Status, Zone};

/// Asks an address to confirm. It carries no word of a page and none of whoever typed the address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// The token of the link is derived from it when the mail is written, so the row does not hold it.
    pub nonce: String,
    pub expires: Timestamp,
}

/// Where things stand for what the reader chose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    pub profile: Profile,
    pub pages: Vec<Watch>,
    pub statuses: Vec<Status>,
}

/// A page and how well it is watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    pub page: PageBrief,
    pub next_look: Timestamp,
    /// The last look that could be read and believed.
    pub last_ok: Option<Timestamp>,
    /// Looks that succeeded and looks that did not, in the time that a mail is about.
    #[serde(default)]
    pub succeeded: u64,
    #[serde(default)]
    pub failed: u64,
}

/// All news of a time that a reader did not want at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collection {
    /// Most frequent first; several where their times meet; none where an outage gathered it.
    pub beats: Vec<Beat>,
    pub since: Timestamp,
    pub until: Timestamp,
    /// In the order in which they were found.
    pub news: Vec<News>,
    /// What was taken back before it was told: it stands here, and no more in the news.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<Correction>,
    /// The pages that the reader chose, as they were watched in that time.
    #[serde(default)]
    pub pages: Vec<Watch>,
    /// Whose days these are.
    #[serde(default)]
    pub zone: Zone,
}

/// Nothing that a reader wants to hear of has happened, and this is how often we looked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quiet {
    pub since: Timestamp,
    pub until: Timestamp,
    pub pages: Vec<Watch>,
    /// Whose days these are.
    #[serde(default)]
    pub zone: Zone,
}

/// What was told, or was to be told, was wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    pub page: PageBrief,
    pub event: Event,
    /// The operator's words.
    pub why: String,
    pub at: Timestamp,
    /// The mail that told it; `None` where none had.
    pub original: Option<MessageId>,
}
