//! What a server may answer, and what it is called.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use tokio::task::JoinSet;
use url::Url;

use super::{NOW, PAGE, asking, check, client, hurried, look, request};
use crate::fetch::fetch;
use crate::fetch::site::{Act, Site, answer, raw};
use crate::model::{Coding, Problem, Request, Truncation, Validators};

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
        answer("200 OK", &vec![b'x'; 65_537]),
        too_large,
        Some(Truncation::Length),
    )
    .await;
    let whole = look(answer("200 OK", &vec![b'x'; 65_536])).await;
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
    let nothing = "broken HTTP: the connection was closed before an answer came";
    check(raw("HTTP/1.1 200 OK\r\nContent-"), nothing, None).await;
    check(vec![Act::Close], nothing, None).await;
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn floods_of_interim_answers_hold_up_neither_deadline_nor_anything_else() {
    const SECONDS_OF_WORK: usize = 100;
    let interim = b"HTTP/1.1 100 Continue\r\n\r\n".repeat(4096);
    let client = client();
    let begun = Instant::now();
    let mut looks = JoinSet::new();
    for _ in 0..2 {
        let (url, _) = flood(interim.clone(), SECONDS_OF_WORK);
        let client = client.clone();
        looks.spawn(async move { fetch(&client, &hurried(asking(url))).await.problem });
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    let elsewhere = begun.elapsed();
    while let Some(problem) = looks.join_next().await {
        assert_eq!(problem.unwrap(), Some(Problem::TimedOut(1)));
    }
    let ended = begun.elapsed();
    // Far below the work that the floods would be.
    let short = Duration::from_secs(20);
    assert!(
        elsewhere < short && ended < short,
        "{elsewhere:?}, {ended:?}"
    );
}

#[tokio::test]
async fn a_connection_with_endless_interim_answers_ends_with_its_look() {
    let interim = format!(
        "HTTP/1.1 103 Early Hints\r\nLink: {}\r\n\r\n",
        "x".repeat(8000)
    );
    let (url, flood) = flood(interim.into_bytes().repeat(8), usize::MAX);
    let fetched = fetch(&client(), &hurried(asking(url))).await;
    assert_eq!(fetched.problem, Some(Problem::TimedOut(1)));
    let ended = tokio::task::spawn_blocking(|| flood.join().unwrap());
    let ended = tokio::time::timeout(Duration::from_secs(20), ended).await;
    ended.expect("an end").unwrap();
}

/// A server on a thread of its own that says the same so many times; and when that has found an end.
fn flood(piece: Vec<u8>, times: usize) -> (Url, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let serve = move || {
        let (mut stream, _) = listener.accept().unwrap();
        // What comes before the question is no answer.
        assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
        let _ = (0..times).try_for_each(|_| stream.write_all(&piece));
    };
    let url = Url::parse(&format!("http://127.0.0.1:{port}/page")).unwrap();
    (url, std::thread::spawn(serve))
}
