//! `vermerk check`: one look at each page now, and what it brings is delivered.

use std::time::Duration;

use serde_json::json;

use super::arguments::Check;
use super::installation::system_clock;
use super::{Answer, Exit, Failure, Installation};
use crate::model::{Look, Outcome, Purpose, Told, Visit};
use crate::pipeline::{self, LEASE, Road, Visited, Watched};
use crate::present;
use crate::store::Claim;

pub async fn run(installation: &Installation, options: &Check) -> Result<Answer, Failure> {
    let road = installation.road(system_clock()).await?;
    let mut exit = Exit::Fine;
    let mut text = String::new();
    for watched in installation.select(&options.pages)? {
        let visited = match look(&road, watched).await? {
            Ok(visited) => visited,
            Err(busy) => {
                exit = Exit::Failed;
                text += &busy;
                continue;
            }
        };
        let visited = if options.confirm {
            confirm(&road, watched, visited).await?
        } else {
            visited
        };
        if matches!(visited.look, Look::Held(_) | Look::Failed(_)) {
            exit = Exit::Failed;
        }
        text += &if options.json {
            format!("{}\n", as_json(&visited))
        } else {
            present::visited(watched, &visited)
        };
    }
    let (sent, waiting) = deliver(&road).await?;
    if !options.json {
        text += &format!("{sent} delivered\n");
    }
    for why in waiting {
        exit = Exit::Failed;
        eprintln!("vermerk: not delivered: {why}");
    }
    road.archive.close().await?;
    Ok(Answer { text, exit })
}

/// Looks now, or says why not.
async fn look(road: &Road, watched: &Watched) -> Result<Result<Visited, String>, Failure> {
    let now = (road.clock)();
    let page = &watched.page.id;
    match road.store.claim_page(page, now, LEASE).await? {
        Claim::Taken(visit) => Ok(Ok(pipeline::visit(road, watched, visit).await?)),
        Claim::Busy { until } => Ok(Err(format!(
            "{page}: another look is under way (until {until} at the latest)\n"
        ))),
        Claim::Unknown => Ok(Err(format!("{page}: not registered\n"))),
    }
}

/// Waits for the second look where the first one saw something new.
async fn confirm(road: &Road, watched: &Watched, first: Visited) -> Result<Visited, Failure> {
    if first.next.purpose != Purpose::Confirm || matches!(first.look, Look::Held(_)) {
        return Ok(first);
    }
    let now = (road.clock)();
    let wait = Duration::try_from(first.next.at.duration_since(now)).unwrap_or(Duration::ZERO);
    wait_visibly(watched, wait).await;
    let now = (road.clock)();
    match road.store.claim_page(&watched.page.id, now, LEASE).await? {
        Claim::Taken(visit) => {
            let visit = Visit {
                purpose: Purpose::Confirm,
                ..visit
            };
            Ok(pipeline::visit(road, watched, visit).await?)
        }
        Claim::Busy { .. } | Claim::Unknown => Ok(first),
    }
}

async fn wait_visibly(watched: &Watched, wait: Duration) {
    let bar = indicatif::ProgressBar::new_spinner();
    bar.enable_steady_tick(Duration::from_secs(1));
    bar.set_message(format!(
        "{}: something differs; looking again in {} s",
        watched.page.id,
        wait.as_secs()
    ));
    tokio::time::sleep(wait).await;
    bar.finish_and_clear();
}

/// Sends what may be sent now; says how many went out and why others did not.
async fn deliver(road: &Road) -> Result<(usize, Vec<String>), Failure> {
    let (mut sent, mut waiting) = (0, Vec::new());
    while let Some(tried) = pipeline::deliver(road).await? {
        match tried.outcome {
            Outcome::Sent => sent += 1,
            Outcome::Withdrawn => {}
            Outcome::Retry { why, .. } | Outcome::SetAside { why } => waiting.push(why),
        }
    }
    Ok((sent, waiting))
}

fn as_json(visited: &Visited) -> serde_json::Value {
    let told = visited
        .changes
        .iter()
        .filter(|change| change.told != Told::Nobody);
    json!({
        "page": visited.visit.page,
        "visit": visited.visit.id(),
        "look": visited.look,
        "entries": visited.entries,
        "changes": told.collect::<Vec<_>>(),
        "problems": visited.problems.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "next": visited.next.at,
    })
}
