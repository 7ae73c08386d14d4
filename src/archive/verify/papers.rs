//! Checks what lies beside the records: the ledger's chain, the journal's lines, the checkpoints.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use super::{Fault, Report};
use crate::archive::checkpoint::{self, Note};
use crate::archive::ledger::{self, Line, Sealed, What};
use crate::archive::merkle::{Hash, Tree};
use crate::archive::polls;
use crate::archive::{ArchiveError, Settings, journal, lines, owner};
use crate::model::{Digest, JournalLine};

/// The ledger as far as it can be believed.
#[derive(Default)]
pub(super) struct Ledger {
    sealed: HashMap<String, Vec<Sealed>>,
    /// The root after each line.
    roots: Vec<Hash>,
}

impl Ledger {
    pub fn about(&self, file: &str) -> &[Sealed] {
        self.sealed.get(file).map_or(&[], Vec::as_slice)
    }
}

/// Each line has its digest, its number and the hash of the line before.
pub(super) fn ledger(settings: &Settings, report: &mut Report) -> Result<Ledger, ArchiveError> {
    const FILE: &str = "ledger.jsonl";
    let bytes = match read_locked(&ledger::path(settings)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Ledger::default()),
        read => read.map_err(|source| {
            ArchiveError::of(&settings.folder, &ledger::path(settings), source)
        })?,
    };
    let (mut found, mut tree) = (Ledger::default(), Tree::default());
    let (mut offset, mut before) = (0, &b""[..]);
    for (number, line) in (1..).zip(bytes.split_inclusive(|byte| *byte == b'\n')) {
        let told = serde_json::from_slice::<Line>(line).ok();
        let what = match (lines::fault(line), &told) {
            (Some(fault), _) => Some(fault),
            (None, Some(told)) if told.seq == number && told.prev == ledger::previous(before) => {
                None
            }
            _ => Some("does not go on from the line before"),
        };
        if let Some(what) = what {
            report.fault(FILE, offset, &format!("line {number} {what}"));
        } else if let Some(Line {
            what: What::File(sealed),
            ..
        }) = told
        {
            found
                .sealed
                .entry(sealed.file.clone())
                .or_default()
                .push(sealed);
        }
        tree.push(line);
        found.roots.push(tree.root());
        offset += line.len() as u64;
        before = line;
        report.lines += 1;
    }
    Ok(found)
}

/// Each line has its digest, and each length that was sealed still begins with the same bytes.
pub(super) fn journal(
    settings: &Settings,
    ledger: &Ledger,
    report: &mut Report,
) -> Result<(), ArchiveError> {
    for (name, path) in journal::files(settings)? {
        let bytes = read_locked(&path)
            .map_err(|source| ArchiveError::of(&settings.folder, &path, source))?;
        let file = format!("journal/{name}");
        let before = report.faults.len();
        let mut offset = 0;
        for (number, line) in (1..).zip(bytes.split_inclusive(|byte| *byte == b'\n')) {
            let fault = lines::fault(line).or_else(|| {
                serde_json::from_slice::<JournalLine>(line)
                    .err()
                    .map(|_| "is no line of a journal")
            });
            if let Some(fault) = fault {
                report.fault(&file, offset, &format!("line {number} {fault}"));
            }
            offset += line.len() as u64;
            report.lines += 1;
        }
        let holds = |sealed: &Sealed| {
            let end = usize::try_from(sealed.bytes).unwrap_or(usize::MAX);
            bytes
                .get(..end)
                .is_some_and(|part| Digest::of(part).hex() == sealed.sha256)
        };
        if report.faults.len() == before && !ledger.about(&file).iter().all(holds) {
            report.fault(&file, 0, "it does not begin with what the ledger has of it");
        }
    }
    for day in polls::otherwise(settings) {
        let what = "its looks are not those that the record of that day's polls tells of";
        report.fault(&format!("journal/{day}.jsonl"), 0, what);
    }
    Ok(())
}

/// Each checkpoint is signed by the key it names, and the ledger still has the root it says.
pub(super) fn checkpoints(
    settings: &Settings,
    ledger: &Ledger,
    report: &mut Report,
) -> Result<(), ArchiveError> {
    for (path, bytes) in checkpoint::notes(settings)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let file = format!("checkpoints/{name}");
        report.checkpoints += 1;
        let Some(note) = Note::parse(&bytes) else {
            report.fault(&file, 0, "it is no signed note");
            continue;
        };
        let what = match note.key(settings) {
            None => Some("the public key that it names is not beside it".to_owned()),
            Some(key) if !note.is_signed_by(&key) => Some("its signature is wrong".to_owned()),
            Some(_) => rewritten(&note, ledger),
        };
        if let Some(what) = what {
            report.fault(&file, 0, &what);
        }
    }
    Ok(())
}

/// Each public key is the one that its file's name says.
pub(super) fn keys(settings: &Settings, report: &mut Report) -> Result<(), ArchiveError> {
    for (path, key) in checkpoint::keys(settings)? {
        if key.is_none() {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let what = "it is not the public key that its name says";
            report.fault(&format!("checkpoints/{name}"), 0, what);
        }
    }
    Ok(())
}

/// The line that says whose the archive is has its digest.
pub(super) fn owner(settings: &Settings, report: &mut Report) -> Result<(), ArchiveError> {
    let line = owner::bytes(settings)?;
    if let Some(fault) = line.and_then(|line| lines::fault(&line)) {
        report.fault(owner::OWNER, 0, &format!("its line {fault}"));
    }
    Ok(())
}

/// Whatever else the ledger names is there and has its SHA-256.
pub(super) fn others(settings: &Settings, ledger: &Ledger, report: &mut Report) {
    let mut sealed: Vec<&Sealed> = ledger.sealed.values().flatten().collect();
    sealed.sort_by_key(|line| &line.file);
    sealed.dedup_by_key(|line| &line.file);
    for sealed in sealed {
        let path = Path::new(&sealed.file);
        let plain = path
            .components()
            .all(|part| matches!(part, std::path::Component::Normal(_)));
        let whole = settings.folder.join(path);
        let is_other = || {
            let bytes = fs::read(&whole).unwrap_or_default();
            is_beside(&sealed.file) && Digest::of(&bytes).hex() != sealed.sha256
        };
        let what = if !plain {
            Some("the ledger names a file outside the archive")
        } else if !whole.exists() {
            Some("the file is in the ledger, but not here")
        } else if is_other() {
            Some("the file does not have the SHA-256 that the ledger has")
        } else {
            None
        };
        if let Some(what) = what {
            report.fault(&sealed.file, 0, what);
        }
    }
}

/// Neither records nor journal, which are checked more closely.
fn is_beside(file: &str) -> bool {
    !file.ends_with(".warc.gz") && !file.starts_with("journal/")
}

fn rewritten(note: &Note, ledger: &Ledger) -> Option<String> {
    let at = usize::try_from(note.size)
        .ok()
        .and_then(|size| size.checked_sub(1))?;
    match ledger.roots.get(at) {
        None => Some(format!(
            "it was signed over {} lines of the ledger, which has {}",
            note.size,
            ledger.roots.len()
        )),
        Some(root) if root[..] != note.root[..] => Some(format!(
            "the first {} lines of the ledger are not those it was signed over",
            note.size
        )),
        Some(_) => None,
    }
}

/// Not in the middle of a line that is being written.
fn read_locked(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    file.lock_shared()?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

impl Report {
    pub(super) fn fault(&mut self, file: &str, offset: u64, what: &str) {
        self.faults.push(Fault {
            file: file.to_owned(),
            offset,
            record: None,
            what: what.to_owned(),
        });
    }
}
