//! EDTF intervals as days: what a drawing and a calendar need of a date.

use jiff::civil::Date;

/// First and last day of a time; `None` where it is open.
pub type Bounds = (Option<Date>, Option<Date>);

/// First and last day of an EDTF interval; `None` where an end is open or unknown.
pub fn bounds(interval: &str) -> Option<(Date, Date)> {
    let (from, to) = ends(interval)?;
    from.zip(to)
}

/// The ends that an EDTF interval has; `None` where it has none.
pub fn ends(interval: &str) -> Option<Bounds> {
    let (from, to) = interval.split_once('/').unwrap_or((interval, interval));
    let ends = (first_day(from), last_day(to));
    (ends != (None, None)).then_some(ends)
}

fn first_day(text: &str) -> Option<Date> {
    let mut parts = text.splitn(3, '-');
    let year = parts.next()?.parse().ok()?;
    let month = parts.next().map_or(Some(1), |month| month.parse().ok())?;
    let day = parts.next().map_or(Some(1), |day| day.parse().ok())?;
    Date::new(year, month, day).ok()
}

fn last_day(text: &str) -> Option<Date> {
    let first = first_day(text)?;
    match text.matches('-').count() {
        0 => Date::new(first.year(), 12, 31).ok(),
        1 => Some(first.last_of_month()),
        _ => Some(first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_reaches_from_its_first_day_to_its_last() {
        check("2023-09/2023-12", Some(("2023-09-01", "2023-12-31")));
        check("2024-09-13", Some(("2024-09-13", "2024-09-13")));
        check("2024-02", Some(("2024-02-01", "2024-02-29")));
        check("2023", Some(("2023-01-01", "2023-12-31")));
        check("../2025-12-31", None);
        check("2023-12-23/..", None);
        check("/", None);
        let since = "2023-12-23".parse().ok();
        assert_eq!(ends("2023-12-23/.."), Some((since, None)));
        assert_eq!(ends("/"), None);
    }

    #[track_caller]
    fn check(interval: &str, expected: Option<(&str, &str)>) {
        let expected = expected.map(|(from, to)| (from.parse().unwrap(), to.parse().unwrap()));
        assert_eq!(bounds(interval), expected, "{interval}");
    }
}
