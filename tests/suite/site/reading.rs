//! The site over a played history: every road from a change to its proof, its data and its citation.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::open::Open;
use crate::world::{Answer, World};

const PAGE: &str = r#"
    id = "topic"
    url = "{{url}}"
    title = "Partner <b>&\" pages"
    publisher = "Ministry"
    language = "de"
    every = "1h"
    [recipe]
    kind = "list"
    entries = "li"
    title = "b"
    teaser = "p"
    key = "country"
"#;

#[tokio::test]
async fn a_change_leads_to_its_words_its_captures_and_its_citation() {
    let site = played().await;
    let start = site.text("/").await;
    let change = link_of(&start, "/changes/");
    let page = site.text(&change).await;
    assert!(page.contains("<h1>Kenya: teaser changed</h1>"), "{page}");
    assert!(
        page.contains("verhandelt") && page.contains("<ins>"),
        "{page}"
    );
    assert!(
        page.contains(&format!("https://vermerk.example.org{change}")),
        "links name the public address"
    );
    assert!(
        !page.contains(&site.base),
        "no link names the address we listen on"
    );

    let capture = link_of(&page, "/captures/");
    let shown = site.text(&capture).await;
    let bytes = site.get(&format!("{capture}/bytes")).await;
    assert_eq!(bytes.headers()["content-type"], "application/octet-stream");
    let digest = vermerk::model::Digest::of(&bytes.bytes().await.unwrap());
    assert!(
        shown.contains(&digest.hex()),
        "the checksum on the page is that of the bytes"
    );
    let view = site.get(&format!("{capture}/view")).await;
    let policy = view.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("sandbox;"), "{policy}");

    let bibtex = site.text(&format!("{change}/cite.bib")).await;
    assert!(
        bibtex.starts_with("@online{vermerk-") && bibtex.contains("sha256"),
        "{bibtex}"
    );
    let csl: serde_json::Value = json(&site, &format!("{change}/cite.json")).await;
    assert_eq!(csl[0]["type"], "webpage");
}

#[tokio::test]
async fn what_the_page_says_is_text_wherever_it_goes() {
    let site = played().await;
    for path in [
        "/",
        "/countries/KE",
        "/countries/GE",
        "/pages/topic",
        "/search?q=alert",
        "/feeds/all.atom",
        "/search?q=%3Cscript%3E",
    ] {
        let text = site.text(path).await;
        assert!(!text.contains("<script>alert"), "{path}: {text}");
    }
    let found = site.text("/search?q=alert").await;
    assert!(
        found.contains("&#60;script&#62;<mark>alert</mark>"),
        "{found}"
    );
    let csv = site.text("/data/changes.csv").await;
    assert!(csv.contains("'=1+1"), "{csv}");
}

#[tokio::test]
async fn a_part_of_a_word_is_found_and_nothing_is_not() {
    let site = played().await;
    assert!(
        site.text("/search?q=handelt")
            .await
            .contains("ver<mark>handelt</mark>")
    );
    assert!(site.text("/search?q=zzz").await.contains("Nothing found."));
    assert!(
        site.text("/search?q=ab")
            .await
            .contains("At least three letters")
    );
}

