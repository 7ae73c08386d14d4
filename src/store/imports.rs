//! Captures that others made, with their source; and captures that were taken down.

use std::collections::BTreeSet;

use serde::Serialize;
use sqlx::{FromRow, SqliteConnection};

use super::captures::Row;
use super::columns::{self, instant, json, ms, unreadable};
use super::{Store, StoreError};
use crate::model::{Access, CaptureId, Imported, PageId, Takedown};

#[derive(FromRow)]
struct ImportedRow {
    source: String,
    #[sqlx(flatten)]
    capture: Row,
}

#[derive(Serialize)]
struct NewRow {
    source: String,
    #[serde(flatten)]
    capture: Row,
}

impl Store {
    /// Makes imported captures known; says how many were new. Of pages that are not registered none are taken.
    pub async fn import(&self, imported: &[Imported]) -> Result<u64, StoreError> {
        let mut transaction = self.writing().await?;
        let outcome = write(&mut transaction, imported).await;
        self.end(transaction, outcome).await
    }

    /// What was imported for a page, oldest first, each with its source.
    pub async fn imported(&self, page: &PageId) -> Result<Vec<Imported>, StoreError> {
        let rows: Result<Vec<ImportedRow>, _> = sqlx::query_as(
            "SELECT source, capture.id, page.id AS page, url, at, status, digest, kind, file, \"offset\"
             FROM capture JOIN page ON page.no = capture.page
             WHERE page.id = ?1 AND source IS NOT NULL ORDER BY at, capture.id",
        )
        .bind(page.as_str())
        .fetch_all(&self.0.readers)
        .await;
        rows.and_then(|rows| rows.into_iter().map(Imported::try_from).collect())
            .map_err(|error| self.failed(&error))
    }

    /// Where a capture was taken over from; `None` of our own.
    pub async fn source(&self, capture: CaptureId) -> Result<Option<String>, StoreError> {
        let source: Result<Option<Option<String>>, _> =
            sqlx::query_scalar("SELECT source FROM capture WHERE id = ?1")
                .bind(capture.to_string())
                .fetch_optional(&self.0.readers)
                .await;
        source
            .map(Option::flatten)
            .map_err(|error| self.failed(&error))
    }

    /// The ids of all that was ever imported.
    pub async fn imported_ids(&self) -> Result<BTreeSet<CaptureId>, StoreError> {
        let ids: Result<Vec<String>, _> =
            sqlx::query_scalar("SELECT id FROM capture WHERE source IS NOT NULL")
                .fetch_all(&self.0.readers)
                .await;
        ids.and_then(|ids| {
            ids.iter()
                .map(|id| id.parse().map_err(unreadable))
                .collect()
        })
        .map_err(|error| self.failed(&error))
    }

    /// Notes an operator's word on who may see a capture; the last one counts.
    pub async fn take_down(&self, takedown: &Takedown) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        let outcome = sqlx::query(
            "INSERT INTO takedown (capture, hidden, why, at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (capture) DO UPDATE SET
                 hidden = excluded.hidden, why = excluded.why, at = excluded.at
             WHERE excluded.at >= takedown.at",
        )
        .bind(takedown.capture.to_string())
        .bind(takedown.access == Access::Hidden)
        .bind(&takedown.why)
        .bind(ms(takedown.at))
        .execute(&mut *transaction)
        .await
        .map(drop);
        self.end(transaction, outcome).await
    }

    /// Why a capture may not be shown, if so: it was taken down, or another with the same bytes was.
    pub async fn hidden(&self, capture: CaptureId) -> Result<Option<Takedown>, StoreError> {
        let row: Result<Option<(String, String, i64)>, _> = sqlx::query_as(
            "SELECT capture, why, at FROM takedown WHERE hidden = 1 AND (capture = ?1 OR EXISTS (
                 SELECT 1 FROM capture AS named JOIN capture AS asked USING (digest)
                 WHERE named.id = takedown.capture AND asked.id = ?1))
             ORDER BY capture = ?1 DESC, at DESC LIMIT 1",
        )
        .bind(capture.to_string())
        .fetch_optional(&self.0.readers)
        .await;
        let takedown = |(named, why, at): (String, String, i64)| {
            Ok(Takedown {
                capture: named.parse().map_err(unreadable)?,
                access: Access::Hidden,
                why,
                at: instant(at)?,
            })
        };
        row.and_then(|row| row.map(takedown).transpose())
            .map_err(|error| self.failed(&error))
    }
}

