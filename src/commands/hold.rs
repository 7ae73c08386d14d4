//! `vermerk hold`: looks that were too implausible to publish, and the operator's word on them.

use serde_json::json;

use super::arguments::Hold;
use super::{Answer, Exit, Failure, Installation};
use crate::compare::compare;
use crate::model::{HoldId, Verdict};
use crate::pipeline::{self, Decided};
use crate::present;
use crate::store::HeldLook;

pub async fn run(installation: &Installation, options: Hold) -> Result<Answer, Failure> {
    match options {
        Hold::List { json } => list(installation, json).await,
        Hold::Show { number } => show(installation, HoldId(number)).await,
        Hold::Accept { number } => decide(installation, HoldId(number), Verdict::Accept).await,
        Hold::Absorb { number } => decide(installation, HoldId(number), Verdict::Absorb).await,
    }
}

async fn list(installation: &Installation, as_json: bool) -> Result<Answer, Failure> {
    let store = installation.store().await?;
    let open: Vec<HeldLook> = store.holds().await?;
    if as_json {
        let rows: Vec<_> = open
            .iter()
            .map(|held| json!({"number": held.hold.id, "page": held.page, "reason": held.hold.reason.to_string(), "since": held.hold.since, "looks": held.hold.looks}))
            .collect();
        return Ok(Answer::fine(format!("{}\n", json!(rows))));
    }
    Ok(Answer::fine(present::holds(&open)))
}

async fn show(installation: &Installation, number: HoldId) -> Result<Answer, Failure> {
    let store = installation.store().await?;
    let held = find(&store.holds().await?, number)?;
    let memory = store.memory(&held.page).await?;
    let confirmed = memory.snapshot.map_or_else(Vec::new, |known| known.entries);
    let differences = compare(&confirmed, &held.hold.entries);
    Ok(Answer::fine(present::held(&held, &differences)))
}

fn find(open: &[HeldLook], number: HoldId) -> Result<HeldLook, Failure> {
    let found = open.iter().find(|held| held.hold.id == Some(number));
    found.cloned().ok_or_else(|| {
        Failure::usage(format!("no open hold {}; see `vermerk hold list`", number.0))
    })
}

async fn decide(
    installation: &Installation,
    number: HoldId,
    verdict: Verdict,
) -> Result<Answer, Failure> {
    let road = installation.road().await?;
    let held = find(&road.store.holds().await?, number)?;
    let watched = installation.page(held.page.as_str())?;
    let answer = match pipeline::decide(&road, watched, number, verdict).await? {
        Decided::Done { told: 0 } => Answer::fine("done; nobody is told\n"),
        Decided::Done { told } => Answer::fine(format!("done; {told} changes go out with the next delivery\n")),
        Decided::NoSuchHold => return Err(Failure::usage("the hold is not open any more; see `vermerk hold list`")),
        Decided::Busy { until } => Answer {
            text: format!("a look at the page is under way; try again (at the latest at {until})\n"),
            exit: Exit::Failed,
        },
    };
    road.archive.close().await?;
    Ok(answer)
}
