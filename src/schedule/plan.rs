//! Decides on the next look at a page after a visit.
//!
//! 1. The schedule gives the regular time, moved by the page's share of the jitter.
//! 2. Open candidates, a hold or a failure may ask for an earlier look.
//! 3. `Retry-After` is obeyed, for a day at most.

use jiff::{SignedDuration, Timestamp};

use super::Schedule;
use crate::model::{Digest, Judgement, Look, Memory, Page, PageId, Plan, Purpose};

const AT_ONCE: SignedDuration = SignedDuration::from_secs(1);
const LONGEST_RETRY_AFTER: SignedDuration = SignedDuration::from_hours(24);
const FIRST_BACK_OFF: SignedDuration = SignedDuration::from_mins(5);
const LONGEST_BACK_OFF: SignedDuration = SignedDuration::from_hours(4);

/// The next look at a page after this one.
pub fn next(
    schedule: &Schedule,
    page: &Page,
    judgement: &Judgement,
    retry_after: Option<Timestamp>,
    jitter: SignedDuration,
    now: Timestamp,
) -> Plan {
    let regular = Plan {
        at: regular(schedule, &page.id, jitter, now),
        purpose: Purpose::Scheduled,
    };
    let plan = match extra(page, judgement, now) {
        Some(extra) if extra.at < regular.at => extra,
        _ => regular,
    };
    Plan {
        at: not_before(plan.at, retry_after, now),
        ..plan
    }
}

/// The next look that the schedule alone asks for. The page's share of the jitter moves the whole
/// grid of due times, so that an early look does not skip the one that is near.
pub fn regular(
    schedule: &Schedule,
    page: &PageId,
    jitter: SignedDuration,
    now: Timestamp,
) -> Timestamp {
    let share = share(page, jitter);
    let unmoved = now.checked_sub(share).unwrap_or(Timestamp::MIN);
    later(schedule.next(unmoved), share)
}

/// Pages of one schedule spread over the jitter; each page keeps its place.
fn share(page: &PageId, jitter: SignedDuration) -> SignedDuration {
    let hash = Digest::of(page.as_str().as_bytes()).hex();
    let thousandths = hash
        .get(..8)
        .and_then(|hex| i64::from_str_radix(hex, 16).ok())
        .map_or(0, |number| number % 1000);
    SignedDuration::from_millis(jitter.as_secs().saturating_mul(thousandths))
}

/// The look that the schedule does not know of.
fn extra(page: &Page, judgement: &Judgement, now: Timestamp) -> Option<Plan> {
    let memory = &judgement.memory;
    match judgement.look {
        // What cannot be read cannot confirm a candidate either, so the back-off decides alone.
        Look::Failed(_) => Some(Plan {
            at: later(now, back_off(memory.health.failures)),
            purpose: Purpose::Scheduled,
        }),
        Look::Held(_) => Some(Plan {
            at: later(now, recheck(memory)),
            purpose: Purpose::Confirm,
        }),
        Look::Baseline | Look::Fine | Look::Unchanged => {
            second_look(page, memory, now).map(|at| Plan {
                at,
                purpose: Purpose::Confirm,
            })
        }
    }
}

fn second_look(page: &Page, memory: &Memory, now: Timestamp) -> Option<Timestamp> {
    memory
        .candidates
        .iter()
        .map(|candidate| later(candidate.first_seen, page.confirm_after))
        .map(|due| if due > now { due } else { overdue(due, now) })
        .min()
}

/// A candidate that is open beyond its time (its article cannot be read, say) is looked at again
/// after as long as it is overdue: soon at first, then at twice the distance each time.
fn overdue(due: Timestamp, now: Timestamp) -> Timestamp {
    let wait = now.duration_since(due).max(AT_ONCE);
    later(now, wait)
}

/// 10 minutes, 1 hour, then every 6 hours, by the held looks in a row.
fn recheck(memory: &Memory) -> SignedDuration {
    match memory.hold.as_ref().map_or(1, |hold| hold.looks) {
        0 | 1 => SignedDuration::from_mins(10),
        2 => SignedDuration::from_hours(1),
        _ => SignedDuration::from_hours(6),
    }
}

