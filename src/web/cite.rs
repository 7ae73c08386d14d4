//! How to cite a change: as a sentence, as BibTeX, as CSL-JSON. The permalink never changes its meaning.

use jiff::tz::TimeZone;
use serde_json::json;

use super::Frame;
use super::lines::name;
use super::taken::Taken;
use crate::model::{CaptureRef, Change, PageBrief};
use crate::notify::evidence;
use crate::notify::hygiene::one_line;

/// What stands in every form of the citation.
#[derive(Debug, Clone)]
pub struct Citation {
    /// The sentence.
    pub plain: String,
    publisher: String,
    title: String,
    entry: String,
    capture: CaptureRef,
    archived: String,
    permalink: String,
    id: String,
    language: String,
    /// Who captured it, where that was not us; begins with a comma.
    by: String,
}

impl Citation {
    /// `None` where no capture shows the change. What others captured is cited as theirs.
    pub fn of(
        frame: &Frame,
        brief: &PageBrief,
        change: &Change,
        taken: Option<&Taken>,
    ) -> Option<Self> {
        let capture = evidence::citable(change)?.clone();
        let sentence = evidence::citation(brief, change, &capture, frame.tongue);
        let permalink = frame.link(format!("/changes/{}", change.id));
        let archived = frame.link(format!("/captures/{}", capture.id));
        let by = taken.map_or_else(String::new, |taken| format!(", {}", taken.say(frame)));
        let plain = format!(
            "{}{by}, {} <{archived}>, {} <{permalink}>.",
            sentence.trim_end_matches('.'),
            frame.say("archiviert", "archived"),
            frame.say("Änderung", "change"),
        );
        Some(Self {
            plain,
            publisher: one_line(&brief.publisher),
            title: one_line(&brief.title),
            entry: name(frame, change),
            archived,
            permalink,
            id: change.id.to_string(),
            language: brief.language.to_string(),
            capture,
            by,
        })
    }

    pub fn bibtex(&self) -> String {
        let key = &self.id[..8];
        let date = self.capture.at.strftime("%Y-%m-%d");
        let seen = self.capture.at.strftime("%Y-%m-%dT%H:%M:%SZ");
        format!(
            "@online{{vermerk-{key},\n  author = {{{{{}}}}},\n  title = {{{{{}: {}}}}},\n  url = {{{}}},\n  \
             urldate = {{{date}}},\n  langid = {{{}}},\n  note = {{Captured {seen}, sha256 {}, archived {}, change {}{}}},\n}}\n",
            tex(&self.publisher),
            tex(&self.title),
            tex(&self.entry),
            address(self.capture.url.as_str()),
            self.language,
            self.capture.digest,
            address(&self.archived),
            address(&self.permalink),
            tex(&self.by),
        )
    }

    pub fn csl(&self) -> String {
        let seen = TimeZone::UTC.to_datetime(self.capture.at);
        let parts = [[seen.year(), i16::from(seen.month()), i16::from(seen.day())]];
        let item = json!([{
            "id": format!("vermerk-{}", self.id),
            "type": "webpage",
            "author": [{ "literal": self.publisher }],
            "title": format!("{}: {}", self.title, self.entry),
            "URL": self.capture.url,
            "accessed": { "date-parts": parts },
            "archive_location": self.archived,
            "language": self.language,
            "note": format!(
                "Captured {}, sha256 {}, change {}{}",
                self.capture.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                self.capture.digest,
                self.permalink,
                self.by
            ),
        }]);
        format!("{item:#}\n")
    }
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
