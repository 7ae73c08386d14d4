//! Turns a delivery's content into what a reader is told, before it is set as plain text or HTML.
//!
//! 1. The first line is one sentence with the page as its subject.
//! 2. Where several things happened, they stand in a short list before their details.
//! 3. Then entry by entry, the weightiest first: its events, its words, its evidence.
//! 4. What is not known (a cut, a date) is said.

use url::Url;

use super::hygiene::one_line;
use super::wordiff::{Mark, Part};
use super::words::{self, Phrase, Tongue};
use super::{Permalinks, entry, meaning, step};
use crate::model::{
    Change, ChangeKind, Country, Digest, EntryKey, Event, Field, Grade, News, PageBrief, Value,
};

/// What a mail tells, in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub tongue: Tongue,
    pub lead: String,
    pub notes: Vec<String>,
    /// All that happened, a line each, where it is more than one thing.
    pub summary: Vec<String>,
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
    pub role: Role,
}

/// What a fact is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Tells,
    /// It also stands where the item's link leads.
    Proves,
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
        self.named(label.say(tongue).to_owned(), values);
    }

    pub fn named(&mut self, label: String, values: Vec<Shown>) {
        self.add(label, values, Role::Tells);
    }

    pub fn proof(&mut self, label: String, values: Vec<Shown>) {
        self.add(label, values, Role::Proves);
    }

    fn add(&mut self, label: String, values: Vec<Shown>, role: Role) {
        self.facts.push(Fact {
            label,
            values,
            role,
        });
    }
}

pub fn of_news(news: &News, tongue: Tongue, site: Option<&Permalinks>) -> Account {
    let mut notes = Vec::new();
    if news.many_at_once {
        let entries = names(&news.changes, tongue).len().to_string();
        notes.push(words::MANY_AT_ONCE.fill(tongue, &[("entries", &entries)]));
    }
    let keys = entry::keys(news).into_iter();
    let mut lead = match news.events.as_slice() {
        [] => lead(news, tongue),
        [event, ..] => meaning::lead(news, event, tongue),
    };
    if news.changes.len() > 1 {
        lead.push_str(&listing(&news.changes, tongue));
    }
    let events = news.events.iter().map(|event| line(event, tongue));
    let mere = mere(news, tongue).into_iter().map(|(_, line)| line);
    let summary: Vec<String> = events.chain(mere).collect();
    Account {
        tongue,
        lead,
        notes,
        summary: if summary.len() > 1 {
            summary
        } else {
            Vec::new()
        },
        items: keys
            .flat_map(|key| entry::items(news, key, tongue, site))
            .collect(),
        footer: Vec::new(),
    }
}

/// An event in one line: `[SIGNED] Kenya: signed 13 September 2024`.
pub fn line(event: &Event, tongue: Tongue) -> String {
    format!(
        "[{}] {}",
        step::code(event),
        meaning::heading(event, tongue)
    )
}

/// What no event tells, a line for each entry: that it came or went, and mere words.
pub fn mere(news: &News, tongue: Tongue) -> Vec<(Grade, String)> {
    let mut told: Vec<Vec<&Change>> = Vec::new();
    let rest = by_weight(&news.changes).into_iter();
    for change in rest.filter(|change| is_listing(change) || !has_event(news, change)) {
        let key = &change.difference.key;
        match told.iter_mut().find(|of| of[0].difference.key == *key) {
            Some(others) => others.push(change),
            None => told.push(vec![change]),
        }
    }
    let line = |changes: Vec<&Change>| {
        let (grade, name) = (changes[0].grade, name(changes[0], tongue));
        let what = what_changed(&changes, tongue);
        (grade, format!("[{}] {name}: {what}", grade.code()))
    };
    told.into_iter().map(line).collect()
}

/// Whether the entry came or went.
pub fn is_listing(change: &Change) -> bool {
    change.difference.kind().stage().is_some()
}

/// Whether an event rests on a change.
pub fn has_event(news: &News, change: &Change) -> bool {
    let mut events = news.events.iter();
    events.any(|event| event.changes.contains(&change.id))
}

/// Which entries came and which went, in sentences behind a first one.
fn listing(changes: &[Change], tongue: Tongue) -> String {
    let mut said = String::new();
    for (kind, phrase) in [
        (ChangeKind::Appeared, words::NEWLY_LISTED),
        (ChangeKind::Vanished, words::LISTED_NO_MORE),
    ] {
        let of_kind = changes.iter().filter(|one| one.difference.kind() == kind);
        let names: Vec<String> = of_kind.map(|change| name(change, tongue)).collect();
        if !names.is_empty() {
            let names = words::list(tongue, &names, 8);
            said = format!("{said} {}", phrase.fill(tongue, &[("names", &names)]));
        }
    }
    said
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

/// What became of an entry, where several of its parts changed alike: `teaser, article changed`.
pub fn what_changed(changes: &[&Change], tongue: Tongue) -> String {
    let altered = |change: &&Change| {
        let difference = &change.difference;
        let absent = [&difference.before, &difference.after].contains(&&Value::Absent);
        difference.kind() == ChangeKind::Altered && !absent && !is_page(change)
    };
    if changes.len() > 1 && changes.iter().all(altered) {
        let fields = changes.iter().map(|change| &change.difference.field);
        let field = places(fields, tongue);
        return words::FIELD_CHANGED.fill(tongue, &[("field", &field)]);
    }
    let each: Vec<String> = changes.iter().map(|change| what(change, tongue)).collect();
    each.join(", ")
}

/// Fields in the order of an entry, each once.
pub fn places<'f>(fields: impl Iterator<Item = &'f Field>, tongue: Tongue) -> String {
    let fields: std::collections::BTreeSet<&Field> = fields.collect();
    let names: Vec<String> = fields
        .iter()
        .map(|field| field_name(field, tongue))
        .collect();
    names.join(", ")
}

/// One change by itself.
pub fn item(page: &PageBrief, change: &Change, tongue: Tongue) -> Item {
    let mut items = entry::of(page, &[], &[change], tongue, None);
    items.pop().unwrap_or_default()
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

/// The entry as it is called in a sentence: a country in the reader's language, and as the page calls
/// it where that is another name.
pub fn name(change: &Change, tongue: Tongue) -> String {
    if is_page(change) {
        return words::PAGE_TEXT.say(tongue).to_owned();
    }
    let title = one_line(&change.title);
    match Country::parse(change.difference.key.as_str()) {
        Ok(code) if step::country(code, tongue) != title => {
            format!("{} ({title})", step::country(code, tongue))
        }
        _ => title,
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
