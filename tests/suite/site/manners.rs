//! What every answer of the site owes: its headers, its limits, its language, and a kind word when it fails.

use jiff::Timestamp;
use reqwest::Method;

use super::open::Open;
use crate::world::{Answer, World};

const PAGE: &str = r#"
    id = "topic"
    url = "{{url}}"
    title = "Topic"
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
    let world = World::new(PAGE, "/", answer, start).await;
    world.look_at(start).await;
    Open::over(world).await
}
