//! Where one sentence ends and the next begins.

use std::ops::Range;

use super::context::Context;
use super::tokens::{self, Kind};

/// A longer sentence is read in pieces, so that no text makes the work grow faster than itself.
const LONGEST: usize = 250;

/// The sentences of a passage, as ranges of words.
pub fn sentences(context: &Context) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for at in 0..context.tokens.len() {
        if ends(context, at) || at + 1 - start >= LONGEST {
            found.push(start..at + 1);
            start = at + 1;
        }
    }
    found.push(start..context.tokens.len());
    found.retain(|range| range.clone().any(|at| !context.is_sign(at)));
    found
}

fn ends(context: &Context, at: usize) -> bool {
    let next = context.tokens.get(at + 1);
    match context.word(at) {
        "!" | "?" | "\n" | "•" | "·" => true,
        // "+++ Kenia: … +++ Ghana: …"
        "+" => {
            let plus = |other: usize| other < context.tokens.len() && context.word(other) == "+";
            at > 0 && plus(at - 1) && !plus(at + 1)
        }
        "…" => next.is_none_or(|next| next.capital || next.kind == Kind::Sign),
        "." => full_stop(context, at),
        _ => false,
    }
}

/// A full stop that is none: in "z. B.", "13. September", "J. Scholz", "…".
fn full_stop(context: &Context, at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else {
        return false;
    };
    let (token, stop) = (&context.tokens[before], &context.tokens[at]);
    let Some(next) = context.tokens.get(at + 1) else {
        return true;
    };
    if context.word(at + 1) == "\n" {
        return true;
    }
    let dated = context.dated[at] && context.dated.get(at + 1).copied().unwrap_or(false);
    let written = tokens::key(context.word(before));
    let short = context.vocabulary.is_abbreviation(&written) || written != token.key;
    let initial = token.kind == Kind::Word && token.capital && token.key.chars().count() == 1;
    // Only "13. September" and the like: what begins a sentence is a small word or a sign. No date ends there.
    let ordinal = token.kind == Kind::Number
        && (!context.dated[before] || context.dated[at])
        && token.key.len() <= 2
        && (!next.capital || context.found[at + 1].is_empty());
    let glued = stop.end == next.start && next.kind != Kind::Sign;
    let goes_on = next.kind == Kind::Word && !next.capital;
    !(dated || short || initial || ordinal || glued || goes_on)
}
