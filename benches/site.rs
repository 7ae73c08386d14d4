//! Time until a page of the site is there, over 1,000 changes, 250 of them of one country.
//!
//! `cargo bench --bench site`; `docs/performance.md` has the figures.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use open::Open;
use world::{Answer, World};

#[expect(dead_code, reason = "the tests use the rest")]
#[path = "../tests/suite/site/open.rs"]
mod open;
#[expect(dead_code, reason = "the tests use the rest")]
#[path = "../tests/suite/world.rs"]
mod world;

const ROUNDS: usize = 30;
const STEPS: usize = 250;

const PAGE: &str = r#"
    id = "topic"
    url = "{{url}}"
    title = "Partner pages"
    publisher = "Ministry"
    language = "de"
    every = "1h"
    [recipe]
    kind = "list"
    entries = "li"
    title = "b"
    teaser = "p"
    key = "country"
"#;

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
    let world = World::new(PAGE, "/", answer(0), at(0)).await;
    world.look_at(at(0)).await;
    for step in 1..=STEPS {
        world.show(answer(step));
        world.look_twice(at(step)).await;
    }
    let site = Open::over(world).await;
    let all: Vec<serde_json::Value> =
        serde_json::from_str(&site.get("/api/v1/changes").await.text().await.unwrap()).unwrap();
    println!("{} changes; median and slowest of {ROUNDS}", all.len());
    let change = format!("/changes/{}", all[0]["id"].as_str().unwrap_or_default());
    for path in [
        "/",
        "/countries/KE",
        "/changes",
        &change,
        "/events",
        "/pages",
        "/pages/topic",
        "/search?q=abkommen",
        "/codebook/SIGNED",
        "/feeds/all.atom",
        "/api/v1/changes?limit=1000",
    ] {
        measure(&site, path).await;
    }
}

async fn measure(site: &Open, path: &str) {
    let mut times = Vec::with_capacity(ROUNDS);
    let mut size = 0;
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        let answer = site.get(path).await;
        times.push(begun.elapsed());
        assert!(answer.status().is_success(), "{path}");
        size = answer.bytes().await.map_or(0, |bytes| bytes.len());
    }
    times.sort();
    let shown = if path.len() > 30 { &path[..30] } else { path };
    let milliseconds = |time: &Duration| time.as_secs_f64() * 1e3;
    println!(
        "{shown:30} {:8.1} ms {:8.1} ms {size:>9} bytes",
        milliseconds(&times[ROUNDS / 2]),
        milliseconds(&times[ROUNDS - 1]),
    );
}

/// The first entry changes in every step, three others in turn.
fn answer(step: usize) -> Answer {
    let entry = |(place, name): (usize, &&str)| {
        let turns = if place == 0 {
            step
        } else {
            (step * 3 + COUNTRIES.len() - 2 - place) / (COUNTRIES.len() - 1)
        };
        format!(
            "<li><b>{name}</b><p>Über ein Abkommen mit {name} spricht {} mit.</p></li>",
            word(turns)
        )
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
