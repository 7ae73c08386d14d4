//! Mails that come back, and complaints.

use super::*;

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