/// 5, 15, 45, 135 minutes, then every 4 hours.
fn back_off(failures: u32) -> SignedDuration {
    3_i32
        .checked_pow(failures.saturating_sub(1))
        .and_then(|factor| FIRST_BACK_OFF.checked_mul(factor))
        .map_or(LONGEST_BACK_OFF, |wait| wait.min(LONGEST_BACK_OFF))
}

fn not_before(at: Timestamp, retry_after: Option<Timestamp>, now: Timestamp) -> Timestamp {
    let cap = later(now, LONGEST_RETRY_AFTER);
    retry_after.map_or(at, |asked| at.max(asked.min(cap)))
}

fn later(from: Timestamp, wait: SignedDuration) -> Timestamp {
    from.checked_add(wait).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        Candidate, Coding, Difference, EntryKey, Field, Guards, Health, Hold, HoldReason, KeyBy,
        Language, Limits, Problem, RecipeSpec, Robots, Shape, Timing, Value, Weight,
    };

    const NOW: &str = "2026-11-02T10:17:00Z";

    fn page() -> Page {
        Page {
            id: PageId::parse("seite").unwrap(),
            url: "https://example.org/".parse().unwrap(),
            language: Language::parse("de").unwrap(),
            title: "Seite".to_owned(),
            publisher: "Amt".to_owned(),
            party: None,
            terms: None,
            timing: Timing::Every(SignedDuration::from_hours(8)),
            recipe: RecipeSpec {
                shape: Shape::Document {
                    text: "main".to_owned(),
                },
                key: KeyBy::Title,
                ignore: Vec::new(),
                follow: None,
                follow_limit: 50,
            },
            guards: Guards {
                count: None,
                limits: Limits::default(),
            },
            keep: crate::model::Keep::All,
            confirm_after: SignedDuration::from_mins(10),
            robots: Robots::Obey,
            coding: Coding::Identity,
        }
    }

    fn judged(look: Look, memory: Memory) -> Judgement {
        Judgement {
            look,
            rulings: Vec::new(),
            changes: Vec::new(),
            notices: Vec::new(),
            memory,
        }
    }

    fn seen_at(times: &[&str]) -> Memory {
        let candidate = |at: &&str| Candidate {
            difference: Difference {
                key: EntryKey::new("KE"),
                field: Field::Teaser,
                before: Value::Absent,
                after: Value::Absent,
                weight: Weight::Substance,
            },
            first_seen: at.parse().unwrap(),
            evidence_before: None,
            evidence_after: None,
            last_old: None,
        };
        Memory {
            candidates: times.iter().map(candidate).collect(),
            ..Memory::default()
        }
    }

    fn failed(failures: u32) -> Judgement {
        let health = Health {
            failures,
            ..Health::default()
        };
        let memory = Memory {
            health,
            ..Memory::default()
        };
        judged(Look::Failed(Problem::Empty), memory)
    }

    fn held(looks: u32) -> Judgement {
        let reason = HoldReason::Problem(Problem::NoEntries);
        let hold = Hold {
            id: None,
            reason: reason.clone(),
            since: NOW.parse().unwrap(),
            told: None,
            looks,
            entries: Vec::new(),
            list: None,
            articles: std::collections::BTreeMap::new(),
        };
        let memory = Memory {
            hold: Some(hold),
            ..Memory::default()
        };
        judged(Look::Held(reason), memory)
    }

    /// Eight-hour grid, no jitter: the regular time after `NOW` is 16:00.
    fn check(judgement: &Judgement, retry_after: Option<&str>, at: &str, purpose: Purpose) {
        let page = page();
        let schedule = Schedule::parse(&page.timing).unwrap();
        let retry_after = retry_after.map(|text| text.parse().unwrap());
        let now = NOW.parse().unwrap();
        let plan = next(
            &schedule,
            &page,
            judgement,
            retry_after,
            SignedDuration::ZERO,
            now,
        );
        let at = format!("2026-11-{at}Z").parse().unwrap();
        assert_eq!(plan, Plan { at, purpose }, "{judgement:?}");
    }

    #[test]
    fn a_quiet_page_is_looked_at_by_its_schedule() {
        let quiet = judged(Look::Fine, Memory::default());
        check(&quiet, None, "02T16:00:00", Purpose::Scheduled);
    }

    #[test]
    fn a_candidate_gets_its_second_look_when_its_time_has_come() {
        let look = |times: &[&str]| judged(Look::Fine, seen_at(times));
        let confirm = Purpose::Confirm;
        check(&look(&[NOW]), None, "02T10:27:00", confirm);
        let two = look(&["2026-11-02T10:15:00Z", "2026-11-02T10:09:00Z"]);
        check(&two, None, "02T10:19:00", confirm);
        let just_due = look(&["2026-11-02T10:07:00Z"]);
        check(&just_due, None, "02T10:17:01", confirm);
    }

    #[test]
    fn a_candidate_that_cannot_be_settled_does_not_make_us_hammer_the_server() {
        let look = |time| judged(Look::Fine, seen_at(&[time]));
        let confirm = Purpose::Confirm;
        check(&look("2026-11-02T10:06:00Z"), None, "02T10:18:00", confirm);
        check(&look("2026-11-02T09:00:00Z"), None, "02T11:24:00", confirm);
        // A day overdue: the regular look is soon enough.
        let regular = Purpose::Scheduled;
        check(&look("2026-11-01T10:00:00Z"), None, "02T16:00:00", regular);
        let mut down = failed(1);
        down.memory.candidates = seen_at(&["2026-11-01T10:00:00Z"]).candidates;
        check(&down, None, "02T10:22:00", Purpose::Scheduled);
    }

    #[test]
    fn a_held_page_is_checked_again_at_growing_distances() {
        for (looks, at) in [
            (1, "02T10:27:00"),
            (2, "02T11:17:00"),
            (3, "02T16:00:00"), // 16:17 would be later than the schedule
        ] {
            let purpose = if looks < 3 {
                Purpose::Confirm
            } else {
                Purpose::Scheduled
            };
            check(&held(looks), None, at, purpose);
        }
    }

    #[test]
    fn a_page_that_fails_is_left_in_peace_for_longer_each_time() {
        for (failures, at) in [
            (1, "02T10:22:00"),
            (2, "02T10:32:00"),
            (3, "02T11:02:00"),
            (4, "02T12:32:00"),
            (5, "02T14:17:00"),
            (u32::MAX, "02T14:17:00"),
        ] {
            check(&failed(failures), None, at, Purpose::Scheduled);
        }
    }

    #[test]
    fn retry_after_delays_any_look_but_by_no_more_than_a_day() {
        let scheduled = Purpose::Scheduled;
        let wait = |until| check(&failed(1), Some("2026-11-02T10:45:00Z"), until, scheduled);
        wait("02T10:45:00");
        check(
            &failed(1),
            Some("2027-01-01T00:00:00Z"),
            "03T10:17:00",
            scheduled,
        );
        let open = judged(Look::Fine, seen_at(&[NOW]));
        check(
            &open,
            Some("2026-11-02T12:00:00Z"),
            "02T12:00:00",
            Purpose::Confirm,
        );
        check(
            &open,
            Some("2026-11-02T09:00:00Z"),
            "02T10:27:00",
            Purpose::Confirm,
        );
    }

    #[test]
    fn jitter_moves_a_page_to_its_own_place_and_no_early_look_skips_it() {
        let page = page();
        let schedule = Schedule::parse(&page.timing).unwrap();
        let quiet = judged(Look::Fine, Memory::default());
        let jitter = SignedDuration::from_mins(30);
        let ask = |now: &str| {
            let now = now.parse().unwrap();
            next(&schedule, &page, &quiet, None, jitter, now).at
        };
        let due = ask(NOW);
        let grid = "2026-11-02T16:00:00Z".parse::<Timestamp>().unwrap();
        let place = due.duration_since(grid);
        assert!(place > SignedDuration::ZERO && place < jitter, "{place:?}");
        assert_eq!(ask("2026-11-02T16:00:01Z"), due, "still to come");
        assert_eq!(
            ask(&due.to_string()),
            due + SignedDuration::from_hours(8),
            "strictly after now"
        );
    }
}
