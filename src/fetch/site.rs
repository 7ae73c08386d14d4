//! A hostile web site on a loopback port: it says what its script says, byte for byte, broken or not.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// One thing the site does after it has read a request; a script that ends leaves the connection open.
#[derive(Clone)]
pub enum Act {
    Say(Vec<u8>),
    /// The same bytes until the client has had enough.
    Repeat(Vec<u8>),
    /// The same bytes, slowly.
    Drip(Vec<u8>),
    /// Nothing, until the client goes.
    Stall,
    Close,
}

/// Paths and what is done there; a path that is not listed is not found.
pub struct Site {
    pub port: u16,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    requests: Mutex<Vec<String>>,
    now: AtomicUsize,
    most: AtomicUsize,
}

type Script = HashMap<&'static str, Vec<Act>>;

impl Site {
    pub async fn open(script: impl IntoIterator<Item = (&'static str, Vec<Act>)>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Seen::default());
        tokio::spawn(serve(
            listener,
            Arc::new(script.into_iter().collect()),
            seen.clone(),
        ));
        Self { port, seen }
    }

    pub fn url(&self, path: &str) -> Url {
        Url::parse(&format!("http://127.0.0.1:{}{path}", self.port)).unwrap()
    }

    /// The requests as they came, heads only.
    pub fn requests(&self) -> Vec<String> {
        self.seen.requests.lock().unwrap().clone()
    }

    /// The paths that were asked for, in order.
    pub fn paths(&self) -> Vec<String> {
        self.requests()
            .iter()
            .map(|head| path(head).to_owned())
            .collect()
    }

    /// Most requests that were in work at one time.
    pub fn most_at_once(&self) -> usize {
        self.seen.most.load(Ordering::SeqCst)
    }
}

/// An answer with its length.
pub fn answer(head: &str, body: &[u8]) -> Vec<Act> {
    let mut bytes =
        format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    vec![Act::Say(bytes)]
}

pub fn redirect(location: &str) -> Vec<Act> {
    answer(&format!("302 Found\r\nLocation: {location}"), b"")
}

/// Bytes as they are, then the end of the connection.
pub fn raw(text: &str) -> Vec<Act> {
    vec![Act::Say(text.as_bytes().to_vec()), Act::Close]
}

async fn serve(listener: TcpListener, script: Arc<Script>, seen: Arc<Seen>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(converse(stream, script.clone(), seen.clone()));
    }
}

async fn converse(mut stream: TcpStream, script: Arc<Script>, seen: Arc<Seen>) {
    while let Some(head) = read_head(&mut stream).await {
        let now = seen.now.fetch_add(1, Ordering::SeqCst) + 1;
        seen.most.fetch_max(now, Ordering::SeqCst);
        let missing = answer("404 Not Found", b"");
        let acts = script.get(path(&head)).unwrap_or(&missing);
        seen.requests.lock().unwrap().push(head.clone());
        // Others get the chance to come while this one is in work.
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
        seen.now.fetch_sub(1, Ordering::SeqCst);
        for act in acts {
            if play(&mut stream, act).await.is_none() {
                return;
            }
        }
    }
}

async fn play(stream: &mut TcpStream, act: &Act) -> Option<()> {
    match act {
        Act::Say(bytes) => stream.write_all(bytes).await.ok(),
        Act::Repeat(bytes) => {
            while stream.write_all(bytes).await.is_ok() {}
            None
        }
        Act::Drip(bytes) => {
            while stream.write_all(bytes).await.is_ok() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            None
        }
        Act::Stall => {
            let _ = stream.read_u8().await;
            None
        }
        Act::Close => {
            let _ = stream.shutdown().await;
            None
        }
    }
}

async fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    String::from_utf8(head).ok()
}

fn path(head: &str) -> &str {
    head.split(' ').nth(1).unwrap_or_default()
}
