//! A kill between the journal and the record: what the look saw is taken again from the journal at the next start.

use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};
use vermerk::archive;
use vermerk::model::PageId;
use vermerk::store::{Store, VisitRow};

use super::killer;
use super::scene::Scene;
use super::site::GONE;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_that_only_the_journal_knows_is_told() {
    let scene = Scene::set().await;
    scene.run_through(&["check"]).await;
    scene.show_next();
    // The second look begins with the sixth request: robots.txt, list and three articles came before.
    kill_before_the_record(
        &scene,
        &["check", "--confirm"],
        Look {
            number: 2,
            begins: 6,
        },
    )
    .await;
    assert!(scene.mails().first_told().is_empty());
    // The page no longer shows what the lost look saw: state 4 changes the same country as state 1.
    scene.show(4);
    scene.run_through(&["check"]).await;
    assert_eq!(scene.mails().first_told(), [1]);
    scene.run_through(&["check", "--confirm"]).await;
    assert_eq!(scene.mails().first_told(), [1, 4]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_look_that_only_the_journal_knows_failed_for_the_same_reason() {
    let scene = Scene::set().await;
    scene.run_through(&["check"]).await;
    scene.show(GONE);
    scene.run_through(&["check"]).await;
    kill_before_the_record(
        &scene,
        &["check"],
        Look {
            number: 1,
            begins: 1,
        },
    )
    .await;
    assert_eq!(visits(&scene).await.len(), 2);
    scene.run_through(&["check"]).await;
    let visits = visits(&scene).await;
    let [_, recovered, failed, _] = visits.as_slice() else {
        panic!("{visits:?}")
    };
    assert_eq!(
        (&recovered.look, &recovered.problems),
        (&failed.look, &failed.problems)
    );
}

/// A look of a run, and with which request it begins.
struct Look {
    number: usize,
    begins: u64,
}

/// As soon as the look has begun the database is locked, so that it comes as far as the journal.
async fn kill_before_the_record(scene: &Scene, arguments: &[&str], look: Look) {
    let mut requests = scene.requests();
    let (asked, known) = (*requests.borrow(), journal(scene));
    scene.fall_silent(asked + look.begins);
    let mut child = killer::start(scene.config(), arguments);
    requests
        .wait_for(|now| *now >= asked + look.begins)
        .await
        .unwrap();
    let lock = lock(scene).await;
    scene.fall_silent(u64::MAX);
    while journal(scene) < known + look.number {
        assert!(
            child.try_wait().unwrap().is_none(),
            "the look was recorded in spite of the lock"
        );
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    lock.close().await.unwrap();
}

/// How many looks the journal knows.
fn journal(scene: &Scene) -> usize {
    let settings = scene.installation().archive_settings();
    archive::visits_since(&settings, jiff::Timestamp::UNIX_EPOCH)
        .unwrap()
        .len()
}

async fn lock(scene: &Scene) -> SqliteConnection {
    let database = scene.installation().database();
    let mut lock = SqliteConnectOptions::new()
        .filename(database)
        .connect()
        .await
        .unwrap();
    sqlx::raw_sql("BEGIN IMMEDIATE")
        .execute(&mut lock)
        .await
        .unwrap();
    lock
}

async fn visits(scene: &Scene) -> Vec<VisitRow> {
    let store = Store::open(&scene.installation().database()).await.unwrap();
    let visits = store
        .visits(&PageId::parse("abkommen").unwrap(), 10)
        .await
        .unwrap();
    store.close().await;
    visits
}
