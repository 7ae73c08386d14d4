//! Shows one side of a comparison: unchanged paragraphs and long unchanged stretches are left out and counted.

use super::{Mark, Part, Side, push};

/// Unchanged words that stay visible next to a change; more than twice as many are left out.
const CONTEXT: usize = 25;
/// An unchanged paragraph of at most so many words is a heading: it stays above what changed.
const HEADING: usize = 6;

/// What one side says, with no mark on a leading blank or a line break.
pub fn side(parts: &[Part], side: Side) -> Vec<Part> {
    side_beside(parts, side, |_| false, "")
}

/// The same, with `instead` for paragraphs that the reader has read elsewhere.
pub fn side_beside(
    parts: &[Part],
    side: Side,
    is_read: impl Fn(&[Part]) -> bool,
    instead: &str,
) -> Vec<Part> {
    let shown = parts.iter().filter(|part| stands(part.mark, side));
    fold(&lines(shown), is_read, instead)
}

/// Both sides in one text, with the same left out.
pub fn folded(parts: &[Part]) -> Vec<Part> {
    fold(&lines(parts.iter()), |_| false, "")
}

/// The parts of one side that make up `quote`, if it stands there.
pub fn within(parts: &[Part], side: Side, quote: &str) -> Option<Vec<Part>> {
    let shown: Vec<&Part> = parts
        .iter()
        .filter(|part| stands(part.mark, side))
        .collect();
    let text: String = shown.iter().map(|part| part.text.as_str()).collect();
    let quote = quote.trim_end_matches(['…', ' ']);
    // A quotation is one line; a break is one byte, as a blank is.
    let start = text.replace('\n', " ").find(quote)?;
    let end = start + quote.len();
    let mut found = Vec::new();
    let mut at = 0;
    for part in shown {
        let (from, to) = (at.max(start), (at + part.text.len()).min(end));
        if let Some(text) = part
            .text
            .get(from.saturating_sub(at)..to.saturating_sub(at))
        {
            let text = text.replace('\n', " ");
            let lead = text.len() - text.trim_start().len();
            push(&mut found, Mark::Same, &text[..lead]);
            push(&mut found, part.mark, &text[lead..]);
        }
        at += part.text.len();
    }
    Some(found)
}

fn fold(lines: &[Vec<Part>], is_read: impl Fn(&[Part]) -> bool, instead: &str) -> Vec<Part> {
    if let [line] = lines {
        return shorten(line.clone());
    }
    let mut shown: Vec<Part> = Vec::new();
    let mut left_out = 0;
    for (place, line) in lines.iter().enumerate() {
        let next_changed = lines.get(place + 1).is_some_and(|next| is_changed(next));
        let heading = next_changed && (1..=HEADING).contains(&count(line));
        if !is_changed(line) && !heading {
            left_out += count(line);
            continue;
        }
        leave_out(&mut shown, std::mem::take(&mut left_out));
        begin_line(&mut shown);
        if is_changed(line) && is_read(line) {
            push(&mut shown, Mark::Same, instead);
            continue;
        }
        for part in shorten(line.clone()) {
            match part.mark {
                Mark::LeftOut(_) => shown.push(part),
                mark => push(&mut shown, mark, &part.text),
            }
        }
    }
    leave_out(&mut shown, left_out);
    shown
}

/// Whether a part belongs to a side.
fn stands(mark: Mark, side: Side) -> bool {
    match side {
        Side::Before => !matches!(mark, Mark::Added | Mark::CameFromBehindCut),
        Side::After => !matches!(mark, Mark::Removed | Mark::FellBehindCut),
    }
}

/// The paragraphs of a text.
fn lines<'a>(parts: impl Iterator<Item = &'a Part>) -> Vec<Vec<Part>> {
    let mut lines: Vec<Vec<Part>> = vec![Vec::new()];
    for part in parts {
        for (number, text) in part.text.split('\n').enumerate() {
            if number > 0 {
                lines.push(Vec::new());
            }
            let Some(line) = lines.last_mut() else {
                continue;
            };
            let rest = text.trim_start_matches(' ');
            let blank = if part.mark == Mark::Same {
                0
            } else {
                text.len() - rest.len()
            };
            push(line, Mark::Same, &text[..blank]);
            push(line, part.mark, &text[blank..]);
        }
    }
    lines
}

fn is_changed(line: &[Part]) -> bool {
    line.iter().any(|part| part.mark != Mark::Same)
}

fn count(line: &[Part]) -> usize {
    let words = |part: &Part| part.text.split_whitespace().count();
    line.iter().map(words).sum()
}

fn begin_line(shown: &mut Vec<Part>) {
    if !shown.is_empty() {
        push(shown, Mark::Same, "\n");
    }
}

fn leave_out(shown: &mut Vec<Part>, words: usize) {
    if words > 0 {
        begin_line(shown);
        shown.push(gap(words));
    }
}

fn gap(words: usize) -> Part {
    Part {
        mark: Mark::LeftOut(words),
        text: String::new(),
    }
}

fn shorten(line: Vec<Part>) -> Vec<Part> {
    let last = line.len().saturating_sub(1);
    let parts = line.into_iter().enumerate();
    parts
        .flat_map(|(place, part)| match part.mark {
            Mark::Same => near_changes(part, place == 0, place == last),
            _ => vec![part],
        })
        .collect()
}

/// Keeps the words next to a change; a paragraph's own beginning and end need none.
fn near_changes(part: Part, is_first: bool, is_last: bool) -> Vec<Part> {
    let words: Vec<&str> = part.text.split_inclusive(' ').collect();
    if words.len() <= 2 * CONTEXT + 10 {
        return vec![part];
    }
    let head = if is_first && !is_last { 0 } else { CONTEXT };
    let tail = if is_last { 0 } else { CONTEXT };
    let (start, rest) = words.split_at(head);
    let (left_out, end) = rest.split_at(rest.len().saturating_sub(tail));
    let same = |words: &[&str]| Part {
        mark: Mark::Same,
        text: words.concat(),
    };
    [same(start), gap(left_out.len()), same(end)]
        .into_iter()
        .filter(|part| part.mark != Mark::Same || !part.text.is_empty())
        .collect()
}
