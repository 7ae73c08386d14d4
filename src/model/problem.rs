//! What went wrong in a look, as data: nothing here is an error to the program.

use serde::{Deserialize, Serialize};
use url::Url;

use super::EntryKey;

/// One thing that was not as it should be. Its text is the line an operator reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum Problem {
    // No usable answer.
    #[error("connection to {host} refused by rule: {rule}")]
    Refused { host: String, rule: String },
    #[error("no connection: {0}")]
    Unreachable(String),
    #[error("no whole answer within {0} s")]
    TimedOut(u64),
    #[error("TLS failed: {0}")]
    Tls(String),
    #[error("robots.txt forbids this address")]
    RobotsForbid,
    #[error("robots.txt could not be read ({0}); waiting, as it may forbid us")]
    RobotsUnavailable(String),
    #[error("more than {0} redirects")]
    TooManyRedirects(usize),
    #[error("redirected to another place: {0}")]
    RedirectedElsewhere(Url),
    #[error("redirect without a usable address: {0}")]
    BadRedirect(String),
    #[error("the server answered {0}")]
    Status(u16),
    #[error("304 although the full page was asked for")]
    UnaskedNotModified,
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    #[error("the answer was cut off in transfer")]
    CutOff,
    #[error("broken HTTP: {0}")]
    BrokenHttp(String),

    // Bytes that cannot be read as the page.
    #[error("the answer is empty")]
    Empty,
    #[error("the answer is not HTML but {0}")]
    NotHtml(String),
    #[error("the answer is not JSON: {0}")]
    NotJson(String),
    #[error("the markup is nested deeper than {0} levels")]
    TooDeep(usize),
    #[error("a tag has more than {0} attributes")]
    TooManyAttributes(usize),
    #[error("reading the page took longer than {0} ms")]
    TooSlow(u64),
    #[error("reading the page failed: {0}")]
    Unreadable(String),
    #[error("content coding {0:?} was not asked for")]
    ForeignCoding(String),

    // A page that is there but not itself.
    #[error("no entries: the recipe matches nothing on this page")]
    NoEntries,
    #[error("this looks like a maintenance page ({0:?})")]
    Maintenance(String),
    #[error("this looks like a login, consent or robot check ({0:?})")]
    Blocked(String),
    #[error("this looks like a not-found page ({0:?})")]
    NotFoundPage(String),
    #[error("the page is in {found:?}, not in {wanted:?}")]
    WrongLanguage { wanted: String, found: String },
    #[error("{0} per mille of the characters are unreadable (wrong character set?)")]
    Mojibake(u32),
    #[error("the markup stops before its end")]
    Unfinished,
    #[error("the name {0:?} mixes scripts")]
    MixedScripts(String),

    // Worth knowing; the look counts all the same.
    #[error("{title:?} is no country we know; its key is {key}")]
    UnknownCountry { title: String, key: EntryKey },
    #[error("{count} entries have the key {key}; merged in page order")]
    Merged { key: EntryKey, count: usize },
    #[error("entry {0} has no title and was left out")]
    NoTitle(usize),
    #[error("entry {key} links to {href:?}, which is no http(s) address")]
    BadLink { key: EntryKey, href: String },
    #[error("entry {key}: {field} is longer than {limit} characters and was shortened")]
    Shortened {
        key: EntryKey,
        field: String,
        limit: usize,
    },
    #[error("entry {key} shows an error text ({text:?}) and was left as it was")]
    ErrorText { key: EntryKey, text: String },
    #[error("article of {key} not read: {why}")]
    Article { key: EntryKey, why: Box<Problem> },
    #[error("the article selector {0:?} matches nothing")]
    NoArticleText(String),
    #[error("{left} articles not read in this visit (limit {limit})")]
    FollowLimit { left: usize, limit: usize },
}

/// What a problem means for the look it was met in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The look counts; the operator may read of it.
    Note,
    /// The page answered but is not to be believed: nothing is published.
    Hold,
    /// There was nothing to read.
    Failure,
}

impl Problem {
    pub fn severity(&self) -> Severity {
        use Problem as P;
        match self {
            P::Refused { .. }
            | P::Unreachable(_)
            | P::TimedOut(_)
            | P::Tls(_)
            | P::RobotsForbid
            | P::RobotsUnavailable(_)
            | P::TooManyRedirects(_)
            | P::BadRedirect(_)
            | P::Status(_)
            | P::UnaskedNotModified
            | P::TooLarge(_)
            | P::CutOff
            | P::BrokenHttp(_)
            | P::Empty
            | P::NotHtml(_)
            | P::NotJson(_)
            | P::TooDeep(_)
            | P::TooManyAttributes(_)
            | P::TooSlow(_)
            | P::Unreadable(_)
            | P::ForeignCoding(_) => Severity::Failure,
            P::RedirectedElsewhere(_)
            | P::NoEntries
            | P::Maintenance(_)
            | P::Blocked(_)
            | P::NotFoundPage(_)
            | P::WrongLanguage { .. }
            | P::Mojibake(_)
            | P::Unfinished
            | P::MixedScripts(_) => Severity::Hold,
            P::UnknownCountry { .. }
            | P::Merged { .. }
            | P::NoTitle(_)
            | P::BadLink { .. }
            | P::Shortened { .. }
            | P::ErrorText { .. }
            | P::Article { .. }
            | P::NoArticleText(_)
            | P::FollowLimit { .. } => Severity::Note,
        }
    }
}
