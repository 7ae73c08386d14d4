//! The confirmed entries after a look: only what is confirmed moves.

use std::collections::BTreeMap;

use crate::model::{
    Candidate, CaptureRef, Entry, EntryKey, Field, Hold, Reading, Snapshot, Text, Value,
};

/// The value a snapshot has for a field.
pub fn value(entries: &[Entry], key: &EntryKey, field: &Field) -> Value {
    let Some(entry) = entries.iter().find(|entry| entry.key == *key) else {
        return Value::Absent;
    };
    let text = |text: Option<&Text>| text.cloned().map_or(Value::Absent, Value::Text);
    match field {
        Field::Presence => Value::Entry(Box::new(entry.clone())),
        Field::Title => text(Some(&entry.title)),
        Field::Teaser => text(Some(&entry.teaser)),
        Field::Article => text(entry.article.as_ref()),
        Field::Extra(name) => text(entry.extra.get(name)),
        Field::Link => entry.link.clone().map_or(Value::Absent, Value::Link),
    }
}

/// The snapshot after a good look: first articles are taken over as their baseline, the order is
/// the page's, and the newest captures stand beside it.
///
/// While a difference is open its captures stay those of the confirmed state: they are the
/// evidence for "before", and what a new recipe reads the snapshot from.
pub fn renewed(
    before: &Snapshot,
    mut entries: Vec<Entry>,
    reading: &Reading,
    open: &[Candidate],
) -> Snapshot {
    // What stands behind a new link is news together with the link, and no baseline before.
    let link_is_open = |key: &EntryKey| {
        let mut open = open.iter().map(|candidate| &candidate.difference);
        open.any(|open| open.key == *key && open.field == Field::Link)
    };
    for entry in &mut entries {
        let now = reading.entries.iter().find(|now| now.key == entry.key);
        if entry.article.is_none() && !link_is_open(&entry.key) {
            entry.article = now.and_then(|now| now.article.clone());
        }
    }
    let place = |key: &EntryKey| {
        let position = reading.entries.iter().position(|now| now.key == *key);
        position.unwrap_or(usize::MAX)
    };
    entries.sort_by_key(|entry| place(&entry.key));
    let is_article = |candidate: &&Candidate| candidate.difference.field == Field::Article;
    let mut read = reading.articles.clone();
    for candidate in open.iter().filter(is_article) {
        read.remove(&candidate.difference.key);
    }
    let articles = evidence(&before.articles, &read, &entries);
    let list_is_confirmed = open.iter().all(|candidate| is_article(&candidate));
    let list = reading.list.clone().filter(|_| list_is_confirmed);
    Snapshot {
        entries,
        list: list.or_else(|| before.list.clone()),
        articles,
    }
}

/// The snapshot that a believed hold becomes: what it did not read is kept from before.
pub fn completed(before: Option<&Snapshot>, hold: &Hold) -> Snapshot {
    let mut entries = hold.entries.clone();
    let known = before.map_or(&[][..], |snapshot| &snapshot.entries);
    for entry in &mut entries {
        let then = known.iter().find(|then| then.key == entry.key);
        if entry.article.is_none() {
            entry.article = then.and_then(|then| then.article.clone());
        }
    }
    let earlier = before.map(|snapshot| snapshot.articles.clone());
    let articles = evidence(&earlier.unwrap_or_default(), &hold.articles, &entries);
    Snapshot {
        entries,
        list: hold.list.clone(),
        articles,
    }
}

fn evidence(
    before: &BTreeMap<EntryKey, CaptureRef>,
    now: &BTreeMap<EntryKey, CaptureRef>,
    entries: &[Entry],
) -> BTreeMap<EntryKey, CaptureRef> {
    let mut articles = before.clone();
    articles.extend(now.clone());
    articles.retain(|key, _| entries.iter().any(|entry| entry.key == *key));
    articles
}
