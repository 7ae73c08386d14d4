//! `vermerk history`: every change, newest first, as lines, JSON or CSV.

use std::cmp::Reverse;

use clap::Args;
use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::{Answer, Failure, Installation};
use crate::model::{Change, EntryKey, Event, PageId, word};
use crate::present::{self, utc};
use crate::store::{ChangeFilter, EventFilter, Store, Whom};

#[derive(Debug, Args)]
pub struct Options {
    /// A page id; all pages if none is given
    pub page: Option<String>,
    /// Only this entry, by its key (KE, page, …)
    #[arg(long, value_name = "KEY")]
    pub entry: Option<String>,
    /// Only what was confirmed since a day or an instant (2024-09-16, 2024-09-16T06:00:00Z)
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// With what is cosmetic or toggles and was told to nobody
    #[arg(long)]
    pub all: bool,
    /// At most so many changes
    #[arg(long, default_value_t = 1000)]
    pub limit: usize,
    /// Print CSV
    #[arg(long)]
    pub csv: bool,
    /// Print one JSON object per change
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
}

/// A change with what it means, and whose captures show it.
struct Told {
    change: Change,
    events: Vec<Event>,
    /// `None`: we saw it ourselves.
    source: Option<Url>,
    /// Whether it was taken over after a restore, and mailed to nobody.
    is_taken_over: bool,
}

pub async fn run(installation: &Installation, options: &Options) -> Result<Answer, Failure> {
    let filter = filter(installation, options)?;
    let store = installation.store().await?;
    let mut told = own(&store, &filter).await?;
    told.extend(of_others(&store, &filter).await?);
    told.sort_by_key(|told| Reverse(told.change.confirmed));
    told.truncate(filter.limit);
    if options.csv {
        return csv(&told).map(Answer::fine);
    }
    if options.json {
        return Ok(Answer::fine(told.iter().map(json).collect::<String>()));
    }
    if told.is_empty() {
        return Ok(Answer::fine("no changes\n"));
    }
    Ok(Answer::fine(told.iter().map(line).collect::<String>()))
}

async fn own(store: &Store, filter: &ChangeFilter) -> Result<Vec<Told>, Failure> {
    let changes = store.changes(filter).await?;
    let meant = meant(store, &changes).await?;
    let taken_over = store.taken_over().await?;
    let told = |change: Change| Told {
        events: of_change(&meant, &change),
        is_taken_over: taken_over.contains(&change.visit),
        change,
        source: None,
    };
    Ok(changes.into_iter().map(told).collect())
}

/// What was imported stands among our own changes in the order of time, each with its source.
async fn of_others(store: &Store, filter: &ChangeFilter) -> Result<Vec<Told>, Failure> {
    let mut all = Vec::new();
    for earlier in store.earlier(filter.page.as_ref()).await? {
        for change in earlier.changes {
            let is_asked = filter.since.is_none_or(|since| change.confirmed >= since)
                && filter
                    .key
                    .as_ref()
                    .is_none_or(|key| change.difference.key == *key);
            if is_asked {
                all.push(Told {
                    events: of_change(&earlier.events, &change),
                    change,
                    source: Some(earlier.source.clone()),
                    is_taken_over: false,
                });
            }
        }
    }
    Ok(all)
}

fn of_change(events: &[Event], change: &Change) -> Vec<Event> {
    let events = events.iter();
    let own = events.filter(|event| event.changes.contains(&change.id));
    own.cloned().collect()
}

/// The events that these changes brought.
async fn meant(store: &Store, changes: &[Change]) -> Result<Vec<Event>, Failure> {
    let times = || changes.iter().map(|change| change.confirmed);
    let filter = EventFilter {
        since: times().min(),
        // An instant is kept in milliseconds.
        until: times()
            .max()
            .map(|last| last + SignedDuration::from_millis(1)),
        ..EventFilter::default()
    };
    Ok(store.events(&filter).await?)
}

