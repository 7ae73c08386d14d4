//! The week by address and time, asked over HTTP as other archives ask (RFC 7089).

use std::sync::Arc;

use reqwest::{Client, Method, Response};
use tokio::net::TcpListener;
use tokio::sync::watch;
use vermerk::commands::Installation;
use vermerk::model::{Capture, CaptureKind, Digest};
use vermerk::pipeline::Road;
use vermerk::web;

use super::week::{Week, week};

const PUBLIC: &str = "https://vermerk.example.org";

pub struct Served {
    pub base: String,
    pub week: &'static Week,
    client: Client,
    _road: Road,
    _stop: watch::Sender<bool>,
}

impl Served {
    pub async fn new() -> Self {
        let week = tokio::task::spawn_blocking(week).await.unwrap();
        let installation = Installation::read(Some(&week.config)).unwrap();
        let now = week.to;
        let road = installation.road(Arc::new(move || now)).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let site = installation.site(&road).unwrap().unwrap();
        let (stop, stopped) = watch::channel(false);
        tokio::spawn(web::serve(listener, site, web::Limits::default(), stopped));
        let policy = reqwest::redirect::Policy::none();
        Self {
            base,
            week,
            client: Client::builder().redirect(policy).build().unwrap(),
            _road: road,
            _stop: stop,
        }
    }

    async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Response {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap()
    }

    pub async fn get(&self, path: &str) -> Response {
        self.ask(Method::GET, path, &[]).await
    }

    /// The id of the topic page.
    pub fn topic_page(&self) -> String {
        self.topic()[0].page.to_string()
    }

    pub async fn text(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().await.unwrap()
    }

    /// The captures of the topic page, oldest first.
    fn topic(&self) -> Vec<&Capture> {
        let of_topic = |one: &&Capture| one.url.as_str() == self.week.topic;
        let mut captures: Vec<&Capture> = self.week.captures.iter().filter(of_topic).collect();
        captures.sort_by_key(|one| one.at);
        captures
    }
}

fn header<'r>(answer: &'r Response, name: &str) -> &'r str {
    answer
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

fn raw(capture: &Capture) -> String {
    format!(
        "/web/{}id_/{}",
        capture.at.strftime("%Y%m%d%H%M%S"),
        capture.url
    )
}

#[tokio::test]
async fn every_capture_comes_back_byte_for_byte_and_harmless() {
    let served = Served::new().await;
    for capture in &served.week.captures {
        let path = raw(capture);
        let answer = served.get(&path).await;
        assert_ne!(header(&answer, "memento-datetime"), "", "{path}");
        assert!(
            header(&answer, "content-security-policy").starts_with("sandbox;"),
            "{path}"
        );
        assert_eq!(header(&answer, "x-content-type-options"), "nosniff");
        for name in ["set-cookie", "strict-transport-security"] {
            let ours = header(&answer, name);
            assert!(
                ours.is_empty() || ours == "max-age=31536000",
                "{path}: {name}: {ours}"
            );
        }
        let status = match capture.kind {
            CaptureKind::Response => capture.status,
            _ => 200,
        };
        assert_eq!(answer.status(), status, "{path}");
        if !capture.url.path().ends_with("robots.txt") {
            assert_eq!(
                header(&answer, "x-archive-orig-set-cookie"),
                "sitzung=1",
                "{path}"
            );
        }
        if status == 302 {
            let to = header(&answer, "location").to_owned();
            assert!(
                to.starts_with("/web/2024") && to.contains("id_/http://"),
                "{to}"
            );
        }
        let body = answer.bytes().await.unwrap();
        assert_eq!(Digest::of(&body), capture.digest, "{path}");
    }
}

