//! A database from an older backup takes from the journal what it missed: every visit and decision, in their order.
//!
//! The database gives out every look before the journal hears of it. A look in the journal that the
//! database never gave out shows that the database is the older one of the two.

use std::collections::BTreeMap;

use super::decide::{Written, decide_as};
use super::recover::{heed, see_missed};
use super::{Road, RoadError, Visited, Watched};
use crate::archive::{self, Settings};
use crate::model::{JournalLine, PageId, whole_millis};
use crate::store::Progress;

/// Who hears of what is caught up with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// It was told when it happened, or may have been.
    Nobody,
    /// The operator says that it was not.
    Readers,
}

/// Whether the journal has a look that this database never gave out.
pub async fn is_behind(road: &Road, settings: &Settings) -> Result<bool, RoadError> {
    let Some(last) = archive::last_visit(settings)? else {
        return Ok(false);
    };
    let progress = road.store.progress().await?;
    // A page that was never looked at is a new beginning beside an old archive, as `init` offers it.
    let known = progress
        .get(&last.page)
        .and_then(|page| page.claimed.max(page.recorded));
    Ok(known.is_some_and(|known| known < whole_millis(last.due)))
}

/// Records what the database missed, oldest first.
pub async fn catch_up(
    road: &Road,
    settings: &Settings,
    pages: &[Watched],
    telling: Audience,
) -> Result<Vec<Visited>, RoadError> {
    let progress = road.store.progress().await?;
    let mut missed = archive::whole_journal(settings)?;
    missed.retain(|line| is_missed(line, &progress));
    // People's words come first: what they hid and corrected holds for what is taken again.
    missed.sort_by_key(|line| (line.page().is_some(), line.at()));
    tracing::warn!(
        visits_and_decisions = missed.iter().filter_map(JournalLine::page).count(),
        "the database is older than the archive's journal: taking from there what it missed"
    );
    let mut visited = Vec::new();
    for line in missed {
        let Some(page) = line.page().cloned() else {
            heed(road, &line).await?;
            continue;
        };
        let Some(watched) = pages.iter().find(|known| known.page.id == page) else {
            continue;
        };
        if telling == Audience::Nobody {
            road.store.hush(&page, (road.clock)()).await?;
        }
        match line {
            JournalLine::Visit(seen) => {
                let again = see_missed(road, watched, seen).await?;
                visited.extend(again.map(|again| again.visited));
            }
            JournalLine::Decision(decision) => {
                decide_as(road, watched, decision, Written::Before).await?;
            }
            JournalLine::Takedown(_) | JournalLine::Remark(_) => {}
        }
        // Where the journal is whole, what comes behind it is news again.
        road.store.unhush(&page).await?;
    }
    Ok(visited)
}

/// Newer than what the database has of the page. People's words are always taken: twice is as once.
fn is_missed(line: &JournalLine, progress: &BTreeMap<PageId, Progress>) -> bool {
    let known = line.page().and_then(|page| progress.get(page)?.recorded);
    known.is_none_or(|known| known < whole_millis(line.due()))
}
