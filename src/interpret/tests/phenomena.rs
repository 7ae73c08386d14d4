//! Phenomena of grammar, each in several wordings, held to what `fixtures/interpret/phenomena.txt` says of them.

use crate::interpret::dates::Reference;
use crate::interpret::{Lexicon, Passage, statements};
use crate::model::{Anchor, Country, Extent, Language, Statement};

const SENTENCES: &str = include_str!("../../../fixtures/interpret/phenomena.txt");

#[test]
fn every_phenomenon_reads_alike_in_other_words() {
    let mut language = Language::parse("de").unwrap();
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in SENTENCES.lines() {
        if let Some(code) = line.strip_prefix('@') {
            language = Language::parse(code).unwrap();
        } else if let Some((text, expected)) = line.rsplit_once(" => ") {
            count += 1;
            wrong.extend(check(&language, text, expected));
        }
    }
    assert!(count > 150, "only {count} sentences");
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// What is wrong with the reading of a line.
fn check(language: &Language, line: &str, expected: &str) -> Option<String> {
    let (day, text) = match line
        .strip_prefix('[')
        .and_then(|line| line.split_once("] "))
    {
        Some((day, text)) => (Some(day), text),
        None => (None, line),
    };
    let text = text.replace("\\n", "\n");
    let passage = Passage {
        text: &text,
        language,
        extent: if text.ends_with('…') {
            Extent::Cut
        } else {
            Extent::Whole
        },
        reference: day.map(|day| Reference::parse(day, Anchor::Text).unwrap()),
        partner: None,
    };
    let read = statements(Lexicon::bundled(), &passage);
    let wanted: Vec<&str> = expected.split("; ").filter(|one| *one != "-").collect();
    let told = |wanted: &&str| read.iter().any(|said| yields(said, wanted));
    let right = read.len() == wanted.len() && wanted.iter().all(told);
    (!right).then(|| {
        let got: Vec<String> = read.iter().map(short).collect();
        format!("{text}\n    {expected}, got {}", got.join("; "))
    })
}

fn yields(said: &Statement, wanted: &str) -> bool {
    let short = short(said);
    short == wanted || date(said).is_some_and(|date| format!("{short} {date}") == wanted)
}

/// `KE,UZ SIGNED DONE`
fn short(said: &Statement) -> String {
    let partners: Vec<&str> = said.partners.iter().map(Country::as_str).collect();
    let step = format!("{} {}", said.stage, said.factuality.code());
    format!("{} {step}", partners.join(","))
}

fn date(said: &Statement) -> Option<&str> {
    said.when.as_ref()?.date.as_deref()
}
