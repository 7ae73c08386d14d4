//! What programs read of the site: an event that was taken back says so everywhere, and a map has its dots.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use vermerk::model::{EventId, Remark};

use super::open::Open;
use crate::world::{Answer, TOPIC, World};

const WHY: &str = "Es war nur eine Absichtserklärung.";

#[tokio::test]
async fn what_was_taken_back_says_so_wherever_a_program_reads_of_it() {
    let site = signed().await;
    let events: Vec<Value> = json(&site, "/api/v1/events").await;
    assert_eq!(events[0]["corrected"], Value::Null);
    let before = feed(&site, "/feeds/all.atom").await;
    let counted = "<td data-label=\"signed\">1</td>";
    assert!(site.text("/").await.contains(counted));
    let id = events[0]["id"].as_str().unwrap();
    let correction = Remark::correction(EventId(id.parse().unwrap()), WHY, at(50));
    let store = &site.world.road.store;
    store.correct(&correction, "example.org").await.unwrap();

    let event: Value = json(&site, &format!("/api/v1/events/{id}")).await;
    let listed: Vec<Value> = json(&site, "/api/v1/events").await;
    let lines = site.text("/data/events.jsonl").await;
    let line: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    for row in [&event, &listed[0], &line] {
        assert_eq!(row["corrected"], "2024-09-03T08:00:00.000Z", "{row}");
        assert_eq!(row["correction"], WHY, "{row}");
        assert_eq!(row["factuality"], "DONE", "the reading stays: {row}");
    }
    assert!(site.text("/data/events.csv").await.contains(WHY));
    for path in [
        "/feeds/all.atom",
        "/feeds/countries/KE.json",
        "/feeds/stages/SIGNED.atom",
    ] {
        let feed = feed(&site, path).await;
        let entry = &feed.entries[0];
        let title = &entry.title.as_ref().unwrap().content;
        assert!(title.starts_with("[CORRECTION] "), "{path}: {title}");
        let body = entry.content.as_ref().unwrap().body.as_ref().unwrap();
        assert!(body.contains(WHY), "{path}: {body}");
        assert_eq!(
            entry.updated.unwrap().timestamp(),
            at(50).as_second(),
            "{path}"
        );
    }
    let after = feed(&site, "/feeds/all.atom").await;
    assert_eq!(after.entries[0].id, before.entries[0].id);
    shown_as_taken_back(&site, id).await;
    assert!(!site.text("/").await.contains(counted), "it counts no more");
    let log: Vec<Value> = json(&site, "/api/v1/revisions").await;
    assert_eq!(log[0]["kind"], "correction");
    assert_eq!(log[0]["factuality_before"], "DONE", "the old value is kept");
    assert_eq!(log[0]["event"], *id);
    assert!(site.text("/data/revisions.csv").await.contains(WHY));
}

/// A person sees it wherever the event, its change or its cell stands.
async fn shown_as_taken_back(site: &Open, id: &str) {
    for (path, words) in [
        ("/", "class=\"cell corrected\""),
        ("/", "corrected on 3 September 2024"),
        ("/changes", "corrected on 3 September 2024"),
        ("/countries/KE", WHY),
        ("/countries/KE", "class=\"standing corrected\""),
        ("/revisions", WHY),
        ("/data/statuses.csv", WHY),
    ] {
        assert!(site.text(path).await.contains(words), "{path}: {words}");
    }
    let event = site.text(&format!("/events/{id}")).await;
    let heading = "<h1>Kenya: signed 2 September 2024 (corrected)</h1>";
    assert!(event.contains(heading), "{event}");
    for words in [
        "<section aria-labelledby=\"said\" class=\"corrected\">",
        &format!("The operator writes: <q lang=\"\">{WHY}</q>"),
    ] {
        assert!(event.contains(words), "{words}: {event}");
    }
    let cited = site.text(&format!("/events/{id}/cite.bib")).await;
    assert!(cited.contains(WHY), "{cited}");
    let statuses: Vec<Value> = json(site, "/api/v1/statuses").await;
    assert_eq!(statuses[0]["correction"], WHY, "{statuses:?}");
    let map: Value = json(site, "/data/partners.geojson").await;
    assert_eq!(map["features"], serde_json::json!([]), "no dot rests on it");
}

