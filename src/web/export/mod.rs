//! The data to take away: one definition of rows and columns for API, JSON Lines, CSV and Parquet.

mod columns;
mod csv;
pub mod geojson;
mod parquet;
mod revision;
mod rows;

use axum::extract::{Path, State};
use axum::http::{HeaderName, header};
use axum::response::IntoResponse as _;
use serde::Serialize;
use serde_json::{Map, Value};

use super::past;
use super::said::brief;
use super::{Reply, Site, Trouble};
use crate::model::{Change, Earlier, Event, PageBrief};
use crate::store::{ChangeFilter, EventFilter, Whom};

pub use columns::{COLUMNS, Column, Kind, Table};
pub use revision::{RevisionRow, log};
pub use rows::{ChangeRow, EventRow, StatusRow};

/// Grows when a column changes its meaning or goes; columns that come are no new version.
pub const SCHEMA: u32 = 1;

/// What each version changed: number, since when, and the change in German and English.
pub const VERSIONS: &[(u32, &str, &str, &str)] = &[(
    1,
    "2026-11-25",
    "die erste; Spalten, die hinzukommen, sind keine neue Version",
    "the first; columns that come are no new version",
)];

/// A row by the names of its columns.
type Row = Map<String, Value>;

/// Makes a file of rows.
type Writer = fn(Table, &[Row]) -> Result<Vec<u8>, Trouble>;

/// `/data/changes.csv` and the like.
pub async fn download(State(site): State<Site>, Path(file): Path<String>) -> Reply {
    let (table, format) = file.split_once('.').ok_or(Trouble::NotFound)?;
    let table = Table::parse(table).ok_or(Trouble::NotFound)?;
    let (kind, write): (_, Writer) = match format {
        "csv" => ("text/csv; charset=utf-8; header=present", csv::write),
        "jsonl" => ("application/x-ndjson", json_lines),
        "parquet" => ("application/vnd.apache.parquet", parquet::write),
        _ => return Err(Trouble::NotFound),
    };
    let rows = rows_of(&site, table).await?;
    let written = tokio::task::spawn_blocking(move || write(table, &rows));
    let bytes = written.await.map_err(|_| Trouble::Failed)??;
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"vermerk-{file}\""),
        ),
        (
            HeaderName::from_static("x-schema-version"),
            SCHEMA.to_string(),
        ),
    ];
    Ok((headers, bytes).into_response())
}

async fn rows_of(site: &Site, table: Table) -> Result<Vec<Row>, Trouble> {
    let briefs = site.store.briefs().await?;
    let base = site.about.as_ref();
    match table {
        Table::Changes => {
            let filter = ChangeFilter {
                whom: Whom::Everybody,
                ..ChangeFilter::default()
            };
            let changes = site.store.changes(&filter).await?;
            let row = |change| ChangeRow::of(base, change, named(&briefs, change)?);
            as_rows(changes.iter().rev().filter_map(row))
        }
        Table::Events => {
            let events = site.store.events(&EventFilter::default()).await?;
            let remarks = site.store.remarks(None).await?;
            let row = |event: &Event| {
                let page = brief(&briefs, &event.page)?;
                Some(EventRow::of(base, event, page, &remarks))
            };
            as_rows(events.iter().rev().filter_map(row))
        }
        Table::Statuses => {
            let statuses = site.store.statuses(None).await?;
            let row = |status: &crate::model::Status| {
                Some(StatusRow::of(base, status, brief(&briefs, &status.page)?))
            };
            as_rows(statuses.iter().filter_map(row))
        }
        Table::Revisions => as_rows(log(site, usize::MAX).await?.into_iter().rev()),
        Table::EarlierChanges => {
            let all = past::changes(site, &ChangeFilter::default()).await?;
            let row = |(change, theirs): &(Change, Earlier)| {
                ChangeRow::of_others(base, change, named(&briefs, change)?, theirs)
            };
            as_rows(all.iter().rev().filter_map(row))
        }
        Table::EarlierEvents => {
            let all = past::events(site, &EventFilter::default()).await?;
            let row = |(event, theirs): &(Event, Earlier)| {
                let brief = brief(&briefs, &event.page)?;
                Some(EventRow::of_others(base, event, brief, theirs))
            };
            as_rows(all.iter().rev().filter_map(row))
        }
    }
}

/// The page of a change.
pub fn named<'b>(briefs: &'b [PageBrief], change: &Change) -> Option<&'b PageBrief> {
    brief(briefs, &change.visit.page)
}

fn as_rows(rows: impl Iterator<Item = impl Serialize>) -> Result<Vec<Row>, Trouble> {
    rows.map(|row| match serde_json::to_value(row) {
        Ok(Value::Object(row)) => Ok(row),
        _ => Err(Trouble::Failed),
    })
    .collect()
}

fn json_lines(_: Table, rows: &[Row]) -> Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::new();
    for row in rows {
        serde_json::to_writer(&mut bytes, row).map_err(|_| Trouble::Failed)?;
        bytes.push(b'\n');
    }
    Ok(bytes)
}

/// A value as one cell of text; lists are joined.
fn cell(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().filter_map(|item| cell(Some(item))).collect();
            Some(items.join("; "))
        }
        other => Some(other.to_string()),
    }
}
