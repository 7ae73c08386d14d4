//! Writes all that visits leave behind, within one transaction.
//!
//! 1. Admit the records whose lease is still theirs; the others are stale.
//! 2. Write plain looks (nothing new) together; each of the others within a savepoint of its own,
//!    so that a record that cannot be written takes no other down.

use std::collections::HashSet;

use sqlx::{Connection, SqliteConnection};

use super::visits::{self, Admitted};
use super::{
    Recorded, captures, changes, columns, error, events, holds, memory, outbox, restored, statuses,
    tellings,
};
use crate::model::Record;

/// What became of one record; an error is that record's alone.
pub(super) type Outcome = columns::Result<Recorded>;

/// Writes the records; the outer error ends the whole group.
pub(super) async fn write_each(
    conn: &mut SqliteConnection,
    records: Vec<Record>,
) -> columns::Result<Vec<Outcome>> {
    let mut outcomes: Vec<Outcome> = records.iter().map(|_| Ok(Recorded::Stale)).collect();
    let (plain, full) = sort(records);
    for place in write_plain(conn, &plain).await? {
        note(&mut outcomes, place, Ok(Recorded::Done));
    }
    for (place, record) in full {
        let outcome = within_savepoint(conn, record).await?;
        note(&mut outcomes, place, outcome);
    }
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
        && record.statuses.is_none()
        && record.events.is_empty()
        && record.deliveries.is_empty()
        && record.telling.is_none()
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
async fn within_savepoint(conn: &mut SqliteConnection, record: Record) -> columns::Result<Outcome> {
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
    let is_quiet = restored::is_quiet(conn, no).await?;
    visits::write(conn, &admitted).await?;
    let due = record.visit.due;
    let captures = record.captures.iter().map(|capture| (capture, None));
    captures::write(conn, captures).await?;
    captures::write_resources(conn, no, &record.resources).await?;
    if let Some(decision) = &record.decided {
        holds::decide(conn, no, decision).await?;
    }
    changes::write(conn, no, due, &record.changes).await?;
    if is_quiet && !record.changes.is_empty() {
        restored::note_quiet(conn, no, due).await?;
    }
    let lexicon = record.memory.as_ref().and_then(|memory| memory.lexicon);
    events::write(conn, no, due, lexicon, &record.events).await?;
    if let Some(statuses) = &record.statuses {
        statuses::write(conn, no, statuses).await?;
    }
    outbox::write(conn, no, due, &record.deliveries).await?;
    if let Some(telling) = &record.telling {
        tellings::write(conn, no, due, telling, &record.deliveries).await?;
    }
    if let Some(memory) = record.memory {
        memory::write(conn, no, memory, record.finished).await?;
    }
    Ok(Recorded::Done)
}

#[cfg(test)]
mod tests {
    use super::super::grouping::write_group;
    use super::super::samples::{
        LEASE, at, brief, capture, change, claimed, delivery, entry, memory as remembering, page,
        plan, resource, store_of, unchanged,
    };
    use super::super::{ChangeFilter, Counts, Store, StoreError};
    use std::path::PathBuf;

    use super::*;
    use crate::model::{Look, Problem, Told, Visit};

    fn news_of(visit: Visit) -> Record {
        let shot = capture(&visit.page, 1);
        Record {
            look: Look::Fine,
            problems: vec![Problem::NoTitle(3)],
            captures: vec![shot.clone()],
            resources: vec![resource(shot)],
            memory: Some(remembering(vec![entry("KE", "„neu“"), entry("AL", "a")])),
            changes: vec![
                change(&visit, "KE", Told::Readers),
                change(&visit, "AL", Told::Nobody),
            ],
            deliveries: vec![delivery(&visit, "a@example.org", "m-1")],
            ..unchanged(visit)
        }
    }

    #[tokio::test]
    async fn all_of_a_visit_is_there_after_the_file_was_closed() {
        let (folder, store) = store_of(1).await;
        let visit = claimed(&store, 1).await;
        let record = news_of(visit.clone());
        assert_eq!(store.record(record.clone()).await, Ok(Recorded::Done));
        store.close().await;
        let store = Store::open(&folder.path().join("v.db")).await.unwrap();
        let memory = store.memory(&page(0)).await.unwrap();
        assert_eq!(memory.last_look, Some(at(1)));
        assert_eq!(
            Some(&memory.snapshot),
            record.memory.as_ref().map(|m| &m.snapshot)
        );
        assert_eq!(store.resources(&page(0)).await.unwrap(), record.resources);
        assert_eq!(
            store.captures(&page(0), None).await.unwrap(),
            record.captures
        );
        assert_eq!(
            store.capture(record.captures[0].id).await.unwrap().as_ref(),
            record.captures.first()
        );
        let told = store.news(Some(&page(0)), 9).await.unwrap();
        assert_eq!(told, store.news(None, 9).await.unwrap());
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].changes, record.changes[..1]);
        assert_eq!(told[0].visit, visit.id());
        assert_eq!(
            store.changes(&ChangeFilter::default()).await.unwrap(),
            record.changes
        );
        assert!(store.has_visit(&visit.id()).await.unwrap());
        let sent = store.claim(at(2), LEASE).await.unwrap().unwrap();
        assert_eq!(sent.content, record.deliveries[0].content);
        let visits = store.visits(&page(0), 9).await.unwrap();
        assert_eq!(visits[0].problems, record.problems);
        let status = store.status().await.unwrap();
        assert_eq!(status[0].next, record.next);
        assert_eq!(status[0].last_change, Some(at(1)));
        assert_eq!(status[0].entries, 2);
        let next = claimed(&store, 60).await;
        assert_eq!(next.settled, memory.settled(), "nothing is open");
        assert!(next.settled.is_some());
    }

    #[tokio::test]
    async fn a_late_visit_leaves_nothing_behind() {
        let (_folder, store) = store_of(1).await;
        let late = claimed(&store, 1).await;
        let newer = claimed(&store, 7).await;
        assert_eq!(
            store.record(news_of(late.clone())).await,
            Ok(Recorded::Stale)
        );
        assert_eq!(store.record(unchanged(late)).await, Ok(Recorded::Stale));
        assert_eq!(
            store.counts().await.unwrap(),
            Counts {
                pending: 0,
                set_aside: 0,
                oldest_pending: None
            }
        );
        assert_eq!(store.captures(&page(0), None).await.unwrap(), []);
        assert_eq!(store.visits(&page(0), 9).await.unwrap(), []);
        assert_eq!(
            store.record(news_of(newer.clone())).await,
            Ok(Recorded::Done)
        );
        assert_eq!(
            store.record(news_of(newer)).await,
            Ok(Recorded::Stale),
            "once is enough"
        );
        assert_eq!(store.counts().await.unwrap().pending, 1);
    }

    #[tokio::test]
    async fn a_record_that_cannot_be_written_takes_no_other_down() {
        let (_folder, store) = store_of(20).await;
        let visits = store.due(at(1), LEASE, 20).await.unwrap();
        let bad = visits[7].page.clone();
        let records: Vec<_> = visits
            .into_iter()
            .map(|visit| {
                let mut record = news_of(visit);
                if record.visit.page == bad {
                    record.captures[0].place.offset = u64::MAX;
                } else {
                    record.deliveries[0].message_id =
                        crate::model::MessageId::new(record.visit.page.as_str());
                }
                record
            })
            .collect();
        let written = write_group(&store.0.writer, records, &[]).await;
        let (outcomes, _) = written.unwrap();
        for (place, outcome) in outcomes.iter().enumerate() {
            assert_eq!(outcome.is_err(), place == 7, "{place}: {outcome:?}");
        }
        assert_eq!(store.counts().await.unwrap().pending, 19);
        assert_eq!(
            store.visits(&bad, 9).await.unwrap(),
            [],
            "nothing of it was written"
        );
        assert_eq!(
            store.due(at(7), LEASE, 99).await.unwrap().len(),
            1,
            "it is tried again"
        );
    }

    #[tokio::test]
    async fn records_that_come_together_share_their_commits() {
        let (folder, store) = store_of(1_000).await;
        let visits = store.due(at(1), LEASE, 1_000).await.unwrap();
        let tasks: Vec<_> = visits
            .into_iter()
            .map(|visit| {
                let store = store.clone();
                tokio::spawn(async move { store.record(unchanged(visit)).await })
            })
            .collect();
        for task in tasks {
            assert_eq!(task.await.unwrap(), Ok(Recorded::Done));
        }
        let commits = commits(&folder.path().join("v.db-wal"));
        assert!(commits < 30, "{commits} commits");
        assert_eq!(store.due(at(2), LEASE, 9).await.unwrap(), []);
        assert_eq!(store.due(at(60), LEASE, 2_000).await.unwrap().len(), 1_000);
    }

    /// Frames of the log that end a transaction (<https://www.sqlite.org/fileformat2.html#walformat>):
    /// bytes 4 to 7 of their heads are not zero.
    fn commits(log: &std::path::Path) -> usize {
        let log = std::fs::read(log).unwrap();
        log[32..]
            .chunks(24 + 4096)
            .filter(|frame| frame[4..8] != [0; 4])
            .count()
    }

    #[tokio::test]
    async fn a_transaction_that_is_dropped_leaves_nothing() {
        let (_folder, store) = store_of(1).await;
        let record = news_of(claimed(&store, 1).await);
        let mut transaction = store.writing().await.unwrap();
        write_full(&mut transaction, record.clone()).await.unwrap();
        drop(transaction);
        assert_eq!(store.visits(&page(0), 9).await.unwrap(), []);
        assert_eq!(store.record(record).await, Ok(Recorded::Done));
    }

    #[tokio::test]
    async fn only_what_differs_of_a_memory_is_written() {
        let (_folder, store) = store_of(1).await;
        for (minutes, entries) in [
            (
                1,
                vec![entry("KE", "1"), entry("AL", "1"), entry("GH", "1")],
            ),
            (61, vec![entry("GH", "2"), entry("KE", "1")]),
        ] {
            let mut record = unchanged(claimed(&store, minutes).await);
            record.memory = Some(remembering(entries.clone()));
            store.record(record).await.unwrap();
            let memory = store.memory(&page(0)).await.unwrap();
            assert_eq!(
                memory.snapshot.map(|snapshot| snapshot.entries),
                Some(entries)
            );
        }
    }

    /// Needs a small file system to fill; only root can mount one.
    #[tokio::test]
    async fn a_full_disk_is_said_to_be_full_and_heals_with_room() {
        let folder = tempfile::tempdir().unwrap();
        let mounted = std::process::Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=2m", "tmpfs"])
            .arg(folder.path())
            .output()
            .is_ok_and(|done| done.status.success());
        if !mounted {
            eprintln!("SKIPPED: no tmpfs can be mounted here");
            return;
        }
        let outcome = tokio::spawn(fill_and_free(folder.path().to_owned())).await;
        let unmounted = std::process::Command::new("umount")
            .arg("-l")
            .arg(folder.path())
            .status();
        assert!(unmounted.unwrap().success());
        outcome.unwrap();
    }

    async fn fill_and_free(folder: PathBuf) {
        let store = Store::create(&folder.join("v.db")).await.unwrap();
        store.register(&[(brief(0), plan(0))]).await.unwrap();
        let record = news_of(claimed(&store, 1).await);
        let ballast = folder.join("ballast");
        let mut file = std::fs::File::create(&ballast).unwrap();
        while std::io::Write::write_all(&mut file, &[7; 512]).is_ok() {}
        let mut large = record.clone();
        large.memory = Some(remembering(vec![entry("KE", &"ä".repeat(400_000))]));
        assert_eq!(store.record(large).await, Err(StoreError::Full));
        drop(file);
        std::fs::remove_file(ballast).unwrap();
        assert_eq!(store.record(record).await, Ok(Recorded::Done));
    }
}
