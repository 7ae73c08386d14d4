//! A WARC record: named fields and a block, and its form on disk, one gzip member.

use std::borrow::Cow;
use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use uuid::Uuid;

use super::http;
use crate::model::{CaptureId, Digest};

/// The fields of a record without its version line may not be longer than this.
pub(super) const MAX_HEAD: usize = 64 * 1024;

/// A record as it stands in a file: fields in their order, repeated names kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRecord {
    pub headers: Vec<(String, String)>,
    pub block: Vec<u8>,
}

impl StoredRecord {
    /// A record without a block so far.
    pub(super) fn new(kind: &str, id: Uuid, at: Timestamp) -> Self {
        let record = Self {
            headers: Vec::new(),
            block: Vec::new(),
        };
        record
            .with("WARC-Type", kind)
            .with("WARC-Record-ID", urn(id))
            .with("WARC-Date", date(at))
    }

    /// Adds a field; a line break in its value, which would forge another field, becomes a blank.
    pub(super) fn with(mut self, name: &str, value: impl AsRef<str>) -> Self {
        let value = value.as_ref().replace(['\r', '\n', '\0'], " ");
        self.headers.push((name.to_owned(), value));
        self
    }

    /// Sets the block and the fields that describe it. An empty block has no type (WARC 1.1, 5.6).
    pub(super) fn holding(self, content_type: &str, block: Vec<u8>) -> Self {
        let length = block.len().to_string();
        let record = self.with("WARC-Block-Digest", label(&Digest::of(&block)));
        let mut record = if block.is_empty() {
            record
        } else {
            record.with("Content-Type", content_type)
        };
        record.block = block;
        record.with("Content-Length", length)
    }

    /// The first field of that name; names are compared without case.
    pub fn header(&self, name: &str) -> Option<&str> {
        field(&self.headers, name)
    }

    /// The record's id, where it is a UUID as ours are.
    pub fn id(&self) -> Option<CaptureId> {
        id_of(&self.headers)
    }

    /// The capture that holds the payload of this one.
    pub fn refers_to(&self) -> Option<CaptureId> {
        holder(&self.headers)
    }

    /// The answer of a server in the record: its head, and the payload without transfer coding.
    pub fn answer(&self) -> Option<(&[u8], Cow<'_, [u8]>)> {
        let kind = self.header("Content-Type")?;
        let (head, stored) = http::split(&self.block)?;
        kind.starts_with("application/http")
            .then(|| (head, http::payload(head, stored)))
    }

    /// The record as a gzip member of its own, so that a reader can begin at any record.
    pub(super) fn pack(&self) -> io::Result<Vec<u8>> {
        let head = self.head();
        if head.len() > MAX_HEAD {
            let why = format!("the fields of a record have {} bytes", head.len());
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        let mut member = GzEncoder::new(Vec::new(), Compression::default());
        member.write_all(head.as_bytes())?;
        member.write_all(&self.block)?;
        member.write_all(b"\r\n\r\n")?;
        member.finish()
    }

    fn head(&self) -> String {
        let fields = self
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"));
        format!("WARC/1.1\r\n{}\r\n", fields.collect::<String>())
    }
}

pub(super) fn field<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}

/// The id among some fields: `<urn:uuid:…>`.
pub(super) fn id_of(headers: &[(String, String)]) -> Option<CaptureId> {
    bare(field(headers, "WARC-Record-ID")?).parse().ok()
}

/// The id of the record that a revisit repeats.
pub(super) fn holder(headers: &[(String, String)]) -> Option<CaptureId> {
    bare(field(headers, "WARC-Refers-To")?).parse().ok()
}

/// An id or address without its angle brackets.
pub(super) fn bare(value: &str) -> &str {
    value
        .strip_prefix('<')
        .and_then(|inner| inner.strip_suffix('>'))
        .unwrap_or(value)
}

pub(super) fn urn(id: Uuid) -> String {
    format!("<urn:uuid:{id}>")
}

/// UTC with milliseconds, as every date of ours.
pub(super) fn date(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// Base16, because the base32 of a SHA-256 would need `=`, which the grammar forbids.
pub(super) fn label(digest: &Digest) -> String {
    format!("sha256:{digest}")
}