async fn write(conn: &mut SqliteConnection, imported: &[Imported]) -> columns::Result<u64> {
    let mut new = 0;
    for some in imported.chunks(500) {
        let rows = some
            .iter()
            .map(|one| {
                Ok(NewRow {
                    source: one.source.to_string(),
                    capture: Row::of(&one.capture)?,
                })
            })
            .collect::<columns::Result<Vec<_>>>()?;
        new += sqlx::query(
            "INSERT INTO capture (id, page, url, at, status, digest, kind, file, \"offset\", source)
             SELECT value->>'id', page.no, value->>'url', value->>'at', value->>'status',
                    value->>'digest', value->>'kind', value->>'file', value->>'offset',
                    value->>'source'
             FROM json_each(?1) JOIN page ON page.id = value->>'page' WHERE true
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(json(&rows)?)
        .execute(&mut *conn)
        .await?
        .rows_affected();
    }
    Ok(new)
}

impl TryFrom<ImportedRow> for Imported {
    type Error = sqlx::Error;
    fn try_from(row: ImportedRow) -> columns::Result<Self> {
        Ok(Self {
            capture: row.capture.try_into()?,
            source: row.source.parse().map_err(unreadable)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{at, capture, page, store_of};
    use super::*;
    use crate::model::Capture;

    fn imported(capture: Capture) -> Imported {
        Imported {
            capture,
            source: "https://web.archive.org/web/1id_/https://example.org/"
                .parse()
                .unwrap(),
        }
    }

    #[tokio::test]
    async fn imported_captures_never_stand_among_our_own() {
        let (_folder, store) = store_of(1).await;
        let foreign = imported(capture(&page(0), 1));
        assert_eq!(store.import(std::slice::from_ref(&foreign)).await, Ok(1));
        assert_eq!(store.import(std::slice::from_ref(&foreign)).await, Ok(0));
        assert_eq!(store.captures(&page(0), None).await, Ok(Vec::new()));
        assert_eq!(store.imported(&page(0)).await, Ok(vec![foreign.clone()]));
        // Whoever has its id finds it: a statement may rest on it.
        let id = foreign.capture.id;
        assert_eq!(store.capture(id).await, Ok(Some(foreign.capture)));
        assert_eq!(store.imported_ids().await, Ok(BTreeSet::from([id])));
    }

    #[tokio::test]
    async fn the_last_word_on_a_takedown_counts() {
        let (_folder, store) = store_of(1).await;
        let id = capture(&page(0), 1).id;
        let word = |access, second| Takedown {
            capture: id,
            access,
            why: "names a person".to_owned(),
            at: at(second),
        };
        store.take_down(&word(Access::Hidden, 5)).await.unwrap();
        assert_eq!(store.hidden(id).await, Ok(Some(word(Access::Hidden, 5))));
        // An older word that is read again from the journal changes nothing.
        store.take_down(&word(Access::Open, 4)).await.unwrap();
        assert!(store.hidden(id).await.unwrap().is_some());
        store.take_down(&word(Access::Open, 6)).await.unwrap();
        assert_eq!(store.hidden(id).await, Ok(None));
    }

    #[tokio::test]
    async fn a_takedown_hides_every_capture_with_the_same_bytes() {
        let (_folder, store) = store_of(1).await;
        let named = capture(&page(0), 1);
        let twin = capture(&page(0), 2);
        let mut other = capture(&page(0), 3);
        other.digest = crate::model::Digest::of(b"other bytes");
        store
            .add_captures(&[named.clone(), twin.clone(), other.clone()])
            .await
            .unwrap();
        let takedown = Takedown {
            capture: named.id,
            access: Access::Hidden,
            why: "names a person".to_owned(),
            at: at(5),
        };
        store.take_down(&takedown).await.unwrap();
        assert_eq!(store.hidden(twin.id).await, Ok(Some(takedown)));
        assert_eq!(store.hidden(other.id).await, Ok(None));
    }
}
