//! Remembers: pages, visits, entries, changes and the outbox, in one `SQLite` file.
//!
//! The verbs in the order of the road: `register`, `due`, `memory`, `resources`, `record`; then
//! `claim` and `settle` for a delivery. Everything else is what people ask for afterwards.

mod error;
mod open;
mod whole;
mod columns;
mod pages;
mod reschedule;
mod leases;
mod memory;
mod grouping;
mod record;
mod visits;
mod captures;
mod imports;
mod restored;
mod holds;
mod versions;
mod listing;
mod changes;
mod events;
mod statuses;
mod revisions;
mod remarks;
mod search;
mod outbox;
mod merging;
mod subscribers;
mod quota;
mod invitations;
mod welcome;
mod tellings;
mod digests;
mod bounces;
mod corrections;
mod forgetting;
mod tidy;
mod status;
mod lock;
mod derived;
mod history;
mod earlier;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod readers;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use sqlx::query::QueryScalar;
use sqlx::sqlite::{SqliteArguments, SqlitePool};
use sqlx::{Sqlite, Transaction};
use tokio::sync::mpsc;

use crate::model::Visit;

pub use bounces::{Bounce, Scored};
pub use changes::{ChangeFilter, Damaged, Whom};
pub use corrections::Corrected;
pub use error::StoreError;
pub use events::EventFilter;
pub use forgetting::Forgotten;
pub use history::RowDifference;
pub use holds::{Ending, HeldLook, HoldScope};
pub use invitations::{ANSWERABLE, Asked, Confirmation, Request};
pub use leases::AtWork;
pub use lock::{LockError, RunLock, has_stopped};
pub use outbox::{Counts, DeliveryRow, DeliveryState, Listed, Retry};
pub use restored::Progress;
pub use revisions::Rewriting;
pub use search::{Hit, Side, Snippet};
pub use status::{PageStatus, VisitRow};
pub use subscribers::{Dossier, Ended};

/// How long another process may keep the file before its lock becomes our error.
const PATIENCE: Duration = Duration::from_mins(1);

/// The state of the program; cheap to clone.
#[derive(Debug, Clone)]
pub struct Store(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    /// One connection: `SQLite` has one writer, and we choose who waits.
    writer: SqlitePool,
    readers: SqlitePool,
    jobs: mpsc::Sender<grouping::Job>,
    /// When the file was read through last, and found whole.
    checked: SystemTime,
}

/// Whether a record was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    Done,
    /// The lease had passed to another, or the visit is recorded already: nothing was written.
    Stale,
}

/// Whether a page could be claimed for a look now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    Taken(Visit),
    /// Another look is under way until then at the latest.
    Busy {
        until: Timestamp,
    },
    Unknown,
}

impl Store {
    /// Ends all connections, so that the file stands alone (no `-wal` beside it).
    pub async fn close(&self) {
        self.0.readers.close().await;
        self.0.writer.close().await;
        whole::leave(&self.0.path, self.0.checked);
    }

    /// Begins a transaction that writes, waiting for other processes.
    async fn writing(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        begin_immediate(&self.0.writer)
            .await
            .map_err(|error| self.failed(&error))
    }

    /// Begins a transaction in which all statements read the same state.
    async fn reading(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        let begun = self.0.readers.begin().await;
        begun.map_err(|error| self.failed(&error))
    }

    /// What stands in a column of JSON texts.
    async fn texts<T: DeserializeOwned>(
        &self,
        query: QueryScalar<'_, Sqlite, String, SqliteArguments>,
    ) -> Result<Vec<T>, StoreError> {
        let texts = query.fetch_all(&self.0.readers).await;
        texts
            .and_then(|texts| texts.iter().map(|text| columns::from_json(text)).collect())
            .map_err(|error| self.failed(&error))
    }

    /// Commits what went well; the rest is rolled back when the transaction is dropped.
    async fn end<T>(
        &self,
        transaction: Transaction<'static, Sqlite>,
        outcome: Result<T, sqlx::Error>,
    ) -> Result<T, StoreError> {
        let outcome = match outcome {
            Ok(value) => transaction.commit().await.map(|()| value),
            Err(error) => Err(error),
        };
        outcome.map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &sqlx::Error) -> StoreError {
        StoreError::of(&self.0.path, error)
    }
}

