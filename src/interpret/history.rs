//! Reads a whole history again: each confirmed state of a page in turn, and what each look's changes mean.
//!
//! 1. The changes are taken back from the confirmed state, newest first: that is the baseline.
//! 2. They are made again, look by look; each look is read as if it were today's.
//! 3. The first text of an article is no change, so it counts as known from the baseline on.

use jiff::Timestamp;

use super::entry::Grammar;
use super::matrix::Others;
use super::meaning::{Case, Meaning, Readings, meaning_with};
use super::{Lexicon, statements};
use crate::model::{Change, PageBrief, Snapshot, Status, VisitId};

/// All that is known of a page.
#[derive(Clone, Copy)]
pub struct History<'a> {
    pub page: &'a PageBrief,
    /// The first look that could be read.
    pub baseline: Timestamp,
    /// Every change, oldest first.
    pub changes: &'a [Change],
    /// The confirmed state that they led to.
    pub snapshot: &'a Snapshot,
    /// The matrix as it was read last.
    pub known: &'a [Status],
    pub now: Timestamp,
}

/// The matrix of today, and the events of all looks, oldest look first.
pub fn history(lexicon: &Lexicon, history: History<'_>) -> Meaning {
    history_with(statements, lexicon, history)
}

pub fn history_with(grammar: Grammar, lexicon: &Lexicon, history: History<'_>) -> Meaning {
    let mut state = Snapshot {
        list: None,
        articles: std::collections::BTreeMap::new(),
        ..history.snapshot.clone()
    };
    for change in history.changes.iter().rev() {
        change.difference.undo(&mut state.entries);
    }
    let mut readings = Readings::default();
    let baseline = VisitId::new(&history.page.id, history.baseline);
    let mut look = |state: &Snapshot, visit: &VisitId, at, changes: &[Change], known: &[Status]| {
        let case = Case {
            page: history.page,
            visit,
            at,
            changes,
            snapshot: state,
            known,
            others: Others::default(),
        };
        meaning_with(grammar, lexicon, case, &mut readings)
    };
    let mut statuses = look(&state, &baseline, history.baseline, &[], &[]).statuses;
    let mut events = Vec::new();
    for changes in history
        .changes
        .chunk_by(|one, next| one.visit == next.visit)
    {
        let Some(first) = changes.first() else {
            continue;
        };
        for change in changes {
            change.difference.apply(&mut state.entries);
        }
        let told = look(&state, &first.visit, first.confirmed, changes, &statuses);
        statuses = told.statuses;
        events.extend(told.events);
    }
    statuses.extend_from_slice(history.known);
    let last = look(history.snapshot, &baseline, history.now, &[], &statuses);
    Meaning {
        statuses: last.statuses,
        events,
    }
}
