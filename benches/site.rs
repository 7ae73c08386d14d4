//! Time until a page of the site is there, over 1,000 changes, 250 of them of one country.
//!
//! `cargo bench --bench site`; `docs/performance.md` has the figures.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use open::Open;
use world::{Answer, TOPIC, World};

#[expect(dead_code, reason = "the tests use the rest")]
#[path = "../tests/suite/site/open.rs"]
mod open;
#[expect(dead_code, reason = "the tests use the rest")]
#[path = "../tests/suite/world.rs"]
mod world;

const ROUNDS: usize = 40;
const STEPS: usize = 250;

const COUNTRIES: [&str; 12] = [
    "Kenia",
    "Georgien",
    "Ghana",
    "Indien",
    "Marokko",
    "Moldau",
    "Usbekistan",
    "Kirgisistan",
    "Kolumbien",
    "Philippinen",
    "Tunesien",
    "Albanien",
];

#[tokio::main]
async fn main() {
    let world = World::new(TOPIC, "/", answer(0), at(0)).await;
    world.look_at(at(0)).await;
    for step in 1..=STEPS {
        world.show(answer(step));
        world.look_twice(at(step)).await;
    }
    let site = Open::over(world).await;
    let all: Vec<serde_json::Value> =
        serde_json::from_str(&site.get("/api/v1/changes").await.text().await.unwrap()).unwrap();
    let events: Vec<serde_json::Value> =
        serde_json::from_str(&site.get("/api/v1/events").await.text().await.unwrap()).unwrap();
    println!(
        "{} changes, {} events; until the first byte, {ROUNDS} times; the peer serves the same bytes from memory",
        all.len(),
        events.len()
    );
    println!(
        "{:30} {:>11} {:>11} {:>8} {:>9} {:>9}",
        "", "median ms", "worst ms", "ratio", "bytes", "packed"
    );
    let id = |rows: &[serde_json::Value]| rows[0]["id"].as_str().unwrap_or_default().to_owned();
    let (change, event) = (id(&all), id(&events));
    let peer = Peer::open().await;
    for path in [
        "/",
        "/countries/KE",
        "/changes",
        &format!("/changes/{change}"),
        "/events",
        &format!("/events/{event}"),
        "/pages",
        "/pages/topic",
        "/search?q=abkommen",
        "/subscribe",
        "/methods",
        "/codebook",
        "/codebook/SIGNED",
        "/data",
        "/style.css",
        "/healthz",
        "/feeds/all.atom",
        "/feeds/stages/SIGNED.json",
        "/calendar.ics",
        "/api/v1/pages",
        "/api/v1/events?limit=100",
        "/api/v1/changes?limit=1000",
        "/data/changes.csv",
        "/data/changes.parquet",
        "/data/partners.geojson",
    ] {
        measure(&site, &peer, path).await;
    }
}

async fn measure(site: &Open, peer: &Peer, path: &str) {
    let (mut times, mut others) = (Vec::new(), Vec::new());
    let mut bytes = Vec::new();
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        let answer = site.get(path).await;
        times.push(begun.elapsed());
        assert!(answer.status().is_success(), "{path}");
        bytes = answer.bytes().await.unwrap().to_vec();
        peer.show(&bytes);
        let begun = Instant::now();
        let answer = peer.client.get(&peer.base).send().await.unwrap();
        others.push(begun.elapsed());
        answer.bytes().await.unwrap();
    }
    let wish = [("accept-encoding", "gzip")];
    let packed = site.ask(reqwest::Method::GET, path, &wish).await;
    let packed = packed.bytes().await.unwrap().len();
    times.sort();
    others.sort();
    let milliseconds = |time: &Duration| time.as_secs_f64() * 1e3;
    let (median, other) = (times[ROUNDS / 2], others[ROUNDS / 2]);
    println!(
        "{:30} {:11.2} {:11.2} {:8.1} {:>9} {packed:>9}",
        path.chars().take(30).collect::<String>(),
        milliseconds(&median),
        milliseconds(&times[ROUNDS - 1]),
        median.as_secs_f64() / other.as_secs_f64(),
        bytes.len(),
    );
}

/// A server that does nothing but send what it is shown.
struct Peer {
    base: String,
    client: reqwest::Client,
    shown: Arc<Mutex<Vec<u8>>>,
}

impl Peer {
    async fn open() -> Self {
        let shown = Arc::<Mutex<Vec<u8>>>::default();
        let sent = Arc::clone(&shown);
        let router = axum::Router::new().fallback(async move || sent.lock().unwrap().clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            base,
            client: reqwest::Client::new(),
            shown,
        }
    }

    fn show(&self, bytes: &[u8]) {
        bytes.clone_into(&mut self.shown.lock().unwrap());
    }
}

/// The first entry changes in every step, three others in turn.
fn answer(step: usize) -> Answer {
    let entry = |(place, name): (usize, &&str)| {
        let turns = if place == 0 {
            step
        } else {
            (step * 3 + COUNTRIES.len() - 2 - place) / (COUNTRIES.len() - 1)
        };
        let says = if turns % 2 == 0 {
            "Wir verhandeln mit {} über ein Migrationsabkommen"
        } else {
            "Wir haben mit {} am 5. März 2024 ein Migrationsabkommen unterzeichnet"
        };
        let says = says.replace("{}", name);
        format!("<li><b>{name}</b><p>{says}, sagt {}.</p></li>", word(turns))
    };
    let entries: String = COUNTRIES.iter().enumerate().map(entry).collect();
    Answer {
        status: 200,
        content_type: "text/html; charset=utf-8",
        body: format!("<ul>{entries}</ul>").into_bytes(),
    }
}

/// A word of its own for each number.
fn word(number: usize) -> String {
    let syllables = ["ba", "de", "fi", "go", "lu", "ma", "ne", "ri", "so", "tu"];
    [number / 100, number / 10 % 10, number % 10]
        .iter()
        .filter_map(|digit| syllables.get(*digit))
        .copied()
        .collect()
}

fn at(step: usize) -> Timestamp {
    let start: Timestamp = "2024-01-01T06:00:00Z".parse().expect("a timestamp");
    start + SignedDuration::from_hours(2 * i64::try_from(step).unwrap_or(0))
}
