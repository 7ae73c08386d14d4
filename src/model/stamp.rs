//! Instants as web archives and databases write them: 14 digits of UTC, or whole milliseconds.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

const DIGITS: &str = "%Y%m%d%H%M%S";

/// `20240913120000`.
pub fn stamp(at: Timestamp) -> String {
    at.strftime(DIGITS).to_string()
}

/// What 14 digits say; `None` of anything else.
pub fn stamped(text: &str) -> Option<Timestamp> {
    let digits = text.len() == 14 && text.bytes().all(|byte| byte.is_ascii_digit());
    let read = digits.then(|| DateTime::strptime(DIGITS, text).ok())??;
    Offset::UTC.to_timestamp(read).ok()
}

/// As the database keeps instants.
pub fn whole_millis(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}
