//! After a crash: visits and decisions that stand in the journal but not in the database are taken again.

use jiff::SignedDuration;

use super::catch_up::{self, Audience, catch_up};
use super::decide::{Written, decide_as};
use super::eyes::Remembered;
use super::{LEASE, Road, RoadError, Visited, Watched, travel};
use crate::archive::{self, Settings};
use crate::model::{Decision, JournalLine, Seen, Visit};
use crate::store::Claim;

/// A crash loses at most what was under way; older lines were recorded or had lost their lease.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(24);

/// A look taken again.
pub(super) struct Again {
    pub visited: Visited,
    /// Captures that the archive no longer gives: of them it saw nothing.
    pub unread: Vec<String>,
}

/// Records what the database missed, oldest first, before any new look is taken.
pub async fn recover(
    road: &Road,
    settings: &Settings,
    pages: &[Watched],
) -> Result<Vec<Visited>, RoadError> {
    if catch_up::is_behind(road, settings).await? {
        return catch_up(road, settings, pages, Audience::Nobody).await;
    }
    let now = (road.clock)();
    let mut recovered = Vec::new();
    // Almost always nothing is open; then a day of the journal need not be read.
    let open = road.store.unrecorded().await?;
    if open.is_empty() {
        return Ok(recovered);
    }
    for seen in archive::visits_since(settings, now - LOOK_BACK)? {
        let Some(watched) = pages.iter().find(|one| one.page.id == seen.page) else {
            continue;
        };
        if open.contains(&seen.page) && is_missing(road, &seen).await? {
            recovered.extend(take_again(road, watched, seen).await?);
        }
    }
    for decision in archive::decisions_since(settings, now - LOOK_BACK)? {
        let watched = pages.iter().find(|one| one.page.id == decision.page);
        if let Some(watched) = watched.filter(|_| open.contains(&decision.page)) {
            decide_again(road, watched, &decision).await?;
        }
    }
    for page in road.store.cut_short().await? {
        tracing::warn!(%page, "the last run ended in the middle of a look; what was not archived by then is lost, and the look is taken again");
    }
    Ok(recovered)
}

/// An operator's word on a hold that is still open was never recorded.
async fn decide_again(
    road: &Road,
    watched: &Watched,
    decision: &Decision,
) -> Result<(), RoadError> {
    let hold = road.store.hold(decision.hold).await?;
    let open = hold.is_some_and(|hold| hold.page == decision.page && hold.closed.is_none());
    if open {
        decide_as(road, watched, decision.clone(), Written::Before).await?;
        tracing::warn!(page = %decision.page, "a decision on a hold was recorded from the journal");
    }
    Ok(())
}

/// Records one visit from the journal, unless another process looks at the page or has just recorded it.
async fn take_again(
    road: &Road,
    watched: &Watched,
    seen: Seen,
) -> Result<Option<Visited>, RoadError> {
    let now = (road.clock)();
    let Claim::Taken(claimed) = road.store.claim_page(&seen.page, now, LEASE).await? else {
        return Ok(None);
    };
    if !is_missing(road, &seen).await? {
        road.store.release(&claimed).await?;
        return Ok(None);
    }
    let visited = see_again(road, watched, claimed, seen).await?.visited;
    tracing::warn!(visit = %visited.visit.id(), "recorded from the journal: the last run ended before it could");
    Ok(Some(visited))
}

/// Remembers a person's word on a capture or an event; looks and decisions are none.
pub(super) async fn heed(road: &Road, line: &JournalLine) -> Result<(), RoadError> {
    match line {
        JournalLine::Takedown(takedown) => road.store.take_down(takedown).await?,
        JournalLine::Remark(remark) => road.store.remark(remark).await?,
        JournalLine::Visit(_) | JournalLine::Decision(_) => {}
    }
    Ok(())
}

/// Takes a look again that the database does not have, unless another process is at the page.
pub(super) async fn see_missed(
    road: &Road,
    watched: &Watched,
    seen: Seen,
) -> Result<Option<Again>, RoadError> {
    if road.store.has_visit(&seen.visit).await? {
        return Ok(None);
    }
    let claim = road.store.claim_page(&seen.page, seen.started(), LEASE);
    match claim.await? {
        Claim::Taken(claimed) => Ok(Some(see_again(road, watched, claimed, seen).await?)),
        Claim::Busy { .. } | Claim::Unknown => Ok(None),
    }
}

/// Takes the look that a line of the journal tells of, under the claim given.
async fn see_again(
    road: &Road,
    watched: &Watched,
    claimed: Visit,
    seen: Seen,
) -> Result<Again, RoadError> {
    let visit = Visit {
        due: seen.due,
        started: seen.started(),
        purpose: seen.purpose,
        ..claimed
    };
    let mut eyes = Remembered::open(road, seen).await?;
    let visited = travel(road, watched, visit, &mut eyes).await?;
    Ok(Again {
        visited,
        unread: eyes.unread,
    })
}

/// Never recorded, and no later visit of the page was either: history is not written backwards.
async fn is_missing(road: &Road, seen: &Seen) -> Result<bool, RoadError> {
    if road.store.has_visit(&seen.visit).await? {
        return Ok(false);
    }
    let latest = road.store.visits(&seen.page, 1).await?;
    Ok(latest.first().is_none_or(|last| last.started < seen.at))
}
