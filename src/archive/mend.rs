//! Puts right what a crash left: cuts `.open` files back to their last whole record and closes them.
//!
//! A file that another process has locked is that process's own and is left alone. One that is whole
//! waits: whoever writes next goes on in it.

use std::fs::File;
use std::io;

use super::folder::{self, State, Volume};
use super::record::field;
use super::walk::{Step, Walk};
use super::{ArchiveError, Mended, Settings, growing, left};

/// How much of a file is whole.
struct Whole {
    bytes: u64,
    captures: usize,
    /// Whether anything in it is no record.
    is_flawed: bool,
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
    let Some(file) = left::lock(volume).map_err(wrap)? else {
        return Ok(None);
    };
    let length = file.metadata().map_err(wrap)?.len();
    let whole = whole(&volume.path).map_err(wrap)?;
    let can_go_on = whole.captures > 0 && !whole.is_flawed && whole.bytes == length;
    if can_go_on && left::is_of(settings, &volume.name) {
        return Ok(None);
    }
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

/// Damage with whole records behind it is no torn tail: it stays, for `verify` to name.
fn whole(path: &std::path::Path) -> io::Result<Whole> {
    let mut walk = Walk::new(File::open(path)?);
    let mut whole = Whole {
        bytes: 0,
        captures: 0,
        is_flawed: false,
    };
    while let Some(step) = walk.next(&mut |_| {})? {
        let Step::Record { fields, .. } = step else {
            whole.is_flawed = true;
            continue;
        };
        whole.bytes = walk.position();
        whole.captures += usize::from(field(&fields, "WARC-Type") != Some("warcinfo"));
    }
    Ok(whole)
}
