//! Captures that others made, with their source; and captures that were taken down.

use std::collections::BTreeSet;

use sqlx::FromRow;
use url::{Position, Url};

use super::captures::{self, Row, captures_where};
use super::columns::{self, instant, ms, unreadable};
use super::{Store, StoreError};
use crate::model::{Access, CaptureId, Digest, Imported, Memento, PageId, ParseError, Takedown};

#[derive(FromRow)]
struct HiddenRow {
    capture: String,
    digest: Option<String>,
    why: String,
    at: i64,
}

impl Store {
    /// Makes imported captures known; says how many were new. Of pages that are not registered none are taken.
    pub async fn import(&self, imported: &[Imported]) -> Result<u64, StoreError> {
        let mut transaction = self.writing().await?;
        let theirs = imported.iter().map(|one| (&one.capture, Some(&one.source)));
        let outcome = captures::write(&mut transaction, theirs).await;
        self.end(transaction, outcome).await
    }

    /// What was imported for a page, oldest first, each with its source.
    pub async fn imported(&self, page: &PageId) -> Result<Vec<Imported>, StoreError> {
        let rows: Result<Vec<Row>, _> = sqlx::query_as(captures_where!(
            "page.id = ?1 AND source IS NOT NULL ORDER BY at, capture.id"
        ))
        .bind(page.as_str())
        .fetch_all(&self.0.readers)
        .await;
        rows.and_then(|rows| rows.into_iter().map(Imported::try_from).collect())
            .map_err(|error| self.failed(&error))
    }

    /// The captures of one address, whoever made them and for whichever page, oldest first. A second
    /// has one memento: our own where we have one, because it can be told apart by nothing else.
    pub async fn mementos(&self, url: &Url) -> Result<Vec<Memento>, StoreError> {
        let rows: Result<Vec<Row>, _> = sqlx::query_as(captures_where!(
            "url = ?1 ORDER BY at / 1000, source IS NOT NULL, at, capture.id"
        ))
        .bind(url.as_str())
        .fetch_all(&self.0.readers)
        .await;
        let mut mementos: Vec<Memento> = rows
            .and_then(|rows| rows.into_iter().map(Memento::try_from).collect())
            .map_err(|error| self.failed(&error))?;
        mementos.dedup_by_key(|one| one.capture.at.as_second());
        Ok(mementos)
    }

    /// The addresses on a server of which there are captures.
    pub async fn addresses(&self, server: &Url) -> Result<Vec<Url>, StoreError> {
        let from = server[..Position::BeforePath].to_owned() + "/";
        // The next sign after the slash.
        let to = from.trim_end_matches('/').to_owned() + "0";
        let found: Result<Vec<String>, _> = sqlx::query_scalar(
            "SELECT DISTINCT url FROM capture WHERE url >= ?1 AND url < ?2 ORDER BY url",
        )
        .bind(from)
        .bind(to)
        .fetch_all(&self.0.readers)
        .await;
        found
            .and_then(|found| {
                found
                    .iter()
                    .map(|url| url.parse().map_err(unreadable))
                    .collect()
            })
            .map_err(|error| self.failed(&error))
    }

    /// Where a capture was taken over from; `None` of our own.
    pub async fn source(&self, capture: CaptureId) -> Result<Option<Url>, StoreError> {
        let source: Result<Option<Option<String>>, _> =
            sqlx::query_scalar("SELECT source FROM capture WHERE id = ?1")
                .bind(capture.to_string())
                .fetch_optional(&self.0.readers)
                .await;
        source
            .and_then(|source| {
                let source = source.flatten().map(|source| source.parse());
                source.transpose().map_err(unreadable)
            })
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
            "INSERT INTO takedown (capture, hidden, why, at, digest)
             VALUES (?1, ?2, ?3, ?4, coalesce(?5,
                 (SELECT digest FROM capture WHERE id = ?1 AND digest <> ?6)))
             ON CONFLICT (capture) DO UPDATE SET hidden = excluded.hidden, why = excluded.why,
                 at = excluded.at, digest = excluded.digest
             WHERE excluded.at >= takedown.at",
        )
        .bind(takedown.capture.to_string())
        .bind(takedown.access == Access::Hidden)
        .bind(&takedown.why)
        .bind(ms(takedown.at))
        .bind(takedown.payload.map(|digest| digest.hex()))
        .bind(Digest::of(b"").hex())
        .execute(&mut *transaction)
        .await
        .map(drop);
        self.end(transaction, outcome).await
    }

    /// Why a capture may not be shown, if so: it was taken down, or another with the same bytes was.
    pub async fn hidden(&self, capture: CaptureId) -> Result<Option<Takedown>, StoreError> {
        let row: Result<Option<HiddenRow>, _> = sqlx::query_as(
            "SELECT capture, digest, why, at FROM takedown WHERE hidden = 1 AND (capture = ?1
                 OR digest = (SELECT digest FROM capture WHERE id = ?1))
             ORDER BY capture = ?1 DESC, at DESC LIMIT 1",
        )
        .bind(capture.to_string())
        .fetch_optional(&self.0.readers)
        .await;
        row.and_then(|row| row.map(Takedown::try_from).transpose())
            .map_err(|error| self.failed(&error))
    }
}

