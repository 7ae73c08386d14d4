//! How long is kept what is derived of a page: old wordings, changes, events, looks. The archive keeps all.

use std::fmt;

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::ParseError;

/// What the page file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    All,
    Days(u16),
    Months(u16),
}

impl Keep {
    /// Readers may still be told of what is younger.
    const FEWEST_DAYS: u16 = 30;
    const MOST_YEARS: u16 = 100;

    /// `all`, or a number and a unit: `90 days`, `26w`, `18 months`, `2y`.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let wrong = || {
            ParseError(format!(
                "{text:?} says no time to keep things for; write \"all\", or a number of days, weeks, months or years from 30 days on, such as \"90 days\", \"18 months\" or \"2y\""
            ))
        };
        if text == "all" {
            return Ok(Keep::All);
        }
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let number: u16 = number.parse().map_err(|_| wrong())?;
        let times = |each: u16| number.checked_mul(each).ok_or_else(wrong);
        let keep = match unit.trim() {
            "d" | "day" | "days" => Keep::Days(number),
            "w" | "week" | "weeks" => Keep::Days(times(7)?),
            "m" | "month" | "months" => Keep::Months(number),
            "y" | "year" | "years" => Keep::Months(times(12)?),
            _ => return Err(wrong()),
        };
        match keep {
            Keep::Days(Self::FEWEST_DAYS..) => Ok(keep),
            Keep::Months(months) if (1..=Self::MOST_YEARS * 12).contains(&months) => Ok(keep),
            _ => Err(wrong()),
        }
    }

    /// What is older may go; it moves on at midnight, UTC. `None`: nothing may go.
    pub fn since(self, now: Timestamp) -> Option<Timestamp> {
        let span = match self {
            Keep::All => return None,
            Keep::Days(days) => Span::new().days(days),
            Keep::Months(months) => Span::new().months(months),
        };
        let then = now
            .to_zoned_datetime(TimeZone::UTC)
            .checked_sub(span)
            .ok()?;
        Some(then.start_of_day().ok()?.timestamp())
    }
}

impl fmt::Display for Keep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Keep::All => f.write_str("all"),
            Keep::Days(days) => write!(f, "{days} days"),
            Keep::Months(months) if months % 12 == 0 => match months / 12 {
                1 => f.write_str("1 year"),
                years => write!(f, "{years} years"),
            },
            Keep::Months(1) => f.write_str("1 month"),
            Keep::Months(months) => write!(f, "{months} months"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_in_words_and_in_short() {
        for (text, said, since) in [
            ("all", "all", None),
            ("2y", "2 years", Some("2024-02-28T00:00:00Z")),
            ("18 months", "18 months", Some("2024-08-28T00:00:00Z")),
            ("1 month", "1 month", Some("2026-01-28T00:00:00Z")),
            ("90 days", "90 days", Some("2025-11-30T00:00:00Z")),
            ("6 weeks", "42 days", Some("2026-01-17T00:00:00Z")),
        ] {
            let keep = Keep::parse(text).unwrap();
            assert_eq!(keep.to_string(), said);
            let since = since.map(|at| at.parse().unwrap());
            assert_eq!(keep.since("2026-02-28T12:00:00Z".parse().unwrap()), since);
        }
    }

    #[test]
    fn what_is_no_time_or_too_short_is_refused_with_what_to_write() {
        for text in [
            "", "2", "y", "-2y", "2 jahre", "10 days", "4w", "0y", "101y", "99999d", "2.5y",
        ] {
            let error = Keep::parse(text).unwrap_err().to_string();
            assert!(error.contains("such as \"90 days\""), "{text}: {error}");
        }
    }
}
