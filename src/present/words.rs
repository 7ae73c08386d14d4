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
    parts.iter().map(mark).collect()
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
