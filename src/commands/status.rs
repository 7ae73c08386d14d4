//! `vermerk status`: how each page stands, what its entries say now, and, for monitoring, whether all is well.

use clap::Args;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{Answer, Exit, Failure, Installation};
use crate::archive::{self, EventOutcome};
use crate::interpret::{self, Lexicon, Others};
use crate::model::{Entry, Look, Status};
use crate::present::{self, ago, utc};
use crate::store::{Counts, PageStatus, Store, has_stopped};

#[derive(Debug, Args)]
pub struct Options {
    /// One line for a monitoring system; the exit code says whether pages, mail and disk are well
    #[arg(long)]
    pub check: bool,
    /// Print JSON
    #[arg(long, conflicts_with = "check")]
    pub json: bool,
}

/// A look that is overdue is an ill only when the last good one is older than this, so that a daily cron job is well.
const STALE: SignedDuration = SignedDuration::from_hours(26);
/// A daemon takes a look within moments; one that is later than this is not taken.
const LATE: SignedDuration = SignedDuration::from_mins(15);
/// Mail that waits longer than this is a matter for the operator.
const MAIL_LATE: SignedDuration = SignedDuration::from_hours(2);
/// Below this the archive will soon stop.
const DISK_FREE: u64 = 1 << 30;

pub async fn run(installation: &Installation, options: &Options) -> Result<Answer, Failure> {
    let store = installation.store().await?;
    let now = Timestamp::now();
    let pages = as_configured(installation, store.status().await?, now);
    let counts = store.counts().await?;
    let (statuses, briefs) = (store.statuses(None).await?, store.briefs().await?);
    let others = Others {
        statuses: &statuses,
        briefs: &briefs,
    };
    let matrix = interpret::with_twins(Lexicon::bundled(), others);
    let mut ills = ills(&pages, counts, now);
    if installation.pages.is_empty() {
        ills.push(
            "no page is watched: put one into the folder pages beside the configuration".to_owned(),
        );
    }
    ills.extend(daemon_ill(installation, &pages, now));
    ills.extend(disk_ill(installation));
    ills.extend(archive_ill(installation));
    if options.check {
        return Ok(check(installation, &ills));
    }
    if options.json {
        return Ok(Answer::fine(format!(
            "{}\n",
            as_json(&with_entries(&store, pages).await?, &matrix, counts, &ills)
        )));
    }
    let mut text = overview(&pages, now);
    for (page, read) in &with_entries(&store, pages).await? {
        if page.watched {
            text += &entries(page, read, &of_page(&matrix, page));
        }
    }
    text += &format!(
        "\ndeliveries: {} waiting, {} set aside\n",
        counts.pending, counts.set_aside
    );
    for ill in ills {
        text += &format!("! {ill}\n");
    }
    Ok(Answer::fine(text))
}

/// What is stored, by today's configuration; a page that was never looked at is not well either.
/// Nothing is written, because a daemon at work goes by the configuration that it was started with.
fn as_configured(
    installation: &Installation,
    mut pages: Vec<PageStatus>,
    now: Timestamp,
) -> Vec<PageStatus> {
    let mut unseen = installation.first_plans(now);
    for page in &mut pages {
        let known = unseen
            .iter()
            .position(|(brief, _)| brief.id == page.brief.id);
        page.watched = known.map(|place| unseen.remove(place)).is_some();
    }
    pages.extend(
        unseen
            .into_iter()
            .map(|(brief, next)| PageStatus::unseen(brief, next)),
    );
    pages.sort_by(|a, b| a.brief.id.cmp(&b.brief.id));
    pages
}

/// One line and an exit code, as monitoring systems want it.
fn check(installation: &Installation, ills: &[String]) -> Answer {
    if ills.is_empty() {
        let also = match installation.config.mail {
            Some(_) => ", mail and disk",
            None => " and disk",
        };
        let pages = installation.pages.len();
        Answer::fine(format!("OK: {pages} pages{also} are well\n"))
    } else {
        Answer {
            text: format!("WARNING: {}\n", ills.join("; ")),
            exit: Exit::Failed,
        }
    }
}

/// What the last check of the whole archive came to.
fn archive_ill(installation: &Installation) -> Option<String> {
    let last = archive::last_event(&installation.archive_settings(), |event| {
        event.event == archive::FIXITY_CHECK
    });
    let last = last
        .ok()?
        .filter(|event| event.outcome == EventOutcome::Failure)?;
    Some(format!(
        "the archive was not as it was written on {} (vermerk archive verify)",
        utc(last.at)
    ))
}

/// Looks that nobody takes: a daemon was here, and is gone.
fn daemon_ill(installation: &Installation, pages: &[PageStatus], now: Timestamp) -> Option<String> {
    let overdue = pages
        .iter()
        .filter(|page| page.watched && now.duration_since(page.next.at) > LATE);
    let since = overdue.map(|page| page.next.at).min()?;
    has_stopped(&installation.database()).then(|| {
        format!(
            "no daemon runs, and looks are overdue since {} (vermerk run)",
            utc(since)
        )
    })
}

