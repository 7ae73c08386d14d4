//! Drops what is derived of a page and older than its page file wants: changes, events, looks, and what
//! others captured. What the page says now, decisions, deliveries and the archive stay.
//!
//! 1. What has an address leaves its name behind, with the captures that show it.
//! 2. A change that rests on one that goes is kept whole.
//! 3. The rows go, and the page remembers since when its history is kept.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sqlx::{FromRow, SqliteConnection};
use uuid::Uuid;

use super::columns::{self, instant, ms, page_id, unreadable};
use super::{Store, StoreError, changes};
use crate::model::{CaptureId, PageId};

/// A change or an event that is no longer kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forgotten {
    pub page: PageId,
    /// When it was confirmed.
    pub at: Timestamp,
    /// What shows it still: before and after.
    pub captures: [Option<CaptureId>; 2],
}

impl Store {
    /// Drops what is derived of a page from visits before an instant; says how many changes and events.
    pub async fn forget(&self, page: &PageId, before: Timestamp) -> Result<u64, StoreError> {
        let mut transaction = self.writing().await?;
        let outcome = forget(&mut transaction, page, ms(before)).await;
        self.end(transaction, outcome).await
    }

    /// Since when the history of each page is kept, where that is not from the beginning.
    pub async fn kept_since(&self) -> Result<BTreeMap<PageId, Timestamp>, StoreError> {
        let rows: Result<Vec<(String, i64)>, _> =
            sqlx::query_as("SELECT id, kept_since FROM page WHERE kept_since IS NOT NULL")
                .fetch_all(&self.0.readers)
                .await;
        let read = |(id, since): (String, i64)| Ok((page_id(&id)?, instant(since)?));
        rows.and_then(|rows| rows.into_iter().map(read).collect())
            .map_err(|error| self.failed(&error))
    }

    /// What is known of a change or an event that is no longer kept.
    pub async fn forgotten(&self, id: Uuid) -> Result<Option<Forgotten>, StoreError> {
        let row: Result<Option<Row>, _> = sqlx::query_as(
            "SELECT page.id AS page, forgotten.at, before, after
             FROM forgotten JOIN page ON page.no = forgotten.page WHERE forgotten.id = ?1",
        )
        .bind(id.to_string())
        .fetch_optional(&self.0.readers)
        .await;
        row.and_then(|row| row.map(Forgotten::try_from).transpose())
            .map_err(|error| self.failed(&error))
    }
}

/// What goes, in the order in which one row rests on another. A visit that a delivery rests on stays, and
/// so do the first and the newest: from them it is told how far the history goes.
const GONE: [&str; 5] = [
    "DELETE FROM event WHERE page = ?1 AND visit < ?2",
    "DELETE FROM change WHERE page = ?1 AND visit < ?2",
    "DELETE FROM earlier WHERE page = ?1 AND at < ?2",
    "DELETE FROM revision WHERE page = ?1 AND at < ?2",
    "DELETE FROM visit WHERE page = ?1 AND due < ?2 AND look <> '\"baseline\"'
       AND due < (SELECT max(due) FROM visit WHERE page = ?1)
       AND NOT EXISTS (SELECT 1 FROM delivery AS d WHERE d.page = visit.page AND d.visit = visit.due)",
];

async fn forget(conn: &mut SqliteConnection, page: &PageId, before: i64) -> columns::Result<u64> {
    let known: Option<(i64, Option<i64>)> =
        sqlx::query_as("SELECT no, kept_since FROM page WHERE id = ?1")
            .bind(page.as_str())
            .fetch_optional(&mut *conn)
            .await?;
    let Some((no, since)) = known else {
        return Ok(0);
    };
    if since.is_some_and(|since| since >= before) {
        return Ok(0);
    }
    let named = name(conn, no, before).await?;
    changes::stand_alone(conn, no, before).await?;
    for sql in GONE {
        sqlx::query(sql)
            .bind(no)
            .bind(before)
            .execute(&mut *conn)
            .await?;
    }
    sqlx::query("UPDATE page SET kept_since = ?2 WHERE no = ?1")
        .bind(no)
        .bind(before)
        .execute(conn)
        .await?;
    Ok(named)
}

/// Keeps the names of what goes; a change that cannot be read any more has no captures to name.
async fn name(conn: &mut SqliteConnection, page: i64, before: i64) -> columns::Result<u64> {
    /// Bodies that are unpacked at a time.
    const TOGETHER: usize = 200;
    let numbers: Vec<i64> =
        sqlx::query_scalar("SELECT no FROM change WHERE page = ?1 AND visit < ?2 ORDER BY no")
            .bind(page)
            .bind(before)
            .fetch_all(&mut *conn)
            .await?;
    for some in numbers.chunks(TOGETHER) {
        for (number, text) in changes::bodies(conn, some).await? {
            sqlx::query(
                "INSERT INTO forgotten (id, page, at, before, after)
                 SELECT id, page, confirmed, ?2->>'$.evidence_before.id', ?2->>'$.evidence_after.id'
                 FROM change WHERE no = ?1 ON CONFLICT DO NOTHING",
            )
            .bind(number)
            .bind(text)
            .execute(&mut *conn)
            .await?;
        }
    }
    let events = sqlx::query(
        "INSERT INTO forgotten (id, page, at, before, after)
         SELECT id, page, confirmed, body->>'$.evidence_before.id', body->>'$.evidence_after.id'
         FROM event WHERE page = ?1 AND visit < ?2 ON CONFLICT DO NOTHING",
    )
    .bind(page)
    .bind(before)
    .execute(conn)
    .await?;
    Ok(numbers.len() as u64 + events.rows_affected())
}

#[derive(FromRow)]
struct Row {
    page: String,
    at: i64,
    before: Option<String>,
    after: Option<String>,
}

impl TryFrom<Row> for Forgotten {
    type Error = sqlx::Error;
    fn try_from(row: Row) -> columns::Result<Self> {
        let id = |id: Option<String>| {
            let id: Option<Uuid> = id.map(|id| id.parse()).transpose().map_err(unreadable)?;
            Ok::<_, sqlx::Error>(id.map(CaptureId))
        };
        Ok(Self {
            page: page_id(&row.page)?,
            at: instant(row.at)?,
            captures: [id(row.before)?, id(row.after)?],
        })
    }
}
