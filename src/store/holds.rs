//! Holds: opened, updated and closed with the record of a visit; read by whoever decides.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::{FromRow, SqliteConnection};

use super::columns::{self, from_json, from_word, instant, json, ms, page_id, word};
use super::{Store, StoreError};
use crate::model::{Decision, Hold, HoldId, HoldReason, PageId, Verdict};

/// A hold with its page, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldLook {
    pub id: HoldId,
    pub page: PageId,
    pub reason: HoldReason,
    pub since: Timestamp,
    pub closed: Option<(Timestamp, Ending)>,
}

/// What became of a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ending {
    /// The page was itself again, or the look was believed after a time.
    Healed,
    Accept,
    Absorb,
}

/// Which holds to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldScope {
    /// Those that wait for a decision.
    Open,
    All,
}

impl From<Verdict> for Ending {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Accept => Ending::Accept,
            Verdict::Absorb => Ending::Absorb,
        }
    }
}

impl Store {
    /// Holds, oldest first.
    pub async fn holds(&self, scope: HoldScope) -> Result<Vec<HeldLook>, StoreError> {
        self.held(None, scope).await
    }

    pub async fn hold(&self, id: HoldId) -> Result<Option<HeldLook>, StoreError> {
        Ok(self.held(Some(id), HoldScope::All).await?.pop())
    }

    /// What the held look read, beside its reason.
    pub async fn hold_reading(&self, id: HoldId) -> Result<Option<Hold>, StoreError> {
        let body: Result<Option<String>, _> =
            sqlx::query_scalar("SELECT body FROM hold WHERE id = ?1")
                .bind(id.0)
                .fetch_optional(&self.0.readers)
                .await;
        body.and_then(|body| body.map(|body| hold_from(id.0, &body)).transpose())
            .map_err(|error| self.failed(&error))
    }

    async fn held(
        &self,
        id: Option<HoldId>,
        scope: HoldScope,
    ) -> Result<Vec<HeldLook>, StoreError> {
        let rows: Result<Vec<Row>, _> = sqlx::query_as(
            "SELECT hold.id, page.id AS page, hold.reason, hold.since, hold.closed_at, hold.ending
             FROM hold JOIN page ON page.no = hold.page
             WHERE (?1 IS NULL OR hold.id = ?1) AND (?2 OR hold.closed_at IS NULL)
             ORDER BY hold.id",
        )
        .bind(id.map(|id| id.0))
        .bind(scope == HoldScope::All)
        .fetch_all(&self.0.readers)
        .await;
        rows.and_then(|rows| rows.into_iter().map(HeldLook::try_from).collect())
            .map_err(|error| self.failed(&error))
    }
}

/// The open hold of a page, with the id it has here.
pub(super) async fn open(conn: &mut SqliteConnection, no: i64) -> columns::Result<Option<Hold>> {
    let row: Option<(i64, String)> =
        sqlx::query_as("SELECT id, body FROM hold WHERE page = ?1 AND closed_at IS NULL")
            .bind(no)
            .fetch_optional(conn)
            .await?;
    row.map(|(id, body)| hold_from(id, &body)).transpose()
}

