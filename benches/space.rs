//! Bytes that each version of a page costs, beside git and zstd with the same texts, in one run.
//!
//! `cargo bench --bench space`; `docs/performance.md` has the figures.
//! Real histories are read in place from `../shared`; where they are absent that is said.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use jiff::{SignedDuration, Timestamp};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};
use vermerk::model::Entry;
use world::{Answer, World};

#[expect(dead_code, reason = "the tests use the rest")]
#[path = "../tests/suite/world.rs"]
mod world;

const EDITS: usize = 300;
const LEVEL: i32 = 19;

/// Versions of one page, and how it is read.
struct History {
    name: &'static str,
    page: String,
    path: &'static str,
    content_type: &'static str,
    bodies: Vec<Vec<u8>>,
}

#[tokio::main]
async fn main() {
    let mut histories = vec![generated()];
    histories.extend([
        real("giessen-faq", "html", "text/html", "kind = \"document\"\ntext = \"body\""),
        real("uk-ministers", "html", "text/html; charset=utf-8", "kind = \"document\"\ntext = \"main\""),
        real(
            "canada-travel-levels",
            "json",
            "application/json",
            "kind = \"json\"\nentries = \"$[*]\"\ntitle = \"$.destination\"\nteaser = \"$.risk_level\"\nlink = \"$.details_url\"\nkey = \"link\"",
        ),
    ].into_iter().flatten());
    for history in &histories {
        measure(history).await;
    }
}

async fn measure(history: &History) {
    let first = Answer {
        status: 200,
        content_type: history.content_type,
        body: history.bodies[0].clone(),
    };
    let world = World::new(&history.page, history.path, first, at(0)).await;
    let mut texts: Vec<String> = Vec::new();
    for (step, body) in history.bodies.iter().enumerate() {
        world.show(Answer {
            status: 200,
            content_type: history.content_type,
            body: body.clone(),
        });
        world.look_twice(at(step)).await;
        let known = world
            .road
            .store
            .memory(&world.watched.page.id)
            .await
            .unwrap();
        let text = text(&known.snapshot.map_or_else(Vec::new, |known| known.entries));
        if texts.last() != Some(&text) {
            texts.push(text);
        }
    }
    let state = world.archive.folder.parent().unwrap().to_owned();
    let mut database = SqliteConnectOptions::new()
        .filename(state.join("vermerk.db"))
        .connect()
        .await
        .unwrap();
    let length = texts.iter().map(String::len).sum::<usize>() / texts.len();
    println!(
        "\n{}: {} versions of {length} bytes of text",
        history.name,
        texts.len()
    );
    let line = |what: &str, bytes: usize| println!("  {what:52} {:>8}", bytes / texts.len());
    println!("  {:52} {:>8}", "", "bytes a version");
    let changes = "SELECT sum(length(body) + length(digest)) FROM change";
    line(
        "vermerk: texts of the changes, packed",
        ask(&mut database, changes).await,
    );
    let tables = "SELECT sum(pgsize) FROM dbstat WHERE name IN (SELECT name FROM sqlite_schema WHERE tbl_name = 'change')";
    line(
        "vermerk: the table of changes with its indexes",
        ask(&mut database, tables).await,
    );
    let whole = "SELECT sum(pgsize) FROM dbstat";
    line(
        "vermerk: the whole database",
        ask(&mut database, whole).await,
    );
    line(
        "vermerk: the archive (WARC, every answer)",
        size(&world.archive.folder),
    );
    let [plain, aggressive] = git(&texts);
    line("git gc", plain);
    line("git gc --aggressive", aggressive);
    line(
        "zstd -19, each version alone",
        texts.iter().map(|text| packed(text.as_bytes(), b"")).sum(),
    );
    let pairs = texts
        .windows(2)
        .map(|pair| packed(pair[1].as_bytes(), pair[0].as_bytes()));
    line(
        "zstd -19 --patch-from the version before",
        pairs.sum::<usize>() + packed(texts[0].as_bytes(), b""),
    );
    line(
        "zstd -19 --long, all versions as one (no version alone)",
        packed(texts.concat().as_bytes(), b""),
    );
    by_table(&mut database, texts.len()).await;
}

/// Where the bytes of the database lie.
async fn by_table(database: &mut SqliteConnection, versions: usize) {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "SELECT tbl_name, sum(pgsize) AS bytes FROM dbstat JOIN sqlite_schema USING (name)
         GROUP BY 1 ORDER BY bytes DESC LIMIT 5",
    )
    .fetch_all(database)
    .await
    .unwrap();
    let versions = i64::try_from(versions).unwrap();
    let table = |(name, bytes): (String, i64)| format!("{name} {}", bytes / versions);
    let tables: Vec<String> = rows.into_iter().map(table).collect();
    println!("  largest tables: {}", tables.join(", "));
}

async fn ask(database: &mut SqliteConnection, sql: &'static str) -> usize {
    let bytes: i64 = sqlx::query_scalar(sql).fetch_one(database).await.unwrap();
    usize::try_from(bytes).unwrap()
}

