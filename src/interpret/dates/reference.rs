//! The date from which relative phrases are counted, in the grain in which it is known.

use jiff::civil::Date;

use crate::model::{Anchor, ParseError};

/// When a text was written, or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference {
    /// The first day of the grain.
    pub day: Date,
    pub grain: Grain,
    pub anchor: Anchor,
}

/// How exactly a reference is known. Phrases finer than that stay without a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grain {
    Day,
    Month,
    Year,
}

impl Reference {
    /// Takes `2024-09-20`, `2024-09` or `2024`.
    pub fn parse(text: &str, anchor: Anchor) -> Result<Self, ParseError> {
        let (grain, whole) = match text.len() {
            10 => (Grain::Day, text.to_owned()),
            7 => (Grain::Month, format!("{text}-01")),
            _ => (Grain::Year, format!("{text}-01-01")),
        };
        let shaped = whole.len() == 10
            && whole.char_indices().all(|(at, char)| match at {
                4 | 7 => char == '-',
                _ => char.is_ascii_digit(),
            });
        match whole.parse::<Date>() {
            Ok(day) if shaped => Ok(Self { day, grain, anchor }),
            _ => Err(ParseError(format!(
                "{text:?} is not a date; write for example \"2024-09-20\", \"2024-09\" or \"2024\""
            ))),
        }
    }
}
