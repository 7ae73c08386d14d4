//! The fetcher against a hostile site: every fault of a server has its own name, and none takes long.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::{SignedDuration, Timestamp};

use super::site::{Act, Site, answer, raw, redirect};
use super::{Client, Settings, fetch};
use crate::gate::Gate;
use crate::model::{
    Coding, Fetched, Language, Limits, Problem, Request, Robots, Truncation, Validators,
};

const NOW: &str = "2026-01-05T08:00:00Z";
const PAGE: &[u8] = b"<html>Kenia</html>";

/// A clock that stands still until it is set.
#[derive(Clone)]
struct Hand(Arc<Mutex<Timestamp>>);

impl Hand {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(NOW.parse().unwrap())))
    }

    fn forward(&self, by: SignedDuration) {
        let mut now = self.0.lock().unwrap();
        *now += by;
    }
}

fn client_at(hand: &Hand) -> Client {
    let hand = hand.clone();
    Client::new(Settings {
        user_agent: "vermerk/0.1 (+mailto:op@example.org)".to_owned(),
        product: "vermerk".to_owned(),
        gate: Gate::new(vec!["127.0.0.1/32".parse().unwrap()]),
        pause: Duration::ZERO,
        clock: Arc::new(move || *hand.0.lock().unwrap()),
    })
    .unwrap()
}

fn client() -> Client {
    client_at(&Hand::new())
}

/// Small limits, no robots.txt.
fn request(site: &Site, path: &str) -> Request {
    Request {
        url: site.url(path),
        language: Language::parse("de").unwrap(),
        validators: None,
        coding: Coding::Identity,
        robots: Robots::Disregard {
            reason: "test".to_owned(),
        },
        limits: Limits {
            max_bytes: 64 * 1024,
            deadline: SignedDuration::from_millis(700),
        },
    }
}

fn obeying(site: &Site, path: &str) -> Request {
    Request {
        robots: Robots::Obey,
        ..request(site, path)
    }
}

/// One request to a site that knows only `/page`; it has to be over in a second or two.
async fn look(acts: Vec<Act>) -> Fetched {
    let site = Site::open([("/page", acts)]).await;
    let begun = Instant::now();
    let fetched = fetch(&client(), &request(&site, "/page")).await;
    assert!(
        begun.elapsed() < Duration::from_secs(3),
        "{:?}",
        begun.elapsed()
    );
    fetched
}

/// The beginning of the problem's text, and how the body was cut where a head came.
async fn check(acts: Vec<Act>, problem: &str, truncated: Option<Truncation>) {
    let fetched = look(acts).await;
    let text = fetched
        .problem
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    assert!(text.starts_with(problem), "{text:?} is not {problem:?}");
    let seen = fetched
        .exchanges
        .last()
        .and_then(|exchange| exchange.response.truncated);
    assert_eq!(seen, truncated, "{problem}");
    assert!(fetched.answer().is_none());
}

#[tokio::test]
async fn a_good_answer_is_kept_as_it_came() {
    let site = Site::open([(
        "/page",
        answer(
            "200 Alles gut\r\nX-Odd: a\r\nETag: W/\"1\"\r\nx-odd: \u{e4}",
            PAGE,
        ),
    )])
    .await;
    let fetched = fetch(&client(), &request(&site, "/page#part")).await;
    let exchange = fetched.answer().unwrap();
    let response = &exchange.response;
    assert_eq!(
        (
            response.status,
            response.reason.as_str(),
            response.protocol.as_str()
        ),
        (200, "Alles gut", "http/1.1")
    );
    assert_eq!(response.body, PAGE);
    assert_eq!(response.validators().etag.as_deref(), Some("W/\"1\""));
    let odd: Vec<_> = response
        .headers
        .iter()
        .filter(|header| header.name == "x-odd")
        .collect();
    assert_eq!(
        odd.iter()
            .map(|header| header.value.as_slice())
            .collect::<Vec<_>>(),
        [b"a".as_slice(), "\u{e4}".as_bytes()]
    );
    assert_eq!(exchange.url.as_str(), site.url("/page").as_str());
    assert_eq!(exchange.started, NOW.parse::<Timestamp>().unwrap());
    assert_eq!(exchange.peer.unwrap().to_string(), "127.0.0.1");
}

