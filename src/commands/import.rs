//! `vermerk archive import`: history that others captured, kept apart from our own and shown with its source.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;
use url::Url;

use super::archive::printable;
use super::fixity::number;
use super::history::instant;
use super::installation::system_clock;
use super::{Answer, Exit, Failure, Installation};
use crate::archive::Settings;
use crate::fetch;
use crate::fetch::wayback::Query;
use crate::model::{CaptureId, ChangeId};
use crate::pipeline::{self, Backfill, Backfilled, Brought, Pace, Watched};
use crate::present::utc;
use crate::store::Store;

#[derive(Debug, Args)]
pub struct Options {
    /// WARC (packed or not) and WACZ files
    #[arg(
        value_name = "FILE",
        required_unless_present = "from_wayback",
        conflicts_with = "from_wayback"
    )]
    pub files: Vec<PathBuf>,
    /// Take over what the Wayback Machine has of this address
    #[arg(long, value_name = "URL", requires = "page")]
    pub from_wayback: Option<Url>,
    /// The page that all of it belongs to [default for files: the page that an address is known by]
    #[arg(long, value_name = "PAGE")]
    pub page: Option<String>,
    /// Captured since a day or an instant
    #[arg(long, value_name = "TIME", requires = "from_wayback")]
    pub from: Option<String>,
    /// Captured before a day or an instant
    #[arg(long, value_name = "TIME", requires = "from_wayback")]
    pub to: Option<String>,
    /// At most so many captures
    #[arg(long, value_name = "N", requires = "from_wayback")]
    pub limit: Option<usize>,
    /// Another archive with the Wayback Machine's interface
    #[arg(
        long,
        value_name = "URL",
        requires = "from_wayback",
        default_value = "https://web.archive.org/"
    )]
    pub wayback: Url,
}

pub async fn run(installation: &Installation, options: &Options) -> Result<Answer, Failure> {
    let store = installation.store().await?;
    let now = (system_clock())();
    store.introduce(&installation.first_plans(now)).await?;
    installation.own_archive(&store).await?;
    let settings = installation.archive_settings();
    std::fs::create_dir_all(&settings.folder)
        .map_err(|error| Failure::failed(format!("{}: {error}", settings.folder.display())))?;
    let page = options
        .page
        .as_deref()
        .map(|name| installation.page(name))
        .transpose()?;
    if let (Some(url), Some(watched)) = (&options.from_wayback, page) {
        let asked = Backfill {
            watched,
            query: Query {
                base: options.wayback.clone(),
                url: url.clone(),
                from: options.from.as_deref().map(instant).transpose()?,
                to: options.to.as_deref().map(instant).transpose()?,
            },
            limit: options.limit.unwrap_or(usize::MAX),
            pace: Pace::polite(system_clock()),
        };
        let client = client(installation)?;
        let bar = indicatif::ProgressBar::new_spinner();
        let watch = |listed: &fetch::wayback::Listed, seen: usize| {
            bar.set_message(format!("{seen}: {}", listed.stamp));
            bar.tick();
        };
        let done = pipeline::backfill(&store, &settings, &client, asked, &watch).await?;
        bar.finish_and_clear();
        let mut answer = backfilled(&done);
        answer.text += &earlier(&store, &settings, &[watched], &done.brought).await?;
        return Ok(answer);
    }
    for file in &options.files {
        readable(file)?;
    }
    let names: Vec<String> = options.page.iter().cloned().collect();
    let page = page.map(|watched| &watched.page.id);
    let files = options.files.clone();
    let brought =
        pipeline::import(&store, &settings, &installation.pages, page, files, now).await?;
    let mut answer = answer(&brought);
    answer.text += &earlier(&store, &settings, &installation.select(&names)?, &brought).await?;
    Ok(answer)
}

/// Reads what was imported like our own history, and says what this import shows.
async fn earlier(
    store: &Store,
    settings: &Settings,
    pages: &[&Watched],
    brought: &Brought,
) -> Result<String, Failure> {
    let mut text = String::new();
    for watched in pages {
        let page = &watched.page.id;
        let known = store.earlier(Some(page)).await?.into_iter();
        let known = known.flat_map(|one| one.changes).map(|change| change.id);
        let known: BTreeSet<ChangeId> = known.collect();
        let read = pipeline::earlier(store, settings, watched).await?;
        let of_this = |all: &BTreeSet<CaptureId>| all.intersection(&brought.new).count();
        let (captures, passed) = (of_this(&read.captures), of_this(&read.passed_over));
        let changes = read.changes.difference(&known).count();
        if captures == 0 && changes == 0 {
            continue;
        }
        text += &format!(
            "{page}: {} of it from before our first look, {} (vermerk history {page})",
            number(captures, "capture"),
            number(changes, "new change"),
        );
        if passed > 0 {
            text += &format!("; {passed} show no page that today's recipe can read");
        }
        text += "\n";
    }
    Ok(text)
}

/// What a source is called: the host of an archive, the name of a file.
pub fn source(source: &Url) -> String {
    match source.host_str() {
        Some(host) if !host.is_empty() => host.to_owned(),
        _ => source.path().trim_start_matches('/').to_owned(),
    }
}

/// The pace is the backfill's own, so the client adds no pause of its own.
fn client(installation: &Installation) -> Result<fetch::Client, Failure> {
    installation.client_with_pause(&system_clock(), std::time::Duration::ZERO)
}

fn readable(file: &Path) -> Result<(), Failure> {
    match std::fs::File::open(file) {
        Ok(opened) if opened.metadata().is_ok_and(|found| found.is_file()) => Ok(()),
        Ok(_) => Err(Failure::usage(format!("{} is no file", file.display()))),
        Err(error) => Err(Failure::usage(format!("{}: {error}", file.display()))),
    }
}

fn answer(brought: &Brought) -> Answer {
    let mut text = number(brought.new.len(), "capture");
    text += " imported";
    if let (Some(oldest), Some(newest)) = (brought.oldest, brought.newest) {
        text += &format!(", from {} to {}", utc(oldest), utc(newest));
    }
    if brought.known > 0 {
        text += &format!("; {} had been imported before", brought.known);
    }
    text += "\n";
    for (why, count) in &brought.left_out {
        text += &format!(
            "left out: {} {}\n",
            number(*count, "record"),
            printable(why)
        );
    }
    for refused in &brought.refused {
        text += &format!(
            "FAULT {}: {}\n",
            printable(&refused.place),
            printable(&refused.why)
        );
    }
    let exit = if brought.refused.is_empty() {
        Exit::Fine
    } else {
        Exit::Failed
    };
    Answer { text, exit }
}

fn backfilled(done: &Backfilled) -> Answer {
    let mut answer = answer(&done.brought);
    for (why, count) in &done.missing {
        answer.text += &format!(
            "not to be had: {}: {}\n",
            number(*count, "capture"),
            printable(why)
        );
    }
    if let Some(why) = &done.unfinished {
        answer.text += &format!(
            "ended early: {}; the same command goes on where this one stopped\n",
            printable(why)
        );
        answer.exit = Exit::Failed;
    }
    answer
}
