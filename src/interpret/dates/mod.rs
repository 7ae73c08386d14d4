//! Finds the date phrases of a text and reads each in its own grain, never finer.
//!
//! 1. `tokens` cuts the text into words, numbers and signs.
//! 2. `vocabulary` holds the forms of a language, read from its lexicon file by `notation`.
//! 3. `forms` finds the longest form that begins at a word, and what fills its slots.
//! 4. `resolve` makes a meaning of it (`reading`): a span of the calendar, counted from the reference
//!    if need be (`calendar`, `span`), or mere limits.
//!
//! A date without a year ("29 September") is the nearest such date to the reference; a caller who
//! knows the tense of the clause asks for the last or the next one by [`Dated::told`]. Without a
//! reference such a phrase is found, but names no date.

mod calendar;
mod fields;
mod forms;
mod notation;
mod reading;
mod reference;
mod resolve;
mod span;
mod tokens;
mod vocabulary;

#[cfg(test)]
mod tests;

use std::ops::Range;

pub use reference::{Grain, Reference};

use crate::model::{Language, When};
use reading::Resolved;
use tokens::Scanner;
use vocabulary::{Sense, Vocabulary};

/// A date phrase of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// What it means where nothing is known of the tense.
    pub when: When,
    pub role: Role,
    /// What it means in a clause about the past, where that makes a difference.
    past: Option<When>,
    /// What it means in a clause about the future, where that makes a difference.
    future: Option<When>,
}

/// What a date says about the step that it goes with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The step falls on it.
    Point,
    /// It holds since then ("seit März").
    Since,
    /// It is a limit ("bis Ende 2025").
    Until,
    /// It takes effect then, whenever it was decided ("mit Wirkung vom 1. Februar").
    Effective,
}

/// Where a clause lies, as its verb says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tense {
    Past,
    Future,
    Open,
}

impl Dated {
    /// What the phrase means in a clause of this tense.
    pub fn told(&self, tense: Tense) -> &When {
        let leaning = match tense {
            Tense::Past => self.past.as_ref(),
            Tense::Future => self.future.as_ref(),
            Tense::Open => None,
        };
        leaning.unwrap_or(&self.when)
    }
}

/// The date phrases of a text, in order, none within another.
///
/// A language without a lexicon file has none.
pub fn find(text: &str, language: &Language, reference: Option<&Reference>) -> Vec<Dated> {
    let Some(vocabulary) = Vocabulary::of(language) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut scanner = Scanner::new(text);
    while let Some(token) = scanner.next_word() {
        if !vocabulary.may_begin(scanner.folded()) {
            continue;
        }
        let window = tokens::window(text, token.start);
        let Some(fit) = forms::longest(vocabulary, text, &window, scanner.before()) else {
            continue;
        };
        let range = token.start..fit.end;
        if let Some(resolved) = resolve::resolve(&fit, reference.copied()) {
            scanner.jump(range.end);
            found.push(dated(text, range, &resolved));
        } else if fit.sense == Sense::Never {
            scanner.jump(range.end);
        }
    }
    found
}

/// The date phrase that begins at this byte, right behind a preposition: "(auf) November".
pub fn behind(
    text: &str,
    start: usize,
    language: &Language,
    reference: Option<&Reference>,
) -> Option<Dated> {
    let vocabulary = Vocabulary::of(language)?;
    let fit = forms::behind(vocabulary, &tokens::window(text, start))?;
    let range = start..fit.end;
    let resolved = resolve::resolve(&fit, reference.copied())?;
    Some(dated(text, range, &resolved))
}

fn dated(text: &str, range: Range<usize>, resolved: &Resolved) -> Dated {
    let raw = &text[range.clone()];
    Dated {
        when: resolved.open.when(raw, resolved.anchor),
        past: resolved
            .past
            .as_ref()
            .map(|reading| reading.when(raw, resolved.anchor)),
        future: resolved
            .future
            .as_ref()
            .map(|reading| reading.when(raw, resolved.anchor)),
        role: resolved.role,
        range,
    }
}
