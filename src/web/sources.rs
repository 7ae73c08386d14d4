//! How each page is asked: how often, by which rules, and on whose terms its text stands here.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::Frame;
use crate::model::{PageId, Robots};
use crate::pipeline::Watched;
use crate::schedule::Schedule;

const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The manners towards every page that is configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sources {
    /// Between two requests to one server.
    pub pause: SignedDuration,
    pub pages: BTreeMap<PageId, Source>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Due looks in the seven days after the start, those that confirm something aside.
    looks_a_week: usize,
    robots: Robots,
    /// The publisher's, in the operator's words.
    terms: Option<String>,
}

impl Sources {
    pub fn of(pages: &[Watched], pause: SignedDuration, now: Timestamp) -> Self {
        let source = |watched: &Watched| {
            let source = Source {
                looks_a_week: looks_a_week(&watched.schedule, now),
                robots: watched.page.robots.clone(),
                terms: watched.page.terms.clone(),
            };
            (watched.page.id.clone(), source)
        };
        Self {
            pause,
            pages: pages.iter().map(source).collect(),
        }
    }
}

impl Source {
    pub fn pace(&self, frame: &Frame) -> String {
        let unit = frame.say(
            "Abrufe in der Woche nach Fahrplan, dazu zweite Abrufe zur Bestätigung",
            "looks a week by its schedule, and second looks to confirm",
        );
        format!("{} {unit}", self.looks_a_week)
    }

    pub fn robots(&self, frame: &Frame) -> String {
        match &self.robots {
            Robots::Obey => frame.say("wird befolgt", "is obeyed").to_owned(),
            Robots::Disregard { reason } => {
                let why = frame.say("wird nicht befolgt, weil:", "is not obeyed because:");
                format!("{why} {reason}")
            }
        }
    }

    pub fn terms<'a>(&'a self, frame: &'a Frame) -> &'a str {
        let unknown = || {
            frame.say(
                "vom Betreiber nicht angegeben",
                "not stated by the operator",
            )
        };
        self.terms.as_deref().unwrap_or_else(unknown)
    }
}

fn looks_a_week(schedule: &Schedule, now: Timestamp) -> usize {
    let end = now + WEEK;
    let dues = std::iter::successors(Some(schedule.next(now)), |due| Some(schedule.next(*due)));
    dues.take_while(|due| *due <= end).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timing;

    #[track_caller]
    fn check(expression: &str, expected: usize) {
        let timing = Timing::Cron {
            expression: expression.to_owned(),
            zone: "Europe/Berlin".to_owned(),
        };
        let schedule = Schedule::parse(&timing).unwrap();
        let now = "2026-11-26T09:00:00Z".parse().unwrap();
        assert_eq!(looks_a_week(&schedule, now), expected, "{expression}");
    }

    #[test]
    fn a_week_has_as_many_looks_as_its_schedule_names() {
        check("17 6-20 * * *", 105);
        check("0 9 * * 1-5", 5);
        check("0 0 1 1 *", 0);
    }
}