impl Recorded {
    /// One row was ours, or none was.
    fn of(rows: u64) -> Self {
        if rows > 0 {
            Recorded::Done
        } else {
            Recorded::Stale
        }
    }
}

/// A deferred transaction that reads and then writes fails at once when another process wrote
/// meanwhile (code 517, no waiting), so every writing transaction takes its lock first.
async fn begin_immediate(writer: &SqlitePool) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
    let began = Instant::now();
    loop {
        match writer.begin_with("BEGIN IMMEDIATE").await {
            Err(error) if error::is_busy(&error) && began.elapsed() < PATIENCE => {
                tracing::info!(waited = ?began.elapsed(), "another process is writing to the database");
            }
            outcome => return outcome,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::samples::{LEASE, at, brief, page, plan};
    use super::*;
    use crate::model::{
        CaptureId, ChangeId, DeliveryId, EntryKey, EventId, HoldId, LeaseToken, Outcome, Record,
    };

    /// The daemon calls the verbs from spawned tasks; this does not compile where one cannot be.
    #[tokio::test]
    async fn every_verb_can_be_called_from_a_task() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("v.db");
        tokio::spawn(every_verb(path)).await.unwrap().unwrap();
    }

    async fn every_verb(path: PathBuf) -> Result<(), StoreError> {
        Store::create(&path).await?.close().await;
        let store = Store::open(&path).await?;
        let url = "https://example.org/".parse().unwrap();
        store.register(&[(brief(0), plan(0))]).await?;
        let visits = store.due(at(1), LEASE, 1).await?;
        for visit in visits {
            store.renew(&visit, at(1), LEASE).await?;
            store.has_visit(&visit.id()).await?;
            let record: Record = samples::unchanged(visit);
            store.record(record).await?;
        }
        store.claim_page(&page(0), at(1), LEASE).await?;
        store.reschedule(&[], |_| None).await?;
        store.next_due().await?;
        store.memory(&page(0)).await?;
        store.resources(&page(0)).await?;
        store.claim(at(1), LEASE).await?;
        let (id, token) = (DeliveryId(1), LeaseToken(1));
        store.settle(id, token, &Outcome::Sent, at(1)).await?;
        store.retry(Retry::One(id), at(1)).await?;
        store.news(Some(&page(0)), 1).await?;
        store.status().await?;
        store.visits(&page(0), 1).await?;
        store.changes(&ChangeFilter::default()).await?;
        store.changes_of(&page(0), &EntryKey::page()).await?;
        store.entries(&page(0)).await?;
        store.corrections().await?;
        store.statuses(Some(&page(0))).await?;
        store.events(&EventFilter::default()).await?;
        store.event(EventId(uuid::Uuid::nil())).await?;
        store.revisions(Some(&page(0)), 1).await?;
        store.capture(CaptureId(uuid::Uuid::nil())).await?;
        store.captures(&page(0), Some(&url)).await?;
        store.change(ChangeId(uuid::Uuid::nil())).await?;
        store.search("words", 1).await?;
        store.import(&[]).await?;
        store.imported(&page(0)).await?;
        store.imported_ids().await?;
        store.progress().await?;
        store.hush(&page(0), at(1)).await?;
        store.is_quiet(&page(0)).await?;
        store.hidden(CaptureId(uuid::Uuid::nil())).await?;
        store.earlier(Some(&page(0))).await?;
        store.forget(&page(0), at(-1)).await?;
        store.kept_since().await?;
        store.forgotten(uuid::Uuid::nil()).await?;
        store.set_earlier(&page(0), &[]).await?;
        store.holds(HoldScope::Open).await?;
        store.hold(HoldId(1)).await?;
        store.hold_reading(HoldId(1)).await?;
        store.deliveries(Listed::All, 1).await?;
        store.counts().await?;
        Ok(())
    }
}
