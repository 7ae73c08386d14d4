//! `vermerk backtest`: which changes and events would come out otherwise, had history been read with
//! a changed page file or with this program's lexicon. Writes nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;
use serde::Serialize;

use super::history::instant;
use super::retaken::retake;
use super::{Answer, Failure, Installation};
use crate::config;
use crate::model::{Change, Event, PageId, Reread, Status};
use crate::pipeline::Watched;
use crate::present::{self, utc};
use crate::store::{ChangeFilter, EventFilter, Store};

#[derive(Debug, Args)]
pub struct Options {
    /// A changed page file; without it all pages are read as they are configured
    #[arg(long, value_name = "FILE")]
    pub page: Option<PathBuf>,
    /// Only what was confirmed at that day or instant (UTC) or later
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// Only what was confirmed before that day or instant (UTC)
    #[arg(long, value_name = "TIME")]
    pub to: Option<String>,
}

pub async fn run(installation: &Installation, options: &Options) -> Result<Answer, Failure> {
    let changed = options.page.as_deref().map(page_from).transpose()?;
    let span = Span {
        from: options.from.as_deref().map(instant).transpose()?,
        to: options.to.as_deref().map(instant).transpose()?,
    };
    let recorded = installation.store().await?;
    let pages = with(&installation.pages, changed.as_ref());
    let folder = tempfile::Builder::new()
        .prefix("vermerk-backtest-")
        .tempdir()
        .map_err(|error| Failure::failed(format!("no temporary folder: {error}")))?;
    let file = folder.path().join("vermerk.db");
    // Pages are read together: one may contradict the other.
    let retaken = retake(installation, &pages, &file).await?;
    let again = Store::open(&file).await?;
    let mut text = format!("{retaken}\n");
    for watched in &pages {
        let is_asked = changed
            .as_ref()
            .is_none_or(|changed| changed.page.id == watched.page.id);
        if is_asked {
            text += &compare(&recorded, &again, &watched.page.id, span).await?;
        }
    }
    again.close().await;
    let exit = retaken.exit();
    Ok(Answer { text, exit })
}

