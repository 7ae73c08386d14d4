//! The memory of a page: read whole, written only where it differs.

use jiff::Timestamp;
use serde::Serialize;
use sqlx::SqliteConnection;

use super::columns::{self, from_json, instant_if, json};
use super::{Store, StoreError, holds};
use crate::model::{Country, Entry, EntryKey, Memory, PageId};

impl Store {
    /// What is remembered of a page; of an unknown one, nothing.
    pub async fn memory(&self, page: &PageId) -> Result<Memory, StoreError> {
        let mut transaction = self.reading().await?;
        let outcome = read(&mut transaction, page).await;
        self.end(transaction, outcome).await
    }

    /// The confirmed entries of a page, in page order.
    pub async fn entries(&self, page: &PageId) -> Result<Vec<Entry>, StoreError> {
        self.read_entries(
            "SELECT body FROM entry WHERE page = (SELECT no FROM page WHERE id = ?1)
               AND ?2 IS NULL ORDER BY position",
            page,
            None,
        )
        .await
    }

    /// One of them.
    pub async fn entry(&self, page: &PageId, key: &EntryKey) -> Result<Option<Entry>, StoreError> {
        let entries = self.read_entries(
            "SELECT body FROM entry
             WHERE page = (SELECT no FROM page WHERE id = ?1) AND key = ?2",
            page,
            Some(key),
        );
        Ok(entries.await?.pop())
    }

    async fn read_entries(
        &self,
        sql: &'static str,
        page: &PageId,
        key: Option<&EntryKey>,
    ) -> Result<Vec<Entry>, StoreError> {
        let texts = sqlx::query_scalar(sql)
            .bind(page.as_str())
            .bind(key.map(EntryKey::as_str));
        self.texts(texts).await
    }

    /// The countries that watched pages have entries of, or say something of.
    pub async fn countries(&self) -> Result<Vec<Country>, StoreError> {
        let codes: Result<Vec<String>, _> = sqlx::query_scalar(
            "SELECT DISTINCT body->>'$.country' AS code
             FROM page CROSS JOIN entry INDEXED BY entry_country ON entry.page = page.no
             WHERE watched = 1 AND code IS NOT NULL
             UNION SELECT partner FROM page JOIN statement ON statement.page = page.no
             WHERE watched = 1 AND partner IS NOT NULL",
        )
        .fetch_all(&self.0.readers)
        .await;
        codes
            .map(|codes| {
                codes
                    .iter()
                    .filter_map(|code| Country::parse(code).ok())
                    .collect()
            })
            .map_err(|error| self.failed(&error))
    }
}

async fn read(conn: &mut SqliteConnection, page: &PageId) -> columns::Result<Memory> {
    let row: Option<(i64, Option<i64>, Option<String>)> = sqlx::query_as(
        "SELECT page.no, page.last_ok, memory.body
         FROM page LEFT JOIN memory ON memory.page = page.no WHERE page.id = ?1",
    )
    .bind(page.as_str())
    .fetch_optional(&mut *conn)
    .await?;
    let Some((no, last_ok, body)) = row else {
        return Ok(Memory::default());
    };
    let mut memory: Memory = body.map_or_else(|| Ok(Memory::default()), |body| from_json(&body))?;
    if let Some(snapshot) = &mut memory.snapshot {
        snapshot.entries = entries(conn, no).await?;
    }
    memory.hold = holds::open(conn, no).await?;
    memory.last_look = instant_if(last_ok)?;
    Ok(memory)
}

/// The confirmed entries of a page, in page order.
pub(super) async fn entries(conn: &mut SqliteConnection, no: i64) -> columns::Result<Vec<Entry>> {
    let bodies: Vec<String> =
        sqlx::query_scalar("SELECT body FROM entry WHERE page = ?1 ORDER BY position")
            .bind(no)
            .fetch_all(conn)
            .await?;
    bodies.iter().map(|body| from_json(body)).collect()
}

/// Writes the memory of a page: entries and hold have rows of their own, the rest is one text.
pub(super) async fn write(
    conn: &mut SqliteConnection,
    no: i64,
    mut memory: Memory,
    finished: Timestamp,
) -> columns::Result<()> {
    let hold = memory.hold.take();
    let entries = memory
        .snapshot
        .as_mut()
        .map(|snapshot| std::mem::take(&mut snapshot.entries))
        .unwrap_or_default();
    sqlx::query(
        "INSERT INTO memory (page, body) VALUES (?1, ?2)
         ON CONFLICT (page) DO UPDATE SET body = excluded.body WHERE body <> excluded.body",
    )
    .bind(no)
    .bind(json(&memory)?)
    .execute(&mut *conn)
    .await?;
    write_entries(conn, no, &entries).await?;
    holds::write(conn, no, hold, finished).await
}

#[derive(Serialize)]
struct Row<'a> {
    key: &'a EntryKey,
    position: usize,
    body: String,
}

async fn write_entries(
    conn: &mut SqliteConnection,
    no: i64,
    entries: &[Entry],
) -> columns::Result<()> {
    let rows = entries
        .iter()
        .enumerate()
        .map(|(position, entry)| {
            Ok(Row {
                key: &entry.key,
                position,
                body: json(entry)?,
            })
        })
        .collect::<columns::Result<Vec<_>>>()?;
    let rows = json(&rows)?;
    sqlx::query(
        "INSERT INTO entry (page, key, position, body)
         SELECT ?1, value->>'key', value->>'position', value->>'body' FROM json_each(?2) WHERE true
         ON CONFLICT (page, key) DO UPDATE SET position = excluded.position, body = excluded.body
         WHERE position <> excluded.position OR body <> excluded.body",
    )
    .bind(no)
    .bind(&rows)
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "DELETE FROM entry WHERE page = ?1
         AND key NOT IN (SELECT value->>'key' FROM json_each(?2))",
    )
    .bind(no)
    .bind(&rows)
    .execute(conn)
    .await?;
    Ok(())
}
