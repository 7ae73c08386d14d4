//! Turns a delivery's content into what a reader is told, before it is set as plain text or HTML.
//!
//! 1. The first line is one sentence with the page as its subject.
//! 2. Each change: what became of the entry, both sides with marked words, the evidence, a citation.
//! 3. Nothing beyond wording is claimed, and what is not known (a cut) is said.

use std::time::Duration;

use jiff::Timestamp;
use url::Url;

use super::hygiene::one_line;
use super::wordiff::{self, Detail, Mark, Part, Side};
use super::words::{self, Phrase, Tongue};
use crate::model::{
    CaptureRef, Change, ChangeKind, Digest, EntryKey, Field, News, PageBrief, Text, Value,
};

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
}

impl Item {
    pub fn fact(&mut self, label: Phrase, tongue: Tongue, values: Vec<Shown>) {
        self.facts.push(Fact {
            label: label.say(tongue).to_owned(),
            values,
        });
    }
}

/// Myers is bounded, but text is hostile; 200 ms is 25 times what 100 kB of ordinary text needs.
const PATIENCE: Duration = Duration::from_millis(200);

pub fn of_news(news: &News, tongue: Tongue) -> Account {
    let mut notes = Vec::new();
    if news.many_at_once {
        let entries = names(&news.changes, tongue).len().to_string();
        notes.push(words::MANY_AT_ONCE.fill(tongue, &[("entries", &entries)]));
    }
    Account {
        tongue,
        lead: lead(news, tongue),
        notes,
        items: by_weight(&news.changes)
            .into_iter()
            .map(|change| item(&news.page, change, tongue))
            .collect(),
        footer: Vec::new(),
    }
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
    quote_sides(&mut item, page, change, tongue);
    add_evidence(&mut item, page, change, tongue);
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

fn is_page(change: &Change) -> bool {
    change.difference.key == EntryKey::page()
}

fn name(change: &Change, tongue: Tongue) -> String {
    if is_page(change) {
        words::PAGE_TEXT.say(tongue).to_owned()
    } else {
        one_line(&change.title)
    }
}

fn quote_sides(item: &mut Item, page: &PageBrief, change: &Change, tongue: Tongue) {
    let difference = &change.difference;
    let fields = fields(&difference.field, &difference.before, &difference.after);
    let several = fields.len() > 1;
    for (field, before, after) in fields {
        let compared = wordiff::diff(&before, &after, PATIENCE);
        let label = |side: Phrase| {
            if several {
                format!("{} ({})", side.say(tongue), field_name(&field, tongue))
            } else {
                side.say(tongue).to_owned()
            }
        };
        let mut quote = |side, phrase, text: &Text| {
            if !text.is_empty() {
                let mut parts = wordiff::side(&compared.parts, side);
                if text.is_cut() {
                    parts.push(cut());
                }
                item.quotes.push(Quote {
                    label: label(phrase),
                    language: page.language.to_string(),
                    parts,
                });
            }
        };
        quote(Side::Before, words::BEFORE, &before);
        quote(Side::After, words::AFTER, &after);
        let notes = cut_notes(&before, &after, compared.detail);
        for note in notes.into_iter().map(|note| note.say(tongue).to_owned()) {
            if !item.notes.contains(&note) {
                item.notes.push(note);
            }
        }
    }
}

/// The texts to show side by side. An entry that came, went or was renamed is shown with all it says.
fn fields(field: &Field, before: &Value, after: &Value) -> Vec<(Field, Text, Text)> {
    let part = |value: &Value, field: &Field| -> Text {
        match (value, field) {
            (Value::Absent, _) => Text::default(),
            (Value::Text(text), _) => clean(text),
            (Value::Link(link), _) => Text::whole(one_line(link.url().as_str())),
            (Value::Entry(entry), Field::Teaser) => clean(&entry.teaser),
            (Value::Entry(entry), Field::Article) => {
                entry.article.as_ref().map(clean).unwrap_or_default()
            }
            (Value::Entry(entry), Field::Extra(name)) => {
                entry.extra.get(name).map(clean).unwrap_or_default()
            }
            (Value::Entry(entry), _) => clean(&entry.title),
        }
    };
    let is_entry = |value: &Value| matches!(value, Value::Entry(_));
    let shown = if is_entry(before) || is_entry(after) {
        entry_fields(before, after)
    } else {
        vec![field.clone()]
    };
    shown
        .into_iter()
        .map(|field| {
            let (before, after) = (part(before, &field), part(after, &field));
            (field, before, after)
        })
        .filter(|(_, before, after)| !before.is_empty() || !after.is_empty())
        .collect()
}

fn entry_fields(before: &Value, after: &Value) -> Vec<Field> {
    let mut fields = vec![Field::Title, Field::Teaser];
    for value in [before, after] {
        if let Value::Entry(entry) = value {
            fields.extend(entry.extra.keys().cloned().map(Field::Extra));
        }
    }
    fields.push(Field::Article);
    fields.dedup();
    fields
}

/// What is not known of the two texts, or not compared.
fn cut_notes(before: &Text, after: &Text, detail: Detail) -> Vec<Phrase> {
    let mut notes = Vec::new();
    if after.is_cut() || (before.is_cut() && after.is_empty()) {
        notes.push(words::CUT_NOTE);
    } else if before.is_cut() {
        notes.push(words::CUT_BEFORE_NOTE);
    }
    if detail == Detail::Coarse {
        notes.push(words::COARSE_NOTE);
    }
    notes
}

/// The page's own sign that it shows no more; no word of the text, so never compared.
fn cut() -> Part {
    Part {
        mark: Mark::Same,
        text: " …".to_owned(),
    }
}

fn clean(text: &Text) -> Text {
    Text {
        text: one_line(&text.text),
        original: String::new(),
        extent: text.extent,
    }
}

fn add_evidence(item: &mut Item, page: &PageBrief, change: &Change, tongue: Tongue) {
    let window = window(change.last_old, change.first_seen, tongue);
    item.fact(words::FIRST_SEEN, tongue, vec![Shown::Text(window)]);
    let confirmed = words::moment(tongue, change.confirmed);
    item.fact(words::CONFIRMED, tongue, vec![Shown::Text(confirmed)]);
    let captures = [
        (words::CAPTURE_BEFORE, &change.evidence_before),
        (words::CAPTURE_AFTER, &change.evidence_after),
    ];
    for (label, capture) in captures {
        item.fact(label, tongue, capture_lines(capture.as_ref(), tongue));
    }
    item.fact(
        words::LIVE_PAGE,
        tongue,
        vec![Shown::Address(page.url.clone())],
    );
    if let Some(link) = entry_link(change) {
        item.fact(words::LIVE_ENTRY, tongue, vec![Shown::Address(link)]);
    }
    if let Some(capture) = citable(change) {
        let citation = citation(page, change, capture, tongue);
        item.fact(words::CITE, tongue, vec![Shown::Text(citation)]);
    }
}

fn window(last_old: Option<Timestamp>, first_seen: Timestamp, tongue: Tongue) -> String {
    let new = words::moment(tongue, first_seen);
    match last_old {
        Some(old) => {
            let old = words::moment(tongue, old);
            words::BETWEEN.fill(tongue, &[("old", &old), ("new", &new)])
        }
        None => words::AT.fill(tongue, &[("new", &new)]),
    }
}

fn capture_lines(capture: Option<&CaptureRef>, tongue: Tongue) -> Vec<Shown> {
    let Some(capture) = capture else {
        return vec![Shown::Text(words::NO_CAPTURE.say(tongue).to_owned())];
    };
    vec![
        Shown::Text(words::moment(tongue, capture.at)),
        Shown::Sha256(capture.digest),
        Shown::Command(
            format!("vermerk archive show {}", capture.id),
            String::new(),
        ),
    ]
}

/// The capture that shows the entry: of one that is gone, the last that still had it.
fn citable(change: &Change) -> Option<&CaptureRef> {
    let (before, after) = (&change.evidence_before, &change.evidence_after);
    match change.difference.kind() {
        ChangeKind::Vanished => before.as_ref().or(after.as_ref()),
        _ => after.as_ref().or(before.as_ref()),
    }
}

fn entry_link(change: &Change) -> Option<Url> {
    if change.difference.field == Field::Article {
        return citable(change).map(|capture| capture.url.clone());
    }
    [&change.difference.after, &change.difference.before]
        .into_iter()
        .find_map(|value| match value {
            Value::Link(link) => Some(link.url().clone()),
            Value::Entry(entry) => entry.link.as_ref().map(|link| link.url().clone()),
            Value::Absent | Value::Text(_) => None,
        })
}

fn citation(page: &PageBrief, change: &Change, capture: &CaptureRef, tongue: Tongue) -> String {
    let phrase = if is_page(change) {
        words::CITATION_OF_PAGE
    } else {
        words::CITATION
    };
    phrase.fill(
        tongue,
        &[
            ("publisher", &one_line(&page.publisher)),
            ("page", &one_line(&page.title)),
            ("entry", &name(change, tongue)),
            ("url", capture.url.as_str()),
            ("at", &words::iso(capture.at)),
            ("sha256", &capture.digest.hex()),
        ],
    )
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