#[tokio::test]
async fn the_timegate_leads_to_what_stood_there_then() {
    let served = Served::new().await;
    let gate = format!("/timegate/{}", served.week.topic);
    let good: Vec<&Capture> = served
        .topic()
        .into_iter()
        .filter(|one| one.status != 503 && one.status != 302)
        .collect();
    let (first, last) = (good[0], good[good.len() - 1]);
    for (asked, expected) in [
        ("", last),
        ("Fri, 01 Jan 1999 00:00:00 GMT", first),
        ("Tue, 01 Jan 2999 00:00:00 GMT", last),
        ("Mon, 30 Sep 2024 00:00:03 GMT", first),
    ] {
        for method in [Method::GET, Method::HEAD] {
            let headers = [("accept-datetime", asked)];
            let headers = if asked.is_empty() { &[][..] } else { &headers };
            let answer = served.ask(method.clone(), &gate, headers).await;
            assert_eq!(answer.status(), 302, "{method} {asked}");
            assert_eq!(
                header(&answer, "location"),
                format!("{PUBLIC}{}", raw(expected)),
                "{asked}"
            );
            assert_eq!(header(&answer, "vary"), "accept-datetime");
            assert_eq!(header(&answer, "memento-datetime"), "");
            let link = header(&answer, "link");
            assert!(
                link.contains(&format!("<{}>; rel=\"original\"", served.week.topic)),
                "{link}"
            );
            assert!(
                link.contains("rel=\"timemap\"; type=\"application/link-format\""),
                "{link}"
            );
        }
    }
    for broken in [
        "yesterday",
        "2024-09-30T00:00:00Z",
        "Fri, 30 Sep 2024 00:00:03 GMT",
    ] {
        let answer = served
            .ask(Method::GET, &gate, &[("accept-datetime", broken)])
            .await;
        assert_eq!(answer.status(), 400, "{broken}");
    }
    for unknown in ["https://example.org/never", "nothing", "https://"] {
        let status = served
            .get(&format!("/timegate/{unknown}"))
            .await
            .status()
            .as_u16();
        assert!([400, 404].contains(&status), "{unknown}: {status}");
    }
    assert_eq!(
        served
            .get("/timegate/https://example.org/never")
            .await
            .status(),
        404
    );
}

#[tokio::test]
async fn the_timemap_lists_every_capture_once_in_order() {
    let served = Served::new().await;
    let path = format!("/timemap/link/{}", served.week.topic);
    let answer = served.get(&path).await;
    assert_eq!(header(&answer, "content-type"), "application/link-format");
    let text = answer.text().await.unwrap();
    let lines: Vec<&str> = text.trim_end().split(",\n").collect();
    assert_eq!(
        lines[0],
        format!("<{}>; rel=\"original\"", served.week.topic)
    );
    assert_eq!(text.matches("rel=\"original\"").count(), 1);
    assert!(
        lines[1].contains("rel=\"self\"") && lines[1].contains("from=\"Mon, 30 Sep 2024"),
        "{}",
        lines[1]
    );
    assert!(lines[2].contains("rel=\"timegate\""));
    let captures = served.topic();
    assert_eq!(lines.len(), 3 + captures.len());
    for (line, capture) in lines[3..].iter().zip(&captures) {
        assert!(
            line.starts_with(&format!("<{PUBLIC}{}>", raw(capture))),
            "{line}"
        );
    }
    assert!(lines[3].contains("rel=\"first memento\""));
    assert!(lines[lines.len() - 1].contains("rel=\"last memento\""));
    // A server in between that makes one slash of two does no harm.
    let merged = path.replace("://", ":/");
    assert_eq!(served.get(&merged).await.text().await.unwrap(), text);
}

#[tokio::test]
async fn a_memento_is_not_moved_and_a_loose_time_leads_to_one() {
    let served = Served::new().await;
    let first = served.topic()[0];
    let moved = [("accept-datetime", "Tue, 01 Jan 2999 00:00:00 GMT")];
    for method in [Method::GET, Method::HEAD] {
        let answer = served.ask(method, &raw(first), &moved).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(
            header(&answer, "memento-datetime"),
            "Mon, 30 Sep 2024 00:00:03 GMT"
        );
        let link = header(&answer, "link");
        for relation in ["original", "timegate", "timemap"] {
            assert!(link.contains(&format!("rel=\"{relation}\"")), "{link}");
        }
        assert!(!header(&answer, "vary").contains("datetime"));
    }
    let loose = format!("/web/20240930id_/{}", served.week.topic);
    let answer = served.get(&loose).await;
    assert_eq!(answer.status(), 302);
    assert!(header(&answer, "location").starts_with("/web/20240930"));
    for (path, status) in [
        (format!("/web/x/{}", served.week.topic), 404),
        (format!("/web/20240930id_{}", served.week.topic), 404),
        ("/web/".to_owned(), 404),
    ] {
        assert_eq!(served.get(&path).await.status(), status, "{path}");
    }
}

#[tokio::test]
async fn the_view_shows_a_capture_in_a_sandbox() {
    let served = Served::new().await;
    let captures = served.topic();
    let (first, second) = (captures[0], captures[1]);
    let view = |capture: &Capture| raw(capture).replace("id_/", "/");
    let answer = served.get(&view(first)).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(
        header(&answer, "memento-datetime"),
        "Mon, 30 Sep 2024 00:00:03 GMT"
    );
    let text = answer.text().await.unwrap();
    assert!(text.contains(&first.digest.hex()), "{text}");
    assert!(
        text.contains("sandbox title=") && text.contains(&format!("src=\"{}\"", raw(first))),
        "{text}"
    );
    assert!(
        text.contains(&format!("href=\"{}\" rel=\"next\"", view(second))),
        "{text}"
    );
    assert!(!text.contains("rel=\"prev\""));
}
