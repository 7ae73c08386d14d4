//! Turns a delivery's content into what a reader is told, before it is set as plain text or HTML.
//!
//! 1. The first line is one sentence with the page as its subject.
//! 2. Each change: what became of the entry, both sides with marked words, the evidence, a citation.
//! 3. Where the changes mean something, the events stand before them, each with its sentence and rule.
//! 4. What is not known (a cut, a date) is said.

use url::Url;

use super::hygiene::one_line;
use super::wordiff::{Mark, Part};
use super::words::{self, Phrase, Tongue};
use super::{evidence, meaning, quotation};
use crate::model::{Change, ChangeKind, Digest, EntryKey, Event, Field, News, PageBrief, Value};

/// What a mail tells, in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub tongue: Tongue,
    pub lead: String,
    pub notes: Vec<String>,
    pub items: Vec<Item>,
    pub footer: Vec<String>,
}

/// One change, or one notice.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Item {
    pub heading: String,
    pub quotes: Vec<Quote>,
    pub notes: Vec<String>,
    pub facts: Vec<Fact>,
}

/// Words of the page, in the page's own language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    pub label: String,
    pub language: String,
    pub parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    pub label: String,
    pub values: Vec<Shown>,
}

/// A value and how it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    Text(String),
    Sha256(Digest),
    /// Something to type: the command, and what it does.
    Command(String, String),
    Address(Url),
    /// An address of our own site.
    Own(Url),
}

impl Item {
    pub fn fact(&mut self, label: Phrase, tongue: Tongue, values: Vec<Shown>) {
        self.facts.push(Fact {
            label: label.say(tongue).to_owned(),
            values,
        });
    }
}

pub fn of_news(news: &News, tongue: Tongue) -> Account {
    let mut notes = Vec::new();
    if news.many_at_once {
        let entries = names(&news.changes, tongue).len().to_string();
        notes.push(words::MANY_AT_ONCE.fill(tongue, &[("entries", &entries)]));
    }
    let events = news.events.iter();
    let mut items: Vec<Item> = events
        .map(|event| meaning::item(news, event, tongue))
        .collect();
    let changes = in_order(news).into_iter();
    items.extend(changes.map(|change| item(&news.page, change, tongue)));
    let lead = match news.events.as_slice() {
        [] => lead(news, tongue),
        [event, others @ ..] => {
            notes.extend(also(others, tongue));
            meaning::lead(news, event, tongue)
        }
    };
    Account {
        tongue,
        lead,
        notes,
        items,
        footer: Vec::new(),
    }
}

/// The changes that brought an event first, in the order of the events; then the others by weight.
pub fn in_order(news: &News) -> Vec<&Change> {
    let place = |change: &Change| {
        let mut events = news.events.iter();
        let place = events.position(|event| event.changes.contains(&change.id));
        place.unwrap_or(usize::MAX)
    };
    let mut sorted = by_weight(&news.changes);
    sorted.sort_by_key(|change| place(change));
    sorted
}

/// The events beside the heaviest, in one sentence.
fn also(others: &[Event], tongue: Tongue) -> Option<String> {
    let said: Vec<String> = others
        .iter()
        .map(|event| meaning::heading(event, tongue))
        .collect();
    let events = words::series(tongue, &said, 8);
    (!said.is_empty()).then(|| words::ALSO.fill(tongue, &[("events", &events)]))
}

/// The heaviest first, otherwise in page order.
pub fn by_weight(changes: &[Change]) -> Vec<&Change> {
    let mut sorted: Vec<&Change> = changes.iter().collect();
    sorted.sort_by_key(|change| std::cmp::Reverse(change.grade));
    sorted
}

/// The names of the entries concerned, heaviest first, each once.
pub fn names(changes: &[Change], tongue: Tongue) -> Vec<String> {
    let mut keys: Vec<&EntryKey> = Vec::new();
    let mut names = Vec::new();
    for change in by_weight(changes) {
        if !keys.contains(&&change.difference.key) {
            keys.push(&change.difference.key);
            names.push(name(change, tongue));
        }
    }
    names
}

