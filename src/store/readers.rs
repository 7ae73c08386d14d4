//! Tests of all that concerns subscribers, from the request to the erasure, on a real database file.

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

/// The token that an invitation's mail carries.
fn token(delivery: &Delivery) -> String {
    match &delivery.content {
        Content::Invitation(invitation) => key().seal(Seal::Confirm, &invitation.nonce),
        other => panic!("no invitation: {other:?}"),
    }
}

/// All bytes of the database, its log included.
fn bytes_of(folder: &TempDir) -> Vec<u8> {
    let mut all = Vec::new();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        all.extend(std::fs::read(file.unwrap().path()).unwrap());
    }
    all
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|some| some == text.as_bytes())
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
async fn ten_thousand_requests_for_one_address_bring_one_mail_that_day() {
    let (_folder, store) = store_of(1).await;
    for number in 0..10_000_u32 {
        let network = format!("198.51.{}.0/24", number % 4_000);
        // Any spelling of the mailbox is the same mailbox.
        let spelling = if number % 2 == 0 {
            "opfer@example.org"
        } else {
            "Opfer@Example.org"
        };
        ask(
            &store,
            &request(spelling, Some(&network), i64::from(number) / 10),
        )
        .await;
    }
    assert_eq!(drain(&store, DAY).await.len(), 1);
    for day in 1..9 {
        ask(
            &store,
            &request("opfer@example.org", Some("203.0.113.0/24"), day * DAY + 60),
        )
        .await;
    }
    assert_eq!(
        drain(&store, 10 * DAY).await.len(),
        2,
        "three in a month at most"
    );
}

#[tokio::test]
async fn one_network_and_the_whole_site_have_their_limits() {
    let (_folder, store) = store_of(1).await;
    for number in 0..30 {
        ask(
            &store,
            &request(&format!("n{number}@example.org"), Some("192.0.2.0/24"), 0),
        )
        .await;
    }
    assert_eq!(drain(&store, 1).await.len(), 20);
    for number in 0..200 {
        let network = format!("198.51.{number}.0/24");
        ask(
            &store,
            &request(&format!("m{number}@example.org"), Some(&network), 1),
        )
        .await;
    }
    assert_eq!(drain(&store, 2).await.len(), 80);
    assert!(matches!(
        ask(&store, &request("operator@example.org", None, 2)).await,
        Asked::Invited(_)
    ));
}

#[tokio::test]
async fn nobody_is_mailed_before_the_link_was_used_and_a_used_link_stays_kind() {
    let (folder, store) = store_of(1).await;
    ask(&store, &request("a@example.org", Some("192.0.2.0/24"), 0)).await;
    let invitation = drain(&store, 0).await.remove(0);
    let token = token(&invitation);
    assert!(
        !holds(&bytes_of(&folder), &token),
        "only its digest is kept"
    );
    sign(&store, 1).await;
    assert_eq!(drain(&store, 2).await, []);
    let look = store.invitation(&token, at(3)).await.unwrap();
    assert!(
        matches!(look, Confirmation::Confirmed(_)),
        "it could be used"
    );
    assert!(matches!(
        &store.subscribers().await.unwrap()[0].state,
        SubscriberState::Pending
    ));
    let network = Some("192.0.2.0/24".to_owned());
    let first = store.confirm(&token, network, at(3), DOMAIN).await.unwrap();
    let Confirmation::Confirmed(subscriber) = first else {
        panic!("{first:?}");
    };
    assert_eq!(
        subscriber.consent.as_ref().map(|consent| consent.at),
        Some(at(3))
    );
    let welcome = drain(&store, 3).await;
    assert!(
        matches!(welcome[0].content, Content::Welcome(_)),
        "{welcome:?}"
    );
    let again = store.confirm(&token, None, at(4), DOMAIN).await.unwrap();
    assert!(matches!(again, Confirmation::Again(_)), "{again:?}");
    assert_eq!(drain(&store, 4).await, [], "no second welcome");
    sign(&store, 61).await;
    assert_eq!(drain(&store, 62).await.len(), 1);
    let made_up = store.confirm("AAAA", None, at(4), DOMAIN).await.unwrap();
    assert_eq!(made_up, Confirmation::Unknown);
}

#[tokio::test]
async fn a_link_ends_after_48_hours() {
    let (_folder, store) = store_of(1).await;
    ask(&store, &request("a@example.org", None, 0)).await;
    let token = token(&drain(&store, 0).await[0]);
    let late = store
        .confirm(&token, None, at(2 * DAY), DOMAIN)
        .await
        .unwrap();
    assert_eq!(late, Confirmation::Expired);
    store.tidy(at(2 * DAY)).await.unwrap();
    assert_eq!(store.subscribers().await.unwrap(), []);
}