#[tokio::test]
async fn what_is_recorded_as_sent_is_what_was_sent() {
    let site = Site::open([("/page", answer("200 OK", PAGE))]).await;
    let fetched = fetch(&client(), &request(&site, "/page")).await;
    let wire = site.requests().remove(0).to_lowercase();
    let recorded = &fetched.answer().unwrap().request;
    assert_eq!(recorded.len(), 4);
    for header in recorded {
        let line = format!(
            "\r\n{}: {}\r\n",
            header.name,
            str::from_utf8(&header.value).unwrap()
        );
        assert!(wire.contains(&line.to_lowercase()), "{line} in {wire}");
    }
    // Request line, host, the four of ours, and nothing else: no cookie, no referer.
    assert_eq!(wire.trim_end().lines().count(), 6, "{wire}");
    assert!(
        wire.contains("accept-language: de, *;q=0.1") && wire.contains("accept-encoding: identity")
    );
}

#[tokio::test]
async fn slowness_ends_at_the_deadline() {
    let timed_out = "no whole answer within 1 s";
    check(vec![Act::Stall], timed_out, None).await;
    check(
        vec![
            Act::Say(b"HTTP/1.1 200 OK\r\n".to_vec()),
            Act::Drip(b"X".to_vec()),
        ],
        timed_out,
        None,
    )
    .await;
    check(
        vec![Act::Drip(b"HTTP/1.1 103 Early Hints\r\n\r\n".to_vec())],
        timed_out,
        None,
    )
    .await;
    let head = Act::Say(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\nbegin".to_vec());
    check(
        vec![head.clone(), Act::Stall],
        timed_out,
        Some(Truncation::Time),
    )
    .await;
    check(
        vec![head, Act::Drip(b"x".to_vec())],
        timed_out,
        Some(Truncation::Time),
    )
    .await;
}

#[tokio::test]
async fn what_is_too_large_is_cut() {
    let too_large = "the answer is larger than 65536 bytes";
    let endless = vec![
        Act::Say(b"HTTP/1.1 200 OK\r\n\r\n".to_vec()),
        Act::Repeat(vec![b'x'; 4096]),
    ];
    check(endless, too_large, Some(Truncation::Length)).await;
    check(
        answer("200 OK", &[b'x'; 65_537]),
        too_large,
        Some(Truncation::Length),
    )
    .await;
    let whole = look(answer("200 OK", &[b'x'; 65_536])).await;
    assert_eq!(whole.answer().unwrap().response.body.len(), 65_536);

    let lines =
        |count: usize, size: usize| format!("X-Big: {}\r\n", "x".repeat(size)).repeat(count);
    let head = |lines: String| raw(&format!("HTTP/1.1 200 OK\r\n{lines}\r\n"));
    check(
        head(lines(10, 8000)),
        "broken HTTP: headers of more than 65536 bytes",
        None,
    )
    .await;
    check(head(lines(300, 1)), "broken HTTP", None).await;
    check(head(lines(100, 8000)), "broken HTTP", None).await;
    let endless = vec![
        Act::Say(b"HTTP/1.1 200 OK\r\n".to_vec()),
        Act::Repeat(b"X: y\r\n".repeat(500)),
    ];
    check(endless, "broken HTTP", None).await;
}

#[tokio::test]
async fn what_breaks_off_is_never_a_page() {
    let cut = "the answer was cut off in transfer";
    check(
        raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
        cut,
        Some(Truncation::Disconnect),
    )
    .await;
    check(
        raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"),
        cut,
        Some(Truncation::Disconnect),
    )
    .await;
    check(raw("HTTP/1.1 200 OK\r\nContent-"), cut, None).await;
    check(vec![Act::Close], cut, None).await;
}

#[tokio::test]
async fn broken_http_is_an_error_with_a_reason() {
    let broken = "broken HTTP: ";
    check(raw("garbage\r\n\r\n"), broken, None).await;
    check(
        raw("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
        broken,
        None,
    )
    .await;
    check(
        raw("HTTP/1.1 200 OK\r\nContent-Length: -3\r\n\r\nabcd"),
        broken,
        None,
    )
    .await;
    check(
        raw("HTTP/1.1 200 OK\r\nLocation: /a\rb\r\n\r\n"),
        broken,
        None,
    )
    .await;
    check(
        raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx"),
        broken,
        Some(Truncation::Disconnect),
    )
    .await;
    check(raw("\u{0}\u{1}\u{2}"), broken, None).await;
}

#[tokio::test]
async fn only_200_is_an_answer_to_read() {
    for status in [
        201, 203, 204, 206, 300, 400, 403, 404, 410, 429, 451, 500, 502, 503, 599,
    ] {
        let body: &[u8] = if status == 204 { b"" } else { b"sorry" };
        let fetched = look(answer(&format!("{status} Odd"), body)).await;
        assert_eq!(fetched.problem, Some(Problem::Status(status)));
        assert_eq!(fetched.exchanges[0].response.body, body, "{status}");
    }
    check(
        raw("HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\nhalf"),
        "the server answered 404",
        Some(Truncation::Disconnect),
    )
    .await;
}

#[tokio::test]
async fn validators_go_back_as_they_came() {
    let site = Site::open([("/page", answer("304 Not Modified\r\nETag: \"x\"", b""))]).await;
    let validators = Validators {
        etag: Some("W/\"a-b, c\u{e4}\"".to_owned()),
        last_modified: Some("yesterday, about noon".to_owned()),
    };
    let asked = Request {
        validators: Some(validators),
        ..request(&site, "/page")
    };
    let fetched = fetch(&client(), &asked).await;
    assert_eq!(fetched.problem, None);
    assert_eq!(fetched.answer().unwrap().response.status, 304);
    let wire = site.requests().remove(0).to_lowercase();
    assert!(
        wire.contains("if-none-match: w/\"a-b, c\u{e4}\"\r\n"),
        "{wire}"
    );
    assert!(
        wire.contains("if-modified-since: yesterday, about noon\r\n"),
        "{wire}"
    );

    let nothing_known = Request {
        validators: Some(Validators::default()),
        ..request(&site, "/page")
    };
    for unasked in [request(&site, "/page"), nothing_known] {
        let fetched = fetch(&client(), &unasked).await;
        assert_eq!(fetched.problem, Some(Problem::UnaskedNotModified));
    }
}

#[tokio::test]
async fn a_host_that_asks_to_wait_is_left_alone() {
    let hand = Hand::new();
    let client = client_at(&hand);
    let site = Site::open([
        ("/page", answer("429 Slow Down\r\nRetry-After: 120", b"")),
        ("/other", answer("200 OK", PAGE)),
    ])
    .await;
    let until = "2026-01-05T08:02:00Z".parse().unwrap();
    let first = fetch(&client, &request(&site, "/page")).await;
    assert_eq!(
        (first.problem, first.retry_after),
        (Some(Problem::Status(429)), Some(until))
    );
    let second = fetch(&client, &request(&site, "/other")).await;
    assert_eq!(
        (second.problem, second.retry_after),
        (Some(Problem::Status(429)), Some(until))
    );
    assert!(second.exchanges.is_empty() && site.paths() == ["/page"]);
    hand.forward(SignedDuration::from_secs(120));
    let third = fetch(&client, &request(&site, "/other")).await;
    assert_eq!(third.problem, None);
}

#[tokio::test]
async fn every_hop_is_an_exchange() {
    let site = Site::open([
        ("/page", redirect("/b?c=d#part")),
        ("/b?c=d", redirect("e")),
        ("/e", answer("200 OK", PAGE)),
    ])
    .await;
    let fetched = fetch(&client(), &request(&site, "/page")).await;
    let urls: Vec<_> = fetched
        .exchanges
        .iter()
        .map(|exchange| exchange.url.path())
        .collect();
    assert_eq!((fetched.problem, urls), (None, vec!["/page", "/b", "/e"]));
}

#[tokio::test]
async fn a_loop_ends_after_five_redirects() {
    let site = Site::open([("/page", redirect("/other")), ("/other", redirect("/page"))]).await;
    let fetched = fetch(&client(), &request(&site, "/page")).await;
    assert_eq!(fetched.problem, Some(Problem::TooManyRedirects(5)));
    assert_eq!((fetched.exchanges.len(), site.paths().len()), (6, 6));
}

#[tokio::test]
async fn five_redirects_are_followed() {
    let hops = ["/page", "/1", "/2", "/3", "/4"];
    let ends = ["/1", "/2", "/3", "/4", "/5"];
    let mut script: Vec<_> = hops.into_iter().zip(ends.map(redirect)).collect();
    script.push(("/5", answer("200 OK", PAGE)));
    let site = Site::open(script).await;
    assert_eq!(
        fetch(&client(), &request(&site, "/page")).await.problem,
        None
    );
}

#[tokio::test]
async fn a_redirect_reaches_no_other_place() {
    let canary = Site::open([("/page", answer("200 OK", PAGE))]).await;
    let port = canary.port;
    let elsewhere = "redirected to another place";
    check(redirect("/"), elsewhere, None).await;
    check(
        redirect(&format!("http://127.0.0.1:{port}/page")),
        elsewhere,
        None,
    )
    .await;
    for host in [
        "127.0.0.2",
        "2130706434",
        "0x7f.2",
        "localhost",
        "[::ffff:127.0.0.2]",
        "①②⑦.⓪.⓪.②",
        "127。0。0。2",
        "10.0.0.1",
    ] {
        check(
            redirect(&format!("http://{host}:{port}/page")),
            elsewhere,
            None,
        )
        .await;
    }
    let unusable = "redirect without a usable address";
    for location in [
        "file:///etc/passwd",
        "http://a@127.0.0.1/",
        "ftp://127.0.0.1/",
        "http:\\\\127.0.0.2/",
        "",
        "/a\tb",
        "http://[::1",
    ] {
        check(redirect(location), unusable, None).await;
    }
    check(answer("302 Found", b""), unusable, None).await;
    assert!(canary.paths().is_empty());
}

#[tokio::test]
async fn the_gate_refuses_every_spelling_before_a_packet_leaves() {
    let canary = Site::open([]).await;
    let strict = Client::new(Settings {
        gate: Gate::default(),
        ..client().settings().clone()
    })
    .unwrap();
    for host in [
        "127.0.0.1",
        "2130706433",
        "0177.0.0.1",
        "0x7f.1",
        "127.1",
        "[::ffff:127.0.0.1]",
        "①②⑦.⓪.⓪.①",
        "127。0。0。1",
        "localhost",
    ] {
        let mut asked = obeying(&canary, "/page");
        asked.url = format!("http://{host}:{}/page", canary.port)
            .parse()
            .unwrap();
        let fetched = fetch(&strict, &asked).await;
        let Some(Problem::Refused { rule, .. }) = &fetched.problem else {
            panic!("{host}: {:?}", fetched.problem);
        };
        assert!(rule.starts_with("loopback "), "{host}: {rule}");
    }
    assert!(canary.paths().is_empty());
}

#[tokio::test]
async fn a_broken_tls_never_falls_back_to_http() {
    let site = Site::open([("/page", answer("200 OK", PAGE))]).await;
    let plain = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let port = plain.local_addr().unwrap().port();
    let calls = tokio::spawn(async move {
        let (mut stream, _) = plain.accept().await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .await
            .unwrap();
        tokio::time::timeout(Duration::from_millis(200), plain.accept())
            .await
            .is_ok()
    });
    let mut asked = request(&site, "/page");
    asked.url = format!("https://127.0.0.1:{port}/page").parse().unwrap();
    let fetched = fetch(&client(), &asked).await;
    assert!(
        matches!(fetched.problem, Some(Problem::Tls(_))),
        "{:?}",
        fetched.problem
    );
    assert!(!calls.await.unwrap(), "a second connection was made");
}

#[tokio::test]
async fn a_closed_port_is_unreachable() {
    let port = {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        listener.local_addr().unwrap().port()
    };
    let site = Site::open([]).await;
    let mut asked = request(&site, "/page");
    asked.url.set_port(Some(port)).unwrap();
    let fetched = fetch(&client(), &asked).await;
    assert!(
        matches!(fetched.problem, Some(Problem::Unreachable(_))),
        "{:?}",
        fetched.problem
    );
}

fn gzip(size: usize) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&vec![b'0'; size]).unwrap();
    packed.finish().unwrap()
}

