//! Writes what comes from elsewhere into `import-*` files of its own, each record with its source.
//!
//! 1. A record gets an id of its own, made of page, address, time and bytes: what is imported twice
//!    is the same capture, and no foreign file can speak in the name of one of ours.
//! 2. The block stays as it was; what its own record said of it stands in the metadata.
//! 3. The file begins with the first record and is closed for good when the import ends.

use std::collections::BTreeSet;

use jiff::Timestamp;
use url::Url;
use uuid::Uuid;

use super::compose::{self, FIELDS, HTTP_REQUEST, HTTP_RESPONSE, target};
use super::growing::{Failure, Growing};
use super::record::{StoredRecord, date, label, urn};
use super::{ArchiveError, Settings, http, read, seal};
use crate::model::{Capture, CaptureId, CaptureKind, CaptureRef, Digest, Imported, PageId, Place};

/// Beginning of the names of files that hold what others captured.
pub const IMPORTED: &str = "import";

/// A longer address would not fit into the fields of a record beside the others.
const MAX_ADDRESS: usize = 8 * 1024;

/// An answer that somebody else kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    pub page: PageId,
    pub url: Url,
    /// When it was captured, by the word of its source.
    pub at: Timestamp,
    /// The HTTP answer as its source keeps it, head and body.
    pub block: Vec<u8>,
    /// Where the payload is that a revisit repeats.
    pub repeats: Option<Repeat>,
    pub request: Option<Vec<u8>>,
    /// `WARC-Source-URI`.
    pub source: Url,
    /// Why its body is not whole, by the word of its source.
    pub truncated: Option<String>,
    /// When it was fetched from its source; `None`: when the import began.
    pub taken: Option<Timestamp>,
    /// What else its source says of it; for the metadata record.
    pub about: Vec<(String, String)>,
}

/// What a revisit says of an earlier answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repeat {
    /// The same bytes came.
    Bytes(CaptureRef),
    /// The server answered 304, whose head is not kept.
    Unmodified(CaptureRef),
}

impl Repeat {
    fn holder(&self) -> &CaptureRef {
        match self {
            Self::Bytes(holder) | Self::Unmodified(holder) => holder,
        }
    }
}

/// An import under way.
pub struct Intake {
    settings: Settings,
    now: Timestamp,
    known: BTreeSet<CaptureId>,
    own: BTreeSet<Own>,
    file: Option<Growing>,
}

/// Why something that came from elsewhere is not kept.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// Say so and go on.
    #[error("{0}")]
    Unfit(&'static str),
    #[error(transparent)]
    Archive(#[from] ArchiveError),
}

/// What became of a capture that was offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    New(Box<Imported>),
    /// It was imported before.
    Known(CaptureId),
}

/// What one of our own captures is known by when it comes back in a file that we handed over:
/// its address, time and payload.
pub type Own = (String, Timestamp, Digest);

impl Intake {
    /// `known` are the captures imported before, `own` those that we made ourselves.
    pub fn begin(
        settings: &Settings,
        now: Timestamp,
        known: BTreeSet<CaptureId>,
        own: BTreeSet<Own>,
    ) -> Self {
        let settings = Settings {
            prefix: IMPORTED.to_owned(),
            ..settings.clone()
        };
        Self {
            settings,
            now,
            known,
            own,
            file: None,
        }
    }

    /// Writes one capture. It is on disk after `sync`.
    pub fn take(&mut self, foreign: &Foreign) -> Result<Taken, IntakeError> {
        let answer =
            answer(foreign).ok_or(IntakeError::Unfit("holds no answer of a web server"))?;
        check_time(foreign.at, self.now)?;
        if foreign.url.as_str().len() > MAX_ADDRESS || foreign.source.as_str().len() > MAX_ADDRESS {
            return Err(IntakeError::Unfit("has an address of more than 8 KiB"));
        }
        let id = id(foreign);
        if self.known.contains(&id) {
            return Ok(Taken::Known(id));
        }
        let Answer {
            status,
            digest,
            kind,
        } = answer;
        if self
            .own
            .contains(&(target(&foreign.url).to_string(), foreign.at, digest))
        {
            return Ok(Taken::Known(id));
        }
        let file = self.file()?;
        let records = records(foreign, id, digest, file.warcinfo, self.now);
        let offset = self.write(&records)?;
        self.known.insert(id);
        let capture = Capture {
            id,
            page: foreign.page.clone(),
            url: target(&foreign.url),
            at: foreign.at,
            status,
            digest,
            kind,
            truncated: foreign
                .truncated
                .as_deref()
                .and_then(read::truncation)
                .filter(|_| foreign.repeats.is_none()),
            place: offset,
        };
        Ok(Taken::New(Box::new(Imported {
            capture,
            source: foreign.source.clone(),
        })))
    }

    /// Makes all that was taken last.
    pub fn sync(&mut self) -> Result<(), ArchiveError> {
        match self.file.as_mut() {
            Some(file) => file.sync().map_err(|source| file.error(source)),
            None => Ok(()),
        }
    }

    /// Gives the file its final name, its index and its line in the ledger.
    pub fn close(mut self) -> Result<(), ArchiveError> {
        match self.file.take() {
            Some(file) => finish(&self.settings, file),
            None => Ok(()),
        }
    }

