//! Tests of all that concerns subscribers, from the request to the erasure, on a real database file.

mod bounces;
mod digests;
mod invitations;

use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

use super::samples::{LEASE, at, brief, change, claimed, event, store_of, unchanged};
use super::*;
use crate::model::{
    Beat, Cadence, Channel, Content, Delivery, EmailAddress, EndedBy, EventId, Factuality, Hour,
    Key, Language, News, Outcome, Profile, Record, Remark, Seal, Silence, Stage, Subscriber,
    SubscriberState, Telling, Told, Visit, Wish, Wording, Zone,
};

const DOMAIN: &str = "example.org";
const DAY: i64 = 24 * 60;

fn key() -> Key {
    Key::new([9; 32])
}

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

pub(super) fn wish(stages: &[&str], wording: Wording, cadence: Cadence) -> Wish {
    Wish {
        stages: stages
            .iter()
            .map(|code| Stage::parse(code).unwrap())
            .collect(),
        wording,
        cadence,
        ..Wish::everything()
    }
}

pub(super) fn signed() -> Wish {
    wish(&["SIGNED"], Wording::Untold, Cadence::Immediate)
}

pub(super) fn profile(wishes: Vec<Wish>) -> Profile {
    Profile {
        language: Language::parse("de").unwrap(),
        zone: Zone::parse("Europe/Berlin").unwrap(),
        hour: Hour::new(7).unwrap(),
        silence: Silence::Kept,
        wishes,
    }
}

pub(super) async fn admit(store: &Store, to: &str, profile: &Profile) -> Subscriber {
    let to = address(to);
    let admitted = store.admit(&to, profile, "Brief vom 3. Mai", at(0), DOMAIN);
    let subscriber = admitted.await.unwrap();
    drain(store, 0).await;
    subscriber
}

/// Everything that can be sent by then, sent.
pub(super) async fn drain(store: &Store, minutes: i64) -> Vec<Delivery> {
    let mut sent = Vec::new();
    while let Some(row) = store.claim(at(minutes), LEASE).await.unwrap() {
        let settled = store.settle(row.id, row.token, &Outcome::Sent, at(minutes));
        assert_eq!(settled.await, Ok(Recorded::Done));
        sent.push(row);
    }
    sent
}

pub(super) fn to(delivery: &Delivery) -> String {
    match &delivery.channel {
        Channel::Reader { to, .. } => format!("reader {to}"),
        Channel::Email { to, .. } => format!("email {to}"),
        other => format!("{other:?}"),
    }
}

/// A look that signs with Kenya and rewords Albania.
fn signing(visit: Visit) -> Record {
    let mut signed = event(&visit, "KE", "SIGNED", Some(Factuality::Done));
    let changes = vec![
        change(&visit, "KE", Told::Readers),
        change(&visit, "AL", Told::Readers),
    ];
    signed.changes = vec![changes[0].id];
    let news = News {
        page: brief(0),
        visit: visit.id(),
        at: visit.started,
        changes: changes.clone(),
        events: vec![signed],
        many_at_once: false,
        witness: None,
    };
    Record {
        changes,
        telling: Some(Telling {
            news,
            mail_domain: DOMAIN.to_owned(),
        }),
        ..unchanged(visit)
    }
}

pub(super) async fn sign(store: &Store, minutes: i64) -> Record {
    let record = signing(claimed(store, minutes).await);
    assert_eq!(store.record(record.clone()).await, Ok(Recorded::Done));
    record
}

fn request(to: &str, network: Option<&str>, minutes: i64) -> Request {
    Request {
        address: address(to),
        profile: profile(vec![signed()]),
        network: network.map(str::to_owned),
        at: at(minutes),
    }
}

async fn ask(store: &Store, request: &Request) -> Asked {
    store.ask(request, &key(), DOMAIN).await.unwrap()
}

