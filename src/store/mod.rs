//! Remembers: pages, visits, entries, changes and the outbox, in one `SQLite` file.

use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};

use crate::model::{
    Delivery, DeliveryId, LeaseToken, Memory, News, Outcome, PageId, Plan, Record, Resource, Visit,
};

/// The state of the program; cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {}

/// What is wrong with the state, named by what the caller will do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Ask the operator to call `init`, or to look for the file.
    #[error("no database at {}: call `vermerk init` once, or restore a backup", .0.display())]
    Missing(PathBuf),
    /// Ask the operator to update the program.
    #[error("{} was written by a newer version (schema {found}, this program knows {known}): update vermerk", path.display())]
    Newer {
        path: PathBuf,
        found: i64,
        known: i64,
    },
    /// Stop: it will not mend itself.
    #[error("{}: the database is damaged: {why}", path.display())]
    Damaged { path: PathBuf, why: String },
    /// No room: try again later, lose nothing.
    #[error("no room left for the database")]
    Full,
    /// Anything else of the database.
    #[error("database: {0}")]
    Database(String),
}

/// Whether a record was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    Done,
    /// The lease had passed to another: nothing was written.
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
    /// Makes the file where there is none, and brings its schema up to date.
    pub async fn create(_path: &Path) -> Result<Self, StoreError> {
        todo!()
    }

    /// Opens an existing file; a vanished database is never silently replaced.
    pub async fn open(_path: &Path) -> Result<Self, StoreError> {
        todo!()
    }

    /// Makes known which pages are configured: new ones get their first plan, absent ones are no longer due.
    pub async fn register(&self, _pages: &[(PageId, Plan)]) -> Result<(), StoreError> {
        todo!()
    }

    /// Leases the pages that are due, oldest first.
    pub async fn due(
        &self,
        _now: Timestamp,
        _lease: SignedDuration,
        _limit: usize,
    ) -> Result<Vec<Visit>, StoreError> {
        todo!()
    }

    /// Leases one page for a look now, due or not.
    pub async fn claim_page(
        &self,
        _page: &PageId,
        _now: Timestamp,
        _lease: SignedDuration,
    ) -> Result<Claim, StoreError> {
        todo!()
    }

    /// Lengthens the lease of a visit under way.
    pub async fn renew(
        &self,
        _visit: &Visit,
        _now: Timestamp,
        _lease: SignedDuration,
    ) -> Result<Recorded, StoreError> {
        todo!()
    }

    /// When something is due next: a page or a delivery.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        todo!()
    }

    pub async fn memory(&self, _page: &PageId) -> Result<Memory, StoreError> {
        todo!()
    }

    /// What is known of the addresses of a page: its list and its articles.
    pub async fn resources(&self, _page: &PageId) -> Result<Vec<Resource>, StoreError> {
        todo!()
    }

    /// Writes all that a visit leaves behind in one transaction; records that come together share one commit.
    pub async fn record(&self, _record: Record) -> Result<Recorded, StoreError> {
        todo!()
    }

    /// Leases the oldest delivery that may be tried.
    pub async fn claim(
        &self,
        _now: Timestamp,
        _lease: SignedDuration,
    ) -> Result<Option<Delivery>, StoreError> {
        todo!()
    }

    pub async fn settle(
        &self,
        _id: DeliveryId,
        _token: LeaseToken,
        _outcome: &Outcome,
        _now: Timestamp,
    ) -> Result<Recorded, StoreError> {
        todo!()
    }

    /// The newest news of a page (or of all), newest first: what a feed holds.
    pub async fn news(
        &self,
        _page: Option<&PageId>,
        _limit: usize,
    ) -> Result<Vec<News>, StoreError> {
        todo!()
    }
}
