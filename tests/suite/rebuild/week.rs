//! A week of a small topic page, played with the clock moved by hand: changes, failures, 304s, a redirect, a hold.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};
use tempfile::TempDir;
use vermerk::commands::Installation;
use vermerk::model::{Digest, Verdict};
use vermerk::pipeline::{self, LEASE};
use vermerk::store::{HoldScope, Store};

use crate::world::{JSON_LINES, SETTINGS, install};

const BEGIN: &str = "2024-09-09T06:00:00Z";

/// What the site shows now.
#[derive(Clone)]
struct Shown {
    /// Key, name, teaser.
    entries: Vec<[String; 3]>,
    articles: BTreeMap<String, String>,
    status: u16,
    /// An article that has moved on to another address.
    moved: Option<String>,
}

pub struct Week {
    pub folder: TempDir,
    pub config: PathBuf,
    /// Looks that were recorded.
    pub looks: usize,
}

impl Week {
    pub async fn play() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let shown = Arc::new(Mutex::new(first()));
        let page = PAGE.replace("{{site}}", &serve(Arc::clone(&shown)).await);
        let settings = format!("{SETTINGS}{JSON_LINES}");
        let config = install(folder.path(), &settings, &[("page", &page)]);
        let installation = Installation::read(Some(&config)).unwrap();
        Store::create(&installation.database())
            .await
            .unwrap()
            .close()
            .await;
        let begin: Timestamp = BEGIN.parse().unwrap();
        let now = Arc::new(Mutex::new(begin));
        let hand = Arc::clone(&now);
        // A clock that moves on a little at each glance, as real ones do.
        let clock = Arc::new(move || {
            let mut now = hand.lock().unwrap();
            *now += SignedDuration::from_millis(7);
            *now
        });
        let road = installation.road(clock).await.unwrap();
        let watched = installation.pages[0].clone();
        let mut looks = 0;
        for quarter in 0..7 * 24 * 4 {
            let at = begin + SignedDuration::from_mins(15 * quarter);
            *now.lock().unwrap() = at;
            turn(&mut shown.lock().unwrap(), quarter);
            for visit in road.store.due(at, LEASE, 9).await.unwrap() {
                pipeline::visit(&road, &watched, visit).await.unwrap();
                looks += 1;
            }
            if quarter == 5 * 96 + 20 {
                let held = road.store.holds(HoldScope::Open).await.unwrap();
                let decided = pipeline::decide(&road, &watched, held[0].id, Verdict::Accept).await;
                println!("decided: {:?}", decided.unwrap());
                looks += 1;
            }
            while pipeline::deliver(&road).await.unwrap().is_some() {}
        }
        road.archive.close().await.unwrap();
        road.store.close().await;
        Self {
            folder,
            config,
            looks,
        }
    }

    pub fn vermerk(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vermerk"));
        command
            .arg("--config")
            .arg(&self.config)
            .args(arguments)
            .env_remove("VERMERK_CONFIG");
        command
    }

    /// What a command prints, with how it must end.
    #[track_caller]
    pub fn ask(&self, arguments: &[&str], code: i32) -> String {
        let output = self.vermerk(arguments);
        let text = String::from_utf8(output.stdout).unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{text}\n{errors}");
        text
    }

    pub async fn database(&self) -> SqliteConnection {
        let options = SqliteConnectOptions::new().filename(self.folder.path().join("vermerk.db"));
        options.connect().await.unwrap()
    }

    /// How many rows a table has.
    pub async fn count(&self, table: &str) -> i64 {
        let sql = format!("SELECT count(*) FROM {table}");
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .fetch_one(&mut self.database().await)
            .await
            .unwrap()
    }

    /// The address of the page.
    pub fn list(&self) -> String {
        let page = std::fs::read_to_string(self.folder.path().join("config/pages/page.toml"));
        let page = page.unwrap();
        let line = page.lines().find_map(|line| line.strip_prefix("url = "));
        line.unwrap().trim_matches('"').to_owned()
    }

    /// The page file, read with another selector of entries.
    pub fn page_file(&self, entries: &str) -> PathBuf {
        let file = self.folder.path().join("changed.toml");
        let page = std::fs::read_to_string(self.folder.path().join("config/pages/page.toml"));
        let page = page.unwrap().replace("main > div", entries);
        std::fs::write(&file, page).unwrap();
        file
    }
}

