//! Where a request may go, and where none ever goes.

use std::time::Duration;

use super::{PAGE, check, client, look, obeying, request};
use crate::fetch::site::{Site, answer, redirect};
use crate::fetch::{Client, Settings, fetch};
use crate::gate::Gate;
use crate::model::{Problem, Request, Validators};

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
async fn validators_go_to_the_address_they_came_from_and_to_no_other() {
    let site = Site::open([
        ("/page", redirect("/b")),
        ("/b", answer("304 Not Modified", b"")),
    ])
    .await;
    let validators = Validators {
        etag: Some("\"a\"".to_owned()),
        last_modified: Some("Fri, 13 Sep 2024 12:00:00 GMT".to_owned()),
    };
    let asked = Request {
        validators: Some(validators),
        ..request(&site, "/page")
    };
    let fetched = fetch(&client(), &asked).await;
    assert_eq!(fetched.problem, Some(Problem::UnaskedNotModified));
    let conditional = |head: &String| head.contains("if-none-match");
    let requests = site.requests();
    assert_eq!(
        requests.iter().map(conditional).collect::<Vec<_>>(),
        [true, false]
    );
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
    check(
        redirect(&format!("http://localhost:{port}/page")),
        elsewhere,
        None,
    )
    .await;
    for host in [
        "127.0.0.2",
        "2130706434",
        "0177.2",
        "0x7f.2",
        "①②⑦.⓪.⓪.②",
        "127。0。0。2",
        "[::ffff:127.0.0.2]",
        "[::1]",
    ] {
        let location = format!("http://{host}:{port}/page");
        let begun = look(redirect(&location)).await;
        let Some(Problem::Refused { rule, .. }) = begun.problem else {
            panic!("{location}: {:?}", begun.problem);
        };
        assert!(rule.starts_with("loopback "), "{location}: {rule}");
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
