//! Says when a change was seen, which captures show it, and how to cite it.

use jiff::Timestamp;
use url::Url;

use super::account::{Item, Shown, is_page, name};
use super::hygiene::one_line;
use super::words::{self, Tongue};
use crate::model::{CaptureRef, Change, ChangeKind, Field, PageBrief, Value};

pub fn add(item: &mut Item, page: &PageBrief, change: &Change, tongue: Tongue) {
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

pub fn window(last_old: Option<Timestamp>, first_seen: Timestamp, tongue: Tongue) -> String {
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
pub fn citable(change: &Change) -> Option<&CaptureRef> {
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

/// How to cite what a capture shows of a change.
pub fn citation(page: &PageBrief, change: &Change, capture: &CaptureRef, tongue: Tongue) -> String {
    let entry = (!is_page(change)).then(|| name(change, tongue));
    citation_of(page, entry.as_deref(), capture, tongue)
}

/// How to cite what a capture shows of an entry, or of the page's own text.
pub fn citation_of(
    page: &PageBrief,
    entry: Option<&str>,
    capture: &CaptureRef,
    tongue: Tongue,
) -> String {
    let phrase = match entry {
        Some(_) => words::CITATION,
        None => words::CITATION_OF_PAGE,
    };
    phrase.fill(
        tongue,
        &[
            ("publisher", &one_line(&page.publisher)),
            ("page", &one_line(&page.title)),
            ("entry", entry.unwrap_or_default()),
            ("url", capture.url.as_str()),
            ("at", &words::iso(capture.at)),
            ("sha256", &capture.digest.hex()),
        ],
    )
}
