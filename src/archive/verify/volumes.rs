//! Reads every record of a file and names what is not as it was written.
//!
//! 1. Framing: one gzip member per record, WARC grammar, length, nothing behind it.
//! 2. The fields every record must have; the file's name in its `warcinfo`; one `warcinfo` for all.
//! 3. Digests of block and payload.
//! 4. The file as a whole against the ledger, and its index against its records.

use std::fs::{self, File};
use std::io;

use super::{Fault, Report, packed};
use crate::archive::cdxj::{self, Indexed, Span};
use crate::archive::folder::{self, State, Volume};
use crate::archive::ledger::Sealed;
use crate::archive::record::{bare, field};
use crate::archive::sums::Sums;
use crate::archive::walk::{Fields, Step, TORN, Walk};
use crate::archive::{ArchiveError, Settings};
use crate::model::Digest;

/// Checks one file, and what belongs to it.
pub(super) fn verify(
    settings: &Settings,
    volume: &Volume,
    sealed: &[Sealed],
    report: &mut Report,
    progress: &mut dyn FnMut(&str, usize),
) -> Result<(), ArchiveError> {
    let before = report.faults.len();
    let indexed = records(settings, volume, report, progress)?;
    if report.faults.len() == before {
        let wrap = |source| ArchiveError::of(&settings.folder, &volume.path, source);
        match volume.state {
            State::Open => bytes_of_growing(settings, volume, report).map_err(wrap)?,
            State::Closed => bytes_of_closed(volume, sealed, report).map_err(wrap)?,
        }
    }
    if volume.state == State::Closed && report.faults.len() == before {
        index(settings, &volume.name, &indexed, report);
    }
    Ok(())
}

fn records(
    settings: &Settings,
    volume: &Volume,
    report: &mut Report,
    progress: &mut dyn FnMut(&str, usize),
) -> Result<Indexed, ArchiveError> {
    let wrap = |source| ArchiveError::of(&settings.folder, &volume.path, source);
    let mut walk = Walk::new(folder::open_to_read(settings, &volume.name)?);
    let mut infos: Vec<Fields> = Vec::new();
    let mut indexed = Indexed::default();
    report.files += 1;
    let mut sums = Sums::default();
    let mut last_is_torn = false;
    let mut records = 0;
    while let Some(step) = walk.next(&mut |piece| sums.take(piece)).map_err(wrap)? {
        let summed = std::mem::take(&mut sums).end();
        last_is_torn = matches!(&step, Step::Flawed { why, .. } if why == TORN);
        let (offset, fields, faults) = match step {
            Step::Flawed {
                offset,
                fields,
                why,
            } => (offset, fields, vec![why]),
            Step::Record { offset, fields } => {
                records += 1;
                report.without_digest += usize::from(!has_digest(&fields));
                let mut faults = summed.faults(&fields);
                faults.append(&mut field_faults(&fields, &infos, &volume.name));
                if infos.is_empty() || field(&fields, "WARC-Type") == Some("warcinfo") {
                    infos.push(fields.clone());
                }
                let span = Span {
                    file: &volume.name,
                    offset,
                    length: walk.position() - offset,
                };
                indexed.take(&fields, &summed, &span);
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
    if last_is_torn && is_being_written(volume).map_err(wrap)? {
        // The writer was in the middle of this record when we came by.
        report.faults.pop();
    }
    if infos.is_empty() {
        report.fault(&volume.name, 0, "the file holds no whole record");
    }
    report.records += records;
    Ok(indexed)
}

/// Bits of a gzip member that no reader looks at change no record; the ledger sees them.
fn bytes_of_closed(volume: &Volume, sealed: &[Sealed], report: &mut Report) -> io::Result<()> {
    if sealed.is_empty() {
        report.unsealed.push(volume.name.clone());
        return Ok(());
    }
    let (sha256, bytes) = Digest::read(&mut File::open(&volume.path)?)?;
    if sealed
        .iter()
        .all(|line| line.bytes == bytes && line.sha256 == sha256.hex())
    {
        return Ok(());
    }
    let mut differing = packed::differing(&volume.path)?;
    if differing.is_all() || differing.records.is_empty() {
        let what = "the file does not have the SHA-256 that the ledger has";
        report.fault(&volume.name, 0, what);
    } else {
        report.faults.append(&mut differing.faults(&volume.name));
    }
    Ok(())
}

/// A file that still grows has no line in the ledger yet; how its records are packed is known.
fn bytes_of_growing(settings: &Settings, volume: &Volume, report: &mut Report) -> io::Result<()> {
    let path = if volume.path.exists() {
        volume.path.clone()
    } else {
        settings.folder.join(&volume.name)
    };
    let mut differing = packed::differing(&path)?;
    // Another version of the program may pack all of them in another way.
    if !differing.is_all() {
        report.faults.append(&mut differing.faults(&volume.name));
    }
    Ok(())
}

fn index(settings: &Settings, file: &str, indexed: &Indexed, report: &mut Report) {
    let path = cdxj::path(settings, file);
    let Ok(found) = fs::read(&path) else {
        report.without_index.push(file.to_owned());
        return;
    };
    let mut wanted = indexed.lines.clone();
    wanted.sort();
    report.lines += wanted.len();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut offset = 0;
    let mut lines = found.split_inclusive(|byte| *byte == b'\n');
    for number in 1.. {
        let (line, wanted) = (lines.next(), wanted.get(number - 1));
        if line != wanted.map(String::as_bytes) {
            let what = format!(
                "line {number} is not what {file} holds; remove the index and run vermerk archive index"
            );
            report.fault(&name, offset, &what);
            return;
        }
        let Some(line) = line else {
            return;
        };
        offset += line.len() as u64;
    }
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

/// An excerpt has two: its own, and that of the file it was taken from.
fn field_faults(fields: &Fields, infos: &[Fields], file: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for name in ["WARC-Type", "WARC-Record-ID", "WARC-Date"] {
        if field(fields, name).is_none_or(str::is_empty) {
            faults.push(format!("no {name}"));
        }
    }
    let Some(first) = infos.first() else {
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
    let is_here = |told: &str| {
        infos
            .iter()
            .any(|info| field(info, "WARC-Record-ID") == Some(told))
    };
    match field(fields, "WARC-Warcinfo-ID") {
        Some(told) if field(first, "WARC-Type") == Some("warcinfo") && !is_here(told) => {
            faults.push(format!("the record belongs to another file ({told})"));
        }
        _ => {}
    }
    faults
}