#[tokio::test]
async fn a_feed_tells_a_signing_once_as_a_mail_does() {
    let site = signed().await;
    let feed = feed(&site, "/feeds/all.atom").await;
    assert_eq!(feed.entries.len(), 1);
    let body = feed.entries[0].content.as_ref().unwrap();
    let body = body.body.as_ref().unwrap();
    let events: Vec<Value> = json(&site, "/api/v1/events").await;
    let event = format!(
        "https://vermerk.example.org/events/{}",
        events[0]["id"].as_str().unwrap()
    );
    for words in [
        "<p>The page",
        "ein Migrationsabkommen unterzeichnet",
        "2 September 2024",
        &event,
        "https://vermerk.example.org/countries/KE",
        "https://vermerk.example.org/captures/",
    ] {
        assert!(body.contains(words), "{words}: {body}");
    }
    assert!(!body.contains("vermerk archive show"), "{body}");
}

#[tokio::test]
async fn lists_of_the_api_go_on_behind_what_was_answered() {
    let site = signed().await;
    for table in ["events", "changes"] {
        let all: Vec<Value> = json(&site, &format!("/api/v1/{table}")).await;
        let last = all.last().unwrap()["id"].as_str().unwrap();
        let rest: Vec<Value> = json(&site, &format!("/api/v1/{table}?behind={last}")).await;
        assert!(!all.is_empty() && rest.is_empty(), "{table}: {rest:?}");
        let answer = site.get(&format!("/api/v1/{table}?behind=x")).await;
        assert_eq!(answer.status(), 400);
    }
}

#[tokio::test]
async fn every_format_has_the_columns_of_the_list_and_no_others() {
    let site = signed().await;
    for table in ["changes", "events", "statuses"] {
        let lines = site.text(&format!("/data/{table}.jsonl")).await;
        let row: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
        let csv = site.text(&format!("/data/{table}.csv")).await;
        let mut listed: Vec<&str> = csv.lines().next().unwrap().split(',').collect();
        listed.sort_unstable();
        let mut names: Vec<&str> = row
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        names.sort_unstable();
        assert_eq!(names, listed, "{table}");
        assert!(
            row["capture_url"].as_str().unwrap().starts_with("http"),
            "{row}"
        );
    }
}

#[tokio::test]
async fn a_map_has_a_dot_for_each_partner_with_its_steps() {
    let site = signed().await;
    let answer = site.get("/data/partners.geojson").await;
    assert_eq!(answer.headers()["content-type"], "application/geo+json");
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    let map: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    let kenya = &map["features"][0];
    assert_eq!(map["features"].as_array().unwrap().len(), 1, "{map}");
    assert_eq!(
        kenya["geometry"]["coordinates"],
        serde_json::json!([36.8, -1.3])
    );
    let said = &kenya["properties"];
    for (name, expected) in [
        ("country", "KE"),
        ("name_de", "Kenia"),
        ("SIGNED", "DONE"),
        ("SIGNED_date", "2024-09-02"),
        ("permalink", "https://vermerk.example.org/countries/KE"),
    ] {
        assert_eq!(said[name], expected, "{said}");
    }
    let described: Value = json(&site, "/api/openapi.json").await;
    assert!(described["paths"]["/data/partners.geojson"]["get"].is_object());
}

async fn feed(site: &Open, path: &str) -> feed_rs::model::Feed {
    feed_rs::parser::parse(site.text(path).await.as_bytes()).unwrap()
}

async fn json<T: serde::de::DeserializeOwned>(site: &Open, path: &str) -> T {
    serde_json::from_str(&site.text(path).await).unwrap()
}

async fn signed() -> Open {
    let world = World::new(TOPIC, "/", answer("Wir reden mit Kenia."), at(0)).await;
    world.look_at(at(0)).await;
    world.show(answer(
        "Deutschland und Kenia haben am 2. September 2024 ein Migrationsabkommen unterzeichnet.",
    ));
    world.look_twice(at(40)).await;
    Open::over(world).await
}

fn answer(kenya: &str) -> Answer {
    Answer {
        status: 200,
        content_type: "text/html; charset=utf-8",
        body: format!("<ul><li><b>Kenia</b><p>{kenya}</p></li></ul>").into_bytes(),
    }
}

fn at(hours: i64) -> Timestamp {
    let start: Timestamp = "2024-09-01T06:00:00Z".parse().unwrap();
    start + SignedDuration::from_hours(hours)
}
