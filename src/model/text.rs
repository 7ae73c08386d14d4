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

    /// The text without the mark of its cut: what the page really says.
    pub fn said(&self) -> &str {
        match self.extent {
            Extent::Whole => &self.text,
            Extent::Cut => self.text.trim_end_matches(['…', '.', ' ']).trim_end(),
        }
    }
}
