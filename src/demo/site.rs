//! The loopback site: serves the replica over HTTP in whatever state it is told to show.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::State as Extension;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::Response;
use axum::routing::get;
use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use url::Url;

use super::replica::{self, Asked, Dress, PAGE_FILE, State, TOPIC_PATH};

/// A running site. `stop` ends it after the answers under way; dropping it ends it as well.
#[derive(Debug)]
pub struct Site {
    address: SocketAddr,
    desk: Arc<Desk>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<io::Result<()>>,
}

/// One request that was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// As asked for, session id included.
    pub path: String,
    pub status: u16,
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status, self.path)
    }
}

impl Site {
    /// Serves `state` on `listener`.
    pub fn start(listener: TcpListener, state: State) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let desk = Arc::new(Desk {
            base: format!("http://{address}/"),
            board: Mutex::new(Board {
                state,
                requests: Vec::new(),
            }),
        });
        let router = Router::new()
            .fallback(get(answer))
            .with_state(Arc::clone(&desk));
        let (stop, stopped) = oneshot::channel();
        let served = axum::serve(listener, router).with_graceful_shutdown(async {
            // A sender that is gone means stop, too.
            let _ = stopped.await;
        });
        let task = tokio::spawn(served.into_future());
        Ok(Self {
            address,
            desk,
            stop,
            task,
        })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of the list.
    pub fn topic(&self) -> Result<Url, url::ParseError> {
        Url::parse(&self.desk.base)?.join(TOPIC_PATH)
    }

    /// The text of the page file that watches this site.
    pub fn page_file(&self) -> String {
        PAGE_FILE.replace("{{url}}", &format!("{}{TOPIC_PATH}", self.desk.base))
    }

    /// From the next request on, the site is in this state.
    pub fn show(&self, state: State) {
        self.desk.board().state = state;
    }

    /// Everything asked for so far, oldest first.
    pub fn requests(&self) -> Vec<Request> {
        self.desk.board().requests.clone()
    }

    /// Answers what is under way, then ends.
    pub async fn stop(self) -> io::Result<()> {
        // The site may have ended by itself; then there is nobody to tell.
        let _ = self.stop.send(());
        self.task.await.map_err(io::Error::other)?
    }
}

/// What all requests share.
#[derive(Debug)]
struct Desk {
    base: String,
    board: Mutex<Board>,
}

#[derive(Debug)]
struct Board {
    state: State,
    requests: Vec<Request>,
}

impl Desk {
    fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn answer(Extension(desk): Extension<Arc<Desk>>, uri: Uri, headers: HeaderMap) -> Response {
    let mut board = desk.board();
    let asked = Asked {
        base: &desk.base,
        number: u64::try_from(board.requests.len()).unwrap_or(u64::MAX),
    };
    let document = Document::at(board.state, uri.path(), asked);
    let response = document.respond(&headers);
    board.requests.push(Request {
        path: uri.path().to_owned(),
        status: response.status().as_u16(),
    });
    response
}

/// What stands at a path right now.
struct Document {
    status: StatusCode,
    kind: &'static str,
    body: String,
    /// Strong `ETag` and Last-Modified; only where the same state gives the same bytes.
    validators: Option<Validators>,
}

struct Validators {
    etag: String,
    modified: String,
}

impl Document {
    fn at(state: State, path: &str, asked: Asked<'_>) -> Self {
        let path = path.trim_start_matches('/');
        // The session id is a suffix of the path, not a query: no address may depend on it.
        let path = path.split(';').next().unwrap_or_default();
        if path == "robots.txt" {
            return Self::fixed(StatusCode::OK, "text/plain; charset=utf-8", ROBOTS);
        }
        match replica::render(state, path, asked) {
            Some(body) => Self::page(state, body),
            None => Self::fixed(StatusCode::NOT_FOUND, HTML, NOT_FOUND),
        }
    }

    fn page(state: State, body: String) -> Self {
        let still = matches!(state.dress, Dress::Plain | Dress::Relaunched);
        let validators = still.then(|| Validators {
            etag: format!("\"{}\"", HEXLOWER.encode(&Sha256::digest(&body))),
            modified: state.day.strftime("%a, %d %b %Y 05:00:00 GMT").to_string(),
        });
        Self {
            status: StatusCode::OK,
            kind: HTML,
            body,
            validators,
        }
    }

    fn fixed(status: StatusCode, kind: &'static str, body: &str) -> Self {
        Self {
            status,
            kind,
            body: body.to_owned(),
            validators: None,
        }
    }

