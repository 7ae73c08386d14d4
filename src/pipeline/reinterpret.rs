//! Reads the whole history of a page with today's lexicon; what was read otherwise is kept as a revision.
//!
//! 1. The page is claimed, so that no look moves it meanwhile.
//! 2. Its changes are read again, from the baseline to the confirmed state (`interpret::history`).
//! 3. What is read otherwise takes the place of the earlier reading, in one transaction. Nobody is told.

use jiff::Timestamp;

use super::{LEASE, RoadError, in_background};
use crate::interpret::{self, History, Lexicon, Meaning};
use crate::model::{
    Change, Digest, Event, EventId, PageBrief, Reread, Revision, Snapshot, Status, Visit,
};
use crate::store::{ChangeFilter, Claim, EventFilter, Recorded, Rewriting, Store};

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reinterpreted {
    /// What was read otherwise; empty where all readings stand.
    Done(Vec<Revision>),
    /// The page has no baseline.
    NothingYet,
    /// A look is under way; try again then.
    Busy { until: Timestamp },
}

pub async fn reinterpret(
    store: &Store,
    page: &PageBrief,
    now: Timestamp,
) -> Result<Reinterpreted, RoadError> {
    let visit = match store.claim_page(&page.id, now, LEASE).await? {
        Claim::Taken(visit) => visit,
        Claim::Busy { until } => return Ok(Reinterpreted::Busy { until }),
        Claim::Unknown => return Ok(Reinterpreted::NothingYet),
    };
    let outcome = reread(store, page, &visit, now).await;
    if !matches!(outcome, Ok(Reinterpreted::Done(_))) {
        store.release(&visit).await?;
    }
    outcome
}

async fn reread(
    store: &Store,
    page: &PageBrief,
    visit: &Visit,
    now: Timestamp,
) -> Result<Reinterpreted, RoadError> {
    let memory = store.memory(&page.id).await?;
    let Some(snapshot) = memory.snapshot else {
        return Ok(Reinterpreted::NothingYet);
    };
    let old = Old {
        lexicon: memory.lexicon,
        statuses: store.statuses(Some(&page.id)).await?,
        events: store.events(&of(page)).await?,
    };
    let new = read(store, page, snapshot, &old, now).await?;
    let lexicon = Lexicon::version();
    let rewriting = old.against(new, page, lexicon, now);
    let revisions = rewriting.revisions.clone();
    match store.rewrite(visit, &rewriting).await? {
        Recorded::Done => Ok(Reinterpreted::Done(revisions)),
        Recorded::Stale => Ok(Reinterpreted::Busy { until: now + LEASE }),
    }
}

fn of(page: &PageBrief) -> EventFilter {
    EventFilter {
        page: Some(page.id.clone()),
        ..EventFilter::default()
    }
}

/// Reads all of it, off the async threads.
async fn read(
    store: &Store,
    page: &PageBrief,
    snapshot: Snapshot,
    old: &Old,
    now: Timestamp,
) -> Result<Meaning, RoadError> {
    let filter = ChangeFilter {
        page: Some(page.id.clone()),
        ..ChangeFilter::default()
    };
    let changes = oldest_first(store.changes(&filter).await?);
    let baseline = store.first_look(&page.id).await?.unwrap_or(now);
    let (page, known) = (page.clone(), old.statuses.clone());
    let task = in_background(move || {
        let history = History {
            page: &page,
            baseline,
            changes: &changes,
            snapshot: &snapshot,
            known: &known,
            now,
        };
        interpret::history(Lexicon::bundled(), history)
    });
    Ok(task.await?)
}

/// Looks in the order of time, the changes of each in page order.
fn oldest_first(mut newest_first: Vec<Change>) -> Vec<Change> {
    newest_first.sort_by_key(|change| change.confirmed);
    newest_first
}

/// How the history was read last.
struct Old {
    lexicon: Option<Digest>,
    statuses: Vec<Status>,
    events: Vec<Event>,
}

impl Old {
    fn against(
        &self,
        new: Meaning,
        page: &PageBrief,
        lexicon: Digest,
        now: Timestamp,
    ) -> Rewriting {
        let new_events: Vec<Event> = new.events.into_iter().map(|one| self.kept(one)).collect();
        let new_statuses: Vec<Status> = new
            .statuses
            .into_iter()
            .map(|one| self.cited(one))
            .collect();
        let (written, withdrawn) = self.events_read_otherwise(&new_events);
        let mut all: Vec<Reread> = Vec::new();
        all.extend(written.iter().map(|event| Reread::Event {
            before: self.event(event.id).cloned().map(Box::new),
            after: Some(Box::new(event.clone())),
        }));
        all.extend(withdrawn.iter().map(|event| Reread::Event {
            before: Some(Box::new(event.clone())),
            after: None,
        }));
        all.extend(self.statuses_read_otherwise(&new_statuses));
        let revision = |what| Revision {
            page: page.id.clone(),
            at: now,
            lexicon_before: self.lexicon,
            lexicon_after: lexicon,
            what,
        };
        Rewriting {
            lexicon,
            statuses: new_statuses,
            events: written,
            withdrawn: withdrawn.iter().map(|event| event.id).collect(),
            revisions: all.into_iter().map(revision).collect(),
        }
    }

    fn event(&self, id: EventId) -> Option<&Event> {
        self.events.iter().find(|event| event.id == id)
    }

    /// What other pages said when it happened is not read again.
    fn kept(&self, mut event: Event) -> Event {
        let old = self.event(event.id);
        let named = old.into_iter().flat_map(|old| &old.conflicts);
        let elsewhere = named
            .filter(|conflict| conflict.page != event.page)
            .cloned();
        event.conflicts.extend(elsewhere);
        event
    }

    /// A reading that stands keeps its time and its evidence.
    fn cited(&self, mut status: Status) -> Status {
        let old = self.statuses.iter().find(|old| same_cell(old, &status));
        if let Some(old) = old.filter(|old| old.statement == status.statement) {
            status.since = old.since;
            status.from_baseline = old.from_baseline;
            status.evidence.clone_from(&old.evidence);
        }
        status
    }

    /// Events to write, and events that are none any more.
    fn events_read_otherwise(&self, new: &[Event]) -> (Vec<Event>, Vec<Event>) {
        let stands = |event: &&Event| self.event(event.id) != Some(*event);
        let written = new.iter().filter(stands).cloned().collect();
        let gone = |old: &&Event| new.iter().all(|event| event.id != old.id);
        (written, self.events.iter().filter(gone).cloned().collect())
    }

    fn statuses_read_otherwise(&self, new: &[Status]) -> Vec<Reread> {
        let mut all = Vec::new();
        for status in new {
            let old = self.statuses.iter().find(|old| same_cell(old, status));
            if old != Some(status) {
                all.push(Reread::Status {
                    before: old.cloned().map(Box::new),
                    after: Some(Box::new(status.clone())),
                });
            }
        }
        let gone = |old: &&Status| !new.iter().any(|status| same_cell(old, status));
        all.extend(self.statuses.iter().filter(gone).map(|old| Reread::Status {
            before: Some(Box::new(old.clone())),
            after: None,
        }));
        all
    }
}

fn same_cell(one: &Status, other: &Status) -> bool {
    one.partner == other.partner
        && one.statement.stage == other.statement.stage
        && (one.partner.is_some() || one.key == other.key)
}
