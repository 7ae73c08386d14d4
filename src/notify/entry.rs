//! Sets all that a look found of one entry: its events first, then the words they do not quote, then the evidence once.

use super::account::{Item, name, what_changed};
use super::quotation::{self, Compared};
use super::words::{self, Tongue};
use super::{Permalinks, evidence, meaning};
use crate::model::{Change, EntryKey, Event, News, PageBrief};

/// The entries of a look's news, the weightiest first.
pub fn keys(news: &News) -> Vec<&EntryKey> {
    let events = news.events.iter().map(|event| &event.key);
    let changes = super::account::by_weight(&news.changes).into_iter();
    let changes = changes.map(|change| &change.difference.key);
    let mut keys: Vec<&EntryKey> = Vec::new();
    for key in events.chain(changes) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

pub fn items(news: &News, key: &EntryKey, tongue: Tongue, site: Option<&Permalinks>) -> Vec<Item> {
    let events: Vec<&Event> = news.events.iter().filter(|one| one.key == *key).collect();
    let changes = super::account::in_order(news).into_iter();
    let changes: Vec<&Change> = changes.filter(|one| one.difference.key == *key).collect();
    of(&news.page, &events, &changes, tongue, site)
}

/// Events of one entry and the changes that brought them.
pub fn of(
    page: &PageBrief,
    events: &[&Event],
    changes: &[&Change],
    tongue: Tongue,
    site: Option<&Permalinks>,
) -> Vec<Item> {
    let compared = quotation::compared(changes);
    let mut items: Vec<Item> = events
        .iter()
        .map(|event| meaning::item(page, event, &compared, tongue, site))
        .collect();
    if !changes.is_empty() {
        // Where an event's words stand, that is what is cited; of a text that stands in several places, the
        // one that shows most of it.
        let told = events.first().map(|event| &event.field);
        let of_event = |change: &&&Change| Some(&change.difference.field) == told;
        let cited = changes.iter().find(of_event).copied();
        let cited = cited
            .or(compared.first().map(|one| one.change))
            .unwrap_or(changes[0]);
        items.push(behind(
            page,
            &items,
            changes,
            (&compared, cited),
            tongue,
            site,
        ));
    }
    items
}

/// The words that no event quotes, and the evidence of all changes.
fn behind(
    page: &PageBrief,
    events: &[Item],
    changes: &[&Change],
    (compared, cited): (&[Compared<'_>], &Change),
    tongue: Tongue,
    site: Option<&Permalinks>,
) -> Item {
    let mut item = Item::default();
    let quoted: Vec<_> = events
        .iter()
        .flat_map(|event| event.quotes.clone())
        .collect();
    let rest = compared
        .iter()
        .filter(|one| quoted.is_empty() || !one.stands_in(&quoted));
    for one in rest {
        item.quotes.extend(one.quotes(page, &quoted, tongue));
        for note in one
            .notes()
            .into_iter()
            .map(|note| note.say(tongue).to_owned())
        {
            if !item.notes.contains(&note) {
                item.notes.push(note);
            }
        }
    }
    let told = if item.quotes.is_empty() && !events.is_empty() {
        words::EVIDENCE.say(tongue).to_owned()
    } else {
        what_changed(changes, tongue)
    };
    item.heading = format!("{}: {told}", name(changes[0], tongue));
    evidence::add(&mut item, page, changes, cited, tongue, site);
    item
}