/// Closes the hold an operator decided on.
pub(super) async fn decide(
    conn: &mut SqliteConnection,
    no: i64,
    decision: &Decision,
) -> columns::Result<()> {
    sqlx::query(
        "UPDATE hold SET closed_at = ?1, ending = ?2
         WHERE id = ?3 AND page = ?4 AND closed_at IS NULL",
    )
    .bind(ms(decision.at))
    .bind(word(&Ending::from(decision.verdict)))
    .bind(decision.hold.0)
    .bind(no)
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes the hold a page has now. One that was open and is not this one has healed.
pub(super) async fn write(
    conn: &mut SqliteConnection,
    no: i64,
    hold: Option<Hold>,
    finished: Timestamp,
) -> columns::Result<()> {
    let kept = hold.as_ref().and_then(|hold| hold.id);
    sqlx::query(
        "UPDATE hold SET closed_at = ?1, ending = ?2
         WHERE page = ?3 AND closed_at IS NULL AND id IS NOT ?4",
    )
    .bind(ms(finished))
    .bind(word(&Ending::Healed))
    .bind(no)
    .bind(kept.map(|id| id.0))
    .execute(&mut *conn)
    .await?;
    let Some(hold) = hold else { return Ok(()) };
    let (reason, body) = (json(&hold.reason)?, json(&hold)?);
    let updated =
        sqlx::query("UPDATE hold SET reason = ?1, body = ?2 WHERE page = ?3 AND closed_at IS NULL")
            .bind(&reason)
            .bind(&body)
            .bind(no)
            .execute(&mut *conn)
            .await?;
    if updated.rows_affected() == 0 {
        sqlx::query("INSERT INTO hold (page, reason, since, body) VALUES (?1, ?2, ?3, ?4)")
            .bind(no)
            .bind(reason)
            .bind(ms(hold.since))
            .bind(body)
            .execute(conn)
            .await?;
    }
    Ok(())
}

#[derive(FromRow)]
struct Row {
    id: i64,
    page: String,
    reason: String,
    since: i64,
    closed_at: Option<i64>,
    ending: Option<String>,
}

impl TryFrom<Row> for HeldLook {
    type Error = sqlx::Error;
    fn try_from(row: Row) -> columns::Result<Self> {
        let closed = row.closed_at.zip(row.ending);
        Ok(Self {
            id: HoldId(row.id),
            page: page_id(&row.page)?,
            reason: from_json(&row.reason)?,
            since: instant(row.since)?,
            closed: closed
                .map(|(at, ending)| Ok::<_, sqlx::Error>((instant(at)?, from_word(&ending)?)))
                .transpose()?,
        })
    }
}

fn hold_from(id: i64, body: &str) -> columns::Result<Hold> {
    let hold: Hold = from_json(body)?;
    Ok(Hold {
        id: Some(HoldId(id)),
        ..hold
    })
}

#[cfg(test)]
mod tests {
    use super::super::Claim;
    use super::super::samples::{
        LEASE, at, claimed, entry, hold, memory, page, store_of, unchanged,
    };
    use super::*;
    use crate::model::{Look, Memory, Record};

    fn held(record: Record, hold: Option<Hold>) -> Record {
        Record {
            look: Look::Held(HoldReason::Mass { changed: 8, of: 9 }),
            memory: Some(Memory {
                hold,
                ..memory(vec![entry("KE", "alt")])
            }),
            ..record
        }
    }

    #[tokio::test]
    async fn a_hold_gets_its_number_once_and_heals_with_the_page() {
        let (_folder, store) = store_of(1).await;
        store
            .record(held(unchanged(claimed(&store, 1).await), Some(hold(1))))
            .await
            .unwrap();
        let first = store.memory(&page(0)).await.unwrap().hold.unwrap();
        assert_eq!(first.id, Some(HoldId(1)));
        let again = Hold { looks: 2, ..first };
        let visit = claimed(&store, 61).await;
        assert_eq!(visit.settled, None, "a held page is read each time");
        store
            .record(held(unchanged(visit), Some(again.clone())))
            .await
            .unwrap();
        assert_eq!(
            store.memory(&page(0)).await.unwrap().hold,
            Some(again.clone())
        );
        assert_eq!(store.hold_reading(HoldId(1)).await.unwrap(), Some(again));
        store
            .record(held(unchanged(claimed(&store, 121).await), None))
            .await
            .unwrap();
        assert_eq!(store.memory(&page(0)).await.unwrap().hold, None);
        assert_eq!(store.holds(HoldScope::Open).await.unwrap(), []);
        let closed = store
            .hold(HoldId(1))
            .await
            .unwrap()
            .unwrap()
            .closed
            .unwrap();
        assert_eq!(closed.1, Ending::Healed);
    }

    #[tokio::test]
    async fn a_decision_closes_the_hold_with_its_verdict() {
        let (_folder, store) = store_of(1).await;
        store
            .record(held(unchanged(claimed(&store, 1).await), Some(hold(1))))
            .await
            .unwrap();
        let Claim::Taken(visit) = store.claim_page(&page(0), at(9), LEASE).await.unwrap() else {
            panic!("the page was free");
        };
        let record = Record {
            decided: Some(Decision {
                page: page(0),
                hold: HoldId(1),
                verdict: Verdict::Absorb,
                at: at(9),
            }),
            ..held(unchanged(visit), None)
        };
        store.record(record).await.unwrap();
        let closed = store.hold(HoldId(1)).await.unwrap().unwrap().closed;
        assert_eq!(closed, Some((at(9), Ending::Absorb)));
        assert_eq!(store.holds(HoldScope::All).await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_new_hold_takes_the_place_of_an_open_one() {
        let (_folder, store) = store_of(1).await;
        store
            .record(held(unchanged(claimed(&store, 1).await), Some(hold(1))))
            .await
            .unwrap();
        store
            .record(held(unchanged(claimed(&store, 61).await), Some(hold(61))))
            .await
            .unwrap();
        let open = store.holds(HoldScope::Open).await.unwrap();
        assert_eq!(open.len(), 1);
        assert_eq!((open[0].id, open[0].since), (HoldId(2), at(61)));
    }
}