#[tokio::test]
async fn a_bomb_is_measured_by_what_it_unpacks_to() {
    let coded = |body: &[u8]| answer("200 OK\r\nContent-Encoding: gzip", body);
    let bomb = gzip(8 * 1024 * 1024);
    assert!(bomb.len() < 16 * 1024);
    let two_members = [gzip(40_000), gzip(40_000)].concat();
    let small = gzip(60_000);
    let site = Site::open([
        ("/bomb", coded(&bomb)),
        ("/two", coded(&two_members)),
        ("/small", coded(&small)),
        ("/odd", coded(b"no gzip")),
    ])
    .await;
    let client = client();
    let ask = |path| Request {
        coding: Coding::Gzip,
        ..request(&site, path)
    };
    for path in ["/bomb", "/two"] {
        let fetched = fetch(&client, &ask(path)).await;
        assert_eq!(fetched.problem, Some(Problem::TooLarge(65_536)), "{path}");
        assert_eq!(
            fetched.exchanges[0].response.truncated,
            Some(Truncation::Length)
        );
    }
    assert_eq!(
        fetch(&client, &ask("/small"))
            .await
            .answer()
            .unwrap()
            .response
            .body,
        small
    );
    assert_eq!(
        fetch(&client, &ask("/odd"))
            .await
            .answer()
            .unwrap()
            .response
            .body,
        b"no gzip"
    );
    // Not asked for: kept as it came, never unpacked; whoever reads the page complains.
    let unasked = fetch(&client, &request(&site, "/bomb")).await;
    assert_eq!(unasked.answer().unwrap().response.body, bomb);
}

