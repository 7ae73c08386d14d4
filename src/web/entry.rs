//! One entry of one page: what it says now, and every text it ever had.

use std::time::Duration;

use jiff::Timestamp;

use super::listed::{Listed, listed};
use super::past::History;
use super::{Frame, Site, Trouble};
use crate::model::{
    CaptureRef, Change, Entry, EntryKey, Field, Grade, PageBrief, Text, Told, Value,
};
use crate::notify::hygiene::{lines, one_line};
use crate::notify::wordiff::{self, Mark, Part, Side};
use crate::pipeline::in_background;
use crate::store::{ChangeFilter, PageStatus};

/// How long the words of two texts are compared before the answer is coarse.
pub(super) const PATIENCE: Duration = Duration::from_millis(200);

/// Changes whose words stand on an entry's own page; the others have pages of their own.
const SHOWN: usize = 12;
/// Changes that may be ticks on the timeline; more would be one bar.
pub const TICKS: usize = 60;

/// An entry and its history.
pub struct Block {
    pub page: PageBrief,
    pub key: EntryKey,
    /// As the page calls it, or called it last.
    pub title: String,
    /// `None`: it is gone.
    pub now: Option<Entry>,
    /// The newest changes, newest first.
    pub versions: Vec<Version>,
    /// When the page listed it, oldest first.
    pub listed: Vec<Listed>,
    /// The words it had at the first look, where all that came later stands above.
    pub first: Vec<(Field, String)>,
    /// When something new was seen, newest first; of changes that were told.
    pub seen: Vec<Change>,
    /// Since when its history is kept; `None`: from the first look on.
    pub kept_since: Option<Timestamp>,
    /// Changes beyond those shown.
    pub older: usize,
    /// Changes whose words are lost here, and can be made anew from the archive.
    pub damaged: usize,
    /// From before our own watch.
    pub past: History,
}

/// A change in a history, with its words.
pub struct Version {
    pub change: Change,
    pub shown: Shown,
}

/// How two sides of a change can be shown.
pub enum Shown {
    Words(Vec<Part>),
    /// Links and other things without words in common.
    Sides(Option<String>, Option<String>),
}

impl Block {
    pub async fn of(
        site: &Site,
        frame: &Frame,
        status: &PageStatus,
        key: &EntryKey,
    ) -> Result<Option<Self>, Trouble> {
        let page = &status.brief;
        let now = site.store.entry(&page.id, key).await?;
        let filter = ChangeFilter {
            page: Some(page.id.clone()),
            key: Some(key.clone()),
            limit: TICKS,
            ..ChangeFilter::default()
        };
        let found = site.store.legible_changes(&filter).await?;
        let damaged = found.iter().filter(|one| one.is_err()).count();
        let mut changes: Vec<Change> = found.into_iter().flatten().collect();
        let title = now.as_ref().map(|entry| one_line(entry.title.as_str()));
        let earlier = site.store.earlier_of(&page.id, key).await?;
        let theirs = earlier.first().and_then(|one| one.changes.last());
        let last = changes.first().or(theirs);
        let Some(title) = title.or(last.map(|change| one_line(&change.title))) else {
            return Ok(None);
        };
        let all = site.store.changes_of(&page.id, key).await?;
        let first_look = site.store.first_look(&page.id).await?;
        let first = if all <= SHOWN && status.kept_since.is_none() && damaged == 0 {
            first_words(changes.iter().rev())
        } else {
            Vec::new()
        };
        let comings = ChangeFilter {
            grade: Some(Grade::Page),
            ..filter
        };
        let comings = site.store.legible_changes(&comings).await?;
        // Whoever does not know of each coming and going does not say when it was there.
        let comings: Option<Vec<Change>> = comings.into_iter().map(Result::ok).collect();
        let listed = |comings: Vec<Change>| {
            listed(
                comings.iter().rev(),
                status.kept_since.or(first_look),
                status.last_ok.or(first_look),
                now.is_some(),
            )
        };
        let seen = changes.iter().filter(|change| change.told != Told::Nobody);
        let seen = seen.cloned().collect();
        changes.truncate(SHOWN);
        Ok(Some(Self {
            seen,
            older: all.saturating_sub(changes.len() + damaged),
            listed: comings.map(listed).unwrap_or_default(),
            first,
            damaged,
            kept_since: status.kept_since,
            page: page.clone(),
            key: key.clone(),
            title,
            now,
            versions: compared(changes).await?,
            past: History::of(frame, &earlier, page).await?,
        }))
    }

    /// The texts as they stand, each with the name of its field.
    pub fn texts(&self, teaser: &str, article: &str) -> Vec<(String, String)> {
        let Some(entry) = &self.now else {
            return Vec::new();
        };
        let mut texts = vec![(teaser.to_owned(), lines(entry.teaser.as_str()))];
        texts.extend(
            entry
                .extra
                .iter()
                .map(|(name, text)| (one_line(name), lines(text.as_str()))),
        );
        let read = entry.article.as_ref();
        texts.extend(read.map(|text| (article.to_owned(), lines(text.as_str()))));
        texts.retain(|(_, text)| !text.is_empty());
        texts
    }