fn filter(installation: &Installation, options: &Options) -> Result<ChangeFilter, Failure> {
    let page = match &options.page {
        None => None,
        Some(name) => Some(page_id(installation, name)?),
    };
    let since = options.since.as_deref().map(instant).transpose()?;
    Ok(ChangeFilter {
        page,
        key: options.entry.as_deref().map(EntryKey::new),
        since,
        whom: if options.all {
            Whom::Everybody
        } else {
            Whom::Readers
        },
        limit: options.limit,
        ..ChangeFilter::default()
    })
}

/// A configured page, so that a typing mistake is no empty history.
pub fn page_id(installation: &Installation, name: &str) -> Result<PageId, Failure> {
    installation
        .page(name)
        .map(|watched| watched.page.id.clone())
}

/// A day (its beginning in UTC) or an instant.
pub fn instant(text: &str) -> Result<Timestamp, Failure> {
    let day = || {
        let date: jiff::civil::Date = text.parse().ok()?;
        let start =
            jiff::tz::TimeZone::UTC.to_timestamp(date.to_datetime(jiff::civil::Time::midnight()));
        start.ok()
    };
    text.parse().ok().or_else(day).ok_or_else(|| {
        Failure::usage(format!(
            "{text:?} is no time; write 2024-09-16 or 2024-09-16T06:00:00Z"
        ))
    })
}

fn line(told: &Told) -> String {
    let Told {
        change,
        events,
        source,
        is_taken_over,
    } = told;
    let events: String = events
        .iter()
        .map(|event| present::event(event) + "\n")
        .collect();
    let source = source.as_ref().map_or_else(String::new, |source| {
        format!("  captured by others, imported from {source}")
    });
    let restored = if *is_taken_over {
        "  taken over after a restore, mailed to nobody"
    } else {
        ""
    };
    format!(
        "{}  {}{source}{restored}\n{events}{}\n",
        utc(change.confirmed),
        change.visit,
        present::change(change)
    )
}

fn json(told: &Told) -> String {
    let mut change = serde_json::to_value(&told.change).unwrap_or_default();
    if let (Some(source), Some(fields)) = (&told.source, change.as_object_mut()) {
        fields.insert("source".to_owned(), source.as_str().into());
    }
    format!("{change}\n")
}

fn csv(told: &[Told]) -> Result<String, Failure> {
    let broken = |error: csv::Error| Failure::failed(format!("cannot write CSV: {error}"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    let head = [
        "change",
        "page",
        "entry",
        "title",
        "kind",
        "field",
        "before",
        "after",
        "last_old",
        "first_seen",
        "confirmed",
        "capture_before",
        "capture_after",
        "told",
        "source",
    ];
    writer.write_record(head).map_err(broken)?;
    for told in told {
        writer.write_record(row(told)).map_err(broken)?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| Failure::failed(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| Failure::failed(error.to_string()))
}

fn row(told: &Told) -> Vec<String> {
    let Told { change, source, .. } = told;
    let difference = &change.difference;
    let at = |at: Option<Timestamp>| at.map_or_else(String::new, |at| at.to_string());
    let capture = |cited: &Option<crate::model::CaptureRef>| {
        cited
            .as_ref()
            .map_or_else(String::new, |cited| cited.id.to_string())
    };
    let cells = [
        change.id.to_string(),
        change.visit.page.to_string(),
        difference.key.to_string(),
        change.title.clone(),
        word(&difference.kind()),
        difference.field.name().to_owned(),
        difference.before.quote(),
        difference.after.quote(),
        at(change.last_old),
        change.first_seen.to_string(),
        change.confirmed.to_string(),
        capture(&change.evidence_before),
        capture(&change.evidence_after),
        word(&change.told),
        source.as_ref().map_or_else(String::new, Url::to_string),
    ];
    cells.into_iter().map(present::harmless).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_day_or_an_instant() {
        let day = instant("2024-09-16").unwrap();
        assert_eq!(day, instant("2024-09-16T00:00:00Z").unwrap());
        assert!(instant("gestern").is_err());
    }
}