#[tokio::test]
async fn robots_txt_is_asked_once_a_day_and_obeyed() {
    let hand = Hand::new();
    let client = client_at(&hand);
    let rules = b"User-agent: *\nDisallow: /\n\nUser-agent: vermerk\nDisallow: /secret\n";
    let site = Site::open([
        ("/robots.txt", answer("200 OK", rules)),
        ("/page", answer("200 OK", PAGE)),
        ("/hop", redirect("/secret")),
    ])
    .await;
    let first = fetch(&client, &obeying(&site, "/page")).await;
    assert_eq!((first.problem.as_ref(), first.exchanges.len()), (None, 2));
    assert_eq!(first.exchanges[0].url.path(), "/robots.txt");
    let forbidden = fetch(&client, &obeying(&site, "/secret")).await;
    assert_eq!(
        (forbidden.problem, forbidden.exchanges.len()),
        (Some(Problem::RobotsForbid), 0)
    );
    let hop = fetch(&client, &obeying(&site, "/hop")).await;
    assert_eq!(hop.problem, Some(Problem::RobotsForbid));
    assert_eq!(site.paths(), ["/robots.txt", "/page", "/hop"]);
    hand.forward(SignedDuration::from_hours(24));
    assert_eq!(
        fetch(&client, &obeying(&site, "/page"))
            .await
            .exchanges
            .len(),
        2
    );
}

