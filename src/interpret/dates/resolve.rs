//! Makes of a form that fits what it means: by its sense, then by the word before it.

use super::Role;
use super::calendar::date;
use super::fields::Fields;
use super::forms::Fit;
use super::reading::{Reading, Resolved};
use super::reference::{Reference, Unit};
use super::span::Span;
use super::vocabulary::{Lead, Sense};
use crate::model::{Anchor, Precision};

/// `None`: there is no such date (31 February), so the phrase is none.
pub fn resolve(fit: &Fit, reference: Option<Reference>) -> Option<Resolved> {
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
        Sense::Never => return None,
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

/// So many units before or after the reference, in the grain of the unit.
fn counted(fields: &Fields, reference: Option<Reference>, sign: i16) -> Option<Resolved> {
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

fn within(fields: &Fields, reference: Option<Reference>) -> Resolved {
    let upper = reference.and_then(|reference| {
        let unit = Unit::at(fields.unit?)?;
        reference.shifted(fields.count?, unit)
    });
    Resolved {
        role: Role::Until,
        ..limited(reference.map(Reference::written), upper, reference)
    }
}

fn deadline(reference: Option<Reference>) -> Resolved {
    Resolved {
        role: Role::Until,
        ..limited(reference.map(Reference::written), None, reference)
    }
}

fn limited(lower: Option<String>, upper: Option<String>, from: Option<Reference>) -> Resolved {
    bounds(lower, upper, Precision::Bound, from)
}

fn vague(lower: Option<String>, upper: Option<String>, from: Option<Reference>) -> Resolved {
    bounds(lower, upper, Precision::Vague, from)
}

fn bounds(
    lower: Option<String>,
    upper: Option<String>,
    precision: Precision,
    from: Option<Reference>,
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
