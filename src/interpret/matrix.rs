//! The status matrix of a page: what it says now of each step, and since when it says so.

use super::Lexicon;
use super::entry::{Cell, Said};
use super::meaning::Case;
use super::standing::contradicts;
use crate::model::{
    Anchor, CaptureRef, Change, Conflict, Country, Field, PageBrief, PageId, Snapshot, Statement,
    Status, shown_by,
};

/// What other pages say, and what these pages are.
#[derive(Debug, Clone, Copy, Default)]
pub struct Others<'a> {
    pub statuses: &'a [Status],
    pub briefs: &'a [PageBrief],
}

impl Others<'_> {
    /// What a page's twin in another language says of a step that cannot be right beside this.
    /// Twins are pages of one host: another state's list may well date its own signing otherwise.
    pub fn conflicts(
        &self,
        lexicon: &Lexicon,
        page: &PageId,
        partner: Option<Country>,
        statement: &Statement,
    ) -> Vec<Conflict> {
        let is_hard = lexicon
            .stage(&statement.stage)
            .is_some_and(|info| info.hard);
        let same_step = |other: &&Status| {
            partner.is_some()
                && other.partner == partner
                && other.statement.stage == statement.stage
        };
        let mut others = self.statuses.iter().filter(same_step).collect::<Vec<_>>();
        others.retain(|other| {
            is_hard && self.are_twins(page, &other.page) && contradicts(statement, &other.statement)
        });
        let conflict = |other: &Status| Conflict {
            page: other.page.clone(),
            field: other.field.clone(),
            other: other.statement.clone(),
        };
        others.into_iter().map(conflict).collect()
    }

    fn are_twins(&self, one: &PageId, other: &PageId) -> bool {
        let brief = |id: &PageId| self.briefs.iter().find(|brief| brief.id == *id);
        match (brief(one), brief(other)) {
            (Some(one), Some(other)) => {
                one.language != other.language && one.url.host_str() == other.url.host_str()
            }
            _ => false,
        }
    }
}

/// The matrix of all pages, with what twins contradict beside what the pages contradict themselves.
pub fn with_twins(lexicon: &Lexicon, others: Others<'_>) -> Vec<Status> {
    let named = |status: &Status| {
        let mut status = status.clone();
        let twins = others.conflicts(lexicon, &status.page, status.partner, &status.statement);
        status.conflicts.extend(twins);
        status
    };
    others.statuses.iter().map(named).collect()
}

/// The matrix of a page whose entries come to these cells.
pub fn statuses(case: Case<'_>, cells: Vec<Cell>) -> Vec<Status> {
    cells.into_iter().map(|cell| status(case, cell)).collect()
}

fn status(case: Case<'_>, cell: Cell) -> Status {
    let Cell {
        mut said,
        conflicts,
    } = cell;
    let known = known(case, &said);
    if let Some(known) = known {
        keep_date(&mut said.statement, &known.statement);
    }
    let same = known.filter(|known| {
        let date = |statement: &Statement| statement.when.clone().map(|when| when.interval);
        known.statement.factuality == said.statement.factuality
            && date(&known.statement) == date(&said.statement)
    });
    let change = bringing(case.changes.iter(), &said);
    let (since, from_baseline, evidence) = match (same, change) {
        (Some(known), _) => (known.since, known.from_baseline, known.evidence.clone()),
        (None, Some(change)) => (change.first_seen, false, change.evidence_after.clone()),
        // Nothing is known to have brought it: it was first read then, and may be older.
        (None, None) => (case.at, true, None),
    };
    Status {
        page: case.page.id.clone(),
        evidence: evidence.or_else(|| newest(case, &said)),
        key: said.key,
        field: said.field,
        partner: said.partner,
        statement: said.statement,
        since,
        from_baseline,
        conflicts,
    }
}

/// What the page said of this step so far.
fn known<'a>(case: Case<'a>, said: &Said) -> Option<&'a Status> {
    case.known.iter().find(|known| {
        let same_place = said.partner.is_some() || known.key == said.key;
        known.partner == said.partner && same_place && known.statement.stage == said.statement.stage
    })
}

/// "Yesterday" means the day before it was first read, however often it is read again.
fn keep_date(statement: &mut Statement, known: &Statement) {
    let assumed = |when: &crate::model::When| when.anchor == Anchor::Capture;
    if statement.quote.text == known.quote.text
        && statement.when.as_ref().is_some_and(assumed)
        && known.when.as_ref().is_some_and(assumed)
    {
        statement.when.clone_from(&known.when);
    }
}

/// The change of this look that brought a clause: of its own field first, else of its entry.
pub fn bringing<'a>(
    changes: impl Iterator<Item = &'a Change> + Clone,
    said: &Said,
) -> Option<&'a Change> {
    let mut own = changes.filter(|change| change.difference.key == said.key);
    let (field, presence) = (&said.field, &Field::Presence);
    own.clone()
        .find(|change| change.difference.field == *field)
        .or_else(|| own.find(|change| change.difference.field == *presence))
}

/// The newest capture that shows a clause.
fn newest(case: Case<'_>, said: &Said) -> Option<CaptureRef> {
    let Snapshot { list, articles, .. } = case.snapshot;
    shown_by(list.as_ref(), articles, &said.key, &said.field)
}