/// What comes of a page behind this robots.txt: the beginning of the problem, and the paths asked.
async fn check_robots(robots: Vec<Act>, problem: &str, paths: &[&str]) {
    let site = Site::open([
        ("/robots.txt", robots),
        (
            "/moved",
            answer("200 OK", b"User-agent: *\nDisallow: /page"),
        ),
        ("/page", answer("200 OK", PAGE)),
    ])
    .await;
    let fetched = fetch(&client(), &obeying(&site, "/page")).await;
    let text = fetched
        .problem
        .map(|problem| problem.to_string())
        .unwrap_or_default();
    assert!(
        text.starts_with(problem) && text.is_empty() == problem.is_empty(),
        "{text:?} is not {problem:?}"
    );
    assert_eq!(site.paths(), paths);
}

#[tokio::test]
async fn a_robots_txt_that_cannot_be_read_may_forbid_us() {
    let both = ["/robots.txt", "/page"];
    let alone = ["/robots.txt"];
    check_robots(answer("404 Not Found", b""), "", &both).await;
    check_robots(
        answer("403 Forbidden", b"User-agent: *\nDisallow: /"),
        "",
        &both,
    )
    .await;
    check_robots(answer("200 OK", b"<html>welcome</html>"), "", &both).await;
    check_robots(
        answer("500 Oh", b""),
        "robots.txt could not be read (the server answered 500)",
        &alone,
    )
    .await;
    check_robots(
        answer("429 Oh", b""),
        "robots.txt could not be read (the server answered 429)",
        &alone,
    )
    .await;
    check_robots(
        raw("garbage\r\n\r\n"),
        "robots.txt could not be read (broken HTTP",
        &alone,
    )
    .await;
    check_robots(
        vec![Act::Stall],
        "robots.txt could not be read (no whole answer",
        &alone,
    )
    .await;
    check_robots(
        redirect("/moved"),
        "robots.txt forbids this address",
        &["/robots.txt", "/moved"],
    )
    .await;
    check_robots(
        redirect("http://10.0.0.1/robots.txt"),
        "connection to 10.0.0.1 refused by rule: private",
        &alone,
    )
    .await;
    let compiled = "Disallow: /a$\n".repeat(20_000);
    check_robots(
        answer("200 OK", compiled.as_bytes()),
        "robots.txt could not be read (more than",
        &alone,
    )
    .await;
}

