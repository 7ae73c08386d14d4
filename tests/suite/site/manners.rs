//! What every answer of the site owes: its headers, its limits, its language, and a kind word when it fails.

use std::io::Read as _;

use jiff::Timestamp;
use reqwest::Method;

use super::open::Open;
use crate::world::{Answer, TOPIC, World};

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let site = site().await;
    for (method, path) in [
        (Method::GET, "/"),
        (Method::GET, "/style.css"),
        (Method::GET, "/healthz"),
        (Method::GET, "/nowhere"),
        (Method::GET, "/%ff/../x"),
        (Method::POST, "/"),
        (Method::DELETE, "/pages"),
    ] {
        let answer = site.ask(method.clone(), path, &[]).await;
        let header = |name: &str| {
            let value = answer
                .headers()
                .get(name)
                .map(|value| value.to_str().unwrap());
            value.unwrap_or_default().to_owned()
        };
        let policy = header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'"),
            "{method} {path}: {policy}"
        );
        assert!(!policy.contains("unsafe"), "{method} {path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{method} {path}");
        assert_eq!(
            header("x-content-type-options"),
            "nosniff",
            "{method} {path}"
        );
        assert_eq!(header("referrer-policy"), "no-referrer", "{method} {path}");
        assert!(
            header("strict-transport-security").contains("max-age"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn what_fails_is_a_page_that_says_what_to_do_in_the_readers_language() {
    let site = site().await;
    let missing = site
        .ask(Method::GET, "/nowhere", &[("accept-language", "de")])
        .await;
    assert_eq!(missing.status(), 404);
    let text = missing.text().await.unwrap();
    assert!(
        text.contains("<h1>Nicht gefunden</h1>") && text.contains("lang=\"de\""),
        "{text}"
    );
    let wrong = site.ask(Method::POST, "/pages", &[]).await;
    assert_eq!(wrong.status(), 405);
    assert!(wrong.text().await.unwrap().contains("can only be read"));
}

#[tokio::test]
async fn a_request_larger_than_the_limit_is_refused() {
    let site = site().await;
    let huge = site
        .ask(Method::POST, "/pages", &[("content-length", "100000000")])
        .await;
    assert_eq!(huge.status(), 413);
}

#[tokio::test]
async fn a_request_with_too_long_a_head_gets_a_page_with_all_headers() {
    let site = site().await;
    let long = "x".repeat(80_000);
    let refused = site.ask(Method::GET, "/pages", &[("x-long", &long)]).await;
    assert_eq!(refused.status(), 431);
    assert!(refused.headers().contains_key("content-security-policy"));
    assert!(refused.text().await.unwrap().contains("64 KiB"));
    let many: Vec<String> = (0..150).map(|number| format!("x-{number}")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|name| (name.as_str(), "1")).collect();
    assert_eq!(site.ask(Method::GET, "/pages", &many).await.status(), 200);
}

#[tokio::test]
async fn text_travels_packed_for_those_who_unpack_it_and_secret_pages_never() {
    let site = site().await;
    let wish = [("accept-encoding", "br, gzip")];
    let packed = site.ask(Method::GET, "/pages", &wish).await;
    assert_eq!(packed.headers()["content-encoding"], "gzip");
    assert_eq!(packed.headers()["vary"], "Accept-Language, Accept-Encoding");
    let tag = packed.headers()["etag"].to_str().unwrap().to_owned();
    let mut read = String::new();
    let bytes = packed.bytes().await.unwrap();
    flate2::read::GzDecoder::new(&bytes[..])
        .read_to_string(&mut read)
        .unwrap();
    assert_eq!(read, site.text("/pages").await);
    let again = [("if-none-match", tag.as_str())];
    assert_eq!(site.ask(Method::GET, "/pages", &again).await.status(), 304);
    let unwanted = [("accept-encoding", "gzip;q=0")];
    for (path, wish) in [("/pages", unwanted), ("/subscribe", wish)] {
        let plain = site.ask(Method::GET, path, &wish).await;
        assert!(!plain.headers().contains_key("content-encoding"), "{path}");
    }
}

#[tokio::test]
async fn the_style_sheet_is_kept_for_good_at_an_address_that_names_its_content() {
    let site = site().await;
    let page = site.text("/pages").await;
    let (_, rest) = page.split_once("href=\"/style.css?").unwrap();
    let version = rest.split('"').next().unwrap();
    for (query, expected) in [
        (version, "immutable"),
        ("other", "no-cache"),
        ("", "no-cache"),
    ] {
        let sheet = site.get(&format!("/style.css?{query}")).await;
        let kept = sheet.headers()["cache-control"].to_str().unwrap();
        assert!(kept.ends_with(expected), "{query}: {kept}");
    }
}

#[tokio::test]
async fn a_page_that_the_browser_has_is_not_sent_again() {
    let site = site().await;
    let first = site.get("/pages").await;
    let tag = first.headers()["etag"].to_str().unwrap().to_owned();
    let again = site
        .ask(Method::GET, "/pages", &[("if-none-match", &tag)])
        .await;
    assert_eq!(again.status(), 304);
    let other = [("if-none-match", tag.as_str()), ("accept-language", "de")];
    assert_eq!(site.ask(Method::GET, "/pages", &other).await.status(), 200);
}

#[tokio::test]
async fn the_language_is_the_browsers_until_the_reader_chooses_and_then_stays() {
    let site = site().await;
    let german = site
        .ask(Method::GET, "/pages", &[("accept-language", "de-AT")])
        .await;
    let german = german.text().await.unwrap();
    assert!(german.contains("Beobachtete Seiten") && german.contains("href=\"/pages\""));
    let chosen = site
        .ask(Method::GET, "/pages?lang=en", &[("accept-language", "de")])
        .await;
    let chosen = chosen.text().await.unwrap();
    assert!(chosen.contains("Watched pages") && chosen.contains("href=\"/pages?lang=en\""));
}

async fn site() -> Open {
    let answer = Answer {
        status: 200,
        content_type: "text/html; charset=utf-8",
        body: b"<ul><li><b>Kenia</b><p>Text</p></li></ul>".to_vec(),
    };
    let start: Timestamp = "2024-09-01T06:00:00Z".parse().unwrap();
    let world = World::new(TOPIC, "/", answer, start).await;
    world.look_at(start).await;
    Open::over(world).await
}

/// Reads the routes where they are written, so that a new one cannot be forgotten here.
#[tokio::test]
async fn every_route_carries_the_headers_and_only_readers_own_pages_take_a_post() {
    let site = site().await;
    let routes = routes();
    assert!(routes.len() > 30, "{routes:?}");
    for route in routes {
        let path = route
            .replace("{*target}", "2024/http://example.org/")
            .replace("{code}", "KE")
            .replace("{file}", "all.atom")
            .replace(['{', '}'], "");
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH"] {
            let asked = Method::from_bytes(method.as_bytes()).unwrap();
            let answer = site.ask(asked, &path, &[]).await;
            let policy = answer.headers().get("content-security-policy");
            let policy = policy
                .map(|policy| policy.to_str().unwrap())
                .unwrap_or_default();
            assert!(
                policy.contains("default-src 'none'"),
                "{method} {path}: {policy}"
            );
            assert!(
                answer.headers().contains_key("cache-control"),
                "{method} {path}"
            );
            let takes = ["/subscribe", "/confirm/", "/manage/", "/stop/"];
            let own = takes.iter().any(|start| path.starts_with(start));
            let refused = answer.status() == 405;
            assert!(
                method == "GET" || refused || (own && method == "POST"),
                "{method} {path}"
            );
        }
    }
}

fn routes() -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web")];
    while let Some(folder) = folders.pop() {
        for item in std::fs::read_dir(folder).unwrap() {
            let path = item.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = std::fs::read_to_string(path).unwrap();
                let starts = [".route(", "path = "];
                for start in starts {
                    let pieces = text.split(start).skip(1).map(str::trim_start);
                    let quoted = pieces.filter_map(|piece| piece.strip_prefix("\"/"));
                    found
                        .extend(quoted.map(|rest| format!("/{}", rest.split('"').next().unwrap())));
                }
            }
        }
    }
    found
}
