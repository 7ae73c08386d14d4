//! What the pages said once of a country's steps and say no more: it stays on the timeline, as past.

use jiff::Timestamp;

use super::Frame;
use super::interval::bounds;
use super::lines::Happened;
use super::said::{Said, brief};
use crate::model::{Factuality, PageBrief, Statement, Status};

/// The newest of them; more would bury what stands now.
const MOST: usize = 12;

/// A statement that no page makes any more.
pub struct Former {
    pub said: Said,
    /// Since when it was seen to be gone; `None`: it went without being news, as what leads up to a step does.
    pub gone: Option<Timestamp>,
}

/// In the order in which they were first said. What was taken back was never said.
pub fn former(
    frame: &Frame,
    happened: &[Happened],
    now: &[Status],
    briefs: &[PageBrief],
) -> Vec<Former> {
    let taken_back: Vec<&Statement> = happened
        .iter()
        .filter(|one| one.corrected.is_some())
        .filter_map(|one| one.event.after.as_ref())
        .collect();
    let mut found: Vec<(&Statement, Former)> = Vec::new();
    for Happened { event, .. } in happened.iter().rev() {
        let gone = Some(event.first_seen);
        let sides = [
            (event.status_before.as_ref(), None),
            (event.before.as_ref(), gone),
            (event.after.as_ref(), None),
        ];
        for (side, gone) in sides {
            let Some(statement) = side else { continue };
            let mut again = found.iter_mut();
            if let Some((_, known)) = again.find(|(other, _)| is_same(other, statement)) {
                // The furthest step until then may be said to this day.
                let is_furthest = side == event.status_before.as_ref();
                known.gone = if is_furthest {
                    known.gone.or(gone)
                } else {
                    gone
                };
            } else if !taken_back.iter().any(|other| is_same(other, statement))
                && !now.iter().any(|one| is_same(&one.statement, statement))
            {
                let language = brief(briefs, &event.page).map(|brief| &brief.language);
                let said = Said::of(frame, statement, language);
                found.push((statement, Former { said, gone }));
            }
        }
    }
    let older = found.len().saturating_sub(MOST);
    found.into_iter().skip(older).map(|(_, one)| one).collect()
}

/// Whether two statements tell one thing: the same step, as certain, at times of which one may be told finer.
fn is_same(one: &Statement, other: &Statement) -> bool {
    let certainty = |said: &Statement| match said.factuality {
        Factuality::State => Factuality::Done,
        told => told,
    };
    let interval = |said: &Statement| said.when.as_ref().map(|when| when.interval.clone());
    let (a, b) = (interval(one), interval(other));
    let one_holds_the_other = || {
        let (a, b) = (bounds(a.as_deref()?)?, bounds(b.as_deref()?)?);
        Some((a.0 <= b.0 && b.1 <= a.1) || (b.0 <= a.0 && a.1 <= b.1))
    };
    one.stage == other.stage
        && certainty(one) == certainty(other)
        && (a == b || one_holds_the_other().unwrap_or(false))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notify::example;

    #[test]
    fn a_date_told_finer_is_the_same_and_another_date_is_not() {
        use Factuality::{Done, Planned, State};
        check((Done, "2023/2023"), (Done, "2023-12-19/2023-12-19"), true);
        check((State, "2023"), (Done, "2023-12-19/2023-12-19"), true);
        check((Done, "2023/2023"), (Done, "2024-09/2024-09"), false);
        check((Planned, "2024/2024"), (Done, "2024/2024"), false);
        check((Done, ""), (Done, ""), true);
        check((Done, ""), (Done, "2024/2024"), false);
    }

    #[track_caller]
    fn check(one: (Factuality, &str), other: (Factuality, &str), expected: bool) {
        let said = |(factuality, interval): (Factuality, &str)| {
            let mut said = example::signed().after.unwrap();
            said.factuality = factuality;
            said.when = said.when.filter(|_| !interval.is_empty());
            if let Some(when) = &mut said.when {
                interval.clone_into(&mut when.interval);
            }
            said
        };
        assert_eq!(is_same(&said(one), &said(other)), expected);
        assert_eq!(is_same(&said(other), &said(one)), expected);
    }
}