#[tokio::test]
async fn every_format_of_the_data_holds_the_same_changes() {
    let site = played().await;
    let api: Vec<serde_json::Value> = json(&site, "/api/v1/changes").await;
    let lines = site.text("/data/changes.jsonl").await;
    let lines: Vec<serde_json::Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let csv = site.text("/data/changes.csv").await;
    let mut csv = csv::Reader::from_reader(csv.as_bytes());
    let ids = |rows: &[serde_json::Value]| -> BTreeSet<String> {
        rows.iter()
            .map(|row| row["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let column = csv
        .headers()
        .unwrap()
        .iter()
        .position(|name| name == "id")
        .unwrap();
    let rows: BTreeSet<String> = csv
        .records()
        .map(|row| row.unwrap()[column].to_owned())
        .collect();
    assert!(!rows.is_empty());
    assert_eq!(ids(&api), rows);
    assert_eq!(ids(&lines), rows);
    let parquet = site
        .get("/data/changes.parquet")
        .await
        .bytes()
        .await
        .unwrap();
    assert!(parquet.starts_with(b"PAR1") && parquet.ends_with(b"PAR1"));
}

#[tokio::test]
async fn the_codebook_explains_every_column() {
    let site = played().await;
    let codebook = site.text("/codebook").await;
    for row in json::<Vec<serde_json::Value>>(&site, "/api/v1/changes").await {
        for name in row.as_object().unwrap().keys() {
            assert!(codebook.contains(&format!("<code>{name}</code>")), "{name}");
        }
    }
}

#[tokio::test]
async fn the_codebook_shows_the_words_and_the_easily_mistaken_sentence_of_a_step() {
    let site = played().await;
    assert!(
        site.text("/codebook")
            .await
            .contains("href=\"/codebook/SIGNED\"")
    );
    let step = site.text("/codebook/SIGNED").await;
    for words in ["unterzeichnen", "signing ceremony", "firmare"] {
        assert!(step.contains(words), "{words}");
    }
    assert!(step.contains("<code>DECLARED DONE</code>"), "{step}");
    assert!(
        site.text("/codebook/LISTED")
            .await
            .contains("No sentence says it")
    );
    assert_eq!(site.get("/codebook/NOTHING").await.status(), 404);
    assert!(site.text("/codebook.md").await.starts_with("# Codebook"));
}

#[tokio::test]
async fn feeds_can_be_read_and_keep_their_ids() {
    let site = played().await;
    for path in [
        "/feeds/all.atom",
        "/feeds/pages/topic.atom",
        "/feeds/countries/KE.atom",
        "/feeds/all.json",
    ] {
        let first = feed_rs::parser::parse(site.text(path).await.as_bytes()).unwrap();
        let again = feed_rs::parser::parse(site.text(path).await.as_bytes()).unwrap();
        assert!(!first.entries.is_empty(), "{path}");
        assert_eq!(first.entries[0].id, again.entries[0].id);
        let title = first.entries[0].title.as_ref().unwrap();
        assert!(title.content.starts_with('['), "{path}: {title:?}");
    }
    assert_eq!(site.get("/feeds/pages/nobody.atom").await.status(), 404);
    assert_eq!(site.get("/feeds/all.rss").await.status(), 404);
}

#[tokio::test]
async fn the_api_answers_in_json_even_where_it_refuses() {
    let site = played().await;
    for (path, status) in [
        ("/api/v1/changes/nothing", 404),
        ("/api/v1/changes?limit=many", 400),
        ("/api/v1/changes?since=yesterday", 400),
        ("/api/v1/changes?limit=0", 400),
        ("/api/v1/events?limit=1001", 400),
        ("/api/v1/events?country=", 400),
        ("/api/v1/changes?page=a&page=b", 400),
        ("/api/v1/nowhere", 404),
    ] {
        let answer = site.get(path).await;
        assert_eq!(answer.status(), status, "{path}");
        let body: serde_json::Value =
            serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        assert!(body["error"].is_string(), "{path}");
    }
    let described: serde_json::Value = json(&site, "/api/openapi.json").await;
    assert!(described["paths"]["/api/v1/changes/{id}"].is_object());
}

#[tokio::test]
async fn a_held_look_is_shown_as_under_review() {
    let site = played().await;
    site.world.show(answer("<p>nothing here</p>"));
    site.world.look_at(at(300)).await;
    let start = site.text("/").await;
    assert!(start.contains("under review since"), "{start}");
}

async fn json<T: serde::de::DeserializeOwned>(site: &Open, path: &str) -> T {
    serde_json::from_str(&site.text(path).await).unwrap()
}

/// The first link of a page to something of a kind.
fn link_of(page: &str, kind: &str) -> String {
    let (_, rest) = page.split_once(&format!("href=\"{kind}")).unwrap();
    format!("{kind}{}", rest.split('"').next().unwrap())
}

/// A baseline, and one change with hostile words.
async fn played() -> Open {
    let world = World::new(PAGE, "/", answer(&list("Wir reden.")), at(0)).await;
    world.look_at(at(0)).await;
    world.show(answer(&list("Kenia verhandelt mit uns.")));
    world.look_twice(at(120)).await;
    Open::over(world).await
}

fn list(kenya: &str) -> String {
    format!(
        "<ul><li><b>Kenia</b><p>{kenya}</p></li><li><b>Georgien</b><p>&lt;script&gt;alert(1)&lt;/script&gt;</p></li>\
         <li><b>Ghana</b><p>Text</p></li><li><b>Indien</b><p>{}</p></li></ul>",
        if kenya.contains("verhandelt") {
            "=1+1"
        } else {
            "eins"
        }
    )
}

fn answer(body: &str) -> Answer {
    Answer {
        status: 200,
        content_type: "text/html; charset=utf-8",
        body: body.as_bytes().to_vec(),
    }
}

fn at(minutes: i64) -> Timestamp {
    let start: Timestamp = "2024-09-01T06:00:00Z".parse().unwrap();
    start + SignedDuration::from_mins(minutes)
}
