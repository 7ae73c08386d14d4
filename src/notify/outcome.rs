//! Decides what becomes of a delivery after a try. Pure.

use jiff::{SignedDuration, Timestamp};

use super::SendError;
use crate::model::{Delivery, Outcome};

const FIRST_WAIT: SignedDuration = SignedDuration::from_mins(5);
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(4);
/// A server that is down over a long weekend must cost no mail.
const KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);
/// What is not given up before: some six days of waits. So neither a week without the daemon nor
/// an operator's `retry` of an old message leaves it a single try.
const TRIES: u32 = 36;

/// Sent, tried again later, or set aside for the operator.
pub fn outcome(delivery: &Delivery, result: Result<(), SendError>, now: Timestamp) -> Outcome {
    match result {
        Ok(()) => Outcome::Sent,
        Err(SendError::Permanent(why)) => Outcome::SetAside { why },
        Err(SendError::Temporary(why)) if is_spent(delivery, now) => Outcome::SetAside {
            why: format!("not delivered within 7 days; last: {why}"),
        },
        Err(SendError::Temporary(why)) => Outcome::Retry {
            at: now.saturating_add(wait(delivery)).unwrap_or(now),
            why,
        },
    }
}

fn is_spent(delivery: &Delivery, now: Timestamp) -> bool {
    now.duration_since(delivery.created) >= KEPT && delivery.tries >= TRIES
}

/// 5 min, 10 min, … 4 h, and up to a quarter more, so that mails that failed together do not come
/// back together.
fn wait(delivery: &Delivery) -> SignedDuration {
    let doublings = delivery.tries.min(10);
    let wait = (FIRST_WAIT * 2_i32.pow(doublings)).min(LONGEST_WAIT);
    // Knuth's multiplicative hash spreads neighbouring row numbers.
    let spread = delivery.id.0.unsigned_abs().wrapping_mul(2_654_435_761) % 256;
    let quarter = wait.as_millis() / 4 * i128::from(spread) / 256;
    wait + SignedDuration::from_millis(i64::try_from(quarter).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notify::example;

    #[test]
    fn waits_double_from_five_minutes_to_four_hours() {
        let waits: Vec<i64> = (0..9)
            .map(|tries| wait(&delivery(tries, 0)).as_mins())
            .collect();
        assert_eq!(waits, [5, 10, 20, 40, 80, 160, 240, 240, 240]);
    }

    #[test]
    fn neighbours_do_not_come_back_together() {
        let waits: std::collections::BTreeSet<i128> = (1..=20)
            .map(|id| wait(&delivery(0, id)).as_millis())
            .collect();
        assert!(waits.len() > 15);
        assert!(waits.iter().all(|wait| (300_000..=375_000).contains(wait)));
    }

    #[test]
    fn a_mail_is_kept_for_seven_days_and_then_set_aside() {
        let temporary = || Err(SendError::Temporary("no route".into()));
        let delivery = delivery(40, 0);
        let after = |hours| delivery.created + SignedDuration::from_hours(hours);
        let retry = outcome(&delivery, temporary(), after(167));
        assert_eq!(
            retry,
            Outcome::Retry {
                at: after(171),
                why: "no route".into()
            }
        );
        let why = "not delivered within 7 days; last: no route".to_owned();
        assert_eq!(
            outcome(&delivery, temporary(), after(168)),
            Outcome::SetAside { why }
        );
    }

    #[test]
    fn an_old_message_that_is_taken_up_again_gets_more_than_one_try() {
        let delivery = delivery(0, 0);
        let late = delivery.created + SignedDuration::from_hours(1_000);
        let result = Err(SendError::Temporary("no route".into()));
        assert!(matches!(
            outcome(&delivery, result, late),
            Outcome::Retry { .. }
        ));
    }

    #[test]
    fn a_final_refusal_is_not_tried_again() {
        let delivery = delivery(0, 1);
        let result = Err(SendError::Permanent("550 no such user".into()));
        let why = "550 no such user".to_owned();
        assert_eq!(
            outcome(&delivery, result, delivery.created),
            Outcome::SetAside { why }
        );
        assert_eq!(outcome(&delivery, Ok(()), delivery.created), Outcome::Sent);
    }

    fn delivery(tries: u32, id: i64) -> Delivery {
        let mut delivery = example::mail(example::news(vec![example::reworded()]), "de");
        delivery.tries = tries;
        delivery.id.0 = id;
        delivery
    }
}
