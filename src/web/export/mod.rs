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

use super::corrected::TakenBack;
use super::past;
use super::said::brief;
use super::statuses::statuses as cells;
use super::{Reply, Site, Trouble};
use crate::model::{Change, Earlier, Event, PageBrief, Status};
use crate::pipeline::in_background;
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
    let bytes = in_background(move || write(table, &rows)).await??;
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

/// Oldest first.
async fn rows_of(site: &Site, table: Table) -> Result<Vec<Row>, Trouble> {
    let everybody = ChangeFilter {
        whom: Whom::Everybody,
        ..ChangeFilter::default()
    };
    let (all, any) = (EventFilter::default(), ChangeFilter::default());
    match table {
        Table::Changes => as_rows(table, changes(site, &everybody).await?.into_iter().rev()),
        Table::Events => as_rows(table, events(site, &all).await?.into_iter().rev()),
        Table::Statuses => as_rows(table, statuses(site).await?.into_iter()),
        Table::Revisions => as_rows(table, log(site, usize::MAX).await?.into_iter().rev()),
        Table::EarlierChanges => {
            as_rows(table, earlier_changes(site, &any).await?.into_iter().rev())
        }
        Table::EarlierEvents => as_rows(table, earlier_events(site, &all).await?.into_iter().rev()),
    }
}

/// Newest first, as everything below.
pub async fn changes(site: &Site, filter: &ChangeFilter) -> Result<Vec<ChangeRow>, Trouble> {
    let briefs = site.store.briefs().await?;
    let row = |change| ChangeRow::of(&site.about, change, named(&briefs, change)?);
    let all = site.store.changes(filter).await?;
    Ok(all.iter().filter_map(row).collect())
}

pub async fn events(site: &Site, filter: &EventFilter) -> Result<Vec<EventRow>, Trouble> {
    let briefs = site.store.briefs().await?;
    let all = site.store.events(filter).await?;
    let remarks = site.store.remarks(None).await?;
    let row = |event: &Event| {
        let page = brief(&briefs, &event.page)?;
        Some(EventRow::of(&site.about, event, page, &remarks))
    };
    Ok(all.iter().filter_map(row).collect())
}

/// The cells of the matrix.
pub async fn statuses(site: &Site) -> Result<Vec<StatusRow>, Trouble> {
    let briefs = site.store.briefs().await?;
    let taken_back = TakenBack::of(site).await?;
    let row = |status: &Status| {
        let page = brief(&briefs, &status.page)?;
        Some(StatusRow::of(status, page, &taken_back))
    };
    let all = cells(site, None, &briefs).await?;
    Ok(all.iter().filter_map(row).collect())
}

pub async fn earlier_changes(
    site: &Site,
    filter: &ChangeFilter,
) -> Result<Vec<ChangeRow>, Trouble> {
    let briefs = site.store.briefs().await?;
    let row = |(change, theirs): &(Change, Earlier)| {
        ChangeRow::of_others(&site.about, change, named(&briefs, change)?, theirs)
    };
    let all = past::changes(site, filter).await?;
    Ok(all.iter().filter_map(row).collect())
}

pub async fn earlier_events(site: &Site, filter: &EventFilter) -> Result<Vec<EventRow>, Trouble> {
    let briefs = site.store.briefs().await?;
    let row = |(event, theirs): &(Event, Earlier)| {
        let page = brief(&briefs, &event.page)?;
        Some(EventRow::of_others(&site.about, event, page, theirs))
    };
    let all = past::events(site, filter).await?;
    Ok(all.iter().filter_map(row).collect())
}

/// The page of a change.
pub fn named<'b>(briefs: &'b [PageBrief], change: &Change) -> Option<&'b PageBrief> {
    brief(briefs, &change.visit.page)
}

/// Whatever the format: a table has the columns of the list, and no others.
fn as_rows(table: Table, rows: impl Iterator<Item = impl Serialize>) -> Result<Vec<Row>, Trouble> {
    let listed = |name: &str| {
        let mut columns = COLUMNS.iter();
        columns.any(|column| column.name == name && column.tables.contains(&table))
    };
    rows.map(|row| match serde_json::to_value(row) {
        Ok(Value::Object(row)) => Ok(row.into_iter().filter(|(name, _)| listed(name)).collect()),
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
