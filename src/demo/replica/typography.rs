//! How a text is set: soft hyphens, hard blanks, quotation marks, and where a teaser is cut.

use super::texts::texts;

const SOFT_HYPHEN: &str = "\u{ad}";
const HARD_BLANK: char = '\u{a0}';

/// Two ways to set the same words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// A few soft hyphens, „German quotation marks“.
    Plain,
    /// Many soft hyphens, a hard blank after each figure, "straight quotation marks".
    Noisy,
}

impl Setting {
    pub fn apply(self, text: &str) -> String {
        let hyphens = &texts().hyphens;
        match self {
            Self::Plain => hyphenate(text, &hyphens.always),
            Self::Noisy => {
                let text = hyphenate(&hyphenate(text, &hyphens.always), &hyphens.noisy);
                harden(&text.replace(['„', '“'], "\""))
            }
        }
    }

    /// The most characters of a teaser before its "…". The list of the ministry keeps up to 174 or
    /// 175; one word more or less early in a text moves the cut, as the noisy figure does.
    pub fn cut_at(self) -> usize {
        match self {
            Self::Plain => 174,
            Self::Noisy => 158,
        }
    }
}

/// The words that fit into `limit` characters, and " …" when some did not.
pub fn cut(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut length = 0;
    for word in text.split(' ') {
        length += word.chars().count() + 1;
        // The blank before the first word does not count.
        if length > limit + 1 {
            break;
        }
        kept.push_str(word);
        kept.push(' ');
    }
    kept + "…"
}

/// Puts a soft hyphen into each word where its pattern has a `|`.
fn hyphenate(text: &str, patterns: &[String]) -> String {
    patterns.iter().fold(text.to_owned(), |text, pattern| {
        let word = pattern.replace('|', "");
        text.replace(&word, &pattern.replace('|', SOFT_HYPHEN))
    })
}

/// Turns the blank after a figure ("13. September", "25 Artikel") into a hard one.
fn harden(text: &str) -> String {
    let mut hardened = String::with_capacity(text.len());
    for (at, letter) in text.char_indices() {
        let before = text.get(..at).unwrap_or_default().trim_end_matches('.');
        let after_figure = before.ends_with(|c: char| c.is_ascii_digit());
        let blank = letter == ' ' && after_figure;
        hardened.push(if blank { HARD_BLANK } else { letter });
    }
    hardened
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_teaser_is_cut_at_a_word_boundary() {
        let check = |limit, expected: &str| assert_eq!(cut("eins zwei drei", limit), expected);
        check(14, "eins zwei drei");
        check(13, "eins zwei …");
        check(9, "eins zwei …");
        check(8, "eins …");
    }

    #[test]
    fn the_noisy_setting_changes_characters_and_no_word() {
        let set = Setting::Noisy.apply("Am 13. September in „Deutschland“ unterzeichnet");
        assert_eq!(
            set,
            "Am 13.\u{a0}September in \"Deutsch\u{ad}land\" unter\u{ad}zeichnet"
        );
    }
}
