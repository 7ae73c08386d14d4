//! The archive's folder: what its files are called, and which there are.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::{ArchiveError, Settings};
use crate::model::{Place, stamp};

const CLOSED: &str = ".warc.gz";
const OPEN: &str = ".warc.gz.open";

/// A file of records. Its name is the final one, also while the file still grows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Volume {
    pub name: String,
    pub path: PathBuf,
    pub state: State,
}

impl Volume {
    /// When it was begun, as its name says.
    pub fn begun(&self) -> Option<Timestamp> {
        let place = Place {
            file: self.name.clone(),
            offset: 0,
        };
        place.begun()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    /// Ends in `.open`: growing, or left so by a crash.
    Open,
    /// Never changes again.
    Closed,
}

/// Makes the folder and the journal's below it.
pub(super) fn make(settings: &Settings) -> Result<(), ArchiveError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let folder = &settings.folder;
    if settings.prefix.is_empty() || !settings.prefix.bytes().all(plain) {
        let why = format!("{:?} cannot begin a file name", settings.prefix);
        let source = io::Error::new(io::ErrorKind::InvalidInput, why);
        return Err(ArchiveError::of(folder, folder, source));
    }
    fs::create_dir_all(journal(settings))
        .and_then(|()| sync(folder))
        .map_err(|source| ArchiveError::of(folder, folder, source))
}

pub(super) fn journal(settings: &Settings) -> PathBuf {
    settings.folder.join("journal")
}

/// All files of records, oldest first as their names sort.
pub(super) fn volumes(settings: &Settings) -> Result<Vec<Volume>, ArchiveError> {
    let wrap = |source| ArchiveError::of(&settings.folder, &settings.folder, source);
    let mut volumes = Vec::new();
    for found in fs::read_dir(&settings.folder).map_err(wrap)? {
        let found = found.map_err(wrap)?;
        volumes.extend(
            found
                .file_name()
                .to_str()
                .and_then(|name| volume(&found.path(), name)),
        );
    }
    volumes.sort();
    Ok(volumes)
}

/// The name a file will have when it is closed.
pub(super) fn name(settings: &Settings, at: Timestamp, serial: u32) -> String {
    format!("{}-{}-{serial:05}{CLOSED}", settings.prefix, stamp(at))
}

/// One more than the highest serial number that a file of this prefix has.
pub(super) fn next_serial(settings: &Settings) -> Result<u32, ArchiveError> {
    let serial = |volume: &Volume| -> Option<u32> {
        let rest = volume.name.strip_prefix(&settings.prefix)?;
        rest.strip_suffix(CLOSED)?.rsplit_once('-')?.1.parse().ok()
    };
    let highest = volumes(settings)?.iter().filter_map(serial).max();
    Ok(highest.map_or(1, |highest| highest.saturating_add(1)))
}

pub(super) fn open_path(settings: &Settings, name: &str) -> PathBuf {
    settings.folder.join(format!("{name}.open"))
}

/// Opens a file for reading by its final name, whether it is closed by now or not.
pub(super) fn open_to_read(settings: &Settings, name: &str) -> Result<File, ArchiveError> {
    let closed = settings.folder.join(name);
    // It may be closed between the first and the second try, hence the third.
    let file = File::open(&closed)
        .or_else(|_| File::open(open_path(settings, name)))
        .or_else(|_| File::open(&closed));
    file.map_err(|source| ArchiveError::of(&settings.folder, &closed, source))
}

/// Writes a file as a whole or not at all; one that has these bytes is left alone.
pub(super) fn put_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if fs::read(path).is_ok_and(|found| found == bytes) {
        return Ok(());
    }
    let mut half = path.as_os_str().to_owned();
    half.push(".new");
    let mut new = File::create(&half)?;
    new.write_all(bytes)?;
    new.sync_all()?;
    fs::rename(&half, path)?;
    path.parent().map_or(Ok(()), sync)
}

/// Writes a file as a whole where there is none of that name; says whether it did.
pub(super) fn put_new(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let folder = path.parent().unwrap_or(Path::new("."));
    // As every other file of the archive, for whom the process's mask allows.
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o666);
    let mut new = tempfile::Builder::new()
        .permissions(mode)
        .tempfile_in(folder)?;
    new.write_all(bytes)?;
    new.as_file().sync_all()?;
    match new.persist_noclobber(path) {
        Ok(_) => sync(folder).map(|()| true),
        Err(failed) if failed.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(failed) => Err(failed.error),
    }
}

/// Makes names that were given or taken away in a folder last.
pub(super) fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn volume(path: &Path, file_name: &str) -> Option<Volume> {
    let (name, state) = if file_name.ends_with(OPEN) {
        (file_name.strip_suffix(".open")?, State::Open)
    } else if file_name.ends_with(CLOSED) {
        (file_name, State::Closed)
    } else {
        return None;
    };
    Some(Volume {
        name: name.to_owned(),
        path: path.to_owned(),
        state,
    })
}
