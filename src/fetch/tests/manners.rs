//! How a host is treated: robots.txt, pauses, one thing at a time.

use std::time::{Duration, Instant};

use jiff::SignedDuration;

use super::{Hand, PAGE, client, client_at, hurried, means_to_be_slow, obeying, request};
use crate::fetch::fetch;
use crate::fetch::site::{Act, Site, answer, raw, redirect};
use crate::model::Problem;

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
    let is_slow = means_to_be_slow(&robots);
    let site = Site::open([
        ("/robots.txt", robots),
        (
            "/moved",
            answer("200 OK", b"User-agent: *\nDisallow: /page"),
        ),
        ("/page", answer("200 OK", PAGE)),
    ])
    .await;
    let mut asked = obeying(&site, "/page");
    if is_slow {
        asked = hurried(asked);
    }
    let fetched = fetch(&client(), &asked).await;
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
