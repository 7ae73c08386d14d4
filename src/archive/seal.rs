//! Enters into the ledger what is closed or has grown, and puts an index beside each file of records.

use std::fs::{self, File};

use jiff::Timestamp;

use super::folder::{self, State};
use super::ledger::{self, Sealed, What};
use super::{ArchiveError, Settings, cdxj, journal};
use crate::model::{Digest, JournalLine};

/// Enters every closed file that is not in the ledger yet, and makes every index that is missing.
/// Returns the names of the files that this was done for.
pub fn seal(settings: &Settings) -> Result<Vec<String>, ArchiveError> {
    let known = ledger::files(settings)?;
    let mut done = Vec::new();
    for volume in folder::volumes(settings)? {
        let closed = volume.state == State::Closed;
        let has_index = cdxj::path(settings, &volume.name).exists();
        if closed && !(has_index && known.contains_key(&volume.name)) {
            seal_volume(settings, &volume.name, known.get(&volume.name))?;
            done.push(volume.name);
        }
    }
    Ok(done)
}

/// One file that was just closed.
pub(super) fn seal_closed(settings: &Settings, name: &str) -> Result<(), ArchiveError> {
    seal_volume(settings, name, None)
}

/// Enters what the journal has grown by.
pub(super) fn seal_journal(settings: &Settings) -> Result<(), ArchiveError> {
    let known = ledger::files(settings)?;
    for (name, path) in journal::files(settings)? {
        let file = format!("journal/{name}");
        let wrap = |source| ArchiveError::of(&settings.folder, &path, source);
        let sealed = known.get(&file).map_or(0, |sealed| sealed.bytes);
        if fs::metadata(&path).map_err(wrap)?.len() <= sealed {
            continue;
        }
        let bytes = fs::read(&path).map_err(wrap)?;
        let end = bytes.iter().rposition(|byte| *byte == b'\n');
        let whole = bytes
            .get(..end.map_or(0, |end| end + 1))
            .unwrap_or_default();
        if whole.len() as u64 > sealed {
            ledger::append(settings, What::File(sealed_lines(file, whole)))?;
        }
    }
    Ok(())
}

/// A file beside the records that never changes again.
pub(super) fn seal_whole(
    settings: &Settings,
    file: &str,
    bytes: &[u8],
    at: Timestamp,
) -> Result<(), ArchiveError> {
    let sealed = Sealed {
        file: file.to_owned(),
        bytes: bytes.len() as u64,
        sha256: Digest::of(bytes).hex(),
        records: 1,
        first: Some(at),
        last: Some(at),
    };
    ledger::append(settings, What::File(sealed))
}

fn seal_volume(
    settings: &Settings,
    name: &str,
    known: Option<&Sealed>,
) -> Result<(), ArchiveError> {
    let path = settings.folder.join(name);
    let indexed = cdxj::index(settings, name)?;
    cdxj::write(settings, name, &indexed.lines)?;
    if known.is_some() {
        return Ok(());
    }
    let (sha256, bytes) = File::open(&path)
        .and_then(|mut file| Digest::read(&mut file))
        .map_err(|source| ArchiveError::of(&settings.folder, &path, source))?;
    let sealed = Sealed {
        file: name.to_owned(),
        bytes,
        sha256: sha256.hex(),
        records: indexed.records,
        first: indexed.first,
        last: indexed.last,
    };
    ledger::append(settings, What::File(sealed))
}

fn sealed_lines(file: String, whole: &[u8]) -> Sealed {
    let mut lines = whole.split_inclusive(|byte| *byte == b'\n');
    let at = |line: &[u8]| {
        let line = serde_json::from_slice::<JournalLine>(line).ok()?;
        Some(line.at())
    };
    Sealed {
        file,
        bytes: whole.len() as u64,
        sha256: Digest::of(whole).hex(),
        records: lines.clone().count() as u64,
        first: lines.clone().next().and_then(at),
        last: lines.next_back().and_then(at),
    }
}
