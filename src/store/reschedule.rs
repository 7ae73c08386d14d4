//! Pages whose timing is another than the one that made their plan.

use jiff::Timestamp;
use serde::Serialize;
use sqlx::SqliteConnection;

use super::columns::{self, json, ms};
use super::{Store, StoreError};
use crate::model::{PageId, Timing};

/// A configured page and its timing.
pub type Timed<'a> = (&'a PageId, &'a Timing);

impl Store {
    /// Gives each page whose timing was changed the look that `next` says for it, by its place in the list.
    ///
    /// A second look that a candidate or a hold waits for stays when it is: no timing made it.
    pub async fn reschedule(
        &self,
        pages: &[Timed<'_>],
        next: impl Fn(usize) -> Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let failed = |error: sqlx::Error| self.failed(&error);
        let pages = json(pages).map_err(failed)?;
        let changed = changed(&self.0.readers, &pages).await.map_err(failed)?;
        if changed.is_empty() {
            return Ok(());
        }
        let plans: Vec<_> = changed
            .into_iter()
            .map(|(no, place, timing)| Replanned {
                no,
                timing,
                next: usize::try_from(place).ok().and_then(&next).map(ms),
            })
            .collect();
        let mut transaction = self.writing().await?;
        let outcome = replan(&mut transaction, &plans).await;
        self.end(transaction, outcome).await
    }
}

impl Store {
    /// Makes pages due whose last look lies in the future: the clock was ahead then, and so is their plan.
    pub async fn heed_clock(&self, now: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        let outcome = sqlx::query(
            "UPDATE page SET due = ?1, ready = ?1
             WHERE watched = 1 AND last_visit > ?1 AND ready > ?1 AND leased_until IS NULL",
        )
        .bind(ms(now))
        .execute(&mut *transaction)
        .await
        .map(drop);
        self.end(transaction, outcome).await
    }
}

#[derive(Serialize)]
struct Replanned {
    no: i64,
    timing: String,
    next: Option<i64>,
}

async fn changed(
    readers: &sqlx::SqlitePool,
    pages: &str,
) -> columns::Result<Vec<(i64, i64, String)>> {
    sqlx::query_as(
        "SELECT page.no, asked.key, asked.value->'$[1]'
         FROM json_each(?1) AS asked CROSS JOIN page ON page.id = asked.value->>'$[0]'
         WHERE page.timing IS NOT asked.value->'$[1]'",
    )
    .bind(pages)
    .fetch_all(readers)
    .await
}

/// Where it was not written down yet which timing made the plan, this one did.
async fn replan(conn: &mut SqliteConnection, plans: &[Replanned]) -> columns::Result<()> {
    sqlx::query(
        "UPDATE page SET
             timing = value->>'timing',
             due = iif(timing IS NULL OR purpose = 'confirm', due, coalesce(value->>'next', due)),
             ready = iif(timing IS NULL OR purpose = 'confirm' OR leased_until IS NOT NULL,
                         ready, coalesce(value->>'next', ready))
         FROM json_each(?1) WHERE page.no = value->>'no'",
    )
    .bind(json(plans)?)
    .execute(conn)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::super::samples::{LEASE, at, brief, claimed, page, plan, store_of, unchanged};
    use super::*;
    use crate::model::{Plan, Purpose};

    fn every(hours: i64) -> Timing {
        Timing::Every(SignedDuration::from_hours(hours))
    }

    #[tokio::test]
    async fn a_clock_that_was_ahead_does_not_stop_the_looks() {
        let (_folder, store) = store_of(1).await;
        follow(&store, &every(1), 0).await;
        let mut record = unchanged(claimed(&store, 3 * 24 * 60).await);
        record.next.at = at(3 * 24 * 60 + 60);
        store.record(record).await.unwrap();
        store.heed_clock(at(5)).await.unwrap();
        assert_eq!(store.due(at(5), LEASE, 9).await.unwrap().len(), 1);
        // A page that was looked at in time keeps its plan.
        let (_folder, store) = planned(Purpose::Scheduled).await;
        store.heed_clock(at(5)).await.unwrap();
        assert_eq!(store.due(at(5), LEASE, 9).await.unwrap().len(), 0);
    }

    /// The store with one page planned for the 60th minute, by a timing of `every(1)`.
    async fn planned(purpose: Purpose) -> (tempfile::TempDir, Store) {
        let (folder, store) = store_of(1).await;
        follow(&store, &every(1), 5).await;
        let mut record = unchanged(claimed(&store, 0).await);
        record.next = Plan {
            at: at(60),
            purpose,
        };
        store.record(record).await.unwrap();
        (folder, store)
    }

    async fn follow(store: &Store, timing: &Timing, next: i64) {
        let next = |place| (place == 0).then(|| at(next));
        store.reschedule(&[(&page(0), timing)], next).await.unwrap();
    }

    async fn due(store: &Store) -> Timestamp {
        store.next_visit().await.unwrap().unwrap()
    }

    #[tokio::test]
    async fn a_changed_timing_makes_a_new_plan_and_the_same_one_none() {
        let (_folder, store) = planned(Purpose::Scheduled).await;
        follow(&store, &every(1), 7).await;
        assert_eq!(due(&store).await, at(60), "nothing was changed");
        follow(&store, &every(8), 480).await;
        assert_eq!(due(&store).await, at(480));
        follow(&store, &every(8), 9).await;
        assert_eq!(due(&store).await, at(480), "once is enough");
        follow(&store, &every(1), 60).await;
        assert_eq!(due(&store).await, at(60));
    }

    #[tokio::test]
    async fn the_first_look_at_a_page_waits_for_no_timing() {
        let (_folder, store) = store_of(1).await;
        follow(&store, &every(1), 60).await;
        assert_eq!(due(&store).await, at(0));
    }

    #[tokio::test]
    async fn a_page_that_returns_is_looked_at_when_it_returns_whatever_its_timing_was() {
        let (_folder, store) = planned(Purpose::Scheduled).await;
        store.register(&[]).await.unwrap();
        store.register(&[(brief(0), plan(30))]).await.unwrap();
        follow(&store, &every(8), 480).await;
        assert_eq!(due(&store).await, at(30));
    }

    #[tokio::test]
    async fn a_second_look_comes_when_it_was_to_come() {
        let (_folder, store) = planned(Purpose::Confirm).await;
        follow(&store, &every(8), 480).await;
        assert_eq!(due(&store).await, at(60));
    }

    #[tokio::test]
    async fn a_look_under_way_is_not_claimed_again() {
        let (_folder, store) = planned(Purpose::Scheduled).await;
        let visit = claimed(&store, 60).await;
        follow(&store, &every(8), 61).await;
        assert_eq!(store.due(at(62), LEASE, 1).await.unwrap(), []);
        assert_eq!(visit.due, at(60));
    }
}
