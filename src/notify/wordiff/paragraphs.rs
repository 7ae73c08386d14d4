//! Matches the paragraphs of two texts, then compares the words of those that belong together.

use std::collections::{HashMap, HashSet, VecDeque};
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

/// The earlier text with those of its paragraphs that only changed their place where the later text has
/// them, and how many these are.
pub fn moved(then: &str, now: &str, until: Instant) -> (String, usize) {
    let (old, new): (Vec<&str>, Vec<&str>) = (lines(then), lines(now));
    let diff = TextDiff::configure()
        .algorithm(Algorithm::Myers)
        .timeout(until.saturating_duration_since(Instant::now()))
        .diff_slices(&old, &new);
    let unmatched = |range: fn(&DiffOp) -> Range<usize>| {
        let ops = diff.ops().iter();
        let ops = ops.filter(|op| !matches!(op, DiffOp::Equal { .. }));
        ops.flat_map(move |op| range(op))
    };
    let mut gone: HashMap<&str, usize> = HashMap::new();
    for place in unmatched(DiffOp::old_range) {
        *gone.entry(old[place]).or_default() += 1;
    }
    let mut moved: HashMap<&str, usize> = HashMap::new();
    for place in unmatched(DiffOp::new_range) {
        let known = gone.get_mut(new[place]).filter(|count| **count > 0);
        if let Some(count) = known {
            *count -= 1;
            *moved.entry(new[place]).or_default() += 1;
        }
    }
    let count = moved.values().sum();
    let (mut left, mut put) = (moved.clone(), moved);
    let take = |among: &mut HashMap<&str, usize>, line: &str| {
        let rest = among.get_mut(line).filter(|count| **count > 0);
        rest.map(|count| *count -= 1).is_some()
    };
    let mut text: Vec<&str> = Vec::with_capacity(old.len());
    for op in diff.ops() {
        if let DiffOp::Equal { old_index, len, .. } = op {
            text.extend(&old[*old_index..old_index + len]);
            continue;
        }
        let stays = old[op.old_range()].iter().copied();
        let mut stays: VecDeque<&str> = stays.filter(|line| !take(&mut left, line)).collect();
        for line in &new[op.new_range()] {
            if take(&mut put, line) {
                text.push(line);
            } else {
                text.extend(stays.pop_front());
            }
        }
        text.extend(stays);
    }
    (text.join("\n"), count)
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
