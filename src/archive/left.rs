//! The day's file that another process has left: whoever writes next goes on in it.
//!
//! 1. Only a file that is whole, and whose `warcinfo` says what ours would say, is gone on in.
//! 2. Its lock is held while it grows, so no two processes write into one.
//! 3. When its day is over, or it is full, whoever comes by closes it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;

use jiff::civil::Date;

use super::folder::{self, State, Volume};
use super::growing::{self, Growing};
use super::record::{field, id_of};
use super::walk::{Step, Walk, read_at};
use super::{ArchiveError, Settings, compose};

/// A file to go on in, the newest that fits. What does not fit is closed.
pub(super) fn take(
    settings: &Settings,
    fits: impl Fn(&Growing) -> bool,
) -> Result<Option<Growing>, ArchiveError> {
    for volume in all(settings)?.into_iter().rev() {
        match open(settings, volume)? {
            Some(file) if fits(&file) && speaks_for(settings, &file)? => return Ok(Some(file)),
            Some(file) => file.finish(settings)?,
            None => {}
        }
    }
    Ok(None)
}

/// Closes those of the days that are wanted closed.
pub(super) fn finish(
    settings: &Settings,
    is_wanted: impl Fn(Date) -> bool,
) -> Result<(), ArchiveError> {
    for volume in all(settings)? {
        if day(&volume).is_some_and(&is_wanted)
            && let Some(file) = open(settings, volume)?
        {
            file.finish(settings)?;
        }
    }
    Ok(())
}

/// Whether a file of that name may be gone on in, once it is whole.
pub(super) fn is_of(settings: &Settings, name: &str) -> bool {
    let rest = name.strip_prefix(&settings.prefix);
    // `import-…` is no file of the prefix `imp`.
    rest.and_then(|rest| rest.strip_prefix('-'))
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// Opens and locks a file that is still open; `None` where it is another's by now.
pub(super) fn lock(volume: &Volume) -> io::Result<Option<File>> {
    let options = OpenOptions::new()
        .read(true)
        .append(true)
        .open(&volume.path);
    let file = match options {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    match file.try_lock() {
        Ok(()) if growing::still_at(&file, &volume.path) => Ok(Some(file)),
        Ok(()) | Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Those that nobody has closed, ours by name.
fn all(settings: &Settings) -> Result<Vec<Volume>, ArchiveError> {
    let mut volumes = folder::volumes(settings)?;
    volumes.retain(|volume| volume.state == State::Open && is_of(settings, &volume.name));
    Ok(volumes)
}

/// A whole file, locked. One that is not whole waits for the next start, which mends it.
fn open(settings: &Settings, volume: Volume) -> Result<Option<Growing>, ArchiveError> {
    let wrap = |source| ArchiveError::of(&settings.folder, &volume.path, source);
    let Some(file) = lock(&volume).map_err(wrap)? else {
        return Ok(None);
    };
    let mut walk = Walk::new(File::open(&volume.path).map_err(wrap)?);
    let mut first = None;
    while let Some(step) = walk.next(&mut |_| {}).map_err(wrap)? {
        match (step, first) {
            (Step::Flawed { .. }, _) => return Ok(None),
            (Step::Record { fields, .. }, None) => {
                let Some(id) = id_of(&fields) else {
                    return Ok(None);
                };
                first = Some((id.0, walk.position()));
            }
            (Step::Record { .. }, Some(_)) => {}
        }
    }
    match first.zip(day(&volume)) {
        Some((first, day)) => Growing::resume(settings, volume, file, day, first).map(Some),
        None => Ok(None),
    }
}

/// What is said at the head of a file must be true of what is written into it today.
fn speaks_for(settings: &Settings, file: &Growing) -> Result<bool, ArchiveError> {
    let path = folder::open_path(settings, &file.name);
    let wrap = |source| ArchiveError::of(&settings.folder, &path, source);
    let Ok((fields, block)) = read_at(File::open(&path).map_err(wrap)?, 0) else {
        return Ok(false);
    };
    let ours = compose::warcinfo(settings, &file.name, file.warcinfo, jiff::Timestamp::MIN);
    Ok(ours.block == block && field(&fields, "WARC-Filename") == Some(&file.name))
}

fn day(volume: &Volume) -> Option<Date> {
    volume.begun().map(compose::day)
}
