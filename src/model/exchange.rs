//! One HTTP request and its response, as they went over the wire.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use url::Url;

use super::{Digest, Language, Problem, Robots};

/// What to ask for.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    pub url: Url,
    /// Asked for in `Accept-Language`.
    pub language: Language,
    /// The server's own validators, sent back verbatim; `None` asks for the full page.
    pub validators: Option<Validators>,
    pub coding: Coding,
    pub robots: Robots,
    pub limits: Limits,
}

/// `ETag` and `Last-Modified` exactly as the server wrote them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Validators {
    pub etag: Option<String>,
    pub last_modified: Option<String>,
}

/// Which content coding is offered. Identity keeps payload digests stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Coding {
    #[default]
    Identity,
    Gzip,
}

/// How much and how long a fetch may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Decoded bytes of the body.
    pub max_bytes: usize,
    /// From the first byte sent to the last byte read.
    pub deadline: SignedDuration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 10 * 1024 * 1024,
            deadline: SignedDuration::from_secs(30),
        }
    }
}

/// All that a fetch brought: robots.txt where it was asked, each redirect hop, the answer last.
#[derive(Debug, Clone, PartialEq)]
pub struct Fetched {
    pub exchanges: Vec<Exchange>,
    /// Why there is no answer to read. The last exchange is the answer only where this is `None`.
    pub problem: Option<Problem>,
    /// Not before this instant again (`Retry-After`, capped at 24 h).
    pub retry_after: Option<Timestamp>,
}

impl Fetched {
    /// The answer to what was asked, where there is one.
    pub fn answer(&self) -> Option<&Exchange> {
        if self.problem.is_some() {
            return None;
        }
        self.exchanges.last()
    }

    /// The same, taken out; what led to it stays.
    pub fn take_answer(&mut self) -> Option<Exchange> {
        self.answer()?;
        self.exchanges.pop()
    }
}

/// One request and its response.
#[derive(Debug, Clone, PartialEq)]
pub struct Exchange {
    pub url: Url,
    pub started: Timestamp,
    pub took: SignedDuration,
    /// `GET`, always; the headers as sent (without those the HTTP library adds by itself).
    pub request: Vec<Header>,
    pub response: Response,
    /// The address that answered.
    pub peer: Option<IpAddr>,
}

/// What the server answered. The body is as it came, content coding kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    pub status: u16,
    pub reason: String,
    /// `http/1.1` or `h2`, as `WARC-Protocol` wants it.
    pub protocol: String,
    pub headers: Vec<Header>,
    pub body: Vec<u8>,
    pub truncated: Option<Truncation>,
}

/// Why a body is not whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Truncation {
    Length,
    Time,
    Disconnect,
}

/// A header line: lower-case name, value as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    pub name: String,
    pub value: Vec<u8>,
}

impl Response {
    /// The first header of that name (lower case), as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|header| header.name == name)
            .and_then(|header| str::from_utf8(&header.value).ok())
    }

    pub fn validators(&self) -> Validators {
        Validators {
            etag: self.header("etag").map(str::to_owned),
            last_modified: self.header("last-modified").map(str::to_owned),
        }
    }

    /// The digest of the payload: transfer coding removed, content coding kept.
    pub fn payload_digest(&self) -> Digest {
        Digest::of(&self.body)
    }
}
