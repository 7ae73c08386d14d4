//! A piece of page text: how we compare it, how it stood there, and whether it is whole.

use serde::{Deserialize, Serialize};

/// Text of a page, normalised for comparing and quoting, with the original beside it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Text {
    /// NFC, single blanks, no soft hyphens or zero-width characters; the "…" of a cut is kept.
    pub text: String,
    /// As the page had it, before normalising (control characters removed). Empty where equal to `text`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub original: String,
    #[serde(default)]
    pub extent: Extent,
}

/// How two texts differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sameness {
    Same,
    /// In quotation marks, dashes, case, or in where the page cuts them.
    Cosmetic,
    Different,
}

/// Whether the page shows all of a text or stops with "…".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Extent {
    #[default]
    Whole,
    Cut,
}

impl Text {
    /// A whole text that needed no normalising.
    pub fn whole(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            original: String::new(),
            extent: Extent::Whole,
        }
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub fn is_cut(&self) -> bool {
        self.extent == Extent::Cut
    }

    /// How this text differs from a later one.
    pub fn sameness(&self, after: &Self) -> Sameness {
        if self.text == after.text && self.extent == after.extent {
            return Sameness::Same;
        }
        let (then, now) = (fold(self.said()), fold(after.said()));
        let continues = match (self.extent, after.extent) {
            (Extent::Cut, Extent::Cut) => then.starts_with(&now) || now.starts_with(&then),
            (Extent::Cut, Extent::Whole) => now.starts_with(&then),
            (Extent::Whole, Extent::Cut) => then.starts_with(&now),
            (Extent::Whole, Extent::Whole) => then == now,
        };
        let something_to_compare = then.is_empty() == now.is_empty();
        if continues && something_to_compare {
            Sameness::Cosmetic
        } else {
            Sameness::Different
        }
    }

    /// Of two texts that differ only in where they are cut, the one that says more.
    #[must_use]
    pub fn fuller(self, other: Self) -> Self {
        let shows_less = other.is_cut() && other.said().len() < self.said().len();
        if shows_less { self } else { other }
    }

    /// The text without the mark of its cut: what the page really says.
    pub fn said(&self) -> &str {
        match self.extent {
            Extent::Whole => &self.text,
            Extent::Cut => self.text.trim_end_matches(['…', ' ']),
        }
    }
}

/// Quotation marks, dashes and case carry no news.
fn fold(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '„' | '“' | '”' | '«' | '»' | '‟' => '"',
            '‚' | '‘' | '’' | '‹' | '›' | '`' | '´' => '\'',
            '‐' | '‑' | '‒' | '–' | '—' | '−' => '-',
            other => other,
        })
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Sameness::{Cosmetic, Different, Same};

    #[test]
    fn a_cut_that_moves_is_no_change() {
        check("wir reden über Migration …", "wir reden …", Cosmetic);
        check("wir reden …", "wir reden über Migration …", Cosmetic);
        check("wir reden …", "wir reden über Migration.", Cosmetic);
    }

    #[test]
    fn words_before_the_cut_count() {
        check("wir reden über Migration …", "wir schweigen …", Different);
    }

    #[test]
    fn words_after_a_whole_text_count() {
        check(
            "wir reden.",
            "wir reden. Und wir unterzeichnen …",
            Different,
        );
        check("wir reden.", "wir reden. Und mehr.", Different);
    }

    #[test]
    fn a_text_that_comes_or_goes_is_a_change() {
        check("", "neu", Different);
        check("alt …", "", Different);
    }

    #[test]
    fn quotation_marks_dashes_and_case_are_cosmetic() {
        check("das „Paket“ – neu", "Das \"Paket\" - neu", Cosmetic);
        check("a", "a", Same);
    }

    #[test]
    fn the_fuller_of_two_cut_texts_is_kept() {
        let long = text("wir reden über Migration …");
        let short = text("wir reden …");
        assert_eq!(long.clone().fuller(short.clone()), long);
        assert_eq!(short.fuller(long.clone()), long);
    }

    #[track_caller]
    fn check(before: &str, after: &str, expected: Sameness) {
        assert_eq!(text(before).sameness(&text(after)), expected);
    }

    fn text(text: &str) -> Text {
        let extent = if text.ends_with('…') {
            Extent::Cut
        } else {
            Extent::Whole
        };
        Text {
            extent,
            ..Text::whole(text)
        }
    }
}
