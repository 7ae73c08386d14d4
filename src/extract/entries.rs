//! Drafts to entries: normalised and limited texts, canonical links, keys, and no key twice.

use std::collections::{BTreeMap, HashMap, HashSet};

use url::Url;

use super::{links, normal};
use crate::model::{Country, Entry, EntryKey, Extent, KeyBy, Link, Problem, Text, countries};

pub const TITLE: usize = 300;
pub const EXTRA: usize = 2_000;
pub const TEASER: usize = 20_000;
pub const ARTICLE: usize = 200_000;

/// What the recipe matched in one entry, as rendered on the page.
#[derive(Debug, Default)]
pub struct Draft {
    pub title: String,
    pub teaser: String,
    pub href: Option<String>,
    pub extra: BTreeMap<String, String>,
}

/// Drafts in page order to entries in page order, and what was wrong with them.
pub fn assemble(key: KeyBy, drafts: Vec<Draft>, base: &Url) -> (Vec<Entry>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut merged = Merged::default();
    for (index, draft) in drafts.into_iter().enumerate() {
        let title = normal::text(&draft.title);
        if title.is_empty() {
            problems.push(Problem::NoTitle(index + 1));
            continue;
        }
        merged.add(entry(key, title, draft, base, &mut problems));
    }
    let mut entries = merged.finish(&mut problems);
    for entry in &mut entries {
        limit(entry, &mut problems);
    }
    (entries, problems)
}

/// Shortens a text that is too long, visibly; says whether it did.
pub fn shorten(text: &mut Text, most: usize) -> bool {
    let Some((end, _)) = text.text.char_indices().nth(most) else {
        return false;
    };
    text.text.truncate(end);
    text.text.push_str("… [shortened]");
    text.original = String::new();
    text.extent = Extent::Whole;
    true
}

fn entry(key: KeyBy, title: Text, draft: Draft, base: &Url, problems: &mut Vec<Problem>) -> Entry {
    if let Some(word) = mixed_word(title.as_str()) {
        problems.push(Problem::MixedScripts(word.chars().take(100).collect()));
    }
    let href = draft.href.filter(|href| links::leads_away(href));
    let link = href.as_deref().and_then(|href| links::resolve(base, href));
    let country = match key {
        KeyBy::Country => countries::find(title.as_str()),
        KeyBy::Link | KeyBy::Title => None,
    };
    let own = identity(key, country, link.as_ref(), &title);
    if key == KeyBy::Country && country.is_none() {
        problems.push(Problem::UnknownCountry {
            title: title.text.chars().take(TITLE).collect(),
            key: own.clone(),
        });
    }
    if let (None, Some(href)) = (&link, href) {
        problems.push(Problem::BadLink {
            key: own.clone(),
            href: href
                .chars()
                .take(200)
                .filter(|char| !char.is_control())
                .collect(),
        });
    }
    let extra = draft.extra.into_iter();
    Entry {
        key: own,
        country,
        title,
        teaser: normal::text(&draft.teaser),
        link,
        extra: extra
            .map(|(name, value)| (name, normal::text(&value)))
            .collect(),
        article: None,
    }
}

fn identity(key: KeyBy, country: Option<Country>, link: Option<&Link>, title: &Text) -> EntryKey {
    if let Some(country) = country {
        return EntryKey::new(country.as_str());
    }
    match link {
        Some(link) if key != KeyBy::Title => EntryKey::new(format!("link:{}", links::path(link))),
        _ => {
            let folded: String = normal::fold(title.as_str()).chars().take(TITLE).collect();
            EntryKey::new(format!("title:{folded}"))
        }
    }
}

/// Entries by key, in the order of their first appearance.
#[derive(Default)]
struct Merged {
    entries: Vec<Gathered>,
    places: HashMap<EntryKey, usize>,
}

struct Gathered {
    first: Entry,
    count: usize,
    teaser: Joined,
    extra: BTreeMap<String, Joined>,
}

impl Merged {
    fn add(&mut self, entry: Entry) {
        let place = self.places.get(&entry.key).copied();
        if let Some(gathered) = place.and_then(|place| self.entries.get_mut(place)) {
            gathered.add(entry);
        } else {
            self.places.insert(entry.key.clone(), self.entries.len());
            self.entries.push(Gathered::new(entry));
        }
    }

