//! Reads what a page says after a look, where that may be other than before: its status matrix and its events.

use jiff::Timestamp;

use super::{Road, RoadError, Watched, in_background};
use crate::interpret::{Case, Lexicon, Meaning, Others, meaning};
use crate::model::{Change, Event, Judgement, Memory, PageId, Snapshot, Status, Told, VisitId};

/// What a look teaches about agreements.
#[derive(Debug, Default)]
pub struct Understood {
    /// `None`: the page says what it said.
    pub statuses: Option<Vec<Status>>,
    pub events: Vec<Event>,
}

/// Reads the confirmed state where a look moved it, or where another lexicon read it last.
pub async fn understand(
    road: &Road,
    watched: &Watched,
    visit: &VisitId,
    at: Timestamp,
    memory: &Memory,
    judgement: &Judgement,
) -> Result<Understood, RoadError> {
    let Some(after) = &judgement.memory.snapshot else {
        return Ok(Understood::default());
    };
    let same_words = memory
        .snapshot
        .as_ref()
        .is_some_and(|before| before.entries == after.entries);
    let same_reader = memory.lexicon == Some(Lexicon::version());
    if same_words && same_reader && !judgement.changes.iter().any(is_told) {
        return Ok(Understood::default());
    }
    let changes = judgement.changes.clone();
    let Meaning { statuses, events } =
        read(road, watched, visit.clone(), at, changes, after.clone()).await?;
    Ok(Understood {
        statuses: Some(statuses),
        events,
    })
}

/// Reading long texts takes a core for a while, so it is done off the async threads.
async fn read(
    road: &Road,
    watched: &Watched,
    visit: VisitId,
    at: Timestamp,
    changes: Vec<Change>,
    snapshot: Snapshot,
) -> Result<Meaning, RoadError> {
    let page = watched.brief();
    // What other pages say concerns events alone, and a state that nobody is told of brings none.
    let (statuses, briefs) = if changes.iter().any(is_told) {
        (road.store.statuses(None).await?, road.store.briefs().await?)
    } else {
        (road.store.statuses(Some(&page.id)).await?, Vec::new())
    };
    let task = in_background(move || {
        let known = of_page(&statuses, &page.id);
        let case = Case {
            page: &page,
            visit: &visit,
            at,
            changes: &changes,
            snapshot: &snapshot,
            known: &known,
            others: Others {
                statuses: &statuses,
                briefs: &briefs,
            },
        };
        meaning(Lexicon::bundled(), case)
    });
    Ok(task.await?)
}

fn is_told(change: &Change) -> bool {
    change.told != Told::Nobody
}

fn of_page(statuses: &[Status], page: &PageId) -> Vec<Status> {
    let own = statuses.iter().filter(|status| status.page == *page);
    own.cloned().collect()
}
