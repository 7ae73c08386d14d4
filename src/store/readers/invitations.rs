//! From the request to the confirmed address, and to its erasure.

use super::*;

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
async fn an_erased_address_leaves_no_byte_and_is_not_asked_again() {
    let (folder, store) = store_of(1).await;
    let reader = admit(&store, "geheim@example.org", &profile(vec![signed()])).await;
    sign(&store, 1).await;
    drain(&store, 2).await;
    assert!(holds(&bytes_of(&folder), "geheim@example.org"));
    let all = store.dossier(reader.id).await.unwrap().unwrap();
    assert_eq!(all.deliveries.len(), 2);
    assert_eq!(store.erase(reader.id, &key(), at(3)).await, Ok(()));
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
