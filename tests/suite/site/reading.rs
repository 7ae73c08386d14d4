//! The site over a played history: every road from a change to its proof, its data and its citation.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use vermerk::model::{Digest, EventId, Remark, RemarkKind};

use super::open::Open;
use crate::world::{Answer, TOPIC, World};

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
async fn the_matrix_shows_what_is_chosen_and_says_that_the_rest_is_left_out() {
    let site = played().await;
    let cells = async |query: &str| site.text(query).await.matches("class=\"cell").count();
    assert_eq!(cells("/").await, 1);
    assert_eq!(cells("/?stage=NEGOTIATING&country=KE").await, 1);
    assert_eq!(cells("/?stage=SIGNED").await, 0);
    assert_eq!(cells("/?stage=NEGOTIATING&country=MA").await, 0);
    let none = site.text("/?stage=SIGNED&factuality=NEGATED").await;
    assert!(none.contains("No page says anything that fits."), "{none}");
    assert!(none.contains("leaves out what does not fit"), "{none}");
    assert_eq!(site.get("/?country=nowhere").await.status(), 400);
}

#[tokio::test]
async fn an_event_says_what_would_make_it_wrong_and_how_to_cite_it() {
    let site = played().await;
    let event = link_of(&site.text("/events").await, "/events/");
    let page = site.text(&event).await;
    for words in [
        "What would make it wrong",
        "not about Kenya here",
        "no, all of it can be read",
        "teaser changed</a>",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let quoted = page.matches("<q ").chain(page.matches("<blockquote "));
    let in_german = page
        .matches("<q lang=\"de\"")
        .chain(page.matches("<blockquote class=\"text\" lang=\"de\""));
    assert_eq!(
        quoted.count(),
        in_german.count(),
        "every quote names its language"
    );
    let bibtex = site.text(&format!("{event}/cite.bib")).await;
    assert!(
        bibtex.contains(&format!("event https://vermerk.example.org{event}")),
        "{bibtex}"
    );
    let words = site
        .text(&format!("{}/text", link_of(&page, "/changes/")))
        .await;
    let words = Digest::of(words.as_bytes()).hex();
    assert!(bibtex.contains(&format!("text sha256 {words}")), "{bibtex}");
    assert!(page.contains(&words), "{page}");
    let csl: serde_json::Value = json(&site, &format!("{event}/cite.json")).await;
    assert_eq!(csl[0]["title"], "Partner <b>&\" pages: Kenia");
    assert_eq!(
        csl[0]["language"], "de",
        "the page's words, in its language"
    );
}

#[tokio::test]
async fn what_people_say_of_an_event_stands_beside_what_was_read() {
    let site = played().await;
    let path = link_of(&site.text("/events").await, "/events/");
    let before: serde_json::Value = json(&site, &format!("/api/v1{path}")).await;
    let event = EventId(path.trim_start_matches("/events/").parse().unwrap());
    let by = || "A. <b>".to_owned();
    for (second, kind, text) in [
        (1, RemarkKind::Verified { by: by() }, "read in the capture"),
        (2, RemarkKind::Note { by: by() }, "not <i>published"),
        (3, RemarkKind::Correction, "it was another treaty"),
    ] {
        let at = at(200) + SignedDuration::from_secs(second);
        let text = text.to_owned();
        let remark = Remark {
            event,
            kind,
            text,
            at,
        };
        site.world.road.store.remark(&remark).await.unwrap();
    }
    let page = site.text(&path).await;
    for words in [
        "Checked by a person",
        "A. &#60;b&#62;",
        "not &#60;i&#62;published",
        "Corrected on",
        "it was another treaty",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(site.text("/events").await.contains("corrected on"));
    let mut row: serde_json::Value = json(&site, &format!("/api/v1{path}")).await;
    assert_eq!(row["verified_by"], "A. <b>");
    assert_eq!(row["correction"], "it was another treaty");
    assert_eq!(row["notes"].as_array().unwrap().len(), 2);
    for name in [
        "corrected",
        "correction",
        "verified_by",
        "verified",
        "notes",
    ] {
        row[name] = before[name].clone();
    }
    assert_eq!(row, before, "what was read is not touched");
}

#[tokio::test]
async fn the_title_of_a_page_is_marked_as_its_language_wherever_it_stands() {
    let site = played().await;
    let start = site.text("/").await;
    let change = link_of(&start, "/changes/");
    let capture = link_of(&site.text(&change).await, "/captures/");
    for path in [
        "/",
        "/changes",
        "/events",
        "/countries/KE",
        "/pages",
        "/subscribe",
        "/search?q=Kenya",
        &change,
        &capture,
    ] {
        let page = site.text(path).await;
        let (_, main) = page.split_once("<main").unwrap();
        let title = "Partner &#60;b&#62;";
        assert!(main.contains(title), "{path}: {main}");
        for (before, _) in main.match_indices(title).map(|(at, _)| main.split_at(at)) {
            let tag = before.rsplit('<').next().unwrap();
            // A citation is of several languages, and one piece.
            assert!(
                tag.starts_with("p class=\"citation\"")
                    || tag.ends_with('>') && tag.contains("lang=\"de\""),
                "{path}: <{tag}"
            );
        }
    }
}

#[tokio::test]
async fn near_misses_of_an_address_are_sent_to_the_one_that_there_is() {
    let site = played().await;
    let event = link_of(&site.text("/events").await, "/events/");
    for (path, there) in [
        ("/countries/ke?lang=de", "/countries/KE?lang=de"),
        ("/countries/Kenia", "/countries/KE"),
        ("/changes/", "/changes"),
        (&event.to_uppercase().replace("/EVENTS", "/events"), &event),
    ] {
        let answer = site.get(path).await;
        assert_eq!(answer.status(), 308, "{path}");
        assert_eq!(answer.headers()["location"], there, "{path}");
    }
    assert_eq!(site.get("/countries/ZZ").await.status(), 404);
    let unnamed = site.get("/countries/FR").await;
    assert_eq!(unnamed.status(), 404);
    let told = unnamed.text().await.unwrap();
    assert!(told.contains("No watched page names France"), "{told}");
}

#[tokio::test]
async fn lists_show_what_was_asked_for_and_go_on_behind_what_was_shown() {
    let site = played().await;
    for (path, holds) in [
        ("/changes?kind=wording", true),
        ("/changes?kind=page", false),
        (
            "/changes?since=2024-09-01&before=2024-09-02&country=KE",
            true,
        ),
        ("/changes?before=2024-09-01", false),
        ("/events?country=KE&page=topic&since=2024-09-01", true),
        ("/events?type=STRUCTURE", false),
    ] {
        let shown = site.text(path).await;
        let links = shown.contains("href=\"/changes/") || shown.contains("href=\"/events/");
        assert_eq!(links, holds, "{path}: {shown}");
    }
    assert_eq!(site.get("/events?since=yesterday").await.status(), 400);
    // Kenya and India changed at one time: what comes behind the first is the second alone.
    let first = link_of(&site.text("/changes").await, "/changes/");
    let id = first.trim_start_matches("/changes/");
    let rest = site.text(&format!("/changes?behind={id}")).await;
    assert!(!rest.contains(&first), "{rest}");
    let second = link_of(&rest, "/changes/");
    let id = second.trim_start_matches("/changes/");
    let rest = site.text(&format!("/changes?behind={id}")).await;
    assert!(rest.contains("None."), "{rest}");
}

#[tokio::test]
async fn a_change_can_be_seen_within_its_whole_page() {
    let site = played().await;
    let change = link_of(&site.text("/").await, "/changes/");
    let entry = site.text(&change).await;
    let page = site.text(&format!("{change}?extent=page")).await;
    assert!(!entry.contains("Ghana") && page.contains("Ghana"), "{page}");
    assert!(page.contains("<ins>"), "{page}");
    assert!(page.contains(&format!(
        "rel=\"canonical\" href=\"https://vermerk.example.org{change}\""
    )));
}

#[tokio::test]
async fn the_words_of_a_change_are_cited_with_their_digest() {
    let site = played().await;
    let change = link_of(&site.text("/").await, "/changes/");
    let words = site.text(&format!("{change}/text")).await;
    let digest = Digest::of(words.as_bytes());
    for path in [
        change.clone(),
        format!("{change}/cite.bib"),
        format!("{change}/cite.json"),
    ] {
        let page = site.text(&path).await;
        assert!(
            page.contains(&format!("text sha256 {digest}")),
            "{path}: {page}"
        );
    }
}

#[tokio::test]
async fn the_methods_say_how_each_source_is_asked() {
    let page = played().await.text("/methods").await;
    assert!(page.contains("at least 1.5 seconds"), "{page}");
    assert!(page.contains("looks a week by its schedule"), "{page}");
    assert!(
        page.contains("<dt>robots.txt</dt><dd>is obeyed</dd>"),
        "{page}"
    );
}

#[tokio::test]
async fn two_captures_can_be_compared_and_a_record_taken_away() {
    let site = played().await;
    let change = link_of(&site.text("/").await, "/changes/");
    let row: serde_json::Value = json(&site, &format!("/api/v1{change}")).await;
    let [from, to] = ["capture_before", "capture_after"].map(|name| row[name].as_str().unwrap());
    let pair = site.text(&format!("/captures/{from}/to/{to}")).await;
    assert!(
        pair.contains("<ins>") && pair.contains("verhandelt"),
        "{pair}"
    );
    let unknown = "00000000-0000-4000-8000-000000000000";
    let missing = site.get(&format!("/captures/{from}/to/{unknown}")).await;
    assert_eq!(missing.status(), 404);

    let path = format!("/captures/{to}/record.warc.gz");
    let record = site.get(&path).await.bytes().await.unwrap();
    let shown = site.text(&format!("/captures/{to}")).await;
    assert!(
        shown.contains(&vermerk::model::Digest::of(&record).hex()),
        "{shown}"
    );
    let mut plain = String::new();
    let mut packed = flate2::read::MultiGzDecoder::new(&record[..]);
    std::io::Read::read_to_string(&mut packed, &mut plain).unwrap();
    assert!(
        plain.starts_with("WARC/1.1\r\n") && plain.contains(to),
        "{plain}"
    );
}

#[tokio::test]
async fn what_goes_on_counts_and_has_no_legal_form_yet() {
    let teaser = "Deutschland und Kenia verhandeln über ein Migrationsabkommen.";
    let world = World::new(TOPIC, "/", answer(&list(teaser)), at(0)).await;
    world.look_at(at(0)).await;
    let site = Open::over(world).await;
    let start = site.text("/").await;
    assert!(
        start.contains("<td data-label=\"under negotiation\">1</td>"),
        "{start}"
    );
    assert!(
        start.contains("<td data-label=\"Legal form\"><span class=\"soft\">not stated</span>"),
        "{start}"
    );
    let statuses: Vec<serde_json::Value> = json(&site, "/api/v1/statuses").await;
    assert_eq!(statuses[0]["stage"], "NEGOTIATING", "{statuses:?}");
    assert_eq!(statuses[0]["legal_type"], serde_json::Value::Null);
}

#[tokio::test]
async fn what_has_no_end_is_drawn_to_the_edge() {
    let teaser = "Kenia ist seit dem 23. Dezember 2023 als sicheres Herkunftsland eingestuft.";
    let world = World::new(TOPIC, "/", answer(&list(teaser)), at(0)).await;
    world.look_at(at(0)).await;
    let site = Open::over(world).await;
    let page = site.text("/countries/KE").await;
    assert!(
        page.contains("<svg class=\"timeline broad\"") && page.contains("<path d=\"M"),
        "{page}"
    );
    assert!(site.text("/").await.contains("since 23"), "{page}");
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
    let english = site.text("/search?q=India").await;
    assert!(english.contains("href=\"/countries/IN\""), "{english}");
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
    // No event tells it, so no list of events offers it.
    let listed = site.text("/codebook/DELISTED").await;
    assert!(listed.contains("/changes?kind=page"), "{listed}");
    assert!(!site.text("/events").await.contains("DELISTED"));
    let feed = site.get("/feeds/stages/DELISTED.atom").await;
    assert_eq!(feed.status(), 404);
    assert_eq!(site.get("/codebook/NOTHING").await.status(), 404);
    assert!(site.text("/codebook.md").await.starts_with("# Codebook"));
    assert!(
        step.contains("step 5 of 7 of an agreement, after “initialled”, before “ratified”"),
        "{step}"
    );
    let event = link_of(&site.text("/events").await, "/events/");
    let rule = link_of(&site.text(&event).await, "/codebook#rule-");
    let (_, anchor) = rule.split_once('#').unwrap();
    let book = site.text("/codebook").await;
    assert!(book.contains(&format!("id=\"{anchor}\"")), "{rule}");
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
    let page = site.text("/pages/topic?lang=de").await;
    assert!(page.contains("angehalten: keine Einträge"), "{page}");
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
    let page = TOPIC.replace("\"Topic\"", r#""Partner <b>&\" pages""#);
    let world = World::new(&page, "/", answer(&list("Wir reden.")), at(0)).await;
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
