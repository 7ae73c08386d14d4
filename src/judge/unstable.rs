//! Fields that go back and forth: told of once a week, so that a toggle never floods and never hides.

use jiff::{SignedDuration, Timestamp};

use super::{Case, changes, notice, snapshot};
use crate::model::{
    Change, Difference, Digest, Entry, EntryKey, Field, Memory, Notice, NoticeKind, Past, Return,
    Told, Unstable, Value, Weight,
};

/// More returns than this within `WINDOW` make a field unstable.
const RETURNS_BORNE: usize = 3;
const WINDOW: SignedDuration = SignedDuration::from_hours(48);
/// One summary in this time; and after so long without a return a field is stable again.
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Earlier states remembered per field.
const PAST_KEPT: usize = 5;

/// What is known of returns while one look is judged.
pub struct Toggles {
    now: Timestamp,
    past: Vec<Past>,
    returns: Vec<Return>,
    unstable: Vec<Unstable>,
    newly: Vec<(EntryKey, Field)>,
}

impl Toggles {
    pub fn new(memory: &Memory, now: Timestamp) -> Self {
        let recent = |back: &&Return| now.duration_since(back.at) < WEEK;
        Self {
            now,
            past: memory.past.clone(),
            returns: memory.returns.iter().filter(recent).cloned().collect(),
            unstable: memory.unstable.clone(),
            newly: Vec::new(),
        }
    }

    /// A field is back at an earlier state; `known` is what readers know of it.
    pub fn went_back(&mut self, key: &EntryKey, field: &Field, known: &Value) {
        self.returns.push(Return {
            key: key.clone(),
            field: field.clone(),
            at: self.now,
        });
        let within = |back: &&Return| {
            back.key == *key && back.field == *field && self.now.duration_since(back.at) < WINDOW
        };
        if self.returns.iter().filter(within).count() > RETURNS_BORNE
            && !self.is_unstable(key, field)
        {
            self.newly.push((key.clone(), field.clone()));
            self.unstable.push(Unstable {
                key: key.clone(),
                field: field.clone(),
                told: known.clone(),
                at: self.now,
            });
        }
    }

    /// Takes note of a confirmed difference and says who hears of it.
    pub fn changed(&mut self, difference: &Difference) -> Told {
        let (key, field) = (&difference.key, &difference.field);
        let of_field = |past: &&Past| past.key == *key && past.field == *field;
        let now = digest(&difference.after);
        if self
            .past
            .iter()
            .filter(of_field)
            .any(|past| past.value == now)
        {
            self.went_back(key, field, &difference.before);
        }
        self.past.push(Past {
            key: key.clone(),
            field: field.clone(),
            value: digest(&difference.before),
        });
        let surplus = self
            .past
            .iter()
            .filter(of_field)
            .count()
            .saturating_sub(PAST_KEPT);
        for _ in 0..surplus {
            if let Some(oldest) = self.past.iter().position(|past| of_field(&past)) {
                self.past.remove(oldest);
            }
        }
        if self.is_unstable(key, field) {
            Told::Nobody
        } else {
            Told::Readers
        }
    }

    /// Once a week: from what readers were told last to what the page says now.
    pub fn summaries(&mut self, case: Case<'_>, entries: &[Entry]) -> Vec<Change> {
        let mut summaries = Vec::new();
        for field in &mut self.unstable {
            if self.now.duration_since(field.at) < WEEK {
                continue;
            }
            let current = snapshot::value(entries, &field.key, &field.field);
            if !current.agrees(&field.told) {
                summaries.push(summary(case, field, &current));
            }
            field.told = current;
            field.at = self.now;
        }
        let returns = &self.returns;
        let now = self.now;
        self.unstable.retain(|field| {
            field.at != now
                || returns
                    .iter()
                    .any(|back| back.key == field.key && back.field == field.field)
        });
        summaries
    }

    pub fn notices(&self, case: Case<'_>) -> Vec<Notice> {
        self.newly
            .iter()
            .map(|(key, field)| {
                let why = format!(
                    "{key}: {} went back and forth more than {RETURNS_BORNE} times in 48 h; told of weekly from now on",
                    field.name()
                );
                notice(case, NoticeKind::Unstable, self.now, why)
            })
            .collect()
    }

    /// Hands what was learnt to the memory.
    pub fn remember(self, memory: Memory) -> Memory {
        Memory {
            past: self.past,
            returns: self.returns,
            unstable: self.unstable,
            ..memory
        }
    }

    fn is_unstable(&self, key: &EntryKey, field: &Field) -> bool {
        self.unstable
            .iter()
            .any(|known| known.key == *key && known.field == *field)
    }
}

fn summary(case: Case<'_>, field: &Unstable, current: &Value) -> Change {
    let difference = Difference {
        key: field.key.clone(),
        field: field.field.clone(),
        before: field.told.clone(),
        after: current.clone(),
        weight: Weight::Substance,
    };
    Change {
        first_seen: field.at,
        evidence_after: case.reading.list.clone(),
        ..changes::bare(case, difference, Told::Readers)
    }
}

/// What a state is known by: whether it is there, and what can be quoted of it.
fn digest(value: &Value) -> Digest {
    let there = !matches!(value, Value::Absent);
    Digest::of(format!("{there}{}", value.quote()).as_bytes())
}