    fn finish(self, problems: &mut Vec<Problem>) -> Vec<Entry> {
        let entries = self.entries.into_iter();
        entries.map(|gathered| gathered.finish(problems)).collect()
    }
}

impl Gathered {
    fn new(mut entry: Entry) -> Self {
        let mut gathered = Self {
            count: 0,
            teaser: Joined::default(),
            extra: BTreeMap::new(),
            first: Entry {
                teaser: std::mem::take(&mut entry.teaser),
                extra: std::mem::take(&mut entry.extra),
                ..entry
            },
        };
        let again = gathered.first.clone();
        gathered.add(again);
        gathered
    }

    fn add(&mut self, entry: Entry) {
        self.count += 1;
        self.teaser.add(entry.teaser);
        for (name, value) in entry.extra {
            self.extra.entry(name).or_default().add(value);
        }
        self.first.link = self.first.link.take().or(entry.link);
    }

    fn finish(self, problems: &mut Vec<Problem>) -> Entry {
        let Self {
            mut first,
            count,
            teaser,
            extra,
        } = self;
        if count > 1 {
            problems.push(Problem::Merged {
                key: first.key.clone(),
                count,
            });
        }
        first.teaser = teaser.finish();
        first.extra = extra
            .into_iter()
            .map(|(name, joined)| (name, joined.finish()))
            .collect();
        first
    }
}

/// Texts joined by line ends, each once. A set keeps 50,000 entries of one key linear.
#[derive(Default)]
struct Joined {
    parts: Vec<Text>,
    seen: HashSet<String>,
}

impl Joined {
    fn add(&mut self, text: Text) {
        if !text.is_empty() && self.seen.insert(text.text.clone()) {
            self.parts.push(text);
        }
    }

    fn finish(mut self) -> Text {
        if self.parts.len() < 2 {
            return self.parts.pop().unwrap_or_default();
        }
        let join = |line: fn(&Text) -> &str| {
            let lines: Vec<&str> = self.parts.iter().map(line).collect();
            lines.join("\n")
        };
        let text = join(|part| &part.text);
        let original = join(|part| match part.original.as_str() {
            "" => &part.text,
            original => original,
        });
        Text {
            original: if original == text {
                String::new()
            } else {
                original
            },
            text,
            // Only the end of a text can be cut.
            extent: self.parts.last().map_or(Extent::Whole, |last| last.extent),
        }
    }
}

fn limit(entry: &mut Entry, problems: &mut Vec<Problem>) {
    let fixed = [
        ("title", &mut entry.title, TITLE),
        ("teaser", &mut entry.teaser, TEASER),
    ];
    let extra = entry
        .extra
        .iter_mut()
        .map(|(name, text)| (name.as_str(), text, EXTRA));
    for (field, text, limit) in fixed.into_iter().chain(extra) {
        if shorten(text, limit) {
            problems.push(Problem::Shortened {
                key: entry.key.clone(),
                field: field.to_owned(),
                limit,
            });
        }
    }
}

/// A word with letters of two scripts that look alike: no honest name has one.
fn mixed_word(title: &str) -> Option<&str> {
    title
        .split(|char: char| !char.is_alphabetic())
        .find(|word| {
            let mut scripts = word.chars().filter_map(script);
            let first = scripts.next();
            scripts.any(|script| Some(script) != first)
        })
}

#[derive(PartialEq, Eq)]
enum Script {
    Latin,
    Greek,
    Cyrillic,
    Armenian,
    Cherokee,
}

fn script(char: char) -> Option<Script> {
    match char {
        'a'..='z' | 'A'..='Z' | 'À'..='ʯ' | 'Ḁ'..='ỿ' | 'Ａ'..='ｚ' => Some(Script::Latin),
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Some(Script::Greek),
        '\u{400}'..='\u{52f}'
        | '\u{1c80}'..='\u{1c8f}'
        | '\u{2de0}'..='\u{2dff}'
        | '\u{a640}'..='\u{a69f}' => Some(Script::Cyrillic),
        '\u{531}'..='\u{587}' => Some(Script::Armenian),
        '\u{13a0}'..='\u{13ff}' | '\u{ab70}'..='\u{abbf}' => Some(Script::Cherokee),
        _ => None,
    }
}
