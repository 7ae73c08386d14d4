//! The loopback site: a topic page with three countries, of which each state changes one.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::IntoResponse;
use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;
use tokio::sync::watch;

const COUNTRIES: [(&str, &str); 3] = [
    ("Ghana", "ghana"),
    ("Kenia", "kenia"),
    ("Marokko", "marokko"),
];

/// A state in which no page is there.
pub const GONE: u64 = u64::MAX;

pub struct Site {
    pub address: SocketAddr,
    desk: Arc<Desk>,
}

struct Desk {
    state: AtomicU64,
    requests: watch::Sender<u64>,
    /// From this request on nothing is answered.
    silent_from: watch::Sender<u64>,
}

impl Site {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let desk = Arc::new(Desk {
            state: AtomicU64::new(0),
            requests: watch::Sender::new(0),
            silent_from: watch::Sender::new(u64::MAX),
        });
        let router = Router::new().fallback(answer).with_state(Arc::clone(&desk));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, desk }
    }

    pub fn state(&self) -> u64 {
        self.desk.state.load(Ordering::SeqCst)
    }

    pub fn show(&self, state: u64) {
        self.desk.state.store(state, Ordering::SeqCst);
    }

    /// Keeps back the answers from that request on, until told `u64::MAX`.
    pub fn fall_silent(&self, from: u64) {
        self.desk.silent_from.send_replace(from);
    }

    /// How many requests have come; it can be waited on.
    pub fn requests(&self) -> watch::Receiver<u64> {
        self.desk.requests.subscribe()
    }
}

/// The words by which a state is known wherever they are told.
pub fn words(state: u64) -> String {
    format!("Runde{state:04}")
}

async fn answer(State(desk): State<Arc<Desk>>, uri: Uri, asked: HeaderMap) -> impl IntoResponse {
    let state = desk.state.load(Ordering::SeqCst);
    let body = match uri.path() {
        _ if state == GONE => None,
        "/migration/abkommen.html" => Some(topic(state)),
        path => country(path, state),
    };
    let mut number = 0;
    desk.requests.send_modify(|requests| {
        *requests += 1;
        number = *requests;
    });
    let mut silent_from = desk.silent_from.subscribe();
    // The desk outlives its answers.
    let _ = silent_from.wait_for(|from| number < *from).await;
    let body = body.unwrap_or_default();
    let etag = format!("\"{}\"", HEXLOWER.encode(&Sha256::digest(&body)));
    let known = asked
        .get(header::IF_NONE_MATCH)
        .is_some_and(|tag| tag.as_bytes() == etag.as_bytes());
    let kind = "text/html; charset=utf-8".to_owned();
    let headers = [(header::CONTENT_TYPE, kind), (header::ETAG, etag)];
    match (body.is_empty(), known) {
        (true, _) => (StatusCode::NOT_FOUND, headers, body),
        (false, true) => (StatusCode::NOT_MODIFIED, headers, String::new()),
        (false, false) => (StatusCode::OK, headers, body),
    }
}

fn topic(state: u64) -> String {
    let blocks = COUNTRIES.iter().enumerate().map(|(place, (name, slug))| {
        format!(
            "<div><h2><a href=\"/migration/{slug}.html\">{name}</a></h2><p>Mit {name} wird verhandelt: {}.</p></div>\n",
            words(newest(state, place)),
        )
    });
    let blocks: String = blocks.collect();
    format!(
        "<!doctype html><html lang=\"de\"><title>Abkommen</title><main><h1>Abkommen</h1>{blocks}</main></html>"
    )
}

fn country(path: &str, state: u64) -> Option<String> {
    let slug = path.strip_prefix("/migration/")?.strip_suffix(".html")?;
    let place = COUNTRIES.iter().position(|(_, known)| *known == slug)?;
    Some(format!(
        "<!doctype html><html lang=\"de\"><title>{slug}</title><main><h1>{slug}</h1><div class=\"text\">Die Verhandlungen stehen bei {} und gehen weiter.</div></main></html>",
        words(newest(state, place)),
    ))
}

/// The newest state that changed this country.
fn newest(state: u64, place: usize) -> u64 {
    let place = place as u64;
    let back = (state % 3 + 3 - place) % 3;
    state.saturating_sub(back)
}