    /// 304 without a body where the client has these very bytes (RFC 9110 section 13.1.2).
    fn respond(self, headers: &HeaderMap) -> Response {
        let mut response = Response::builder().header(header::CONTENT_TYPE, self.kind);
        let mut known = false;
        if let Some(Validators { etag, modified }) = self.validators {
            known = matches(headers, &etag);
            response = response
                .header(header::ETAG, etag)
                .header(header::LAST_MODIFIED, modified);
        }
        let (status, body) = if known {
            (StatusCode::NOT_MODIFIED, Body::empty())
        } else {
            (self.status, Body::from(self.body))
        };
        response
            .status(status)
            .body(body)
            .unwrap_or_else(|_| Response::new(Body::empty()))
    }
}

fn matches(headers: &HeaderMap, etag: &str) -> bool {
    let asked = headers.get_all(header::IF_NONE_MATCH);
    asked
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.split(','))
        .map(|tag| tag.trim().trim_start_matches("W/"))
        .any(|tag| tag == "*" || tag == etag)
}

const HTML: &str = "text/html; charset=utf-8";
const ROBOTS: &str = include_str!("../../fixtures/replica/robots.txt");
const NOT_FOUND: &str = include_str!("../../fixtures/replica/not-found.html");

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::demo::replica::country_path;
    use crate::demo::story::STORY;

    async fn site(state: State) -> Site {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Site::start(listener, state).unwrap()
    }

    const PLAIN: State = State {
        day: date(2024, 9, 16),
        dress: Dress::Plain,
    };

    async fn get(site: &Site, path: &str, etag: &str) -> reqwest::Response {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let url = format!("http://{}/{path}", site.address());
        let request = client.get(url).header("if-none-match", etag);
        request.send().await.unwrap()
    }

    #[tokio::test]
    async fn every_state_of_the_story_is_served() {
        let site = site(STORY[0].first).await;
        for step in STORY {
            site.show(step.first);
            for path in [TOPIC_PATH, &country_path("kenia")] {
                let response = get(&site, path, "").await;
                assert_eq!(response.status(), 200, "{}", step.name);
                assert_eq!(response.headers()["content-type"], HTML);
                let body = response.text().await.unwrap();
                let maintained = step.first.dress == Dress::Maintenance;
                assert_eq!(
                    body.contains("Wartungsarbeiten"),
                    maintained,
                    "{}",
                    step.name
                );
                let base = format!("<base href=\"http://{}/\"", site.address());
                assert_eq!(body.contains(&base), !maintained, "{}", step.name);
            }
        }
        site.stop().await.unwrap();
    }

    #[tokio::test]
    async fn a_page_that_is_known_is_answered_with_304_until_it_changes() {
        let site = site(PLAIN).await;
        let first = get(&site, TOPIC_PATH, "").await;
        let etag = first.headers()["etag"].to_str().unwrap().to_owned();
        assert!(etag.starts_with('"'), "a strong validator: {etag}");
        assert_eq!(
            first.headers()["last-modified"],
            "Mon, 16 Sep 2024 05:00:00 GMT"
        );
        let again = get(&site, TOPIC_PATH, &format!("\"other\", {etag}")).await;
        assert_eq!(again.status(), 304);
        assert_eq!(again.headers()["etag"], etag);
        assert_eq!(again.bytes().await.unwrap().len(), 0);
        site.show(State {
            day: date(2024, 10, 7),
            ..PLAIN
        });
        assert_eq!(get(&site, TOPIC_PATH, &etag).await.status(), 200);
    }

    #[tokio::test]
    async fn a_noisy_page_has_no_validator_and_never_the_same_bytes() {
        let site = site(State {
            dress: Dress::Noisy,
            ..PLAIN
        })
        .await;
        let first = get(&site, TOPIC_PATH, "*").await;
        assert_eq!(first.status(), 200);
        assert!(first.headers().get("etag").is_none());
        let second = get(&site, TOPIC_PATH, "").await;
        assert_ne!(first.text().await.unwrap(), second.text().await.unwrap());
    }

    #[tokio::test]
    async fn a_session_id_leads_to_the_same_page() {
        let site = site(PLAIN).await;
        let path = country_path("kenia");
        let bare = get(&site, &path, "").await.text().await.unwrap();
        let path = format!("{path};jsessionid=6E16.2_cid387?nn=9390260");
        let with_session = get(&site, &path, "").await;
        assert_eq!(with_session.text().await.unwrap(), bare);
    }

    #[tokio::test]
    async fn requests_are_logged_with_their_status() {
        let site = site(PLAIN).await;
        get(&site, "robots.txt", "").await;
        get(&site, "DE/no/such/page.html", "").await;
        let log: Vec<_> = site.requests().iter().map(ToString::to_string).collect();
        assert_eq!(log, ["200 /robots.txt", "404 /DE/no/such/page.html"]);
    }

    #[tokio::test]
    async fn the_page_file_names_this_site() {
        let site = site(PLAIN).await;
        let topic = site.topic().unwrap();
        assert!(site.page_file().contains(&format!("url = \"{topic}\"")));
        assert_eq!(get(&site, TOPIC_PATH, "").await.url(), &topic);
    }
}
