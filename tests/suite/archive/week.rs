//! A week of polling the replica in a few seconds: changes, errors, redirects, chunked, gzip and 304 answers.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Response, StatusCode, Uri, header};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::stream;
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use vermerk::archive::Settings;
use vermerk::commands::Installation;
use vermerk::demo::replica::{self, Asked, Dress, TOPIC_PATH};
use vermerk::model::{Capture, Digest};
use vermerk::pipeline::{self, LEASE, Road};
use vermerk::store::Store;

use crate::world::{SETTINGS, install};

/// Looks a week has: one every three hours.
const LOOKS: usize = 56;

/// What the week left behind.
pub struct Week {
    pub config: PathBuf,
    pub settings: Settings,
    /// Of both pages, oldest first.
    pub captures: Vec<Capture>,
    /// Of the topic page.
    pub topic: String,
    pub from: Timestamp,
    pub to: Timestamp,
}

/// The week, played once for all tests.
pub fn week() -> &'static Week {
    static WEEK: OnceLock<Week> = OnceLock::new();
    WEEK.get_or_init(|| {
        let played = std::thread::spawn(|| {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(play())
        });
        played.join().unwrap()
    })
}

/// How the site answers at one look.
#[derive(Debug, Clone, Copy)]
enum Mood {
    /// With an `ETag`; 304 where it is known.
    Plain,
    Broken,
    Moved,
    Chunked,
}

const MOODS: [Mood; 7] = [
    Mood::Plain,
    Mood::Plain,
    Mood::Broken,
    Mood::Moved,
    Mood::Chunked,
    Mood::Plain,
    Mood::Chunked,
];

async fn play() -> Week {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("week");
    let _ = fs::remove_dir_all(&folder);
    let look = Arc::new(Mutex::new(0));
    let site = serve(Arc::clone(&look)).await;
    let config = write(&folder, &site);
    let installation = Installation::read(Some(&config)).unwrap();
    Store::create(&installation.database())
        .await
        .unwrap()
        .close()
        .await;
    let from: Timestamp = "2024-09-30T00:00:03Z".parse().unwrap();
    let now = Arc::new(Mutex::new(from));
    let hand = Arc::clone(&now);
    let road = installation
        .road(Arc::new(move || *hand.lock().unwrap()))
        .await
        .unwrap();
    for number in 0..LOOKS {
        *look.lock().unwrap() = number;
        let hours = SignedDuration::from_hours(3 * i64::try_from(number).unwrap());
        // The due look, and the second one that some of them ask for.
        for minutes in [0, 15] {
            *now.lock().unwrap() = from + hours + SignedDuration::from_mins(minutes);
            look_at_all(&road, &installation).await;
        }
        let at = *now.lock().unwrap();
        road.archive.end_days(at).await.unwrap();
        installation.upkeep().sign(at).await.unwrap();
    }
    let to = from + SignedDuration::from_hours(24 * 7);
    *now.lock().unwrap() = to;
    road.archive.end_days(to).await.unwrap();
    installation.upkeep().sign(to).await.unwrap();
    let mut captures = Vec::new();
    for watched in &installation.pages {
        captures.extend(road.store.captures(&watched.page.id, None).await.unwrap());
    }
    road.archive.clone().close().await.unwrap();
    Week {
        config,
        settings: installation.archive_settings(),
        captures,
        topic: format!("http://{site}/{TOPIC_PATH}"),
        from,
        to,
    }
}

async fn look_at_all(road: &Road, installation: &Installation) {
    let now = (road.clock)();
    for visit in road.store.due(now, LEASE, 10).await.unwrap() {
        let mut pages = installation.pages.iter();
        let watched = pages.find(|one| one.page.id == visit.page).unwrap();
        pipeline::visit(road, watched, visit).await.unwrap();
    }
}