#[tokio::test]
async fn whoever_is_subscribed_and_asks_again_gets_the_same_mail_and_adds_a_wish() {
    let (_folder, store) = store_of(1).await;
    let weekly = wish(&[], Wording::Told, Cadence::Weekly);
    admit(&store, "a@example.org", &profile(vec![weekly.clone()])).await;
    ask(&store, &request("a@example.org", Some("192.0.2.0/24"), 0)).await;
    let known = drain(&store, 0).await.remove(0);
    assert_eq!(
        store.subscribers().await.unwrap()[0].profile.wishes,
        std::slice::from_ref(&weekly)
    );
    store
        .confirm(&token(&known), None, at(1), DOMAIN)
        .await
        .unwrap();
    assert_eq!(
        store.subscribers().await.unwrap()[0].profile.wishes,
        [weekly, signed()]
    );
}

#[tokio::test]
async fn a_digest_gathers_what_was_not_told_at_once_and_comes_once() {
    let (_folder, store) = store_of(1).await;
    let rest = wish(&[], Wording::Told, Cadence::Daily);
    let reader = admit(&store, "a@example.org", &profile(vec![signed(), rest])).await;
    for minutes in [1, 61] {
        sign(&store, minutes).await;
        let sent = drain(&store, minutes + 1).await;
        assert_eq!(sent.len(), 1, "the signing, at once");
    }
    let due = crate::address::next(
        Beat::Daily,
        reader.profile.hour,
        &reader.profile.zone,
        at(62),
    );
    let freeze = async |now| store.freeze_digests(now, 100, DOMAIN).await.unwrap();
    assert_eq!(freeze(due - SignedDuration::from_secs(1)).await, 0);
    assert_eq!(freeze(due).await, 1);
    assert_eq!(freeze(due).await, 0);
    let row = store.claim(due, LEASE).await.unwrap().unwrap();
    let Content::Digest(digest) = &row.content else {
        panic!("{row:?}");
    };
    let told: Vec<(usize, &str)> = digest
        .news
        .iter()
        .map(|news| (news.events.len(), news.changes[0].difference.key.as_str()))
        .collect();
    assert_eq!(told, [(0, "AL"), (0, "AL")], "the rest of both looks");
    store
        .settle(row.id, row.token, &Outcome::Sent, due)
        .await
        .unwrap();
    assert_eq!(freeze(due + SignedDuration::from_hours(24)).await, 1);
    assert_eq!(
        store.claim(Timestamp::MAX - LEASE, LEASE).await.unwrap(),
        None,
        "nothing new"
    );
}

