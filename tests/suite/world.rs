//! A complete installation in a folder of its own, a loopback site that shows what it is told, and a clock moved by hand.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::IntoResponse;
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use vermerk::commands::Installation;
use vermerk::pipeline::{self, LEASE, Road, Visited, Watched};
use vermerk::store::Store;

/// A list of countries, each with a name and a text.
pub const TOPIC: &str = r#"
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

/// The main file of an installation that reaches this machine alone; what is put behind it goes on with `[log]`.
pub const SETTINGS: &str = r#"state = ".."
[operator]
name = "test"
contact = "operator@localhost"
[fetch]
allow = ["127.0.0.0/8"]
pause = "0s"
jitter = "0s"
[log]
lines = false
"#;

/// Behind it: changes are told to a file in the state.
pub const JSON_LINES: &str = "json_lines = \"../changes.jsonl\"\n";

/// What the site answers at every address but robots.txt.
#[derive(Clone)]
pub struct Answer {
    pub status: u16,
    pub content_type: &'static str,
    pub body: Vec<u8>,
}

pub struct World {
    /// Removed with the world.
    folder: TempDir,
    pub road: Road,
    pub watched: Watched,
    pub archive: vermerk::archive::Settings,
    shown: Arc<Mutex<Answer>>,
    now: Arc<Mutex<Timestamp>>,
}

impl World {
    /// `page` is a page file with `{{url}}` for the site's address.
    pub async fn new(page: &str, path: &str, first: Answer, now: Timestamp) -> Self {
        let shown = Arc::new(Mutex::new(first));
        let url = format!("http://{}{path}", serve(Arc::clone(&shown)).await);
        let folder = tempfile::tempdir().unwrap();
        let page = page.replace("{{url}}", &url);
        let config = install(
            folder.path(),
            &format!("{SETTINGS}{JSON_LINES}"),
            &[("page", &page)],
        );
        let installation = Installation::read(Some(&config)).unwrap();
        Store::create(&installation.database())
            .await
            .unwrap()
            .close()
            .await;
        let now = Arc::new(Mutex::new(now));
        let hand = Arc::clone(&now);
        let road = installation
            .road(Arc::new(move || *hand.lock().unwrap()))
            .await
            .unwrap();
        Self {
            folder,
            road,
            watched: installation.pages[0].clone(),
            archive: installation.archive_settings(),
            shown,
            now,
        }
    }

    pub fn show(&self, answer: Answer) {
        *self.shown.lock().unwrap() = answer;
    }

    /// Starts again with other words in the page file.
    pub async fn restart_with(&mut self, words: &str, instead_of: &str) {
        let file = self.folder.path().join("config/pages/page.toml");
        let page = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, page.replace(instead_of, words)).unwrap();
        let config = self.folder.path().join("config/vermerk.toml");
        let installation = Installation::read(Some(&config)).unwrap();
        let hand = Arc::clone(&self.now);
        let clock = Arc::new(move || *hand.lock().unwrap());
        self.road = installation.road(clock).await.unwrap();
        self.watched = installation.pages[0].clone();
    }

    pub fn set_clock(&self, at: Timestamp) {
        *self.now.lock().unwrap() = at;
    }

    /// Takes the look that is due at an instant, if one is; its deliveries go out.
    pub async fn look_at(&self, at: Timestamp) -> Option<Visited> {
        *self.now.lock().unwrap() = at;
        let due = self.road.store.due(at, LEASE, 1).await.unwrap();
        let visit = due.into_iter().next()?;
        let visited = pipeline::visit(&self.road, &self.watched, visit)
            .await
            .unwrap();
        while pipeline::deliver(&self.road).await.unwrap().is_some() {}
        Some(visited)
    }

    /// Both looks at one state of the page: the due one, and the one that confirms it.
    pub async fn look_twice(&self, at: Timestamp) -> Vec<Visited> {
        let second = at + self.watched.page.confirm_after + SignedDuration::from_secs(30);
        let mut seen = Vec::new();
        seen.extend(self.look_at(at).await);
        seen.extend(self.look_at(second).await);
        seen
    }
}

/// Writes a main file, and page files that are named without their ending.
pub fn install(folder: &Path, settings: &str, pages: &[(&str, &str)]) -> PathBuf {
    let files = folder.join("config/pages");
    std::fs::create_dir_all(&files).unwrap();
    for (name, page) in pages {
        std::fs::write(files.join(format!("{name}.toml")), page).unwrap();
    }
    let config = folder.join("config/vermerk.toml");
    std::fs::write(&config, settings).unwrap();
    config
}

async fn serve(shown: Arc<Mutex<Answer>>) -> std::net::SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let site = Router::new().fallback(answer).with_state(shown);
    tokio::spawn(async move { axum::serve(listener, site).await });
    address
}

async fn answer(State(shown): State<Arc<Mutex<Answer>>>, uri: Uri) -> impl IntoResponse {
    if uri.path() == "/robots.txt" {
        return (StatusCode::NOT_FOUND, HeaderMap::new(), Vec::new());
    }
    let answer = shown.lock().unwrap().clone();
    let kind = HeaderValue::from_static(answer.content_type);
    let headers = HeaderMap::from_iter([(HeaderName::from_static("content-type"), kind)]);
    (
        StatusCode::from_u16(answer.status).unwrap(),
        headers,
        answer.body,
    )
}
