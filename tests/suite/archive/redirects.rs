//! An address that begins to lead elsewhere: what is proved of it, and what replay shows.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use vermerk::archive;
use vermerk::model::{CaptureKind, Freshness};

use crate::world::{Answer, TOPIC, World};

/// What the site does at `/a.html`.
#[derive(Clone, Copy, PartialEq)]
enum Mood {
    Plain,
    Moved,
    Broken,
}

const A: &str = "<ul><li><b>Kenia</b><p>Mit Kenia wird verhandelt.</p></li></ul>";
const ROBOTS: &str = "User-agent: *\nAllow: /\n";
const B: &str = "<ul><li><b>Kenia</b><p>Die Seite wird neu geordnet.</p></li></ul>";

#[tokio::test]
async fn another_pages_304_proves_nothing() {
    let (world, mood) = world().await;
    let begin: Timestamp = "2024-09-13T08:00:00Z".parse().unwrap();
    let hour = |hours: i64| begin + SignedDuration::from_hours(hours);
    for hours in 0..3 {
        world.look_at(hour(hours)).await.unwrap();
    }
    *mood.lock().unwrap() = Mood::Moved;
    for minutes in [180, 195, 240, 300] {
        world
            .look_at(begin + SignedDuration::from_mins(minutes))
            .await;
    }
    let url = world.watched.page.url.clone();
    let polls = archive::polls(&world.archive, &url, begin, hour(9))
        .unwrap()
        .polls;
    let (before, after) = polls.split_at(3);
    assert!(before.iter().all(|poll| poll.moved.is_none()));
    assert_eq!(before.last().unwrap().status, Some(304));
    assert!(after.len() >= 3, "{after:?}");
    for poll in after {
        assert_eq!(poll.status, Some(200), "the whole page was asked for");
        let moved = poll.moved.as_ref().unwrap();
        assert_eq!(moved.to.path(), "/b.html");
        assert_ne!(poll.sha256, before[0].sha256);
    }
    assert_eq!(after[0].outcome, Freshness::New);
    let page = &world.watched.page.id;
    let aim = after[0].moved.clone().unwrap().to;
    let captures = world.road.store.captures(page, Some(&aim)).await.unwrap();
    assert_eq!(captures.len(), after.len(), "one behind each redirect");
    let revisits = captures.iter().skip(1);
    assert!(
        revisits
            .into_iter()
            .all(|one| one.kind == CaptureKind::Revisit)
    );
}

#[tokio::test]
async fn a_failed_look_names_its_evidence() {
    let (world, mood) = world().await;
    let begin: Timestamp = "2024-09-13T08:00:00Z".parse().unwrap();
    *mood.lock().unwrap() = Mood::Broken;
    world.look_at(begin).await.unwrap();
    let url = world.watched.page.url.clone();
    let end = begin + SignedDuration::from_hours(1);
    let polls = archive::polls(&world.archive, &url, begin, end)
        .unwrap()
        .polls;
    let [poll] = polls.as_slice() else {
        panic!("{polls:?}");
    };
    assert_eq!((poll.status, poll.outcome), (Some(500), Freshness::Nothing));
    let capture = world.road.store.capture(poll.capture.unwrap()).await;
    let capture = capture.unwrap().unwrap();
    assert_eq!((capture.status, Some(capture.digest)), (500, poll.sha256));
    let stretches = archive::stretches(&polls);
    assert_eq!(stretches[0].sha256, None, "an error page is no payload");
}

#[tokio::test]
async fn robots_txt_is_asked_for_by_each_process_and_kept_once_a_day() {
    let (mut world, _mood) = world().await;
    let begin: Timestamp = "2024-09-13T08:00:00Z".parse().unwrap();
    for hours in [0, 1, 25] {
        let at = begin + SignedDuration::from_hours(hours);
        world.look_at(at).await.unwrap();
        world.restart_with("Topic", "Topic").await;
    }
    let page = &world.watched.page;
    let rules = page.url.join("/robots.txt").unwrap();
    let captures = world.road.store.captures(&page.id, Some(&rules)).await;
    let kinds: Vec<_> = captures.unwrap().iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [CaptureKind::Response, CaptureKind::Revisit]);
}

async fn world() -> (World, Arc<Mutex<Mood>>) {
    let mood = Arc::new(Mutex::new(Mood::Plain));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/a.html", listener.local_addr().unwrap());
    let site = Router::new().fallback(answer).with_state(Arc::clone(&mood));
    tokio::spawn(async move { axum::serve(listener, site).await });
    let first = Answer {
        status: 404,
        content_type: "text/html",
        body: Vec::new(),
    };
    let begin = "2024-09-13T07:00:00Z".parse().unwrap();
    let world = World::new(&TOPIC.replace("{{url}}", &url), "/", first, begin).await;
    (world, mood)
}

async fn answer(State(mood): State<Arc<Mutex<Mood>>>, uri: Uri, asked: HeaderMap) -> Response {
    let html = |modified: &'static str, body: &'static str| {
        // The copy of B is older than any of A: whoever asks B with A's date hears 304.
        if asked.contains_key("if-modified-since") {
            return StatusCode::NOT_MODIFIED.into_response();
        }
        let headers = [("content-type", "text/html"), ("last-modified", modified)];
        (headers, body).into_response()
    };
    let mood = *mood.lock().unwrap();
    match (uri.path(), mood) {
        ("/a.html", Mood::Plain) => html("Fri, 13 Sep 2024 06:00:00 GMT", A),
        ("/a.html", Mood::Moved) => {
            (StatusCode::MOVED_PERMANENTLY, [("location", "/b.html")]).into_response()
        }
        ("/a.html", Mood::Broken) => (StatusCode::INTERNAL_SERVER_ERROR, "oh").into_response(),
        ("/robots.txt", _) => ([("content-type", "text/plain")], ROBOTS).into_response(),
        ("/b.html", _) => html("Mon, 01 Jan 2024 06:00:00 GMT", B),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}
