//! Webhooks from the look to the receiver: the documented example takes them, and what a bad receiver does harms nobody.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};
use axum::routing::post;
use jiff::{SignedDuration, Timestamp};
use vermerk::model::{Channel, EventId, Outcome, Remark, Subscription, WebhookId, Wish};
use vermerk::notify::webhook::Secret;
use vermerk::pipeline::{self, Tried, Webhook};
use vermerk::store::{Corrected, DeliveryState, Listed};

use crate::lack::lacks;
use crate::world::{Answer, TOPIC, World};

/// The example of the documentation, ended with the test.
struct Example(Child);

impl Drop for Example {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn the_documented_receiver_takes_a_genuine_document_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "geheim\n").unwrap();
    let started = Command::new("python3")
        .arg(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/docs/webhook-receiver.py"
        ))
        .args([secret.as_os_str(), "0".as_ref()])
        .stdout(Stdio::piped())
        .spawn();
    let Ok(child) = started else {
        return lacks("python3");
    };
    let mut example = Example(child);
    let mut lines = BufReader::new(example.0.stdout.take().unwrap()).lines();
    let port = lines.next().unwrap().unwrap();
    let port = port.rsplit(' ').next().unwrap().to_owned();
    let url = format!("http://127.0.0.1:{port}/");

    // The receiver has the real clock, so the story plays now.
    let now = Timestamp::now();
    let refused = told(&url, "falsch", now).await;
    assert!(
        matches!(&refused.outcome, Outcome::Retry { why, .. } if why.contains("401")),
        "{refused:?}"
    );
    let taken = told(&url, "geheim", now).await;
    assert_eq!(taken.outcome, Outcome::Sent);
    assert_eq!(lines.next().unwrap().unwrap(), "change WORDING KE");
    let old = told(&url, "geheim", now - SignedDuration::from_hours(1)).await;
    assert!(
        matches!(old.outcome, Outcome::Retry { .. }),
        "an old request is worth nothing"
    );
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_a_refusal_waits() {
    let site = Router::new()
        .route("/moved", post(|| async { Redirect::temporary("/taken") }))
        .route(
            "/broken",
            post(|| async { StatusCode::INTERNAL_SERVER_ERROR }),
        )
        .route("/gone", post(|| async { StatusCode::GONE }))
        .route("/taken", post(|| async { StatusCode::OK.into_response() }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, site).await });
    for (path, expected) in [
        ("/taken", "sent"),
        ("/moved", "later: the webhook answers 307"),
        ("/broken", "later: the webhook answers 500"),
        ("/gone", "aside: the webhook answers 410"),
    ] {
        let tried = told(&format!("{base}{path}"), "geheim", at(0)).await;
        let said = match tried.outcome {
            Outcome::Sent => "sent".to_owned(),
            Outcome::Retry { why, .. } => format!("later: {why}"),
            Outcome::SetAside { why } => format!("aside: {why}"),
            Outcome::Withdrawn => "withdrawn".to_owned(),
        };
        assert!(said.starts_with(expected), "{path}: {said}");
    }
}

#[tokio::test]
async fn a_program_that_was_told_of_an_event_is_told_of_its_correction() {
    let (heard, mut bodies) = tokio::sync::mpsc::unbounded_channel::<String>();
    let site = Router::new().route("/", post(async move |body: String| drop(heard.send(body))));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, site).await });
    let world = Box::pin(world(&url, "geheim", at(0))).await;
    world.show(listing(
        "Wir haben mit Kenia am 13. September 2024 ein Abkommen unterzeichnet.",
    ));
    world.look_twice(at(2)).await;
    while pipeline::deliver(&world.road).await.unwrap().is_some() {}
    let mut told = Vec::new();
    while let Ok(body) = bodies.try_recv() {
        told.push(serde_json::from_str::<serde_json::Value>(&body).unwrap());
    }
    let last = told.last().unwrap();
    let event = &last["items"][0];
    assert_eq!(event["kind"], "event", "{last}");
    let id = EventId(event["event"].as_str().unwrap().parse().unwrap());
    let store = &world.road.store;
    let correction = Remark::correction(id, "falsch", at(4));
    let correct = async || store.correct(&correction, "example.org").await;
    assert_eq!(correct().await, Ok(Corrected::Told(1)));
    assert_eq!(correct().await, Ok(Corrected::Told(0)), "once");
    world.set_clock(at(4));
    while pipeline::deliver(&world.road).await.unwrap().is_some() {}
    let correction: serde_json::Value = serde_json::from_str(&bodies.try_recv().unwrap()).unwrap();
    let item = &correction["items"][0];
    assert_eq!(
        (&item["kind"], &item["event"], &item["original"]),
        (&"correction".into(), &event["event"], &last["id"]),
        "{correction}"
    );
    assert_eq!(item["why"], "falsch");
}

