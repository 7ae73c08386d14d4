//! Date phrases of five languages, their grain, and what must not become a date.

mod grain;
mod properties;

use super::{Dated, Reference, Role, Tense, find};
use crate::model::{Anchor, Language};

/// The phrases of a text, one a line: words, date, interval, precision, role.
fn read(text: &str, language: &str, reference: &str) -> Vec<Dated> {
    let reference =
        (!reference.is_empty()).then(|| Reference::parse(reference, Anchor::Text).unwrap());
    find(
        text,
        &Language::parse(language).unwrap(),
        reference.as_ref(),
    )
}

fn line(dated: &Dated) -> String {
    let when = &dated.when;
    let role = match dated.role {
        Role::Point => "",
        Role::Since => " since",
        Role::Until => " until",
        Role::Effective => " effective",
    };
    let date = when.date.as_deref().unwrap_or("-");
    format!(
        "{} | {date} | {} | {}{role}",
        when.raw,
        when.interval,
        when.precision.name()
    )
}

/// What a text says about dates, read with a reference (none where it is empty).
fn check(language: &str, reference: &str, text: &str, expected: &[&str]) {
    let lines: Vec<String> = read(text, language, reference).iter().map(line).collect();
    assert_eq!(lines, expected, "{text:?} with {reference:?}");
}

/// The date alone, for clauses of a known tense.
fn told(language: &str, reference: &str, text: &str, tense: Tense) -> Option<String> {
    let found = read(text, language, reference);
    found
        .first()
        .and_then(|dated| dated.told(tense).date.clone())
}
