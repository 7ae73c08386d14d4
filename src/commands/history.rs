//! `vermerk history`: every change, newest first, as lines, JSON or CSV.

use jiff::{SignedDuration, Timestamp};

use super::arguments::History;
use super::{Answer, Failure, Installation};
use crate::model::{Change, EntryKey, Event, PageId};
use crate::present::{self, utc};
use crate::store::{ChangeFilter, EventFilter, Whom};

pub async fn run(installation: &Installation, options: &History) -> Result<Answer, Failure> {
    let filter = filter(installation, options)?;
    let changes = installation.store().await?.changes(&filter).await?;
    if options.csv {
        return csv(&changes).map(Answer::fine);
    }
    if options.json {
        let lines = changes
            .iter()
            .map(|change| serde_json::to_string(change).unwrap_or_default() + "\n");
        return Ok(Answer::fine(lines.collect::<String>()));
    }
    if changes.is_empty() {
        return Ok(Answer::fine("no changes\n"));
    }
    let meant = meant(installation, &changes).await?;
    let lines = changes.iter().map(|change| line(change, &meant));
    Ok(Answer::fine(lines.collect::<String>()))
}

/// The events that these changes brought.
async fn meant(installation: &Installation, changes: &[Change]) -> Result<Vec<Event>, Failure> {
    let times = || changes.iter().map(|change| change.confirmed);
    let filter = EventFilter {
        since: times().min(),
        // An instant is kept in milliseconds.
        until: times()
            .max()
            .map(|last| last + SignedDuration::from_millis(1)),
        ..EventFilter::default()
    };
    Ok(installation.store().await?.events(&filter).await?)
}

fn filter(installation: &Installation, options: &History) -> Result<ChangeFilter, Failure> {
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

fn line(change: &Change, meant: &[Event]) -> String {
    let events = meant
        .iter()
        .filter(|event| event.changes.contains(&change.id));
    let events: String = events.map(|event| present::event(event) + "\n").collect();
    format!(
        "{}  {}\n{events}{}\n",
        utc(change.confirmed),
        change.visit,
        present::change(change)
    )
}

fn csv(changes: &[Change]) -> Result<String, Failure> {
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
    ];
    writer.write_record(head).map_err(broken)?;
    for change in changes {
        writer.write_record(row(change)).map_err(broken)?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| Failure::failed(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| Failure::failed(error.to_string()))
}

fn row(change: &Change) -> Vec<String> {
    let difference = &change.difference;
    let at = |at: Option<Timestamp>| at.map_or_else(String::new, |at| at.to_string());
    let capture = |cited: &Option<crate::model::CaptureRef>| {
        cited
            .as_ref()
            .map_or_else(String::new, |cited| cited.id.to_string())
    };
    let page = change.visit.as_str().split('@').next().unwrap_or_default();
    let cells = [
        change.id.to_string(),
        page.to_owned(),
        difference.key.to_string(),
        change.title.clone(),
        format!("{:?}", difference.kind()).to_lowercase(),
        difference.field.name().to_owned(),
        difference.before.quote(),
        difference.after.quote(),
        at(change.last_old),
        change.first_seen.to_string(),
        change.confirmed.to_string(),
        capture(&change.evidence_before),
        capture(&change.evidence_after),
        format!("{:?}", change.told).to_lowercase(),
    ];
    cells.into_iter().map(harmless).collect()
}

/// A spreadsheet must not run what a page says: a cell that begins like a formula gets a quotation mark.
fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_cannot_be_a_formula() {
        for (cell, expected) in [
            ("=1+1", "'=1+1"),
            ("@x", "'@x"),
            ("a=b", "a=b"),
            ("-", "'-"),
        ] {
            assert_eq!(harmless(cell.to_owned()), expected);
        }
    }

    #[test]
    fn a_time_is_a_day_or_an_instant() {
        let day = instant("2024-09-16").unwrap();
        assert_eq!(day, instant("2024-09-16T00:00:00Z").unwrap());
        assert!(instant("gestern").is_err());
    }
}
