//! What a person says of an event: it stands beside what was read by rule, and is never mixed with it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::EventId;

/// A person's word on an event; it may be added to, and is never altered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    pub event: EventId,
    #[serde(flatten)]
    pub kind: RemarkKind,
    pub text: String,
    pub at: Timestamp,
}

impl Remark {
    pub fn correction(event: EventId, why: impl Into<String>, at: Timestamp) -> Self {
        Self {
            event,
            kind: RemarkKind::Correction,
            text: why.into(),
            at,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "kind")]
pub enum RemarkKind {
    /// Something that a reader should know beside what the page says.
    Note { by: String },
    /// Somebody held the reading against the capture, and it is right.
    Verified { by: String },
    /// What was told was wrong; whoever was mailed of it is mailed this, too.
    Correction,
}
