//! What is derived from the archive: told apart from another database's, and replaced by it.
//!
//! 1. Two databases are compared row by row, by what names a row in both: row numbers are not compared.
//! 2. A page's derived rows are replaced in one transaction: a kill leaves the old ones or the new ones.
//! 3. Plans, leases, deliveries and whatever else belongs to this database alone stay as they are.

use std::collections::BTreeSet;
use std::path::Path;

use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, FromRow};

use super::columns::{json, page_id};
use super::derived::{REPLACE, TABLES, Table};
use super::{Store, StoreError, changes, open};
use crate::model::PageId;

/// A row that one database has and the other has not, or has otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowDifference {
    pub table: &'static str,
    pub page: PageId,
    /// What names the row in its table.
    pub key: String,
    /// The row here; `None` where there is none.
    pub here: Option<String>,
    pub there: Option<String>,
}

#[derive(FromRow)]
struct Row {
    page: String,
    key: String,
    here: Option<String>,
    there: Option<String>,
}

impl Store {
    /// A new database that is worth nothing before it is closed: it does not wait for the disk.
    pub async fn scratch(path: &Path) -> Result<Self, StoreError> {
        let store = Self::create(path).await?;
        sqlx::query("PRAGMA synchronous = OFF")
            .execute(&store.0.writer)
            .await
            .map_err(|error| store.failed(&error))?;
        Ok(store)
    }

    /// The derived rows of some pages that another database has otherwise, table by table; at most
    /// so many of each.
    pub async fn differences(
        &self,
        other: &Path,
        pages: &[PageId],
        limit: usize,
    ) -> Result<Vec<RowDifference>, StoreError> {
        let outcome = differences(&self.0.path, other, pages, limit).await;
        outcome.map_err(|error| self.failed(&error))
    }

    /// Puts another database's derived rows of some pages in the place of this one's.
    pub async fn take_over(&self, other: &Path, pages: &[PageId]) -> Result<(), StoreError> {
        let outcome = take_over(&self.0.path, other, pages).await;
        outcome.map_err(|error| self.failed(&error))
    }
}

async fn differences(
    path: &Path,
    other: &Path,
    pages: &[PageId],
    limit: usize,
) -> Result<Vec<RowDifference>, sqlx::Error> {
    let mut conn = both(path, other).await?;
    let mut all = Vec::new();
    for table in &TABLES {
        let rows = of_table(&mut conn, table, &json(pages)?, limit).await?;
        for row in rows {
            all.push(RowDifference {
                table: table.name,
                page: page_id(&row.page)?,
                key: row.key,
                here: row.here,
                there: row.there,
            });
        }
    }
    for page in pages {
        all.extend(of_changes(&mut conn, page, limit).await?);
    }
    conn.close().await?;
    Ok(all)
}

/// Changes are compared by what they say, not by how that is kept.
async fn of_changes(
    conn: &mut SqliteConnection,
    page: &PageId,
    limit: usize,
) -> Result<Vec<RowDifference>, sqlx::Error> {
    let mut here = changes::rows_of(conn, "main", page).await?;
    let mut there = changes::rows_of(conn, "there", page).await?;
    let names: BTreeSet<String> = here.keys().chain(there.keys()).cloned().collect();
    let rows = names.into_iter().map(|key| RowDifference {
        table: "change",
        page: page.clone(),
        here: here.remove(&key),
        there: there.remove(&key),
        key,
    });
    Ok(rows
        .filter(|row| row.here != row.there)
        .take(limit)
        .collect())
}

async fn of_table(
    conn: &mut SqliteConnection,
    table: &Table,
    pages: &str,
    limit: usize,
) -> Result<Vec<Row>, sqlx::Error> {
    let of = |database: &str| table.rows.replace("{db}", database);
    // One text per table, made of constants.
    let sql = format!(
        "SELECT coalesce(h.page, t.page) AS page, coalesce(h.key, t.key) AS key,
                h.row AS here, t.row AS there
         FROM ({}) AS h FULL JOIN ({}) AS t ON h.page = t.page AND h.key = t.key
         WHERE h.row IS NOT t.row
           AND coalesce(h.page, t.page) IN (SELECT value FROM json_each(?1))
         ORDER BY 1, 2 LIMIT ?2",
        of("main"),
        of("there"),
    );
    sqlx::query_as(AssertSqlSafe(sql))
        .bind(pages)
        .bind(super::columns::rows(limit))
        .fetch_all(conn)
        .await
}

async fn take_over(path: &Path, other: &Path, pages: &[PageId]) -> Result<(), sqlx::Error> {
    let mut conn = both(path, other).await?;
    let mut transaction = conn.begin_with("BEGIN IMMEDIATE").await?;
    // Deliveries point at visits that are gone for a moment.
    sqlx::query("PRAGMA defer_foreign_keys = ON")
        .execute(&mut *transaction)
        .await?;
    for step in REPLACE {
        let query = sqlx::query(step);
        let query = if step.contains("?1") {
            query.bind(json(pages)?)
        } else {
            query
        };
        query.execute(&mut *transaction).await?;
    }
    transaction.commit().await?;
    conn.close().await
}

/// A connection to one database that sees the other as `there`.
async fn both(path: &Path, other: &Path) -> Result<SqliteConnection, sqlx::Error> {
    let mut conn = open::options(path).connect().await?;
    sqlx::query("ATTACH ?1 AS there")
        .bind(other.to_string_lossy().into_owned())
        .execute(&mut conn)
        .await?;
    Ok(conn)
}
