//! Makes of what fills the slots a span of the calendar, counted from the reference if need be.

use jiff::civil::{Date, Weekday};

use super::Role;
use super::forms::{Fields, Fit};
use super::reference::{Grain, Reference, Unit};
use super::span::{LEAP_YEAR, Span};
use super::vocabulary::{Lead, Sense};
use crate::model::{Anchor, Precision, When};

/// What a phrase means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// Where nothing is known of the tense.
    pub open: Reading,
    /// Where the clause is about the past, or the future, and that makes a difference.
    pub past: Option<Reading>,
    pub future: Option<Reading>,
    pub anchor: Anchor,
    pub role: Role,
}

/// One meaning of a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    Span(Span),
    /// It begins in this span and goes on.
    From(Span),
    /// Limits only; `None` is open.
    Limits {
        lower: Option<String>,
        upper: Option<String>,
        precision: Precision,
    },
    /// What it is counted from is unknown.
    Unknown(Precision),
}

impl Reading {
    pub fn when(&self, raw: &str, anchor: Anchor) -> When {
        let (date, interval, precision) = match self {
            Reading::Span(span) => (span.date.clone(), span.interval(), span.precision),
            Reading::From(span) => (
                span.date.clone(),
                format!("{}/..", span.lower()),
                span.precision,
            ),
            Reading::Limits {
                lower,
                upper,
                precision,
            } => (None, limits(lower.as_deref(), upper.as_deref()), *precision),
            Reading::Unknown(precision) => (None, "/".to_owned(), *precision),
        };
        When {
            raw: raw.to_owned(),
            date,
            interval,
            precision,
            anchor,
        }
    }
}

/// `None`: there is no such date (31 February), so the phrase is none.
pub fn resolve(fit: &Fit, reference: Option<&Reference>) -> Option<Resolved> {
    let plain = match fit.sense {
        Sense::Dates | Sense::Behind => date(&fit.fields, reference)?,
        Sense::Ago => counted(&fit.fields, reference, -1)?,
        Sense::Ahead => counted(&fit.fields, reference, 1)?,
        Sense::Lasting => return Some(since(counted(&fit.fields, reference, -1)?)),
        Sense::Within => return Some(within(&fit.fields, reference)),
        Sense::Past => vague(None, reference.map(Reference::written), reference),
        Sense::Future => vague(reference.map(Reference::written), None, reference),
        Sense::Order => vague(None, None, None),
        Sense::Deadline => return Some(deadline(reference)),
    };
    Some(match fit.lead {
        None => plain,
        Some(Lead::Since) => since(plain),
        Some(Lead::Until) => until(&plain),
        Some(Lead::After) => after(&plain),
        Some(Lead::Effective) => Resolved {
            role: Role::Effective,
            ..plain
        },
    })
}

impl Resolved {
    fn one(reading: Reading, anchor: Anchor) -> Self {
        Self {
            open: reading,
            past: None,
            future: None,
            anchor,
            role: Role::Point,
        }
    }

    fn stated(span: Span) -> Self {
        Self::one(Reading::Span(span), Anchor::Stated)
    }

    fn unknown(precision: Precision) -> Self {
        Self::one(Reading::Unknown(precision), Anchor::Stated)
    }
}

/// A date that stands for itself.
fn date(fields: &Fields, reference: Option<&Reference>) -> Option<Resolved> {
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
            let spans = (year - 8..=year + 8).filter_map(|year| in_year(fields, year));
            recurring(spans.collect(), fields.side, reference)
        }
        Way::EachWeek => {
            let spans = weekdays(fields, reference);
            recurring(spans, fields.side, reference)
        }
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
    Offset(fn(&Fields, &Reference) -> Option<Span>),
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

fn year_from(fields: &Fields, reference: &Reference) -> Option<Span> {
    in_year(fields, reference.day.year() + fields.yearly?)
}

fn month_from(fields: &Fields, reference: &Reference) -> Option<Span> {
    let day = Unit::Month.shift(reference.day, fields.monthly?)?;
    let (year, month) = (day.year(), i16::from(day.month()));
    match fields.part {
        Some(part) => Span::third(year, month, part),
        None => Span::month(year, month),
    }
}

