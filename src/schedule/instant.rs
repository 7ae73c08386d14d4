//! Turns wall-clock times into instants, over the hours that a zone leaves out or repeats.

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use super::civil::Civil;

/// For expressions that name minute and hour: a time that the clock leaves out comes at the first
/// instant after the gap; one that the clock shows twice comes on the first pass only.
pub fn of_fixed_times(civil: &Civil, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
    let mut time = zone.to_datetime(now);
    loop {
        time = civil.after(time)?;
        let instant = first_instant(zone, time)?;
        // Times of a gap, and of a fold's first pass, may lie behind us.
        if instant > now {
            return Some(instant);
        }
    }
}

/// For expressions with `*` in minute or hour: they follow the clock on the wall, so what it
/// leaves out does not come, and what it shows twice comes twice, in the order of time. Within a
/// stretch of constant offset this is plain arithmetic.
pub fn of_running_clock(civil: &Civil, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
    let mut offset = zone.to_offset(now);
    let mut from = offset.to_datetime(now);
    let mut jumps = zone.following(now);
    loop {
        let due = offset.to_timestamp(civil.after(from)?).ok()?;
        let Some(jump) = jumps.next() else {
            return Some(due);
        };
        if due < jump.timestamp() {
            return Some(due);
        }
        offset = jump.offset();
        from = just_before(offset.to_datetime(jump.timestamp()))?;
    }
}

fn first_instant(zone: &TimeZone, time: DateTime) -> Option<Timestamp> {
    match zone.to_ambiguous_timestamp(time).offset() {
        AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(time).ok(),
        AmbiguousOffset::Fold { before, .. } => before.to_timestamp(time).ok(),
        AmbiguousOffset::Gap { after, .. } => end_of_gap(zone, time, after),
    }
}

/// Read with the offset that holds after the gap, a time in the gap lies before the jump.
fn end_of_gap(zone: &TimeZone, time: DateTime, after: Offset) -> Option<Timestamp> {
    zone.following(after.to_timestamp(time).ok()?)
        .find(|jump| jump.offset() == after)
        .map(|jump| jump.timestamp())
}

fn just_before(time: DateTime) -> Option<DateTime> {
    time.checked_sub(SignedDuration::from_secs(1)).ok()
}
