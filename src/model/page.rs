//! A watched page as its file describes it: address, timing, recipe and guards.

use std::collections::BTreeMap;
use std::fmt;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{Coding, Country, Keep, Limits, PageId, ParseError};

/// One file of `config/pages/`, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub id: PageId,
    pub url: Url,
    pub language: Language,
    pub title: String,
    /// Who speaks on the page; stands in citations.
    pub publisher: String,
    /// The state from whose side it speaks; stands beside the partner in the subjects of mails.
    pub party: Option<Country>,
    /// What the publisher allows to be done with the text, in the operator's words.
    pub terms: Option<String>,
    pub timing: Timing,
    pub recipe: RecipeSpec,
    pub guards: Guards,
    /// How long after the first sight of a candidate a second look may confirm it.
    pub confirm_after: SignedDuration,
    pub robots: Robots,
    pub coding: Coding,
    pub keep: Keep,
}

/// When a page is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Timing {
    /// A crontab(5) expression of five fields, read in an IANA time zone.
    Cron { expression: String, zone: String },
    /// A fixed distance from one due time to the next.
    Every(SignedDuration),
}

/// How entries are read from the page, as text; `extract::Recipe` is the compiled form.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct RecipeSpec {
    pub shape: Shape,
    pub key: KeyBy,
    /// CSS selectors of parts that are never read (beside the hidden ones).
    pub ignore: Vec<String>,
    /// CSS selector of the article's text behind an entry's link; `None` follows no link.
    pub follow: Option<String>,
    /// At most so many articles in one visit.
    pub follow_limit: usize,
}

/// What kind of page it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub enum Shape {
    /// Repeated blocks: each match of `entries` is one entry, `fields` are read inside it.
    /// `introduction` is the page's own text and becomes the entry `page`.
    List {
        entries: String,
        fields: Fields,
        introduction: Option<String>,
    },
    /// The whole document is one entry with the key `page`; its text is its article.
    Document { text: String },
    /// A JSON list: `entries` and `fields` are RFC 9535 `JSONPath` queries.
    Json { entries: String, fields: Fields },
}

/// Where the parts of an entry stand: CSS selectors or `JSONPath` queries relative to the entry.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Fields {
    pub title: String,
    pub teaser: Option<String>,
    pub link: Option<String>,
    pub extra: BTreeMap<String, String>,
}

/// What gives an entry its identity. Falls back to link, then title.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyBy {
    Country,
    Link,
    Title,
}

/// Limits beyond which a look is held rather than believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guards {
    /// Fewest and most entries that are plausible. Without it the last ten good looks decide (70 to 130 %).
    pub count: Option<(usize, usize)>,
    pub limits: Limits,
}

/// Whether robots.txt is obeyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Robots {
    Obey,
    /// The operator's reason stands in the archive.
    Disregard {
        reason: String,
    },
}

/// The primary language of a page as a lower-case ISO 639 code (`de`, `en`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Language(String);

impl Language {
    /// Takes a tag such as `de` or `de-AT` and keeps the language of it.
    pub fn parse(tag: &str) -> Result<Self, ParseError> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        let good = (2..=3).contains(&primary.len())
            && primary.bytes().all(|byte| byte.is_ascii_alphabetic());
        if good {
            Ok(Self(primary.to_ascii_lowercase()))
        } else {
            Err(ParseError(format!(
                "{tag:?} is not a language code; write for example \"de\" or \"en\""
            )))
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Language {
    type Error = ParseError;
    fn try_from(text: String) -> Result<Self, ParseError> {
        Self::parse(&text)
    }
}

impl From<Language> for String {
    fn from(language: Language) -> Self {
        language.0
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
