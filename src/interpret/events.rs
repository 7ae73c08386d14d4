//! What confirmed changes mean: the difference between what a page said before them and says after.
//!
//! 1. A step that the page did not speak of is brought; of which it now claims something else is
//!    revised; of which it no longer speaks is withdrawn.
//! 2. No event: other words for the same claim; a mere denial or condition; what may only have fallen
//!    behind a cut; a step that a further one has overtaken; what left the list with its entry.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::entry::{Cell, Reader, Said, Step};
use super::matrix::bringing;
use super::meaning::Case;
use super::standing::{certainty, same_claim};
use super::{Aspect, Lexicon};
use crate::model::{
    Basis, Change, Conflict, Difference, EntryKey, Event, EventId, Factuality, Field, Stage,
    Statement, Text, Turn, Value,
};

/// Both states, side by side.
pub struct Turned<'a> {
    pub reader: Reader<'a>,
    pub case: Case<'a>,
    /// The changes that somebody hears of.
    pub told: Vec<&'a Change>,
    pub before: Vec<Cell>,
    pub after: Vec<Cell>,
}

impl Turned<'_> {
    /// Heaviest first.
    pub fn events(&self) -> Vec<Event> {
        if self.told.is_empty() {
            return Vec::new();
        }
        let (then, now) = (steps(&self.before), steps(&self.after));
        let mut events: Vec<Event> = Vec::new();
        for cell in &self.after {
            let before = then.get(&cell.said.step()).copied();
            let is_news = match before {
                Some(before) => self.is_revised(before, cell),
                None => self.is_step(&cell.said.statement),
            };
            if is_news {
                events.push(self.event(&cell.said, before, Some(cell)));
            }
        }
        for cell in &self.before {
            if !now.contains_key(&cell.said.step()) && self.is_withdrawn(cell) {
                events.push(self.event(&cell.said, Some(cell), None));
            }
        }
        events.sort_by_key(|event| Reverse(heft(self.reader.lexicon, event)));
        events
    }

    /// Whether a clause tells of a step at all, and not only of a state of things.
    fn is_step(&self, statement: &Statement) -> bool {
        let info = self.reader.lexicon.stage(&statement.stage);
        match statement.factuality {
            // That something did not happen, or might, stands in the matrix.
            Factuality::Negated | Factuality::Conditional => false,
            // An act that "goes on" is a manner of speaking: "they work together closely".
            Factuality::Ongoing => info.is_none_or(|info| info.aspect == Aspect::Lasting),
            _ => true,
        }
    }

    /// Whether the page claims something else of a step than before.
    fn is_revised(&self, before: &Cell, after: &Cell) -> bool {
        let (then, now) = (&before.said.statement, &after.said.statement);
        match now.factuality {
            // A sentence that breaks off now and was whole before was cut anew; nothing was taken back.
            Factuality::Incomplete => {
                then.factuality != Factuality::Incomplete && certainty(then) < certainty(now)
            }
            _ => !same_claim(then, now, self.reader.is_hard(&now.stage)),
        }
    }

    /// Whether a step of which the page no longer speaks is an event.
    fn is_withdrawn(&self, cell: &Cell) -> bool {
        let statement = &cell.said.statement;
        is_claim(statement)
            && self.is_step(statement)
            && !self.left_the_list(cell)
            && !self.may_be_cut(cell)
            && !self.overtaken(cell)
    }

    /// The entry that said it is gone: absence from a list proves nothing about an agreement.
    fn left_the_list(&self, cell: &Cell) -> bool {
        self.told.iter().any(|change| {
            let Difference { before, after, .. } = &change.difference;
            *after == Value::Absent
                && matches!(before, Value::Entry(entry) if entry.key == cell.said.key)
        })
    }

    /// Its field is cut now and no article shows the rest.
    fn may_be_cut(&self, cell: &Cell) -> bool {
        let mut entries = self.case.snapshot.entries.iter();
        let entry = entries.find(|entry| entry.key == cell.said.key);
        entry.is_some_and(|entry| match &cell.said.field {
            Field::Teaser => entry.teaser.is_cut() && entry.article.is_none(),
            Field::Extra(name) => entry.extra.get(name).is_some_and(Text::is_cut),
            _ => false,
        })
    }

    /// The page now names a further step instead, taken or to come.
    fn overtaken(&self, cell: &Cell) -> bool {
        self.after.iter().any(|other| {
            let further = self.is_further(&other.said.statement.stage, &cell.said.statement.stage);
            further && other.said.partner == cell.said.partner && is_claim(&other.said.statement)
        })
    }

    /// Whether a step comes after another on its track, or is what the other leads to.
    fn is_further(&self, step: &Stage, than: &Stage) -> bool {
        let Some((track, rank)) = self.place(step) else {
            return false;
        };
        let leads_to = |stage| self.reader.lexicon.stage(stage)?.leads_to.as_ref();
        let prepared = leads_to(than).and_then(|prepared| self.place(prepared));
        let of_track = |(other, then): (&str, u32)| other == track && rank > then;
        self.place(than).is_some_and(of_track)
            || prepared.is_some_and(|(other, then)| other == track && rank >= then)
    }

    /// Track and rank of a step.
    fn place(&self, stage: &Stage) -> Option<(&str, u32)> {
        let info = self.reader.lexicon.stage(stage)?;
        Some((info.track.as_str(), info.rank?))
    }

    /// The furthest step that stood for a partner before: on the track of this one, or on any where none did.
    fn status_before(&self, said: &Said) -> Option<Statement> {
        let lexicon = self.reader.lexicon;
        let track = |stage: &Stage| lexicon.stage(stage).map(|info| &info.track);
        let how_far = |cell: &&Cell| {
            let stage = &cell.said.statement.stage;
            let own_track = track(stage) == track(&said.statement.stage);
            let rank = self.place(stage).map(|(_, rank)| rank);
            (own_track, rank, lexicon.weight(stage))
        };
        let of_partner = self
            .before
            .iter()
            .filter(|cell| cell.said.partner == said.partner)
            .filter(|cell| stands(&cell.said.statement));
        let furthest = of_partner.max_by_key(how_far)?;
        Some(furthest.said.statement.clone())
    }

    fn event(&self, said: &Said, before: Option<&Cell>, after: Option<&Cell>) -> Event {
        let Case {
            page, visit, at, ..
        } = self.case;
        let changes = self.changes(before, after);
        let lead = bringing(changes.iter().copied(), said).or(changes.first().copied());
        let stage = said.statement.stage.clone();
        let partner = said.partner.map(|partner| partner.to_string());
        let partner = partner.unwrap_or_default();
        Event {
            id: EventId::new(visit, &said.key, &partner, stage.as_str()),
            page: page.id.clone(),
            visit: visit.clone(),
            key: said.key.clone(),
            title: said.title.clone(),
            field: said.field.clone(),
            basis: self.basis(said),
            partner: said.partner,
            stage,
            turn: match (before, after) {
                (None, _) => Turn::Brought,
                (Some(_), Some(_)) => Turn::Revised,
                (Some(_), None) => Turn::Withdrawn,
            },
            before: before.map(|cell| cell.said.statement.clone()),
            after: after.map(|cell| cell.said.statement.clone()),
            status_before: self.status_before(said),
            conflicts: after.map_or_else(Vec::new, |cell| self.conflicts(cell)),
            changes: changes.iter().map(|change| change.id).collect(),
            last_old: lead.and_then(|change| change.last_old),
            first_seen: lead.map_or(at, |change| change.first_seen),
            confirmed: lead.map_or(at, |change| change.confirmed),
            evidence_before: lead.and_then(|change| change.evidence_before.clone()),
            evidence_after: lead.and_then(|change| change.evidence_after.clone()),
        }
    }

    /// Whether the page shows the whole of what it says there.
    fn basis(&self, said: &Said) -> Basis {
        let mut entries = self.case.snapshot.entries.iter();
        match entries.find(|entry| entry.key == said.key) {
            Some(entry) if entry.teaser.is_cut() && entry.article.is_some() => Basis::Completed,
            Some(entry) if entry.teaser.is_cut() => Basis::Cut,
            _ => Basis::Whole,
        }
    }

    /// The changes of the entries that spoke of the step before or speak of it now.
    fn changes(&self, before: Option<&Cell>, after: Option<&Cell>) -> Vec<&Change> {
        let keys: Vec<&EntryKey> = [before, after]
            .into_iter()
            .flatten()
            .map(|cell| &cell.said.key)
            .collect();
        let concerned = |change: &&&Change| keys.contains(&&change.difference.key);
        self.told.iter().filter(concerned).copied().collect()
    }

    /// What contradicts it on its own page and on the page's twins.
    fn conflicts(&self, cell: &Cell) -> Vec<Conflict> {
        let Said {
            partner, statement, ..
        } = &cell.said;
        let Case { page, others, .. } = self.case;
        let twins = others.conflicts(self.reader.lexicon, &page.id, *partner, statement);
        cell.conflicts.iter().cloned().chain(twins).collect()
    }
}

