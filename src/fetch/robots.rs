//! Keeps what robots.txt allows us, per origin and for a day (RFC 9309).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use texting_robots::Robot;
use tokio::sync::Mutex as Slot;
use url::Url;

use super::failure::quote;
use super::politeness::LONGEST_PAUSE;
use crate::model::{Problem, Response};

/// More of a robots.txt is not read (RFC 9309, section 2.5, asks for 500 KiB at least).
pub const MAX_BYTES: usize = 512 * 1024;

/// The rules of the origins that were asked.
#[derive(Default)]
pub struct Rules {
    known: Mutex<HashMap<String, Arc<Slot<Option<Known>>>>>,
}

/// What one origin said, and when.
pub struct Known {
    pub at: Timestamp,
    pub said: Result<Permit, Problem>,
}

/// What an origin lets us do.
#[derive(Clone)]
pub struct Permit {
    /// `None` where there is no robots.txt: everything is allowed.
    rules: Option<Arc<Robot>>,
    pub pause: Duration,
}

/// RFC 9309, section 2.4.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// A robots.txt that could not be read is not asked for again for each article of a visit.
const FAILURE_KEPT: SignedDuration = SignedDuration::from_mins(5);
/// Beyond so many origins all rules are forgotten and asked for anew.
const MANY: usize = 64;
/// Each rule with a `$` is compiled, up to 42 KiB in size; 50,000 of them fit into half a mebibyte.
const MOST_COMPILED: usize = 200;

impl Rules {
    /// The place of one origin; whoever holds its lock is the one to ask the server.
    pub fn slot(&self, url: &Url) -> Arc<Slot<Option<Known>>> {
        let origin = url.origin().ascii_serialization();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MANY && !known.contains_key(&origin) {
            known.clear();
        }
        known.entry(origin).or_default().clone()
    }
}

/// The name by which robots.txt speaks of us.
const PRODUCT: &str = "vermerk";

impl Known {
    /// What was said, while it is young enough; a clock that was set back makes it old.
    pub fn fresh(&self, now: Timestamp) -> Option<Result<Permit, Problem>> {
        let kept = match self.said {
            Ok(_) => KEPT,
            Err(_) => FAILURE_KEPT,
        };
        let age = now.duration_since(self.at);
        (!age.is_negative() && age < kept).then(|| self.said.clone())
    }
}

impl Permit {
    /// Reads an answer to the request for robots.txt.
    pub fn read(response: &Response) -> Result<Self, Problem> {
        match response.status {
            200..=299 => Self::parse(response),
            // RFC 9309 lets every 4xx mean "no rules", but 429 says that we ask too much already.
            400..=428 | 430..=499 => Ok(Self::all()),
            status => Err(unavailable(format!("the server answered {status}"))),
        }
    }

    /// Everything, at our own pace.
    pub fn all() -> Self {
        Self {
            rules: None,
            pause: Duration::ZERO,
        }
    }

    pub fn check(&self, url: &Url) -> Result<(), Problem> {
        match &self.rules {
            Some(rules) if !rules.allowed(url.as_str()) => Err(Problem::RobotsForbid),
            _ => Ok(()),
        }
    }

    fn parse(response: &Response) -> Result<Self, Problem> {
        let coding = response.header("content-encoding").unwrap_or("identity");
        if !coding.eq_ignore_ascii_case("identity") {
            return Err(unavailable(format!("it is coded as {:?}", quote(coding))));
        }
        let text = whole_lines(response);
        if text.split(|byte| *byte == b'$').count() > MOST_COMPILED + 1 {
            return Err(unavailable(format!(
                "more than {MOST_COMPILED} rules with $"
            )));
        }
        let rules = Robot::new(PRODUCT, text)
            .map_err(|_| unavailable("its rules cannot be read".to_owned()))?;
        let pause = rules.delay.map_or(Duration::ZERO, pause);
        let rules = Some(Arc::new(rules));
        Ok(Self { rules, pause })
    }
}

/// Why we wait: a file that cannot be read may forbid us.
pub fn unavailable(why: String) -> Problem {
    Problem::RobotsUnavailable(why)
}

/// A rule that was cut in the middle would say something else.
fn whole_lines(response: &Response) -> &[u8] {
    let body = response.body.as_slice();
    if response.truncated.is_none() {
        return body;
    }
    let end = body.iter().rposition(|byte| *byte == b'\n').unwrap_or(0);
    body.get(..end).unwrap_or_default()
}

fn pause(seconds: f32) -> Duration {
    Duration::try_from_secs_f32(seconds).map_or(LONGEST_PAUSE, |asked| asked.min(LONGEST_PAUSE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_crawl_delay_stops_us_for_ever() {
        for (asked, expected) in [
            (0.5, 500),
            (7.0, 7_000),
            (86_400.0, 60_000),
            (f32::INFINITY, 60_000),
            (f32::NAN, 60_000),
        ] {
            assert_eq!(pause(asked).as_millis(), expected, "{asked}");
        }
    }

    #[test]
    fn rules_grow_old_and_a_clock_set_back_makes_them_old_too() {
        let at: Timestamp = "2026-01-05T08:00:00Z".parse().unwrap();
        let known = Known {
            at,
            said: Ok(Permit::all()),
        };
        assert!(known.fresh(at + SignedDuration::from_hours(23)).is_some());
        assert!(known.fresh(at + KEPT).is_none());
        assert!(known.fresh(at - SignedDuration::from_secs(1)).is_none());
    }
}
