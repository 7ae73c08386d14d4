//! Doubts a whole look: a page that is not itself, a list of the wrong length, too much change at once.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::{Case, health, notice};
use crate::model::{
    Difference, Entry, EntryKey, Field, Hold, HoldReason, Judgement, Look, Memory, Notice,
    NoticeKind, Problem, Severity, Weight,
};

/// A mass change that stays the same so long on a healthy page is believed without an operator.
const BELIEVED_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// The operator is reminded of an open hold this often.
const REMIND_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// Maintenance is expected to end by itself; everything else is told at the second look.
const MAINTENANCE_PATIENCE: SignedDuration = SignedDuration::from_hours(3);
/// More than half of the entries, and at least so many, changed at once are doubted.
const MASS_AT_LEAST: usize = 4;

/// Why this look should not be believed, if there is a reason.
pub fn doubt(case: Case<'_>, memory: &Memory, differences: &[Difference]) -> Option<HoldReason> {
    let reading = case.reading;
    if let Some(problem) = health::worst(reading, Severity::Hold) {
        return Some(HoldReason::Problem(problem.clone()));
    }
    let found = count(&reading.entries);
    let (low, high) = band(case.page.guards.count, &memory.counts);
    if (found < low || found > high) && !is_known(memory, found, differences) {
        return Some(HoldReason::Count { found, low, high });
    }
    let before = memory.snapshot.as_ref()?.entries.len();
    mass(differences, before.max(reading.entries.len()))
}

/// Entries of the list; the page's own text is not one of them.
pub fn count(entries: &[Entry]) -> usize {
    let page = EntryKey::page();
    entries.iter().filter(|entry| entry.key != page).count()
}

/// A list that is as confirmed (by an operator, whatever the range says) is not doubted again.
fn is_known(memory: &Memory, found: usize, differences: &[Difference]) -> bool {
    let confirmed = memory.snapshot.as_ref().map(|known| count(&known.entries));
    let same_keys = differences
        .iter()
        .all(|difference| difference.field != Field::Presence);
    confirmed == Some(found) && same_keys
}

/// The configured range, else 70 to 130 % of the median of the last good looks. In short lists
/// two entries more or less are always plausible: one of three is not a broken page.
fn band(configured: Option<(usize, usize)>, counts: &[usize]) -> (usize, usize) {
    let mut sorted = counts.to_vec();
    sorted.sort_unstable();
    match (configured, sorted.get(sorted.len() / 2)) {
        (Some(range), _) => range,
        (None, None) => (0, usize::MAX),
        (None, Some(&median)) => {
            let low = (median * 7).div_ceil(10).min(median.saturating_sub(2));
            let high = (median * 13 / 10).max(median + 2);
            (low, high)
        }
    }
}

fn mass(differences: &[Difference], of: usize) -> Option<HoldReason> {
    let keys: BTreeSet<&EntryKey> = differences
        .iter()
        .filter(|difference| difference.weight == Weight::Substance)
        .map(|difference| &difference.key)
        .collect();
    let changed = keys.len();
    (changed >= MASS_AT_LEAST && changed * 2 > of).then_some(HoldReason::Mass { changed, of })
}

/// The hold after this look: the open one where it shows the same, else a new one.
pub fn hold(case: Case<'_>, memory: &Memory, reason: HoldReason) -> Hold {
    let reading = case.reading;
    let open = memory.hold.as_ref();
    let same = open
        .filter(|hold| same_kind(&hold.reason, &reason) && agree(&hold.entries, &reading.entries));
    Hold {
        // Another look is another hold: nobody accepts what he has not seen.
        id: same.and_then(|hold| hold.id),
        reason,
        since: same.map_or(reading.at, |hold| hold.since),
        told: open.and_then(|hold| hold.told),
        looks: open.map_or(1, |hold| hold.looks.saturating_add(1)),
        entries: reading.entries.clone(),
        list: reading.list.clone(),
        articles: reading.articles.clone(),
    }
}

fn same_kind(a: &HoldReason, b: &HoldReason) -> bool {
    std::mem::discriminant(a) == std::mem::discriminant(b)
}

fn agree(held: &[Entry], now: &[Entry]) -> bool {
    held.len() == now.len()
        && held.iter().all(|then| {
            now.iter()
                .any(|entry| entry.key == then.key && entry.says_the_same(then))
        })
}

/// Only a mass change on a page that is otherwise well is believed by itself.
pub fn has_lasted(hold: &Hold, now: Timestamp) -> bool {
    matches!(hold.reason, HoldReason::Mass { .. })
        && now.duration_since(hold.since) >= BELIEVED_AFTER
}

pub fn held(case: Case<'_>, memory: &Memory, hold: Hold) -> Judgement {
    let now = case.reading.at;
    let notices: Vec<Notice> = due_notice(&hold, now)
        .map(|kind| notice(case, kind, hold.since, &hold.reason))
        .into_iter()
        .collect();
    let told = if notices.is_empty() {
        hold.told
    } else {
        Some(now)
    };
    Judgement {
        look: Look::Held(hold.reason.clone()),
        rulings: Vec::new(),
        changes: Vec::new(),
        notices,
        memory: Memory {
            hold: Some(Hold { told, ..hold }),
            ..memory.clone()
        },
    }
}

fn due_notice(hold: &Hold, now: Timestamp) -> Option<NoticeKind> {
    let patient = match hold.reason {
        HoldReason::Problem(Problem::Maintenance(_)) => {
            now.duration_since(hold.since) >= MAINTENANCE_PATIENCE
        }
        _ => hold.looks >= 2,
    };
    match hold.told {
        None => patient.then_some(NoticeKind::Held),
        Some(told) => (now.duration_since(told) >= REMIND_AFTER).then_some(NoticeKind::StillHeld),
    }
}