fn first() -> Shown {
    let entry = |key: &str, name: &str, teaser: &str| [key, name, teaser].map(str::to_owned);
    let entries = vec![
        entry(
            "ke",
            "Kenia",
            "Mit Kenia wird über ein Abkommen verhandelt.",
        ),
        entry(
            "co",
            "Kolumbien",
            "Mit Kolumbien gibt es eine gemeinsame Erklärung.",
        ),
        entry(
            "uz",
            "Usbekistan",
            "Die Gespräche mit Usbekistan dauern an.",
        ),
        entry("in", "Indien", "Das Abkommen mit Indien ist in Kraft."),
        entry(
            "ge",
            "Georgien",
            "Das Abkommen mit Georgien wurde am 19. Dezember 2023 unterzeichnet.",
        ),
    ];
    let article = |entry: &[String; 3]| (entry[0].clone(), format!("{} Näheres folgt.", entry[2]));
    Shown {
        articles: entries.iter().map(article).collect(),
        entries,
        status: 200,
        moved: None,
    }
}

/// What happens in which quarter of an hour.
fn turn(shown: &mut Shown, quarter: i64) {
    let (day, slot) = (quarter / 96, quarter % 96);
    match (day, slot) {
        (1, 10) => {
            let signed = "Das Abkommen mit Kenia wurde am 13. September 2024 unterzeichnet.";
            signed.clone_into(&mut shown.entries[0][2]);
            shown
                .articles
                .insert("ke".to_owned(), format!("{signed} Es gilt für Fachkräfte."));
        }
        // Four hours of a broken server.
        (2, 8) => shown.status = 503,
        (2, 24) => shown.status = 200,
        // Seen once and gone again.
        (3, 4) => "Kolumbien (Entwurf)".clone_into(&mut shown.entries[1][1]),
        (3, 5) => "Kolumbien".clone_into(&mut shown.entries[1][1]),
        (3, 40) => shown.moved = Some("uz".to_owned()),
        (4, 4) => {
            shown.entries.push(
                [
                    "md",
                    "Moldau",
                    "Mit der Republik Moldau wurde ein Abkommen paraphiert.",
                ]
                .map(str::to_owned),
            );
            shown.articles.insert(
                "md".to_owned(),
                "Ein Abkommen mit der Republik Moldau wurde paraphiert.".to_owned(),
            );
        }
        (4, 60) => shown.entries.rotate_left(2),
        // Every teaser at once: a hold, which is accepted.
        (5, 8) => {
            for entry in &mut shown.entries {
                entry[2] = format!(
                    "Neue Fassung der Seite: {} im Überblick, ganz anders gesagt.",
                    entry[1]
                );
            }
        }
        (6, 30) => shown.entries.retain(|entry| entry[0] != "ge"),
        _ => {}
    }
}

async fn serve(shown: Arc<Mutex<Shown>>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let site = Router::new().fallback(answer).with_state(shown);
    tokio::spawn(async move { axum::serve(listener, site).await });
    format!("http://{address}")
}

async fn answer(State(shown): State<Arc<Mutex<Shown>>>, uri: Uri, asked: HeaderMap) -> Response {
    let shown = shown.lock().unwrap().clone();
    let path = uri.path();
    if path == "/robots.txt" {
        return StatusCode::NOT_FOUND.into_response();
    }
    if shown.status != 200 {
        return StatusCode::from_u16(shown.status).unwrap().into_response();
    }
    let key = path.trim_start_matches("/land/");
    if shown.moved.as_deref() == Some(key) {
        return (StatusCode::FOUND, [("location", format!("/neu/{key}"))]).into_response();
    }
    let body = if path == "/liste" {
        list(&shown)
    } else {
        match shown.articles.get(key.trim_start_matches("/neu/")) {
            Some(text) => html(&format!("<div class=\"text\"><p>{text}</p></div>")),
            None => return StatusCode::NOT_FOUND.into_response(),
        }
    };
    let tag = format!("\"{}\"", Digest::of(body.as_bytes()));
    if asked
        .get("if-none-match")
        .is_some_and(|known| known.as_bytes() == tag.as_bytes())
    {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    (
        [
            ("content-type", "text/html; charset=utf-8".to_owned()),
            ("etag", tag),
        ],
        body,
    )
        .into_response()
}

fn list(shown: &Shown) -> String {
    let entries = shown.entries.iter().map(|[key, name, teaser]| {
        format!(
            "<div id=\"{key}\"><h2><a href=\"/land/{key}\">{name}</a></h2><p>{teaser}</p></div>"
        )
    });
    html(&entries.collect::<String>())
}

fn html(main: &str) -> String {
    format!(
        "<!doctype html><html lang=\"de\"><head><title>Partnerländer</title></head><body><main>{main}</main></body></html>"
    )
}

const PAGE: &str = r#"
id = "abkommen"
url = "{{site}}/liste"
language = "de"
title = "Abkommen"
publisher = "Amt"
every = "1h"
confirm_after = "10m"
[recipe]
kind = "list"
entries = "main > div"
title = "h2"
teaser = "p"
link = "h2 > a"
key = "country"
follow = "main > .text"
"#;