/// What is told first: a step with legal effect that the page says is taken, then the heavier step, then
/// what is claimed most firmly. A plan, hearsay or a withdrawal never comes before what is done.
pub fn heft(lexicon: &Lexicon, event: &Event) -> impl Ord + use<> {
    let after = event.after.as_ref();
    let stands = after.is_some_and(|said| {
        matches!(
            said.factuality,
            Factuality::Done | Factuality::State | Factuality::Ongoing
        )
    });
    let is_hard = lexicon.stage(&event.stage).is_some_and(|info| info.hard);
    let weight = lexicon.weight(&event.stage);
    (stands && is_hard, weight, after.map_or(0, certainty))
}

/// Whether a clause says that a step was taken or is being taken.
fn stands(statement: &Statement) -> bool {
    matches!(
        statement.factuality,
        Factuality::Done | Factuality::State | Factuality::ReportedDone | Factuality::Ongoing
    )
}

/// Whether a clause says that a step was taken, is being taken or is to come.
fn is_claim(statement: &Statement) -> bool {
    stands(statement) || statement.factuality == Factuality::Planned
}

fn steps(cells: &[Cell]) -> HashMap<Step, &Cell> {
    cells.iter().map(|cell| (cell.said.step(), cell)).collect()
}

#[cfg(test)]
mod tests;