#[tokio::test]
async fn a_signing_reaches_each_reader_once_by_what_was_chosen() {
    let (_folder, store) = store_of(1).await;
    let rest = wish(&[], Wording::Told, Cadence::Weekly);
    admit(&store, "a@example.org", &profile(vec![signed()])).await;
    admit(
        &store,
        "b@example.org",
        &profile(vec![rest.clone(), signed()]),
    )
    .await;
    admit(
        &store,
        "c@example.org",
        &profile(vec![wish(
            &["IN_FORCE"],
            Wording::Untold,
            Cadence::Immediate,
        )]),
    )
    .await;
    admit(&store, "d@example.org", &profile(vec![rest])).await;
    let left = admit(&store, "e@example.org", &profile(vec![signed()])).await;
    store
        .end_subscription(left.id, EndedBy::Stopped, at(1))
        .await
        .unwrap();
    admit(&store, "f@example.org", &profile(vec![signed()])).await;
    let mut record = signing(claimed(&store, 2).await);
    // The operator's own list has this address, too.
    record.deliveries = vec![samples::delivery(&record.visit, "f@example.org", "m-1")];
    store.record(record).await.unwrap();
    let sent = drain(&store, 3).await;
    let got: Vec<String> = sent.iter().map(to).collect();
    assert_eq!(
        got,
        [
            "email f@example.org",
            "reader a@example.org",
            "reader b@example.org"
        ]
    );
    for mail in &sent[1..] {
        let Content::News(news) = &mail.content else {
            panic!("{mail:?}");
        };
        let keys: Vec<&str> = news
            .changes
            .iter()
            .map(|one| one.difference.key.as_str())
            .collect();
        assert_eq!((keys, news.events.len()), (vec!["KE"], 1));
    }
    assert_eq!(drain(&store, 60).await, []);
}

#[tokio::test]
async fn what_waits_for_a_reader_who_leaves_is_withdrawn() {
    let (_folder, store) = store_of(1).await;
    let reader = admit(&store, "a@example.org", &profile(vec![signed()])).await;
    sign(&store, 1).await;
    let under_way = store.claim(at(2), LEASE).await.unwrap().unwrap();
    sign(&store, 61).await;
    let left = store
        .end_subscription(reader.id, EndedBy::Stopped, at(2))
        .await;
    assert_eq!(left, Ok(Ended::Now));
    let again = store
        .end_subscription(reader.id, EndedBy::Stopped, at(2))
        .await;
    assert_eq!(again, Ok(Ended::Before), "twice is once");
    let retry = Outcome::Retry {
        at: at(3),
        why: "450".to_owned(),
    };
    store
        .settle(under_way.id, under_way.token, &retry, at(2))
        .await
        .unwrap();
    assert_eq!(drain(&store, DAY).await, []);
    assert_eq!(store.counts().await.unwrap().pending, 0);
}

#[tokio::test]
async fn nobody_who_left_gets_what_was_set_aside_or_cut_short() {
    let (_folder, store) = store_of(1).await;
    let reader = admit(&store, "a@example.org", &profile(vec![signed()])).await;
    sign(&store, 1).await;
    let refused = store.claim(at(2), LEASE).await.unwrap().unwrap();
    let why = "550".to_owned();
    store
        .settle(refused.id, refused.token, &Outcome::SetAside { why }, at(2))
        .await
        .unwrap();
    sign(&store, 61).await;
    store.claim(at(62), LEASE).await.unwrap().unwrap();
    store
        .end_subscription(reader.id, EndedBy::Stopped, at(63))
        .await
        .unwrap();
    assert_eq!(store.retry(Retry::AllSetAside, at(64)).await, Ok(0));
    // The program ended while a try was under way, and its lease runs out.
    assert_eq!(drain(&store, DAY).await, []);
    assert_eq!(store.counts().await.unwrap().pending, 0);
}

