//! `docs/codebook.md` is made of the lexicon files and the examples beside them, and each sentence in it holds.
//!
//! `VERMERK_WRITE=1 cargo test codebook` writes it anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Deserialize;

use super::cues::{Cue, Sheet};
use super::words::{Conjugation, Forms, first_spelling};
use crate::interpret::dates::{self, Reference};
use crate::interpret::{DatePhrase, Lexicon, Passage, Rules, StageInfo, statements};
use crate::model::{Anchor, Extent, Language, Stage};

const BOOK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/codebook.md");

/// The lexicon files, by the languages that the codebook names.
const SHEETS: &[(&str, Conjugation, &str)] = &[
    (
        "German",
        Conjugation::German,
        include_str!("../lexicon/de.toml"),
    ),
    (
        "English",
        Conjugation::English,
        include_str!("../lexicon/en.toml"),
    ),
    (
        "French",
        Conjugation::Romance,
        include_str!("../lexicon/fr.toml"),
    ),
    (
        "Spanish",
        Conjugation::Romance,
        include_str!("../lexicon/es.toml"),
    ),
    (
        "Italian",
        Conjugation::Romance,
        include_str!("../lexicon/it.toml"),
    ),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Notes {
    factuality: BTreeMap<String, Reading>,
    stage: BTreeMap<Stage, Confused>,
    precision: BTreeMap<String, DatePhrase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reading {
    meaning: String,
    example: String,
    reads: String,
    not: String,
    not_reads: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Confused {
    not: String,
    not_reads: String,
}

#[test]
fn the_codebook_is_that_of_the_lexicon() {
    let book = book(&notes());
    if std::env::var_os("VERMERK_WRITE").is_some() {
        std::fs::write(BOOK, &book).unwrap();
    }
    let written = std::fs::read_to_string(BOOK).unwrap_or_default();
    assert!(
        written == book,
        "docs/codebook.md is not that of the lexicon; run VERMERK_WRITE=1 cargo test codebook"
    );
}

#[test]
fn every_example_and_counter_example_of_the_codebook_reads_as_it_says() {
    let notes = notes();
    for reading in notes.factuality.values() {
        holds(&reading.example, &reading.reads);
        holds(&reading.not, &reading.not_reads);
    }
    for (stage, confused) in &notes.stage {
        holds(&confused.not, &confused.not_reads);
        assert!(
            !said(&confused.not).contains(&format!("{stage} DONE")),
            "{}",
            confused.not
        );
    }
}

#[test]
fn every_code_with_a_cue_has_a_counter_example() {
    let notes = notes();
    for (language, _, file) in SHEETS {
        let sheet: Sheet = toml::from_str(file).unwrap();
        for stage in sheet.stage.keys() {
            assert!(
                notes.stage.contains_key(stage),
                "{stage} of the {language} lexicon"
            );
        }
    }
}

/// Each name in the lexicon files and in the code that makes ids.
#[test]
fn every_rule_has_its_sentence_and_every_sentence_its_rule() {
    let mut names = BTreeSet::new();
    for (_, _, file) in SHEETS {
        let sheet: toml::Table = toml::from_str(file).unwrap();
        let readings = sheet["reading"].as_array().unwrap();
        names.extend(
            readings
                .iter()
                .map(|one| one["id"].as_str().unwrap().to_owned()),
        );
    }
    let nouns = include_str!("../noun_turns.rs").split('"');
    names.extend(
        nouns
            .filter(|word| word.starts_with("noun-"))
            .map(str::to_owned),
    );
    let others = [
        "attributive",
        "attributive-gerundive",
        "condition",
        "cut-before-the-verb",
    ];
    names.extend(others.map(str::to_owned));
    let rules = Rules::bundled();
    let known: BTreeSet<String> = rules.rule.keys().cloned().collect();
    assert_eq!(known, names);
    let hung = include_str!("../hung.rs").split("=> \"").skip(1);
    let hung: BTreeSet<&str> = hung.filter_map(|rest| rest.split('"').next()).collect();
    let behind: BTreeSet<&str> = rules.behind.keys().map(String::as_str).collect();
    assert_eq!(behind, hung);
    assert_eq!(
        rules.names("de/present-put-off"),
        Some(("present", Some("put-off")))
    );
    assert_eq!(rules.names("fr/passive-past"), Some(("passive-past", None)));
}

#[test]
fn every_precision_of_the_codebook_reads_as_it_says() {
    for (precision, phrase) in notes().precision {
        let reference = Reference::parse("2024-06-03", Anchor::Text).unwrap();
        let found = dates::find(&phrase.phrase, &german(), Some(&reference));
        let when = &found[0].when;
        assert_eq!(when.precision.name(), precision);
        assert_eq!(
            (&when.date, &when.interval),
            (&phrase.date, &phrase.interval),
            "{}",
            phrase.phrase
        );
    }
}

fn holds(text: &str, reads: &str) {
    let said = said(text);
    assert!(
        said.iter().any(|one| one == reads),
        "{text}\n    {reads}, got {said:?}"
    );
}

/// What a sentence says, as `STAGE FACTUALITY`.
fn said(text: &str) -> Vec<String> {
    let extent = if text.ends_with('…') {
        Extent::Cut
    } else {
        Extent::Whole
    };
    let passage = Passage {
        text,
        language: &german(),
        extent,
        reference: None,
        partner: None,
    };
    let said = statements(Lexicon::bundled(), &passage);
    said.iter()
        .map(|one| format!("{} {}", one.stage, one.factuality.code()))
        .collect()
}

fn german() -> Language {
    Language::parse("de").unwrap()
}

fn notes() -> Notes {
    toml::from_str(include_str!("../lexicon/examples.toml")).unwrap()
}

fn book(notes: &Notes) -> String {
    let sheets: Vec<(&str, Conjugation, Sheet)> = SHEETS
        .iter()
        .map(|&(language, conjugation, file)| {
            (language, conjugation, toml::from_str(file).unwrap())
        })
        .collect();
    let mut book = HEAD.to_owned();
    let mut stages: Vec<(&Stage, &StageInfo)> = Lexicon::bundled().stages().stage.iter().collect();
    stages.sort_by_key(|(stage, info)| {
        (
            info.rank.is_none(),
            info.rank,
            info.track.clone(),
            stage.as_str(),
        )
    });
    for (stage, info) in stages {
        write!(book, "{}", step(stage, info, &sheets, notes)).unwrap();
    }
    book.push_str(&factualities(notes));
    book.push_str(&precisions(notes));
    book.push_str(&legal_types(&sheets));
    book.push_str(&rules());
    book
}

fn rules() -> String {
    let Rules { rule, behind } = Rules::bundled();
    let mut text = "\n## Rules\n\nA statement names the rule that read it: the language and one of these names (`de/stative-passive`).\n\n| rule | what it reads |\n| --- | --- |\n".to_owned();
    for (name, said) in rule {
        text.push_str(&format!("| `{name}` | {} |\n", said.en));
    }
    text.push_str("\nWhat governs the verb stands behind the name (`de/present-put-off`).\n\n| behind it | what it says |\n| --- | --- |\n");
    for (name, said) in behind {
        text.push_str(&format!("| `{name}` | {} |\n", said.en));
    }
    text
}

const HEAD: &str = "# Codebook

Every code that Vermerk gives to a sentence: what it means, which words lead to it, an example and a sentence that is easily taken for it. This file is made of the lexicon and its examples (`src/interpret/lexicon/`); a test reads each sentence and fails where the file and the program differ. `VERMERK_WRITE=1 cargo test codebook` writes it anew.

A statement has a step, a factuality, and where the text tells them a date with its precision, a place, who signed, who looked on, and a legal type. The page is the source of all of it: a code says what the page says, not what is the case.

## Steps

The order is partial: a later step does not prove an earlier one. A verb counts only with an object of the right kind (an agreement is signed, talks are concluded), which the lexicon files list.
";

fn step(
    stage: &Stage,
    info: &StageInfo,
    sheets: &[(&str, Conjugation, Sheet)],
    notes: &Notes,
) -> String {
    let place = info.rank.map_or_else(
        || format!("beside the order (track `{}`)", info.track),
        |rank| format!("step {rank} of the track `{}`", info.track),
    );
    let hard = if info.hard {
        ", has legal or formal effect"
    } else {
        ""
    };
    let mut text = format!(
        "\n### {stage}\n\n{} · {}: {place}{hard}.\n\n",
        info.en, info.de
    );
    for (language, conjugation, sheet) in sheets {
        let Some(cues) = sheet.stage.get(stage) else {
            continue;
        };
        let verbs = cues.verb.iter().flat_map(|cue| verbs(cue, *conjugation));
        let others = cues
            .noun
            .iter()
            .chain(&cues.state)
            .flat_map(|cue| &cue.words);
        let words: Vec<String> = verbs
            .chain(others.map(|word| first_spelling(word)))
            .collect();
        text.push_str(&format!(
            "- {language}: {}. Example: “{}”\n",
            unique(words).join(", "),
            cues.example()
        ));
    }
    match notes.stage.get(stage) {
        Some(confused) => {
            text + &format!(
                "- Not: “{}” ({})\n",
                confused.not,
                coded(&confused.not_reads)
            )
        }
        None => text + "A fact of the page, seen in its list of entries; no sentence says it.\n",
    }
}

fn verbs(cue: &Cue, conjugation: Conjugation) -> impl Iterator<Item = String> {
    let before = cue
        .preposition
        .first()
        .map_or(String::new(), |word| format!("{word} … "));
    cue.verbs
        .iter()
        .map(move |verb| format!("{before}{}", Forms::parse(verb, conjugation).name))
}

/// Without repetitions, in order.
fn unique(words: Vec<String>) -> Vec<String> {
    let mut seen = std::collections::BTreeSet::new();
    words
        .into_iter()
        .filter(|word| seen.insert(word.clone()))
        .collect()
}

fn coded(reads: &str) -> String {
    format!("`{}`", reads.replace(' ', "` `"))
}

fn factualities(notes: &Notes) -> String {
    let mut text =
        "\n## Factualities\n\n| code | meaning | example | not |\n| --- | --- | --- | --- |\n"
            .to_owned();
    for (code, reading) in &notes.factuality {
        let Reading {
            meaning,
            example,
            not,
            not_reads,
            ..
        } = reading;
        text.push_str(&format!(
            "| `{code}` | {meaning} | “{example}” | “{not}” ({}) |\n",
            coded(not_reads)
        ));
    }
    text
}

fn precisions(notes: &Notes) -> String {
    let mut text = "\n## Dates\n\nA date is never finer than its phrase. `interval` gives its bounds as EDTF: `..` is open, `/` alone unknown. A phrase that counts from the day of the text has no date where that day is not known finely enough. A date without a year is the nearest to the day of the text; in a clause about the past it is the last one, about the future the next. The examples are read on 3 June 2024.\n\n| precision | phrase | date | interval | rule |\n| --- | --- | --- | --- | --- |\n".to_owned();
    for (precision, phrase) in &notes.precision {
        let DatePhrase {
            phrase,
            date,
            interval,
            rule,
            ..
        } = phrase;
        let date = date
            .as_deref()
            .map_or("none".to_owned(), |date| format!("`{date}`"));
        text.push_str(&format!(
            "| {precision} | {phrase} | {date} | `{interval}` | {rule} |\n"
        ));
    }
    text
}

fn legal_types(sheets: &[(&str, Conjugation, Sheet)]) -> String {
    let mut text = "\n## Legal types\n\nThe type is that of the word which the text uses. A title does not settle what a text is in law; where no word is used, the type is not stated.\n\n| code | meaning | words |\n| --- | --- | --- |\n".to_owned();
    for (code, names) in &Lexicon::bundled().stages().legal_types {
        let words = sheets
            .iter()
            .flat_map(|(_, _, sheet)| &sheet.instrument)
            .filter(|instrument| instrument.legal_type.as_ref() == Some(code))
            .flat_map(|instrument| &instrument.words)
            .map(|word| first_spelling(word));
        let words = unique(words.collect()).join(", ");
        text.push_str(&format!(
            "| `{code}` | {} · {} | {words} |\n",
            names.en, names.de
        ));
    }
    text
}
