//! How two clauses about one step stand to each other: which says more, whether they agree, whether both can be right.

use jiff::civil::{Date, date};

use crate::model::{Factuality, Precision, Statement, When};

/// How much a clause claims; of several about one step the one that claims most stands.
pub fn certainty(statement: &Statement) -> u8 {
    match statement.factuality {
        Factuality::Done | Factuality::State => 8,
        Factuality::ReportedDone => 7,
        Factuality::Failed => 6,
        Factuality::Ongoing => 5,
        // A dated sentence that breaks off may be the act itself, which an older text only announces.
        Factuality::Incomplete if statement.when.is_some() => 4,
        Factuality::Planned => 3,
        Factuality::Conditional => 2,
        Factuality::Negated => 1,
        Factuality::Incomplete => 0,
    }
}

/// How exactly a clause is dated; the finer the more. `None` is less than any date.
pub fn precision(statement: &Statement) -> u8 {
    let grain = |when: &When| match when.precision {
        Precision::Day => 9,
        Precision::Week | Precision::ThirdOfMonth => 8,
        Precision::Month => 7,
        Precision::Quarter | Precision::Season => 6,
        Precision::Half | Precision::PartOfYear => 5,
        Precision::Year => 4,
        Precision::Bound => 2,
        Precision::Vague => 1,
    };
    statement.when.as_ref().map_or(0, grain)
}

/// Whether two clauses about one step claim the same, so that one in the place of the other is no event.
/// "Is signed" and "was signed" are the same claim; a date that is only left out or told less finely
/// takes nothing back.
pub fn same_claim(before: &Statement, after: &Statement, is_hard: bool) -> bool {
    let happened = |of: Factuality| matches!(of, Factuality::Done | Factuality::State);
    let goes_on = |of: Factuality| !is_hard && (happened(of) || of == Factuality::Ongoing);
    let (then, now) = (before.factuality, after.factuality);
    let as_certain =
        then == now || (happened(then) && happened(now)) || (goes_on(then) && goes_on(now));
    as_certain && !dates_more(before.when.as_ref(), after.when.as_ref())
}

/// Whether the later date says something that the earlier did not.
fn dates_more(before: Option<&When>, after: Option<&When>) -> bool {
    let (Some(before), Some(after)) = (before, after) else {
        return before.is_none() && after.is_some_and(|after| after.date.is_some());
    };
    if before.interval == after.interval {
        return false;
    }
    match (bounds(before), bounds(after)) {
        // Told less finely, but not otherwise.
        (Some(then), Some(now)) => !(now.0 <= then.0 && then.1 <= now.1),
        (None, Some(_)) => after.date.is_some(),
        (_, None) => false,
    }
}

/// Whether two clauses about an act that is done once cannot both be right: two dates, or done and denied.
pub fn contradicts(one: &Statement, other: &Statement) -> bool {
    let denied = |of: Factuality| matches!(of, Factuality::Negated | Factuality::Failed);
    let done = |of: Factuality| matches!(of, Factuality::Done | Factuality::State);
    let stands = |of: Factuality| done(of) || of == Factuality::Ongoing;
    let (a, b) = (one.factuality, other.factuality);
    if (stands(a) && denied(b)) || (denied(a) && stands(b)) {
        return true;
    }
    let happened = |of: Factuality| {
        done(of) || matches!(of, Factuality::ReportedDone | Factuality::Incomplete)
    };
    let (Some(then), Some(now)) = (one.when.as_ref(), other.when.as_ref()) else {
        return false;
    };
    match (bounds(then), bounds(now)) {
        (Some(then), Some(now)) if happened(a) && happened(b) => then.1 < now.0 || now.1 < then.0,
        _ => false,
    }
}

/// First and last day that an interval allows; `None` where the phrase only gives a limit or an order.
fn bounds(when: &When) -> Option<(Date, Date)> {
    if matches!(when.precision, Precision::Bound | Precision::Vague) {
        return None;
    }
    let (from, to) = when.interval.split_once('/')?;
    let first = match from {
        "" => return None,
        ".." => Date::MIN,
        from => first_day(from)?,
    };
    let last = match to {
        "" => return None,
        ".." => Date::MAX,
        to => last_day(to)?,
    };
    Some((first, last))
}

fn first_day(edtf: &str) -> Option<Date> {
    let (year, month, day) = parts(edtf)?;
    Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).ok()
}

fn last_day(edtf: &str) -> Option<Date> {
    let (year, month, day) = parts(edtf)?;
    match (month, day) {
        (Some(month), Some(day)) => Date::new(year, month, day).ok(),
        (Some(month), None) => Date::new(year, month, 1).ok().map(Date::last_of_month),
        (None, _) => Some(date(year, 12, 31)),
    }
}

fn parts(edtf: &str) -> Option<(i16, Option<i8>, Option<i8>)> {
    let mut parts = edtf.split('-');
    let year = parts
        .next()?
        .parse()
        .ok()
        .filter(|year| (1..=9998).contains(year))?;
    let month = parts.next().map(str::parse).transpose().ok()?;
    let day = parts.next().map(str::parse).transpose().ok()?;
    Some((year, month, day))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interpret::sample::statement;

    #[test]
    fn two_dates_of_one_act_are_a_contradiction_unless_one_holds_the_other() {
        contradiction("DONE 2023", "DONE 2024-09-13", true);
        contradiction("DONE 2024", "DONE 2024-09-13", false);
        contradiction("DONE", "DONE 2024-09-13", false);
        contradiction("PLANNED 2024-08", "DONE 2024-09-13", false);
        contradiction("DONE 2024-09-13", "NEGATED", true);
        contradiction("REPORTED_DONE 2023-05", "DONE 2024", true);
        contradiction("INCOMPLETE 2024-09-13", "DONE 2024-09-14", true);
    }

    #[test]
    fn other_words_for_the_same_claim_are_no_event() {
        same("DONE 2024-09-13", "STATE 2024-09-13", true);
        same("DONE 2023-12-19", "DONE 2023", true);
        same("DONE 2023", "DONE", true);
        same("DONE", "DONE 2023", false);
        same("DONE 2023", "DONE 2023-12-19", false);
        same("DONE 2023", "DONE 2024", false);
        same("PLANNED", "DONE", false);
        same("ONGOING", "DONE", false);
    }

    #[track_caller]
    fn contradiction(one: &str, other: &str, expected: bool) {
        let (one, other) = (statement("SIGNED", one), statement("SIGNED", other));
        assert_eq!(contradicts(&one, &other), expected);
        assert_eq!(contradicts(&other, &one), expected);
    }

    #[track_caller]
    fn same(before: &str, after: &str, expected: bool) {
        let (before, after) = (statement("SIGNED", before), statement("SIGNED", after));
        assert_eq!(same_claim(&before, &after, true), expected);
    }
}
