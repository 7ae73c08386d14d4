//! Clients that are slow, that stand still, and that come in crowds, over real sockets.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use vermerk::web::Limits;

use super::open::Open;
use crate::world::{Answer, TOPIC, World};

/// Of the archived page.
const SIZE: usize = 3_000_000;

#[tokio::test]
async fn whoever_stands_still_is_cut_off_and_whoever_is_slow_gets_everything() {
    let stalled = Duration::from_secs(1);
    let limits = Limits {
        connections: 1,
        stalled,
        ..Limits::default()
    };
    let site = site(&[], limits).await;
    let page = &site.world.watched.page;
    let captures = site.world.road.store.captures(&page.id, Some(&page.url));
    let bytes = format!("/captures/{}/bytes", captures.await.unwrap()[0].id);

    // It takes the only place, asks, and never reads; so the next one is served when it is gone.
    let mut still = connect(&site, "127.0.0.1").await;
    ask(&mut still, &bytes, "").await;
    let begun = tokio::time::Instant::now();
    let mut slow = connect(&site, "127.0.0.1").await;
    ask(&mut slow, &bytes, "connection: close\r\n").await;
    let mut answer = Vec::with_capacity(SIZE);
    let mut part = vec![0; 16 * 1024];
    loop {
        let read = slow.read(&mut part).await.unwrap();
        if read == 0 {
            break;
        }
        answer.extend_from_slice(&part[..read]);
        tokio::time::sleep(Duration::from_millis(8)).await;
    }
    assert!(
        answer.len() > SIZE,
        "cut off after {} bytes, {:?}",
        answer.len(),
        begun.elapsed()
    );
    assert!(begun.elapsed() > 2 * stalled, "both took their time");
    drop(still);
}

#[tokio::test]
async fn who_has_all_its_places_is_told_so_and_others_are_served() {
    let site = site(&[], Limits::default()).await;
    let of_one = Limits::default().of_one;
    let mut crowd = Vec::new();
    for _ in 0..of_one {
        crowd.push(connect(&site, "127.0.0.1").await);
    }
    let mut last = connect(&site, "127.0.0.1").await;
    let refused = get(&mut last, "/", "").await;
    assert!(refused.starts_with("HTTP/1.1 429"), "{refused}");
    for owed in ["retry-after: 30", "connection: close", "default-src 'none'"] {
        assert!(refused.contains(owed), "{owed}: {refused}");
    }
    assert!(refused.contains("Too many requests come from your line"));
    let mut other = connect(&site, "127.0.0.2").await;
    for one in [&mut other, &mut crowd[0]] {
        let served = get(one, "/", "connection: close\r\n").await;
        assert!(served.starts_with("HTTP/1.1 200"), "{served}");
    }
}

#[tokio::test]
async fn many_who_never_finish_asking_do_not_keep_the_places() {
    let limits = Limits {
        connections: 32,
        of_one: 4,
        ..Limits::default()
    };
    let site = site(&[], limits).await;
    let mut crowd = Vec::new();
    for number in 0..limits.connections {
        let mut one = connect(&site, &format!("127.0.1.{}", number / limits.of_one + 1)).await;
        one.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n")
            .await
            .unwrap();
        crowd.push(one);
    }
    let begun = tokio::time::Instant::now();
    for _ in 0..4 {
        let mut reader = connect(&site, "127.0.0.2").await;
        // Where places are rare, nobody keeps one for later.
        let served = get(&mut reader, "/", "").await;
        assert!(served.starts_with("HTTP/1.1 200"), "{served}");
    }
    assert!(begun.elapsed() < limits.head / 2, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn through_a_proxy_each_client_counts_for_itself() {
    let limits = Limits {
        of_one: 1,
        ..Limits::default()
    };
    let site = site(&["127.0.0.0/8"], limits).await;
    // The answer to the first is under way while its form is awaited.
    let mut first = connect(&site, "127.0.0.1").await;
    let head = "POST /subscribe HTTP/1.1\r\nhost: x\r\nx-forwarded-for: 198.51.100.1\r\n\
                expect: 100-continue\r\ncontent-length: 10\r\n\r\n";
    first.write_all(head.as_bytes()).await.unwrap();
    let mut go_on = [0; 12];
    first.read_exact(&mut go_on).await.unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100");
    for (client, expected) in [
        ("198.51.100.1", "HTTP/1.1 429"),
        ("198.51.100.2", "HTTP/1.1 200"),
        ("192.0.2.9, 198.51.100.1", "HTTP/1.1 429"),
    ] {
        let mut next = connect(&site, "127.0.0.1").await;
        let told = format!("x-forwarded-for: {client}\r\nconnection: close\r\n");
        let answer = get(&mut next, "/", &told).await;
        assert!(answer.starts_with(expected), "{client}: {answer}");
    }
}

async fn site(proxies: &[&str], limits: Limits) -> Open {
    let start = "2024-09-01T06:00:00Z".parse().unwrap();
    let list = "<ul><li><b>Kenia</b><p>Text</p></li></ul>";
    let answer = Answer {
        status: 200,
        content_type: "text/html; charset=utf-8",
        body: format!("{list}<!-- {} -->", "x".repeat(SIZE)).into_bytes(),
    };
    let world = World::new(TOPIC, "/", answer, start).await;
    world.look_at(start).await;
    Open::behind(world, proxies, limits).await
}

/// A connection from an address of its own, whose system takes little ahead of its reader.
async fn connect(site: &Open, from: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(16 * 1024).unwrap();
    socket.bind(format!("{from}:0").parse().unwrap()).unwrap();
    let address = site.base.trim_start_matches("http://");
    socket.connect(address.parse().unwrap()).await.unwrap()
}

async fn ask(stream: &mut TcpStream, path: &str, fields: &str) {
    let head = format!("GET {path} HTTP/1.1\r\nhost: x\r\n{fields}\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
}

/// The answer to the end of the connection, which the server closes.
async fn get(stream: &mut TcpStream, path: &str, fields: &str) -> String {
    ask(stream, path, fields).await;
    let mut answer = String::new();
    let read = stream.read_to_string(&mut answer);
    let read = tokio::time::timeout(Duration::from_secs(8), read).await;
    read.expect("the server ends it").unwrap();
    answer
}
