//! One form for every text: what looks the same to a reader is the same to us.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::cut;
use crate::model::{Extent, Text};

/// Part of the recipe's version: raise it when the same bytes would give another text.
pub const VERSION: u32 = 1;

/// A text that a page may have cut.
pub fn text(rendered: &str) -> Text {
    let original = tidy(rendered.chars());
    let (text, extent) = cut::mark(plain(rendered));
    kept(text, original, extent)
}

/// A text that is whole by its nature: an article, an introduction.
pub fn whole(rendered: &str) -> Text {
    kept(plain(rendered), tidy(rendered.chars()), Extent::Whole)
}

/// For looking up names and for keys: no marks, no case, no kinds of dashes and quotes.
pub fn fold(text: &str) -> String {
    let folded: String = text
        .nfkd()
        .filter(|&char| !is_combining_mark(char) && !invisible(char))
        .flat_map(char::to_lowercase)
        .flat_map(|char| match char {
            'ß' => ['s', 's'].into_iter().take(2),
            '’' | '‘' | 'ʼ' | '`' | '´' => ['\'', ' '].into_iter().take(1),
            '\u{2010}'..='\u{2015}' | '\u{2212}' => ['-', ' '].into_iter().take(1),
            other => [other, ' '].into_iter().take(1),
        })
        .collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn kept(text: String, original: String, extent: Extent) -> Text {
    let original = if original == text {
        String::new()
    } else {
        original
    };
    Text {
        text,
        original,
        extent,
    }
}

fn plain(rendered: &str) -> String {
    let visible = rendered.chars().filter(|&char| !invisible(char));
    tidy(
        visible
            .map(|char| {
                if char.is_whitespace() && char != '\n' {
                    ' '
                } else {
                    char
                }
            })
            .nfc(),
    )
}

/// Single blanks, single line ends, no control characters, no blanks at the ends.
fn tidy(chars: impl Iterator<Item = char>) -> String {
    let mut text = String::new();
    let mut gap: Option<char> = None;
    for char in chars {
        match char {
            '\n' => gap = Some('\n'),
            ' ' | '\t' | '\r' | '\u{c}' => gap = gap.or(Some(' ')),
            control if control.is_control() || noncharacter(control) => {}
            char => {
                if let Some(gap) = gap.take()
                    && !text.is_empty()
                {
                    text.push(gap);
                }
                text.push(char);
            }
        }
    }
    text
}

/// Soft hyphen, zero width, direction marks and overrides: nothing a reader sees.
fn invisible(char: char) -> bool {
    matches!(
        char,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
    )
}

fn noncharacter(char: char) -> bool {
    let code = u32::from(char);
    code & 0xfffe == 0xfffe || (0xfdd0..=0xfdef).contains(&code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_the_same_is_the_same() {
        for same in [
            "Migrations\u{ad}abkommen für Kenia",
            "  Migrationsabkommen\t\r fu\u{308}r\u{a0}Kenia ",
            "Migrations\u{200b}abkommen f\u{200d}ür\u{202f}Kenia",
            "\u{202e}Migrationsabkommen\u{202c} für\u{2028}Kenia\0\u{9d}\u{ffff}",
        ] {
            assert_eq!(text(same).text, "Migrationsabkommen für Kenia", "{same:?}");
        }
    }

    #[test]
    fn the_original_is_kept_only_where_it_differs() {
        assert_eq!(text(" gleich  geblieben ").original, "");
        assert_eq!(text("ab\u{ad}kommen\0").original, "ab\u{ad}kommen");
        assert_eq!(text("Ziel ist ...").original, "Ziel ist ...");
    }

    #[test]
    fn folding_drops_marks_case_and_kinds_of_quotes() {
        assert_eq!(fold("Côte  d’Ivoire"), "cote d'ivoire");
        assert_eq!(fold("GROẞBRITANNIEN"), fold("Großbritannien"));
        assert_eq!(fold("TÜRKİYE"), fold("Türkiye"));
    }
}
