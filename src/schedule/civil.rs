//! Finds the next wall-clock time of an expression with the `cron` crate, which is given UTC as a
//! carrier: in a real zone it skips days and goes back in time at the changes of the clock.

use std::collections::BTreeSet;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate, Timelike, Utc};
use jiff::civil::DateTime;

use super::ScheduleError;
use super::crontab::{Crontab, MatchDays};

/// One schedule, or two of which the earlier answer counts: `cron` joins the day fields by "and",
/// crontab(5) by "or" where both are restricted.
#[derive(Debug, Clone)]
pub struct Civil(Vec<cron::Schedule>);

impl Civil {
    pub fn new(crontab: &Crontab) -> Result<Self, ScheduleError> {
        let (days, weekdays) = (list(&crontab.days), weekdays(&crontab.weekdays));
        let schedules = match crontab.match_days {
            MatchDays::Both => vec![schedule(crontab, &days, &weekdays)?],
            MatchDays::Either => vec![
                schedule(crontab, &days, "*")?,
                schedule(crontab, "*", &weekdays)?,
            ],
        };
        let civil = Self(schedules);
        match civil.after(DateTime::constant(1970, 1, 1, 0, 0, 0, 0)) {
            Some(_) => Ok(civil),
            None => Err(ScheduleError(
                "field 3 (day of month): no month of field 4 has such a day, so it never comes"
                    .to_owned(),
            )),
        }
    }

    /// The first wall-clock time strictly after that one; `None` beyond the year 2100.
    pub fn after(&self, time: DateTime) -> Option<DateTime> {
        let carrier = to_chrono(time)?;
        let next = |schedule: &cron::Schedule| schedule.after(&carrier).next();
        from_chrono(self.0.iter().filter_map(next).min()?)
    }
}

/// Second 0 of each of the minutes, in the order of fields that `cron` wants.
fn schedule(
    crontab: &Crontab,
    days: &str,
    weekdays: &str,
) -> Result<cron::Schedule, ScheduleError> {
    let expression = format!(
        "0 {} {} {days} {} {weekdays}",
        list(&crontab.minutes),
        list(&crontab.hours),
        list(&crontab.months)
    );
    cron::Schedule::from_str(&expression).map_err(|error| ScheduleError(error.to_string()))
}

fn list(numbers: &BTreeSet<u8>) -> String {
    let numbers: Vec<String> = numbers.iter().map(u8::to_string).collect();
    numbers.join(",")
}

/// In the dialect of `cron`, Sunday is 1.
fn weekdays(from_sunday: &BTreeSet<u8>) -> String {
    list(&from_sunday.iter().map(|day| day + 1).collect())
}

fn to_chrono(time: DateTime) -> Option<chrono::DateTime<Utc>> {
    let number = |part: i8| u32::try_from(part).ok();
    NaiveDate::from_ymd_opt(
        i32::from(time.year()),
        number(time.month())?,
        number(time.day())?,
    )?
    .and_hms_opt(
        number(time.hour())?,
        number(time.minute())?,
        number(time.second())?,
    )
    .map(|naive| naive.and_utc())
}

fn from_chrono(time: chrono::DateTime<Utc>) -> Option<DateTime> {
    let part = |number: u32| i8::try_from(number).ok();
    DateTime::new(
        i16::try_from(time.year()).ok()?,
        part(time.month())?,
        part(time.day())?,
        part(time.hour())?,
        part(time.minute())?,
        part(time.second())?,
        0,
    )
    .ok()
}
