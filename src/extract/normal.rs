//! One form for every text: what looks the same to a reader is the same to us.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::cut;
pub use crate::model::fold;
use crate::model::{Extent, Text, invisible};

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
    let spaced = visible.map(|char| {
        if char.is_whitespace() && char != '\n' {
            ' '
        } else {
            char
        }
    });
    // Nearly all text is composed already, and to see that costs a tenth of composing it.
    if is_nfc_quick(spaced.clone()) == IsNormalized::Yes {
        tidy(spaced)
    } else {
        tidy(spaced.nfc())
    }
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
}
