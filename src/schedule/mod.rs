//! Says when a page is due next.
//!
//! 1. `crontab` reads the five fields of crontab(5) into plain lists of numbers.
//! 2. `civil` asks the `cron` crate for the next wall-clock time; it never sees a zone.
//! 3. `zone` knows the IANA zones and where their clocks jump.
//! 4. `instant` turns wall-clock times into instants, over gaps and folds.
//! 5. `plan` weighs the regular time against second looks, back-off and `Retry-After`.

mod crontab;
mod civil;
mod zone;
mod instant;
mod plan;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::model::Timing;
use civil::Civil;
use crontab::{Clock, Crontab};

pub use plan::{next, regular};

/// Less would not be a schedule but a load test.
const SHORTEST_PERIOD: SignedDuration = SignedDuration::from_mins(1);

/// A page's timing, ready to be asked.
#[derive(Debug, Clone)]
pub struct Schedule(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Cron {
        civil: Civil,
        clock: Clock,
        zone: TimeZone,
    },
    /// Seconds between two points of the grid that begins at the epoch.
    Every(i64),
}

/// What is wrong with a timing: field, position, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ScheduleError(pub String);

impl Schedule {
    pub fn parse(timing: &Timing) -> Result<Self, ScheduleError> {
        match timing {
            Timing::Cron { expression, zone } => Self::cron(expression, self::zone(zone)?),
            Timing::Every(period) => Self::every(*period),
        }
    }

    /// The first due time strictly after `now`. An expression that has no time left before the
    /// year 2101 (the horizon of the `cron` crate) is due at the end of all time.
    pub fn next(&self, now: Timestamp) -> Timestamp {
        let next = match &self.0 {
            Kind::Cron { civil, clock, zone } => match clock {
                Clock::Fixed => instant::of_fixed_times(civil, zone, now),
                Clock::Running => instant::of_running_clock(civil, zone, now),
            },
            Kind::Every(seconds) => next_on_grid(*seconds, now),
        };
        next.unwrap_or(Timestamp::MAX)
    }

    fn cron(expression: &str, zone: TimeZone) -> Result<Self, ScheduleError> {
        let crontab = Crontab::parse(expression)?;
        let civil = Civil::new(&crontab)?;
        let clock = crontab.clock;
        Ok(Self(Kind::Cron { civil, clock, zone }))
    }

    fn every(period: SignedDuration) -> Result<Self, ScheduleError> {
        if period < SHORTEST_PERIOD {
            return Err(ScheduleError(
                "a page can be looked at once a minute at most: every = \"1m\"".to_owned(),
            ));
        }
        Ok(Self(Kind::Every(period.as_secs())))
    }
}

/// The time zone of that IANA name.
pub fn zone(name: &str) -> Result<TimeZone, ScheduleError> {
    zone::named(name)
}

/// Stateless, so that a restart does not shift the due times.
fn next_on_grid(seconds: i64, now: Timestamp) -> Option<Timestamp> {
    let passed = now.as_second().div_euclid(seconds);
    let due = passed.checked_add(1)?.checked_mul(seconds)?;
    Timestamp::from_second(due).ok()
}

#[cfg(test)]
mod tests;
