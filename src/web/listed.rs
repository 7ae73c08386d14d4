//! How long a page listed an entry: from its coming to its going, as far as looks can tell.

use jiff::Timestamp;

use super::Frame;
use crate::model::{Change, ChangeKind};
use crate::notify::words::Tongue;

/// How long a page listed an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    pub from: Timestamp,
    pub to: Timestamp,
    /// It was there at the first look: "at or before".
    pub from_baseline: bool,
    /// It still is.
    pub still: bool,
}

impl Listed {
    pub fn say(&self, frame: &Frame) -> String {
        let (from, to) = (frame.day(&self.from), frame.day(&self.to));
        match (frame.tongue, self.still, self.from_baseline) {
            (Tongue::De, true, true) => format!("spätestens seit dem {from}"),
            (Tongue::De, true, false) => format!("seit dem {from}"),
            (Tongue::De, false, true) => format!("spätestens ab dem {from} bis zum {to}"),
            (Tongue::De, false, false) => format!("vom {from} bis zum {to}"),
            (Tongue::En, true, true) => format!("since {from} or earlier"),
            (Tongue::En, true, false) => format!("since {from}"),
            (Tongue::En, false, true) => format!("from {from} or earlier to {to}"),
            (Tongue::En, false, false) => format!("from {from} to {to}"),
        }
    }
}

/// From the coming and going of an entry to the spans in which it was there.
pub fn listed<'a>(
    changes: impl Iterator<Item = &'a Change>,
    first_look: Option<Timestamp>,
    last_look: Option<Timestamp>,
    still: bool,
) -> Vec<Listed> {
    let kinds = |change: &Change| match change.difference.kind() {
        ChangeKind::Appeared => Some((true, change.first_seen)),
        ChangeKind::Vanished => Some((false, change.first_seen)),
        _ => None,
    };
    let steps: Vec<(bool, Timestamp)> = changes.filter_map(kinds).collect();
    let was_there = steps.first().map_or(still, |(came, _)| !came);
    let mut spans = Vec::new();
    let mut open = first_look.filter(|_| was_there).map(|at| (at, true));
    for (came, at) in steps {
        match open.take() {
            Some((from, from_baseline)) if !came => spans.push(Listed {
                from,
                to: at,
                from_baseline,
                still: false,
            }),
            other => open = other.or(came.then_some((at, false))),
        }
    }
    spans.extend(
        open.zip(last_look)
            .map(|((from, from_baseline), to)| Listed {
                from,
                to: to.max(from),
                from_baseline,
                still: true,
            }),
    );
    spans
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notify::example;

    /// `+5 -9`: came at the fifth second, gone at the ninth; the first look was at 0, the last at 20.
    #[track_caller]
    fn check(steps: &str, still: bool, expected: &[(i64, i64, bool, bool)]) {
        let at = |second| Timestamp::from_second(second).unwrap();
        let change = |step: &str| {
            let mut change = match step.split_at(1) {
                ("+", _) => example::appeared(),
                _ => example::vanished(),
            };
            change.first_seen = at(step[1..].parse().unwrap());
            change
        };
        let changes: Vec<Change> = steps.split_whitespace().map(change).collect();
        let spans = listed(changes.iter(), Some(at(0)), Some(at(20)), still);
        let seconds = |one: &Listed| {
            let (from, to) = (one.from.as_second(), one.to.as_second());
            (from, to, one.from_baseline, one.still)
        };
        assert_eq!(
            spans.iter().map(seconds).collect::<Vec<_>>(),
            expected,
            "{steps}"
        );
    }

    #[test]
    fn an_entry_is_listed_from_its_coming_or_the_first_look_to_its_going() {
        check("", true, &[(0, 20, true, true)]);
        check("+5", true, &[(5, 20, false, true)]);
        check("-5", false, &[(0, 5, true, false)]);
        check("-5 +9", true, &[(0, 5, true, false), (9, 20, false, true)]);
        check("+5 -9", false, &[(5, 9, false, false)]);
    }
}