#[tokio::test]
async fn a_quiet_month_is_explained_and_a_month_with_news_is_not() {
    let (_folder, store) = store_of(1).await;
    let mut chosen = profile(vec![signed()]);
    chosen.silence = Silence::Explained;
    admit(&store, "a@example.org", &chosen).await;
    for hour in 0..3 {
        store
            .record(unchanged(claimed(&store, hour * 60).await))
            .await
            .unwrap();
    }
    store
        .freeze_digests(at(31 * DAY), 100, DOMAIN)
        .await
        .unwrap();
    let quiet = drain(&store, 31 * DAY).await.remove(0);
    let Content::Quiet(quiet) = &quiet.content else {
        panic!("{quiet:?}");
    };
    assert_eq!((quiet.pages[0].succeeded, quiet.pages[0].failed), (3, 0));
    sign(&store, 32 * DAY).await;
    assert_eq!(drain(&store, 32 * DAY).await.len(), 1);
    store
        .freeze_digests(at(62 * DAY), 100, DOMAIN)
        .await
        .unwrap();
    assert_eq!(drain(&store, 62 * DAY).await, []);
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
    assert_eq!(left, Ok(Recorded::Done));
    let again = store
        .end_subscription(reader.id, EndedBy::Stopped, at(2))
        .await;
    assert_eq!(again, Ok(Recorded::Stale), "twice is once");
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
async fn an_erased_address_leaves_no_byte_and_is_not_asked_again() {
    let (folder, store) = store_of(1).await;
    let reader = admit(&store, "geheim@example.org", &profile(vec![signed()])).await;
    sign(&store, 1).await;
    drain(&store, 2).await;
    assert!(holds(&bytes_of(&folder), "geheim@example.org"));
    let all = store.dossier(reader.id).await.unwrap().unwrap();
    assert_eq!(all.deliveries.len(), 2);
    assert_eq!(
        store.erase(reader.id, &key(), at(3)).await,
        Ok(Recorded::Done)
    );
    assert!(!holds(&bytes_of(&folder), "geheim@example.org"));
    assert_eq!(
        ask(&store, &request("Geheim@example.org", None, 4)).await,
        Asked::Never
    );
    assert_eq!(drain(&store, 4).await, []);
    assert!(!holds(&bytes_of(&folder), "eheim@example.org"));
    store
        .allow_again(&address("geheim@example.org"), &key())
        .await
        .unwrap();
    assert!(matches!(
        ask(&store, &request("geheim@example.org", None, 2 * DAY)).await,
        Asked::Invited(_)
    ));
}

#[tokio::test]
async fn three_days_of_hard_bounces_end_a_subscription() {
    check_bounces(
        &[(0, Bounce::Hard), (0, Bounce::Hard), (0, Bounce::Hard)],
        Scored::Counted,
    )
    .await;
    check_bounces(
        &[(0, Bounce::Hard), (1, Bounce::Hard), (2, Bounce::Hard)],
        Scored::Ended,
    )
    .await;
    let soft: Vec<_> = (0..5).map(|day| (day, Bounce::Soft)).collect();
    check_bounces(&soft, Scored::Counted).await;
    check_bounces(&[soft, vec![(5, Bounce::Soft)]].concat(), Scored::Ended).await;
    check_bounces(
        &[(0, Bounce::Hard), (1, Bounce::Hard), (31, Bounce::Hard)],
        Scored::Counted,
    )
    .await;
    check_bounces(
        &[(0, Bounce::Hard), (1, Bounce::Hard), (30, Bounce::Hard)],
        Scored::Ended,
    )
    .await;
}

#[tokio::test]
async fn whoever_confirms_again_begins_without_what_came_back_before() {
    let (_folder, store) = store_of(1).await;
    let wishes = profile(vec![signed()]);
    admit(&store, "a@example.org", &wishes).await;
    let bounced = async |day: i64| {
        let message = told(&store, day * DAY + 1).await;
        let scored = store.bounced(&message, Bounce::Hard, at(day * DAY + 2));
        scored.await.unwrap()
    };
    for (day, expected) in [
        (1, Scored::Counted),
        (2, Scored::Counted),
        (3, Scored::Ended),
    ] {
        assert_eq!(bounced(day).await, expected);
    }
    let to = address("a@example.org");
    store
        .admit(&to, &wishes, "Brief", at(4 * DAY), DOMAIN)
        .await
        .unwrap();
    drain(&store, 4 * DAY).await;
    assert_eq!(bounced(5).await, Scored::Counted);
}

/// Each day a mail goes out and comes back.
async fn check_bounces(bounces: &[(i64, Bounce)], expected: Scored) {
    let (_folder, store) = store_of(1).await;
    admit(&store, "a@example.org", &profile(vec![signed()])).await;
    let mut last = Scored::Nobody;
    for (number, (day, bounce)) in (1..).zip(bounces) {
        let now = day * DAY + 60 * number;
        let message = told(&store, now).await;
        last = store.bounced(&message, *bounce, at(now)).await.unwrap();
    }
    assert_eq!(last, expected, "{bounces:?}");
}

/// The name of a mail that went out then.
async fn told(store: &Store, minutes: i64) -> String {
    sign(store, minutes).await;
    let mail = drain(store, minutes).await.remove(0);
    let (name, _) = mail.message_id.as_str().split_once('@').unwrap();
    name.to_owned()
}

#[tokio::test]
async fn one_mail_counts_once_however_often_it_comes_back_and_whoever_makes_it_up() {
    let (_folder, store) = store_of(1).await;
    admit(&store, "a@example.org", &profile(vec![signed()])).await;
    let message = told(&store, 1).await;
    for day in 0..20 {
        let scored = store.bounced(&message, Bounce::Hard, at(day * DAY)).await;
        assert_eq!(scored, Ok(Scored::Counted));
    }
    let made_up = "00000000-0000-4000-8000-000000000000";
    for message in [made_up, "", "%", "bounces"] {
        let scored = store.bounced(message, Bounce::Hard, at(1)).await;
        assert_eq!(scored, Ok(Scored::Nobody), "{message}");
        let scored = store.complained(message, &key(), at(1)).await;
        assert_eq!(scored, Ok(Scored::Nobody), "{message}");
    }
    assert_eq!(
        store.subscribers().await.unwrap()[0].state,
        SubscriberState::Confirmed
    );
}

#[tokio::test]
async fn a_complaint_ends_it_at_once_and_for_good() {
    let (_folder, store) = store_of(1).await;
    admit(&store, "a@example.org", &profile(vec![signed()])).await;
    let message = told(&store, 1).await;
    assert_eq!(
        store.complained(&message, &key(), at(1)).await,
        Ok(Scored::Ended)
    );
    assert_eq!(
        ask(&store, &request("a@example.org", None, 2)).await,
        Asked::Never
    );
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
    assert_eq!(correction.original, told[0].message_id);
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
