//! Knows the IANA time zones: finds one by name, and says which name was meant.

use jiff::tz::{TimeZone, db};

use super::ScheduleError;

pub fn named(name: &str) -> Result<TimeZone, ScheduleError> {
    TimeZone::get(name).map_err(|_| unknown(name))
}

fn unknown(name: &str) -> ScheduleError {
    ScheduleError(match nearest(name) {
        Some(nearest) => {
            format!("{name:?} is no IANA time zone; did you mean \"{nearest}\"?")
        }
        None => format!(
            "{name:?} cannot be looked up: this machine has no time zone data (package tzdata)"
        ),
    })
}

/// `Berlin` and `europe-berlin` both mean `Europe/Berlin`, so the city counts as much as the whole.
fn nearest(name: &str) -> Option<String> {
    let likeness = |candidate: &str| {
        let city = candidate.rsplit('/').next().unwrap_or(candidate);
        let of = |text: &str| strsim::jaro_winkler(&name.to_lowercase(), &text.to_lowercase());
        of(candidate).max(of(city))
    };
    db().available()
        .map(|zone| zone.as_str().to_owned())
        .filter(|zone| zone.contains('/') || zone == "UTC")
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
}
