//! The journal: one file of JSON lines per UTC day, shared by all processes that work on the archive.
//!
//! 1. Lines that come together are written and synced together, as `lines` does it; each carries its digest.
//! 2. A torn last line was never answered for: it is cut away at start or before the next line.
//! 3. Reading takes whole lines only.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;

use super::read::find;
use super::record::label;
use super::{ArchiveError, Mended, Settings, compose, folder, lines};
use crate::model::{Access, CaptureId, Decision, JournalLine, Seen, Takedown};

/// A line has a sight of each article that was read, of less than a KiB.
const FORM: lines::Form = lines::Form {
    begins: b"{\"line\":",
    longest: 4 << 20,
};

/// A line as it will stand in its file.
#[derive(Debug)]
pub(super) struct Line {
    path: PathBuf,
    bytes: Vec<u8>,
}

/// The lines since the last sync, by file.
#[derive(Debug)]
pub(super) struct Journal {
    folder: PathBuf,
    waiting: BTreeMap<PathBuf, Vec<u8>>,
}

impl Line {
    pub fn of(settings: &Settings, line: &JournalLine) -> Result<Self, ArchiveError> {
        let day = compose::day(line.at());
        let path = folder::journal(settings).join(format!("{day}.jsonl"));
        let bytes = lines::sealed(line)
            .map_err(|error| ArchiveError::of(&settings.folder, &path, error))?;
        Ok(Self { path, bytes })
    }
}

impl Journal {
    pub fn new(settings: &Settings) -> Self {
        Self {
            folder: settings.folder.clone(),
            waiting: BTreeMap::new(),
        }
    }

    pub fn add(&mut self, line: Line) {
        self.waiting
            .entry(line.path)
            .or_default()
            .extend(line.bytes);
    }

    /// Writes the lines that wait and makes them last.
    pub fn sync(&mut self) -> Result<(), ArchiveError> {
        for (path, lines) in std::mem::take(&mut self.waiting) {
            let write = || {
                let mut file = lines::open(&path)?;
                file.lock()?;
                lines::append(&mut file, &lines, FORM)?;
                file.unlock()?;
                file.sync_all()
            };
            write().map_err(|source| ArchiveError::of(&self.folder, &path, source))?;
        }
        Ok(())
    }
}

/// Cuts back the torn last line of each file. One that is damaged is left for `verify` to name.
pub(super) fn mend(settings: &Settings) -> Result<Vec<Mended>, ArchiveError> {
    let mut mended = Vec::new();
    for (name, path) in files(settings)? {
        let wrap = |source| ArchiveError::of(&settings.folder, &path, source);
        let file = lines::open(&path).map_err(wrap)?;
        let cut = match file.lock().and_then(|()| lines::cut_torn_line(&file, FORM)) {
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                tracing::error!(file = %path.display(), "{error}");
                continue;
            }
            cut => cut.map_err(wrap)?,
        };
        if cut > 0 {
            mended.push(Mended {
                file: format!("journal/{name}"),
                cut_bytes: cut,
            });
        }
    }
    Ok(mended)
}

/// The visits in the journal since an instant, oldest first.
pub fn visits_since(settings: &Settings, since: Timestamp) -> Result<Vec<Seen>, ArchiveError> {
    let lines = lines_since(settings, since)?.into_iter();
    let visit = |line| match line {
        JournalLine::Visit(seen) => Some(seen),
        _ => None,
    };
    let mut visits: Vec<Seen> = lines.filter_map(visit).collect();
    visits.retain(|seen| seen.at >= since);
    visits.sort_by_key(|seen| seen.at);
    Ok(visits)
}

/// The operators' decisions in the journal since an instant, oldest first.
pub fn decisions_since(
    settings: &Settings,
    since: Timestamp,
) -> Result<Vec<Decision>, ArchiveError> {
    let lines = lines_since(settings, since)?.into_iter();
    let decision = |line| match line {
        JournalLine::Decision(decision) => Some(decision),
        _ => None,
    };
    let mut decisions: Vec<Decision> = lines.filter_map(decision).collect();
    decisions.retain(|decision| decision.at >= since);
    decisions.sort_by_key(|decision| decision.at);
    Ok(decisions)
}

/// The whole journal, as it was written.
pub fn whole_journal(settings: &Settings) -> Result<Vec<JournalLine>, ArchiveError> {
    lines_since(settings, Timestamp::MIN)
}

/// Who may see which capture: the operators' last word on each that they ever spoke of.
pub fn takedowns(settings: &Settings) -> Result<BTreeMap<CaptureId, Takedown>, ArchiveError> {
    let mut all: Vec<Takedown> = Vec::new();
    for line in lines_since(settings, Timestamp::MIN)? {
        if let JournalLine::Takedown(takedown) = line {
            all.push(takedown);
        }
    }
    all.sort_by_key(|takedown| takedown.at);
    Ok(all
        .into_iter()
        .map(|takedown| (takedown.capture, takedown))
        .collect())
}

