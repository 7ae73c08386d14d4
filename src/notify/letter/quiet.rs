//! Says that nothing has changed, and how often we looked: silence that can be read. It speaks for the
//! time until the last successful look, and says so where that was long ago.

use jiff::{SignedDuration, Timestamp};

use super::{Told, words};
use crate::model::{Quiet, Watch};
use crate::notify::account::{Account, Item, Shown};
use crate::notify::hygiene::one_line;
use crate::notify::words::{Tongue, day_in, moment};

/// A page that is looked at once a day was seen within this time.
const LATELY: SignedDuration = SignedDuration::from_hours(25);

pub fn told(quiet: &Quiet, tongue: Tongue) -> Told {
    let looks: u64 = quiet.pages.iter().map(|watch| watch.succeeded).sum();
    let seen = seen_until(quiet);
    let (subject, lead) = match seen {
        Some(_) => (words::QUIET_SUBJECT, words::QUIET),
        None => (words::UNSEEN_SUBJECT, words::UNSEEN),
    };
    let day = |at| day_in(tongue, at, &quiet.zone);
    let holes = [
        ("count", looks.to_string()),
        ("since", day(quiet.since)),
        ("until", day(seen.unwrap_or(quiet.until))),
    ];
    let holes: Vec<(&str, &str)> = holes.iter().map(|(a, b)| (*a, b.as_str())).collect();
    let items = quiet.pages.iter();
    Told {
        subject: subject.fill(tongue, &holes),
        account: Account {
            tongue,
            lead: lead.fill(tongue, &holes),
            notes: Vec::new(),
            summary: Vec::new(),
            items: items.map(|one| item(one, quiet.until, tongue)).collect(),
            footer: Vec::new(),
        },
        thread: "quiet".to_owned(),
        answers: None,
    }
}

/// Until when every page that was seen in that time was seen; `None` where none was.
fn seen_until(quiet: &Quiet) -> Option<Timestamp> {
    let looks = quiet.pages.iter().filter_map(|watch| watch.last_ok);
    let looks = looks.filter(|at| *at >= quiet.since);
    looks.min().map(|at| at.min(quiet.until))
}

/// When a page was last seen, in words.
pub fn last_check(watch: &Watch, tongue: Tongue) -> String {
    watch.last_ok.map_or_else(
        || words::NEVER.say(tongue).to_owned(),
        |at| moment(tongue, at),
    )
}

fn item(watch: &Watch, until: Timestamp, tongue: Tongue) -> Item {
    let mut item = Item {
        heading: one_line(&watch.page.title),
        notes: vec![words::LOOKS.fill(
            tongue,
            &[
                ("succeeded", &watch.succeeded.to_string()),
                ("failed", &watch.failed.to_string()),
                ("last", &last_check(watch, tongue)),
            ],
        )],
        ..Item::default()
    };
    let lately = |at: Timestamp| until.duration_since(at) <= LATELY;
    if !watch.last_ok.is_some_and(lately) {
        let unknown = words::NOT_SEEN_SINCE.say(tongue);
        item.notes.push(unknown.to_owned());
    }
    item.fact(
        words::PAGE,
        tongue,
        vec![Shown::Address(watch.page.url.clone())],
    );
    item
}