    /// Where all its changes are listed.
    pub fn all(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let pairs = [
            ("page", self.page.id.as_str()),
            ("key", self.key.as_str()),
            ("whom", "all"),
        ];
        format!("/changes?{}", query.extend_pairs(pairs).finish())
    }

    /// Since when the page lists it, and until when.
    pub fn listing(&self, frame: &Frame) -> Vec<String> {
        self.listed.iter().map(|span| span.say(frame)).collect()
    }

    pub fn link(&self) -> Option<String> {
        let entry = self.now.as_ref()?;
        entry.link.as_ref().map(ToString::to_string)
    }
}

/// What stood in each field before its first change.
fn first_words<'a>(changes: impl Iterator<Item = &'a Change>) -> Vec<(Field, String)> {
    let mut first: Vec<(Field, String)> = Vec::new();
    for change in changes {
        let difference = &change.difference;
        let mut stood = vec![(difference.field.clone(), difference.before.quote())];
        if let Value::Entry(entry) = &difference.before {
            let article = entry.article.as_ref();
            stood.extend(article.map(|text| (Field::Article, text.text.clone())));
        }
        for (field, text) in stood {
            if !first.iter().any(|(known, _)| *known == field) {
                first.push((field, lines(&text)));
            }
        }
    }
    // What an entry was when it went is no first version where its own fields are known.
    let is_known = first.iter().any(|(field, _)| *field == Field::Teaser);
    first.retain(|(field, text)| !text.is_empty() && (!is_known || *field != Field::Presence));
    first
}

/// Comparing takes its time, so it does not keep the other answers waiting.
pub async fn compared(changes: Vec<Change>) -> Result<Vec<Version>, Trouble> {
    let work = move || {
        let version = |change: Change| Version {
            shown: Shown::of(&change),
            change,
        };
        changes.into_iter().map(version).collect()
    };
    Ok(in_background(work).await?)
}

impl Version {
    pub fn is_told(&self) -> bool {
        self.change.told != Told::Nobody
    }

    pub fn captures(&self) -> [Option<&CaptureRef>; 2] {
        [
            self.change.evidence_before.as_ref(),
            self.change.evidence_after.as_ref(),
        ]
    }
}

impl Shown {
    pub fn of(change: &Change) -> Self {
        let (before, after) = (&change.difference.before, &change.difference.after);
        match (words(before), words(after)) {
            (Some(before), Some(after)) => {
                let compared = wordiff::diff(&before, &after, PATIENCE).parts;
                let mut parts = without_marked_blanks(compared);
                parts.extend(cut(&before, &after));
                Shown::Words(parts)
            }
            _ => Shown::Sides(quoted(before), quoted(after)),
        }
    }
}

impl Shown {
    /// What either side says.
    pub fn sides(&self) -> Option<[Vec<Part>; 2]> {
        match self {
            Shown::Words(parts) => Some([
                wordiff::side(parts, Side::Before),
                wordiff::side(parts, Side::After),
            ]),
            Shown::Sides(..) => None,
        }
    }
}

/// Where the page cuts a text it says so; comparing leaves that out.
fn cut(before: &Text, after: &Text) -> Option<Part> {
    let mark = match (before.is_cut(), after.is_cut()) {
        (true, true) => Mark::Same,
        (true, false) => Mark::Removed,
        (false, true) => Mark::Added,
        (false, false) => return None,
    };
    Some(Part {
        mark,
        text: " …".to_owned(),
    })
}

/// A struck-out blank looks like a mistake: the blank before a marked word belongs to the word before it.
pub(super) fn without_marked_blanks(parts: Vec<Part>) -> Vec<Part> {
    let mut shown: Vec<Part> = Vec::with_capacity(parts.len());
    for mut part in parts {
        part.text = lines(&part.text);
        let marked = part.mark != Mark::Same;
        if let Some(rest) = part.text.strip_prefix(' ').filter(|_| marked) {
            let rest = rest.to_owned();
            shown.push(Part {
                mark: Mark::Same,
                text: " ".to_owned(),
            });
            part.text = rest;
        }
        shown.push(part);
    }
    shown
}

/// The text of a side that can be compared word by word; of an entry that came or went, all its words.
fn words(value: &Value) -> Option<Text> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Entry(entry) => Some(Text {
            text: value.quote(),
            extent: entry.teaser.extent,
            ..Text::default()
        }),
        Value::Absent => Some(Text::default()),
        Value::Link(_) => None,
    }
}

fn quoted(value: &Value) -> Option<String> {
    let quote = one_line(&value.quote());
    (!quote.is_empty()).then_some(quote)
}