/// The operators' word that hides a capture, or another with its payload. Reads the files where it must.
pub fn hidden(settings: &Settings, id: CaptureId) -> Result<Option<Takedown>, ArchiveError> {
    let all = takedowns(settings)?.into_values();
    let mut hiding: Vec<Takedown> = all.filter(|one| one.access == Access::Hidden).collect();
    hiding.sort_by_key(|one| one.capture != id);
    if hiding.is_empty() {
        return Ok(None);
    }
    let (_, records) = find(settings, id)?;
    let payload = records
        .first()
        .and_then(|record| record.header("WARC-Payload-Digest"));
    let hides = |one: &Takedown| {
        let digest = one.payload.as_ref().map(label);
        one.capture == id || (digest.is_some() && digest.as_deref() == payload)
    };
    Ok(hiding.into_iter().find(hides))
}

/// The newest visit in the journal; reads the end of one day's file, if that has one.
pub fn last_visit(settings: &Settings) -> Result<Option<Seen>, ArchiveError> {
    /// Hundreds of looks, or some with many articles.
    const END: u64 = 256 * 1024;
    for (name, path) in files(settings)?.into_iter().rev() {
        for most in [END, u64::MAX] {
            let end = end(&path, most);
            let bytes = end.map_err(|source| ArchiveError::of(&settings.folder, &path, source))?;
            let visit = |line| match line {
                JournalLine::Visit(seen) => Some(seen),
                _ => None,
            };
            let visits = read(&name, &bytes)?.into_iter().filter_map(visit);
            if let Some(last) = visits.max_by_key(|seen| seen.at) {
                return Ok(Some(last));
            }
        }
    }
    Ok(None)
}

/// The last lines of a file, in so many bytes at most.
fn end(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let start = file.metadata()?.len().saturating_sub(most);
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(start))?;
    file.read_to_end(&mut bytes)?;
    if start > 0 {
        let whole = bytes.iter().position(|byte| *byte == b'\n');
        bytes.drain(..whole.map_or(bytes.len(), |at| at + 1));
    }
    Ok(bytes)
}

/// The visits in the journal's file of a day, as they were written.
pub(super) fn visits_of(settings: &Settings, day: Date) -> Result<Vec<Seen>, ArchiveError> {
    let name = format!("{day}.jsonl");
    let path = folder::journal(settings).join(&name);
    let bytes =
        fs::read(&path).map_err(|source| ArchiveError::of(&settings.folder, &path, source))?;
    let visit = |line| match line {
        JournalLine::Visit(seen) => Some(seen),
        _ => None,
    };
    Ok(read(&name, &bytes)?.into_iter().filter_map(visit).collect())
}

/// Every line of the day of `since` and of later days.
fn lines_since(settings: &Settings, since: Timestamp) -> Result<Vec<JournalLine>, ArchiveError> {
    let first = compose::day(since);
    let mut lines = Vec::new();
    for (name, path) in files(settings)? {
        if day_of(&name).is_some_and(|day| day >= first) {
            let bytes = fs::read(&path)
                .map_err(|source| ArchiveError::of(&settings.folder, &path, source))?;
            lines.append(&mut read(&name, &bytes)?);
        }
    }
    Ok(lines)
}

fn read(name: &str, bytes: &[u8]) -> Result<Vec<JournalLine>, ArchiveError> {
    let mut lines = Vec::new();
    let mut offset = 0_u64;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        // Without its end a line is still being written, or was torn by a crash.
        if line.ends_with(b"\n") {
            match serde_json::from_slice(line) {
                Ok(line) => lines.push(line),
                Err(error) => return Err(unreadable(name, offset, &error)),
            }
        }
        offset += line.len() as u64;
    }
    Ok(lines)
}

fn unreadable(name: &str, offset: u64, error: &serde_json::Error) -> ArchiveError {
    ArchiveError::Damaged {
        file: format!("journal/{name}"),
        offset,
        why: format!("not a line of the journal: {error}"),
    }
}

/// The days that have a file, oldest first.
pub(super) fn days(settings: &Settings) -> Result<Vec<Date>, ArchiveError> {
    let files = files(settings)?;
    Ok(files.iter().filter_map(|(name, _)| day_of(name)).collect())
}

/// The journal's files by name, which is by day.
pub(super) fn files(settings: &Settings) -> Result<Vec<(String, PathBuf)>, ArchiveError> {
    let folder = folder::journal(settings);
    let list = || -> io::Result<Vec<(String, PathBuf)>> {
        let mut files = Vec::new();
        for found in fs::read_dir(&folder)? {
            let found = found?;
            let name = found.file_name().into_string().unwrap_or_default();
            if day_of(&name).is_some() {
                files.push((name, found.path()));
            }
        }
        files.sort();
        Ok(files)
    };
    match list() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        listed => listed.map_err(|source| ArchiveError::of(&settings.folder, &folder, source)),
    }
}

pub(super) fn day_of(name: &str) -> Option<Date> {
    name.strip_suffix(".jsonl")?.parse().ok()
}