/// All that is read of a page, as one text.
fn text(entries: &[Entry]) -> String {
    let lines = entries.iter().flat_map(|entry| {
        let article = entry
            .article
            .as_ref()
            .map_or("", |article| article.as_str());
        [entry.title.as_str(), entry.teaser.as_str(), article]
    });
    lines.map(|line| format!("{line}\n")).collect()
}

fn packed(text: &[u8], base: &[u8]) -> usize {
    let mut encoder = zstd::Encoder::with_ref_prefix(Vec::new(), LEVEL, base).unwrap();
    encoder.window_log(27).unwrap();
    encoder.long_distance_matching(true).unwrap();
    encoder.write_all(text).unwrap();
    let packed = encoder.finish().unwrap();
    let mut decoder = zstd::Decoder::with_ref_prefix(packed.as_slice(), base).unwrap();
    let mut again = Vec::new();
    decoder.read_to_end(&mut again).unwrap();
    assert!(again == text, "every text comes back");
    packed.len()
}

/// One commit for each version; what is left after both ways of tidying up.
fn git(texts: &[String]) -> [usize; 2] {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let done = Command::new("git")
            .args([
                "-c",
                "user.name=a",
                "-c",
                "user.email=a@localhost",
                "-c",
                "gc.auto=0",
            ])
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .expect("git is installed");
        assert!(done.status.success(), "git {arguments:?}");
    };
    run(&["init", "-q"]);
    for text in texts {
        std::fs::write(folder.path().join("page.txt"), text).unwrap();
        run(&["add", "page.txt"]);
        run(&["commit", "-q", "--allow-empty", "-m", "v"]);
    }
    let objects = folder.path().join(".git/objects");
    run(&["gc", "-q", "--prune=now"]);
    let plain = size(&objects);
    run(&["gc", "-q", "--aggressive", "--prune=now"]);
    [plain, size(&objects)]
}

fn size(folder: &Path) -> usize {
    let mut bytes = 0;
    for found in std::fs::read_dir(folder).unwrap() {
        let found = found.unwrap();
        let about = found.metadata().unwrap();
        bytes += if about.is_dir() {
            size(&found.path())
        } else {
            usize::try_from(about.len()).unwrap()
        };
    }
    bytes
}

fn page(recipe: &str) -> String {
    format!(
        "id = \"topic\"\nurl = \"{{{{url}}}}\"\ntitle = \"Topic\"\npublisher = \"Ministry\"\nlanguage = \"de\"\n\
         every = \"1h\"\n[recipe]\n{recipe}\n"
    )
}

/// The versions of a real page that others kept.
fn real(
    name: &'static str,
    ending: &str,
    content_type: &'static str,
    recipe: &str,
) -> Option<History> {
    let shared = std::env::var_os("VERMERK_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared")),
        PathBuf::from,
    );
    let folder = shared.join("data/histories-dev").join(name);
    let Ok(files) = std::fs::read_dir(&folder) else {
        println!("SKIPPED: {} is absent", folder.display());
        return None;
    };
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|found| found == ending));
    files.sort();
    let language = if name == "giessen-faq" { "de" } else { "en" };
    Some(History {
        name,
        page: page(recipe).replace("\"de\"", &format!("\"{language}\"")),
        path: "/page",
        content_type,
        bodies: files
            .iter()
            .map(|file| std::fs::read(file).unwrap())
            .collect(),
    })
}

/// A page with an introduction and twelve entries, in which each version has one word changed.
fn generated() -> History {
    let words = [
        "Vertrag",
        "Gespräch",
        "Visum",
        "Fachkraft",
        "Ausbildung",
        "Rückkehr",
        "Sprache",
        "Verfahren",
    ];
    let sentence = |seed: usize| {
        let word = |place: usize| words[(seed * 31 + place * place * 7 + place) % words.len()];
        format!(
            "Zu {} und {} heißt es, {} und {} Nr. {} gehören zusammen. ",
            word(1),
            word(2),
            word(3),
            word(4),
            seed * 7919 % 9973
        )
    };
    let entry = |place: usize, step: usize| {
        let turn = (step + 11 - place) / 12;
        let text: String = (0..5).map(|line| sentence(place * 50 + line)).collect();
        format!(
            "<li><b>Land {place}</b><p>{text}Stand ist der {turn}. Bericht. {}</p></li>",
            sentence(place)
        )
    };
    let body = |step: usize| {
        let introduction: String = (0..20).map(|line| sentence(1000 + line)).collect();
        let entries: String = (0..12).map(|place| entry(place, step)).collect();
        format!("<main><div>{introduction}</div><ul>{entries}</ul></main>").into_bytes()
    };
    History {
        name: "generated, one small edit each",
        page: page(
            "kind = \"list\"\nentries = \"li\"\ntitle = \"b\"\nteaser = \"p\"\nintroduction = \"div\"\nkey = \"title\"",
        ),
        path: "/",
        content_type: "text/html; charset=utf-8",
        bodies: (0..EDITS).map(body).collect(),
    }
}

fn at(step: usize) -> Timestamp {
    let start: Timestamp = "2024-01-01T06:00:00Z".parse().expect("a timestamp");
    start + SignedDuration::from_hours(2 * i64::try_from(step).unwrap_or(0))
}
