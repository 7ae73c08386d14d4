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

/// A derived table: its rows as page, name and content.
struct Table {
    name: &'static str,
    rows: &'static str,
}

const TABLES: [Table; 9] = [
    Table {
        // Of those before the kept history some stay because deliveries rest on them.
        name: "visit",
        rows: "SELECT p.id AS page, CAST(t.due AS TEXT) AS key,
                      json_array(t.started, t.finished, t.purpose, t.look, t.problems) AS row
               FROM {db}.visit AS t JOIN {db}.page AS p ON p.no = t.page
               WHERE t.due >= coalesce(p.kept_since, t.due)",
    },
    Table {
        name: "memory",
        rows: "SELECT p.id AS page, 'memory' AS key, t.body AS row
               FROM {db}.memory AS t JOIN {db}.page AS p ON p.no = t.page",
    },
    Table {
        name: "entry",
        rows: "SELECT p.id AS page, t.key AS key, json_array(t.position, t.body) AS row
               FROM {db}.entry AS t JOIN {db}.page AS p ON p.no = t.page",
    },
    Table {
        // Its number is given by each database.
        name: "hold",
        rows: "SELECT p.id AS page, CAST(t.since AS TEXT) AS key,
                      json_array(t.reason, json_remove(t.body, '$.id'), t.closed_at, t.ending) AS row
               FROM {db}.hold AS t JOIN {db}.page AS p ON p.no = t.page",
    },
    Table {
        name: "statement",
        rows: "SELECT p.id AS page, CAST(t.place AS TEXT) AS key,
                      json_array(t.partner, t.stage, t.body) AS row
               FROM {db}.statement AS t JOIN {db}.page AS p ON p.no = t.page",
    },
    Table {
        name: "event",
        rows: "SELECT p.id AS page, t.id AS key,
                      json_array(t.visit, t.partner, t.stage, t.factuality, t.confirmed, t.lexicon, t.body) AS row
               FROM {db}.event AS t JOIN {db}.page AS p ON p.no = t.page",
    },
    Table {
        name: "forgotten",
        rows: "SELECT p.id AS page, t.id AS key, json_array(t.at, t.before, t.after) AS row
               FROM {db}.forgotten AS t JOIN {db}.page AS p ON p.no = t.page",
    },
    Table {
        name: "earlier",
        rows: "SELECT p.id AS page, CAST(t.at AS TEXT) AS key, t.body AS row
               FROM {db}.earlier AS t JOIN {db}.page AS p ON p.no = t.page",
    },
    Table {
        // The archive also has those of looks that were never recorded: only what is missing there counts.
        name: "capture",
        rows: "SELECT p.id AS page, t.id AS key,
                      json_array(t.url, t.at, t.status, t.digest, t.kind, t.file, t.\"offset\", t.source) AS row
               FROM {db}.capture AS t JOIN {db}.page AS p ON p.no = t.page
               WHERE '{db}' <> 'there' OR t.id IN (SELECT id FROM main.capture)",
    },
];

/// Puts the rows of one database in the place of those of the other, for the pages in `?1`.
const REPLACE: [&str; 25] = [
    "CREATE TEMP TABLE same (here INTEGER PRIMARY KEY, there INTEGER NOT NULL UNIQUE)",
    "INSERT INTO temp.same SELECT h.no, t.no FROM main.page AS h JOIN there.page AS t ON t.id = h.id
     WHERE h.id IN (SELECT value FROM json_each(?1))",
    "INSERT INTO main.capture (id, page, url, at, status, digest, kind, truncated, file, \"offset\", source)
     SELECT t.id, same.here, t.url, t.at, t.status, t.digest, t.kind, t.truncated, t.file, t.\"offset\", t.source
     FROM there.capture AS t JOIN same ON same.there = t.page WHERE true
     ON CONFLICT (id) DO UPDATE SET
         page = excluded.page, url = excluded.url, at = excluded.at, status = excluded.status,
         digest = excluded.digest, kind = excluded.kind, truncated = excluded.truncated,
         file = excluded.file, \"offset\" = excluded.\"offset\",
         source = excluded.source",
    "INSERT INTO main.takedown (capture, hidden, why, at, digest)
     SELECT capture, hidden, why, at, digest FROM there.takedown WHERE true
     ON CONFLICT (capture) DO UPDATE SET hidden = excluded.hidden, why = excluded.why,
         at = excluded.at, digest = excluded.digest
     WHERE excluded.at >= takedown.at",
    "INSERT INTO main.remark (event, at, body)
     SELECT event, at, body FROM there.remark WHERE true ON CONFLICT DO NOTHING",
    "DELETE FROM main.event WHERE page IN (SELECT here FROM same)",
    "DELETE FROM main.change WHERE page IN (SELECT here FROM same)",
    "DELETE FROM main.statement WHERE page IN (SELECT here FROM same)",
    "DELETE FROM main.entry WHERE page IN (SELECT here FROM same)",
    "DELETE FROM main.memory WHERE page IN (SELECT here FROM same)",
    // A visit that a delivery rests on stays, whatever is read from it now.
    "DELETE FROM main.visit WHERE page IN (SELECT here FROM same)
       AND NOT EXISTS (SELECT 1 FROM main.delivery AS d WHERE d.page = visit.page AND d.visit = visit.due)",
    "INSERT INTO main.visit (page, due, started, finished, purpose, look, problems)
     SELECT same.here, t.due, t.started, t.finished, t.purpose, t.look, t.problems
     FROM there.visit AS t JOIN same ON same.there = t.page WHERE true
     ON CONFLICT (page, due) DO UPDATE SET
         started = excluded.started, finished = excluded.finished, purpose = excluded.purpose,
         look = excluded.look, problems = excluded.problems",
    "INSERT INTO main.memory (page, body)
     SELECT same.here, t.body FROM there.memory AS t JOIN same ON same.there = t.page",
    "INSERT INTO main.entry (page, key, position, body)
     SELECT same.here, t.key, t.position, t.body FROM there.entry AS t JOIN same ON same.there = t.page",
    "INSERT INTO main.statement (page, place, partner, stage, body)
     SELECT same.here, t.place, t.partner, t.stage, t.body
     FROM there.statement AS t JOIN same ON same.there = t.page",
    "DELETE FROM main.forgotten WHERE page IN (SELECT here FROM same)",
    "INSERT INTO main.forgotten (id, page, at, before, after)
     SELECT t.id, same.here, t.at, t.before, t.after
     FROM there.forgotten AS t JOIN same ON same.there = t.page",
    "DELETE FROM main.earlier WHERE page IN (SELECT here FROM same)",
    "INSERT INTO main.earlier (page, at, body)
     SELECT same.here, t.at, t.body FROM there.earlier AS t JOIN same ON same.there = t.page",
    "INSERT INTO main.change (id, page, visit, key, field, told, confirmed, step, digest, body)
     SELECT t.id, same.here, t.visit, t.key, t.field, t.told, t.confirmed, t.step, t.digest, t.body
     FROM there.change AS t JOIN same ON same.there = t.page ORDER BY t.no",
    "INSERT INTO main.event (id, page, visit, partner, stage, factuality, confirmed, lexicon, body)
     SELECT t.id, same.here, t.visit, t.partner, t.stage, t.factuality, t.confirmed, t.lexicon, t.body
     FROM there.event AS t JOIN same ON same.there = t.page ORDER BY t.no",
    // A hold keeps its number, which an operator may have noted.
    "DELETE FROM main.hold WHERE page IN (SELECT here FROM same)
       AND NOT EXISTS (SELECT 1 FROM there.hold AS t JOIN same ON same.there = t.page
                       WHERE same.here = hold.page AND t.since = hold.since)",
    "UPDATE main.hold SET
         reason = t.reason, body = json_remove(t.body, '$.id'), closed_at = t.closed_at, ending = t.ending
     FROM there.hold AS t JOIN same ON same.there = t.page
     WHERE same.here = hold.page AND t.since = hold.since",
    "INSERT INTO main.hold (page, reason, since, body, closed_at, ending)
     SELECT same.here, t.reason, t.since, json_remove(t.body, '$.id'), t.closed_at, t.ending
     FROM there.hold AS t JOIN same ON same.there = t.page
     WHERE NOT EXISTS (SELECT 1 FROM main.hold AS h WHERE h.page = same.here AND h.since = t.since)
     ORDER BY t.id",
    "UPDATE main.page SET
         settled = t.settled, last_visit = t.last_visit, last_ok = t.last_ok,
         last_change = t.last_change, look = t.look, kept_since = t.kept_since
     FROM there.page AS t JOIN same ON same.there = t.no WHERE same.here = page.no",
];

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
