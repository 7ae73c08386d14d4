//! Gathers the news of a day or a week in one mail, the weightiest first.

use std::cmp::Reverse;

use super::{Told, words};
use crate::interpret::Lexicon;
use crate::model::{Beat, Collection, Event, Factuality, Grade, News};
use crate::notify::Permalinks;
use crate::notify::account::{self, Account, Item};
use crate::notify::hygiene::one_line;
use crate::notify::render;
use crate::notify::words::{Phrase, Tongue, day, moment};

pub fn told(collection: &Collection, tongue: Tongue, site: Option<&Permalinks>) -> Told {
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
            summary: summary(&news, tongue),
            items: news
                .iter()
                .flat_map(|one| items(one, tongue, site))
                .collect(),
            footer: Vec::new(),
        },
        thread: format!("digest:{:?}", collection.beats),
        answers: None,
    }
}

pub fn name(beats: &[Beat]) -> Phrase {
    match beats {
        [] => words::AFTER_OUTAGE,
        [Beat::Daily] => words::DAILY,
        [Beat::Weekly] => words::WEEKLY,
        _ => words::DAILY_AND_WEEKLY,
    }
}

/// Events before mere facts of the page, and these before mere wording.
fn weight(news: &News) -> (Option<Heft>, Option<Grade>) {
    let events = news.events.iter().map(heft);
    let grade = news.changes.iter().map(|change| change.grade).max();
    (events.max(), grade)
}

/// How weighty a step is, and how sure: what is done comes before what is only planned.
type Heft = (u32, Reverse<usize>);

fn heft(event: &Event) -> Heft {
    let surest = Factuality::ALL
        .iter()
        .position(|one| Some(*one) == event.factuality())
        .unwrap_or(Factuality::ALL.len());
    (Lexicon::bundled().weight(&event.stage), Reverse(surest))
}

/// What the weightiest news is called when it travels alone.
fn first(news: &[&News], tongue: Tongue) -> String {
    news.first()
        .map_or_else(String::new, |one| render::subject(one, tongue))
}

/// All that happened in a line each, events before mere words; one thing alone needs no list.
fn summary(news: &[&News], tongue: Tongue) -> Vec<String> {
    let (telling, others): (Vec<&News>, Vec<&News>) =
        news.iter().partition(|one| !one.events.is_empty());
    let mut events: Vec<_> = telling.iter().flat_map(|one| &one.events).collect();
    events.sort_by_key(|event| Reverse(heft(event)));
    let events = events.into_iter().map(|event| account::line(event, tongue));
    let others = others.into_iter().map(|one| render::subject(one, tongue));
    let lines: Vec<String> = events.chain(others).collect();
    if lines.len() > 1 { lines } else { Vec::new() }
}

/// What the mail of that look alone would say: its first line, then its items.
fn items(news: &News, tongue: Tongue, site: Option<&Permalinks>) -> Vec<Item> {
    let alone = account::of_news(news, tongue, site);
    let head = Item {
        heading: format!("{}, {}", one_line(&news.page.title), day(tongue, news.at)),
        notes: std::iter::once(alone.lead).chain(alone.notes).collect(),
        ..Item::default()
    };
    std::iter::once(head).chain(alone.items).collect()
}
