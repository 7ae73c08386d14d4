//! Says word by word what is different between two texts of a page.
//!
//! 1. Paragraphs are matched first, so that words are compared with those of their own paragraph.
//! 2. Words are Unicode words, each with the blank before it: blanks of their own would count as words
//!    in common and tear replacements apart. A date is one word.
//! 3. Myers with a time limit (the rest is then one coarse replacement).
//! 4. Where the page cuts a text, a tail that only fell behind the cut is not called removed, and a
//!    tail that only came out from behind it is not called added.

mod dates;
mod paragraphs;
mod shown;

use std::collections::HashSet;
use std::time::{Duration, Instant};

use similar::{Algorithm, ChangeTag, TextDiff};
use unicode_segmentation::UnicodeSegmentation;

use crate::model::Text;

pub use shown::{folded, side, side_beside, within};

/// A run of words and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub mark: Mark,
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Same,
    Removed,
    Added,
    /// The end of a text that the page now cuts earlier: no longer shown, not known to be gone.
    FellBehindCut,
    /// The end of a text that the page now cuts later: shown for the first time, not known to be new.
    CameFromBehindCut,
    /// So many unchanged words are left out of this view; the text is empty.
    LeftOut(usize),
}

/// The difference of two texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wordiff {
    pub parts: Vec<Part>,
    pub detail: Detail,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    Words,
    /// The time was up: common words stand in the removed and the added part alike.
    Coarse,
}

/// The side of a difference that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Before,
    After,
}

/// An unchanged stretch of at most so many words between two replacements is told with them.
const ISLAND: usize = 4;

pub fn diff(before: &Text, after: &Text, patience: Duration) -> Wordiff {
    let until = Instant::now() + patience;
    let (then, now) = (before.said().trim_end(), after.said().trim_end());
    let mut compared = paragraphs::compare(then, now, until);
    let replaced = matches!(compared.parts.as_slice(),
        [.., a, b] if (a.mark, b.mark) == (Mark::Removed, Mark::Added));
    if let Some(last) = compared.parts.last_mut()
        && !replaced
    {
        last.mark = tail_mark(last.mark, before, after);
    }
    compared
}

/// The same of two texts whose paragraphs may stand in another order, and how many only moved: these
/// count as unchanged.
pub fn diff_in_any_order(before: &Text, after: &Text, patience: Duration) -> (Wordiff, usize) {
    let until = Instant::now() + patience;
    let (text, moved) = paragraphs::moved(before.said(), after.said(), until);
    let ordered = Text {
        extent: before.extent,
        ..Text::whole(text)
    };
    (diff(&ordered, after, patience), moved)
}

/// Two paragraphs, word by word.
fn compare(then: &str, now: &str, until: Instant) -> Wordiff {
    let (then, now) = (words(then), words(now));
    let (old, new): (Vec<&str>, Vec<&str>) = (
        then.iter().map(String::as_str).collect(),
        now.iter().map(String::as_str).collect(),
    );
    let diff = TextDiff::configure()
        .algorithm(Algorithm::Myers)
        .timeout(until.saturating_duration_since(Instant::now()))
        .diff_slices(&old, &new);
    let mut parts: Vec<Part> = Vec::new();
    let (mut removed, mut added) = (String::new(), String::new());
    for change in diff.iter_all_changes() {
        match change.tag() {
            ChangeTag::Delete => removed.push_str(change.value()),
            ChangeTag::Insert => added.push_str(change.value()),
            ChangeTag::Equal => {
                push(&mut parts, Mark::Removed, &std::mem::take(&mut removed));
                push(&mut parts, Mark::Added, &std::mem::take(&mut added));
                push(&mut parts, Mark::Same, change.value());
            }
        }
    }
    push(&mut parts, Mark::Removed, &removed);
    push(&mut parts, Mark::Added, &added);
    Wordiff {
        detail: detail(&parts),
        parts: joined(without_first_blank(parts)),
    }
}

