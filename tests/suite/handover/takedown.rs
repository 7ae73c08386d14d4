//! A capture that was taken down is shown to nobody and handed over to nobody, and everybody hears why.

use super::{captures, house_with_history};

#[tokio::test(flavor = "multi_thread")]
async fn a_capture_that_was_taken_down_is_refused_with_the_reason_until_that_is_lifted() {
    let house = house_with_history().await;
    let id = captures(&house, "200").await.remove(0);
    let why = "names a private person";
    house
        .vermerk(&["archive", "takedown", &id, "--why", why])
        .await
        .is_well();
    for command in ["show", "extract"] {
        let refused = house.vermerk(&["archive", command, &id]).await;
        assert_eq!(
            (refused.code, refused.out.as_str()),
            (Some(1), ""),
            "{refused:?}"
        );
        assert!(refused.err.contains(why), "{refused:?}");
    }
    let (file, folder) = (house.path("out.wacz"), house.path("warcs"));
    let said = house.vermerk(&["archive", "export", "--wacz", &file]).await;
    assert!(
        said.is_well()
            .out
            .contains("1 capture left out: taken down"),
        "{said:?}"
    );
    assert_eq!(captures(&house, "taken down").await, [id.clone()]);
    // The journal knows without the database; the bytes are all there.
    let verified = house.vermerk(&["archive", "verify"]).await;
    assert!(verified.out.contains(" 0 faults"), "{verified:?}");
    let database = house.root.join("vermerk.db");
    let aside = house.root.join("aside.db");
    std::fs::rename(&database, &aside).unwrap();
    let refused = house.vermerk(&["archive", "extract", &id]).await;
    assert!(refused.err.contains(why), "{refused:?}");
    std::fs::rename(&aside, &database).unwrap();
    let lift = [
        "archive",
        "takedown",
        &id,
        "--lift",
        "--why",
        "the person agreed",
    ];
    house.vermerk(&lift).await.is_well();
    house.vermerk(&["archive", "show", &id]).await.is_well();
    let said = house
        .vermerk(&["archive", "export", "--warc", &folder])
        .await;
    assert!(!said.is_well().out.contains("taken down"), "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_takedown_needs_a_reason_and_a_capture() {
    let house = house_with_history().await;
    let id = captures(&house, "200").await.remove(0);
    let said = house
        .vermerk(&["archive", "takedown", &id, "--why", " "])
        .await;
    assert_eq!(said.code, Some(2), "{said:?}");
    let unknown = "00000000-0000-4000-8000-000000000000";
    let said = house
        .vermerk(&["archive", "takedown", unknown, "--why", "x"])
        .await;
    assert_eq!(said.code, Some(2), "{said:?}");
}