/// What is not well, one line each.
fn ills(pages: &[PageStatus], counts: Counts, now: Timestamp) -> Vec<String> {
    let mut ills: Vec<String> = pages
        .iter()
        .filter(|page| page.watched)
        .filter_map(|page| ill(page, now).map(|why| format!("{}: {why}", page.brief.id)))
        .collect();
    if counts.set_aside > 0 {
        ills.push(format!(
            "{} deliveries set aside (vermerk deliveries)",
            counts.set_aside
        ));
    }
    if let Some(oldest) = counts
        .oldest_pending
        .filter(|at| now.duration_since(*at) > MAIL_LATE)
    {
        ills.push(format!(
            "mail waits since {} (vermerk deliveries)",
            utc(oldest)
        ));
    }
    ills
}

fn ill(page: &PageStatus, now: Timestamp) -> Option<String> {
    if let Some(held) = &page.hold {
        return Some(format!("held since {}: {}", utc(held.since), held.reason));
    }
    if let Some(since) = page.health.since {
        let why = match &page.look {
            Some(Look::Failed(problem)) => problem.to_string(),
            _ => "cannot be read".to_owned(),
        };
        return Some(format!("failing since {}: {why}", utc(since)));
    }
    if page.last_visit.is_some_and(|at| at > now + LATE) {
        return Some(
            "its last look lies in the future: the clock was ahead then, or is behind now"
                .to_owned(),
        );
    }
    match page.last_ok {
        None => Some("never read yet".to_owned()),
        Some(at) if now.duration_since(at) > STALE && page.next.at < now => Some(format!(
            "last read {} ago; is the daemon running?",
            ago(now.duration_since(at))
        )),
        Some(_) => None,
    }
}

fn disk_ill(installation: &Installation) -> Option<String> {
    let state = &installation.config.state;
    let stat = rustix::fs::statvfs(state).ok()?;
    let free = stat.f_bavail.saturating_mul(stat.f_frsize);
    (free < DISK_FREE).then(|| format!("only {} MiB left in {}", free >> 20, state.display()))
}

fn overview(pages: &[PageStatus], now: Timestamp) -> String {
    let mut rows = present::table(&[
        "PAGE",
        "HEALTH",
        "LAST CHECK",
        "LAST SUCCESS",
        "LAST CHANGE",
        "NEXT LOOK",
    ]);
    for page in pages {
        let at = |at: Option<Timestamp>| at.map_or_else(|| "never".to_owned(), utc);
        rows.add_row([
            page.brief.id.to_string(),
            health(page, now),
            at(page.last_visit),
            at(page.last_ok),
            at(page.last_change),
            if page.watched {
                utc(page.next.at)
            } else {
                "no more".to_owned()
            },
        ]);
    }
    format!("{rows}\n")
}

fn health(page: &PageStatus, now: Timestamp) -> String {
    match (page.watched, ill(page, now)) {
        (false, _) => "not configured".to_owned(),
        (true, Some(why)) => why,
        (true, None) if page.candidates > 0 => format!("well; {} seen once", page.candidates),
        (true, None) => "well".to_owned(),
    }
}

fn of_page(matrix: &[Status], page: &PageStatus) -> Vec<Status> {
    let own = matrix.iter().filter(|status| status.page == page.brief.id);
    own.cloned().collect()
}

async fn with_entries(
    store: &Store,
    pages: Vec<PageStatus>,
) -> Result<Vec<(PageStatus, Vec<Entry>)>, Failure> {
    let mut all = Vec::with_capacity(pages.len());
    for page in pages {
        let entries = store.entries(&page.brief.id).await?;
        all.push((page, entries));
    }
    Ok(all)
}

fn entries(page: &PageStatus, entries: &[Entry], matrix: &[Status]) -> String {
    let head = format!("\n{} ({})\n", page.brief.title, page.brief.url);
    if !matrix.is_empty() {
        return head + &present::matrix(entries, matrix);
    }
    let mut rows = present::table(&["KEY", "TITLE", "TEXT"]);
    for entry in entries {
        let article = entry
            .article
            .as_ref()
            .map_or("", |article| article.as_str());
        let said = [entry.teaser.as_str(), article]
            .into_iter()
            .find(|text| !text.is_empty());
        rows.add_row([
            entry.key.to_string(),
            entry.title.text.clone(),
            present::shortened(said.unwrap_or_default(), 160),
        ]);
    }
    format!("{head}{rows}\n")
}

fn as_json(
    pages: &[(PageStatus, Vec<Entry>)],
    matrix: &[Status],
    counts: Counts,
    ills: &[String],
) -> serde_json::Value {
    let page = |(page, entries): &(PageStatus, Vec<Entry>)| {
        json!({
            "page": page.brief.id,
            "title": page.brief.title,
            "url": page.brief.url,
            "watched": page.watched,
            "last_check": page.last_visit,
            "last_success": page.last_ok,
            "last_change": page.last_change,
            "next_look": page.next.at,
            "look": page.look,
            "held": page.hold.as_ref().map(|held| json!({"number": held.id, "reason": held.reason.to_string(), "since": held.since})),
            "seen_once": page.candidates,
            "entries": entries,
            "statuses": of_page(matrix, page),
        })
    };
    json!({
        "pages": pages.iter().map(page).collect::<Vec<_>>(),
        "deliveries": {"waiting": counts.pending, "set_aside": counts.set_aside},
        "ills": ills,
    })
}
