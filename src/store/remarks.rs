//! What people say of events; an event that is read anew keeps what was said of it.

use std::collections::HashMap;

use sqlx::SqliteConnection;

use super::columns::{self, from_json, json, ms};
use super::{Store, StoreError};
use crate::model::{EventId, Remark, RemarkKind};

impl Store {
    /// Keeps what a person says; the same words from the journal again change nothing.
    pub async fn remark(&self, remark: &Remark) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        let outcome = write(&mut transaction, remark).await;
        self.end(transaction, outcome).await
    }

    /// The last word on each event that was taken back.
    pub async fn corrections(&self) -> Result<HashMap<EventId, Remark>, StoreError> {
        let mut transaction = self.reading().await?;
        let outcome = corrections(&mut transaction).await;
        self.end(transaction, outcome).await
    }

    /// What was said of an event, or of all, oldest first.
    pub async fn remarks(&self, event: Option<EventId>) -> Result<Vec<Remark>, StoreError> {
        let texts = sqlx::query_scalar(
            "SELECT body FROM remark WHERE ?1 IS NULL OR event = ?1 ORDER BY at, event",
        )
        .bind(event.map(|event| event.to_string()));
        self.texts(texts).await
    }
}

pub(super) async fn corrections(
    conn: &mut SqliteConnection,
) -> columns::Result<HashMap<EventId, Remark>> {
    let bodies: Vec<String> = sqlx::query_scalar("SELECT body FROM remark ORDER BY at, event")
        .fetch_all(conn)
        .await?;
    let mut last = HashMap::new();
    for body in bodies {
        let remark: Remark = from_json(&body)?;
        if remark.kind == RemarkKind::Correction {
            last.insert(remark.event, remark);
        }
    }
    Ok(last)
}

pub(super) async fn write(conn: &mut SqliteConnection, remark: &Remark) -> columns::Result<()> {
    sqlx::query("INSERT INTO remark (event, at, body) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")
        .bind(remark.event.to_string())
        .bind(ms(remark.at))
        .bind(json(remark)?)
        .execute(conn)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::samples::{at, store_of};
    use super::*;

    #[tokio::test]
    async fn what_was_said_is_kept_once_and_found_by_its_event() {
        let (_folder, store) = store_of(1).await;
        let remark = |event: u128, second| Remark {
            event: EventId(uuid::Uuid::from_u128(event)),
            kind: RemarkKind::Note { by: "A. B.".into() },
            text: "the treaty text is not public".into(),
            at: at(second),
        };
        for said in [remark(1, 5), remark(2, 6), remark(1, 5)] {
            store.remark(&said).await.unwrap();
        }
        let all = [remark(1, 5), remark(2, 6)];
        assert_eq!(store.remarks(None).await.unwrap(), all);
        let one = store.remarks(Some(all[1].event)).await.unwrap();
        assert_eq!(one, &all[1..]);
    }
}
