//! Finds the longest form that begins at a token, and what fills its slots.

use super::fields::Fields;
use super::notation::{Piece, Sequence, Slot, Word};
use super::tokens::Token;
use super::vocabulary::{Form, Lead, Sense, Vocabulary, key};

/// A form that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fit {
    /// Byte after its last token.
    pub end: usize,
    pub sense: Sense,
    pub lead: Option<Lead>,
    pub fields: Fields,
}

/// The longest form that begins with the first token; of two as long, the earlier in the file.
pub fn longest(vocabulary: &Vocabulary, text: &str, window: &[Token], before: &str) -> Option<Fit> {
    let mut best: Option<Fit> = None;
    let mut consider = |from: usize, lead: Option<Lead>| {
        for fit in fits(vocabulary, window, from, lead) {
            let longer = best.as_ref().is_none_or(|best| fit.end > best.end);
            if longer && stands_alone(vocabulary, text, window, before, &fit) {
                best = Some(fit);
            }
        }
    };
    consider(0, None);
    for (from, lead) in leads(vocabulary, window) {
        consider(from, Some(lead));
    }
    best
}

/// The longest form that fits behind a preposition which is none of a date by itself.
pub fn behind(vocabulary: &Vocabulary, window: &[Token]) -> Option<Fit> {
    let all = fits(vocabulary, window, 0, Some(Lead::Until)).into_iter();
    let longest = all.max_by_key(|fit| fit.end)?;
    Some(Fit {
        lead: None,
        ..longest
    })
}

/// Where the words before a date end, article included, and what they make of it.
fn leads(vocabulary: &Vocabulary, window: &[Token]) -> Vec<(usize, Lead)> {
    let mut leads = Vec::new();
    for form in beginning(&vocabulary.leads, window, 0) {
        let mut fields = Fields::default();
        if let Some(after) = fit_sequence(vocabulary, &form.sequence, window, 0, &mut fields) {
            leads.push((after, form.meaning));
            if window
                .get(after)
                .is_some_and(|token| vocabulary.articles.contains(&token.folded))
            {
                leads.push((after + 1, form.meaning));
            }
        }
    }
    leads
}

fn fits(vocabulary: &Vocabulary, window: &[Token], from: usize, lead: Option<Lead>) -> Vec<Fit> {
    beginning(&vocabulary.forms, window, from)
        .iter()
        .filter(|form| form.meaning != Sense::Behind || lead.is_some())
        .filter_map(|form| {
            let mut fields = Fields::default();
            let after = fit_sequence(vocabulary, &form.sequence, window, from, &mut fields)?;
            Some(Fit {
                end: window[after - 1].end,
                sense: form.meaning,
                lead,
                fields,
            })
        })
        .collect()
}

fn beginning<'a, M>(
    index: &'a std::collections::HashMap<String, Vec<Form<M>>>,
    window: &[Token],
    from: usize,
) -> &'a [Form<M>] {
    window
        .get(from)
        .and_then(|token| index.get(key(&token.folded)))
        .map_or(&[], Vec::as_slice)
}

/// The token after the sequence, if it fits here.
fn fit_sequence(
    vocabulary: &Vocabulary,
    sequence: &Sequence,
    window: &[Token],
    from: usize,
    fields: &mut Fields,
) -> Option<usize> {
    sequence.iter().try_fold(from, |at, piece| match piece {
        Piece::Words(words) => {
            let token = window.get(at)?;
            words.iter().any(|word| same(word, token)).then_some(at + 1)
        }
        Piece::Slot(slot) => fit_slot(vocabulary, *slot, window, at, fields),
    })
}

fn same(word: &Word, token: &Token) -> bool {
    word.text == token.folded && (token.capital || !word.capital)
}

fn fit_slot(
    vocabulary: &Vocabulary,
    slot: Slot,
    window: &[Token],
    at: usize,
    fields: &mut Fields,
) -> Option<usize> {
    let token = window.get(at)?;
    let (value, after) = match number(slot, token) {
        Some(value) => (value, at + 1 + ordinal(vocabulary, slot, window, at)),
        None if slot == Slot::Any => (0, at + 1),
        None => filling(vocabulary, slot, window, at)?,
    };
    fields.put(slot, value);
    Some(after)
}

/// The value of a slot of numbers.
fn number(slot: Slot, token: &Token) -> Option<i16> {
    let digits = token.folded.len();
    let value: i16 = token.folded.parse().ok()?;
    let good = match slot {
        Slot::Day | Slot::OtherDay => digits <= 2 && (1..=31).contains(&value),
        Slot::DayOver12 => (13..=31).contains(&value),
        Slot::MonthNumber => digits <= 2 && (1..=12).contains(&value),
        Slot::FullYear | Slot::OtherFullYear => digits == 4 && (1900..2100).contains(&value),
        Slot::ShortYear | Slot::OtherShortYear => digits == 2,
        Slot::Count => (1..1000).contains(&value),
        _ => false,
    };
    good.then_some(value)
}

/// One, if the number carries an ending ("13th", "1er").
fn ordinal(vocabulary: &Vocabulary, slot: Slot, window: &[Token], at: usize) -> usize {
    let day = matches!(slot, Slot::Day | Slot::OtherDay | Slot::DayOver12);
    let ending = window
        .get(at + 1)
        .is_some_and(|next| next.glued && vocabulary.ordinals.contains(&next.folded));
    usize::from(day && ending)
}

/// The longest entry of the slot's list that fits here.
fn filling(
    vocabulary: &Vocabulary,
    slot: Slot,
    window: &[Token],
    at: usize,
) -> Option<(i16, usize)> {
    let index = vocabulary.fillings.get(&slot)?;
    beginning(index, window, at)
        .iter()
        .filter_map(|form| {
            let mut none = Fields::default();
            let after = fit_sequence(vocabulary, &form.sequence, window, at, &mut none)?;
            Some((form.meaning, after))
        })
        .max_by_key(|&(_, after)| after)
}

/// Whether the phrase is no part of another number, and counts nothing.
fn stands_alone(
    vocabulary: &Vocabulary,
    text: &str,
    window: &[Token],
    before: &str,
    fit: &Fit,
) -> bool {
    let start = window[0].start;
    if joined_before(&text[..start]) || joined_after(&text[fit.end..]) {
        return false;
    }
    let counted = window
        .iter()
        .find(|token| token.start >= fit.end)
        .is_some_and(|token| vocabulary.counted.contains(&token.folded));
    let numbered = fit.lead.is_none() && vocabulary.numbered.contains(before);
    !(fit.fields.bare() && (counted || numbered))
}

/// The text runs into a number from the left: `20/2023`, `1.2023`, `A2023`.
fn joined_before(text: &str) -> bool {
    let mut chars = text.chars().rev();
    match chars.next() {
        Some(last) if last.is_alphanumeric() => true,
        Some('/' | '.' | ',' | ':' | '-') => chars.next().is_some_and(|char| char.is_ascii_digit()),
        _ => false,
    }
}

/// A number runs on to the right: `2023/17`, `2023,5`, `2023er`.
fn joined_after(text: &str) -> bool {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) if first.is_alphanumeric() => true,
        Some('/' | '.' | ',' | ':' | '-') => chars.next().is_some_and(|char| char.is_ascii_digit()),
        _ => false,
    }
}
