//! Real pages through real time: every version looked at twice over HTTP, the clock at its date, against the gold table beside it.
//!
//! The histories are read in place from `../shared`; where that folder is absent the tests say so and are skipped.

use std::collections::BTreeSet;
use std::path::PathBuf;

use jiff::Timestamp;
use vermerk::model::{Change, ChangeKind, Look, Told};
use vermerk::pipeline::Visited;

use crate::world::{Answer, World};

/// One row of a gold table.
struct Version {
    file: PathBuf,
    at: Timestamp,
    /// What really changed, in the table's words.
    gold: String,
}

/// What was counted.
#[derive(Default)]
struct Score {
    found: BTreeSet<String>,
    missed: BTreeSet<String>,
    false_alarms: BTreeSet<String>,
    held: usize,
}

#[tokio::test(flavor = "multi_thread")]
async fn travel_levels_of_canada_are_told_once_and_their_timestamps_never() {
    let Some(versions) = history("canada-travel-levels") else {
        return;
    };
    let score = play(
        CANADA,
        "/index.json",
        "application/json",
        &versions,
        |version| {
            let levels = version.gold.split("; ").filter_map(|part| {
                let (name, rest) = part.split_once(": ")?;
                rest.contains(" -> ").then(|| name.to_owned())
            });
            let renamed = version
                .gold
                .contains("added Israel and Palestine")
                .then(|| "Israel and Palestine".to_owned());
            levels.chain(renamed).collect()
        },
    )
    .await;
    score.print("canada-travel-levels");
    assert!(score.missed.is_empty() && score.false_alarms.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn ministers_are_told_by_name_the_placeholder_is_held_and_the_reshuffle_comes_as_one() {
    let Some(versions) = history("uk-ministers") else {
        return;
    };
    let score = play(
        MINISTERS,
        "/government/ministers",
        "text/html; charset=utf-8",
        &versions,
        |version| names_after(&version.gold, "role text changed "),
    )
    .await;
    score.print("uk-ministers");
    assert!(score.missed.is_empty() && score.false_alarms.is_empty());
    assert!(score.held >= 8, "each placeholder day is held");
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_of_a_city_page_in_latin_9_are_told_and_its_moving_parts_never() {
    let Some(versions) = history("giessen-faq") else {
        return;
    };
    let score = play(GIESSEN, "/faq.html", "text/html", &versions, |version| {
        let real = version.gold.contains("text lines added");
        real.then(|| "text".to_owned()).into_iter().collect()
    })
    .await;
    score.print("giessen-faq");
    assert!(score.missed.is_empty() && score.false_alarms.is_empty());
}

const CANADA: &str = r#"
id = "canada"
url = "{{url}}"
language = "en"
title = "Travel levels"
publisher = "Government of Canada"
every = "1m"
confirm_after = "10m"
[recipe]
kind = "json"
entries = "$[*]"
title = "$.destination"
teaser = "$.risk_level"
link = "$.details_url"
key = "link"
"#;

const MINISTERS: &str = r#"
id = "ministers"
url = "{{url}}"
language = "en"
title = "Ministers"
publisher = "UK Government"
every = "1m"
confirm_after = "10m"
[recipe]
kind = "list"
entries = "li.app-person"
title = "a.app-person-link"
teaser = "p.app-person__roles"
link = "a.app-person-link"
key = "link"
"#;

const GIESSEN: &str = r#"
id = "giessen"
url = "{{url}}"
language = "de"
title = "Fragen und Antworten"
publisher = "Stadt Gießen"
every = "1m"
confirm_after = "10m"
[recipe]
kind = "list"
entries = ".mitteilungen_detail div:has(> h2.toggler-title)"
title = "h2.toggler-title"
teaser = ".toggler-container"
introduction = ".mitteilungen_detail > div > p, .iframe-message p, section.mitteilungen h4"
key = "title"
"#;

/// The rows of a gold table, or a word on why there are none.
fn history(name: &str) -> Option<Vec<Version>> {
    let shared = std::env::var_os("VERMERK_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared")),
        PathBuf::from,
    );
    let folder = shared.join("data/histories-dev").join(name);
    let Ok(table) = std::fs::read_to_string(folder.join("README.md")) else {
        println!("skipped: {} is absent", folder.display());
        return None;
    };
    let rows = table.lines().filter(|line| line.starts_with("| v0"));
    let version = |row: &str| {
        let cells: Vec<&str> = row
            .trim_matches('|')
            .splitn(5, '|')
            .map(str::trim)
            .collect();
        Version {
            file: folder.join(cells[0]),
            at: cells[2].parse().unwrap(),
            gold: cells[4].to_owned(),
        }
    };
    Some(rows.map(version).collect())
}

/// Serves one version after another and compares what was told with what the table says.
async fn play(
    page: &str,
    path: &str,
    content_type: &'static str,
    versions: &[Version],
    expected: impl Fn(&Version) -> BTreeSet<String>,
) -> Score {
    let answer = |version: &Version| Answer {
        status: 200,
        content_type,
        body: std::fs::read(&version.file).unwrap(),
    };
    let world = World::new(page, path, answer(&versions[0]), versions[0].at).await;
    let mut score = Score::default();
    for version in versions {
        world.show(answer(version));
        let looks = world.look_twice(version.at).await;
        let held = |look: &Visited| matches!(look.look, Look::Held(_));
        score.held += usize::from(!looks.is_empty() && looks.iter().all(held));
        let told: Vec<&Change> = looks.iter().flat_map(told).collect();
        score.add(version, &expected(version), &told);
    }
    score
}

fn told(visited: &Visited) -> impl Iterator<Item = &Change> {
    visited
        .changes
        .iter()
        .filter(|change| change.told != Told::Nobody)
}

impl Score {
    fn add(&mut self, version: &Version, expected: &BTreeSet<String>, told: &[&Change]) {
        let name = version
            .file
            .file_stem()
            .unwrap()
            .to_string_lossy()
            .into_owned();
        let mass = told
            .iter()
            .any(|change| change.told == Told::ReadersTogether);
        if mass {
            self.mass(&name, told);
            return;
        }
        let mut unmatched: BTreeSet<&str> =
            told.iter().map(|change| change.title.as_str()).collect();
        for real in expected {
            let hit = if real == "text" {
                !told.is_empty()
            } else {
                unmatched.remove(real.as_str())
            };
            let what = format!("{name}: {real}");
            if hit {
                self.found.insert(what)
            } else {
                self.missed.insert(what)
            };
        }
        if !expected.contains("text") {
            self.false_alarms
                .extend(unmatched.iter().map(|title| format!("{name}: {title}")));
        }
    }

    /// A reshuffle: the table gives its figures.
    fn mass(&mut self, name: &str, told: &[&Change]) {
        let count = |kind: ChangeKind| {
            told.iter()
                .filter(|change| change.difference.kind() == kind)
                .count()
        };
        println!(
            "{name}: one grouped change: {} appeared, {} vanished, {} renamed, {} altered",
            count(ChangeKind::Appeared),
            count(ChangeKind::Vanished),
            count(ChangeKind::Renamed),
            count(ChangeKind::Altered)
        );
        self.found.insert(format!("{name}: reshuffle"));
    }

    fn print(&self, name: &str) {
        println!(
            "{name}: {} found, {} missed, {} false, {} versions held",
            self.found.len(),
            self.missed.len(),
            self.false_alarms.len(),
            self.held
        );
        for missed in &self.missed {
            println!("  missed {missed}");
        }
        for alarm in &self.false_alarms {
            println!("  false {alarm}");
        }
    }
}

/// `role text changed 2: A, B` → A and B.
fn names_after(gold: &str, label: &str) -> BTreeSet<String> {
    if gold.contains("added 20") {
        return BTreeSet::new();
    }
    let list = gold
        .split_once(label)
        .and_then(|(_, rest)| rest.split_once(": "));
    list.map_or_else(BTreeSet::new, |(_, names)| {
        names
            .split(", ")
            .map(|name| name.trim().to_owned())
            .collect()
    })
}
