//! Writes all that visits leave behind; what comes together shares one commit.
//!
//! 1. Take what waits, up to a limit: a commit costs an fsync, the rows cost little.
//! 2. Admit the records whose lease is still theirs; the others are stale.
//! 3. Write plain looks (nothing new) together; each of the others within a savepoint of its own,
//!    so that a record that cannot be written takes no other down.
//! 4. Commit, then answer: nobody hears "done" before it is on the disk.

use std::collections::HashSet;
use std::path::PathBuf;

use sqlx::sqlite::SqlitePool;
use sqlx::{Connection, SqliteConnection};
use tokio::sync::{mpsc, oneshot};

use super::visits::{self, Admitted};
use super::{
    Recorded, Store, StoreError, begin_immediate, captures, changes, columns, error, holds, memory,
    outbox,
};
use crate::model::Record;

/// How many records share a commit at most; beyond some hundred the fsync no longer shows.
const GROUP: usize = 256;

/// A record and who waits for it.
#[derive(Debug)]
pub(super) struct Job {
    record: Record,
    answer: oneshot::Sender<Result<Recorded, StoreError>>,
}

impl Store {
    /// Writes all that a visit leaves behind in one transaction; records that come together share one commit.
    /// Once called it is carried out, even if the caller no longer waits.
    pub async fn record(&self, record: Record) -> Result<Recorded, StoreError> {
        let ended = || StoreError::Database("its writer has ended".to_owned());
        let (answer, outcome) = oneshot::channel();
        let job = Job { record, answer };
        self.0.records.send(job).await.map_err(|_| ended())?;
        outcome.await.map_err(|_| ended())?
    }
}

/// Starts the writer; it ends with the last handle of the store.
pub(super) fn start(path: PathBuf, writer: SqlitePool) -> mpsc::Sender<Job> {
    let (records, mut waiting) = mpsc::channel(GROUP);
    tokio::spawn(async move {
        let mut group = Vec::with_capacity(GROUP);
        while waiting.recv_many(&mut group, GROUP).await > 0 {
            let (records, answers): (Vec<_>, Vec<_>) = group
                .drain(..)
                .map(|job: Job| (job.record, job.answer))
                .unzip();
            let outcomes = write_group(&writer, records).await;
            for (place, answer) in answers.into_iter().enumerate() {
                let outcome = match &outcomes {
                    Ok(outcomes) => outcomes.get(place).map_or(Ok(Recorded::Stale), |outcome| {
                        outcome
                            .as_ref()
                            .copied()
                            .map_err(|error| StoreError::of(&path, error))
                    }),
                    Err(error) => Err(StoreError::of(&path, error)),
                };
                // Whoever asked may have gone; the record stands all the same.
                let _ = answer.send(outcome);
            }
        }
    });
    records
}

type Outcome = columns::Result<Recorded>;

async fn write_group(writer: &SqlitePool, records: Vec<Record>) -> columns::Result<Vec<Outcome>> {
    let mut transaction = begin_immediate(writer).await?;
    let mut outcomes: Vec<Outcome> = records.iter().map(|_| Ok(Recorded::Stale)).collect();
    let (plain, full) = sort(records);
    for place in write_plain(&mut transaction, &plain).await? {
        note(&mut outcomes, place, Ok(Recorded::Done));
    }
    for (place, record) in full {
        let outcome = write_apart(&mut transaction, record).await?;
        note(&mut outcomes, place, outcome);
    }
    transaction.commit().await?;
    Ok(outcomes)
}

fn note(outcomes: &mut [Outcome], place: usize, outcome: Outcome) {
    if let Some(slot) = outcomes.get_mut(place) {
        *slot = outcome;
    }
}

type Placed = (usize, Record);

/// Plain looks, one for each page, and the rest; each with its place in the group.
fn sort(records: Vec<Record>) -> (Vec<Placed>, Vec<Placed>) {
    let mut pages = HashSet::new();
    records
        .into_iter()
        .enumerate()
        .partition(|(_, record)| is_plain(record) && pages.insert(record.visit.page.clone()))
}

/// Whether the visit left nothing but its own row.
fn is_plain(record: &Record) -> bool {
    record.captures.is_empty()
        && record.resources.is_empty()
        && record.memory.is_none()
        && record.changes.is_empty()
        && record.deliveries.is_empty()
        && record.decided.is_none()
}

/// Writes plain looks; returns the places of those that were admitted.
async fn write_plain(conn: &mut SqliteConnection, plain: &[Placed]) -> columns::Result<Vec<usize>> {
    if plain.is_empty() {
        return Ok(Vec::new());
    }
    let records: Vec<_> = plain.iter().map(|(_, record)| record).collect();
    let admitted = visits::admit(conn, &records).await?;
    visits::write(conn, &admitted).await?;
    let places = admitted
        .iter()
        .filter_map(|admitted| plain.get(admitted.place).map(|(place, _)| *place));
    Ok(places.collect())
}

/// Writes one record within a savepoint. The outer error ends the whole group.
async fn write_apart(conn: &mut SqliteConnection, record: Record) -> columns::Result<Outcome> {
    let mut savepoint = conn.begin().await?;
    match write_full(&mut savepoint, record).await {
        Ok(outcome) => {
            savepoint.commit().await?;
            Ok(Ok(outcome))
        }
        Err(error) if error::is_of_one_record(&error) => {
            savepoint.rollback().await?;
            Ok(Err(error))
        }
        Err(error) => Err(error),
    }
}

async fn write_full(conn: &mut SqliteConnection, record: Record) -> Outcome {
    let admitted = visits::admit(conn, &[&record]).await?;
    let Some(&Admitted { no, .. }) = admitted.first() else {
        return Ok(Recorded::Stale);
    };
    visits::write(conn, &admitted).await?;
    let due = record.visit.due;
    captures::write(conn, no, record.captures.iter()).await?;
    captures::write_resources(conn, no, &record.resources).await?;
    if let Some(decision) = &record.decided {
        holds::decide(conn, no, decision).await?;
    }
    changes::write(conn, no, due, &record.changes).await?;
    outbox::write(conn, no, due, &record.deliveries).await?;
    if let Some(memory) = record.memory {
        memory::write(conn, no, memory, record.finished).await?;
    }
    Ok(Recorded::Done)
}
