//! Makes page text fit for one line of a mail, a log or a feed: nothing in it can steer what shows it.

use crate::model::invisible;

/// Control characters and line separators become blanks; invisible and direction-changing characters
/// and non-characters (which XML refuses) are dropped. Letters and marks stay as the page has them.
pub fn one_line(text: &str) -> String {
    text.chars()
        .filter(|&c| !is_invisible(c))
        .map(|c| if is_break(c) { ' ' } else { c })
        .collect()
}

/// A text with its line breaks, and nothing else that could steer a display.
pub fn lines(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(one_line).collect();
    lines.join("\n")
}

/// The first `limit` characters, with "…" as the last one where something was cut.
pub fn at_most(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let kept: String = text.chars().take(limit.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// One line for a header. A mail program would decode `=?utf-8?q?…?=` even where the page wrote it
/// (RFC 2047 section 5), so its opening is taken apart.
pub fn header_text(text: &str) -> String {
    one_line(text).replace("=?", "= ?")
}

fn is_break(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Characters that show nothing themselves but may steer what stands beside them.
pub fn is_invisible(c: char) -> bool {
    let point = u32::from(c);
    let noncharacter = (point & 0xFFFE) == 0xFFFE || (0xFDD0..=0xFDEF).contains(&point);
    noncharacter || invisible(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_steers_a_display_is_left() {
        check("a\r\nBcc: b", "a  Bcc: b");
        check("a\u{2028}b\u{2029}c\0d\u{1b}[31m", "a b c d [31m");
        check("\u{e0001}a\u{e0041}", "a");
        check("\u{202e}gnp\u{202c}\u{200b}\u{feff}\u{fffe}", "gnp");
        check("Côte d’Ivoire – „Süd“", "Côte d’Ivoire – „Süd“");
    }

    #[test]
    fn an_encoded_word_of_the_page_stays_literal() {
        assert_eq!(header_text("=?utf-8?q?x?="), "= ?utf-8?q?x?=");
    }

    #[test]
    fn a_limit_counts_characters_and_shows_the_cut() {
        assert_eq!(at_most("äöü", 3), "äöü");
        assert_eq!(at_most("äöüß", 3), "äö…");
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(one_line(text), expected);
    }
}
