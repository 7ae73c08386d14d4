//! A stretch of the calendar, in the grain in which a phrase names it.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::model::Precision;

/// First and last day, and how the phrase's own grain writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    pub from: Date,
    pub to: Date,
    pub precision: Precision,
    /// `None` where the grain has no name of its own, or the span lies in two of them.
    pub date: Option<String>,
}

impl Span {
    pub fn day(day: Date) -> Self {
        Self {
            from: day,
            to: day,
            precision: Precision::Day,
            date: Some(day.to_string()),
        }
    }

    pub fn date(year: i16, month: i16, day: i16) -> Option<Self> {
        civil(year, month, day).map(Self::day)
    }

    /// Some days in a row; no one of them is named.
    pub fn days(year: i16, month: i16, first: i16, last: i16) -> Option<Self> {
        let to = civil(year, month, last)?;
        let mut from = civil(year, month, first)?;
        if from > to {
            // "vom 30. auf den 1. Mai": it begins in the month before.
            from = from.checked_sub(1.month()).ok()?;
        }
        Some(Self {
            from,
            to,
            precision: Precision::Bound,
            date: None,
        })
    }

    pub fn month(year: i16, month: i16) -> Option<Self> {
        let first = civil(year, month, 1)?;
        Some(Self {
            from: first,
            to: first.last_of_month(),
            precision: Precision::Month,
            date: Some(first.strftime("%Y-%m").to_string()),
        })
    }

    /// Beginning, middle or end of a month: the days 1–10, 11–20, the rest.
    pub fn third(year: i16, month: i16, part: i16) -> Option<Self> {
        let mut span = Self::month(year, month)?;
        if part > 1 {
            span.from = civil(year, month, part * 10 - 9)?;
        }
        if part < 3 {
            span.to = civil(year, month, part * 10)?;
        }
        span.precision = Precision::ThirdOfMonth;
        Some(span)
    }

    pub fn year(year: i16) -> Option<Self> {
        Self::months(year, 1, 12, Precision::Year, year.to_string())
    }

    /// Beginning, middle or end of a year: outer bounds of four months each.
    pub fn part_of_year(year: i16, part: i16) -> Option<Self> {
        let written = year.to_string();
        Self::months(year, part * 4 - 3, part * 4, Precision::PartOfYear, written)
    }

    pub fn quarter(year: i16, quarter: i16) -> Option<Self> {
        let written = format!("{year}-Q{quarter}");
        Self::months(
            year,
            quarter * 3 - 2,
            quarter * 3,
            Precision::Quarter,
            written,
        )
    }

    pub fn half(year: i16, half: i16) -> Option<Self> {
        let written = format!("{year}-H{half}");
        Self::months(year, half * 6 - 5, half * 6, Precision::Half, written)
    }

    /// Of the weather, north of the equator: spring begins in March, winter in December.
    pub fn season(year: i16, season: i16) -> Option<Self> {
        let written = year.to_string();
        if season < 4 {
            return Self::months(year, season * 3, season * 3 + 2, Precision::Season, written);
        }
        let mut winter = Self::months(year, 12, 12, Precision::Season, written)?;
        winter.to = civil(year.checked_add(1)?, 2, 1)?.last_of_month();
        Some(winter)
    }

    /// From one year to another; no one of them is named.
    pub fn years(first: i16, last: i16) -> Option<Self> {
        (first < last).then_some(())?;
        Some(Self {
            from: civil(first, 1, 1)?,
            to: civil(last, 12, 31)?,
            precision: Precision::Bound,
            date: None,
        })
    }

    /// The week of a day, Monday to Sunday; written as its month, if it lies in one.
    pub fn week(day: Date) -> Option<Self> {
        let monday = i32::from(day.weekday().to_monday_zero_offset());
        let from = day.checked_sub(monday.days()).ok()?;
        let to = from.checked_add(6.days()).ok()?;
        let within = from.month() == to.month();
        Some(Self {
            from,
            to,
            precision: Precision::Week,
            date: within.then(|| from.strftime("%Y-%m").to_string()),
        })
    }

    /// Beginning, middle or end of a week: outer bounds of three or four days.
    pub fn part_of_week(day: Date, part: i16) -> Option<Self> {
        let mut span = Self::week(day)?;
        let monday = span.from;
        let (first, last) = [(0, 2), (1, 3), (3, 6)][usize::try_from(part - 1).ok()?];
        span.from = monday.checked_add(first.days()).ok()?;
        span.to = monday.checked_add(last.days()).ok()?;
        Some(span)
    }

    /// As EDTF: both bounds in the grain of the span's limits.
    pub fn interval(&self) -> String {
        format!("{}/{}", self.lower(), self.upper())
    }

    pub fn lower(&self) -> String {
        self.write(self.from)
    }

    pub fn upper(&self) -> String {
        self.write(self.to)
    }

    fn write(&self, day: Date) -> String {
        let whole_months = self.from.day() == 1 && self.to == self.to.last_of_month();
        let whole_years = whole_months && self.from.month() == 1 && self.to.month() == 12;
        match self.precision {
            Precision::Day | Precision::Week | Precision::ThirdOfMonth => day.to_string(),
            _ if whole_years => day.strftime("%Y").to_string(),
            _ if whole_months => day.strftime("%Y-%m").to_string(),
            _ => day.to_string(),
        }
    }

    fn months(
        year: i16,
        first: i16,
        last: i16,
        precision: Precision,
        written: String,
    ) -> Option<Self> {
        Some(Self {
            from: civil(year, first, 1)?,
            to: civil(year, last, 1)?.last_of_month(),
            precision,
            date: Some(written),
        })
    }
}

/// A day of the calendar, if there is such a day.
fn civil(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// A leap year, in which every day of a month exists.
pub const LEAP_YEAR: i16 = 2024;