    fn file(&mut self) -> Result<&mut Growing, ArchiveError> {
        let full = |file: &mut Growing| file.length > self.settings.max_file_bytes;
        if let Some(file) = self.file.take_if(full) {
            finish(&self.settings, file)?;
        }
        let file = match self.file.take() {
            Some(file) => file,
            None => Growing::begin(&self.settings, self.now, Uuid::new_v4())?,
        };
        Ok(self.file.insert(file))
    }

    fn write(&mut self, records: &[StoredRecord]) -> Result<Place, ArchiveError> {
        let file = self.file()?;
        let packed: Result<Vec<_>, _> = records.iter().map(StoredRecord::pack).collect();
        let packed = packed.map_err(|source| file.error(source))?.concat();
        match file.append(&packed) {
            Ok(offset) => Ok(Place {
                file: file.name.clone(),
                offset,
            }),
            Err(Failure::CutBack(error)) => Err(error),
            Err(Failure::Lost(error)) => {
                self.file = None;
                Err(error)
            }
        }
    }
}

fn finish(settings: &Settings, file: Growing) -> Result<(), ArchiveError> {
    match file.close()? {
        Some(name) => seal::seal_closed(settings, &name),
        None => Ok(()),
    }
}

/// Whether a file holds what others captured.
pub fn is_imported(file: &str) -> bool {
    file.strip_prefix(IMPORTED)
        .is_some_and(|rest| rest.starts_with('-'))
}

/// What a foreign record says that the server answered.
struct Answer {
    status: u16,
    digest: Digest,
    kind: CaptureKind,
}

fn answer(foreign: &Foreign) -> Option<Answer> {
    if let (Some(Repeat::Unmodified(holder)), true) = (&foreign.repeats, foreign.block.is_empty()) {
        return Some(Answer {
            status: 304,
            digest: holder.digest,
            kind: CaptureKind::NotModified,
        });
    }
    let response = http::parse_response(&foreign.block)?;
    Some(Answer {
        status: response.status,
        digest: match &foreign.repeats {
            Some(earlier) => earlier.holder().digest,
            None => response.payload_digest(),
        },
        kind: match foreign.repeats {
            Some(Repeat::Bytes(_)) => CaptureKind::Revisit,
            Some(Repeat::Unmodified(_)) => CaptureKind::NotModified,
            None => CaptureKind::Response,
        },
    })
}

/// There was no web before 1990, and nobody captures tomorrow's pages today.
fn check_time(at: Timestamp, now: Timestamp) -> Result<(), IntakeError> {
    const FIRST: i64 = 631_152_000;
    let tomorrow = now.saturating_add(jiff::SignedDuration::from_hours(24));
    if at.as_second() < FIRST || tomorrow.is_ok_and(|tomorrow| at > tomorrow) {
        return Err(IntakeError::Unfit("has a date that cannot be true"));
    }
    Ok(())
}

fn id(foreign: &Foreign) -> CaptureId {
    let (page, url, at) = (&foreign.page, &foreign.url, date(foreign.at));
    let name = format!(
        "vermerk:import:{page}\n{url}\n{at}\n{}",
        Digest::of(&foreign.block)
    );
    CaptureId(Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes()))
}

/// The answer, the request where there is one, and what the source said of them.
fn records(
    foreign: &Foreign,
    id: CaptureId,
    digest: Digest,
    warcinfo: Uuid,
    now: Timestamp,
) -> Vec<StoredRecord> {
    let begun = |kind: &str, id: Uuid| {
        StoredRecord::new(kind, id, foreign.at)
            .with("WARC-Warcinfo-ID", urn(warcinfo))
            .with("WARC-Target-URI", target(&foreign.url))
            .with("WARC-Source-URI", &foreign.source)
            .with("WARC-Creation-Date", date(foreign.taken.unwrap_or(now)))
    };
    let other = |part: &str| Uuid::new_v5(&id.0, part.as_bytes());
    let answer = match &foreign.repeats {
        Some(earlier) => {
            let profile = match earlier {
                Repeat::Bytes(_) => compose::IDENTICAL,
                Repeat::Unmodified(_) => compose::NOT_MODIFIED,
            };
            let earlier = earlier.holder();
            begun("revisit", id.0)
                .with("WARC-Profile", profile)
                .with("WARC-Refers-To", urn(earlier.id.0))
                .with("WARC-Refers-To-Target-URI", target(&earlier.url))
                .with("WARC-Refers-To-Date", date(earlier.at))
        }
        None => begun("response", id.0),
    };
    let answer = answer.with("WARC-Payload-Digest", label(&digest));
    let answer = match &foreign.truncated {
        Some(why) => answer.with("WARC-Truncated", why),
        None => answer,
    };
    let mut records = vec![answer.holding(HTTP_RESPONSE, foreign.block.clone())];
    records.extend(foreign.request.as_ref().map(|request| {
        begun("request", other("request"))
            .with("WARC-Concurrent-To", urn(id.0))
            .holding(HTTP_REQUEST, http::without_secrets(request))
    }));
    let mut own = vec![("page".to_owned(), foreign.page.to_string())];
    if foreign.block.is_empty() {
        own.push(("responseStatus".to_owned(), "HTTP/1.1 304".to_owned()));
    }
    let about = own.iter().chain(&foreign.about);
    let about: Vec<(&str, &str)> = about
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    records.push(
        begun("metadata", other("metadata"))
            .with("WARC-Concurrent-To", urn(id.0))
            .with("WARC-Refers-To", urn(id.0))
            .holding(FIELDS, compose::fields(&about)),
    );
    records
}
