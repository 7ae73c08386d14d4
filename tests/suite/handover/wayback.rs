//! Two hundred captures from an imitation of the Wayback Machine that is slow, busy, forgetful and moves things about.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode, Uri};
use jiff::{SignedDuration, Timestamp};
use url::Url;
use vermerk::fetch::wayback::Query;
use vermerk::fetch::{self, Client};
use vermerk::gate::Gate;
use vermerk::model::{Clock, stamp};
use vermerk::pipeline::{self, Backfill, Backfilled, Pace};

use super::{captures, list};
use crate::bad_input::house::House;
use crate::site::open::Open;
use crate::world::{Answer, World};

const COUNT: i64 = 200;
/// Of one piece of the list.
const CAP: usize = 60;

/// What the imitation was asked, and how it misbehaves.
#[derive(Default)]
struct Machine {
    asked: Mutex<Vec<String>>,
    lists: AtomicUsize,
    /// Stops answering after so many captures, as an interruption does.
    captures_left: AtomicUsize,
    at_once: AtomicUsize,
}

fn first() -> Timestamp {
    "2020-01-01T12:00:00Z".parse().unwrap()
}

fn time(number: i64) -> Timestamp {
    first() + SignedDuration::from_hours(24 * number)
}

async fn machine(captures_left: usize) -> (Url, Arc<Machine>) {
    let machine = Arc::new(Machine {
        captures_left: AtomicUsize::new(captures_left),
        ..Machine::default()
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/", listener.local_addr().unwrap());
    let router = Router::new()
        .fallback(answer)
        .with_state(Arc::clone(&machine));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (base.parse().unwrap(), machine)
}

async fn answer(State(machine): State<Arc<Machine>>, uri: Uri) -> Response<Body> {
    assert_eq!(
        machine.at_once.fetch_add(1, Ordering::SeqCst),
        0,
        "one connection at a time"
    );
    machine.asked.lock().unwrap().push(uri.to_string());
    let said = if uri.path().starts_with("/cdx/") {
        the_list(&machine, &uri)
    } else {
        a_capture(&machine, &uri)
    };
    machine.at_once.fetch_sub(1, Ordering::SeqCst);
    said
}

fn status(status: u16, headers: &[(&str, &str)], body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    for (name, value) in headers {
        let name: axum::http::HeaderName = name.parse().unwrap();
        response.headers_mut().append(name, value.parse().unwrap());
    }
    response
}

fn the_list(machine: &Machine, uri: &Uri) -> Response<Body> {
    let call = machine.lists.fetch_add(1, Ordering::SeqCst);
    if call == 1 {
        return status(429, &[("retry-after", "90")], "slow down");
    }
    if call == 2 {
        return status(503, &[], "busy");
    }
    let asked: BTreeMap<String, String> =
        url::form_urlencoded::parse(uri.query().unwrap().as_bytes())
            .into_owned()
            .collect();
    let from: usize = asked
        .get("resumeKey")
        .map_or(0, |key| key.strip_prefix("key ").unwrap().parse().unwrap());
    let row = |number: usize| {
        let (kind, status) = if number % 50 == 7 {
            ("warc/revisit", "-")
        } else {
            ("text/html", "200")
        };
        serde_json::json!([
            stamp(time(number.try_into().unwrap())),
            asked["url"],
            status,
            kind,
            "AAAA"
        ])
    };
    let mut rows = vec![serde_json::json!([
        "timestamp",
        "original",
        "statuscode",
        "mimetype",
        "digest"
    ])];
    let end = usize::try_from(COUNT).unwrap().min(from + CAP);
    rows.extend((from..end).map(row));
    if from == 0 {
        rows.push(serde_json::json!([
            "20200101130000",
            asked["url"],
            "302",
            "text/html",
            "BBBB"
        ]));
    }
    if end < usize::try_from(COUNT).unwrap() {
        rows.push(serde_json::json!([]));
        rows.push(serde_json::json!([format!("key {end}")]));
    }
    status(
        200,
        &[("content-type", "application/json")],
        serde_json::to_string(&rows).unwrap(),
    )
}

fn a_capture(machine: &Machine, uri: &Uri) -> Response<Body> {
    let left = machine
        .captures_left
        .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
            left.checked_sub(1)
        });
    if left.is_err() {
        return status(429, &[("retry-after", "86400")], "blocked");
    }
    let path = uri.path_and_query().unwrap().as_str();
    let (asked, original) = path
        .strip_prefix("/web/")
        .unwrap()
        .split_once("id_/")
        .unwrap();
    let number = (0..COUNT)
        .find(|number| stamp(time(*number)) == asked)
        .unwrap();
    match number {
        // Listed twice, kept once: the archive leads to the neighbour.
        20 => status(
            302,
            &[(
                "location",
                &format!("/web/{}id_/{original}", stamp(time(21))),
            )],
            "",
        ),
        30 => status(404, &[], "not in archive"),
        40 if !original.contains("elsewhere") => status(
            302,
            &[(
                "location",
                &format!("/web/{asked}id_/http://elsewhere.example/"),
            )],
            "",
        ),
        _ => {
            let date = time(number)
                .strftime("%a, %d %b %Y %H:%M:%S GMT")
                .to_string();
            let headers = [
                ("content-type", "text/html; charset=utf-8"),
                ("memento-datetime", &date),
                ("x-archive-orig-etag", "\"old\""),
                ("set-cookie", "wayback=tracking"),
            ];
            status(200, &headers, list(&words(number)))
        }
    }
}

