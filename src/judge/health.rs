//! Looks with nothing to read: loud once when a page breaks, and once when it heals.

use jiff::SignedDuration;

use super::{Case, notice};
use crate::model::{
    Health, Judgement, Look, Memory, Notice, NoticeKind, Problem, Reading, Severity,
};

/// A single failed look is the network's everyday noise; three in a row are a broken page.
const LOOKS_BEFORE_BROKEN: u32 = 3;
/// Or two that lie so far apart: a server that asks to be left alone for a day must not hide it for three.
const TIME_BEFORE_BROKEN: SignedDuration = SignedDuration::from_hours(6);

/// The first problem of a severity.
pub fn worst(reading: &Reading, severity: Severity) -> Option<&Problem> {
    reading
        .problems
        .iter()
        .find(|problem| problem.severity() == severity)
}

pub fn failed(case: Case<'_>, memory: &Memory, problem: &Problem) -> Judgement {
    let now = case.reading.at;
    let failures = memory.health.failures.saturating_add(1);
    let since = memory.health.since.unwrap_or(now);
    let is_broken = failures >= LOOKS_BEFORE_BROKEN
        || failures > 1 && now.duration_since(since) >= TIME_BEFORE_BROKEN;
    let tell = is_broken && memory.health.told.is_none();
    let notices = if tell {
        vec![notice(case, NoticeKind::Broken, since, problem)]
    } else {
        Vec::new()
    };
    let health = Health {
        failures,
        since: Some(since),
        told: memory.health.told.or(tell.then_some(now)),
    };
    Judgement {
        look: Look::Failed(problem.clone()),
        rulings: Vec::new(),
        changes: Vec::new(),
        notices,
        memory: Memory {
            health,
            ..memory.clone()
        },
    }
}

/// Whoever was told that a page is broken or held is told that it is well again.
pub fn healed(case: Case<'_>, memory: &Memory) -> Vec<Notice> {
    let broken = memory.health.told.and(memory.health.since);
    let held = memory
        .hold
        .as_ref()
        .and_then(|hold| hold.told.map(|_| hold.since));
    let since = match (broken, held) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    since
        .map(|since| notice(case, NoticeKind::Healed, since, "the page reads well again"))
        .into_iter()
        .collect()
}
