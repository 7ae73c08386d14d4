//! Says that nothing has changed, and how often we looked: silence that can be read.

use super::{Told, words};
use crate::model::{Quiet, Watch};
use crate::notify::account::{Account, Item, Shown};
use crate::notify::hygiene::one_line;
use crate::notify::words::{Tongue, day, moment};

pub fn told(quiet: &Quiet, tongue: Tongue) -> Told {
    let looks: u64 = quiet.pages.iter().map(|watch| watch.succeeded).sum();
    let holes = [
        ("count", looks.to_string()),
        ("since", day(tongue, quiet.since)),
        ("until", day(tongue, quiet.until)),
    ];
    let holes: Vec<(&str, &str)> = holes.iter().map(|(a, b)| (*a, b.as_str())).collect();
    Told {
        subject: words::QUIET_SUBJECT.fill(tongue, &holes),
        account: Account {
            tongue,
            lead: words::QUIET.fill(tongue, &holes),
            notes: Vec::new(),
            summary: Vec::new(),
            items: quiet.pages.iter().map(|one| item(one, tongue)).collect(),
            footer: Vec::new(),
        },
        thread: "quiet".to_owned(),
        answers: None,
    }
}

fn item(watch: &Watch, tongue: Tongue) -> Item {
    let last = watch.last_ok.map_or_else(
        || words::NEVER.say(tongue).to_owned(),
        |at| moment(tongue, at),
    );
    let mut item = Item {
        heading: one_line(&watch.page.title),
        notes: vec![words::LOOKS.fill(
            tongue,
            &[
                ("succeeded", &watch.succeeded.to_string()),
                ("failed", &watch.failed.to_string()),
                ("last", &last),
            ],
        )],
        ..Item::default()
    };
    item.fact(
        words::PAGE,
        tongue,
        vec![Shown::Address(watch.page.url.clone())],
    );
    item
}
