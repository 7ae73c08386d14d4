//! Two states of a field as one text, with what went and what came marked: by brackets, and by colour where there is a terminal.

use std::time::Duration;

use anstyle::{AnsiColor, Style};

use crate::model::{Text, Value};
use crate::notify::wordiff::{Mark, Part, diff};

/// A terminal line must not make anybody wait.
const PATIENCE: Duration = Duration::from_millis(200);

/// `[-removed-] {+added+}` in red and green; printing drops the colours where they cannot be shown.
pub fn marked(before: &Value, after: &Value) -> String {
    let parts = diff(&text(before), &text(after), PATIENCE).parts;
    let last = parts.len().saturating_sub(1);
    let shown = |(at, part): (usize, &Part)| match part.mark {
        Mark::Same => near_changes(&part.text, at > 0, at < last),
        _ => mark(part),
    };
    parts.iter().enumerate().map(shown).collect()
}

/// Unchanged words next to a change stay; a long stretch between is left out and counted.
fn near_changes(text: &str, change_before: bool, change_after: bool) -> String {
    const CONTEXT: usize = 25;
    let words: Vec<&str> = text.split_inclusive(char::is_whitespace).collect();
    let head = if change_before { CONTEXT } else { 0 };
    let tail = if change_after { CONTEXT } else { 0 };
    let left_out = words.len().saturating_sub(head + tail);
    if left_out < CONTEXT {
        return text.to_owned();
    }
    let (first, rest) = words.split_at(head);
    let (_, last) = rest.split_at(left_out);
    format!("{}[… {left_out} words …] {}", first.concat(), last.concat())
}

fn text(value: &Value) -> Text {
    match value {
        Value::Text(text) => text.clone(),
        other => Text::whole(other.quote()),
    }
}

fn mark(part: &Part) -> String {
    let removed = AnsiColor::Red.on_default().strikethrough();
    let added = AnsiColor::Green.on_default().underline();
    match part.mark {
        Mark::Same => part.text.clone(),
        Mark::Removed => styled(removed, &part.text, "[-", "-]"),
        Mark::Added => styled(added, &part.text, "{+", "+}"),
        Mark::FellBehindCut | Mark::CameFromBehindCut => format!("{} […]", part.text),
        Mark::LeftOut(words) => format!(" [… {words} words …] "),
    }
}

/// Blanks at the edges stay outside the marks.
fn styled(style: Style, text: &str, open: &str, close: &str) -> String {
    let words = text.trim();
    let lead = &text[..text.len() - text.trim_start().len()];
    let trail = &text[text.trim_end().len()..];
    format!("{lead}{style}{open}{words}{close}{style:#}{trail}")
}
