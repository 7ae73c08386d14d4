//! A page file that keeps thirty days: what goes, what stays, what its address says, and that it can be made again.

use std::path::{Path, PathBuf};
use std::process::Command;

use jiff::{SignedDuration, Timestamp};
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use vermerk::model::{Change, EntryKey};
use vermerk::pipeline::Upkeep;
use vermerk::store::{ChangeFilter, EventFilter, Store};

use super::open::Open;
use crate::world::{Answer, TOPIC, World};

const AS_RECORDED: &str = "every row is as it was recorded";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_old_goes_and_its_address_leads_to_the_archive() {
    let world = played().await;
    let all = changes(&world.road.store).await;
    assert_eq!(all.len(), 6);
    let events = world
        .road
        .store
        .events(&EventFilter::default())
        .await
        .unwrap();
    assert_eq!(
        upkeep(&world).forget(&world.road, day(65)).await.unwrap(),
        3 + 1
    );
    assert_eq!(
        upkeep(&world).forget(&world.road, day(65)).await.unwrap(),
        0
    );

    let kept = changes(&world.road.store).await;
    assert_eq!(kept, all[..3], "the newest stay, and say what they said");
    assert_eq!(kept[2].difference.after.quote(), teaser(40));
    let statuses = world.road.store.statuses(None).await.unwrap();
    assert!(!statuses.is_empty(), "where things stand stays");

    let site = Open::over(world).await;
    for (path, capture) in [
        (
            format!("/changes/{}", all[5].id),
            all[5].evidence_after.as_ref(),
        ),
        (
            format!("/events/{}", events.last().unwrap().id),
            all[4].evidence_after.as_ref(),
        ),
    ] {
        let gone = site.get(&path).await;
        assert_eq!(gone.status(), 410, "{path}");
        let page = gone.text().await.unwrap();
        let capture = format!("/captures/{}", capture.unwrap().id);
        assert!(
            page.contains("No longer kept") && page.contains(&capture),
            "{page}"
        );
        site.text(&capture).await;
        assert_eq!(site.get(&format!("/api/v1{path}")).await.status(), 410);
    }
    let never = format!("/changes/{}", uuid::Uuid::nil());
    assert_eq!(site.get(&never).await.status(), 404);
    for path in ["/countries/KE", "/pages/topic"] {
        let page = site.text(path).await;
        assert!(page.contains("This history reaches back to"), "{page}");
        assert!(page.contains("5 February 2024"), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_keeps_what_is_kept_and_brings_back_what_is_wanted_again() {
    let world = played().await;
    let all = changes(&world.road.store).await;
    upkeep(&world).forget(&world.road, day(65)).await.unwrap();
    let kept = changes(&world.road.store).await;
    // Nobody may be at work while the rows are replaced.
    world.road.archive.close().await.unwrap();
    world.road.store.close().await;
    drop(world.road.at_work);
    let config = config(&world.archive.folder);
    let database = world.archive.folder.with_file_name("vermerk.db");
    assert!(vermerk(&config, &["rebuild", "--check"]).contains(AS_RECORDED));
    assert!(vermerk(&config, &["backtest"]).contains("all comes out as it is recorded"));
    assert!(vermerk(&config, &["rebuild"]).contains(AS_RECORDED));
    let store = Store::open(&database).await.unwrap();
    assert_eq!(changes(&store).await, kept);
    let forgotten = store.forgotten(all[5].id.0).await.unwrap();
    assert_eq!(forgotten.unwrap().page, world.watched.page.id);
    store.close().await;

    let file = config.with_file_name("pages").join("page.toml");
    let page = std::fs::read_to_string(&file).unwrap();
    let page = page.replace("keep = \"30 days\"", "keep = \"all\"");
    std::fs::write(&file, page).unwrap();
    vermerk(&config, &["rebuild"]);
    let store = Store::open(&database).await.unwrap();
    assert_eq!(changes(&store).await, all, "the archive had it all");
    assert_eq!(store.forgotten(all[5].id.0).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_damaged_change_takes_no_page_with_it() {
    let world = played().await;
    let all = changes(&world.road.store).await;
    let database = world.archive.folder.with_file_name("vermerk.db");
    let options = SqliteConnectOptions::new().filename(database);
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query("UPDATE change SET digest = x'00' WHERE id = ?1")
        .bind(all[0].id.to_string())
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    let site = Open::over(world).await;
    for path in ["/", "/changes", "/pages/topic", "/countries/KE"] {
        let page = site.text(path).await;
        assert!(page.to_lowercase().contains("damaged"), "{path}: {page}");
    }
    let list = site.text("/changes").await;
    for one in &all {
        assert!(list.contains(&one.id.to_string()), "{list}");
    }
    for path in [
        "/search?q=Kenia",
        "/feeds/all.atom",
        "/events",
        "/pages/topic/looks",
    ] {
        site.text(path).await;
    }
}

/// Six changes in two months.
async fn played() -> World {
    let page = TOPIC.replace("every = \"1h\"", "every = \"1h\"\n    keep = \"30 days\"");
    let world = World::new(&page, "/", answer(0), day(0)).await;
    world.look_at(day(0)).await;
    for turn in [1, 10, 20, 40, 50, 60] {
        world.show(answer(turn));
        world.look_twice(day(turn)).await;
    }
    world
}

/// Newest first.
async fn changes(store: &Store) -> Vec<Change> {
    let filter = ChangeFilter {
        key: Some(EntryKey::new("KE")),
        ..ChangeFilter::default()
    };
    store.changes(&filter).await.unwrap()
}

fn upkeep(world: &World) -> Upkeep {
    Upkeep {
        settings: world.archive.clone(),
        key: PathBuf::new(),
        authority: None,
        fixity: SignedDuration::from_hours(24),
        keep: vec![(world.watched.page.id.clone(), world.watched.page.keep)],
    }
}

fn config(archive: &Path) -> PathBuf {
    archive.with_file_name("config").join("vermerk.toml")
}

#[track_caller]
fn vermerk(config: &Path, arguments: &[&str]) -> String {
    let done = Command::new(env!("CARGO_BIN_EXE_vermerk"))
        .arg("--config")
        .arg(config)
        .args(arguments)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    let errors = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{arguments:?}: {text}\n{errors}");
    text
}

fn answer(turn: i64) -> Answer {
    Answer {
        status: 200,
        content_type: "text/html; charset=utf-8",
        body: format!(
            "<ul><li><b>Kenia</b><p>{}</p></li><li><b>Ghana</b><p>Gleich.</p></li></ul>",
            teaser(turn)
        )
        .into_bytes(),
    }
}

/// The tenth day brings an event.
fn teaser(turn: i64) -> String {
    let step = if turn < 10 {
        "verhandelt"
    } else {
        "unterzeichnet"
    };
    format!("Mit Kenia wurde ein Abkommen {step}. Stand: {turn}. Bericht.")
}

fn day(day: i64) -> Timestamp {
    let start: Timestamp = "2024-01-01T06:00:00Z".parse().unwrap();
    start + SignedDuration::from_hours(24 * day)
}
