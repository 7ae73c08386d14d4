//! History from before our own, as others captured it.

use sqlx::SqliteConnection;

use super::columns::{self, from_json, json, ms};
use super::{Store, StoreError};
use crate::model::{Earlier, PageId};

impl Store {
    /// What others' captures show of a page (or of every page) from before our first look, newest first.
    pub async fn earlier(&self, page: Option<&PageId>) -> Result<Vec<Earlier>, StoreError> {
        let bodies: Result<Vec<String>, _> = sqlx::query_scalar(
            "SELECT body FROM earlier
             WHERE ?1 IS NULL OR page = (SELECT no FROM page WHERE id = ?1)
             ORDER BY at DESC, page",
        )
        .bind(page.map(PageId::as_str))
        .fetch_all(&self.0.readers)
        .await;
        bodies
            .and_then(|bodies| bodies.iter().map(|body| from_json(body)).collect())
            .map_err(|error| self.failed(&error))
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