#[tokio::test]
async fn of_a_huge_robots_txt_the_first_half_mebibyte_counts() {
    let mut rules = b"User-agent: *\nDisallow: /page\n".to_vec();
    rules.resize(2 * 1024 * 1024, b'#');
    check_robots(
        answer("200 OK", &rules),
        "robots.txt forbids this address",
        &["/robots.txt"],
    )
    .await;
    // The cut goes through a rule; half of it would forbid the page.
    let mut cut = b"#".repeat(512 * 1024 - 12);
    cut.extend_from_slice(b"\nDisallow: /page-of-others\n");
    check_robots(answer("200 OK", &cut), "", &["/robots.txt", "/page"]).await;
}

#[tokio::test]
async fn a_failed_robots_txt_is_not_asked_again_at_once() {
    let hand = Hand::new();
    let client = client_at(&hand);
    let site = Site::open([("/robots.txt", answer("500 Oh", b""))]).await;
    for _ in 0..3 {
        let fetched = fetch(&client, &obeying(&site, "/page")).await;
        assert!(matches!(
            fetched.problem,
            Some(Problem::RobotsUnavailable(_))
        ));
    }
    assert_eq!(site.paths().len(), 1);
    hand.forward(SignedDuration::from_mins(5));
    fetch(&client, &obeying(&site, "/page")).await;
    assert_eq!(site.paths().len(), 2);
}

#[tokio::test]
async fn crawl_delay_lengthens_the_pause() {
    let rules = b"User-agent: *\nCrawl-delay: 0.05\n";
    let site = Site::open([
        ("/robots.txt", answer("200 OK", rules)),
        ("/page", answer("200 OK", PAGE)),
    ])
    .await;
    let begun = Instant::now();
    fetch(&client(), &obeying(&site, "/page")).await;
    assert!(begun.elapsed() >= Duration::from_millis(50));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_host_is_asked_one_thing_at_a_time() {
    let site = Site::open([("/page", answer("200 OK", PAGE))]).await;
    let client = client();
    let asked = obeying(&site, "/page");
    let looks = (0..20).map(|_| fetch(&client, &asked));
    let fetched = futures_util::future::join_all(looks).await;
    assert!(fetched.iter().all(|fetched| fetched.problem.is_none()));
    assert_eq!(site.most_at_once(), 1);
    let robots = site
        .paths()
        .iter()
        .filter(|path| *path == "/robots.txt")
        .count();
    assert_eq!(robots, 1, "asked once, however many come at once");
}
