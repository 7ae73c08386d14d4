//! Reads `Retry-After`: seconds or a date (RFC 9110, section 10.2.3); what is neither is ignored.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A server that asks for more is asked again after a day all the same.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);

/// The three date forms of RFC 9110, section 5.6.7, the current one first.
const DATES: [&str; 3] = [
    "%a, %d %b %Y %H:%M:%S GMT",
    "%A, %d-%b-%y %H:%M:%S GMT",
    "%a %b %e %H:%M:%S %Y",
];

/// The instant before which not to come again, where the line asks for one in the future.
pub fn parse(line: &str, now: Timestamp) -> Option<Timestamp> {
    let line = line.trim();
    let wait = seconds(line).or_else(|| Some(date(line)?.duration_since(now)))?;
    if wait.is_positive() {
        now.checked_add(wait.min(LONGEST)).ok()
    } else {
        None
    }
}

fn seconds(line: &str) -> Option<SignedDuration> {
    if line.is_empty() || !line.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // More digits than a number holds are a very long time, not garbage.
    Some(line.parse().map_or(LONGEST, SignedDuration::from_secs))
}

fn date(line: &str) -> Option<Timestamp> {
    let civil = DATES
        .iter()
        .find_map(|form| DateTime::strptime(form, line).ok())?;
    TimeZone::UTC.to_timestamp(civil).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `expected` in seconds from now, which is 1994-11-06 08:00:00 UTC.
    fn check(line: &str, expected: Option<i64>) {
        let now: Timestamp = "1994-11-06T08:00:00Z".parse().unwrap();
        let wait = parse(line, now).map(|at| at.duration_since(now).as_secs());
        assert_eq!(wait, expected, "{line:?}");
    }

    #[test]
    fn seconds_and_dates_are_honoured_up_to_a_day() {
        check("7", Some(7));
        check(" 120 ", Some(120));
        check("31536000", Some(86_400));
        check("99999999999999999999999999", Some(86_400));
        check("Sun, 06 Nov 1994 08:49:37 GMT", Some(2_977));
        check("Sunday, 06-Nov-94 08:49:37 GMT", Some(2_977));
        check("Sun Nov  6 08:49:37 1994", Some(2_977));
        check("Mon, 06 Nov 1995 08:49:37 GMT", Some(86_400));
    }

    #[test]
    fn garbage_and_the_past_are_ignored() {
        for line in [
            "",
            "0",
            "-1",
            "+7",
            "1.5",
            "soon",
            "Sun, 06 Nov 1994 07:59:59 GMT",
            "Sun, 99 Nov 1994 08:49:37 GMT",
            "9999999999999999999999999999 s",
            "\u{663}",
        ] {
            check(line, None);
        }
    }
}
