//! What a page says after a look, and what of it is new.
//!
//! 1. Every entry is read once; one that stayed as it was is not read again.
//! 2. The state before is the state after with the told changes taken back; both are read with the
//!    same lexicon and the same day, so that nothing differs but what the changes did.
//! 3. The difference is the events (`events`), the state after is the matrix (`matrix`).

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::entry::{Cell, Grammar, Reader, Said};
use super::events::Turned;
use super::matrix::{self, Others};
use super::{Lexicon, statements};
use crate::model::{Change, Entry, EntryKey, Event, PageBrief, Snapshot, Status, Told, VisitId};

/// A look whose changes are to be understood.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    pub page: &'a PageBrief,
    pub visit: &'a VisitId,
    pub at: Timestamp,
    /// What the look confirmed.
    pub changes: &'a [Change],
    /// The confirmed state after it.
    pub snapshot: &'a Snapshot,
    /// The status matrix before it.
    pub known: &'a [Status],
    /// What other pages say, for naming contradictions.
    pub others: Others<'a>,
}

/// What a page says after a look, and what of it is new.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Meaning {
    pub statuses: Vec<Status>,
    /// Heaviest first.
    pub events: Vec<Event>,
}

/// What entries were read to say, so that one that stayed as it is is not read again.
#[derive(Debug, Default)]
pub struct Readings(HashMap<EntryKey, (Entry, Vec<Said>)>);

impl Readings {
    fn said(&self, reader: Reader<'_>, entry: &Entry) -> Vec<Said> {
        match self.0.get(&entry.key) {
            Some((known, said)) if known == entry => said.clone(),
            _ => reader.said(entry),
        }
    }

    fn keep(&mut self, reader: Reader<'_>, entry: &Entry) -> Vec<Said> {
        let said = self.said(reader, entry);
        self.0
            .insert(entry.key.clone(), (entry.clone(), said.clone()));
        said
    }
}

/// Reads the state after a look, and the state before it where something was told.
pub fn meaning(lexicon: &Lexicon, case: Case<'_>) -> Meaning {
    meaning_with(statements, lexicon, case, &mut Readings::default())
}

/// The same, by what was read already of the state before.
pub fn meaning_with(
    grammar: Grammar,
    lexicon: &Lexicon,
    case: Case<'_>,
    readings: &mut Readings,
) -> Meaning {
    let told: Vec<&Change> = case
        .changes
        .iter()
        .filter(|change| change.told != Told::Nobody)
        .collect();
    let reader = reader(grammar, lexicon, case, &told);
    let entries = &case.snapshot.entries;
    let changed: HashSet<&EntryKey> = told.iter().map(|change| &change.difference.key).collect();
    for entry in entries.iter().filter(|entry| !changed.contains(&entry.key)) {
        readings.keep(reader, entry);
    }
    let before = before(reader, &told, entries, readings);
    let after: Vec<Vec<Said>> = entries
        .iter()
        .map(|entry| readings.keep(reader, entry))
        .collect();
    let after = reader.cells(after.concat());
    let turned = Turned {
        reader,
        case,
        told,
        before,
        after: after.clone(),
    };
    Meaning {
        events: turned.events(),
        statuses: matrix::statuses(case, after),
    }
}

/// Relative dates are counted from the day on which the words were first seen.
fn reader<'a>(
    grammar: Grammar,
    lexicon: &'a Lexicon,
    case: Case<'a>,
    told: &[&Change],
) -> Reader<'a> {
    let first = told.iter().map(|change| change.first_seen).min();
    Reader {
        grammar,
        lexicon,
        page: &case.page.id,
        language: &case.page.language,
        day: TimeZone::UTC.to_datetime(first.unwrap_or(case.at)).date(),
    }
}

/// What the page said before the changes.
fn before(
    reader: Reader<'_>,
    told: &[&Change],
    entries: &[Entry],
    readings: &Readings,
) -> Vec<Cell> {
    if told.is_empty() {
        return Vec::new();
    }
    let mut then = entries.to_vec();
    for change in told.iter().rev() {
        change.difference.undo(&mut then);
    }
    let said: Vec<Vec<Said>> = then
        .iter()
        .map(|entry| readings.said(reader, entry))
        .collect();
    reader.cells(said.concat())
}
