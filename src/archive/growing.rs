//! The file that grows: begun with its `warcinfo`, appended to, synced, and closed for good.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::folder::Volume;
use super::{ArchiveError, Settings, compose, folder, seal};

/// How often a name is looked for that no other process has taken.
const TRIES: u32 = 1000;

/// A locked `.open` file of this process. The lock goes with the file handle.
#[derive(Debug)]
pub(super) struct Growing {
    pub name: String,
    pub warcinfo: Uuid,
    /// The UTC day whose captures it takes.
    pub day: Date,
    pub length: u64,
    folder: PathBuf,
    path: PathBuf,
    file: File,
    /// Length with the `warcinfo` alone.
    empty: u64,
    synced: u64,
}

/// Whether a file can go on after a failed write.
#[derive(Debug)]
pub(super) enum Failure {
    /// The torn bytes were cut back; the file is as it was.
    CutBack(ArchiveError),
    /// The file's state is not known any more: leave it to the next start.
    Lost(ArchiveError),
}

impl Growing {
    pub fn begin(settings: &Settings, at: Timestamp, warcinfo: Uuid) -> Result<Self, ArchiveError> {
        let (name, path, file) = take_name(settings, at)?;
        let mut growing = Self {
            warcinfo,
            day: compose::day(at),
            length: 0,
            folder: settings.folder.clone(),
            path,
            file,
            empty: 0,
            synced: 0,
            name,
        };
        growing.first_record(settings, at).inspect_err(|_| {
            // Nothing is lost with it; if it stays, the next start removes it.
            let _ = fs::remove_file(&growing.path);
        })?;
        growing.empty = growing.length;
        Ok(growing)
    }

    /// Writes some records at once; returns where they begin.
    pub fn append(&mut self, records: &[u8]) -> Result<u64, Failure> {
        let offset = self.length;
        match self.file.write_all(records) {
            Ok(()) => {
                self.length += records.len() as u64;
                Ok(offset)
            }
            Err(source) => {
                let error = self.error(source);
                match self.file.set_len(offset) {
                    Ok(()) => Err(Failure::CutBack(error)),
                    Err(_) => Err(Failure::Lost(error)),
                }
            }
        }
    }

    /// After a failed fsync nobody knows what is on disk: what was not synced before is cut away
    /// and the file must not be used again.
    pub fn sync(&mut self) -> io::Result<()> {
        if self.synced == self.length {
            return Ok(());
        }
        let synced = self.file.sync_data();
        match &synced {
            Ok(()) => self.synced = self.length,
            // If this fails too, the next start cuts back what is torn.
            Err(_) => drop(self.file.set_len(self.synced)),
        }
        synced
    }

    /// Goes on in a locked file that another has left whole.
    pub fn resume(
        settings: &Settings,
        volume: Volume,
        file: File,
        day: Date,
        first: (Uuid, u64),
    ) -> Result<Self, ArchiveError> {
        let (warcinfo, empty) = first;
        let length = file
            .metadata()
            .map_err(|source| ArchiveError::of(&settings.folder, &volume.path, source))?
            .len();
        Ok(Self {
            name: volume.name,
            warcinfo,
            day,
            length,
            folder: settings.folder.clone(),
            path: volume.path,
            file,
            empty,
            synced: length,
        })
    }

    pub fn holds_captures(&self) -> bool {
        self.length > self.empty
    }

    /// Closes it for good and seals it. Where sealing fails, the next start does it.
    pub fn finish(self, settings: &Settings) -> Result<(), ArchiveError> {
        let name = self.close()?;
        if let Some(Err(error)) = name.map(|name| seal::seal_closed(settings, &name)) {
            tracing::warn!(%error, "a closed file of the archive is not in its ledger yet");
        }
        Ok(())
    }

    /// Gives the file its final name, and returns it; a file without a capture is removed.
    pub fn close(self) -> Result<Option<String>, ArchiveError> {
        let holds = self.holds_captures();
        close(&self.folder, &self.file, &self.path, &self.name, holds)?;
        Ok(holds.then_some(self.name))
    }

    pub fn error(&self, source: io::Error) -> ArchiveError {
        ArchiveError::of(&self.folder, &self.path, source)
    }

    fn first_record(&mut self, settings: &Settings, at: Timestamp) -> Result<(), ArchiveError> {
        let record = compose::warcinfo(settings, &self.name, self.warcinfo, at);
        let packed = record.pack().map_err(|source| self.error(source))?;
        match self.append(&packed) {
            Ok(_) => folder::sync(&self.folder).map_err(|source| self.error(source)),
            Err(Failure::CutBack(error) | Failure::Lost(error)) => Err(error),
        }
    }
}

/// Syncs a file and takes `.open` off its name, or removes it where it holds nothing.
pub(super) fn close(
    folder: &Path,
    file: &File,
    path: &Path,
    name: &str,
    holds_captures: bool,
) -> Result<(), ArchiveError> {
    let closed = folder.join(name);
    let finish = || {
        if !holds_captures {
            return fs::remove_file(path);
        }
        file.sync_all()?;
        if closed.exists() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        fs::rename(path, &closed)
    };
    finish()
        .and_then(|()| folder::sync(folder))
        .map_err(|source| ArchiveError::of(folder, path, source))
}

/// Whether a path still leads to this file: another process may have closed or removed it
/// between our opening and our locking it.
pub(super) fn still_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::metadata(path)) {
        (Ok(held), Ok(named)) => (held.dev(), held.ino()) == (named.dev(), named.ino()),
        _ => false,
    }
}

fn take_name(settings: &Settings, at: Timestamp) -> Result<(String, PathBuf, File), ArchiveError> {
    let first = folder::next_serial(settings)?;
    for serial in first..first.saturating_add(TRIES) {
        let name = folder::name(settings, at, serial);
        let path = folder::open_path(settings, &name);
        let made = OpenOptions::new().append(true).create_new(true).open(&path);
        match made {
            Ok(file) if is_ours(settings, &file, &path, &name) => return Ok((name, path, file)),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(ArchiveError::of(&settings.folder, &path, error)),
        }
    }
    let source = io::Error::other("found no free name for a new file");
    Err(ArchiveError::of(&settings.folder, &settings.folder, source))
}

fn is_ours(settings: &Settings, file: &File, path: &Path, name: &str) -> bool {
    if file.try_lock().is_err() || !still_at(file, path) {
        return false;
    }
    // Another process may have opened and closed a file of this name since we looked.
    if settings.folder.join(name).exists() {
        let _ = fs::remove_file(path);
        return false;
    }
    true
}
