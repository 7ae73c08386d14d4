//! Years of an official list, replayed through the whole road: each event comes once, in order, with
//! its own date; what is planned, denied or only reported is never told as done; noise is no event.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use vermerk::model::{Event, Factuality, PageId, Status, countries};
use vermerk::pipeline::{Reinterpreted, Visited, reinterpret};
use vermerk::store::EventFilter;

use crate::world::{Answer, World};

/// A history as its file tells it.
#[derive(Deserialize)]
struct Timeline {
    entries: BTreeMap<String, String>,
    step: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    day: jiff::civil::Date,
    events: Vec<String>,
    #[serde(default)]
    not_done: Vec<String>,
    /// New texts, by the name of their entry.
    #[serde(flatten)]
    texts: BTreeMap<String, String>,
}

const PAGE: &str = r#"
id = "list"
url = "{{url}}"
language = "de"
title = "Migrationspartnerschaften"
publisher = "Amt"
every = "1m"
confirm_after = "10m"
[recipe]
kind = "list"
entries = ".land"
title = "h3"
teaser = "p"
key = "country"
"#;

#[tokio::test(flavor = "multi_thread")]
async fn germanys_agreements_are_told_in_order_and_once_and_plans_never_as_done() {
    let timeline = germany();
    let mut entries = timeline.entries.clone();
    let start = at("2022-04-01".parse().unwrap());
    let world = World::new(PAGE, "/liste.html", list(&entries, Dress::Plain), start).await;
    let baseline = world.look_twice(start).await;
    assert_eq!(told(&baseline), Vec::<String>::new());
    let mut wrong = Vec::new();
    for step in &timeline.step {
        entries.extend(step.texts.clone());
        world.show(list(&entries, Dress::Plain));
        let looks = world.look_twice(at(step.day)).await;
        let (mut told, mut expected) = (told(&looks), step.events.clone());
        told.sort();
        expected.sort();
        if told != expected {
            wrong.push(format!(
                "{}: expected {expected:?}, told {told:?}",
                step.day
            ));
        }
        for status in world.road.store.statuses(None).await.unwrap() {
            let cell = cell(&status);
            if step.not_done.contains(&cell) && is_done(&status) {
                wrong.push(format!(
                    "{}: {cell} is told as done: {:?}",
                    step.day, status.statement
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    stored_once(&world, &timeline).await;
    noise(&world, &entries).await;
    history_stands(&world).await;
}

/// What was told is what is kept, and nothing twice.
async fn stored_once(world: &World, timeline: &Timeline) {
    let mut kept = world
        .road
        .store
        .events(&EventFilter::default())
        .await
        .unwrap();
    kept.reverse();
    let mut kept: Vec<String> = kept.iter().map(in_short).collect();
    let mut expected: Vec<String> = timeline
        .step
        .iter()
        .flat_map(|step| step.events.clone())
        .collect();
    kept.sort();
    expected.sort();
    assert_eq!(kept, expected);
}

/// Another order, other typography, other markup, a banner: nothing happened.
async fn noise(world: &World, entries: &BTreeMap<String, String>) {
    let start = at("2026-03-01".parse().unwrap());
    let dresses = [
        Dress::Reversed,
        Dress::Typography,
        Dress::Relaunched,
        Dress::Banner,
        Dress::Cut(14),
        Dress::Cut(11),
    ];
    for (day, dress) in (0..).zip(dresses) {
        world.show(list(entries, dress));
        let looks = world
            .look_twice(start + jiff::SignedDuration::from_hours(24 * day))
            .await;
        assert_eq!(told(&looks), Vec::<String>::new(), "{dress:?}");
    }
}

/// The same lexicon reads the same history.
async fn history_stands(world: &World) {
    let before = world
        .road
        .store
        .events(&EventFilter::default())
        .await
        .unwrap();
    let now = at("2026-04-01".parse().unwrap());
    let read = reinterpret(&world.road.store, &world.watched.brief(), now).await;
    assert_eq!(read.unwrap(), Reinterpreted::Done(Vec::new()));
    let after = world
        .road
        .store
        .events(&EventFilter::default())
        .await
        .unwrap();
    assert_eq!(before, after);
    let page = PageId::parse("list").unwrap();
    assert_eq!(
        world.road.store.revisions(Some(&page), 9).await.unwrap(),
        []
    );
}

fn told(looks: &[Visited]) -> Vec<String> {
    looks
        .iter()
        .flat_map(|look| &look.events)
        .map(in_short)
        .collect()
}

/// `KE SIGNED DONE 2024-09-13`.
fn in_short(event: &Event) -> String {
    let partner = event
        .partner
        .map_or_else(|| "?".to_owned(), |one| one.to_string());
    let Some(after) = &event.after else {
        return format!("{partner} {} withdrawn", event.stage);
    };
    let date = after.when.as_ref().and_then(|when| when.date.clone());
    format!(
        "{partner} {} {} {}",
        event.stage,
        after.factuality.code(),
        date.unwrap_or_else(|| "–".to_owned())
    )
}

fn cell(status: &Status) -> String {
    let partner = status
        .partner
        .map_or_else(String::new, |one| one.to_string());
    format!("{partner} {}", status.statement.stage)
}

fn is_done(status: &Status) -> bool {
    matches!(
        status.statement.factuality,
        Factuality::Done | Factuality::State
    )
}

/// How the page shows its entries.
#[derive(Debug, Clone, Copy)]
enum Dress {
    Plain,
    Reversed,
    /// Soft hyphens, no-break spaces, other quotation marks.
    Typography,
    Relaunched,
    Banner,
    /// Cut after so many words.
    Cut(usize),
}

fn list(entries: &BTreeMap<String, String>, dress: Dress) -> Answer {
    let mut blocks: Vec<String> = entries
        .iter()
        .map(|(name, text)| block(name, &worded(text, dress), dress))
        .collect();
    if matches!(dress, Dress::Reversed) {
        blocks.reverse();
    }
    let banner = match dress {
        Dress::Banner => "<div class=cookie>Wir verwenden Cookies.</div>",
        _ => "",
    };
    let body = format!(
        "<!doctype html><html lang=de><body>{banner}<main>{}</main></body></html>",
        blocks.concat()
    );
    Answer {
        status: 200,
        content_type: "text/html; charset=utf-8",
        body: body.into_bytes(),
    }
}

fn block(name: &str, text: &str, dress: Dress) -> String {
    match dress {
        Dress::Relaunched => {
            format!(
                "<section class='karte land'><header><h3><span>{name}</span></h3></header><div><p>{text}</p></div></section>"
            )
        }
        _ => format!("<div class=land><h3>{name}</h3><p>{text}</p></div>"),
    }
}

fn worded(text: &str, dress: Dress) -> String {
    match dress {
        Dress::Typography => text
            .replace("Migrationsabkommen", "Migrations\u{ad}abkommen")
            .replace("am ", "am\u{a0}")
            .replace("unterzeichnet", "unter\u{200b}zeichnet"),
        Dress::Cut(words) if text.split(' ').count() > words => {
            let kept: Vec<&str> = text.split(' ').take(words).collect();
            format!("{} …", kept.join(" "))
        }
        _ => text.to_owned(),
    }
}

fn germany() -> Timeline {
    let timeline: Timeline =
        toml::from_str(include_str!("../../fixtures/timeline/germany.toml")).unwrap();
    for name in timeline.entries.keys() {
        assert!(countries::find(name).is_some(), "{name} is a country");
    }
    timeline
}

fn at(day: jiff::civil::Date) -> Timestamp {
    TimeZone::UTC.to_timestamp(day.at(6, 0, 0, 0)).unwrap()
}
