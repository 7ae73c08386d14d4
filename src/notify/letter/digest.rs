//! Gathers the news of a day or a week in one mail, the weightiest first.

use std::cmp::Reverse;

use super::{Told, words};
use crate::interpret::Lexicon;
use crate::model::{Beat, Collection, Grade, News};
use crate::notify::account::{self, Account, Item};
use crate::notify::hygiene::one_line;
use crate::notify::render;
use crate::notify::words::{Phrase, Tongue, day, moment};

pub fn told(collection: &Collection, tongue: Tongue) -> Told {
    let mut news: Vec<&News> = collection.news.iter().collect();
    // Stable: what weighs the same stays in the order in which it was found.
    news.sort_by_key(|one| Reverse(weight(one)));
    let count = news.len().to_string();
    let beats = name(&collection.beats);
    let (since, until) = (collection.since, collection.until);
    let subject = words::DIGEST_SUBJECT.fill(
        tongue,
        &[
            ("beat", beats.say(tongue)),
            ("day", &day(tongue, until)),
            ("first", &first(&news, tongue)),
        ],
    );
    let lead = words::DIGEST.fill(
        tongue,
        &[
            ("beat", beats.say(tongue)),
            ("count", &count),
            ("since", &moment(tongue, since)),
            ("until", &moment(tongue, until)),
        ],
    );
    Told {
        subject,
        account: Account {
            tongue,
            lead,
            notes: Vec::new(),
            items: news.iter().flat_map(|one| items(one, tongue)).collect(),
            footer: Vec::new(),
        },
        thread: format!("digest:{:?}", collection.beats),
        answers: None,
    }
}

fn name(beats: &[Beat]) -> Phrase {
    match beats {
        [] => words::AFTER_OUTAGE,
        [Beat::Daily] => words::DAILY,
        [Beat::Weekly] => words::WEEKLY,
        _ => words::DAILY_AND_WEEKLY,
    }
}

/// Events before mere facts of the page, and these before mere wording.
fn weight(news: &News) -> (Option<u32>, Option<Grade>) {
    let events = news
        .events
        .iter()
        .map(|event| Lexicon::bundled().weight(&event.stage));
    let grade = news.changes.iter().map(|change| change.grade).max();
    (events.max(), grade)
}

/// What the weightiest news is called when it travels alone.
fn first(news: &[&News], tongue: Tongue) -> String {
    news.first()
        .map_or_else(String::new, |one| render::subject(one, tongue))
}

/// What the mail of that look alone would say: its first line, then its items.
fn items(news: &News, tongue: Tongue) -> Vec<Item> {
    let alone = account::of_news(news, tongue);
    let head = Item {
        heading: one_line(&news.page.title),
        notes: std::iter::once(alone.lead).chain(alone.notes).collect(),
        ..Item::default()
    };
    std::iter::once(head).chain(alone.items).collect()
}
