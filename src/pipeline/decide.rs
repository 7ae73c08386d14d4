//! Ends a hold by an operator's word: journal first, then the record, like a visit.

use jiff::Timestamp;

use super::look::Looked;
use super::{LEASE, Road, RoadError, Watched, conclude, rederive};
use crate::compare::compare;
use crate::judge::{self, Case};
use crate::model::{Decision, HoldId, JournalLine, Reading, Verdict};
use crate::store::{Claim, Recorded};

/// What became of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decided {
    Done {
        /// Changes that readers will hear of.
        told: usize,
    },
    /// No open hold of that number on this page.
    NoSuchHold,
    /// The held look read no entries: there is nothing to take over.
    NothingRead,
    /// The page file reads the page otherwise now: what was held is no longer what it would read.
    RecipeChanged,
    /// A look is under way; try again then.
    Busy { until: Timestamp },
}

pub async fn decide(
    road: &Road,
    watched: &Watched,
    id: HoldId,
    verdict: Verdict,
) -> Result<Decided, RoadError> {
    let decision = Decision {
        page: watched.page.id.clone(),
        hold: id,
        verdict,
        at: (road.clock)(),
    };
    decide_as(road, watched, decision, Written::Now).await
}

/// Whether the journal has the decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// It is written before it is carried out.
    Now,
    /// It stands there.
    Before,
}

/// Carries a decision out as of its own time.
pub async fn decide_as(
    road: &Road,
    watched: &Watched,
    decision: Decision,
    written: Written,
) -> Result<Decided, RoadError> {
    let Decision {
        hold: id,
        verdict,
        at,
        ..
    } = decision;
    let visit = match road.store.claim_page(&watched.page.id, at, LEASE).await? {
        Claim::Taken(visit) => visit,
        Claim::Busy { until } => return Ok(Decided::Busy { until }),
        Claim::Unknown => return Ok(Decided::NoSuchHold),
    };
    let memory = rederive::current(road, watched).await?;
    let Some(hold) = memory.hold.clone().filter(|hold| hold.id == Some(id)) else {
        road.store.release(&visit).await?;
        return without_hold(road, watched, id).await;
    };
    if judge::count(&hold.entries) == 0 {
        road.store.release(&visit).await?;
        return Ok(Decided::NothingRead);
    }
    if written == Written::Now {
        let line = JournalLine::Decision(decision.clone());
        road.archive.journal(&line).await?;
    }
    let reading = Reading {
        at,
        entries: hold.entries.clone(),
        problems: Vec::new(),
        list: hold.list.clone(),
        articles: hold.articles.clone(),
    };
    let differences = compare(memory.confirmed(), &hold.entries);
    let case = Case {
        page: &watched.page,
        recipe: watched.recipe.version(),
        visit: &visit.id(),
        reading: &reading,
    };
    let judgement = judge::decide(case, &memory, &hold, verdict, differences);
    let told = judgement.changes.len();
    let looked = Looked::new(at);
    let record = conclude(
        road,
        watched,
        visit,
        &memory,
        &looked,
        &judgement,
        Some(decision),
    )
    .await?;
    match road.store.record(record).await? {
        Recorded::Done => Ok(Decided::Done { told }),
        Recorded::Stale => Ok(Decided::Busy { until: at + LEASE }),
    }
}

/// A hold ends with the recipe that read it: nobody accepts what he has not seen.
async fn without_hold(road: &Road, watched: &Watched, id: HoldId) -> Result<Decided, RoadError> {
    let stored = road.store.memory(&watched.page.id).await?;
    let open = stored.hold.is_some_and(|hold| hold.id == Some(id));
    Ok(if open {
        Decided::RecipeChanged
    } else {
        Decided::NoSuchHold
    })
}
