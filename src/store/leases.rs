//! Leases given back: by whoever took one in vain, and for those whose holder has died.

use std::collections::HashSet;
use std::fs::{File, TryLockError};
use std::time::Duration;

use super::columns::page_id;
use super::{Store, StoreError, open};
use crate::model::{PageId, Visit};

/// How often it is tried again to sign in.
const AGAIN: Duration = Duration::from_millis(200);

/// A sign that this process works on the database, kept until dropped: its leases are alive.
#[derive(Debug)]
pub struct AtWork {
    _file: File,
}

impl Store {
    /// Signs this process in. The first to come when nobody is at work frees the leases that
    /// processes left when they were killed, so that work goes on at once and not when they run out.
    /// Waits while another is at work alone; whoever does not want to wait drops the future.
    pub async fn at_work(&self) -> Result<AtWork, StoreError> {
        let file = self.work_file()?;
        if self.locks(file.try_lock())? {
            self.free_leases().await?;
            file.unlock().map_err(|error| self.unlockable(&error))?;
        }
        if !self.locks(file.try_lock_shared())? {
            tracing::warn!("`vermerk rebuild` has the database; waiting until it is done");
            while !self.locks(file.try_lock_shared())? {
                tokio::time::sleep(AGAIN).await;
            }
        }
        Ok(AtWork { _file: file })
    }

    /// Signs this process in as the only one; `None` while another is at work. Whoever comes next waits.
    pub async fn alone(&self) -> Result<Option<AtWork>, StoreError> {
        let file = self.work_file()?;
        if !self.locks(file.try_lock())? {
            return Ok(None);
        }
        self.free_leases().await?;
        Ok(Some(AtWork { _file: file }))
    }

    /// Pages whose newest look was claimed and never recorded: it is under way, or died with its process.
    pub async fn unrecorded(&self) -> Result<HashSet<PageId>, StoreError> {
        let ids: Result<Vec<String>, _> = sqlx::query_scalar(
            "SELECT id FROM page WHERE visit IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM visit WHERE visit.page = page.no AND visit.due = page.visit)",
        )
        .fetch_all(&self.0.readers)
        .await;
        ids.and_then(|ids| ids.iter().map(|id| page_id(id)).collect())
            .map_err(|error| self.failed(&error))
    }

    /// Of those, the pages at which nobody is looking now: their look was cut short.
    pub async fn cut_short(&self) -> Result<Vec<PageId>, StoreError> {
        let ids: Result<Vec<String>, _> = sqlx::query_scalar(
            "SELECT id FROM page WHERE visit IS NOT NULL AND leased_until IS NULL
               AND NOT EXISTS (SELECT 1 FROM visit WHERE visit.page = page.no AND visit.due = page.visit)
             ORDER BY id",
        )
        .fetch_all(&self.0.readers)
        .await;
        ids.and_then(|ids| ids.iter().map(|id| page_id(id)).collect())
            .map_err(|error| self.failed(&error))
    }

    /// Gives a page back untouched; its plan stays.
    pub async fn release(&self, visit: &Visit) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        let outcome = sqlx::query(
            "UPDATE page SET leased_until = NULL, ready = due WHERE id = ?1 AND token = ?2",
        )
        .bind(visit.page.as_str())
        .bind(visit.token.0)
        .execute(&mut *transaction)
        .await
        .map(drop);
        self.end(transaction, outcome).await
    }

    /// The token moves on, so that a holder that is not dead after all records nothing.
    async fn free_leases(&self) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        let outcome = sqlx::raw_sql(
            "UPDATE page SET leased_until = NULL, ready = due, token = token + 1
             WHERE leased_until IS NOT NULL;
             UPDATE delivery SET leased_until = NULL, ready = created, token = token + 1
             WHERE leased_until IS NOT NULL AND state = 'pending';",
        )
        .execute(&mut *transaction)
        .await
        .map(drop);
        self.end(transaction, outcome).await
    }

    fn work_file(&self) -> Result<File, StoreError> {
        let file = open::private(&open::beside(&self.0.path, "work"));
        file.map_err(|error| self.unlockable(&error))
    }

    /// Whether the lock is ours now; otherwise another has it.
    fn locks(&self, tried: Result<(), TryLockError>) -> Result<bool, StoreError> {
        match tried {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(self.unlockable(&error)),
        }
    }

    fn unlockable(&self, error: &std::io::Error) -> StoreError {
        StoreError::Database(format!("{}.work: {error}", self.0.path.display()))
    }
}
