//! What a look is worth: news, noise, or a broken page.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Change, Difference, HoldReason, Memory, PageId, Problem};

/// The verdict on one look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    pub look: Look,
    /// Each difference with what became of it, in page order.
    pub rulings: Vec<Ruled>,
    /// What is confirmed now; what readers hear of it travels together.
    pub changes: Vec<Change>,
    /// For the operator.
    pub notices: Vec<Notice>,
    pub memory: Memory,
}

/// The outcome of a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Look {
    /// First good look, or first with a new recipe: recorded, nothing said.
    Baseline,
    /// Read, and judged.
    Fine,
    /// Same bytes as last time, or 304.
    Unchanged,
    Held(HoldReason),
    Failed(Problem),
}

/// A difference and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruled {
    pub difference: Difference,
    pub ruling: Ruling,
}

/// What becomes of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ruling {
    /// Seen for the first time, or again too early.
    Candidate,
    /// Seen twice: a change.
    Confirmed,
    /// Was a candidate and is gone: recorded, silent.
    Flap,
    /// Not worth a word to a reader.
    Cosmetic,
    /// Confirmed on a field that toggles: recorded, told in the weekly summary only.
    Unstable,
}

/// News for the operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub page: PageId,
    pub kind: NoticeKind,
    pub since: Timestamp,
    /// One line: what is wrong, or what is right again.
    pub why: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeKind {
    /// Cannot be read any more.
    Broken,
    /// A look is held and waits for a decision.
    Held,
    /// Still held a day later.
    StillHeld,
    /// Readable and plausible again.
    Healed,
    /// A field toggles; it is told of weekly from now on.
    Unstable,
}
