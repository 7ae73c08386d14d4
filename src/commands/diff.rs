//! `vermerk diff`: what the words of a page's entries were at two times, with the difference marked.

use std::collections::BTreeMap;

use clap::Args;
use jiff::Timestamp;

use super::history::instant;
use super::{Answer, Failure, Installation};
use crate::model::{Change, EntryKey, Field};
use crate::present::{self, marked, utc};
use crate::store::{ChangeFilter, Store, Whom};

#[derive(Debug, Args)]
pub struct Options {
    /// A page id
    pub page: String,
    /// Only this entry, by its key (KE, page, …)
    #[arg(long, value_name = "KEY")]
    pub entry: Option<String>,
    /// The earlier time [default: just before the last change]
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// The later time [default: now]
    #[arg(long, value_name = "TIME")]
    pub to: Option<String>,
}

pub async fn run(installation: &Installation, options: &Options) -> Result<Answer, Failure> {
    let page = &installation.page(&options.page)?.page;
    let store = installation.store().await?;
    let entry = options.entry.as_deref().map(EntryKey::new);
    let filter = ChangeFilter {
        page: Some(page.id.clone()),
        key: entry.clone(),
        whom: Whom::Everybody,
        ..ChangeFilter::default()
    };
    let all = store.changes(&filter).await?;
    let to = match &options.to {
        Some(text) => instant(text)?,
        None => Timestamp::MAX,
    };
    let from = match &options.from {
        Some(text) => instant(text)?,
        None => before_last(&all, to),
    };
    if from > to {
        return Err(Failure::usage(format!(
            "--from {} is later than --to {}; give the earlier time first",
            utc(from),
            utc(to)
        )));
    }
    if all.is_empty() {
        return unchanged(&store, page, entry.as_ref()).await;
    }
    let spans = spans(&all, from, to);
    if spans.is_empty() {
        return Ok(Answer::fine("no difference in this time\n"));
    }
    Ok(Answer::fine(spans.iter().map(text).collect::<String>()))
}

/// What a field was at the beginning and at the end of the time asked for.
struct Span<'a> {
    first: &'a Change,
    last: &'a Change,
}

/// Just before the last visit that brought a change.
fn before_last(newest_first: &[Change], to: Timestamp) -> Timestamp {
    let told = newest_first.iter().find(|change| change.confirmed <= to);
    told.map_or(Timestamp::MIN, |change| {
        change.confirmed - jiff::SignedDuration::from_millis(1)
    })
}

fn spans(newest_first: &[Change], from: Timestamp, to: Timestamp) -> Vec<Span<'_>> {
    let mut spans: BTreeMap<(&EntryKey, &Field), Span<'_>> = BTreeMap::new();
    let within = |change: &&Change| change.confirmed > from && change.confirmed <= to;
    for change in newest_first.iter().rev().filter(within) {
        let field = (&change.difference.key, &change.difference.field);
        spans
            .entry(field)
            .and_modify(|span| span.last = change)
            .or_insert(Span {
                first: change,
                last: change,
            });
    }
    spans
        .into_values()
        .filter(|span| span.first.difference.before != span.last.difference.after)
        .collect()
}

fn text(span: &Span<'_>) -> String {
    let (before, after) = (&span.first.difference.before, &span.last.difference.after);
    let since = span
        .first
        .last_old
        .map_or_else(|| "the beginning".to_owned(), utc);
    format!(
        "{}\n  --- {since}\n  +++ {}\n    {}\n\n",
        present::headline(span.last),
        utc(span.last.first_seen),
        present::indented(&marked(before, after)),
    )
}

/// Without any change the entries stand as they were first read.
async fn unchanged(
    store: &Store,
    page: &crate::model::Page,
    entry: Option<&EntryKey>,
) -> Result<Answer, Failure> {
    let memory = store.memory(&page.id).await?;
    let known = memory.snapshot.map_or_else(Vec::new, |known| known.entries);
    match entry {
        Some(key) if !known.iter().any(|entry| entry.key == *key) => {
            let keys: Vec<String> = known.iter().map(|entry| entry.key.to_string()).collect();
            Err(Failure::usage(format!(
                "no entry {key}; the page has {}",
                keys.join(", ")
            )))
        }
        _ => Ok(Answer::fine("no change since the first look\n")),
    }
}
