//! The one task that writes for all visits: what waits shares one commit, which costs an fsync, while its rows cost little.
//!
//! 1. Take what waits, up to a limit.
//! 2. Write the records, then lease the pages that are asked for.
//! 3. Commit, then answer: nobody hears "done" before it is on the disk.

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use sqlx::sqlite::SqlitePool;
use tokio::sync::{mpsc, oneshot};

use super::pages::{Wanted, lease_each};
use super::record::{Outcome, write_each};
use super::{Claim, Recorded, Store, StoreError, begin_immediate, columns};
use crate::model::{PageId, Record};

/// How much shares a commit at most; beyond some hundred the fsync no longer shows.
const GROUP: usize = 256;

type Answer<T> = oneshot::Sender<Result<T, StoreError>>;

/// What is asked for, and who waits for it.
#[derive(Debug)]
pub(super) enum Job {
    Record(Box<Record>, Answer<Recorded>),
    Claim(Wanted, Answer<Claim>),
}

/// The jobs of a group, by kind.
#[derive(Default)]
struct Group {
    records: Vec<Record>,
    recorders: Vec<Answer<Recorded>>,
    wanted: Vec<Wanted>,
    claimants: Vec<Answer<Claim>>,
}

impl Store {
    /// Writes all that a visit leaves behind in one transaction; records that come together share one commit.
    /// Once called it is carried out, even if the caller no longer waits.
    pub async fn record(&self, record: Record) -> Result<Recorded, StoreError> {
        self.put(|answer| Job::Record(Box::new(record), answer))
            .await
    }

    /// Leases one page for a look now, due or not.
    pub async fn claim_page(
        &self,
        page: &PageId,
        now: Timestamp,
        lease: SignedDuration,
    ) -> Result<Claim, StoreError> {
        let page = page.clone();
        self.put(|answer| Job::Claim(Wanted { page, now, lease }, answer))
            .await
    }

    async fn put<T>(&self, job: impl FnOnce(Answer<T>) -> Job) -> Result<T, StoreError> {
        let ended = || StoreError::Database("its writer has ended".to_owned());
        let (answer, answered) = oneshot::channel();
        let sent = self.0.jobs.send(job(answer)).await;
        sent.map_err(|_| ended())?;
        answered.await.map_err(|_| ended())?
    }
}

/// Starts the writer; it ends with the last handle of the store.
pub(super) fn start(path: PathBuf, writer: SqlitePool) -> mpsc::Sender<Job> {
    let (jobs, mut waiting) = mpsc::channel(GROUP);
    tokio::spawn(async move {
        let mut jobs = Vec::with_capacity(GROUP);
        while waiting.recv_many(&mut jobs, GROUP).await > 0 {
            let group = Group::of(jobs.drain(..));
            group.work(&path, &writer).await;
        }
    });
    jobs
}

impl Group {
    fn of(jobs: impl Iterator<Item = Job>) -> Self {
        let mut group = Self::default();
        for job in jobs {
            match job {
                Job::Record(record, answer) => {
                    group.records.push(*record);
                    group.recorders.push(answer);
                }
                Job::Claim(wanted, answer) => {
                    group.wanted.push(wanted);
                    group.claimants.push(answer);
                }
            }
        }
        group
    }

    async fn work(self, path: &std::path::Path, writer: &SqlitePool) {
        let failed = |error: &sqlx::Error| StoreError::of(path, error);
        match write_group(writer, self.records, &self.wanted).await {
            Ok((outcomes, claims)) => {
                let outcomes = outcomes.into_iter();
                reply(
                    self.recorders,
                    outcomes.map(|one| one.map_err(|error| failed(&error))),
                );
                reply(self.claimants, claims.into_iter().map(Ok));
            }
            Err(error) => {
                reply(
                    self.recorders,
                    std::iter::repeat_with(|| Err(failed(&error))),
                );
                reply(
                    self.claimants,
                    std::iter::repeat_with(|| Err(failed(&error))),
                );
            }
        }
    }
}

/// Whoever asked may have gone; what was written stands all the same.
fn reply<T>(who: Vec<Answer<T>>, what: impl Iterator<Item = Result<T, StoreError>>) {
    for (answer, outcome) in who.into_iter().zip(what) {
        let _ = answer.send(outcome);
    }
}

pub(super) async fn write_group(
    writer: &SqlitePool,
    records: Vec<Record>,
    wanted: &[Wanted],
) -> columns::Result<(Vec<Outcome>, Vec<Claim>)> {
    let mut transaction = begin_immediate(writer).await?;
    let outcomes = write_each(&mut transaction, records).await?;
    let claims = lease_each(&mut transaction, wanted).await?;
    transaction.commit().await?;
    Ok((outcomes, claims))
}
