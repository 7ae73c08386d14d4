//! A capture that was taken down is shown to nobody and handed over to nobody, and everybody hears why.

use vermerk::archive::{Foreign, Intake, Taken};
use vermerk::model::{Access, Takedown};

use super::{captures, house_with_history, wayback::world};
use crate::site::open::Open;

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
    assert_eq!(
        captures(&house, "taken down").await,
        std::slice::from_ref(&id)
    );
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

#[tokio::test(flavor = "multi_thread")]
async fn the_site_refuses_what_was_taken_down_and_names_the_source_of_what_others_captured() {
    let world = world().await;
    let at = "2026-01-01T00:00:00Z".parse().unwrap();
    world.look_at(at).await.unwrap();
    let page = world.watched.page.id.clone();
    let own = world.road.store.captures(&page, None).await.unwrap();
    let own = own
        .into_iter()
        .find(|capture| capture.status == 200)
        .unwrap();
    let mut intake = Intake::begin(&world.archive, at, [].into(), [].into());
    let foreign = Foreign {
        page,
        url: own.url.clone(),
        at: "2019-01-01T00:00:00Z".parse().unwrap(),
        block: b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n<p>damals".to_vec(),
        repeats: None,
        request: None,
        source: "https://web.archive.org/web/20190101000000id_/https://amt.example/"
            .parse()
            .unwrap(),
        truncated: None,
        about: Vec::new(),
    };
    let Taken::New(imported) = intake.take(&foreign).unwrap() else {
        panic!("it is new");
    };
    intake.close().unwrap();
    world.road.store.import(&[*imported.clone()]).await.unwrap();
    let takedown = Takedown {
        capture: own.id,
        access: Access::Hidden,
        why: "names <b>a person</b>".to_owned(),
        at,
    };
    world.road.store.take_down(&takedown).await.unwrap();
    let open = Open::over(world).await;
    let stamp = own.at.strftime("%Y%m%d%H%M%S");
    for path in [
        format!("/captures/{}", own.id),
        format!("/captures/{}/bytes", own.id),
        format!("/captures/{}/view", own.id),
        format!("/web/{stamp}id_/{}", own.url),
    ] {
        let refused = open.get(&path).await;
        assert_eq!(refused.status(), 451, "{path}");
        let text = refused.text().await.unwrap();
        assert!(text.contains("names &#60;b&#62;a person"), "{path}: {text}");
    }
    let shown = open
        .text(&format!("/captures/{}", imported.capture.id))
        .await;
    assert!(shown.contains("web.archive.org"), "{shown}");
    let times = open
        .get(&format!("/timemap/link/{}", own.url))
        .await
        .text()
        .await
        .unwrap();
    assert!(
        !times.contains("2019"),
        "what others captured is not told as ours: {times}"
    );
}
