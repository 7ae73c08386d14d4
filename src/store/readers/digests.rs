//! What comes at set times.

use super::*;

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
async fn what_was_taken_back_before_the_digest_comes_as_taken_back_and_no_more_as_news() {
    let (_folder, store) = store_of(1).await;
    let all = wish(&[], Wording::Told, Cadence::Daily);
    let reader = admit(&store, "a@example.org", &profile(vec![all])).await;
    let id = sign(&store, 1).await.telling.unwrap().news.events[0].id;
    let correct = async |why: &str| store.correct(&taken_back(id, why), DOMAIN).await.unwrap();
    assert_eq!(correct("eine Absicht").await, Corrected::NobodyWasTold);
    let chosen = &reader.profile;
    let due = crate::address::next(Beat::Daily, chosen.hour, &chosen.zone, at(62));
    store.freeze_digests(due, 100, DOMAIN).await.unwrap();
    let row = store.claim(due, LEASE).await.unwrap().unwrap();
    let Content::Digest(digest) = &row.content else {
        panic!("{row:?}");
    };
    assert_eq!(digest.news[0].events, [], "no more as an event");
    assert_eq!(digest.news[0].changes.len(), 2, "the words did change");
    let corrections = digest.corrections.iter();
    let told: Vec<_> = corrections
        .map(|one| (one.event.id, one.why.as_str()))
        .collect();
    assert_eq!(told, [(id, "eine Absicht")]);
    assert_eq!(digest.pages[0].page.id, digest.news[0].page.id);
    assert_eq!(digest.zone, reader.profile.zone);
    store
        .settle(row.id, row.token, &Outcome::Sent, due)
        .await
        .unwrap();
    assert_eq!(correct("eine Absicht").await, Corrected::NobodyWasTold);
    let otherwise = correct("ein anderes Land").await;
    assert_eq!(otherwise, Corrected::Told(1), "other words are told");
}
