//! Matches the paragraphs of two texts, then compares the words of those that belong together.

use std::collections::{HashSet, VecDeque};
use std::ops::Range;
use std::time::Instant;

use similar::{Algorithm, DiffOp, TextDiff};

use super::{Detail, Mark, Wordiff, push};

/// How many paragraphs ahead the earlier wording of a new one is looked for; text is hostile.
const AHEAD: usize = 8;

pub fn compare(then: &str, now: &str, until: Instant) -> Wordiff {
    let (old, new): (Vec<&str>, Vec<&str>) = (lines(then), lines(now));
    if old.len() <= 1 && new.len() <= 1 {
        return super::compare(then, now, until);
    }
    let diff = TextDiff::configure()
        .algorithm(Algorithm::Myers)
        .timeout(until.saturating_duration_since(Instant::now()))
        .diff_slices(&old, &new);
    let mut page = Page {
        compared: Wordiff {
            parts: Vec::new(),
            detail: Detail::Words,
        },
        old: 0,
        new: 0,
    };
    for op in diff.ops() {
        match op {
            DiffOp::Equal { old_index, len, .. } => {
                let same = &old[*old_index..old_index + len];
                for line in same {
                    page.keep(line);
                }
            }
            op => {
                for pair in pairs(&old, &new, op.old_range(), op.new_range()) {
                    page.compare(pair, until);
                }
            }
        }
    }
    page.compared
}

/// A paragraph before and after; one side alone where it went or came.
type Pair<'t> = (Option<&'t str>, Option<&'t str>);

/// In order, each new paragraph with the next old one that shares most of its words.
fn pairs<'t>(
    old: &[&'t str],
    new: &[&'t str],
    then: Range<usize>,
    now: Range<usize>,
) -> Vec<Pair<'t>> {
    let mut rest: VecDeque<&str> = old[then].iter().copied().collect();
    let mut pairs = Vec::new();
    let only_one = rest.len() == 1 && now.len() == 1;
    for line in &new[now] {
        let found = rest
            .iter()
            .take(AHEAD)
            .position(|one| only_one || alike(one, line));
        if let Some(place) = found {
            pairs.extend(rest.drain(..place).map(|gone| (Some(gone), None)));
        }
        pairs.push((found.and_then(|_| rest.pop_front()), Some(*line)));
    }
    pairs.extend(rest.into_iter().map(|gone| (Some(gone), None)));
    pairs
}

/// Whether two paragraphs have at least a third of their words in common.
fn alike(then: &str, now: &str) -> bool {
    let (then, now): (HashSet<&str>, HashSet<&str>) = (
        then.split_whitespace().collect(),
        now.split_whitespace().collect(),
    );
    then.intersection(&now).count() * 3 >= then.len().max(now.len())
}

/// No text has no paragraph, not an empty one.
fn lines(text: &str) -> Vec<&str> {
    if text.is_empty() {
        Vec::new()
    } else {
        text.split('\n').collect()
    }
}

/// What was compared so far, and how many paragraphs each side has in it.
struct Page {
    compared: Wordiff,
    old: usize,
    new: usize,
}

impl Page {
    fn keep(&mut self, line: &str) {
        self.break_line((Some(line), Some(line)));
        push(&mut self.compared.parts, Mark::Same, line);
    }

    fn compare(&mut self, pair: Pair<'_>, until: Instant) {
        let (then, now) = pair;
        self.break_line(pair);
        let line = super::compare(then.unwrap_or_default(), now.unwrap_or_default(), until);
        for part in &line.parts {
            push(&mut self.compared.parts, part.mark, &part.text);
        }
        if line.detail == Detail::Coarse {
            self.compared.detail = Detail::Coarse;
        }
    }

    /// A line break belongs to the sides that have a paragraph on both ends of it.
    fn break_line(&mut self, (then, now): Pair<'_>) {
        let parts = &mut self.compared.parts;
        match (
            then.is_some() && self.old > 0,
            now.is_some() && self.new > 0,
        ) {
            (true, true) => push(parts, Mark::Same, "\n"),
            (true, false) => push(parts, Mark::Removed, "\n"),
            (false, true) => push(parts, Mark::Added, "\n"),
            (false, false) => {}
        }
        self.old += usize::from(then.is_some());
        self.new += usize::from(now.is_some());
    }
}
