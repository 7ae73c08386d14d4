//! Decides whether a look is news, noise, or a broken page.
//!
//! 1. Nothing to read: failed. The operator hears of it once, after the third time in a row.
//! 2. Read, but not plausible: held. Nothing is published until it heals, lasts, or an operator decides.
//! 3. The first plausible look is the baseline and says nothing.
//! 4. Else each difference is ruled on by itself: a candidate when seen first, a change when seen again.

mod changes;
mod confirm;
mod health;
mod plausible;
mod snapshot;
mod unstable;

pub use plausible::count;

use crate::model::{
    Difference, Digest, Hold, HoldReason, Judgement, Look, Memory, Notice, NoticeKind, Page,
    Reading, Severity, Snapshot, Told, Verdict, VisitId,
};

/// The look to be judged.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    pub page: &'a Page,
    /// The version of the recipe that made the reading.
    pub recipe: Digest,
    pub visit: &'a VisitId,
    pub reading: &'a Reading,
}

/// Judges a look by what is remembered. `differences` lie between the remembered snapshot and the reading.
pub fn judge(case: Case<'_>, memory: &Memory, differences: Vec<Difference>) -> Judgement {
    if let Some(problem) = health::worst(case.reading, Severity::Failure) {
        return health::failed(case, memory, problem);
    }
    match plausible::doubt(case, memory, &differences) {
        Some(reason) => {
            let hold = plausible::hold(case, memory, reason);
            if plausible::has_lasted(&hold, case.reading.at) {
                accept(case, memory, &hold, differences)
            } else {
                plausible::held(case, memory, hold)
            }
        }
        None => match &memory.snapshot {
            None => baseline(case, memory),
            Some(snapshot) => confirm::fine(case, memory, snapshot, differences),
        },
    }
}

/// Ends a hold by an operator's word. `differences` lie between the snapshot and the held entries.
/// Before there is a snapshot the held look becomes the baseline, which says nothing.
pub fn decide(
    case: Case<'_>,
    memory: &Memory,
    hold: &Hold,
    verdict: Verdict,
    differences: Vec<Difference>,
) -> Judgement {
    match (verdict, &memory.snapshot) {
        (Verdict::Accept, Some(_)) => accept(case, memory, hold, differences),
        (Verdict::Accept, None) | (Verdict::Absorb, _) => Judgement {
            look: Look::Baseline,
            rulings: Vec::new(),
            changes: Vec::new(),
            notices: Vec::new(),
            memory: believed(case, memory, hold),
        },
    }
}

fn baseline(case: Case<'_>, memory: &Memory) -> Judgement {
    let reading = case.reading;
    let snapshot = Snapshot {
        entries: reading.entries.clone(),
        list: reading.list.clone(),
        articles: reading.articles.clone(),
    };
    Judgement {
        look: Look::Baseline,
        rulings: Vec::new(),
        changes: Vec::new(),
        notices: health::healed(case, memory),
        memory: Memory {
            recipe: Some(case.recipe),
            snapshot: Some(snapshot),
            counts: vec![plausible::count(&reading.entries)],
            ..Memory::default()
        },
    }
}

/// The held look becomes the new state and its differences one grouped change.
fn accept(case: Case<'_>, memory: &Memory, hold: &Hold, differences: Vec<Difference>) -> Judgement {
    let told = match hold.reason {
        HoldReason::Mass { .. } => Told::ReadersTogether,
        HoldReason::Problem(_) | HoldReason::Count { .. } => Told::Readers,
    };
    let changes = differences
        .into_iter()
        .map(|difference| changes::from_hold(case, memory, hold, difference, told))
        .collect();
    Judgement {
        look: Look::Fine,
        rulings: Vec::new(),
        changes,
        notices: Vec::new(),
        memory: believed(case, memory, hold),
    }
}

/// What is remembered once a held look is believed.
fn believed(case: Case<'_>, memory: &Memory, hold: &Hold) -> Memory {
    let before = memory.snapshot.as_ref();
    Memory {
        recipe: Some(case.recipe),
        snapshot: Some(snapshot::completed(before, hold)),
        candidates: Vec::new(),
        hold: None,
        counts: vec![plausible::count(&hold.entries)],
        health: crate::model::Health::default(),
        ..memory.clone()
    }
}

fn notice(
    case: Case<'_>,
    kind: NoticeKind,
    since: jiff::Timestamp,
    why: impl std::fmt::Display,
) -> Notice {
    Notice {
        page: case.page.id.clone(),
        kind,
        since,
        why: why.to_string(),
    }
}

#[cfg(test)]
mod tests;
