//! Makes a confirmed difference a change with its evidence.

use std::collections::BTreeMap;

use super::Case;
use crate::model::{
    Candidate, CaptureRef, Change, ChangeId, Difference, EntryKey, Grade, Hold, Memory, Told,
    Value, Weight, shown_by,
};

/// A change that a second look confirmed.
pub fn from_candidate(
    case: Case<'_>,
    memory: &Memory,
    candidate: &Candidate,
    difference: Difference,
    told: Told,
) -> Change {
    Change {
        last_old: candidate.last_old,
        first_seen: candidate.first_seen,
        evidence_before: candidate.evidence_before.clone(),
        evidence_after: candidate.evidence_after.clone(),
        evidence_article: article(memory, &case.reading.articles, &difference),
        ..bare(case, difference, told)
    }
}

/// A change that was held and is believed now.
pub fn from_hold(
    case: Case<'_>,
    memory: &Memory,
    hold: &Hold,
    difference: Difference,
    told: Told,
) -> Change {
    let told = match difference.weight {
        Weight::Substance => told,
        Weight::Cosmetic => Told::Nobody,
    };
    let snapshot = memory.snapshot.as_ref();
    let shown = |list, articles| shown_by(list, articles, &difference.key, &difference.field);
    let before = snapshot.and_then(|known| shown(known.list.as_ref(), &known.articles));
    let after = shown(hold.list.as_ref(), &hold.articles);
    Change {
        last_old: memory.last_look,
        first_seen: hold.since,
        evidence_before: before,
        evidence_after: after,
        evidence_article: article(memory, &hold.articles, &difference),
        ..bare(case, difference, told)
    }
}

/// A change without its history: seen and confirmed in this look.
pub fn bare(case: Case<'_>, difference: Difference, told: Told) -> Change {
    let now = case.reading.at;
    Change {
        id: ChangeId::new(case.visit, &difference.key, difference.field.name()),
        visit: case.visit.clone(),
        title: title(case, &difference),
        grade: Grade::of(&difference),
        told,
        last_old: None,
        first_seen: now,
        confirmed: now,
        evidence_before: None,
        evidence_after: None,
        evidence_article: None,
        difference,
    }
}

/// Of an entry that came with its article, or went with it, the capture that shows the article.
fn article(
    memory: &Memory,
    now: &BTreeMap<EntryKey, CaptureRef>,
    difference: &Difference,
) -> Option<CaptureRef> {
    let read = |value: &Value| matches!(value, Value::Entry(entry) if entry.article.is_some());
    let known = memory.snapshot.as_ref().map(|known| &known.articles);
    let articles = if read(&difference.after) {
        Some(now)
    } else {
        known.filter(|_| read(&difference.before))
    };
    articles?.get(&difference.key).cloned()
}

/// The entry's title as the page has it now, or had it last.
fn title(case: Case<'_>, difference: &Difference) -> String {
    let entries = &case.reading.entries;
    let now = entries.iter().find(|entry| entry.key == difference.key);
    match (now, &difference.before, &difference.after) {
        (Some(entry), _, _) if !entry.title.is_empty() => entry.title.text.clone(),
        (_, _, Value::Entry(entry)) | (_, Value::Entry(entry), _) => entry.title.text.clone(),
        _ if difference.key == EntryKey::page() => case.page.title.clone(),
        _ => difference.key.to_string(),
    }
}
