//! History from before our own, as others captured it.

use sqlx::SqliteConnection;
use uuid::Uuid;

use super::columns::{self, json, ms};
use super::{Store, StoreError};
use crate::model::{Earlier, EntryKey, PageId};

impl Store {
    /// What others' captures show of a page (or of every page) from before our first look, newest first.
    pub async fn earlier(&self, page: Option<&PageId>) -> Result<Vec<Earlier>, StoreError> {
        self.earlier_with(page, "").await
    }

    /// Whether others' captures show anything at all.
    pub async fn has_earlier(&self) -> Result<bool, StoreError> {
        let any: Result<bool, _> = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM earlier)")
            .fetch_one(&self.0.readers)
            .await;
        any.map_err(|error| self.failed(&error))
    }

    /// The same of one entry of a page: its changes, and the events that they brought.
    pub async fn earlier_of(
        &self,
        page: &PageId,
        key: &EntryKey,
    ) -> Result<Vec<Earlier>, StoreError> {
        let named = serde_json::Value::from(key.as_str()).to_string();
        let mut all = self.earlier_with(Some(page), &named).await?;
        for one in &mut all {
            one.changes.retain(|change| change.difference.key == *key);
            one.events.retain(|event| event.key == *key);
        }
        all.retain(|one| !one.changes.is_empty());
        Ok(all)
    }

    /// Where a change or an event of that id stands, if others' captures showed it.
    pub async fn earlier_by(&self, id: Uuid) -> Result<Option<Earlier>, StoreError> {
        let all = self.earlier_with(None, &id.to_string()).await?;
        let holds = |one: &Earlier| {
            one.changes.iter().any(|change| change.id.0 == id)
                || one.events.iter().any(|event| event.id.0 == id)
        };
        Ok(all.into_iter().find(holds))
    }

    /// Rows that hold some text: what cannot be meant need not be read.
    async fn earlier_with(
        &self,
        page: Option<&PageId>,
        text: &str,
    ) -> Result<Vec<Earlier>, StoreError> {
        let texts = sqlx::query_scalar(
            "SELECT body FROM earlier
             WHERE (?1 IS NULL OR page = (SELECT no FROM page WHERE id = ?1))
               AND (?2 = '' OR instr(body, ?2) > 0)
             ORDER BY at DESC, page",
        )
        .bind(page.map(PageId::as_str))
        .bind(text);
        self.texts(texts).await
    }

    /// Puts what is read of a page's imported captures today in the place of what was read before.
    pub async fn set_earlier(&self, page: &PageId, all: &[Earlier]) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        let outcome = write(&mut transaction, page, all).await;
        self.end(transaction, outcome).await
    }
}

async fn write(conn: &mut SqliteConnection, page: &PageId, all: &[Earlier]) -> columns::Result<()> {
    sqlx::query("DELETE FROM earlier WHERE page = (SELECT no FROM page WHERE id = ?1)")
        .bind(page.as_str())
        .execute(&mut *conn)
        .await?;
    for one in all {
        sqlx::query(
            "INSERT INTO earlier (page, at, body) SELECT no, ?2, ?3 FROM page WHERE id = ?1",
        )
        .bind(page.as_str())
        .bind(ms(one.at))
        .bind(json(one)?)
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}
