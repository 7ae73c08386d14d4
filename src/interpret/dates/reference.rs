//! The date from which relative phrases are counted, in the grain in which it is known.

use jiff::ToSpan;
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

    /// The last day of the grain.
    pub fn last(self) -> Date {
        match self.grain {
            Grain::Day => self.day,
            Grain::Month => self.day.last_of_month(),
            Grain::Year => self.day.last_of_year(),
        }
    }

    /// As it is written in its grain.
    pub fn written(self) -> String {
        self.write(self.day)
    }

    /// So many days, weeks, months or years later, written in the coarser grain of both.
    pub fn shifted(self, count: i16, unit: Unit) -> Option<String> {
        let date = unit.shift(self.day, count)?;
        Some(self.write(date))
    }

    fn write(self, date: Date) -> String {
        match self.grain {
            Grain::Day => date.to_string(),
            Grain::Month => date.strftime("%Y-%m").to_string(),
            Grain::Year => date.strftime("%Y").to_string(),
        }
    }
}

/// A unit that people count time in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Day,
    Week,
    Month,
    Year,
}

impl Unit {
    /// By its place in the lexicon's list, from one.
    pub fn at(place: i16) -> Option<Self> {
        [Unit::Day, Unit::Week, Unit::Month, Unit::Year]
            .get(usize::try_from(place - 1).ok()?)
            .copied()
    }

    pub fn shift(self, date: Date, count: i16) -> Option<Date> {
        let span = match self {
            Unit::Day => count.days(),
            Unit::Week => count.weeks(),
            Unit::Month => count.months(),
            Unit::Year => count.years(),
        };
        date.checked_add(span).ok()
    }

    /// The coarsest reference from which it can be counted.
    pub fn grain(self) -> Grain {
        match self {
            Unit::Day | Unit::Week => Grain::Day,
            Unit::Month => Grain::Month,
            Unit::Year => Grain::Year,
        }
    }
}
