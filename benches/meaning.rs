//! Throughput of reading statements, beside a pass that only counts the words of the same text in the same run.
//!
//! `cargo bench --bench meaning`; `docs/performance.md` explains the table.

use std::fs;
use std::hint::black_box;
use std::time::{Duration, Instant};

use unicode_segmentation::UnicodeSegmentation;
use vermerk::interpret::{Lexicon, Passage, statements};
use vermerk::model::{Extent, Language};

const ROUNDS: usize = 5;

fn main() {
    let begun = Instant::now();
    let lexicon = Lexicon::bundled();
    println!(
        "lexicon read in {:.1} ms",
        begun.elapsed().as_secs_f64() * 1e3
    );
    println!(
        "{:28} {:>9} {:>9} {:>9} {:>8} {:>11} {:>9}",
        "text", "bytes", "MB/s", "words", "ratio", "statements", "peak MiB"
    );
    let page = page();
    for megabytes in [0.1, 1.0, 10.0] {
        row(
            "sentences of the replica",
            &repeated(&page, megabytes),
            lexicon,
        );
    }
    for (name, piece) in HARD {
        for megabytes in [0.1, 1.0] {
            row(name, &repeated(piece, megabytes), lexicon);
        }
    }
}

/// Texts of which a reader could take far too long.
const HARD: &[(&str, &str)] = &[
    (
        "no full stop",
        "und mit Kenia wird ein Abkommen vorbereitet ",
    ),
    (
        "no verb, no stop",
        "das Migrationsabkommen mit Kenia und Georgien ",
    ),
    ("commas only", "Kenia, Georgien, Usbekistan, "),
    ("nested quotes", "„er sagte: „das Abkommen sei „"),
    ("nested brackets", "(das Abkommen (mit Kenia "),
    ("stops only", ". "),
    ("one word", "abkommen"),
    ("dates only", "am 13. September 2024 bis 1. "),
    ("auxiliaries only", "soll worden sein haben werden "),
];

/// The sentences of the replica's pages.
fn page() -> String {
    let file =
        fs::read_to_string("fixtures/replica/texts.toml").expect("run in the project's folder");
    let texts: toml::Table = file.parse().expect("the fixture is well formed");
    let countries = texts["country"].as_array().into_iter().flatten();
    let versions =
        countries.flat_map(|country| country["version"].as_array().into_iter().flatten());
    let mut page = String::new();
    for version in versions {
        let leads = version.get("lead").into_iter();
        let paragraphs = version
            .get("status")
            .and_then(|status| status.as_array())
            .into_iter()
            .flatten();
        for text in leads.chain(paragraphs).filter_map(toml::Value::as_str) {
            page.push_str(text);
            page.push(' ');
        }
    }
    page
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sizes are small and positive"
)]
fn repeated(piece: &str, megabytes: f64) -> String {
    piece.repeat((megabytes * 1e6) as usize / piece.len() + 1)
}

fn row(name: &str, text: &str, lexicon: &Lexicon) {
    let language = Language::parse("de").expect("a language");
    let passage = Passage {
        text,
        language: &language,
        extent: Extent::Whole,
        reference: None,
        partner: None,
    };
    let found = statements(lexicon, &passage).len();
    let reading = best(|| statements(lexicon, black_box(&passage)).len());
    let counting = best(|| black_box(text).unicode_words().count());
    println!(
        "{name:28} {:>9} {:>9.1} {:>9.1} {:>8.1} {found:>11} {:>9}",
        text.len(),
        speed(text, reading),
        speed(text, counting),
        reading.as_secs_f64() / counting.as_secs_f64(),
        peak(),
    );
}

/// The best of some rounds: the rest is what other programs did to it.
fn best(work: impl Fn() -> usize) -> Duration {
    let round = || {
        let begun = Instant::now();
        black_box(work());
        begun.elapsed()
    };
    (0..ROUNDS).map(|_| round()).min().unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "a table for people")]
fn speed(text: &str, time: Duration) -> f64 {
    text.len() as f64 / 1e6 / time.as_secs_f64()
}

/// The most memory the process ever had, where the system tells.
fn peak() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes: Option<u64> =
        line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
    kilobytes.map_or_else(
        || "-".to_owned(),
        |kilobytes| (kilobytes / 1024).to_string(),
    )
}