/// What a change is called in a subject or heading: `teaser changed`.
pub fn what(change: &Change, tongue: Tongue) -> String {
    let difference = &change.difference;
    let phrase = match difference.kind() {
        ChangeKind::Appeared => words::NEW_ENTRY,
        ChangeKind::Vanished => words::ENTRY_GONE,
        ChangeKind::Renamed => words::ENTRY_RENAMED,
        ChangeKind::Moved => words::LINK_CHANGED,
        ChangeKind::Altered => match (&difference.before, &difference.after) {
            (Value::Absent, _) => words::FIELD_APPEARED,
            (_, Value::Absent) => words::FIELD_VANISHED,
            _ => words::FIELD_CHANGED,
        },
    };
    let field = if is_page(change) {
        words::WORDING.say(tongue).to_owned()
    } else {
        field_name(&difference.field, tongue)
    };
    phrase.fill(tongue, &[("field", &field)])
}

pub fn field_name(field: &Field, tongue: Tongue) -> String {
    let phrase = match field {
        Field::Presence | Field::Title => words::TITLE,
        Field::Teaser => words::TEASER,
        Field::Link => words::LINK,
        Field::Article => words::ARTICLE,
        Field::Extra(name) => return one_line(name),
    };
    phrase.say(tongue).to_owned()
}

pub fn item(page: &PageBrief, change: &Change, tongue: Tongue) -> Item {
    let heading = format!("{}: {}", name(change, tongue), what(change, tongue));
    let mut item = Item {
        heading,
        ..Item::default()
    };
    quotation::quote(&mut item, page, change, tongue);
    evidence::add(&mut item, page, change, tongue);
    item
}

fn lead(news: &News, tongue: Tongue) -> String {
    let (page, publisher) = (one_line(&news.page.title), one_line(&news.page.publisher));
    let names = names(&news.changes, tongue);
    let said = words::list(tongue, &names, 8);
    let (changes, entries) = (news.changes.len().to_string(), names.len().to_string());
    let (before, after) = renamed(&news.changes);
    let phrase = match news.changes.as_slice() {
        [change] => lead_phrase(change),
        _ if names.len() == 1 => words::SHOWS_SEVERAL_IN_ONE,
        _ => words::SHOWS_SEVERAL,
    };
    phrase.fill(
        tongue,
        &[
            ("page", &page),
            ("publisher", &publisher),
            ("entry", &said),
            ("names", &said),
            ("changes", &changes),
            ("entries", &entries),
            ("before", &before),
            ("after", &after),
        ],
    )
}

fn lead_phrase(change: &Change) -> Phrase {
    match change.difference.kind() {
        ChangeKind::Appeared => words::LISTS,
        ChangeKind::Vanished => words::LISTS_NO_MORE,
        ChangeKind::Renamed => words::CALLS,
        ChangeKind::Moved if change.difference.after == Value::Absent => words::LINKS_NO_MORE,
        ChangeKind::Moved => words::LINKS,
        ChangeKind::Altered if is_page(change) => words::REWORDS_ITSELF,
        ChangeKind::Altered if change.difference.field == Field::Article => words::REWORDS_ARTICLE,
        ChangeKind::Altered => words::REWORDS,
    }
}

fn renamed(changes: &[Change]) -> (String, String) {
    let title = |value: &Value| match value {
        Value::Entry(entry) => one_line(entry.title.as_str()),
        other => one_line(&other.quote()),
    };
    changes.first().map_or_else(Default::default, |change| {
        (
            title(&change.difference.before),
            title(&change.difference.after),
        )
    })
}

pub fn is_page(change: &Change) -> bool {
    change.difference.key == EntryKey::page()
}

/// The entry as it is called in a sentence.
pub fn name(change: &Change, tongue: Tongue) -> String {
    if is_page(change) {
        words::PAGE_TEXT.say(tongue).to_owned()
    } else {
        one_line(&change.title)
    }
}

/// Whether a quotation has any of these marks; the legend names only marks that are there.
pub fn has_mark(account: &Account, mark: Mark) -> bool {
    account
        .items
        .iter()
        .flat_map(|item| &item.quotes)
        .flat_map(|quote| &quote.parts)
        .any(|part| part.mark == mark)
}
