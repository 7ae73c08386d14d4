//! Dates of the calendar: complete ones, and those that need a reference to have a year.

use jiff::civil::{Date, Weekday};

use super::fields::Fields;
use super::reading::{Reading, Resolved};
use super::reference::{Grain, Reference, Unit};
use super::span::{LEAP_YEAR, Span};
use crate::model::Precision;

/// A date that stands for itself.
pub fn date(fields: &Fields, reference: Option<Reference>) -> Option<Resolved> {
    if let Some(year) = fields.year {
        return in_year(fields, year).map(Resolved::stated);
    }
    let shape = shape(fields)?;
    let known = reference.filter(|reference| reference.grain <= shape.needs);
    let Some(reference) = known else {
        return Some(Resolved::unknown(shape.precision));
    };
    match shape.way {
        Way::Offset(span) => {
            let span = span(fields, reference)?;
            Some(Resolved::one(Reading::Span(span), reference.anchor))
        }
        Way::EachYear => {
            let year = reference.day.year();
            // Eight years either way: 29 February may be that far.
            let years = year - 8..=year + 8;
            let spans: Vec<_> = years.filter_map(|year| in_year(fields, year)).collect();
            recurring(&spans, fields.side, reference)
        }
        Way::EachWeek => recurring(&weekdays(fields, reference), fields.side, reference),
    }
}

/// How a phrase without a year is to be counted.
struct Shape {
    needs: Grain,
    precision: Precision,
    way: Way,
}

enum Way {
    /// So far from the reference.
    Offset(fn(&Fields, Reference) -> Option<Span>),
    /// It comes back each year.
    EachYear,
    /// It comes back each week.
    EachWeek,
}

fn shape(fields: &Fields) -> Option<Shape> {
    let offset = |needs, precision, span| Shape {
        needs,
        precision,
        way: Way::Offset(span),
    };
    Some(if fields.yearly.is_some() {
        let precision = in_year(fields, LEAP_YEAR)?.precision;
        offset(Grain::Year, precision, year_from)
    } else if fields.monthly.is_some() {
        offset(Grain::Month, Precision::Month, month_from)
    } else if fields.weekly.is_some() {
        offset(Grain::Day, Precision::Week, week_from)
    } else if fields.daily.is_some() {
        offset(Grain::Day, Precision::Day, day_from)
    } else if fields.weekday.is_some() && fields.month.is_none() {
        Shape {
            needs: Grain::Day,
            precision: Precision::Day,
            way: Way::EachWeek,
        }
    } else {
        let precision = in_year(fields, LEAP_YEAR)?.precision;
        let needs = match precision {
            Precision::Day | Precision::Bound => Grain::Day,
            _ => Grain::Month,
        };
        Shape {
            needs,
            precision,
            way: Way::EachYear,
        }
    })
}

fn in_year(fields: &Fields, year: i16) -> Option<Span> {
    match *fields {
        Fields {
            month: Some(month),
            day: Some(first),
            other_day: Some(last),
            ..
        } => Span::days(year, month, first, last),
        Fields {
            month: Some(month),
            day: Some(day),
            ..
        } => Span::date(year, month, day),
        Fields {
            month: Some(month),
            part: Some(part),
            ..
        } => Span::third(year, month, part),
        Fields {
            month: Some(month), ..
        } => Span::month(year, month),
        Fields {
            quarter: Some(quarter),
            ..
        } => Span::quarter(year, quarter),
        Fields {
            half: Some(half), ..
        } => Span::half(year, half),
        Fields {
            season: Some(season),
            other_year: Some(_),
            ..
        } => Span::season(year, season).map(|span| Span { date: None, ..span }),
        Fields {
            season: Some(season),
            ..
        } => Span::season(year, season),
        Fields {
            other_year: Some(last),
            ..
        } => Span::years(year, last),
        _ => match fields.part.or(fields.part_of_year) {
            Some(part) => Span::part_of_year(year, part),
            None => Span::year(year),
        },
    }
}

fn year_from(fields: &Fields, reference: Reference) -> Option<Span> {
    in_year(fields, reference.day.year() + fields.yearly?)
}

fn month_from(fields: &Fields, reference: Reference) -> Option<Span> {
    let day = Unit::Month.shift(reference.day, fields.monthly?)?;
    let (year, month) = (day.year(), i16::from(day.month()));
    match fields.part {
        Some(part) => Span::third(year, month, part),
        None => Span::month(year, month),
    }
}

fn week_from(fields: &Fields, reference: Reference) -> Option<Span> {
    let day = Unit::Week.shift(reference.day, fields.weekly?)?;
    if let Some(weekday) = fields.weekday {
        let monday = Span::week(day)?.from;
        return Unit::Day.shift(monday, weekday - 1).map(Span::day);
    }
    match fields.part {
        Some(part) => Span::part_of_week(day, part),
        None => Span::week(day),
    }
}

fn day_from(fields: &Fields, reference: Reference) -> Option<Span> {
    Unit::Day.shift(reference.day, fields.daily?).map(Span::day)
}

/// That day of the weeks around the reference.
fn weekdays(fields: &Fields, reference: Reference) -> Vec<Span> {
    let weekday = fields
        .weekday
        .and_then(|place| i8::try_from(place).ok())
        .and_then(|place| Weekday::from_monday_one_offset(place).ok());
    (-7..=7)
        .filter_map(|days| Unit::Day.shift(reference.day, days))
        .filter(|day| Some(day.weekday()) == weekday)
        .map(Span::day)
        .collect()
}

/// Of spans that come back: the one that the side names, or the nearest, the last and the next.
fn recurring(spans: &[Span], side: Option<i16>, reference: Reference) -> Option<Resolved> {
    let (from, to) = (reference.day, reference.last());
    let one = |span: Option<&Span>| {
        span.map(|span| Resolved::one(Reading::Span(span.clone()), reference.anchor))
    };
    match side {
        Some(-1) => one(spans.iter().rfind(|span| span.to < from)),
        Some(1) => one(spans.iter().find(|span| span.from > to)),
        Some(_) => one(spans.iter().find(|span| near(span, reference.day))),
        None => {
            // Of two that are as near, the earlier: pages tell of the past more than they plan.
            let nearest = spans.iter().min_by_key(|span| distance(span, from, to))?;
            Some(Resolved {
                past: spans
                    .iter()
                    .rfind(|span| span.from <= to)
                    .cloned()
                    .map(Reading::Span),
                future: spans
                    .iter()
                    .find(|span| span.to >= from)
                    .cloned()
                    .map(Reading::Span),
                ..Resolved::one(Reading::Span(nearest.clone()), reference.anchor)
            })
        }
    }
}

/// "This": in the week of the reference for a day, in its year for anything longer.
fn near(span: &Span, day: Date) -> bool {
    match span.precision {
        Precision::Day => {
            Span::week(day).is_some_and(|week| (week.from..=week.to).contains(&span.from))
        }
        _ => span.from.year() == day.year(),
    }
}

/// Days between a span and the reference; none where they overlap.
fn distance(span: &Span, from: Date, to: Date) -> i32 {
    let gap = |earlier: Date, later: Date| earlier.duration_until(later).as_hours();
    let hours = gap(to, span.from).max(gap(span.to, from)).max(0);
    i32::try_from(hours / 24).unwrap_or(i32::MAX)
}
