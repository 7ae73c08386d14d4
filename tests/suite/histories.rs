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
    let Some(versions) = history("canada-travel-levels") else { return };
    let score = play(CANADA, "/index.json", "application/json", &versions, |version| {
        let levels = version.gold.split("; ").filter_map(|part| {
            let (name, rest) = part.split_once(": ")?;
            rest.contains(" -> ").then(|| name.to_owned())
        });
        let renamed = version.gold.contains("added Israel and Palestine").then(|| "Israel and Palestine".to_owned());
        levels.chain(renamed).collect()
    })
    .await;
    score.print("canada-travel-levels");
    assert!(score.missed.is_empty() && score.false_alarms.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn ministers_are_told_by_name_the_placeholder_is_held_and_the_reshuffle_comes_as_one() {
    let Some(versions) = history("uk-ministers") else { return };
    let score = play(MINISTERS, "/government/ministers", "text/html; charset=utf-8", &versions, |version| {
        names_after(&version.gold, "role text changed ")
    })
    .await;
    score.print("uk-ministers");
    assert!(score.missed.is_empty() && score.false_alarms.is_empty());
    assert!(score.held >= 8, "each placeholder day is held");
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_of_a_city_page_in_latin_9_are_told_and_its_moving_parts_never() {
    let Some(versions) = history("giessen-faq") else { return };
    let score = play(GIESSEN, "/faq.html", "text/html", &versions, |version| {
        let real = version.gold.contains("text lines added");
        real.then(|| "text".to_owned()).into_iter().collect()
    })
    .await;
    score.print("giessen-faq");
    assert!(score.missed.is_empty() && score.false_alarms.is_empty());
}
