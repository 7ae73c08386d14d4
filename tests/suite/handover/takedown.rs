//! A capture that was taken down is shown to nobody and handed over to nobody, and everybody hears why.

use vermerk::archive::{Foreign, Intake, Taken};
use vermerk::model::{Access, Takedown};

use super::import::a_page;
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
async fn what_has_the_bytes_of_a_capture_that_was_taken_down_is_hidden_with_it() {
    let house = house_with_history().await;
    let id = captures(&house, "200").await.remove(0);
    // The page comes back to its first state, and others captured the same bytes.
    let file = house.path("theirs.warc");
    let bytes = house.vermerk(&["archive", "extract", &id]).await;
    let body = bytes.is_well().out.clone();
    let record = a_page("https://amt.example/liste", "2019-01-01T00:00:00Z", &body);
    std::fs::write(&file, record).unwrap();
    let said = house
        .vermerk(&["archive", "import", &file, "--page", "liste"])
        .await;
    assert!(
        said.is_well().out.starts_with("1 capture imported"),
        "{said:?}"
    );
    let twin = captures(&house, "2019-01-01").await.remove(0);
    house
        .vermerk(&["archive", "takedown", &id, "--why", "names a person"])
        .await
        .is_well();
    let refused = house.vermerk(&["archive", "extract", &twin]).await;
    assert!(refused.err.contains("names a person"), "{refused:?}");
    let (one, other) = (house.path("out"), house.path("later"));
    let said = house.vermerk(&["archive", "export", "--warc", &one]).await;
    assert!(
        said.is_well()
            .out
            .contains("2 captures left out: taken down"),
        "{said:?}"
    );
    // A database made anew from archive and journal alone hides them, too; and so does no database at all.
    std::fs::remove_file(house.root.join("vermerk.db")).unwrap();
    let refused = house.vermerk(&["archive", "extract", &twin]).await;
    assert!(refused.err.contains("names a person"), "{refused:?}");
    house.vermerk(&["rebuild"]).await.is_well();
    let refused = house.vermerk(&["archive", "extract", &twin]).await;
    assert!(refused.err.contains("names a person"), "{refused:?}");
    let said = house
        .vermerk(&["archive", "export", "--warc", &other])
        .await;
    assert!(
        said.is_well()
            .out
            .contains("2 captures left out: taken down"),
        "{said:?}"
    );
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
async fn the_site_refuses_what_was_taken_down_and_shows_what_others_captured_as_theirs() {
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
        taken: None,
        about: Vec::new(),
    };
    let Taken::New(imported) = intake.take(&foreign).unwrap() else {
        panic!("it is new");
    };
    intake.close().unwrap();
    world.road.store.import(&[*imported.clone()]).await.unwrap();
    let takedown = Takedown {
        capture: own.id,
        payload: own.payload(),
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
    let by = "captured by the Internet Archive (web.archive.org), imported on 1 January 2026";
    assert!(shown.contains(by), "{shown}");
    // What others captured stands in the access by time, as theirs.
    let times = open.text(&format!("/timemap/link/{}", own.url)).await;
    let lines: Vec<&str> = times.trim_end().split(",\n").collect();
    assert!(
        lines[1].contains("from=\"Tue, 01 Jan 2019 00:00:00 GMT\"; until=\"Thu, 01 Jan 2026"),
        "{times}"
    );
    let source = imported.source.as_str();
    assert!(
        lines[3].contains("first memento") && lines[3].ends_with(&format!("source=\"{source}\"")),
        "{times}"
    );
    assert!(
        lines[4].contains("last memento") && !lines[4].contains("source="),
        "{times}"
    );
    let raw = open
        .get(&format!("/web/20190101000000id_/{}", own.url))
        .await;
    assert_eq!(raw.status(), 200);
    let link = raw.headers()["link"].to_str().unwrap().to_owned();
    assert!(link.contains(&format!("<{source}>; rel=\"via\"")), "{link}");
    assert_eq!(raw.text().await.unwrap(), "<p>damals");
    let view = open.text(&format!("/web/20190101000000/{}", own.url)).await;
    assert!(view.contains(by) && view.contains(source), "{view}");
    let asked = [("accept-datetime", "Wed, 01 Jan 2020 00:00:00 GMT")];
    let gate = format!("/timegate/{}", own.url);
    let led = open.ask(reqwest::Method::GET, &gate, &asked).await;
    let to = led.headers()["location"].to_str().unwrap();
    assert!(to.contains("/web/20190101000000id_/"), "{to}");
    // And can be taken down as ours can.
    let takedown = Takedown {
        capture: imported.capture.id,
        payload: imported.capture.payload(),
        ..takedown
    };
    open.world.road.store.take_down(&takedown).await.unwrap();
    for form in ["id_", ""] {
        let path = format!("/web/20190101000000{form}/{}", own.url);
        assert_eq!(open.get(&path).await.status(), 451, "{path}");
    }
}
