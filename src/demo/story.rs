//! The story the replica tells, step by step: what the site shows, and what may be said about it.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, date};
use jiff::tz::TimeZone;

use super::replica::{Dress, State};

/// One scheduled visit and the second look that follows it.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    pub name: &'static str,
    /// When the first look is due, in UTC. The second follows `SECOND_LOOK` later.
    pub due: DateTime,
    pub first: State,
    /// The same as `first`, unless the step is about something that goes away again.
    pub second: State,
    pub expect: Expect,
}

/// What readers must hear after both looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// One mail that names exactly these entries, by their keys, and tells exactly these events:
    /// partner, step, certainty, date (– where the page states none).
    Alert {
        keys: &'static [&'static str],
        events: &'static [&'static str],
    },
    /// No mail, and why not.
    Silence(&'static str),
    /// No mail to a reader; both looks are held for the operator.
    Hold(&'static str),
}

/// How many minutes the second look comes after the first; more than `confirm_after` of the page file.
pub const SECOND_LOOK: i64 = 11;

impl Step {
    pub fn first_look(&self) -> Timestamp {
        utc(self.due)
    }

    pub fn second_look(&self) -> Timestamp {
        self.first_look() + jiff::SignedDuration::from_mins(SECOND_LOOK)
    }
}

/// All steps, in the order in which they happen.
pub const STORY: &[Step] = &[
    Step {
        name: "the first look: nine countries",
        due: date(2024, 8, 26).at(6, 0, 0, 0),
        first: plain(date(2024, 8, 26)),
        second: plain(date(2024, 8, 26)),
        expect: Expect::Silence("the first look is the baseline"),
    },
    Step {
        name: "the same words in other bytes",
        due: date(2024, 9, 2).at(6, 0, 0, 0),
        first: dressed(date(2024, 8, 26), Dress::Noisy),
        second: dressed(date(2024, 8, 26), Dress::Noisy),
        expect: Expect::Silence(
            "session ids, counters, order, typography and the place of the cut say nothing",
        ),
    },
    Step {
        name: "Kenya and Uzbekistan are signed",
        due: date(2024, 9, 16).at(6, 0, 0, 0),
        first: plain(date(2024, 9, 16)),
        second: plain(date(2024, 9, 16)),
        expect: Expect::Alert {
            keys: &["KE", "UZ"],
            events: &[
                "KE SIGNED DONE 2024-09-13",
                "UZ SIGNED DONE 2024-09-15",
                "UZ TEXT_CONCLUDED STATE –",
            ],
        },
    },
    Step {
        name: "a maintenance page that answers 200",
        due: date(2024, 9, 17).at(6, 0, 0, 0),
        first: dressed(date(2024, 9, 17), Dress::Maintenance),
        second: dressed(date(2024, 9, 17), Dress::Maintenance),
        expect: Expect::Hold("a page without entries is broken, not empty"),
    },
    Step {
        name: "back again, and Colombia's wording is new",
        due: date(2024, 9, 20).at(6, 0, 0, 0),
        first: plain(date(2024, 9, 20)),
        second: plain(date(2024, 9, 20)),
        expect: Expect::Alert {
            keys: &["CO"],
            events: &["CO DECLARED DONE 2024-09"],
        },
    },
    Step {
        name: "India appears, in force since 2023",
        due: date(2024, 10, 7).at(6, 0, 0, 0),
        first: plain(date(2024, 10, 7)),
        second: plain(date(2024, 10, 7)),
        expect: Expect::Alert {
            keys: &["IN"],
            events: &["IN SIGNED DONE 2022-12-05", "IN IN_FORCE DONE 2023-03-07"],
        },
    },
    Step {
        name: "the site is relaunched with the same texts",
        due: date(2024, 11, 12).at(6, 0, 0, 0),
        first: dressed(date(2024, 11, 12), Dress::Relaunched),
        second: dressed(date(2024, 11, 12), Dress::Relaunched),
        expect: Expect::Silence("the recipe leans on structure, and the texts are the same"),
    },
    Step {
        name: "an old copy without India, once",
        due: date(2024, 11, 19).at(6, 0, 0, 0),
        first: plain(date(2024, 9, 20)),
        second: dressed(date(2024, 11, 19), Dress::Relaunched),
        expect: Expect::Silence("what is not seen twice is not news"),
    },
];

const fn plain(day: Date) -> State {
    dressed(day, Dress::Plain)
}

const fn dressed(day: Date, dress: Dress) -> State {
    State { day, dress }
}

fn utc(moment: DateTime) -> Timestamp {
    TimeZone::UTC
        .to_timestamp(moment)
        .expect("the story's days are within the range of a timestamp")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_follow_one_another_in_time() {
        for pair in STORY.windows(2) {
            let [before, after] = pair else { continue };
            assert!(before.second_look() < after.first_look(), "{}", after.name);
        }
        assert_eq!(
            STORY[2].second_look().to_string(),
            "2024-09-16T06:11:00Z",
            "UTC, and later than confirm_after"
        );
    }
}
