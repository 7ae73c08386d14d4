//! What a phrase means: a span or limits, and from what it was counted.

use super::Role;
use super::span::Span;
use crate::model::{Anchor, Precision, When};

/// What a phrase means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// Where nothing is known of the tense.
    pub open: Reading,
    /// Where the clause is about the past, or the future, and that makes a difference.
    pub past: Option<Reading>,
    pub future: Option<Reading>,
    pub anchor: Anchor,
    pub role: Role,
}

/// One meaning of a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    Span(Span),
    /// It begins in this span and goes on.
    From(Span),
    /// Limits only; `None` is open.
    Limits {
        lower: Option<String>,
        upper: Option<String>,
        precision: Precision,
    },
    /// What it is counted from is unknown.
    Unknown(Precision),
}

impl Reading {
    pub fn when(&self, raw: &str, anchor: Anchor) -> When {
        let (date, interval, precision) = match self {
            Reading::Span(span) => (span.date.clone(), span.interval(), span.precision),
            Reading::From(span) => (
                span.date.clone(),
                format!("{}/..", span.lower()),
                span.precision,
            ),
            Reading::Limits {
                lower,
                upper,
                precision,
            } => (None, limits(lower.as_deref(), upper.as_deref()), *precision),
            Reading::Unknown(precision) => (None, "/".to_owned(), *precision),
        };
        When {
            raw: raw.to_owned(),
            date,
            interval,
            precision,
            anchor,
        }
    }
}

impl Resolved {
    pub fn one(reading: Reading, anchor: Anchor) -> Self {
        Self {
            open: reading,
            past: None,
            future: None,
            anchor,
            role: Role::Point,
        }
    }

    pub fn stated(span: Span) -> Self {
        Self::one(Reading::Span(span), Anchor::Stated)
    }

    pub fn unknown(precision: Precision) -> Self {
        Self::one(Reading::Unknown(precision), Anchor::Stated)
    }
}

/// `..` is open on that side, `/` alone unknown on both.
fn limits(lower: Option<&str>, upper: Option<&str>) -> String {
    match (lower, upper) {
        (None, None) => "/".to_owned(),
        (lower, upper) => format!("{}/{}", lower.unwrap_or(".."), upper.unwrap_or("..")),
    }
}
