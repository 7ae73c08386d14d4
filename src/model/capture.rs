//! An exchange stored in the archive: where, when, and with which digest.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{CaptureId, Digest, PageId, Truncation, Validators, stamped};

/// A record of the archive that holds one exchange.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capture {
    pub id: CaptureId,
    pub page: PageId,
    pub url: Url,
    pub at: Timestamp,
    pub status: u16,
    /// SHA-256 of the payload; of a revisit, the digest of the payload it refers to.
    pub digest: Digest,
    pub kind: CaptureKind,
    /// Why its body is not whole; `None` where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncated: Option<Truncation>,
    pub place: Place,
}

/// What the record holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaptureKind {
    /// Head and body.
    Response,
    /// Head only; the body is that of an earlier capture.
    Revisit,
    /// The server answered 304; nothing but the fact.
    NotModified,
}

/// Where in the archive a record begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// File name without its folder, and without `.open`.
    pub file: String,
    /// Byte offset of the record's gzip member.
    pub offset: u64,
}

/// What a mail or a row cites: enough to find the bytes and to check them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaptureRef {
    pub id: CaptureId,
    pub url: Url,
    pub at: Timestamp,
    pub digest: Digest,
}

/// A capture that somebody else made, and where it was taken over from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    pub capture: Capture,
    pub source: Url,
}

/// A capture as whoever asks by address and time finds it: ours, or another's with its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Memento {
    pub capture: Capture,
    /// `None` of our own.
    pub source: Option<Url>,
}

/// An operator's word on who may see a capture. Its bytes stay in the archive either way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Takedown {
    pub capture: CaptureId,
    /// Every capture with this payload is meant; `None` where the payload is empty, which says nothing
    /// of another capture, and where an older version wrote the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<Digest>,
    pub access: Access,
    pub why: String,
    pub at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Shown to nobody, handed over to nobody.
    Hidden,
    /// Shown again.
    Open,
}

impl Place {
    /// When the file was begun, which stands in its name. An import writes files of its own, so of an
    /// imported capture it is the time of the import.
    pub fn begun(&self) -> Option<Timestamp> {
        stamped(self.file.rsplit('-').nth(1)?)
    }
}

impl Capture {
    /// The payload that a takedown of this capture is about; an empty one is no payload.
    pub fn payload(&self) -> Option<Digest> {
        (self.digest != Digest::of(b"")).then_some(self.digest)
    }

    pub fn cite(&self) -> CaptureRef {
        CaptureRef {
            id: self.id,
            url: self.url.clone(),
            at: self.at,
            digest: self.digest,
        }
    }
}

/// What is known of one address: how to ask for it conditionally, and which bytes it had last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    pub url: Url,
    pub validators: Validators,
    /// The capture that holds the payload last seen.
    pub capture: Capture,
    /// When the archive last wrote any record for this address (revisits are kept once a day).
    pub kept_at: Timestamp,
    /// When the full page was last asked for without validators.
    pub full_at: Timestamp,
}
