//! Reads an expression of crontab(5), five fields or a macro, into lists of numbers.

use std::collections::BTreeSet;

use super::ScheduleError;

/// The five fields, expanded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crontab {
    pub minutes: BTreeSet<u8>,
    pub hours: BTreeSet<u8>,
    pub days: BTreeSet<u8>,
    pub months: BTreeSet<u8>,
    /// 0 is Sunday, 6 is Saturday.
    pub weekdays: BTreeSet<u8>,
    pub match_days: MatchDays,
    pub clock: Clock,
}

/// How the two day fields work together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatchDays {
    /// One of them begins with `*`: both must match.
    Both,
    /// Both are restricted: either will do. This is the known oddity of crontab(5).
    Either,
}

/// What a jump of the clock does to the expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// Minute and hour are named: the time happens once on each of its days, jump or no jump.
    Fixed,
    /// Minute or hour begins with `*`: the expression follows the clock on the wall.
    Running,
}

struct Field {
    place: &'static str,
    low: u8,
    high: u8,
    /// Names stand for `low`, `low + 1` and so on.
    names: &'static [&'static str],
}

const MINUTE: Field = Field {
    place: "field 1 (minute)",
    low: 0,
    high: 59,
    names: &[],
};
const HOUR: Field = Field {
    place: "field 2 (hour)",
    low: 0,
    high: 23,
    names: &[],
};
const DAY: Field = Field {
    place: "field 3 (day of month)",
    low: 1,
    high: 31,
    names: &[],
};
const MONTH: Field = Field {
    place: "field 4 (month)",
    low: 1,
    high: 12,
    names: &[
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ],
};
const WEEKDAY: Field = Field {
    place: "field 5 (day of week)",
    low: 0,
    high: 7,
    names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
};

impl Crontab {
    pub fn parse(expression: &str) -> Result<Self, ScheduleError> {
        let expression = expression.trim();
        let expression = if expression.starts_with('@') {
            spelled_out(expression)?
        } else {
            expression
        };
        let fields: Vec<&str> = expression.split_whitespace().collect();
        let &[minute, hour, day, month, weekday] = fields.as_slice() else {
            return Err(ScheduleError(format!(
                "a schedule has 5 fields (minute, hour, day of month, month, day of week), not {}",
                fields.len()
            )));
        };
        let open = |field: &str| field.starts_with('*');
        Ok(Self {
            minutes: MINUTE.expand(minute)?,
            hours: HOUR.expand(hour)?,
            days: DAY.expand(day)?,
            months: MONTH.expand(month)?,
            weekdays: from_sunday(&WEEKDAY.expand(weekday)?),
            match_days: if open(day) || open(weekday) {
                MatchDays::Both
            } else {
                MatchDays::Either
            },
            clock: if open(minute) || open(hour) {
                Clock::Running
            } else {
                Clock::Fixed
            },
        })
    }
}

impl Field {
    fn expand(&self, text: &str) -> Result<BTreeSet<u8>, ScheduleError> {
        let mut numbers = BTreeSet::new();
        for item in text.split(',') {
            numbers.extend(self.item(item)?);
        }
        Ok(numbers)
    }

    /// `*`, `a`, `a-b`, and the first and last with `/step`.
    fn item(&self, item: &str) -> Result<impl Iterator<Item = u8> + use<>, ScheduleError> {
        let (span, step) = match item.split_once('/') {
            Some((span, step)) => (span, self.step(step)?),
            None => (item, 1),
        };
        let (first, last) = if span == "*" {
            (self.low, self.high)
        } else if let Some((first, last)) = span.split_once('-') {
            self.range(first, last)?
        } else if item.contains('/') {
            return Err(self.refuse(&format!(
                "{item} needs a range before the step; write {span}-{}/{step}",
                self.high
            )));
        } else {
            let only = self.number(span)?;
            (only, only)
        };
        Ok((first..=last).step_by(step))
    }

    fn range(&self, first: &str, last: &str) -> Result<(u8, u8), ScheduleError> {
        let (from, to) = (self.number(first)?, self.number(last)?);
        let ends_on_sunday = self.high == WEEKDAY.high && last.eq_ignore_ascii_case("sun");
        let to = if ends_on_sunday { 7 } else { to };
        if from <= to {
            return Ok((from, to));
        }
        Err(self.refuse(&format!(
            "{first}-{last} runs backwards; write two ranges, {first}-{} and {}-{last}, with a comma",
            self.high, self.low
        )))
    }

    fn step(&self, text: &str) -> Result<usize, ScheduleError> {
        match text.parse::<u8>() {
            Ok(step) if step > 0 && step <= self.high && is_digits(text) => Ok(usize::from(step)),
            _ => Err(self.refuse(&format!("step {text:?} is not between 1 and {}", self.high))),
        }
    }

    fn number(&self, text: &str) -> Result<u8, ScheduleError> {
        if is_digits(text) {
            return match text.parse::<u8>() {
                Ok(number) if (self.low..=self.high).contains(&number) => Ok(number),
                _ => Err(self.refuse(&format!(
                    "{text} is not between {} and {}",
                    self.low, self.high
                ))),
            };
        }
        let named = self
            .names
            .iter()
            .position(|name| text.eq_ignore_ascii_case(name))
            .and_then(|index| u8::try_from(index).ok());
        match named {
            Some(index) => Ok(self.low + index),
            None => Err(self.not_a_number(text)),
        }
    }

    fn not_a_number(&self, text: &str) -> ScheduleError {
        let quartz = text.ends_with(['L', 'l', 'W', 'w', '?']) || text.contains('#');
        let why = if text.is_empty() {
            "a number is missing".to_owned()
        } else if quartz {
            format!("{text} is not of crontab(5): L, W, # and ? belong to other schedulers")
        } else if self.names.is_empty() {
            format!("{text:?} is not a number")
        } else {
            format!(
                "{text:?} is neither a number nor one of {}",
                self.names.join(", ")
            )
        };
        self.refuse(&why)
    }

    fn refuse(&self, why: &str) -> ScheduleError {
        ScheduleError(format!("{}: {why}", self.place))
    }
}

fn spelled_out(name: &str) -> Result<&'static str, ScheduleError> {
    match name {
        "@yearly" | "@annually" => Ok("0 0 1 1 *"),
        "@monthly" => Ok("0 0 1 * *"),
        "@weekly" => Ok("0 0 * * 0"),
        "@daily" | "@midnight" => Ok("0 0 * * *"),
        "@hourly" => Ok("0 * * * *"),
        "@reboot" => Err(ScheduleError(
            "@reboot names no time; write when the page is due, for example @hourly".to_owned(),
        )),
        _ => Err(ScheduleError(format!(
            "{name} is none of @yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly"
        ))),
    }
}

/// Sunday may be written 0 or 7.
fn from_sunday(weekdays: &BTreeSet<u8>) -> BTreeSet<u8> {
    weekdays.iter().map(|day| day % 7).collect()
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
