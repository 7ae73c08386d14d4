//! `vermerk check`: one look at each page now, and what it brings is delivered.

use std::time::Duration;

use clap::Args;
use futures_util::{StreamExt as _, stream};
use indicatif::ProgressBar;
use serde_json::json;

use super::installation::system_clock;
use super::{Answer, Exit, Failure, Installation};
use crate::model::{Look, Outcome, Purpose, Ruled, Ruling, Told, Visit};
use crate::pipeline::{self, LEASE, Road, Visited, Watched};
use crate::present;
use crate::store::Claim;

#[derive(Debug, Args)]
pub struct Options {
    /// Page ids; all pages if none is given
    #[arg(value_name = "PAGE")]
    pub pages: Vec<String>,
    /// Where something differs, wait and look again, so that it is confirmed in one call
    #[arg(long)]
    pub confirm: bool,
    /// Print one JSON object per page
    #[arg(long)]
    pub json: bool,
}

/// What one page came to.
struct Checked {
    text: String,
    exit: Exit,
}

pub async fn run(installation: &Installation, options: &Options) -> Result<Answer, Failure> {
    let pages = installation.select(&options.pages)?;
    let road = installation.road(system_clock()).await?;
    let answer = look_and_send(installation, &road, pages, options).await;
    road.store.close().await;
    // The next call goes on in the day's file.
    road.archive.leave().await?;
    answer
}

async fn look_and_send(
    installation: &Installation,
    road: &Road,
    pages: Vec<&Watched>,
    options: &Options,
) -> Result<Answer, Failure> {
    let bar = progress(pages.len());
    let in_flight = installation.config.fetch.in_flight.max(1);
    let visits = pages.into_iter().map(|watched| {
        let bar = &bar;
        async move {
            let checked = check(road, watched, options, bar).await;
            bar.inc(1);
            checked
        }
    });
    let checked: Vec<Result<Checked, Failure>> =
        stream::iter(visits).buffered(in_flight).collect().await;
    bar.finish_and_clear();
    let (mut answer, failed) = gather(checked);
    if let Some(failure) = failed {
        // Whatever stopped this visit stops deliveries too; they wait in the outbox.
        eprintln!("vermerk: {}", failure.why);
        return Ok(answer);
    }
    let (sent, waiting) = deliver(road).await?;
    if !options.json {
        answer.text += &format!("{sent} delivered\n");
    }
    for why in waiting {
        answer.exit = Exit::Failed;
        eprintln!("vermerk: {why}");
    }
    // Without a daemon the day's checkpoint is made here, and what is too old is dropped. What the look
    // found counts all the same.
    for why in installation.upkeep().daily(road).await.troubles {
        answer.exit = Exit::Failed;
        eprintln!("vermerk: {why}");
    }
    Ok(answer)
}

/// Pages in the order they were asked for; the first failure of the program itself, if there was one.
fn gather(checked: Vec<Result<Checked, Failure>>) -> (Answer, Option<Failure>) {
    let mut answer = Answer::fine("");
    let mut failed = None;
    for one in checked {
        match one {
            Ok(Checked { text, exit }) => {
                answer.text += &text;
                if exit != Exit::Fine {
                    answer.exit = exit;
                }
            }
            Err(failure) => {
                answer.exit = failure.exit;
                failed = failed.or(Some(failure));
            }
        }
    }
    (answer, failed)
}

async fn check(
    road: &Road,
    watched: &Watched,
    options: &Options,
    bar: &ProgressBar,
) -> Result<Checked, Failure> {
    let mut visited = match look(road, watched).await? {
        Ok(visited) => visited,
        Err(text) => {
            let exit = Exit::Failed;
            return Ok(Checked { text, exit });
        }
    };
    if options.confirm {
        visited = confirm(road, watched, visited, bar).await?;
    }
    let exit = match visited.look {
        Look::Held(_) | Look::Failed(_) => Exit::Failed,
        Look::Baseline | Look::Fine | Look::Unchanged => Exit::Fine,
    };
    let text = if options.json {
        format!("{}\n", as_json(&visited))
    } else {
        present::visited(watched, &visited)
    };
    Ok(Checked { text, exit })
}

/// Visible on a terminal only, and with one page only while that has something to say.
fn progress(pages: usize) -> ProgressBar {
    if pages < 2 {
        return ProgressBar::new_spinner();
    }
    ProgressBar::new(u64::try_from(pages).unwrap_or(u64::MAX))
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
async fn confirm(
    road: &Road,
    watched: &Watched,
    first: Visited,
    bar: &ProgressBar,
) -> Result<Visited, Failure> {
    let is_new = |ruled: &Ruled| ruled.ruling == Ruling::Candidate;
    if !first.rulings.iter().any(is_new) || matches!(first.look, Look::Held(_)) {
        return Ok(first);
    }
    let now = (road.clock)();
    // The schedule may ask for a look before it can confirm anything.
    let again = match first.next.purpose {
        Purpose::Confirm => first.next.at,
        _ => first.visit.started + watched.page.confirm_after,
    };
    let wait = Duration::try_from(again.duration_since(now)).unwrap_or(Duration::ZERO);
    wait_visibly(watched, wait, bar).await;
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

async fn wait_visibly(watched: &Watched, wait: Duration, bar: &ProgressBar) {
    bar.println(format!(
        "{}: something differs; looking again in {} s",
        watched.page.id,
        wait.as_secs()
    ));
    bar.enable_steady_tick(Duration::from_secs(1));
    tokio::time::sleep(wait).await;
}

/// Sends what may be sent now; says how many went out and why others did not.
async fn deliver(road: &Road) -> Result<(usize, Vec<String>), Failure> {
    let (mut sent, mut waiting) = (0, Vec::new());
    pipeline::digest(road).await?;
    road.store.tidy((road.clock)()).await?;
    while let Some(tried) = pipeline::deliver(road).await? {
        match tried.outcome {
            Outcome::Sent => sent += 1,
            Outcome::Withdrawn => {}
            Outcome::Retry { at, why } => {
                waiting.push(format!("a message waits until {}: {why}", present::utc(at)));
            }
            Outcome::SetAside { why } => waiting.push(format!(
                "a message was set aside (vermerk deliveries): {why}"
            )),
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
        "events": visited.events,
        "problems": visited.problems.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "next": visited.next.at,
    })
}
