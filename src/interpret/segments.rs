//! Cuts a sentence where signs and conjunctions set its parts apart; an enumeration stays whole.

use std::ops::Range;

use super::context::Context;
use super::finite::{Finite, finite, strongest};
use super::gaps;
use super::inversion;
use super::lexicon::{Conjugation, Form, Item, Mark};

/// How far a conjunction looks for the verb of what it joins.
const FAR: usize = 60;

/// Words between two boundaries.
pub struct Segment {
    pub words: Vec<usize>,
    /// It stands alone: nothing after a semicolon belongs to a clause before it.
    pub apart: bool,
}

pub fn segments(context: &Context, sentence: Range<usize>) -> Vec<Segment> {
    let mut made: Vec<Segment> = Vec::new();
    let mut words: Vec<usize> = Vec::new();
    let mut apart = false;
    let end = sentence.end;
    for at in sentence {
        let (cuts, strong) = boundary(context, at, &words, end);
        if cuts {
            if !words.is_empty() {
                made.push(Segment {
                    words: std::mem::take(&mut words),
                    apart,
                });
                apart = false;
            }
            apart |= strong;
        }
        if !context.is_sign(at) {
            words.push(at);
        }
    }
    if !words.is_empty() {
        made.push(Segment { words, apart });
    }
    made
}

/// "as a safe country of origin": what stands there is no clause of its own.
fn names_a_condition(context: &Context, at: usize) -> bool {
    let article = at < context.tokens.len() && context.has(at, Mark::Determiner);
    let found = context.found.get(if article { at + 1 } else { at });
    found.is_some_and(|found| {
        found
            .iter()
            .any(|found| matches!(found.item, Item::State(_)))
    })
}

/// Whether a segment ends before this word, and whether nothing reaches across.
fn boundary(context: &Context, at: usize, words: &[usize], end: usize) -> (bool, bool) {
    if context.is_sign(at) {
        return match context.word(at) {
            ":" if heads_its_clause(context, at, words) => (false, false),
            ";" | ":" => (true, true),
            "," | "–" | "—" | "(" | ")" | "/" | "|" if label_behind(context, at, end) => {
                (true, true)
            }
            "," => (!enumeration(context, at), false),
            "–" | "—" | "(" | ")" | "|" => (true, false),
            _ => (false, false),
        };
    }
    if words.is_empty() {
        return (false, false);
    }
    let joins = context.has(at, Mark::And);
    let opens = context.vocabulary.conjugation != Conjugation::German
        && [Mark::Relative, Mark::Condition, Mark::Subordinate]
            .iter()
            .any(|&mark| context.has(at, mark))
        && !names_a_condition(context, at + 1);
    let times = context.vocabulary.conjugation != Conjugation::German
        && (context.has(at, Mark::Before) || context.has(at, Mark::After))
        && !context.has(at, Mark::With);
    let two_verbs = (joins || times || opens)
        && words
            .iter()
            .any(|&word| finite(context, word) != Finite::No)
        && verb_ahead(context, at + 1, end, words);
    let gap = joins && gaps::ahead(context, words, at, end);
    let turned = inversion::turns_round(context, at, words);
    (
        two_verbs || gap || turned || (opens && verb_ahead(context, at + 1, end, &[])),
        false,
    )
}

/// So many words make a label: "Republik Moldau:".
const LABEL: usize = 3;

/// "… – Kirgisistan: die Verhandlungen laufen": a country before a colon opens another part of the sentence; so does
/// one that has a cell of a table to itself.
fn label_behind(context: &Context, at: usize, end: usize) -> bool {
    let behind = at + 1..end.min(at + 2 + LABEL);
    let words: Vec<usize> = behind.take_while(|&word| !context.is_sign(word)).collect();
    let sign = at + 1 + words.len();
    sign < end
        && (context.word(sign) == ":" || context.word(at) == "|" && context.word(sign) == "|")
        && context.mentions_in(&words).next().is_some()
        && strongest(context, &words) == Finite::No
}

/// "Unterzeichnung: 13. September 2024", "Signed: agreement with …": what stands before the colon says what happened.
fn heads_its_clause(context: &Context, colon: usize, words: &[usize]) -> bool {
    let (Some(&last), true) = (words.last(), colon + 1 < context.tokens.len()) else {
        return false;
    };
    let dated = context.dated[colon + 1];
    let mut nouns = words.iter().flat_map(|&at| &context.found[at]);
    let noun = strongest(context, words) == Finite::No
        && nouns.any(|found| matches!(found.item, Item::Noun(_)));
    let mut found = context.found[last].iter();
    let participle = found.any(|found| {
        let form = Form::Participle;
        matches!(found.item, Item::Verb { form: other, .. } if other == form)
    });
    noun && dated || participle && (dated || words.len() == 1)
}

/// A comma between two countries, or between two words that are no verbs.
fn enumeration(context: &Context, at: usize) -> bool {
    let named = |word: usize| context.mention(word).is_some();
    let Some(before) = context.before(at) else {
        return false;
    };
    let after = at + 1;
    if after >= context.tokens.len() {
        return false;
    }
    let plain = |word: usize| {
        !context.tokens[word].capital && context.found[word].is_empty() && !context.is_sign(word)
    };
    (named(before) && named(after)) || (plain(before) && plain(after)) || (context.dated[at])
}

/// Whether a finite verb stands between here and the next boundary. After an auxiliary, a word that
/// may also be a participle is none ("ist unterzeichnet und ratifiziert worden"); nor is it behind a wish.
fn verb_ahead(context: &Context, from: usize, end: usize, before: &[usize]) -> bool {
    let shared = before
        .iter()
        .any(|&word| context.features(word) != 0 || context.has(word, Mark::Wished));
    // "with India and Kenya and is negotiating": the first of them only lists.
    let named = |at: usize| context.mention(at).is_some();
    let lists = from > 1 && named(from - 2) && from < end && named(from);
    for at in from..end.min(from + FAR) {
        if lists && context.has(at, Mark::And) {
            return false;
        }
        if context.is_sign(at) && matches!(context.word(at), "," | ";" | ":" | "–" | "—") {
            return false;
        }
        match finite(context, at) {
            Finite::Yes => return true,
            Finite::Perhaps if !shared => return true,
            _ => {}
        }
    }
    false
}
