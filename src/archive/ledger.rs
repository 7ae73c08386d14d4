//! The ledger: one line for each closed file, and for each event worth remembering, chained by hashes.
//!
//! 1. A line holds the SHA-256 of the line before it, line break included, and its own digest.
//! 2. What still grows (a day's journal) is entered up to the length it had; a later line covers more.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ArchiveError, Mended, Settings, lines};
use crate::model::Digest;

const NAME: &str = "ledger.jsonl";
/// The longest lines are events with a note of some words.
const FORM: lines::Form = lines::Form {
    begins: b"{\"seq\":",
    longest: 64 * 1024,
};

/// The ledger's word for a torn end that was cut away.
const TORN: &str = "torn-end-cut";

/// A line without its digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Line {
    /// Counted from 1.
    pub seq: u64,
    #[serde(flatten)]
    pub what: What,
    pub prev: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum What {
    File(Sealed),
    Event(Event),
}

/// A file as it was when it was entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sealed {
    /// Below the archive's folder.
    pub file: String,
    pub bytes: u64,
    pub sha256: String,
    /// Records, or lines.
    pub records: u64,
    /// Of the first and the last capture or line in it.
    pub first: Option<Timestamp>,
    pub last: Option<Timestamp>,
}

/// Something that was done to the archive or found out about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// `fixity-check`, for example.
    pub event: String,
    pub at: Timestamp,
    /// Who did it: program and version, or a person's name.
    pub agent: String,
    pub outcome: EventOutcome,
    pub note: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EventOutcome {
    /// Nothing is wrong.
    Success,
    Failure,
}

impl Event {
    /// What this program did.
    pub fn of_ours(event: &str, at: Timestamp, outcome: EventOutcome, note: String) -> Self {
        Self {
            event: event.to_owned(),
            at,
            agent: concat!("vermerk/", env!("CARGO_PKG_VERSION")).to_owned(),
            outcome,
            note,
        }
    }
}

/// Enters an event; returns after it is on disk.
pub fn note(settings: &Settings, event: Event) -> Result<(), ArchiveError> {
    append(settings, What::Event(event))
}

/// The last event of this kind.
pub fn last_event(
    settings: &Settings,
    is_wanted: impl Fn(&Event) -> bool,
) -> Result<Option<Event>, ArchiveError> {
    let events = entries(settings)?
        .into_iter()
        .filter_map(|what| match what {
            What::Event(event) if is_wanted(&event) => Some(event),
            _ => None,
        });
    Ok(events.max_by_key(|event| event.at))
}

/// Cuts away what a crash left of a line, and says so in the ledger itself.
pub(super) fn mend(settings: &Settings) -> Result<Option<Mended>, ArchiveError> {
    if !path(settings).exists() {
        return Ok(None);
    }
    let cut_bytes = write(settings, None)?;
    let file = NAME.to_owned();
    Ok((cut_bytes > 0).then_some(Mended { file, cut_bytes }))
}

/// Enters what was cut away elsewhere; the file system says when.
pub(super) fn note_cut(settings: &Settings, mended: &Mended) -> Result<(), ArchiveError> {
    let path = settings.folder.join(&mended.file);
    // A file in which nothing was whole is gone.
    let at = changed(&path).or_else(|_| changed(&settings.folder));
    let at = at.map_err(|source| ArchiveError::of(&settings.folder, &path, source))?;
    append(settings, torn(&mended.file, mended.cut_bytes, at))
}

pub(super) fn append(settings: &Settings, what: What) -> Result<(), ArchiveError> {
    write(settings, Some(what)).map(drop)
}

/// Enters a line, and before it what had to be cut away for it; says how many bytes that were.
fn write(settings: &Settings, what: Option<What>) -> Result<u64, ArchiveError> {
    let path = path(settings);
    let write = || -> io::Result<u64> {
        let mut file = lines::open(&path)?;
        file.lock()?;
        let cut = lines::cut_torn_line(&file, FORM)?;
        let torn = (cut > 0).then(|| changed(&path).map(|at| torn(NAME, cut, at)));
        for what in torn.transpose()?.into_iter().chain(what) {
            let last = lines::last(&file)?;
            let seq = if last.is_empty() {
                1
            } else {
                // Behind a damaged line the chain goes on; the damage is for `verify` to name.
                serde_json::from_slice::<Line>(&last).map_or(0, |line| line.seq) + 1
            };
            let prev = previous(&last);
            let line = lines::sealed(&Line { seq, what, prev })?;
            lines::append(&mut file, &line, FORM)?;
        }
        file.sync_all()?;
        Ok(cut)
    };
    write().map_err(|source| ArchiveError::of(&settings.folder, &path, source))
}

fn torn(file: &str, bytes: u64, at: Timestamp) -> What {
    let note = format!("{file}: {bytes} bytes");
    What::Event(Event::of_ours(TORN, at, EventOutcome::Success, note))
}

/// When a file was last written to.
fn changed(path: &Path) -> io::Result<Timestamp> {
    let at = fs::metadata(path)?.modified()?;
    Timestamp::try_from(at).map_err(io::Error::other)
}

/// What the next line has to say of the one before it; zeroes at the beginning.
pub(super) fn previous(line: &[u8]) -> String {
    if line.is_empty() {
        return "0".repeat(64);
    }
    Digest::of(line).hex()
}

/// The newest line about each file.
pub(super) fn files(settings: &Settings) -> Result<HashMap<String, Sealed>, ArchiveError> {
    let files = entries(settings)?
        .into_iter()
        .filter_map(|what| match what {
            What::File(sealed) => Some((sealed.file.clone(), sealed)),
            What::Event(_) => None,
        });
    Ok(files.collect())
}

/// The bytes of the ledger; none where there is no ledger yet.
pub(super) fn bytes(settings: &Settings) -> Result<Vec<u8>, ArchiveError> {
    let path = path(settings);
    match fs::read(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        read => read.map_err(|source| ArchiveError::of(&settings.folder, &path, source)),
    }
}

pub(super) fn path(settings: &Settings) -> PathBuf {
    settings.folder.join(NAME)
}

/// What can be read of it, in order.
fn entries(settings: &Settings) -> Result<Vec<What>, ArchiveError> {
    let bytes = bytes(settings)?;
    let lines = bytes.split_inclusive(|byte| *byte == b'\n');
    let entries = lines.filter_map(|line| serde_json::from_slice::<Line>(line).ok());
    Ok(entries.map(|line| line.what).collect())
}