/// What the page said at a capture; at one of them that something was signed.
fn words(number: i64) -> String {
    match number {
        150 => "Das Abkommen wurde am 13. Mai 2020 unterzeichnet. Stand 150".to_owned(),
        _ => format!("Stand {number}"),
    }
}

/// A clock that only rests move on, so that a run of hours is over at once.
struct Time {
    now: Arc<Mutex<Timestamp>>,
    rests: Arc<Mutex<Vec<Duration>>>,
}

impl Time {
    fn new() -> Self {
        Self {
            now: Arc::new(Mutex::new("2026-01-01T00:00:00Z".parse().unwrap())),
            rests: Arc::default(),
        }
    }

    fn clock(&self) -> Clock {
        let now = Arc::clone(&self.now);
        Arc::new(move || *now.lock().unwrap())
    }

    fn pace(&self) -> Pace {
        let (now, rests) = (Arc::clone(&self.now), Arc::clone(&self.rests));
        Pace {
            rest: Arc::new(move |wait| {
                rests.lock().unwrap().push(wait);
                *now.lock().unwrap() += SignedDuration::try_from(wait).unwrap();
                Box::pin(std::future::ready(()))
            }),
            ..Pace::polite(self.clock())
        }
    }
}

pub async fn world() -> World {
    let page = "id = \"liste\"\nurl = \"{{url}}\"\nlanguage = \"de\"\ntitle = \"Liste\"\npublisher = \"Amt\"\nevery = \"31d\"\n\
                [recipe]\nkind = \"list\"\nentries = \"article\"\ntitle = \"h2\"\nteaser = \"p\"\nkey = \"country\"\n";
    let first = Answer {
        status: 200,
        content_type: "text/html",
        body: list("heute").into_bytes(),
    };
    World::new(
        page,
        "/liste",
        first,
        "2026-01-01T00:00:00Z".parse().unwrap(),
    )
    .await
}

async fn run(world: &World, base: &Url, time: &Time) -> Backfilled {
    let url = "https://amt.example/liste?a=1&b=2".parse().unwrap();
    run_of(world, base, time, url).await
}

