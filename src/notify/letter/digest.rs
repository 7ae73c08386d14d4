//! Gathers the news of a day or a week in one mail, the weightiest first.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::{Told, correction, words};
use crate::interpret::{self, Lexicon};
use crate::model::{Beat, Collection, Event, Grade, News, Zone};
use crate::notify::Permalinks;
use crate::notify::account::{self, Account, Item};
use crate::notify::hygiene::one_line;
use crate::notify::render;
use crate::notify::words::{Phrase, Tongue, day_in, moment_in};

pub fn told(collection: &Collection, tongue: Tongue, site: Option<&Permalinks>) -> Told {
    let mut news: Vec<&News> = collection.news.iter().collect();
    // Stable: what weighs the same stays in the order in which it was found.
    news.sort_by_key(|one| Reverse(weight(one)));
    let count = news.len().to_string();
    let beats = name(&collection.beats);
    let (since, until, zone) = (collection.since, collection.until, &collection.zone);
    let corrections = &collection.corrections;
    let summary = summary(&news, collection, tongue);
    let first = news.first().map(|one| render::subject(one, tongue));
    let first = first.or_else(|| Some(correction::line(corrections.first()?, tongue)));
    let subject = words::DIGEST_SUBJECT.fill(
        tongue,
        &[
            ("beat", beats.say(tongue)),
            ("day", &day_in(tongue, until, zone)),
            ("first", &first.unwrap_or_default()),
        ],
    );
    let lead = words::DIGEST.fill(
        tongue,
        &[
            ("beat", beats.say(tongue)),
            ("count", &count),
            ("since", &moment_in(tongue, since, zone)),
            ("until", &moment_in(tongue, until, zone)),
        ],
    );
    let told = news.iter().flat_map(|one| items(one, zone, tongue, site));
    let taken_back = corrections
        .iter()
        .map(|one| correction::item(one, tongue, site));
    Told {
        subject,
        account: Account {
            tongue,
            lead,
            notes: Vec::new(),
            summary,
            items: told.chain(taken_back).collect(),
            footer: Vec::new(),
        },
        thread: format!("digest:{:?}", collection.beats),
        answers: None,
    }
}

/// What such a mail is called.
fn name(beats: &[Beat]) -> Phrase {
    match beats {
        [] => words::AFTER_OUTAGE,
        [Beat::Daily] => words::DAILY,
        [Beat::Weekly] => words::WEEKLY,
        _ => words::DAILY_AND_WEEKLY,
    }
}

/// How often it comes; after an outage, with each report.
pub fn cadence(beats: &[Beat]) -> Phrase {
    match beats {
        [] => crate::notify::words::AT_EVERY_CHANGE,
        [Beat::Daily] => words::BY_DAY,
        [Beat::Weekly] => words::BY_WEEK,
        _ => words::BY_DAY_AND_WEEK,
    }
}

/// Events before mere facts of the page, and these before mere wording.
fn weight(news: &News) -> impl Ord + use<> {
    let grade = news.changes.iter().map(|change| change.grade).max();
    (news.events.iter().map(heft).max(), grade)
}

fn heft(event: &Event) -> impl Ord + use<> {
    interpret::heft(Lexicon::bundled(), event)
}

/// All that happened in a line each, events before what no event tells; one thing alone needs no list.
fn summary(news: &[&News], collection: &Collection, tongue: Tongue) -> Vec<String> {
    let pages: BTreeSet<_> = news.iter().map(|one| &one.page.id).collect();
    let on_page = |line: String, news: &News| format!("{line} ({})", one_line(&news.page.title));
    let mut events: Vec<(&News, &Event)> = Vec::new();
    let mut mere: Vec<(Grade, String)> = Vec::new();
    for one in news {
        events.extend(one.events.iter().map(|event| (*one, event)));
        let lines = account::mere(one, tongue).into_iter();
        mere.extend(lines.map(|(grade, line)| (grade, on_page(line, one))));
    }
    events.sort_by_key(|(_, event)| Reverse(heft(event)));
    mere.sort_by_key(|(grade, _)| Reverse(*grade));
    let events = events.into_iter().map(|(news, event)| {
        let line = account::line(event, tongue);
        if pages.len() > 1 {
            on_page(line, news)
        } else {
            line
        }
    });
    let corrections = collection.corrections.iter();
    let corrections = corrections.map(|one| correction::line(one, tongue));
    let mere = repeated(mere.into_iter().map(|(_, line)| line), tongue);
    let lines: Vec<String> = events.chain(mere).chain(corrections).collect();
    if lines.len() > 1 { lines } else { Vec::new() }
}

/// What several looks found alike is one line that says how often.
fn repeated(lines: impl Iterator<Item = String>, tongue: Tongue) -> Vec<String> {
    let mut counted: Vec<(String, usize)> = Vec::new();
    for line in lines {
        match counted.iter_mut().find(|(known, _)| *known == line) {
            Some((_, count)) => *count += 1,
            None => counted.push((line, 1)),
        }
    }
    let said = |(line, count): (String, usize)| match count {
        1 => line,
        _ => words::REPEATED.fill(tongue, &[("line", &line), ("count", &count.to_string())]),
    };
    counted.into_iter().map(said).collect()
}

/// What the mail of that look alone would say: its first line, then its items.
fn items(news: &News, zone: &Zone, tongue: Tongue, site: Option<&Permalinks>) -> Vec<Item> {
    let alone = account::of_news(news, tongue, site);
    let title = one_line(&news.page.title);
    let head = Item {
        heading: format!("{title}, {}", day_in(tongue, news.at, zone)),
        notes: std::iter::once(alone.lead).chain(alone.notes).collect(),
        ..Item::default()
    };
    std::iter::once(head).chain(alone.items).collect()
}
