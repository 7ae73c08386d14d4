//! Sets an account as plain text: complete, at most 72 characters wide, changes marked in words.

use super::account::{self, Account, Fact, Item, Quote, Shown};
use super::wordiff::{Mark, Part};
use super::words::{self, Tongue};

/// The widest line. Addresses are never broken and may be longer.
const WIDTH: usize = 72;

pub fn set(account: &Account) -> String {
    let mut lines = wrap(&account.lead, "");
    for note in &account.notes {
        lines.push(String::new());
        lines.extend(wrap(note, ""));
    }
    if !account.summary.is_empty() {
        lines.push(String::new());
    }
    for line in &account.summary {
        lines.extend(hanging("* ", line, "  "));
    }
    lines.extend(legend(account));
    for item in &account.items {
        lines.push(String::new());
        lines.extend(item_lines(item, account.tongue));
    }
    lines.push(String::new());
    // "-- " and a line end open a signature (RFC 3676 section 4.3): programs may fold it away.
    lines.push("-- ".to_owned());
    for line in &account.footer {
        lines.extend(wrap(line, ""));
    }
    lines.join("\n") + "\n"
}

/// The text of one change, for a feed's summary or a terminal.
pub fn item_lines(item: &Item, tongue: Tongue) -> Vec<String> {
    let mut lines = Vec::new();
    if !item.heading.is_empty() {
        lines.extend(wrap(&item.heading, ""));
        let width = item.heading.chars().count().min(WIDTH);
        lines.push("=".repeat(width));
    }
    for quote in &item.quotes {
        lines.extend(quote_lines(quote, tongue));
    }
    for note in &item.notes {
        lines.extend(wrap(note, ""));
        lines.push(String::new());
    }
    for fact in &item.facts {
        lines.extend(fact_lines(fact));
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// The marks that occur, in one line.
fn legend(account: &Account) -> Vec<String> {
    let all = [
        (Mark::Removed, words::REMOVED),
        (Mark::Added, words::ADDED),
        (Mark::FellBehindCut, words::FELL_BEHIND_CUT),
        (Mark::CameFromBehindCut, words::CAME_FROM_BEHIND_CUT),
    ];
    let used = all
        .into_iter()
        .filter(|(mark, _)| account::has_mark(account, *mark));
    let said = used.map(|(mark, phrase)| marked(mark, phrase.say(account.tongue), account.tongue));
    let said: Vec<String> = said.collect();
    if said.is_empty() {
        return Vec::new();
    }
    let line = format!("{} {}", words::MARKS.say(account.tongue), said.join(" "));
    let mut lines = vec![String::new()];
    lines.extend(hanging("", &line, "  "));
    lines
}

fn quote_lines(quote: &Quote, tongue: Tongue) -> Vec<String> {
    let said: String = quote
        .parts
        .iter()
        .map(|Part { mark, text }| marked(*mark, &unmarked(text), tongue))
        .collect();
    let mut lines = wrap(&format!("{} [{}]:", quote.label, quote.language), "");
    for (place, paragraph) in said.split('\n').enumerate() {
        if place > 0 {
            lines.push(">".to_owned());
        }
        lines.extend(wrap(paragraph, "> "));
    }
    lines.push(String::new());
    lines
}

fn fact_lines(fact: &Fact) -> Vec<String> {
    let label = format!("{}:", fact.label);
    let (mut lines, values) = match fact.values.as_slice() {
        [Shown::Text(text), rest @ ..] => (hanging("", &format!("{label} {text}"), "  "), rest),
        values => (wrap(&label, ""), values),
    };
    for value in values {
        match value {
            Shown::Text(text) => lines.extend(wrap(text, "  ")),
            Shown::Sha256(digest) => lines.extend(["  sha256".to_owned(), format!("  {digest}")]),
            Shown::Command(command, does) if does.is_empty() => lines.push(format!("  {command}")),
            Shown::Command(command, does) => {
                lines.push(format!("  {command}"));
                lines.extend(wrap(does, "      "));
            }
            Shown::Address(url) | Shown::Own(url) => lines.push(format!("  {url}")),
        }
    }
    lines
}

fn marked(mark: Mark, text: &str, tongue: Tongue) -> String {
    match mark {
        Mark::Same => text.to_owned(),
        Mark::Removed => format!("[-{text}-]"),
        Mark::Added => format!("{{+{text}+}}"),
        Mark::FellBehindCut => format!("[~{text}~]"),
        Mark::CameFromBehindCut => format!("{{~{text}~}}"),
        Mark::LeftOut(count) => format!("[… {} …] ", words::left_out(count, tongue)),
    }
}

/// The page's own brackets must not read as our marks.
fn unmarked(text: &str) -> String {
    let mut text = text.to_owned();
    for mark in ["[-", "-]", "{+", "+}", "[~", "~]", "{~", "~}"] {
        let mut chars = mark.chars();
        if let (Some(first), Some(second)) = (chars.next(), chars.next()) {
            text = text.replace(mark, &format!("{first} {second}"));
        }
    }
    text
}

/// The first line after `mark`, the others after `indent`, which is as wide or wider.
fn hanging(mark: &str, text: &str, indent: &str) -> Vec<String> {
    let mut lines = wrap(text, indent);
    if let Some(first) = lines.first_mut() {
        first.replace_range(..indent.len(), mark);
    }
    lines
}

/// Breaks at blanks; a longer word is cut hard, unless it is an address.
fn wrap(text: &str, indent: &str) -> Vec<String> {
    let room = WIDTH - indent.chars().count();
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split([' ', '\n']).filter(|word| !word.is_empty()) {
        for piece in pieces(word, room) {
            let used = line.chars().count();
            if used > 0 && used + 1 + piece.chars().count() > room {
                lines.push(format!("{indent}{line}"));
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(&piece);
        }
    }
    if !line.is_empty() {
        lines.push(format!("{indent}{line}"));
    }
    lines
}

fn pieces(word: &str, room: usize) -> Vec<String> {
    let is_address = ["http://", "https://", "<http://", "<https://"]
        .iter()
        .any(|scheme| word.starts_with(scheme));
    if is_address && word.len() < 900 {
        return vec![word.to_owned()];
    }
    let chars: Vec<char> = word.chars().collect();
    chars
        .chunks(room)
        .map(|chunk| chunk.iter().collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_blanks_and_long_words_are_cut() {
        let lines = wrap(&format!("kurz {}", "x".repeat(100)), "> ");
        assert_eq!(
            lines,
            [
                "> kurz",
                &format!("> {}", "x".repeat(70)),
                &format!("> {}", "x".repeat(30))
            ]
        );
    }

    #[test]
    fn an_address_is_never_broken() {
        let url = format!("https://example.org/{}", "a".repeat(100));
        assert_eq!(wrap(&url, ""), [url]);
    }

    #[test]
    fn the_pages_own_brackets_are_no_marks() {
        assert_eq!(unmarked("a [-b-] {+c+}"), "a [ -b- ] { +c+ }");
    }
}
