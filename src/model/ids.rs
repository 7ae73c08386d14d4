//! Names and numbers that cannot be mistaken for one another.

use std::fmt;
use std::io::{self, Read};
use std::str::FromStr;

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// What was wrong with a value at the door, in words for the person who typed it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ParseError(pub String);

/// The name of a watched page: 1 to 64 of `a-z 0-9 -`, so that it can stand in file names and mails.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PageId(String);

impl PageId {
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let good = (1..=64).contains(&text.len())
            && text.bytes().all(allowed)
            && !text.starts_with('-')
            && !text.ends_with('-')
            // The feed of all pages has this name.
            && text != "all";
        if good {
            Ok(Self(text.to_owned()))
        } else {
            Err(ParseError(format!(
                "page id {text:?} must be 1 to 64 of a-z, 0-9 and inner hyphens, and not \"all\""
            )))
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PageId {
    type Error = ParseError;
    fn try_from(text: String) -> Result<Self, ParseError> {
        Self::parse(&text)
    }
}

impl From<PageId> for String {
    fn from(id: PageId) -> Self {
        id.0
    }
}

impl fmt::Display for PageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of a webhook: like that of a page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WebhookId(PageId);

impl WebhookId {
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        PageId::parse(text).map(Self).map_err(|_| {
            ParseError(format!(
                "the name {text:?} must be 1 to 64 of a-z, 0-9 and inner hyphens, and not \"all\""
            ))
        })
    }
}

impl fmt::Display for WebhookId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What makes an entry the same entry in two looks: an ISO country code (`KE`), `page` for the
/// page's own text, or a folded link or title.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntryKey(String);

impl EntryKey {
    pub fn new(key: impl Into<String>) -> Self {
        Self(key.into())
    }

    /// The key of the page's own text, its introduction.
    pub fn page() -> Self {
        Self("page".to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EntryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The SHA-256 of some bytes; printed as lower-case hex.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest([u8; 32]);

impl Digest {
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Of all that a reader gives, and how many bytes that was.
    pub fn read(reader: &mut impl Read) -> io::Result<(Self, u64)> {
        let (mut sum, mut length) = (Sha256::new(), 0);
        let mut piece = vec![0; 64 * 1024];
        loop {
            let size = reader.read(&mut piece)?;
            if size == 0 {
                return Ok((Self(sum.finalize().into()), length));
            }
            sum.update(piece.get(..size).unwrap_or_default());
            length += size as u64;
        }
    }

    pub fn hex(&self) -> String {
        HEXLOWER.encode(&self.0)
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl FromStr for Digest {
    type Err = ParseError;
    fn from_str(text: &str) -> Result<Self, ParseError> {
        HEXLOWER
            .decode(text.as_bytes())
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .map(Self)
            .ok_or_else(|| ParseError(format!("{text:?} is not a SHA-256 in hex")))
    }
}

impl TryFrom<String> for Digest {
    type Error = ParseError;
    fn try_from(text: String) -> Result<Self, ParseError> {
        text.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.hex()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex())
    }
}

/// The record id of a capture in the archive (`urn:uuid:…` there, bare here).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CaptureId(pub Uuid);

impl FromStr for CaptureId {
    type Err = ParseError;
    fn from_str(text: &str) -> Result<Self, ParseError> {
        text.strip_prefix("urn:uuid:")
            .unwrap_or(text)
            .parse()
            .map(Self)
            .map_err(|_| ParseError(format!("{text:?} is not a capture id (a UUID)")))
    }
}

impl fmt::Display for CaptureId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One scheduled look: page and due time. The same visit told twice is one visit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct VisitId {
    /// The page it looked at.
    pub page: PageId,
    pub due: Timestamp,
}

impl VisitId {
    pub fn new(page: &PageId, due: Timestamp) -> Self {
        Self {
            page: page.clone(),
            due,
        }
    }
}

impl TryFrom<String> for VisitId {
    type Error = ParseError;
    fn try_from(text: String) -> Result<Self, ParseError> {
        let parts = text.rsplit_once('@');
        let parts = parts.and_then(|(page, due)| Some((page, due.parse().ok()?)));
        let (page, due) = parts
            .ok_or_else(|| ParseError(format!("visit {text:?} must be a page, @ and a time")))?;
        Ok(Self {
            page: PageId::parse(page)?,
            due,
        })
    }
}

impl From<VisitId> for String {
    fn from(id: VisitId) -> Self {
        id.to_string()
    }
}

impl fmt::Display for VisitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.page, self.due)
    }
}

/// Derived from visit, entry and field, so that reading history again finds the same id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChangeId(pub Uuid);

impl ChangeId {
    pub fn new(visit: &VisitId, key: &EntryKey, field: &str) -> Self {
        let name = format!("vermerk:change:{visit}\n{key}\n{field}");
        Self(Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes()))
    }
}

impl fmt::Display for ChangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Derived from visit, entry, partner and stage, so that reading history again finds the same id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(pub Uuid);

impl EventId {
    pub fn new(visit: &VisitId, key: &EntryKey, partner: &str, stage: &str) -> Self {
        let name = format!("vermerk:event:{visit}\n{key}\n{partner}\n{stage}");
        Self(Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes()))
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The row number of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeliveryId(pub i64);

/// The row number of a hold, short enough to type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HoldId(pub i64);

/// The fencing number of a lease: whoever holds an older one records nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LeaseToken(pub i64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_id_can_stand_in_a_file_name() {
        assert!(PageId::parse("bmi-migrationspartnerschaften").is_ok());
        for bad in ["", "../etc", "BMI", "a b", "-a", "a-", "ä", "all"] {
            assert!(PageId::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_visit_is_read_back_as_it_was_written_or_refused() {
        let text = "\"topic@2024-09-16T06:00:00.25Z\"";
        let visit: VisitId = serde_json::from_str(text).unwrap();
        assert_eq!(visit.page.as_str(), "topic");
        assert_eq!(serde_json::to_string(&visit).unwrap(), text);
        for bad in [
            "\"topic\"",
            "\"topic@gestern\"",
            "\"@2024-09-16T06:00:00Z\"",
        ] {
            assert!(serde_json::from_str::<VisitId>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_digest_reads_back_what_it_prints() {
        let digest = Digest::of(b"abc");
        assert_eq!(
            digest.hex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(digest.hex().parse(), Ok(digest));
    }
}
