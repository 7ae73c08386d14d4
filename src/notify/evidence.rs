//! Says when a change was seen, which captures show it, and how to cite it.

use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::Permalinks;
use super::account::{Item, Shown, field_name, is_page, places};
use super::hygiene::one_line;
use super::words::{self, Phrase, Tongue};
use crate::model::{CaptureRef, Change, ChangeKind, Country, Digest, Field, PageBrief, Value};

/// A look may take so long; a capture that is older was not taken in it.
const LOOK: SignedDuration = SignedDuration::from_mins(10);

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
    let label = labelled(words::WORDS_READ, &place(cited, tongue), tongue);
    item.proof(label, words_read(cited, site));
    let proof = |item: &mut Item, label: Phrase, values| {
        item.proof(label.say(tongue).to_owned(), values);
    };
    let page_link = vec![Shown::Address(page.url.clone())];
    proof(item, words::LIVE_PAGE, page_link);
    if let Some(url) = citable(cited).and_then(in_public_archive) {
        proof(item, words::PUBLIC_ARCHIVE, vec![Shown::Address(url)]);
    }
    let mut links: Vec<Url> = changes
        .iter()
        .filter_map(|change| entry_link(change))
        .collect();
    links.dedup();
    if !links.is_empty() {
        let links = links.into_iter().map(Shown::Address).collect();
        proof(item, words::LIVE_ENTRY, links);
    }
    if let Some(site) = site {
        permalinks(item, changes, tongue, site);
    }
    if let Some(capture) = citable(cited) {
        let mut citation = citation(page, cited, capture, tongue);
        if let Some(site) = site {
            let holes = [
                ("citation", citation.trim_end_matches('.')),
                ("text", text_digest(cited).hex().as_str()),
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
        proof(item, words::CITE, cite);
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

/// Captures before and after; which part of the entry they show is said where it is not all of it.
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
    let several = shown.len() > 1;
    for change in shown {
        let place = if several || has_article(change) {
            place(change, tongue)
        } else {
            String::new()
        };
        for (side, capture) in [
            (words::CAPTURE_BEFORE, &change.evidence_before),
            (words::CAPTURE_AFTER, &change.evidence_after),
        ] {
            let mut lines = capture_lines(capture.as_ref(), tongue, site);
            if side == words::CAPTURE_BEFORE {
                lines.extend(still_the_same(change, tongue));
            }
            item.proof(labelled(side, &place, tongue), lines);
        }
        if let Some(capture) = &change.evidence_article {
            let side = match change.difference.kind() {
                ChangeKind::Vanished => words::CAPTURE_BEFORE,
                _ => words::CAPTURE_AFTER,
            };
            let label = labelled(side, &field_name(&Field::Article, tongue), tongue);
            item.proof(label, capture_lines(Some(capture), tongue, site));
        }
    }
}

/// The window begins with a look that wrote no capture of its own, as it found what was known. Of articles
/// it is not said: not every look reads them.
fn still_the_same(change: &Change, tongue: Tongue) -> Option<Shown> {
    if change.difference.field == Field::Article {
        return None;
    }
    let (old, capture) = (change.last_old?, change.evidence_before.as_ref()?);
    (old.duration_since(capture.at) > LOOK).then(|| {
        let at = words::moment(tongue, old);
        Shown::Text(words::STILL_THE_SAME.fill(tongue, &[("at", &at)]))
    })
}

fn labelled(label: Phrase, place: &str, tongue: Tongue) -> String {
    let label = label.say(tongue);
    if place.is_empty() {
        label.to_owned()
    } else {
        format!("{label} ({place})")
    }
}

/// The part of an entry that is meant; of an entry that came or went what its list shows of it.
fn place(change: &Change, tongue: Tongue) -> String {
    match &change.difference.field {
        Field::Presence => places([Field::Title, Field::Teaser].iter(), tongue),
        field => field_name(field, tongue),
    }
}

/// Whether an entry came or went with an article, which stands on another page.
fn has_article(change: &Change) -> bool {
    let difference = &change.difference;
    let mut sides = [&difference.before, &difference.after].into_iter();
    sides.any(|side| matches!(side, Value::Entry(entry) if entry.article.is_some()))
}

fn permalinks(item: &mut Item, changes: &[&Change], tongue: Tongue, site: &Permalinks) {
    let links = changes
        .iter()
        .map(|change| Shown::Own(site.change(change.id)));
    item.fact(words::PERMALINK, tongue, links.collect());
    if let Ok(country) = Country::parse(changes[0].difference.key.as_str()) {
        let link = Shown::Own(site.to(&format!("/countries/{country}")));
        item.proof(words::TIMELINE.say(tongue).to_owned(), vec![link]);
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
