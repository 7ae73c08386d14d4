//! Puts right what a crash left: cuts `.open` files back to their last whole record and closes them.
//!
//! A file that another process has locked is that process's own and is left alone.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;

use super::folder::{self, State, Volume};
use super::record::field;
use super::walk::{Step, Walk};
use super::{ArchiveError, Mended, Settings, growing};

/// How much of a file is whole.
struct Whole {
    bytes: u64,
    captures: usize,
}

pub(super) fn mend(settings: &Settings) -> Result<Vec<Mended>, ArchiveError> {
    let mut mended = Vec::new();
    for volume in folder::volumes(settings)? {
        if volume.state == State::Open {
            mended.extend(mend_one(settings, &volume)?);
        }
    }
    Ok(mended)
}

fn mend_one(settings: &Settings, volume: &Volume) -> Result<Option<Mended>, ArchiveError> {
    let wrap = |source| ArchiveError::of(&settings.folder, &volume.path, source);
    let Some(file) = lock(volume).map_err(wrap)? else {
        return Ok(None);
    };
    let length = file.metadata().map_err(wrap)?.len();
    let whole = whole(&volume.path).map_err(wrap)?;
    if whole.bytes < length {
        file.set_len(whole.bytes).map_err(wrap)?;
    }
    let (path, name) = (&volume.path, &volume.name);
    growing::close(&settings.folder, &file, path, name, whole.captures > 0)?;
    let cut_bytes = length - whole.bytes;
    Ok((cut_bytes > 0).then(|| Mended {
        file: volume.name.clone(),
        cut_bytes,
    }))
}

/// `None` where the file is another's, or was closed by another in the meantime.
fn lock(volume: &Volume) -> io::Result<Option<File>> {
    let file = match OpenOptions::new().read(true).write(true).open(&volume.path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    match file.try_lock() {
        Ok(()) if growing::still_at(&file, &volume.path) => Ok(Some(file)),
        Ok(()) | Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Damage with whole records behind it is no torn tail: it stays, for `verify` to name.
fn whole(path: &std::path::Path) -> io::Result<Whole> {
    let mut walk = Walk::new(File::open(path)?);
    let mut whole = Whole {
        bytes: 0,
        captures: 0,
    };
    while let Some(step) = walk.next(&mut |_| {})? {
        if let Step::Record { fields, .. } = step {
            whole.bytes = walk.position();
            whole.captures += usize::from(field(&fields, "WARC-Type") != Some("warcinfo"));
        }
    }
    Ok(whole)
}
