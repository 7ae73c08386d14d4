//! Seen twice, per field: a difference is a candidate first and a change when a later look shows it again.
//!
//! 1. A candidate that a look shows gone again is a flap: counted, silent.
//! 2. A cosmetic difference goes into the snapshot at once and is told to nobody.
//! 3. Any other is a change if a candidate agrees with it that is at least `confirm_after` old.
//! 4. A field that keeps going back and forth is unstable (`unstable.rs`).

use super::{Case, changes, health, plausible, snapshot, unstable};
use crate::model::{
    Candidate, Change, Difference, Field, Judgement, Look, Memory, Ruled, Ruling, Snapshot, Told,
    Value, Weight, shown_by,
};

/// Good looks whose entry counts are remembered.
const COUNTS_KEPT: usize = 10;

/// Judges a plausible look at a page that has a snapshot.
pub fn fine(
    case: Case<'_>,
    memory: &Memory,
    before: &Snapshot,
    differences: Vec<Difference>,
) -> Judgement {
    let (kept, flaps) = candidates_left(case, memory, &differences);
    let mut toggles = unstable::Toggles::new(memory, case.reading.at);
    let mut state = State {
        entries: before.entries.clone(),
        candidates: kept,
        changes: Vec::new(),
        rulings: Vec::new(),
    };
    for difference in flaps {
        toggles.went_back(&difference.key, &difference.field, &difference.before);
        state.rule(difference, Ruling::Flap);
    }
    for difference in differences {
        state.settle(case, memory, &mut toggles, difference);
    }
    // An entry that is gone takes its candidates with it.
    let entries = &state.entries;
    state.candidates.retain(|open| {
        let key = &open.difference.key;
        open.difference.field == Field::Presence || entries.iter().any(|entry| entry.key == *key)
    });
    state
        .changes
        .extend(toggles.summaries(case, &state.entries));
    let mut notices = health::healed(case, memory);
    notices.extend(toggles.notices(case));
    Judgement {
        look: Look::Fine,
        rulings: state.rulings,
        changes: state.changes,
        notices,
        memory: toggles.remember(Memory {
            recipe: Some(case.recipe),
            snapshot: Some(snapshot::renewed(
                before,
                state.entries,
                case.reading,
                &state.candidates,
            )),
            candidates: state.candidates,
            counts: counts(memory, case),
            last_look: Some(case.reading.at),
            ..Memory::default()
        }),
    }
}

/// What grows while the differences of a look are ruled on one after another.
struct State {
    entries: Vec<crate::model::Entry>,
    candidates: Vec<Candidate>,
    changes: Vec<Change>,
    rulings: Vec<Ruled>,
}

impl State {
    fn settle(
        &mut self,
        case: Case<'_>,
        memory: &Memory,
        toggles: &mut unstable::Toggles,
        difference: Difference,
    ) {
        if difference.weight == Weight::Cosmetic {
            self.adopt(case, difference);
            return;
        }
        let candidate = candidate(case, memory, &difference);
        if case.reading.at.duration_since(candidate.first_seen) < case.page.confirm_after
            || candidate.first_seen == case.reading.at
        {
            self.candidates.push(candidate);
            self.rule(difference, Ruling::Candidate);
            return;
        }
        let told = toggles.changed(&difference);
        let ruling = match told {
            Told::Nobody => Ruling::Unstable,
            Told::Readers | Told::ReadersTogether => Ruling::Confirmed,
        };
        difference.apply(&mut self.entries);
        let change = changes::from_candidate(case, memory, &candidate, difference.clone(), told);
        self.changes.push(change);
        self.rule(difference, ruling);
    }

    /// Takes a cosmetic difference over, unless it only shows less of the same text.
    fn adopt(&mut self, case: Case<'_>, difference: Difference) {
        let after = match (&difference.before, &difference.after) {
            (Value::Text(before), Value::Text(after)) => {
                Value::Text(before.clone().fuller(after.clone()))
            }
            (_, after) => after.clone(),
        };
        if after != difference.before {
            let adopted = Difference {
                after,
                ..difference.clone()
            };
            adopted.apply(&mut self.entries);
            self.changes
                .push(changes::bare(case, adopted, Told::Nobody));
        }
        self.rule(difference, Ruling::Cosmetic);
    }

    fn rule(&mut self, difference: Difference, ruling: Ruling) {
        self.rulings.push(Ruled { difference, ruling });
    }
}

/// The open candidate that shows this difference, or a new one.
fn candidate(case: Case<'_>, memory: &Memory, difference: &Difference) -> Candidate {
    let open = memory
        .candidates
        .iter()
        .find(|open| same_field(&open.difference, difference));
    if let Some(open) = open.filter(|open| shows_the_same(&open.difference, difference)) {
        return open.clone();
    }
    let snapshot = memory.snapshot.as_ref();
    let shown = |list, articles| shown_by(list, articles, &difference.key, &difference.field);
    let before = snapshot.and_then(|known| shown(known.list.as_ref(), &known.articles));
    let after = shown(case.reading.list.as_ref(), &case.reading.articles);
    Candidate {
        difference: difference.clone(),
        first_seen: case.reading.at,
        // A third state does not make the second one the old one.
        last_old: open.map_or(memory.last_look, |open| open.last_old),
        evidence_before: open.map_or(before, |open| open.evidence_before.clone()),
        evidence_after: after,
    }
}

fn shows_the_same(open: &Difference, now: &Difference) -> bool {
    open.before.agrees(&now.before) && open.after.agrees(&now.after)
}

/// Candidates that this look could not see stay; those it shows gone are flaps.
fn candidates_left(
    case: Case<'_>,
    memory: &Memory,
    differences: &[Difference],
) -> (Vec<Candidate>, Vec<Difference>) {
    let mut kept = Vec::new();
    let mut flaps = Vec::new();
    for open in &memory.candidates {
        let still = differences.iter().any(|difference| {
            difference.weight == Weight::Substance && same_field(difference, &open.difference)
        });
        if still {
            continue;
        }
        if observed(case, &open.difference) {
            flaps.push(open.difference.clone());
        } else {
            kept.push(open.clone());
        }
    }
    (kept, flaps)
}

fn same_field(a: &Difference, b: &Difference) -> bool {
    a.key == b.key && a.field == b.field
}

/// Whether this look read the field at all.
fn observed(case: Case<'_>, difference: &Difference) -> bool {
    let mut entries = case.reading.entries.iter();
    let entry = entries.find(|entry| entry.key == difference.key);
    match difference.field {
        Field::Presence => true,
        Field::Article => entry.is_some_and(|entry| entry.article.is_some()),
        _ => entry.is_some(),
    }
}

fn counts(memory: &Memory, case: Case<'_>) -> Vec<usize> {
    let mut counts = memory.counts.clone();
    counts.push(plausible::count(&case.reading.entries));
    let surplus = counts.len().saturating_sub(COUNTS_KEPT);
    counts.split_off(surplus)
}