#[tokio::test]
async fn a_correction_goes_to_exactly_those_who_were_told() {
    let (_folder, store) = store_of(1).await;
    admit(&store, "a@example.org", &profile(vec![signed()])).await;
    admit(
        &store,
        "b@example.org",
        &profile(vec![wish(
            &["IN_FORCE"],
            Wording::Untold,
            Cadence::Immediate,
        )]),
    )
    .await;
    let left = admit(&store, "c@example.org", &profile(vec![signed()])).await;
    let record = sign(&store, 1).await;
    let told = drain(&store, 2).await;
    assert_eq!(told.len(), 2);
    store
        .end_subscription(left.id, EndedBy::Stopped, at(2))
        .await
        .unwrap();
    let id = record.telling.unwrap().news.events[0].id;
    let correct = async |why: &str| store.correct(&taken_back(id, why), DOMAIN).await.unwrap();
    assert_eq!(
        correct("Es war eine Absichtserklärung.").await,
        Corrected::Told(1)
    );
    assert_eq!(
        correct("Es war eine Absichtserklärung.").await,
        Corrected::Told(0),
        "not twice"
    );
    let sent = drain(&store, 4).await;
    let Content::Correction(correction) = &sent[0].content else {
        panic!("{sent:?}");
    };
    assert_eq!(to(&sent[0]), "reader a@example.org");
    assert_eq!(correction.original.as_ref(), Some(&told[0].message_id));
    let last = &store.corrections().await.unwrap()[&id];
    assert_eq!(last.text, "Es war eine Absichtserklärung.");
    let unknown = taken_back(EventId(uuid::Uuid::nil()), "x");
    let nobody = store.correct(&unknown, DOMAIN).await;
    assert_eq!(nobody, Ok(Corrected::NobodyWasTold));
}

#[tokio::test]
async fn a_damaged_letter_of_before_keeps_no_correction_back() {
    let (_folder, store) = store_of(1).await;
    admit(&store, "a@example.org", &profile(vec![signed()])).await;
    sign(&store, 1).await;
    sqlx::query("UPDATE letter SET body = x'00'")
        .execute(&store.0.writer)
        .await
        .unwrap();
    let mut record = signing(claimed(&store, 61).await);
    let events = record.telling.as_ref().unwrap().news.events.clone();
    record.events = events.clone();
    store.record(record).await.unwrap();
    let correction = taken_back(events[0].id, "falsch");
    let corrected = store.correct(&correction, DOMAIN).await;
    assert_eq!(corrected, Ok(Corrected::Told(1)));
}

fn taken_back(event: EventId, why: &str) -> Remark {
    Remark::correction(event, why, at(3))
}

#[tokio::test]
async fn news_of_a_late_look_tells_nobody() {
    let (_folder, store) = store_of(1).await;
    admit(&store, "a@example.org", &profile(vec![signed()])).await;
    let late = claimed(&store, 1).await;
    let newer = claimed(&store, 7).await;
    assert_eq!(store.record(signing(late)).await, Ok(Recorded::Stale));
    assert_eq!(store.record(signing(newer)).await, Ok(Recorded::Done));
    assert_eq!(drain(&store, 8).await.len(), 1);
}

/// Prints how long one signing takes for many readers: `cargo test --release … -- --ignored --nocapture`.
#[tokio::test]
#[ignore = "measures; say --ignored"]
async fn ten_thousand_readers_and_one_signing() {
    let (_folder, store) = store_of(1).await;
    let mut transaction = store.writing().await.unwrap();
    for number in 0..10_000 {
        let chosen = profile(vec![signed()]);
        sqlx::query(
            "INSERT INTO subscriber (id, address, state, asked, profile, immediate)
             VALUES (?1, ?2, 'confirmed', 0, ?3, ?4)",
        )
        .bind(uuid::Uuid::new_v4().simple().to_string())
        .bind(format!("reader{number}@example.org"))
        .bind(serde_json::to_string(&chosen).unwrap())
        .bind(serde_json::to_string(&chosen.wishes).unwrap())
        .execute(&mut *transaction)
        .await
        .unwrap();
    }
    transaction.commit().await.unwrap();
    let before = resident();
    let began = Instant::now();
    sign(&store, 1).await;
    eprintln!(
        "written in {:?}, {} KiB more resident",
        began.elapsed(),
        resident().saturating_sub(before)
    );
    let began = Instant::now();
    let sent = drain(&store, 2).await;
    eprintln!(
        "{} claimed and settled in {:?}",
        sent.len(),
        began.elapsed()
    );
    let once: std::collections::BTreeSet<String> = sent.iter().map(to).collect();
    assert_eq!((sent.len(), once.len()), (10_000, 10_000));
}

fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or_default()
}
