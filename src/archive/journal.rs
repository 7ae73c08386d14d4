//! The journal: one file of JSON lines per UTC day, shared by all processes that work on the archive.
//!
//! 1. A line is written under the file's lock, with one write, behind a whole line.
//! 2. A torn last line was never answered for: it is cut away at start or before the next line.
//! 3. Reading takes whole lines only.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;

use super::{ArchiveError, Mended, Settings, compose, folder};
use crate::model::{CaptureId, Decision, JournalLine, Seen, Takedown};

/// A line as it will stand in its file.
#[derive(Debug)]
pub(super) struct Line {
    path: PathBuf,
    bytes: Vec<u8>,
}

/// The files written since the last sync.
#[derive(Debug)]
pub(super) struct Journal {
    folder: PathBuf,
    unsynced: Vec<(PathBuf, File)>,
}

impl Line {
    pub fn of(settings: &Settings, line: &JournalLine) -> Result<Self, ArchiveError> {
        let at = match line {
            JournalLine::Visit(seen) => seen.at,
            JournalLine::Decision(decision) => decision.at,
            JournalLine::Takedown(takedown) => takedown.at,
        };
        let path = folder::journal(settings).join(format!("{}.jsonl", compose::day(at)));
        let mut bytes = serde_json::to_vec(line)
            .map_err(|error| ArchiveError::of(&settings.folder, &path, error.into()))?;
        bytes.push(b'\n');
        Ok(Self { path, bytes })
    }
}

impl Journal {
    pub fn new(settings: &Settings) -> Self {
        Self {
            folder: settings.folder.clone(),
            unsynced: Vec::new(),
        }
    }

    pub fn append(&mut self, line: &Line) -> Result<(), ArchiveError> {
        let written = self.file(&line.path).and_then(|file| {
            file.lock()?;
            let written = append(file, &line.bytes);
            file.unlock()?;
            written
        });
        written.map_err(|source| ArchiveError::of(&self.folder, &line.path, source))
    }

    /// Makes all lines since the last sync last.
    pub fn sync(&mut self) -> Result<(), ArchiveError> {
        for (path, file) in std::mem::take(&mut self.unsynced) {
            file.sync_all()
                .map_err(|source| ArchiveError::of(&self.folder, &path, source))?;
        }
        Ok(())
    }

    fn file(&mut self, path: &Path) -> io::Result<&mut File> {
        let held = self.unsynced.iter().position(|(known, _)| known == path);
        let index = if let Some(index) = held {
            index
        } else {
            self.unsynced.push((path.to_owned(), open(path)?));
            self.unsynced.len() - 1
        };
        let (_, file) = self
            .unsynced
            .get_mut(index)
            .ok_or(io::ErrorKind::NotFound)?;
        Ok(file)
    }
}

/// Cuts back the torn last line of each file.
pub(super) fn mend(settings: &Settings) -> Result<Vec<Mended>, ArchiveError> {
    let mut mended = Vec::new();
    for (name, path) in files(settings)? {
        let wrap = |source| ArchiveError::of(&settings.folder, &path, source);
        let file = open(&path).map_err(wrap)?;
        let cut = file
            .lock()
            .and_then(|()| cut_torn_line(&file))
            .map_err(wrap)?;
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
        JournalLine::Decision(_) | JournalLine::Takedown(_) => None,
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
        JournalLine::Visit(_) | JournalLine::Takedown(_) => None,
    };
    let mut decisions: Vec<Decision> = lines.filter_map(decision).collect();
    decisions.retain(|decision| decision.at >= since);
    decisions.sort_by_key(|decision| decision.at);
    Ok(decisions)
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
    Ok(all.into_iter().map(|takedown| (takedown.capture, takedown)).collect())
}

/// The newest visit in the journal; reads one day's file, if that has one.
pub fn last_visit(settings: &Settings) -> Result<Option<Seen>, ArchiveError> {
    for (name, path) in files(settings)?.into_iter().rev() {
        let bytes = fs::read(&path)
            .map_err(|source| ArchiveError::of(&settings.folder, &path, source))?;
        let visit = |line| match line {
            JournalLine::Visit(seen) => Some(seen),
            _ => None,
        };
        let visits = read(&name, &bytes)?.into_iter().filter_map(visit);
        if let Some(last) = visits.max_by_key(|seen| seen.at) {
            return Ok(Some(last));
        }
    }
    Ok(None)
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

/// Writes behind the last whole line. What a full disk left of the line is cut away again.
fn append(file: &mut File, line: &[u8]) -> io::Result<()> {
    cut_torn_line(file)?;
    let before = file.metadata()?.len();
    file.write_all(line).inspect_err(|_| {
        // If this fails too, whoever writes or opens next cuts the line.
        let _ = file.set_len(before);
    })
}

/// Returns how many bytes were cut. The file must be locked.
fn cut_torn_line(file: &File) -> io::Result<u64> {
    let length = file.metadata()?.len();
    let whole = whole_lines(file, length)?;
    if whole < length {
        file.set_len(whole)?;
        file.sync_all()?;
    }
    Ok(length - whole)
}

/// The length of a file up to and with its last line break, looked for from the end.
fn whole_lines(file: &File, length: u64) -> io::Result<u64> {
    let mut end = length;
    let mut piece = [0_u8; 4096];
    while end > 0 {
        let start = if end == length {
            end - 1
        } else {
            end.saturating_sub(4096)
        };
        let size = usize::try_from(end - start).unwrap_or(piece.len());
        let piece = piece.get_mut(..size).unwrap_or_default();
        file.read_exact_at(piece, start)?;
        if let Some(found) = piece.iter().rposition(|byte| *byte == b'\n') {
            return Ok(start + found as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}

/// Opens a day's file; a new one is made to last in its folder.
fn open(path: &Path) -> io::Result<File> {
    let is_new = !path.exists();
    let file = OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .open(path)?;
    if let (true, Some(folder)) = (is_new, path.parent()) {
        folder::sync(folder)?;
    }
    Ok(file)
}

/// The journal's files by name, which is by day.
fn files(settings: &Settings) -> Result<Vec<(String, PathBuf)>, ArchiveError> {
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

fn day_of(name: &str) -> Option<Date> {
    name.strip_suffix(".jsonl")?.parse().ok()
}
