//! Two texts as one, with what went and what came marked: by brackets, and by colour where there is a terminal.

use anstyle::{AnsiColor, Style};

use crate::notify::worddiff::{Part, worddiff};

/// `[-removed-] {+added+}` in red and green; printing drops the colours where they cannot be shown.
pub fn marked(before: &str, after: &str) -> String {
    let removed = AnsiColor::Red.on_default().strikethrough();
    let added = AnsiColor::Green.on_default().underline();
    worddiff(before, after)
        .into_iter()
        .map(|part| match part {
            Part::Same(text) => text,
            Part::Removed(text) => styled(removed, &format!("[-{text}-]")),
            Part::Added(text) => styled(added, &format!("{{+{text}+}}")),
        })
        .collect()
}

fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}
