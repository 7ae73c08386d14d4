//! Who captured what we did not capture ourselves, in words: nothing of others is shown without it.

use jiff::Timestamp;
use url::Url;

use super::Frame;
use crate::model::Earlier;
use crate::notify::hygiene::one_line;

/// Where something of others was taken over from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub source: Url,
    imported: Option<Timestamp>,
}

impl Taken {
    pub fn new(source: Url, imported: Option<Timestamp>) -> Self {
        Self { source, imported }
    }

    pub fn of(theirs: &Earlier) -> Self {
        Self::new(theirs.source.clone(), theirs.imported)
    }

    /// `captured by the Internet Archive (web.archive.org), imported on 1 January 2026`.
    pub fn say(&self, frame: &Frame) -> String {
        let mut said = format!("{} {}", frame.say("erfasst", "captured"), self.by(frame));
        if let Some(at) = &self.imported {
            let day = frame.day(at);
            said += &format!(", {} {day}", frame.say("übernommen am", "imported on"));
        }
        said
    }

    fn by(&self, frame: &Frame) -> String {
        match self.source.host_str().filter(|host| !host.is_empty()) {
            Some(host @ "web.archive.org") => {
                let name = frame.say("vom Internet Archive", "by the Internet Archive");
                format!("{name} ({host})")
            }
            Some(host) => format!("{} {}", frame.say("von", "by"), one_line(host)),
            None => {
                let file = one_line(self.source.path().trim_start_matches('/'));
                let others = frame.say("von anderen, Datei", "by others, file");
                format!("{others} {file}")
            }
        }
    }
}
