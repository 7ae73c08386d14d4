//! How to cite a change or an event: as a sentence, as BibTeX, as CSL-JSON. The permalink never changes its meaning.

use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use jiff::tz::TimeZone;
use serde_json::json;

use super::Frame;
use super::taken::Taken;
use crate::model::{CaptureRef, Change, Digest, EntryKey, Event, PageBrief, Remark, Turn};
use crate::notify::evidence;
use crate::notify::hygiene::one_line;

/// What stands in every form of the citation.
#[derive(Debug, Clone)]
pub struct Citation {
    /// The sentence.
    pub plain: String,
    publisher: String,
    /// Page and entry, in the page's own words.
    title: String,
    capture: CaptureRef,
    archived: String,
    /// `change` or `event`.
    what: &'static str,
    permalink: String,
    id: String,
    language: String,
    /// Of the words as they were read.
    text: Option<Digest>,
    /// Who captured it, where that was not us, and that it was taken back; begins with a comma.
    by: String,
}

/// What a citation is made of.
struct Cited<'a> {
    key: &'a EntryKey,
    /// What the page calls the entry.
    title: &'a str,
    capture: &'a CaptureRef,
    /// For addresses and data, and in the reader's language.
    what: (&'static str, &'a str),
    id: String,
    text: Option<Digest>,
    taken: Option<&'a Taken>,
    correction: Option<&'a Remark>,
}

impl Citation {
    /// `None` where no capture shows the change. What others captured is cited as theirs.
    pub fn of(
        frame: &Frame,
        brief: &PageBrief,
        change: &Change,
        taken: Option<&Taken>,
    ) -> Option<Self> {
        let cited = Cited {
            key: &change.difference.key,
            title: &change.title,
            capture: evidence::citable(change)?,
            what: ("change", frame.say("Änderung", "change")),
            id: change.id.to_string(),
            text: Some(evidence::text_digest(change)),
            taken,
            correction: None,
        };
        Some(Self::new(frame, brief, cited))
    }

    /// `None` where no capture shows the event. The words are those of the change that brought it.
    pub fn of_event(
        frame: &Frame,
        brief: &PageBrief,
        event: &Event,
        changes: &[Change],
        taken: Option<&Taken>,
        correction: Option<&Remark>,
    ) -> Option<Self> {
        let (before, after) = (&event.evidence_before, &event.evidence_after);
        let capture = match event.turn {
            Turn::Withdrawn => before.as_ref().or(after.as_ref()),
            Turn::Brought | Turn::Revised => after.as_ref().or(before.as_ref()),
        };
        let shown = capture?;
        let read =
            |change: &&Change| evidence::citable(change).is_some_and(|one| one.id == shown.id);
        let mut read = changes.iter().filter(read);
        let own = read.clone().find(|one| one.difference.field == event.field);
        let cited = Cited {
            key: &event.key,
            title: &event.title,
            capture: shown,
            what: ("event", frame.say("Ereignis", "event")),
            id: event.id.to_string(),
            text: own.or_else(|| read.next()).map(evidence::text_digest),
            taken,
            correction,
        };
        Some(Self::new(frame, brief, cited))
    }

    fn new(frame: &Frame, brief: &PageBrief, cited: Cited<'_>) -> Self {
        let capture = cited.capture.clone();
        let (what, word) = cited.what;
        let title = one_line(cited.title);
        let entry = (*cited.key != EntryKey::page()).then_some(title.as_str());
        let sentence = evidence::citation_of(brief, entry, &capture, frame.tongue);
        let permalink = frame.link(format!("/{what}s/{}", cited.id));
        let archived = frame.link(format!("/captures/{}", capture.id));
        let mut by = cited
            .taken
            .map_or_else(String::new, |taken| format!(", {}", taken.say(frame)));
        if let Some(correction) = cited.correction {
            let on = frame.say("berichtigt am", "corrected on");
            let (day, why) = (frame.day(&correction.at), one_line(&correction.text));
            by += &format!(", {on} {day}: {}", frame.tongue.quoted(&why));
        }
        let text = text(cited.text);
        let plain = format!(
            "{}{text}{by}, {} <{archived}>, {word} <{permalink}>.",
            sentence.trim_end_matches('.'),
            frame.say("archiviert", "archived"),
        );
        Self {
            plain,
            publisher: one_line(&brief.publisher),
            title: entry.map_or_else(
                || one_line(&brief.title),
                |entry| format!("{}: {entry}", one_line(&brief.title)),
            ),
            archived,
            what,
            permalink,
            id: cited.id,
            language: brief.language.to_string(),
            capture,
            text: cited.text,
            by,
        }
    }

    pub fn as_bibtex(&self) -> Response {
        let kind = [(header::CONTENT_TYPE, "application/x-bibtex; charset=utf-8")];
        (kind, self.bibtex()).into_response()
    }

    pub fn as_csl(&self) -> Response {
        let kind = "application/vnd.citationstyles.csl+json";
        ([(header::CONTENT_TYPE, kind)], self.csl()).into_response()
    }

    fn bibtex(&self) -> String {
        let key = &self.id[..8];
        let date = self.capture.at.strftime("%Y-%m-%d");
        let seen = self.capture.at.strftime("%Y-%m-%dT%H:%M:%SZ");
        format!(
            "@online{{vermerk-{key},\n  author = {{{{{}}}}},\n  title = {{{{{}}}}},\n  url = {{{}}},\n  \
             urldate = {{{date}}},\n  langid = {{{}}},\n  note = {{Captured {seen}, sha256 {}{}, archived {}, {} {}{}}},\n}}\n",
            tex(&self.publisher),
            tex(&self.title),
            address(self.capture.url.as_str()),
            self.language,
            self.capture.digest,
            text(self.text),
            address(&self.archived),
            self.what,
            address(&self.permalink),
            tex(&self.by),
        )
    }

    fn csl(&self) -> String {
        let seen = TimeZone::UTC.to_datetime(self.capture.at);
        let parts = [[seen.year(), i16::from(seen.month()), i16::from(seen.day())]];
        let item = json!([{
            "id": format!("vermerk-{}", self.id),
            "type": "webpage",
            "author": [{ "literal": self.publisher }],
            "title": self.title,
            "URL": self.capture.url,
            "accessed": { "date-parts": parts },
            "archive_location": self.archived,
            "language": self.language,
            "note": format!(
                "Captured {}, sha256 {}{}, {} {}{}",
                self.capture.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                self.capture.digest,
                text(self.text),
                self.what,
                self.permalink,
                self.by
            ),
        }]);
        format!("{item:#}\n")
    }
}

/// Behind the digest of the bytes, that of the words.
fn text(digest: Option<Digest>) -> String {
    digest.map_or_else(String::new, |digest| format!(", text sha256 {digest}"))
}

/// Page text inside a BibTeX field: what TeX would act on is set as text.
fn tex(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => format!("\\{c}"),
            '\\' => "\\textbackslash{}".to_owned(),
            '~' => "\\textasciitilde{}".to_owned(),
            '^' => "\\textasciicircum{}".to_owned(),
            other => other.to_string(),
        })
        .collect()
}

/// An address in BibTeX: braces would end the field.
fn address(url: &str) -> String {
    url.replace('{', "%7B")
        .replace('}', "%7D")
        .replace('\\', "%5C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_text_cannot_end_a_bibtex_field_or_run_a_command() {
        check("a}, url={x", "a\\}, url=\\{x");
        check("\\input{x}", "\\textbackslash{}input\\{x\\}");
        check("50 % & mehr", "50 \\% \\& mehr");
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(tex(text), expected);
    }
}
