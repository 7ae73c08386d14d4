//! What pages say no more, what they contradict, and what they plan: told as such in lists, feeds, exports and calendar.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use vermerk::model::{Language, Look, PageBrief, PageId, Plan, Purpose, Record};
use vermerk::pipeline::LEASE;

use super::open::Open;
use crate::world::{Answer, TOPIC, World};

const SIGNED: &str =
    "Deutschland und Kenia haben am 2. September 2024 ein Migrationsabkommen unterzeichnet.";

#[tokio::test]
async fn what_is_no_longer_said_is_wording_and_stays_on_the_timeline() {
    let site = played(&[SIGNED, "Kenia liegt in Afrika."]).await;
    let events = site.text("/events").await;
    assert_eq!(events.matches("no longer said").count(), 1, "{events}");
    assert!(
        events.contains("<span class=\"code\">WORDING</span>"),
        "{events}"
    );
    let changes = site.text("/changes").await;
    assert!(
        changes.contains("<span class=\"code\">WORDING</span>"),
        "{changes}"
    );
    for path in ["/feeds/all.atom", "/feeds/stages/SIGNED.atom"] {
        let feed = site.text(path).await;
        assert!(
            feed.contains("<title>[WORDING] Kenya: no longer said: signed"),
            "{path}: {feed}"
        );
    }
    let country = site.text("/countries/KE").await;
    assert!(
        country.contains("2\u{a0}Sep\u{a0}2024; no longer said since 4\u{a0}Sep\u{a0}2024"),
        "{country}"
    );
    let german = site.text("/countries/KE?lang=de").await;
    assert!(
        german.contains("2.9.2024; nicht mehr gesagt seit 4.9.2024"),
        "{german}"
    );
    assert!(german.contains("Auf der Seite geführt spätestens seit dem 1. September 2024."));
}

#[tokio::test]
async fn what_is_said_again_is_not_past() {
    let site = played(&[SIGNED, "Kenia liegt in Afrika.", SIGNED]).await;
    let country = site.text("/countries/KE").await;
    assert!(!country.contains("no longer said since"), "{country}");
}

#[tokio::test]
async fn what_came_and_went_is_called_so_where_it_is_found() {
    let site = played(&["Kenia liegt in Afrika."]).await;
    site.world
        .show(answer("Kenia liegt in Afrika.", &["Indien", "Moldau"]));
    site.world.look_twice(at(200)).await;
    let found = site.text("/search?q=Ghana").await;
    assert!(
        found.contains("<span class=\"code\">entry gone</span>"),
        "{found}"
    );
    let found = site.text("/search?q=Moldova").await;
    assert!(
        found.contains("<span class=\"code\">new entry</span>"),
        "{found}"
    );
    let ghana = site.text("/countries/GH").await;
    let words = "Listed on the page from 1 September 2024 or earlier to 9 September 2024.";
    assert!(ghana.contains(words), "{ghana}");
}

#[tokio::test]
async fn what_a_twin_in_another_language_contradicts_is_named_in_matrix_and_data() {
    let site = played(&[SIGNED]).await;
    twin(&site, "2024-09-03").await;
    let start = site.text("/").await;
    assert_eq!(start.matches(">contradiction</span>").count(), 2, "{start}");
    let country = site.text("/countries/KE").await;
    assert_eq!(country.matches("Contradiction:").count(), 2, "{country}");
    let rows: Vec<Value> = serde_json::from_str(&site.text("/api/v1/statuses").await).unwrap();
    let signed: Vec<&Value> = rows.iter().filter(|row| row["stage"] == "SIGNED").collect();
    assert_eq!(signed.len(), 2, "{rows:?}");
    assert!(signed.iter().all(|row| row["conflicts"] == 1), "{rows:?}");
}

#[tokio::test]
async fn a_plan_keeps_nobody_busy() {
    let planned = "Das Migrationsabkommen mit Kenia soll Ende 2024 unterzeichnet werden.";
    let calendar = played(&[planned]).await.text("/calendar.ics").await;
    assert_eq!(calendar.matches("BEGIN:VEVENT").count(), 1, "{calendar}");
    assert!(calendar.contains("TRANSP:TRANSPARENT"), "{calendar}");
}

/// The same page in English, which dates the signing otherwise.
async fn twin(site: &Open, day: &str) {
    let (store, german) = (&site.world.road.store, site.world.watched.brief());
    let english = PageBrief {
        id: PageId::parse("topic-en").unwrap(),
        language: Language::parse("en").unwrap(),
        ..german.clone()
    };
    let mut status = store.statuses(None).await.unwrap().remove(0);
    status.page = english.id.clone();
    let when = status.statement.when.as_mut().unwrap();
    (when.date, when.interval) = (Some(day.to_owned()), format!("{day}/{day}"));
    let plan = Plan {
        at: at(500),
        purpose: Purpose::Scheduled,
    };
    let pages = [(german, plan), (english.clone(), plan)];
    store.register(&pages).await.unwrap();
    let due = store.due(at(500), LEASE, 9).await.unwrap();
    let visit = due.into_iter().find(|one| one.page == english.id).unwrap();
    let record = Record {
        finished: visit.started,
        visit,
        look: Look::Baseline,
        problems: Vec::new(),
        captures: Vec::new(),
        resources: Vec::new(),
        memory: None,
        changes: Vec::new(),
        statuses: Some(vec![status]),
        events: Vec::new(),
        deliveries: Vec::new(),
        telling: None,
        decided: None,
        next: plan,
    };
    store.record(record).await.unwrap();
}

/// A baseline without a word on Kenya's agreement; then one text after the other, forty hours apart.
async fn played(texts: &[&str]) -> Open {
    let others = ["Ghana", "Indien"];
    let world = World::new(TOPIC, "/", answer("Wir reden.", &others), at(0)).await;
    world.look_at(at(0)).await;
    for (place, text) in (1..).zip(texts) {
        world.show(answer(text, &others));
        world.look_twice(at(40 * place)).await;
    }
    Open::over(world).await
}

fn answer(kenya: &str, others: &[&str]) -> Answer {
    let item = |name: &str, text: &str| format!("<li><b>{name}</b><p>{text}</p></li>");
    let others: String = others.iter().map(|name| item(name, "Partner.")).collect();
    Answer {
        status: 200,
        content_type: "text/html; charset=utf-8",
        body: format!("<ul>{}{others}</ul>", item("Kenia", kenya)).into_bytes(),
    }
}

fn at(hours: i64) -> Timestamp {
    let start: Timestamp = "2024-09-01T06:00:00Z".parse().unwrap();
    start + SignedDuration::from_hours(hours)
}
