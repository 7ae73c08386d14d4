//! Says when a digest is due: at the reader's own hour, in the reader's own time zone.

use jiff::civil::{Date, Weekday};
use jiff::{Span, Timestamp};

use crate::model::{Beat, Hour, Zone};

/// The first due time after an instant. An hour that the clock skips comes when it has been skipped.
pub fn next(beat: Beat, hour: Hour, zone: &Zone, after: Timestamp) -> Timestamp {
    let rules = zone.rules();
    let today = rules.to_datetime(after).date();
    let mut day = Some(first_day(beat, today));
    // The day itself may be over already; the one after it is not.
    for _ in 0..3 {
        let Some(date) = day else { break };
        let at = rules.to_timestamp(date.at(hour.get(), 0, 0, 0));
        match at {
            Ok(at) if at > after => return at,
            _ => day = following(beat, date),
        }
    }
    // Only at the end of the calendar's time.
    Timestamp::MAX
}

/// The day of the beat that is today or was last.
fn first_day(beat: Beat, today: Date) -> Date {
    match beat {
        Beat::Daily => today,
        Beat::Weekly => {
            let since_monday = today.weekday().since(Weekday::Monday);
            today
                .checked_sub(Span::new().days(since_monday))
                .unwrap_or(today)
        }
        Beat::Monthly => today.first_of_month(),
    }
}

fn following(beat: Beat, day: Date) -> Option<Date> {
    let step = match beat {
        Beat::Daily => Span::new().days(1),
        Beat::Weekly => Span::new().weeks(1),
        Beat::Monthly => Span::new().months(1),
    };
    day.checked_add(step).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_comes_at_the_readers_own_hour() {
        let berlin = "Europe/Berlin";
        check(
            Beat::Daily,
            7,
            berlin,
            "2024-09-16T04:59:59Z",
            "2024-09-16T05:00:00Z",
        );
        check(
            Beat::Daily,
            7,
            berlin,
            "2024-09-16T05:00:00Z",
            "2024-09-17T05:00:00Z",
        );
        check(
            Beat::Daily,
            7,
            "America/New_York",
            "2024-09-16T05:00:00Z",
            "2024-09-16T11:00:00Z",
        );
        // 16 September 2024 was a Monday.
        check(
            Beat::Weekly,
            7,
            berlin,
            "2024-09-15T22:30:00Z",
            "2024-09-16T05:00:00Z",
        );
        check(
            Beat::Weekly,
            7,
            berlin,
            "2024-09-16T05:00:00Z",
            "2024-09-23T05:00:00Z",
        );
        check(
            Beat::Monthly,
            7,
            berlin,
            "2024-12-01T06:00:00Z",
            "2025-01-01T06:00:00Z",
        );
    }

    #[test]
    fn the_day_on_which_clocks_change_has_one_digest() {
        // 02:00 does not exist on 31 March 2024 in Berlin, and exists twice on 27 October.
        check(
            Beat::Daily,
            2,
            "Europe/Berlin",
            "2024-03-30T12:00:00Z",
            "2024-03-31T01:00:00Z",
        );
        check(
            Beat::Daily,
            2,
            "Europe/Berlin",
            "2024-10-26T12:00:00Z",
            "2024-10-27T00:00:00Z",
        );
        check(
            Beat::Daily,
            2,
            "Europe/Berlin",
            "2024-10-27T00:00:00Z",
            "2024-10-28T01:00:00Z",
        );
    }

    #[track_caller]
    fn check(beat: Beat, hour: i8, zone: &str, after: &str, expected: &str) {
        let (hour, zone) = (Hour::new(hour).unwrap(), Zone::parse(zone).unwrap());
        let due = next(beat, hour, &zone, after.parse().unwrap());
        assert_eq!(due, expected.parse().unwrap(), "after {after}");
    }
}
