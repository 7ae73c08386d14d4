//! One entry of one page: what it says now, and every text it ever had.

use std::time::Duration;

use jiff::Timestamp;

use super::past::History;
use super::{Frame, Site, Trouble};
use crate::model::{CaptureRef, Change, Entry, EntryKey, PageBrief, Text, Told, Value};
use crate::notify::hygiene::{lines, one_line};
use crate::notify::wordiff::{self, Mark, Part};
use crate::store::{ChangeFilter, PageStatus};

/// How long the words of two texts are compared before the answer is coarse.
const PATIENCE: Duration = Duration::from_millis(200);

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
    /// When something new was seen, newest first; of changes that were told.
    pub seen: Vec<Change>,
    /// Since when its history is kept; `None`: from the first look on.
    pub kept_since: Option<Timestamp>,
    /// Changes beyond those shown.
    pub older: usize,
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
        let mut changes = site.store.changes(&filter).await?;
        let title = now.as_ref().map(|entry| one_line(entry.title.as_str()));
        let earlier = site.store.earlier_of(&page.id, key).await?;
        let theirs = earlier.first().and_then(|one| one.changes.last());
        let last = changes.first().or(theirs);
        let Some(title) = title.or(last.map(|change| one_line(&change.title))) else {
            return Ok(None);
        };
        let seen = changes.iter().filter(|change| change.told != Told::Nobody);
        let seen = seen.cloned().collect();
        changes.truncate(SHOWN);
        let all = site.store.changes_of(&page.id, key).await?;
        Ok(Some(Self {
            seen,
            older: all.saturating_sub(changes.len()),
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

    pub fn link(&self) -> Option<String> {
        let entry = self.now.as_ref()?;
        entry.link.as_ref().map(ToString::to_string)
    }
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
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "comparing words ended by a defect");
        Trouble::Failed
    })
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
            (Some(before), Some(after)) => Shown::Words(without_marked_blanks(
                wordiff::diff(&before, &after, PATIENCE).parts,
            )),
            _ => Shown::Sides(quoted(before), quoted(after)),
        }
    }
}

/// A struck-out blank looks like a mistake: the blank before a marked word belongs to the word before it.
fn without_marked_blanks(parts: Vec<Part>) -> Vec<Part> {
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
