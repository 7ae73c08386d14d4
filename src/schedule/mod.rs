//! Says when a page is due next.

use jiff::{SignedDuration, Timestamp};

use crate::model::{Judgement, Page, Plan, Timing};

/// A page's timing, ready to be asked.
#[derive(Debug, Clone)]
pub struct Schedule {}

/// What is wrong with a timing: field, position, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ScheduleError(pub String);

impl Schedule {
    pub fn parse(_timing: &Timing) -> Result<Self, ScheduleError> {
        todo!()
    }

    /// The first due time strictly after `now`.
    pub fn next(&self, _now: Timestamp) -> Timestamp {
        todo!()
    }
}

/// The next look at a page after this one.
pub fn next(
    _schedule: &Schedule,
    _page: &Page,
    _judgement: &Judgement,
    _retry_after: Option<Timestamp>,
    _jitter: SignedDuration,
    _now: Timestamp,
) -> Plan {
    todo!()
}