#[tokio::test]
async fn a_webhook_goes_through_the_gate() {
    // The world's gate lets 127.0.0.0/8 pass and nothing else that is private.
    for url in [
        "http://[::1]:9/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/",
    ] {
        let tried = told(url, "geheim", at(0)).await;
        let Outcome::Retry { why, .. } = tried.outcome else {
            panic!("{tried:?}");
        };
        assert!(why.contains("gate"), "{url}: {why}");
    }
}

#[tokio::test]
async fn after_seven_days_of_failure_it_is_set_aside() {
    let world = world("http://127.0.0.1:9/", "geheim", at(0)).await;
    for hours in (0..200).step_by(5) {
        world.set_clock(at(0) + SignedDuration::from_hours(hours));
        while pipeline::deliver(&world.road).await.unwrap().is_some() {}
    }
    let rows = world
        .road
        .store
        .deliveries(Listed::Unsent, 9)
        .await
        .unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].state, DeliveryState::SetAside);
    let why = rows[0].last_error.as_deref().unwrap_or_default();
    assert!(why.contains("not delivered within 7 days"), "{why}");
}

/// What became of the first try to tell a webhook of one change.
async fn told(url: &str, secret: &str, now: Timestamp) -> Tried {
    let world = Box::pin(world(url, secret, now)).await;
    pipeline::deliver(&world.road)
        .await
        .unwrap()
        .expect("a delivery")
}

/// A world in which Kenya was just reworded, and nothing is delivered yet.
async fn world(url: &str, secret: &str, now: Timestamp) -> World {
    let begin = now - SignedDuration::from_hours(2);
    let mut world = World::new(TOPIC, "/topic", listing("Wir reden."), begin).await;
    let name = WebhookId::parse("newsroom").unwrap();
    let webhook = Webhook {
        url: url.parse().unwrap(),
        secret: Secret::new(secret),
    };
    world.road.webhooks = Arc::new(BTreeMap::from([(name.clone(), webhook)]));
    world.road.subscriptions = Arc::new(vec![Subscription {
        channel: Channel::Webhook(name),
        wish: Wish::everything(),
    }]);
    world.look_twice(begin).await;
    world.show(listing("Wir reden mit Kenia seit Mai."));
    let mut at = begin + SignedDuration::from_mins(70);
    // Looks alone: what they bring waits for the test.
    for _ in 0..2 {
        world.set_clock(at);
        let due = world.road.store.due(at, pipeline::LEASE, 1).await.unwrap();
        for visit in due {
            pipeline::visit(&world.road, &world.watched, visit)
                .await
                .unwrap();
        }
        at += world.watched.page.confirm_after + SignedDuration::from_secs(30);
    }
    world.set_clock(now);
    world
}

fn listing(teaser: &str) -> Answer {
    let others: String = ["Ghana", "Indien", "Marokko", "Georgien"]
        .iter()
        .map(|name| format!("<li><b>{name}</b><p>Wir reden mit {name}.</p></li>"))
        .collect();
    Answer {
        status: 200,
        content_type: "text/html; charset=utf-8",
        body: format!(
            "<!DOCTYPE html><title>T</title><ul><li><b>Kenia</b><p>{teaser}</p></li>{others}</ul>"
        )
        .into_bytes(),
    }
}

fn at(hours: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(480_000 + hours)
}
