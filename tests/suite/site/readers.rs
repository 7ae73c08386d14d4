//! A reader from the form to the farewell: real site, real mailbox, real database, no clock but ours.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use tokio::net::TcpListener;
use vermerk::demo::mailbox::{Mailbox, Received};
use vermerk::model::{EmailAddress, SubscriberState};
use vermerk::notify::{self, Links, Notifier, Permalinks, Smtp, Tls};
use vermerk::pipeline;
use vermerk::store::Listed;

use super::open::{Open, key};
use crate::world::{Answer, TOPIC, World};

const BASE: &str = "https://vermerk.example.org/";
/// Everything at once, wording too.
const WISH: &str = "language=en&zone=Europe%2FBerlin&hour=7&cadence=immediate&wording=yes";

#[tokio::test]
async fn from_the_form_to_the_last_mail() {
    let (site, mailbox) = site().await;
    let world = &site.world;
    world.look_twice(at(0)).await;
    let form = site.text("/subscribe?partner=KE&lang=en").await;
    assert!(form.contains(r#"value="KE" checked"#), "{form}");

    for wrong in [
        "address=leserin",
        "address=leserin@example.org&zone=Mars%2FBase&hour=7",
    ] {
        let refused = site.post("/subscribe", wrong, &[]).await;
        assert_eq!(refused.status(), 422, "{wrong}");
        let form = refused.text().await.unwrap();
        assert!(
            form.contains("role=\"alert\"") && form.contains("leserin"),
            "{form}"
        );
    }
    subscribe(&site, "leserin@example.org", "198.51.100.7").await;
    let mails = sent(&site, &mailbox, 1).await;
    let confirm = path_in(&mails[0].plain(), "confirm");
    assert_eq!(mails[0].header("List-Unsubscribe"), None);

    // A program that opens every link confirms nothing.
    for method in [Method::GET, Method::HEAD, Method::GET] {
        assert_eq!(site.ask(method, &confirm, &[]).await.status(), 200);
    }
    assert_eq!(state(&site).await, SubscriberState::Pending);
    change(&site, 60, "Kenia", "Wir reden mit Kenia seit Mai.").await;
    assert_eq!(
        sent(&site, &mailbox, 2).await.len(),
        1,
        "not confirmed, no mail"
    );

    let confirmed = site
        .post(&confirm, "", &[("origin", "https://vermerk.example.org")])
        .await;
    assert_eq!(confirmed.status(), 200);
    assert_eq!(confirmed.headers()["cache-control"], "no-store");
    assert_eq!(state(&site).await, SubscriberState::Confirmed);
    let again = site.post(&confirm, "", &[]).await;
    assert!(again.text().await.unwrap().contains("used before"));
    let mails = sent(&site, &mailbox, 2).await;
    assert!(
        mails[1].plain().contains("Your choice"),
        "{}",
        mails[1].plain()
    );

    change(
        &site,
        120,
        "Kenia",
        "Wir haben mit Kenia am 13. September 2024 ein Abkommen unterzeichnet.",
    )
    .await;
    let mails = sent(&site, &mailbox, 3).await;
    assert_eq!(mails.len(), 3);
    assert_eq!(
        mails[2].header("List-Unsubscribe-Post").as_deref(),
        Some("List-Unsubscribe=One-Click")
    );
    assert!(mails[2].from.starts_with("bounces+"), "{}", mails[2].from);
    let stop = mails[2].header("List-Unsubscribe").unwrap();
    let stop = stop.trim_matches(['<', '>']).replace(BASE, "/");

    assert_eq!(site.get(&stop).await.status(), 200);
    assert_eq!(
        state(&site).await,
        SubscriberState::Confirmed,
        "opening ends nothing"
    );
    // As a mail program posts it: no cookie, no origin of ours, no referrer.
    for _ in 0..2 {
        let stopped = site
            .post(
                &stop,
                "List-Unsubscribe=One-Click",
                &[("origin", "https://mail.example")],
            )
            .await;
        assert_eq!(stopped.status(), 200);
    }
    assert!(matches!(state(&site).await, SubscriberState::Ended { .. }));
    let again = site.text(&stop).await;
    assert!(
        again.contains("Already unsubscribed") && !again.contains("<form"),
        "{again}"
    );
    change(
        &site,
        180,
        "Kenia",
        "Das Abkommen mit Kenia wird angewendet.",
    )
    .await;
    assert_eq!(sent(&site, &mailbox, 4).await.len(), 3, "no further mail");
}

#[tokio::test]
async fn a_subscriber_changes_takes_and_erases_what_is_stored() {
    let (site, mailbox) = site().await;
    site.world.look_twice(at(0)).await;
    subscribe(&site, "leserin@example.org", "198.51.100.7").await;
    let confirm = path_in(&sent(&site, &mailbox, 1).await[0].plain(), "confirm");
    site.post(&confirm, "", &[]).await;
    let manage = path_in(&sent(&site, &mailbox, 2).await[1].plain(), "manage");

    let wish = "do=add&stage=SIGNED&partner=KE&cadence=weekly";
    assert_eq!(site.post(&manage, wish, &[]).await.status(), 303);
    assert!(site.text(&manage).await.contains("(SIGNED)"));
    let wishes = async || {
        let all = site.world.road.store.subscribers().await.unwrap();
        all[0].profile.wishes.len()
    };
    assert_eq!(wishes().await, 2);
    let foreign = [("origin", "https://evil.example")];
    assert_eq!(
        site.post(&manage, "do=remove&place=0", &foreign)
            .await
            .status(),
        400
    );
    for nonsense in [
        "",
        "do=add&cadence=hourly",
        "do=add&stage=NONE&cadence=daily",
        "do=settings&hour=99",
        "do=erase",
    ] {
        assert_eq!(
            site.post(&manage, nonsense, &[]).await.status(),
            422,
            "{nonsense}"
        );
    }
    assert_eq!(wishes().await, 2);
    assert_eq!(
        site.post(&manage, "do=remove&place=0", &[]).await.status(),
        303
    );
    assert_eq!(wishes().await, 1);

    let export = site.text(&format!("{manage}/export")).await;
    let export: serde_json::Value = serde_json::from_str(&export).unwrap();
    assert_eq!(export["subscriber"]["address"], "leserin@example.org");
    assert_eq!(export["mails"].as_array().map(Vec::len), Some(2));
    site.post(&manage, "do=erase&sure=yes", &[]).await;
    assert_eq!(site.world.road.store.subscribers().await.unwrap(), []);
    assert_eq!(site.get(&manage).await.status(), 404);
    subscribe(&site, "leserin@example.org", "198.51.101.7").await;
    assert_eq!(
        sent(&site, &mailbox, 3).await.len(),
        2,
        "an erased address is not asked again"
    );
}

#[tokio::test]
async fn the_answer_does_not_tell_whose_address_is_known() {
    let (site, mailbox) = site().await;
    let known = subscribe(&site, "bekannt@example.org", "198.51.100.7").await;
    let confirm = path_in(&sent(&site, &mailbox, 1).await[0].plain(), "confirm");
    site.post(&confirm, "", &[]).await;
    site.world.set_clock(at(2 * 24 * 60));
    let again = subscribe(&site, "bekannt@example.org", "198.51.101.7").await;
    let unknown = subscribe(&site, "unbekannt@example.org", "198.51.102.7").await;
    let enough = subscribe(&site, "unbekannt@example.org", "198.51.103.7").await;
    assert_eq!([&again, &unknown, &enough], [&known, &known, &known]);
}

#[tokio::test]
async fn a_flood_of_requests_brings_one_mail() {
    let (site, mailbox) = site().await;
    for number in 0..100 {
        subscribe(&site, "opfer@example.org", &format!("198.51.{number}.1")).await;
    }
    assert_eq!(sent(&site, &mailbox, 2).await.len(), 1);
}

/// A victim's mailbox has as many names as one likes.
#[tokio::test]
async fn names_with_a_plus_are_one_mailbox() {
    let (site, mailbox) = site().await;
    for number in 0..5 {
        let address = format!("opfer%2B{number}@example.org");
        subscribe(&site, &address, &format!("198.51.{number}.1")).await;
    }
    assert_eq!(sent(&site, &mailbox, 2).await.len(), 1);
}

/// Nobody is told that a mail comes when none does; whose address it is makes no difference.
#[tokio::test]
async fn a_site_that_has_mailed_enough_says_so_to_everybody() {
    let (site, mailbox) = site().await;
    for number in 0..100 {
        let address = format!("leser{number}@example.org");
        subscribe(&site, &address, &format!("198.51.{number}.1")).await;
    }
    for address in ["leser1@example.org", "neu@example.org"] {
        let asked = format!("{WISH}&address={}", address.replace('@', "%40"));
        let from = [("x-forwarded-for", "203.0.113.9")];
        let answer = site.post("/subscribe", &asked, &from).await;
        assert_eq!(answer.status(), 503, "{address}");
        assert!(answer.headers().contains_key("retry-after"));
        let text = answer.text().await.unwrap();
        assert!(text.contains("try again in an hour"), "{text}");
    }
    assert_eq!(sent(&site, &mailbox, 200).await.len(), 100);
}

#[tokio::test]
async fn guessing_links_opens_nothing_and_shuts_nobody_out() {
    let (site, mailbox) = site().await;
    subscribe(&site, "leserin@example.org", "198.51.100.7").await;
    let confirm = path_in(&sent(&site, &mailbox, 1).await[0].plain(), "confirm");
    site.post(&confirm, "", &[]).await;
    let manage = path_in(&sent(&site, &mailbox, 2).await[1].plain(), "manage");
    let from = [("x-forwarded-for", "203.0.113.1")];
    let other = if manage.ends_with('x') { 'y' } else { 'x' };
    let wrong = format!("{}{other}", &manage[..manage.len() - 1]);
    for _ in 0..30 {
        assert_eq!(site.ask(Method::GET, &wrong, &from).await.status(), 404);
    }
    for path in [&manage, &format!("{manage}/export")] {
        let answer = site.ask(Method::GET, path, &from).await;
        assert_eq!(answer.status(), 200, "the reader is in that network, too");
    }
    for path in [
        "/stop/x/y",
        "/manage/x/y",
        "/manage/x/y/export",
        "/confirm/x",
    ] {
        let posted = site.post(path, "do=erase&sure=yes", &[]).await.status();
        assert!(
            [200, 404, 405].contains(&posted.as_u16()),
            "{path}: {posted}"
        );
    }
    assert_eq!(state(&site).await, SubscriberState::Confirmed);
}

/// Every method of every route that readers own, without the token that opens it, and with what
/// might be taken for one.
#[tokio::test]
async fn no_route_changes_anything_without_its_token() {
    let (site, mailbox) = site().await;
    site.world.look_twice(at(0)).await;
    subscribe(&site, "leserin@example.org", "198.51.100.7").await;
    let confirm = path_in(&sent(&site, &mailbox, 1).await[0].plain(), "confirm");
    site.post(&confirm, "", &[]).await;
    let mails = sent(&site, &mailbox, 2).await;
    let manage = path_in(&mails[1].plain(), "manage");
    let stop = mails[1].header("List-Unsubscribe").unwrap();
    let stop = stop.trim_matches(['<', '>']).replace(BASE, "/");
    let everything = async || {
        let store = &site.world.road.store;
        let mails = store.deliveries(Listed::All, 999).await.unwrap();
        (store.subscribers().await.unwrap(), mails)
    };
    let before = everything().await;
    let (door, seal) = manage.rsplit_once('/').unwrap();
    let (letter, stamp) = stop.rsplit_once('/').unwrap();
    let tricks = [
        format!("{door}/{stamp}"),
        format!("{letter}/{seal}"),
        format!("{door}/"),
        format!("{door}/%2e%2e/{seal}"),
        format!("{door}//{seal}"),
        format!("{manage}/"),
        format!("{manage}%00"),
        format!("{}{}", door.to_uppercase(), seal),
        format!("{door}/{}", seal.to_uppercase()),
        manage.replace("/manage/", "/MANAGE/"),
        format!("/confirm/{seal}"),
        "/manage/*/*".to_owned(),
    ];
    let forms = ["do=erase&sure=yes", "do=stop", "List-Unsubscribe=One-Click"];
    for (number, path) in tricks.iter().enumerate() {
        for form in forms {
            let network = format!("203.0.{number}.1");
            let from = [
                ("x-forwarded-for", network.as_str()),
                ("x-http-method-override", "POST"),
            ];
            let answer = site.post(path, form, &from).await;
            assert!(
                !answer.status().is_server_error(),
                "{path}: {}",
                answer.status()
            );
        }
    }
    // With the right token, whatever is no POST only reads, even when it carries the form.
    for path in [&manage, &stop, &confirm] {
        for method in [
            Method::GET,
            Method::HEAD,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ] {
            let asked = format!("{path}?do=erase&sure=yes");
            site.ask(method, &asked, &[("x-http-method-override", "POST")])
                .await;
        }
    }
    assert_eq!(everything().await, before);
}

#[tokio::test]
async fn a_wrong_address_is_said_to_be_wrong_and_shown_as_text() {
    let (site, mailbox) = site().await;
    let form = format!("address=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E%0d%0aBcc:x@y.org&{WISH}");
    let answer = site
        .post("/subscribe?lang=en", &form, &[])
        .await
        .text()
        .await
        .unwrap();
    assert!(answer.contains("Please enter a mail address"), "{answer}");
    assert!(!answer.contains("<script"), "{answer}");
    for unreachable in [
        "a@b",
        "root@localhost",
        "a@1.2.3.4",
        "a@[1.2.3.4]",
        "a@host.local",
    ] {
        let form = format!("address={unreachable}&{WISH}");
        let answer = site.post("/subscribe?lang=en", &form, &[]).await;
        let answer = answer.text().await.unwrap();
        assert!(
            answer.contains("Please enter a mail address"),
            "{unreachable}"
        );
    }
    let nowhere = format!("address=leserin@example.org&partner=XX&{WISH}");
    let answer = site.post("/subscribe?lang=en", &nowhere, &[]).await;
    let answer = answer.text().await.unwrap();
    assert!(answer.contains("Please check what you chose"), "{answer}");
    assert!(!answer.contains("value=\"XX\""), "{answer}");
    let large = format!("address=a@example.org&x={}", "x".repeat(70_000));
    assert_eq!(site.post("/subscribe", &large, &[]).await.status(), 413);
    assert_eq!(sent(&site, &mailbox, 1).await.len(), 0);
}

#[tokio::test]
async fn the_last_mail_of_a_choice_is_shown_before_anybody_subscribes() {
    let (site, mailbox) = site().await;
    site.world.look_twice(at(0)).await;
    let signed = "Wir haben mit Kenia am 13. September 2024 ein Abkommen unterzeichnet.";
    change(&site, 60, "Kenia", signed).await;
    let form = site
        .text("/subscribe?stage=SIGNED&partner=KE&lang=en")
        .await;
    assert!(form.contains(r#"value="SIGNED" checked"#) && form.contains(r#"value="KE" checked"#));
    assert!(
        form.contains("[SIGNED] Kenya: signed 13 September 2024"),
        "{form}"
    );
    let (_, path) = form.split_once("<iframe sandbox=\"\" src=\"").unwrap();
    let path = path.split('"').next().unwrap().replace("&#38;", "&");
    let mail = site.get(&path).await;
    let policy = mail.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        policy.starts_with("sandbox; default-src 'none'"),
        "{policy}"
    );
    let mail = mail.text().await.unwrap();
    assert!(mail.contains("am 13. September 2024"), "{mail}");
    assert!(
        !mail.contains("/stop/") && !mail.contains("/manage/"),
        "{mail}"
    );

    let nothing = site
        .text("/subscribe?stage=IN_FORCE&partner=GH&lang=en")
        .await;
    assert!(nothing.contains("has been reported yet"), "{nothing}");
    assert!(!site.text("/subscribe?lang=en").await.contains("<iframe"));
    let button =
        "do=preview&address=leserin@example.org&stage=SIGNED&cadence=weekly&hour=7&zone=UTC";
    let shown = site
        .post("/subscribe?lang=en", button, &[])
        .await
        .text()
        .await
        .unwrap();
    assert!(shown.contains("Weekly digest, ") && shown.contains(r#"value="leserin@example.org""#));
    assert!(
        !shown.contains("preview?address"),
        "no address in an address"
    );
    assert_eq!(
        site.get("/subscribe/preview?cadence=hourly").await.status(),
        400
    );
    assert_eq!(
        sent(&site, &mailbox, 1).await.len(),
        0,
        "to look is not to subscribe"
    );
}

/// Prints the medians: `cargo test --test suite timing -- --ignored --nocapture`.
#[tokio::test]
#[ignore = "measures; say --ignored"]
async fn timing_of_known_unknown_and_erased_addresses() {
    const EACH: u32 = 1_000;
    const NAMES: [&str; 3] = ["known", "fresh", "erased"];
    let (site, _mailbox) = site().await;
    let store = &site.world.road.store;
    for number in 0..EACH {
        for name in ["known", "erased"] {
            let address = EmailAddress::parse(&format!("{name}{number}@example.org")).unwrap();
            let profile = everything();
            let admitted = store.admit(&address, &profile, "test", at(0), "example.org");
            let id = admitted.await.unwrap().id;
            if name == "erased" {
                store.erase(id, &key(), at(0)).await.unwrap();
            }
        }
    }
    let mut times = NAMES.map(|_| Vec::new());
    for number in 0..EACH {
        // The whole site takes a hundred an hour; each request comes from a network of its own.
        site.world.set_clock(at(60 * i64::from(number / 33)));
        for turn in 0..NAMES.len() {
            // Who comes first takes turns, too.
            let kind = (number as usize + turn) % NAMES.len();
            let address = format!("{}{number}@example.org", NAMES[kind]);
            let from = format!("{}.{}.{}.1", 50 + kind, number / 250, number % 250);
            let began = Instant::now();
            subscribe(&site, &address, &from).await;
            times[kind].push(began.elapsed());
        }
    }
    for (name, mut times) in NAMES.into_iter().zip(times) {
        times.sort();
        let quarter = times.len() / 4;
        eprintln!(
            "{name}: {} requests, median {:?}, quartiles {:?} to {:?}",
            times.len(),
            times[2 * quarter],
            times[quarter],
            times[3 * quarter]
        );
    }
}

/// `cargo test --test suite ten_thousand_posts -- --ignored --nocapture`.
#[tokio::test]
#[ignore = "takes a minute; say --ignored"]
async fn ten_thousand_posts_for_one_address_bring_one_mail() {
    let (site, mailbox) = site().await;
    let began = Instant::now();
    for batch in 0..500 {
        // Spread over a day less a minute, and over networks, so that no other limit helps.
        site.world.set_clock(at(batch * 1_439 / 500));
        let batch = (0..20).map(async |one| {
            let number = batch * 20 + one;
            let from = format!("51.{}.{}.1", number / 250, number % 250);
            let spelling =
                ["opfer@example.org", "Opfer%2B1@Example.org"][usize::from(one % 2 == 1)];
            let form = format!("address={spelling}&{WISH}");
            let from = [("x-forwarded-for", from.as_str())];
            site.post("/subscribe", &form, &from).await.status()
        });
        // Beyond what the whole site takes in an hour it says so, whoever asks.
        for status in futures_util::future::join_all(batch).await {
            assert!([200, 503].contains(&status.as_u16()), "{status}");
        }
    }
    eprintln!("10,000 requests in {:?}", began.elapsed());
    assert_eq!(sent(&site, &mailbox, 2).await.len(), 1);
}

/// Prints mails a second over the pool: `cargo test --test suite throughput -- --ignored --nocapture`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures; say --ignored"]
async fn throughput_of_one_signing_for_four_hundred_readers() {
    let (site, mailbox) = site().await;
    site.world.look_twice(at(0)).await;
    for number in 0..400 {
        let address = EmailAddress::parse(&format!("reader{number}@example.org")).unwrap();
        let store = &site.world.road.store;
        store
            .admit(&address, &everything(), "test", at(0), "example.org")
            .await
            .unwrap();
    }
    while pipeline::deliver(&site.world.road).await.unwrap().is_some() {}
    assert_eq!(mailbox.received().len(), 400, "welcomes");
    site.world.show(listing(
        "Kenia",
        "Wir haben mit Kenia ein Abkommen unterzeichnet.",
    ));
    for minutes in [60, 71] {
        site.world.set_clock(at(minutes));
        for visit in site
            .world
            .road
            .store
            .due(at(minutes), pipeline::LEASE, 1)
            .await
            .unwrap()
        {
            pipeline::visit(&site.world.road, &site.world.watched, visit)
                .await
                .unwrap();
        }
    }
    let began = Instant::now();
    let senders: Vec<_> = (0..4)
        .map(|_| {
            let road = site.world.road.clone();
            tokio::spawn(async move { while pipeline::deliver(&road).await.unwrap().is_some() {} })
        })
        .collect();
    for sender in senders {
        sender.await.unwrap();
    }
    let took = began.elapsed();
    let got = mailbox.wait_for(800, Duration::from_secs(5)).await;
    let once: std::collections::BTreeSet<_> = got.iter().map(|mail| &mail.message_id).collect();
    assert_eq!((got.len(), once.len()), (800, 800));
    eprintln!(
        "400 mails in {took:?}: {:.0} a second",
        400.0 / took.as_secs_f64()
    );
}

fn everything() -> vermerk::model::Profile {
    vermerk::model::Profile {
        wishes: vec![vermerk::model::Wish::everything()],
        language: vermerk::model::Language::parse("de").unwrap(),
        zone: vermerk::model::Zone::parse("UTC").unwrap(),
        hour: vermerk::model::Hour::new(7).unwrap(),
        silence: vermerk::model::Silence::Kept,
    }
}

async fn subscribe(site: &Open, address: &str, from: &str) -> String {
    let form = format!("address={address}&{WISH}");
    let answer = site
        .post("/subscribe", &form, &[("x-forwarded-for", from)])
        .await;
    assert_eq!(answer.status(), 200);
    answer.text().await.unwrap()
}

/// Delivers what waits; then what the mailbox has got.
async fn sent(site: &Open, mailbox: &Mailbox, expected: usize) -> Vec<Received> {
    while pipeline::deliver(&site.world.road).await.unwrap().is_some() {}
    mailbox.wait_for(expected, Duration::from_millis(200)).await
}

async fn change(site: &Open, minutes: i64, title: &str, teaser: &str) {
    site.world.show(listing(title, teaser));
    site.world.look_twice(at(minutes)).await;
}

async fn state(site: &Open) -> SubscriberState {
    let mut all = site.world.road.store.subscribers().await.unwrap();
    all.remove(0).state
}

/// The path of the link of that kind in a mail.
fn path_in(mail: &str, kind: &str) -> String {
    let begin = format!("{BASE}{kind}/");
    let line = mail.lines().find(|line| line.trim().starts_with(&begin));
    line.expect("a link").trim().replace(BASE, "/")
}

fn listing(title: &str, teaser: &str) -> Answer {
    let others: String = ["Ghana", "Indien", "Marokko", "Georgien"]
        .iter()
        .map(|name| format!("<li><b>{name}</b><p>Wir reden mit {name}.</p></li>"))
        .collect();
    Answer {
        status: 200,
        content_type: "text/html; charset=utf-8",
        body: format!(
            "<!DOCTYPE html><title>T</title><ul><li><b>{title}</b><p>{teaser}</p></li>{others}</ul>"
        )
        .into_bytes(),
    }
}

fn at(minutes: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(480_000) + SignedDuration::from_mins(minutes)
}

async fn site() -> (Open, Mailbox) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mailbox = Mailbox::start(listener).unwrap();
    let mut world = World::new(
        TOPIC,
        "/topic",
        listing("Kenia", "Wir reden mit Kenia."),
        at(0),
    )
    .await;
    world.road.notifier = Notifier::new(notify::Settings {
        smtp: Some(Smtp {
            host: "127.0.0.1".to_owned(),
            port: mailbox.address().port(),
            tls: Tls::None,
            login: None,
        }),
        from: EmailAddress::parse("vermerk@example.org").unwrap(),
        stop_contact: "operator@example.org".to_owned(),
        json_lines: None,
        feed_folder: None,
        feed_url: None,
        links: Some(Links {
            open: Permalinks {
                base: BASE.parse().unwrap(),
            },
            key: key(),
            bounces: EmailAddress::parse("bounces@example.org").ok(),
        }),
    })
    .unwrap();
    (Open::over(world).await, mailbox)
}