fn week_from(fields: &Fields, reference: &Reference) -> Option<Span> {
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

fn day_from(fields: &Fields, reference: &Reference) -> Option<Span> {
    Unit::Day.shift(reference.day, fields.daily?).map(Span::day)
}

/// That day of the weeks around the reference.
fn weekdays(fields: &Fields, reference: &Reference) -> Vec<Span> {
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
fn recurring(spans: Vec<Span>, side: Option<i16>, reference: &Reference) -> Option<Resolved> {
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

/// So many units before or after the reference, in the grain of the unit.
fn counted(fields: &Fields, reference: Option<&Reference>, sign: i16) -> Option<Resolved> {
    let unit = Unit::at(fields.unit?)?;
    let precision = match unit {
        Unit::Day => Precision::Day,
        Unit::Week => Precision::Week,
        Unit::Month => Precision::Month,
        Unit::Year => Precision::Year,
    };
    let Some(reference) = reference.filter(|reference| reference.grain <= unit.grain()) else {
        return Some(Resolved::unknown(precision));
    };
    let day = unit.shift(reference.day, fields.count? * sign)?;
    let span = match unit {
        Unit::Day => Some(Span::day(day)),
        Unit::Week => Span::week(day),
        Unit::Month => Span::month(day.year(), i16::from(day.month())),
        Unit::Year => Span::year(day.year()),
    }?;
    Some(Resolved::one(Reading::Span(span), reference.anchor))
}

fn within(fields: &Fields, reference: Option<&Reference>) -> Resolved {
    let upper = reference.and_then(|reference| {
        let unit = Unit::at(fields.unit?)?;
        reference.shifted(fields.count?, unit)
    });
    Resolved {
        role: Role::Until,
        ..limited(reference.map(Reference::written), upper, reference)
    }
}

fn deadline(reference: Option<&Reference>) -> Resolved {
    Resolved {
        role: Role::Until,
        ..limited(reference.map(Reference::written), None, reference)
    }
}

fn limited(lower: Option<String>, upper: Option<String>, from: Option<&Reference>) -> Resolved {
    bounds(lower, upper, Precision::Bound, from)
}

fn vague(lower: Option<String>, upper: Option<String>, from: Option<&Reference>) -> Resolved {
    bounds(lower, upper, Precision::Vague, from)
}

fn bounds(
    lower: Option<String>,
    upper: Option<String>,
    precision: Precision,
    from: Option<&Reference>,
) -> Resolved {
    let reading = Reading::Limits {
        lower,
        upper,
        precision,
    };
    Resolved::one(reading, from.map_or(Anchor::Stated, |from| from.anchor))
}

/// What began lies in the past.
fn since(plain: Resolved) -> Resolved {
    let open = match plain.past.unwrap_or(plain.open) {
        Reading::Span(span) => Reading::From(span),
        other => other,
    };
    Resolved {
        role: Role::Since,
        ..Resolved::one(open, plain.anchor)
    }
}

/// A limit lies in the future; only limits of the past carry their year.
fn until(plain: &Resolved) -> Resolved {
    let open = limit(plain.future.as_ref().unwrap_or(&plain.open), |span| {
        (None, Some(span.upper()))
    });
    Resolved {
        role: Role::Until,
        ..Resolved::one(open, plain.anchor)
    }
}

fn after(plain: &Resolved) -> Resolved {
    let of = |reading: &Reading| limit(reading, |span| (Some(span.lower()), None));
    Resolved {
        past: plain.past.as_ref().map(of),
        future: plain.future.as_ref().map(of),
        ..Resolved::one(of(&plain.open), plain.anchor)
    }
}

fn limit(reading: &Reading, of: fn(&Span) -> (Option<String>, Option<String>)) -> Reading {
    match reading {
        Reading::Span(span) | Reading::From(span) => {
            let (lower, upper) = of(span);
            Reading::Limits {
                lower,
                upper,
                precision: Precision::Bound,
            }
        }
        Reading::Unknown(_) => Reading::Unknown(Precision::Bound),
        limits @ Reading::Limits { .. } => limits.clone(),
    }
}

/// `..` is open on that side, `/` alone unknown on both.
fn limits(lower: Option<&str>, upper: Option<&str>) -> String {
    match (lower, upper) {
        (None, None) => "/".to_owned(),
        (lower, upper) => format!("{}/{}", lower.unwrap_or(".."), upper.unwrap_or("..")),
    }
}
