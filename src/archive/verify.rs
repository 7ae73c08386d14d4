//! Reads every record of every file and names what is not as it was written.
//!
//! 1. Framing: one gzip member per record, WARC grammar, length, nothing behind it.
//! 2. The fields every record must have; the file's name in its `warcinfo`; one `warcinfo` for all.
//! 3. Digests of block and payload.

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use std::fs::File;
use std::io;

use super::folder::{self, State, Volume};
use super::record::{bare, field};
use super::walk::{Fields, Step, Walk};
use super::{ArchiveError, Settings};

/// What a check of the whole archive found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    pub files: usize,
    pub records: usize,
    /// Records without a SHA-256 of their block: not ours, readable, but nothing to check them by.
    pub without_digest: usize,
    pub faults: Vec<Fault>,
}

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file's final name, also while it is open.
    pub file: String,
    pub offset: u64,
    /// The record's id, where it could be read.
    pub record: Option<String>,
    pub what: String,
}

/// Checks the archive without changing it; `progress` hears the file and how many of its records
/// were read, after each. Also works beside a running writer.
pub fn verify(
    settings: &Settings,
    mut progress: impl FnMut(&str, usize),
) -> Result<Report, ArchiveError> {
    let mut report = Report::default();
    for volume in folder::volumes(settings)? {
        verify_file(settings, &volume, &mut report, &mut progress)?;
    }
    Ok(report)
}

fn verify_file(
    settings: &Settings,
    volume: &Volume,
    report: &mut Report,
    progress: &mut dyn FnMut(&str, usize),
) -> Result<(), ArchiveError> {
    let wrap = |source| ArchiveError::of(&settings.folder, &volume.path, source);
    let mut walk = Walk::new(folder::open_to_read(settings, &volume.name)?);
    let mut first: Option<Fields> = None;
    let mut records = 0;
    report.files += 1;
    let mut sums = Sums::default();
    let mut last_is_flawed = false;
    while let Some(step) = walk.next(&mut |piece| sums.take(piece)).map_err(wrap)? {
        let sums = std::mem::take(&mut sums);
        last_is_flawed = matches!(step, Step::Flawed { .. });
        let (offset, fields, faults) = match step {
            Step::Flawed {
                offset,
                fields,
                why,
            } => (offset, fields, vec![why]),
            Step::Record { offset, fields } => {
                records += 1;
                report.without_digest += usize::from(!has_digest(&fields));
                let mut faults = sums.faults(&fields);
                faults.append(&mut field_faults(&fields, first.as_deref(), &volume.name));
                first.get_or_insert_with(|| fields.clone());
                (offset, fields, faults)
            }
        };
        let record = field(&fields, "WARC-Record-ID").map(|id| bare(id).to_owned());
        report.faults.extend(faults.into_iter().map(|what| Fault {
            file: volume.name.clone(),
            offset,
            record: record.clone(),
            what,
        }));
        progress(&volume.name, records);
    }
    if last_is_flawed && is_being_written(volume).map_err(wrap)? {
        // The writer was in the middle of this record when we came by.
        report.faults.pop();
    }
    if first.is_none() {
        report.faults.push(Fault {
            file: volume.name.clone(),
            offset: 0,
            record: None,
            what: "the file holds no whole record".to_owned(),
        });
    }
    report.records += records;
    Ok(())
}

/// Whether an `.open` file has its writer; or had, until it was closed a moment ago.
fn is_being_written(volume: &Volume) -> io::Result<bool> {
    if volume.state == State::Closed {
        return Ok(false);
    }
    match File::open(&volume.path) {
        Ok(file) => Ok(file.try_lock_shared().is_err()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

fn has_digest(fields: &[(String, String)]) -> bool {
    field(fields, "WARC-Block-Digest").is_some_and(|told| told.starts_with("sha256:"))
}

fn field_faults(fields: &Fields, first: Option<&[(String, String)]>, file: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for name in ["WARC-Type", "WARC-Record-ID", "WARC-Date"] {
        if field(fields, name).is_none_or(str::is_empty) {
            faults.push(format!("no {name}"));
        }
    }
    let Some(first) = first else {
        match field(fields, "WARC-Filename") {
            _ if field(fields, "WARC-Type") != Some("warcinfo") => {
                faults.push("the file does not begin with a warcinfo".to_owned());
            }
            Some(told) if told != file => {
                faults.push(format!("the file was written as {told}"));
            }
            _ => {}
        }
        return faults;
    };
    let ours = field(first, "WARC-Record-ID");
    match field(fields, "WARC-Warcinfo-ID") {
        Some(told) if field(first, "WARC-Type") == Some("warcinfo") && ours != Some(told) => {
            faults.push(format!("the record belongs to another file ({told})"));
        }
        _ => {}
    }
    faults
}

/// Digests of a block and of what follows the HTTP head in it, taken as the bytes go by.
#[derive(Default)]
struct Sums {
    block: Sha256,
    payload: Sha256,
    /// The block up to its first empty line, at most 64 KiB of it.
    head: Vec<u8>,
    /// How much of CR LF CR LF was seen.
    matched: usize,
}

const HEAD_END: &[u8; 4] = b"\r\n\r\n";

impl Sums {
    fn take(&mut self, piece: &[u8]) {
        self.block.update(piece);
        let mut rest = piece.iter();
        while self.matched < HEAD_END.len() {
            let Some(byte) = rest.next() else {
                return;
            };
            self.matched = match HEAD_END.get(self.matched) {
                Some(wanted) if wanted == byte => self.matched + 1,
                _ => usize::from(*byte == b'\r'),
            };
            if self.head.len() < super::record::MAX_HEAD {
                self.head.push(*byte);
            }
        }
        self.payload.update(rest.as_slice());
    }

    fn faults(self, fields: &Fields) -> Vec<String> {
        let block = sum(self.block);
        let mut faults = differs(fields, "WARC-Block-Digest", &block, "block");
        let http =
            field(fields, "Content-Type").is_some_and(|kind| kind.starts_with("application/http"));
        // A foreign record may digest its chunked payload unpacked; we never store one chunked.
        let head = String::from_utf8_lossy(&self.head).to_ascii_lowercase();
        let chunked = head.contains("\r\ntransfer-encoding:");
        match field(fields, "WARC-Type") {
            Some("response" | "request") if http && !chunked => {
                let payload = sum(self.payload);
                faults.append(&mut differs(
                    fields,
                    "WARC-Payload-Digest",
                    &payload,
                    "payload",
                ));
            }
            Some("resource") => {
                faults.append(&mut differs(
                    fields,
                    "WARC-Payload-Digest",
                    &block,
                    "payload",
                ));
            }
            // A revisit has the digest of a payload that stands elsewhere.
            _ => {}
        }
        faults
    }
}

fn differs(fields: &Fields, name: &str, found: &str, part: &str) -> Vec<String> {
    match field(fields, name) {
        Some(told) if told.starts_with("sha256:") && told != found => {
            vec![format!("the {part} does not have its digest ({told})")]
        }
        _ => Vec::new(),
    }
}

fn sum(hasher: Sha256) -> String {
    format!("sha256:{}", HEXLOWER.encode(&hasher.finalize()))
}