/// Between which times.
#[derive(Debug, Clone, Copy)]
struct Span {
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

/// What one side has, by what names it on both sides.
type Side<T> = BTreeMap<String, T>;

fn page_from(file: &Path) -> Result<Watched, Failure> {
    let read = config::read_page(file);
    read.map_err(|errors| Failure::configuration(errors.to_string()))
}

fn with(pages: &[Watched], changed: Option<&Watched>) -> Vec<Watched> {
    let mut pages = pages.to_vec();
    if let Some(changed) = changed {
        pages.retain(|watched| watched.page.id != changed.page.id);
        pages.push(changed.clone());
    }
    pages
}

async fn compare(
    recorded: &Store,
    again: &Store,
    page: &PageId,
    span: Span,
) -> Result<String, Failure> {
    let (before, after) = (
        changes(recorded, page, span).await?,
        changes(again, page, span).await?,
    );
    let mut text = differing("change", &before, &after, |before, after| {
        of_change(before, after)
    });
    let (events_before, events_after) = (
        events(recorded, page, span).await?,
        events(again, page, span).await?,
    );
    text += &differing("event", &events_before, &events_after, |before, after| {
        present::reread(&Reread::Event {
            before: before.cloned().map(Box::new),
            after: after.cloned().map(Box::new),
        })
    });
    text += &differing(
        "cell of the matrix",
        &statuses(recorded, page).await?,
        &statuses(again, page).await?,
        |before, after| {
            present::reread(&Reread::Status {
                before: before.cloned().map(Box::new),
                after: after.cloned().map(Box::new),
            })
        },
    );
    text += &entries(recorded, again, page).await?;
    if text.is_empty() {
        return Ok(format!(
            "{page}: all comes out as it is recorded ({} changes, {} events)\n",
            before.len(),
            events_before.len()
        ));
    }
    Ok(format!("{page}\n{text}"))
}

/// What only one side has, and what both have otherwise.
fn differing<T: PartialEq + Serialize>(
    what: &str,
    before: &Side<T>,
    after: &Side<T>,
    say: impl Fn(Option<&T>, Option<&T>) -> String,
) -> String {
    let gone = before.keys().filter(|key| !after.contains_key(*key));
    let added = after.keys().filter(|key| !before.contains_key(*key));
    let other = before
        .iter()
        .filter(|(key, one)| after.get(*key).is_some_and(|again| again != *one))
        .map(|(key, _)| key);
    let mut text = String::new();
    for (word, keys) in [
        ("gone", gone.collect::<Vec<_>>()),
        ("added", added.collect()),
        ("different", other.collect()),
    ] {
        for key in keys {
            let (before, after) = (before.get(key), after.get(key));
            let parts = parts_that_differ(before, after);
            text += &format!("{word} {what}{parts}\n{}", say(before, after));
        }
    }
    text
}

/// Which parts of both are not the same: what is said of them in short may well be.
fn parts_that_differ<T: Serialize>(before: Option<&T>, after: Option<&T>) -> String {
    let value = |one: Option<&T>| serde_json::to_value(one?).ok();
    let (Some(before), Some(after)) = (value(before), value(after)) else {
        return String::new();
    };
    let fields = before.as_object().into_iter().flatten();
    let others = fields.filter(|(name, one)| after.get(name.as_str()) != Some(*one));
    let names: Vec<&str> = others.map(|(name, _)| name.as_str()).collect();
    match names.as_slice() {
        [] => String::new(),
        names => format!(" in {}", names.join(", ")),
    }
}

fn of_change(before: Option<&Change>, after: Option<&Change>) -> String {
    let one =
        |change: &Change| format!("  {} {}\n", utc(change.confirmed), present::change(change));
    match (before, after) {
        (Some(before), Some(after)) => {
            format!("  recorded:\n{}  now:\n{}", one(before), one(after))
        }
        (before, after) => before.or(after).map(one).unwrap_or_default(),
    }
}

async fn changes(store: &Store, page: &PageId, span: Span) -> Result<Side<Change>, Failure> {
    let filter = ChangeFilter {
        page: Some(page.clone()),
        since: span.from,
        until: span.to,
        ..ChangeFilter::default()
    };
    let changes = store.changes(&filter).await?.into_iter();
    Ok(changes.map(|one| (one.id.to_string(), one)).collect())
}

async fn events(store: &Store, page: &PageId, span: Span) -> Result<Side<Event>, Failure> {
    let filter = EventFilter {
        page: Some(page.clone()),
        since: span.from,
        until: span.to,
        ..EventFilter::default()
    };
    let events = store.events(&filter).await?.into_iter();
    Ok(events.map(|one| (one.id.to_string(), one)).collect())
}

/// What the page says today; it has no place in a span.
async fn statuses(store: &Store, page: &PageId) -> Result<Side<Status>, Failure> {
    let name = |status: &Status| {
        let partner = status.partner.map(|partner| partner.to_string());
        format!("{} {partner:?} {}", status.key, status.statement.stage)
    };
    let statuses = store.statuses(Some(page)).await?.into_iter();
    Ok(statuses.map(|one| (name(&one), one)).collect())
}

/// Which entries of today's page are read on one side only.
async fn entries(recorded: &Store, again: &Store, page: &PageId) -> Result<String, Failure> {
    let (before, after) = (titles(recorded, page).await?, titles(again, page).await?);
    Ok(differing("entry", &before, &after, |before, after| {
        let title = after.or(before);
        title.map_or_else(String::new, |title| format!("  {title}\n"))
    }))
}

async fn titles(store: &Store, page: &PageId) -> Result<Side<String>, Failure> {
    let entries = store
        .memory(page)
        .await?
        .snapshot
        .map(|known| known.entries);
    let entries = entries.unwrap_or_default().into_iter();
    Ok(entries
        .map(|entry| (entry.key.to_string(), entry.title.text))
        .collect())
}