async fn run_of(world: &World, base: &Url, time: &Time, url: Url) -> Backfilled {
    let client = Client::new(fetch::Settings {
        user_agent: "test".to_owned(),
        gate: Gate::new(vec!["127.0.0.0/8".parse().unwrap()]),
        pause: Duration::ZERO,
        clock: time.clock(),
    });
    let asked = Backfill {
        watched: &world.watched,
        query: Query {
            base: base.clone(),
            url,
            from: None,
            to: None,
        },
        limit: usize::MAX,
        pace: time.pace(),
    };
    pipeline::backfill(
        &world.road.store,
        &world.archive,
        &client.unwrap(),
        asked,
        &|_, _| {},
    )
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_captures_come_over_politely_and_in_order() {
    let world = world().await;
    let (base, machine) = machine(usize::MAX).await;
    let time = Time::new();
    let began = (time.clock())();
    let done = run(&world, &base, &time).await;
    assert_eq!(done.unfinished, None);
    assert_eq!(done.brought.new.len(), 197, "{done:?}");
    assert_eq!(done.brought.known, 1, "led to the neighbour: {done:?}");
    assert_eq!(
        done.missing,
        BTreeMap::from([("the server answered 404".to_owned(), 1)])
    );
    assert_eq!(done.brought.refused.len(), 1, "{done:?}");
    assert!(
        done.brought.refused[0].why.contains("another address"),
        "{done:?}"
    );
    let page = &world.watched.page.id;
    let imported = world.road.store.imported(page).await.unwrap();
    assert_eq!(imported.len(), 197);
    assert!(imported.is_sorted_by_key(|one| one.capture.at));
    for one in &imported {
        assert!(
            one.source.as_str().starts_with(base.as_str()),
            "{}",
            one.source
        );
        assert!(one.capture.place.file.starts_with("import-"));
        let exchange = world
            .road
            .archive
            .read(one.capture.id, &one.capture.place)
            .await
            .unwrap();
        let number = (one.capture.at.as_second() - first().as_second()) / 86_400;
        assert_eq!(exchange.response.body, list(&words(number)).into_bytes());
        assert_eq!(exchange.response.header("etag"), Some("\"old\""));
        assert_eq!(
            exchange.response.header("set-cookie"),
            None,
            "the archive's own cookie is no part of it"
        );
        assert_eq!(exchange.url.as_str(), "https://amt.example/liste?a=1&b=2");
    }
    // Four pieces, and two refusals; no more than 24 of them in any minute.
    assert_eq!(machine.lists.load(Ordering::SeqCst), 6);
    let rests = time.rests.lock().unwrap().clone();
    assert!(
        rests.iter().any(|rest| *rest >= Duration::from_secs(90)),
        "Retry-After is honoured"
    );
    let minutes = (time.clock())().duration_since(began).as_secs() / 60;
    assert!(minutes >= 200 / 60, "at most a capture a second: {minutes}");
    assert!(
        world
            .road
            .store
            .captures(page, None)
            .await
            .unwrap()
            .is_empty(),
        "none of them is ours"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn imported_history_stands_on_the_site_in_its_order_with_its_source_and_apart_from_ours() {
    let world = world().await;
    let (base, _machine) = machine(usize::MAX).await;
    let url = world.watched.page.url.clone();
    run_of(&world, &base, &Time::new(), url.clone()).await;
    let read = pipeline::earlier(&world.road.store, &world.archive, &world.watched).await;
    // Our own watch begins, and sees the page change once.
    let at: Timestamp = "2026-01-02T00:00:00Z".parse().unwrap();
    world.look_twice(at).await;
    world.show(Answer {
        status: 200,
        content_type: "text/html",
        body: list("morgen").into_bytes(),
    });
    let later = at + SignedDuration::from_hours(24 * 40);
    let seen = world.look_twice(later).await;
    let own: Vec<_> = seen.iter().flat_map(|one| &one.changes).collect();
    assert_eq!(own.len(), 1, "{seen:?}");
    let open = Open::over(world).await;
    let by = "captured by 127.0.0.1, imported on 1 January 2026";

    let country = open.text("/countries/KE").await;
    let (ours, theirs) = country
        .split_once("Before our own watch, as others captured it")
        .expect("a track of its own");
    assert!(ours.contains(&own[0].id.to_string()), "{ours}");
    assert!(!theirs.contains(&own[0].id.to_string()), "{theirs}");
    assert!(
        ours.contains("as others captured it") && ours.contains(by),
        "the timeline: {ours}"
    );
    assert_eq!(theirs.matches(by).count(), 12, "the newest: {theirs}");
    let times: Vec<&str> = theirs.split("<time datetime=\"").skip(1).collect();
    assert!(
        times.is_sorted_by(|one, other| one[..20] > other[..20]),
        "{theirs}"
    );
    assert!(times[0].starts_with("2020-07-18"), "{theirs}");
    let words = |word: &str| times[0].contains(&format!(": </span>{word}<"));
    assert!(words("198") && words("199"), "its own words: {}", times[0]);

    assert!(!open.text("/events").await.contains(by));
    let events = open.text("/events?track=others&stage=SIGNED").await;
    assert_eq!(
        events.matches(by).count(),
        2,
        "signed, and no longer said: {events}"
    );
    let event = events.split("href=\"/events/").nth(1).unwrap();
    let event = open.text(&format!("/events/{}", &event[..36])).await;
    assert!(
        event.contains("not seen by us") && event.contains(base.as_str()),
        "{event}"
    );
    let change = event.split("href=\"/changes/").nth(1).unwrap()[..36].to_owned();
    let shown = open.text(&format!("/changes/{change}")).await;
    assert!(
        shown.contains(by) && shown.contains("Reported to nobody"),
        "{shown}"
    );
    for form in ["bib", "json"] {
        let cited = open.text(&format!("/changes/{change}/cite.{form}")).await;
        assert!(cited.contains(by), "{cited}");
    }

    data_has_its_source(&open, base.as_str(), read.unwrap().changes.len()).await;

    let times = open.text(&format!("/timemap/link/{url}")).await;
    let theirs = times
        .lines()
        .filter(|line| line.contains("; source=\"http://127.0.0.1:"));
    assert_eq!(theirs.count(), 197, "{times}");
    assert!(
        times.lines().last().unwrap().contains("last memento"),
        "{times}"
    );
    assert!(
        !times.lines().last().unwrap().contains("source="),
        "{times}"
    );
    let feed = open.text("/feeds/all.json").await;
    assert!(!feed.contains("2020"), "{feed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_run_goes_on_where_it_stopped() {
    let world = world().await;
    let (base, machine) = machine(77).await;
    let time = Time::new();
    let first = run(&world, &base, &time).await;
    let why = first.unfinished.as_deref().unwrap_or_default();
    assert!(why.contains("left alone for 1440 minutes"), "{first:?}");
    assert!(
        first.brought.new.len() > 60,
        "what came before is kept: {first:?}"
    );
    let asked_before = machine.asked.lock().unwrap().len();
    machine.captures_left.store(usize::MAX, Ordering::SeqCst);
    let second = run(&world, &base, &Time::new()).await;
    assert_eq!(second.unfinished, None);
    assert_eq!(first.brought.new.len() + second.brought.new.len(), 197);
    let asked = machine.asked.lock().unwrap().len() - asked_before;
    assert!(asked < 150, "what is here is not asked for again: {asked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rows_of_an_import_that_was_killed_come_back_from_its_file() {
    let world = world().await;
    let (base, _machine) = machine(usize::MAX).await;
    run(&world, &base, &Time::new()).await;
    let page = &world.watched.page.id;
    let before = world.road.store.imported(page).await.unwrap();
    let from_files = vermerk::archive::imported(&world.archive).unwrap();
    let mut from_files: Vec<_> = from_files
        .into_iter()
        .map(|one| (one.capture, one.source))
        .collect();
    from_files.sort_by_key(|(capture, _)| capture.at);
    let rows: Vec<_> = before
        .into_iter()
        .map(|one| (one.capture, one.source))
        .collect();
    assert_eq!(from_files, rows);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_asks_through_the_gate_and_shows_the_source() {
    let house = House::new("").await;
    let (base, _machine) = machine(usize::MAX).await;
    let ask = [
        "archive",
        "import",
        "--from-wayback",
        "https://amt.example/liste",
        "--page",
        "liste",
        "--limit",
        "1",
        "--wayback",
        base.as_str(),
    ];
    let said = house.vermerk(&ask).await;
    assert!(
        said.is_well()
            .out
            .starts_with("1 capture imported, from 2020-01-01"),
        "{said:?}"
    );
    assert_eq!(captures(&house, "127.0.0.1").await.len(), 1);
    house.replace("config/vermerk.toml", "allow = [\"127.0.0.0/8\"]\n", "");
    let refused = house.vermerk(&ask).await;
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(refused.out.contains("refused by rule"), "{refused:?}");
}

/// What others captured stands in tables of its own, each row with whose capture it is.
async fn data_has_its_source(open: &Open, base: &str, changes: usize) {
    let data = open.text("/data/earlier_changes.csv").await;
    assert_eq!(data.matches(base).count(), changes);
    assert!(
        data.lines()
            .next()
            .unwrap()
            .ends_with("sha256_after,source,imported"),
        "{data}"
    );
    assert!(!open.text("/data/changes.csv").await.contains(base));
    let rows = open
        .text("/api/v1/earlier/events?country=KE&stage=SIGNED")
        .await;
    let rows: serde_json::Value = serde_json::from_str(&rows).unwrap();
    assert_eq!(rows.as_array().map(Vec::len), Some(2), "{rows}");
    assert!(
        rows[0]["source"].as_str().unwrap().starts_with(base),
        "{rows}"
    );
    let one = rows[0]["id"].as_str().unwrap();
    assert!(
        open.text(&format!("/api/v1/events/{one}"))
            .await
            .contains(one)
    );
}