impl TryFrom<Row> for Imported {
    type Error = sqlx::Error;
    fn try_from(row: Row) -> columns::Result<Self> {
        let Memento { capture, source } = row.try_into()?;
        let source =
            source.ok_or_else(|| unreadable(ParseError(format!("{} is ours", capture.id))))?;
        Ok(Self { capture, source })
    }
}

impl TryFrom<Row> for Memento {
    type Error = sqlx::Error;
    fn try_from(mut row: Row) -> columns::Result<Self> {
        let source = row.source.take().map(|source| source.parse());
        Ok(Self {
            capture: row.try_into()?,
            source: source.transpose().map_err(unreadable)?,
        })
    }
}

impl TryFrom<HiddenRow> for Takedown {
    type Error = sqlx::Error;
    fn try_from(row: HiddenRow) -> columns::Result<Self> {
        let payload = row.digest.map(|digest| digest.parse()).transpose();
        Ok(Self {
            capture: row.capture.parse().map_err(unreadable)?,
            payload: payload.map_err(unreadable)?,
            access: Access::Hidden,
            why: row.why,
            at: instant(row.at)?,
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
            payload: None,
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
            payload: named.payload(),
            access: Access::Hidden,
            why: "names a person".to_owned(),
            at: at(5),
        };
        store.take_down(&takedown).await.unwrap();
        assert_eq!(store.hidden(twin.id).await, Ok(Some(takedown)));
        assert_eq!(store.hidden(other.id).await, Ok(None));
    }

    #[tokio::test]
    async fn a_takedown_of_an_empty_answer_hides_no_other() {
        let (_folder, store) = store_of(1).await;
        let empty = |second| Capture {
            digest: Digest::of(b""),
            ..capture(&page(0), second)
        };
        let (named, other) = (empty(1), empty(2));
        store
            .add_captures(&[named.clone(), other.clone()])
            .await
            .unwrap();
        // A line of an older version names no payload either.
        let takedown = Takedown {
            capture: named.id,
            payload: None,
            access: Access::Hidden,
            why: "names a person".to_owned(),
            at: at(5),
        };
        store.take_down(&takedown).await.unwrap();
        assert!(store.hidden(named.id).await.unwrap().is_some());
        assert_eq!(store.hidden(other.id).await, Ok(None));
    }

    #[tokio::test]
    async fn a_second_has_one_memento_and_ours_comes_before_anothers() {
        let (_folder, store) = store_of(1).await;
        let (own, alone) = (capture(&page(0), 10), capture(&page(0), 3));
        let late = Capture {
            id: capture(&page(0), 7).id,
            at: own.at - jiff::SignedDuration::from_millis(5),
            ..own.clone()
        };
        assert_eq!(late.at.as_second(), own.at.as_second() - 1);
        let same = Capture {
            id: capture(&page(0), 8).id,
            at: own.at,
            ..own.clone()
        };
        let foreign = [alone, late, same].map(imported);
        store.import(&foreign).await.unwrap();
        store
            .add_captures(std::slice::from_ref(&own))
            .await
            .unwrap();
        let found = store.mementos(&own.url).await.unwrap();
        let found: Vec<_> = found
            .into_iter()
            .map(|one| (one.capture.id, one.source.is_none()))
            .collect();
        let expected = [
            (foreign[0].capture.id, false),
            (foreign[1].capture.id, false),
            (own.id, true),
        ];
        assert_eq!(found, expected);
    }
}