fn push(parts: &mut Vec<Part>, mark: Mark, text: &str) {
    match parts.last_mut() {
        _ if text.is_empty() => {}
        Some(last) if last.mark == mark => last.text.push_str(text),
        _ => parts.push(Part {
            mark,
            text: text.to_owned(),
        }),
    }
}

/// A text begins as if after a blank, so that its first word is the same word further on.
fn words(text: &str) -> Vec<String> {
    let mut dates = dates::spans(text).into_iter().peekable();
    let mut words: Vec<String> = Vec::new();
    let mut blank = if text.is_empty() { "" } else { " " };
    for (at, word) in text.split_word_bound_indices() {
        while dates.next_if(|date| date.end <= at).is_some() {}
        let in_a_date = dates.peek().is_some_and(|date| date.start < at);
        match words.last_mut() {
            Some(last) if in_a_date => last.push_str(word),
            _ if word == " " && blank.is_empty() => blank = " ",
            _ => {
                words.push(format!("{blank}{word}"));
                blank = "";
            }
        }
    }
    words
}

/// Two replacements with next to nothing between them are one: "[-x-]{+y+} und [-z-]{+w+}" is hard to
/// read. What only came or only went stands by itself, so that no word is marked without need.
fn joined(parts: Vec<Part>) -> Vec<Part> {
    let mut done: Vec<Part> = Vec::with_capacity(parts.len());
    for part in parts {
        done.push(part);
        if let [.., removed, added, island, then, now] = done.as_slice()
            && is_replacement(removed, added)
            && is_replacement(then, now)
            && is_island(island, [removed, added], [then, now])
        {
            let said =
                |start: &Part, end: &Part| format!("{}{}{}", start.text, island.text, end.text);
            let (before, after) = (said(removed, then), said(added, now));
            done.truncate(done.len() - 5);
            push(&mut done, Mark::Removed, &before);
            push(&mut done, Mark::Added, &after);
        }
    }
    done
}

fn is_replacement(removed: &Part, added: &Part) -> bool {
    (removed.mark, added.mark) == (Mark::Removed, Mark::Added)
}

fn is_island(island: &Part, left: [&Part; 2], right: [&Part; 2]) -> bool {
    let length = |sides: [&Part; 2]| sides.map(|part| part.text.len()).into_iter().max();
    island.mark == Mark::Same
        && island.text.split_whitespace().count() <= ISLAND
        && Some(island.text.len()) <= length(left).min(length(right))
}

/// Takes the blank before the first word of both sides away again.
fn without_first_blank(mut parts: Vec<Part>) -> Vec<Part> {
    let strip = |part: &mut Part| {
        if part.text.starts_with(' ') {
            part.text.remove(0);
        }
    };
    match parts.as_mut_slice() {
        [first, second, ..] if first.mark != Mark::Same && second.mark == Mark::Same => {
            strip(first);
            first.text.push(' ');
            strip(second);
        }
        [first, second, ..] if first.mark != Mark::Same => {
            strip(first);
            strip(second);
        }
        [first, ..] => strip(first),
        [] => {}
    }
    parts
}

fn tail_mark(mark: Mark, before: &Text, after: &Text) -> Mark {
    match mark {
        Mark::Removed if after.is_cut() => Mark::FellBehindCut,
        Mark::Added if before.is_cut() => Mark::CameFromBehindCut,
        other => other,
    }
}

fn detail(parts: &[Part]) -> Detail {
    let [removed, added] = parts else {
        return Detail::Words;
    };
    if (removed.mark, added.mark) != (Mark::Removed, Mark::Added) {
        return Detail::Words;
    }
    let words: HashSet<&str> = removed.text.split_whitespace().collect();
    let common = added
        .text
        .split_whitespace()
        .filter(|word| words.contains(word));
    // A genuine replacement shares a few small words with what it replaces; a cut-off one, most.
    if common.count() * 2 > added.text.split_whitespace().count() {
        Detail::Coarse
    } else {
        Detail::Words
    }
}

#[cfg(test)]
mod tests;