async fn serve(look: Arc<Mutex<usize>>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let base = format!("http://{address}/");
    let site = Router::new()
        .fallback(answer)
        .with_state((look, Arc::new(base)));
    tokio::spawn(async move { axum::serve(listener, site).await });
    address
}

async fn answer(
    State((look, base)): State<(Arc<Mutex<usize>>, Arc<String>)>,
    uri: Uri,
    headers: HeaderMap,
) -> Response<Body> {
    let look = *look.lock().unwrap();
    let path = uri.path().trim_start_matches('/');
    let moved = path.strip_prefix("neu/");
    let Some(body) = document(look, moved.unwrap_or(path), &base) else {
        return with(404, Body::from("nichts"), &[]);
    };
    if path == "dokument.html" {
        let gzip = [(header::CONTENT_ENCODING, "gzip".to_owned())];
        return with(200, Body::from(packed(&body)), &gzip);
    }
    let tag = format!("\"{}\"", &Digest::of(body.as_bytes()).hex()[..16]);
    let known = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|told| told.as_bytes() == tag.as_bytes());
    let tagged = [(header::ETAG, tag)];
    match MOODS[look % MOODS.len()] {
        Mood::Broken => with(503, Body::from(format!("Wartung {look}")), &[]),
        Mood::Moved if moved.is_none() => {
            let to = [(header::LOCATION, format!("{base}neu/{path}"))];
            with(302, Body::from("umgezogen"), &to)
        }
        Mood::Plain | Mood::Moved if known => with(304, Body::empty(), &tagged),
        Mood::Plain | Mood::Moved => with(200, Body::from(body), &tagged),
        Mood::Chunked => {
            let chunks: Vec<Result<Bytes, std::io::Error>> = body
                .as_bytes()
                .chunks(1000)
                .map(|chunk| Ok(Bytes::copy_from_slice(chunk)))
                .collect();
            with(200, Body::from_stream(stream::iter(chunks)), &[])
        }
    }
}

fn document(look: usize, path: &str, base: &str) -> Option<String> {
    let day = if look < 30 {
        date(2024, 9, 16)
    } else {
        date(2024, 10, 7)
    };
    let state = replica::State {
        day,
        dress: Dress::Plain,
    };
    if path == "dokument.html" {
        return Some(format!("<main>Fassung {}</main>", look / 10));
    }
    let path = path.split(';').next()?;
    replica::render(state, path, Asked { base, number: 0 })
}

fn with(status: u16, body: Body, headers: &[(header::HeaderName, String)]) -> Response<Body> {
    let mut response = Response::builder()
        .status(StatusCode::from_u16(status).unwrap())
        .header(header::CONTENT_TYPE, "text/html; charset=utf-8")
        .header("set-cookie", "sitzung=1")
        .header("strict-transport-security", "max-age=1");
    for (name, value) in headers {
        response = response.header(name, value);
    }
    response.body(body).unwrap()
}

fn packed(body: &str) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(body.as_bytes()).unwrap();
    packer.finish().unwrap()
}

fn write(folder: &Path, site: &str) -> PathBuf {
    let topic = replica::PAGE_FILE
        .replace("{{url}}", &format!("http://{site}/{TOPIC_PATH}"))
        .lines()
        .map(|line| match line.split_once('=') {
            Some((name, _)) if name.trim() == "every" => "every = \"3h\"\n".to_owned(),
            _ => format!("{line}\n"),
        })
        .collect::<String>();
    let document = DOCUMENT.replace("{{site}}", site);
    let pages = [("topic", topic.as_str()), ("document", &document)];
    install(folder, &format!("{SETTINGS}{WEB}"), &pages)
}

const DOCUMENT: &str = r#"
id = "document"
url = "http://{{site}}/dokument.html"
title = "Dokument"
publisher = "Amt"
language = "de"
every = "3h"
gzip = true
[recipe]
kind = "document"
text = "main"
"#;

const WEB: &str = r#"
[web]
listen = "127.0.0.1:8080"
base_url = "https://vermerk.example.org"
"#;
