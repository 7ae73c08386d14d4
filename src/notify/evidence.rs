//! Says when a change was seen, which captures show it, and how to cite it.

use jiff::Timestamp;
use url::Url;

use super::Permalinks;
use super::account::{Item, Shown, field_name, is_page};
use super::hygiene::one_line;
use super::words::{self, Tongue};
use crate::model::{CaptureRef, Change, ChangeKind, Country, Digest, Field, PageBrief, Value};

/// The evidence of all changes of one entry; `cited` is the one to cite.
pub fn add(
    item: &mut Item,
    page: &PageBrief,
    changes: &[&Change],
    cited: &Change,
    tongue: Tongue,
    site: Option<&Permalinks>,
) {
    item.fact(words::FIRST_SEEN, tongue, seen(changes, tongue));
    captures(item, changes, tongue, site);
    let place = field_name(&cited.difference.field, tongue);
    item.named(
        format!("{} ({place})", words::WORDS_READ.say(tongue)),
        words_read(cited, site),
    );
    item.fact(
        words::LIVE_PAGE,
        tongue,
        vec![Shown::Address(page.url.clone())],
    );
    if let Some(url) = citable(cited).and_then(in_public_archive) {
        item.fact(words::PUBLIC_ARCHIVE, tongue, vec![Shown::Address(url)]);
    }
    let mut links: Vec<Url> = changes
        .iter()
        .filter_map(|change| entry_link(change))
        .collect();
    links.dedup();
    if !links.is_empty() {
        let links = links.into_iter().map(Shown::Address).collect();
        item.fact(words::LIVE_ENTRY, tongue, links);
    }
    if let Some(site) = site {
        permalinks(item, changes, tongue, site);
    }
    if let Some(capture) = citable(cited) {
        let mut citation = citation(page, cited, capture, tongue);
        if let Some(site) = site {
            let holes = [
                ("citation", citation.trim_end_matches('.')),
                ("archived", site.capture(capture.id).as_str()),
                ("change", site.change(cited.id).as_str()),
            ]
            .map(|(hole, text)| (hole, text.to_owned()));
            let holes = holes.each_ref().map(|(hole, text)| (*hole, text.as_str()));
            citation = words::CITATION_WITH_LINKS.fill(tongue, &holes);
        }
        let mut cite = vec![Shown::Text(citation)];
        cite.extend(
            site.into_iter()
                .flat_map(|site| site.citations(cited.id).map(Shown::Own)),
        );
        item.fact(words::CITE, tongue, cite);
    }
}

/// The words that the cited capture shows: what `text_digest` is of.
pub fn cited_words(change: &Change) -> String {
    let difference = &change.difference;
    match difference.kind() {
        ChangeKind::Vanished => difference.before.quote(),
        _ => difference.after.quote(),
    }
}

/// SHA-256 of the words as they were read from the capture, in UTF-8.
pub fn text_digest(change: &Change) -> Digest {
    Digest::of(cited_words(change).as_bytes())
}

fn words_read(cited: &Change, site: Option<&Permalinks>) -> Vec<Shown> {
    let mut shown = vec![Shown::Sha256(text_digest(cited))];
    shown.extend(site.map(|site| Shown::Own(site.words(cited.id))));
    shown
}

/// The windows in which they came, each once, and when they were seen for the second time.
fn seen(changes: &[&Change], tongue: Tongue) -> Vec<Shown> {
    let mut seen: Vec<Shown> = Vec::new();
    for change in changes {
        let holes = [
            ("window", window(change.last_old, change.first_seen, tongue)),
            ("confirmed", words::moment(tongue, change.confirmed)),
        ];
        let holes = holes.each_ref().map(|(hole, text)| (*hole, text.as_str()));
        let one = Shown::Text(words::SEEN_AND_CONFIRMED.fill(tongue, &holes));
        if !seen.contains(&one) {
            seen.push(one);
        }
    }
    seen
}

/// Captures before and after; which part of the entry they show is said where there are several.
fn captures(item: &mut Item, changes: &[&Change], tongue: Tongue, site: Option<&Permalinks>) {
    let ids = |change: &Change| {
        [&change.evidence_before, &change.evidence_after].map(|one| one.as_ref().map(|one| one.id))
    };
    let mut shown: Vec<&Change> = Vec::new();
    for change in changes {
        if !shown.iter().any(|one| ids(one) == ids(change)) {
            shown.push(change);
        }
    }
    let one = shown.len() == 1;
    for change in shown {
        let place = field_name(&change.difference.field, tongue);
        for (side, capture) in [
            (words::CAPTURE_BEFORE, &change.evidence_before),
            (words::CAPTURE_AFTER, &change.evidence_after),
        ] {
            let label = if one {
                side.say(tongue).to_owned()
            } else {
                format!("{} ({place})", side.say(tongue))
            };
            item.named(label, capture_lines(capture.as_ref(), tongue, site));
        }
    }
}

fn permalinks(item: &mut Item, changes: &[&Change], tongue: Tongue, site: &Permalinks) {
    let links = changes
        .iter()
        .map(|change| Shown::Own(site.change(change.id)));
    item.fact(words::PERMALINK, tongue, links.collect());
    if let Ok(country) = Country::parse(changes[0].difference.key.as_str()) {
        let link = Shown::Own(site.to(&format!("/countries/{country}")));
        item.fact(words::TIMELINE, tongue, vec![link]);
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

/// Readers of a site open a capture there; without one the operator's command shows it.
fn capture_lines(
    capture: Option<&CaptureRef>,
    tongue: Tongue,
    site: Option<&Permalinks>,
) -> Vec<Shown> {
    let Some(capture) = capture else {
        return vec![Shown::Text(words::NO_CAPTURE.say(tongue).to_owned())];
    };
    let command = || {
        let command = format!("vermerk archive show {}", capture.id);
        Shown::Command(command, String::new())
    };
    vec![
        Shown::Text(words::moment(tongue, capture.at)),
        Shown::Sha256(capture.digest),
        site.map_or_else(command, |site| Shown::Own(site.capture(capture.id))),
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

/// Where the Internet Archive leads to what it captured nearest to ours; it has nothing of a machine
/// without a public name.
fn in_public_archive(capture: &CaptureRef) -> Option<Url> {
    capture.url.domain().filter(|name| name.contains('.'))?;
    let at = capture.at.strftime("%Y%m%d%H%M%S");
    format!("https://web.archive.org/web/{at}/{}", capture.url)
        .parse()
        .ok()
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
    let entry = (!is_page(change)).then(|| one_line(&change.title));
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
