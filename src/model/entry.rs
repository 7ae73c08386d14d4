//! One item of a page: what it is about, what it says, where it leads.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

use super::{EntryKey, ParseError, Sameness, Text};

/// An entry as a look has read it, or as it is confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub key: EntryKey,
    pub country: Option<Country>,
    pub title: Text,
    pub teaser: Text,
    pub link: Option<Link>,
    #[serde(default)]
    pub extra: BTreeMap<String, Text>,
    /// The text behind the link. `None`: not read (not followed, not due, failed) and so no news.
    #[serde(default)]
    pub article: Option<Text>,
}

impl Entry {
    /// Whether both say the same, apart from cosmetics. An article that one of them lacks is no difference.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let same = |a: &Text, b: &Text| a.sameness(b) != Sameness::Different;
        let links = match (&self.link, &other.link) {
            (Some(a), Some(b)) => a.agrees(b),
            (a, b) => a == b,
        };
        let articles = match (&self.article, &other.article) {
            (Some(a), Some(b)) => same(a, b),
            _ => true,
        };
        same(&self.title, &other.title)
            && same(&self.teaser, &other.teaser)
            && self.extra == other.extra
            && links
            && articles
    }
}

/// An ISO 3166-1 alpha-2 code (or XK).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country([u8; 2]);

impl Country {
    pub fn parse(code: &str) -> Result<Self, ParseError> {
        match code.as_bytes() {
            &[a, b] if a.is_ascii_uppercase() && b.is_ascii_uppercase() => Ok(Self([a, b])),
            _ => Err(ParseError(format!("{code:?} is not an ISO country code"))),
        }
    }

    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl TryFrom<String> for Country {
    type Error = ParseError;
    fn try_from(text: String) -> Result<Self, ParseError> {
        Self::parse(&text)
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.as_str().to_owned()
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A canonical http(s) address: no session id, no tracking parameters, no fragment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Link(Url);

impl Link {
    /// Takes an address that is already canonical (see `extract::links`); refuses other schemes.
    pub fn new(url: Url) -> Result<Self, ParseError> {
        if matches!(url.scheme(), "http" | "https") && url.has_host() {
            Ok(Self(url))
        } else {
            Err(ParseError(format!("{url} is not an http(s) address")))
        }
    }

    pub fn url(&self) -> &Url {
        &self.0
    }

    /// Whether both lead to the same place; `http` and `https` are one.
    pub fn agrees(&self, other: &Self) -> bool {
        let bare = |link: &Self| {
            link.0
                .as_str()
                .split_once(':')
                .map(|(_, rest)| rest.to_owned())
        };
        bare(self) == bare(other)
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
