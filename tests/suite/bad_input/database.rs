//! A database that is missing, too new, or in the hands of a daemon.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use vermerk::store::Store;

use super::house::{House, program, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_vanished_is_never_silently_replaced() {
    let house = House::new("").await;
    house.vermerk(&["check"]).await.is_well();
    std::fs::remove_file(house.root.join("vermerk.db")).unwrap();
    house.vermerk(&["status"]).await.says(
        1,
        "no database at ROOT/config/../vermerk.db: call `vermerk init` once, or restore a backup",
    );
    let init = ["init", "--config-dir", &house.path("config")];
    house.run(&init).await.says(
        1,
        "no database at ROOT/config/../vermerk.db, but the archive in ROOT/config/../archive has records: \
         restore a backup of the database, or begin anew beside the archive with \
         `vermerk init --new-database --config-dir ROOT/config` \
         (pages get a new baseline; the lost database's changes, holds and waiting deliveries stay lost)",
    );
    assert!(!house.root.join("vermerk.db").exists());
    house
        .run(&[&init[..], &["--new-database"]].concat())
        .await
        .is_well();
    house.vermerk(&["status"]).await.is_well();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_a_newer_version_is_left_alone() {
    let house = House::new("").await;
    let options = SqliteConnectOptions::new().filename(house.root.join("vermerk.db"));
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'tomorrow', 1, x'00', 0)",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    connection.close().await.unwrap();
    for command in [&["status"][..], &["check"], &["run"]] {
        let ended = house.vermerk(command).await;
        let err = ended
            .err
            .replace(|c: char| c.is_ascii_digit() && c != '9', "N")
            .replace("knows NN", "knows N");
        assert_eq!(
            (ended.code, err.as_str()),
            (
                Some(1),
                "vermerk: ROOT/config/../vermerk.db was written by a newer version \
                 (schema 9999, this program knows N): update vermerk\n"
            )
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_daemon_hears_who_is_running_and_other_commands_work_beside_the_first() {
    let house = House::new("").await;
    let mut first = daemon(&house);
    let lock = house.root.join("vermerk.db.run");
    until("the daemon holds its lock", || {
        std::fs::read_to_string(&lock).is_ok_and(|line| !line.is_empty())
    })
    .await;
    let second = house.vermerk(&["run"]).await;
    assert_eq!(second.code, Some(1), "{second:?}");
    let expected = format!("vermerk: already running: process {} on ", first.id());
    assert!(
        second.err.starts_with(&expected) && second.err.lines().count() == 1,
        "{second:?}"
    );
    for command in [
        &["status"][..],
        &["deliveries"],
        &["hold", "list"],
        &["history"],
    ] {
        house.vermerk(command).await.is_well();
    }
    end(&mut first).await;
    house.vermerk(&["check"]).await.is_well();
    house.vermerk(&["archive", "verify"]).await.is_well();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_that_waits_for_a_rebuild_says_so_and_can_be_stopped() {
    let house = House::new("").await;
    let store = Store::open(&house.root.join("vermerk.db")).await.unwrap();
    let rebuilding = store.alone().await.unwrap().unwrap();
    let log = house.root.join("log");
    let config = house.path("config/vermerk.toml");
    let mut waiting = program(&["--config", &config, "run"])
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    until("the daemon says that it waits", || {
        let said = std::fs::read_to_string(&log).unwrap();
        said.contains("`vermerk rebuild` has the database")
    })
    .await;
    end(&mut waiting).await;
    drop(rebuilding);
    store.close().await;
    house.vermerk(&["check"]).await.is_well();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_that_cannot_be_recorded_leaves_a_database_that_stands_alone() {
    let house = House::new("").await;
    let options = SqliteConnectOptions::new().filename(house.root.join("vermerk.db"));
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query(
        "CREATE TRIGGER no_visit BEFORE INSERT ON visit BEGIN SELECT RAISE(ABORT, 'not today'); END",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    connection.close().await.unwrap();
    let failed = house.vermerk(&["check"]).await;
    assert_eq!(failed.code, Some(1), "{failed:?}");
    assert!(failed.err.contains("not today"), "{failed:?}");
    assert!(!house.root.join("vermerk.db-wal").exists());
}

fn daemon(house: &House) -> Child {
    let config = house.path("config/vermerk.toml");
    let mut command = program(&["--config", &config, "run"]);
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// SIGTERM ends the daemon well, before systemd would kill it.
async fn end(daemon: &mut Child) {
    let began = Instant::now();
    kill_process(Pid::from_child(daemon), Signal::TERM).unwrap();
    let mut status = None;
    until("the daemon has ended", || {
        status = daemon.try_wait().unwrap();
        status.is_some()
    })
    .await;
    assert!(
        began.elapsed() < Duration::from_secs(10),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(status.unwrap().code(), Some(0));
}
