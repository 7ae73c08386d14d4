//! A database from an older backup takes from the journal what it missed: every visit and decision, in their order.
//!
//! The database gives out every look before the journal hears of it. A look in the journal that the
//! database never gave out shows that the database is the older one of the two.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::decide::{Written, decide_as};
use super::recover::see_again;
use super::{LEASE, Road, RoadError, Visited, Watched};
use crate::archive::{self, Settings};
use crate::model::{Decision, PageId, Seen};
use crate::store::{Claim, Progress};

/// Who hears of what is caught up with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// It was told when it happened, or may have been.
    Nobody,
    /// The operator says that it was not.
    Readers,
}

/// One thing that happened while the backup was away.
enum Missed {
    Visit(Seen),
    Decision(Decision),
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
    for takedown in archive::takedowns(settings)?.values() {
        road.store.take_down(takedown).await?;
    }
    for retraction in archive::retractions(settings)? {
        road.store.retract(&retraction).await?;
    }
    let missed = missed(settings, &progress)?;
    tracing::warn!(
        visits_and_decisions = missed.len(),
        "the database is older than the archive's journal: taking from there what it missed"
    );
    let mut visited = Vec::new();
    for one in missed {
        let Some(watched) = pages.iter().find(|known| known.page.id == *one.page()) else {
            continue;
        };
        if telling == Audience::Nobody {
            road.store.hush(one.page(), (road.clock)()).await?;
        }
        let page = one.page().clone();
        match one {
            Missed::Visit(seen) => visited.extend(visit(road, watched, seen).await?),
            Missed::Decision(decision) => {
                decide_as(road, watched, decision, Written::Before).await?;
            }
        }
        // Where the journal is whole, what comes behind it is news again.
        road.store.unhush(&page).await?;
    }
    Ok(visited)
}

async fn visit(road: &Road, watched: &Watched, seen: Seen) -> Result<Option<Visited>, RoadError> {
    if road.store.has_visit(&seen.visit).await? {
        return Ok(None);
    }
    match road.store.claim_page(&seen.page, seen.at, LEASE).await? {
        Claim::Taken(claimed) => Ok(Some(see_again(road, watched, claimed, seen).await?)),
        Claim::Busy { .. } | Claim::Unknown => Ok(None),
    }
}

fn missed(
    settings: &Settings,
    progress: &BTreeMap<PageId, Progress>,
) -> Result<Vec<Missed>, RoadError> {
    let newer = |page: &PageId, at: Timestamp| {
        let known = progress.get(page).and_then(|progress| progress.recorded);
        known.is_none_or(|known| known < whole_millis(at))
    };
    let visits = archive::visits_since(settings, Timestamp::MIN)?;
    let visits = visits
        .into_iter()
        .filter(|seen| newer(&seen.page, seen.due));
    let decisions = archive::decisions_since(settings, Timestamp::MIN)?;
    let decisions = decisions.into_iter().filter(|one| newer(&one.page, one.at));
    let mut missed: Vec<Missed> = visits
        .map(Missed::Visit)
        .chain(decisions.map(Missed::Decision))
        .collect();
    missed.sort_by_key(Missed::at);
    Ok(missed)
}

impl Missed {
    fn page(&self) -> &PageId {
        match self {
            Missed::Visit(seen) => &seen.page,
            Missed::Decision(decision) => &decision.page,
        }
    }

    fn at(&self) -> Timestamp {
        match self {
            Missed::Visit(seen) => seen.at,
            Missed::Decision(decision) => decision.at,
        }
    }
}

/// As the database keeps instants.
fn whole_millis(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}
