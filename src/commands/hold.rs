//! `vermerk hold`: looks that were too implausible to publish, and the operator's word on them.

use clap::Subcommand;
use serde_json::json;

use super::installation::system_clock;
use super::{Answer, Exit, Failure, Installation};
use crate::compare::compare;
use crate::model::{HoldId, Verdict};
use crate::pipeline::{self, Decided};
use crate::present;
use crate::store::{HeldLook, HoldScope, Store};

#[derive(Debug, Subcommand)]
pub enum Options {
    /// Open holds with their reasons
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// What a held look read, next to what is confirmed
    Show {
        /// The number from `hold list`
        number: i64,
    },
    /// The held look is right: publish its changes
    Accept {
        /// The number from `hold list`
        number: i64,
    },
    /// The held look is the new state, but nobody is told
    Absorb {
        /// The number from `hold list`
        number: i64,
    },
}

pub async fn run(installation: &Installation, options: Options) -> Result<Answer, Failure> {
    match options {
        Options::List { json } => list(installation, json).await,
        Options::Show { number } => show(installation, HoldId(number)).await,
        Options::Accept { number } => decide(installation, HoldId(number), Verdict::Accept).await,
        Options::Absorb { number } => decide(installation, HoldId(number), Verdict::Absorb).await,
    }
}

async fn list(installation: &Installation, as_json: bool) -> Result<Answer, Failure> {
    let store = installation.store().await?;
    let open = store.holds(HoldScope::Open).await?;
    if as_json {
        let rows: Vec<_> = open
            .iter()
            .map(|held| json!({"number": held.id, "page": held.page, "reason": held.reason.to_string(), "since": held.since}))
            .collect();
        return Ok(Answer::fine(format!("{}\n", json!(rows))));
    }
    Ok(Answer::fine(present::holds(&open)))
}

async fn show(installation: &Installation, number: HoldId) -> Result<Answer, Failure> {
    let store = installation.store().await?;
    let held = find(&store, number).await?;
    let Some(hold) = store.hold_reading(number).await? else {
        return Err(unknown(number));
    };
    let memory = store.memory(&held.page).await?;
    let confirmed = memory.snapshot.map_or_else(Vec::new, |known| known.entries);
    let differences = compare(&confirmed, &hold.entries);
    Ok(Answer::fine(present::held(&held, &hold, &differences)))
}

/// An open hold.
async fn find(store: &Store, number: HoldId) -> Result<HeldLook, Failure> {
    let held = store.hold(number).await?;
    let open = held.filter(|held| held.closed.is_none());
    open.ok_or_else(|| unknown(number))
}

fn unknown(number: HoldId) -> Failure {
    Failure::usage(format!(
        "no open hold {}; see `vermerk hold list`",
        number.0
    ))
}

async fn decide(
    installation: &Installation,
    number: HoldId,
    verdict: Verdict,
) -> Result<Answer, Failure> {
    let road = installation.road(system_clock()).await?;
    let held = find(&road.store, number).await?;
    let watched = installation.page(held.page.as_str())?;
    let answer = match pipeline::decide(&road, watched, number, verdict).await? {
        Decided::Done { told: 0 } => Answer::fine("done; nobody is told\n"),
        Decided::Done { told } => Answer::fine(format!(
            "done; {told} changes go out with the next delivery\n"
        )),
        Decided::NoSuchHold => {
            return Err(Failure::usage(
                "the hold is not open any more; see `vermerk hold list`",
            ));
        }
        Decided::NothingRead => {
            return Err(Failure::failed(
                "the held look read no entries, so there is nothing to take over; wait until the page is itself again, or mend its recipe (`vermerk page check`)",
            ));
        }
        Decided::RecipeChanged => {
            return Err(Failure::failed(format!(
                "the page file has changed since this look was held; look again (`vermerk check {}`) and decide on what it reads now",
                held.page
            )));
        }
        Decided::Busy { until } => Answer {
            text: format!(
                "a look at the page is under way; try again (at the latest at {until})\n"
            ),
            exit: Exit::Failed,
        },
    };
    road.archive.leave().await?;
    Ok(answer)
}
