//! Whose the archive is: a file in its folder names the one installation that writes there.
//!
//! Two that wrote into one folder would each take the other's captures and journal for its own.

use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{ArchiveError, Settings, folder, lines};

/// The file's name.
pub const OWNER: &str = "owner.json";

/// Whether an installation may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    Ours,
    Another,
}

/// The file's one line, which ends in its own digest.
#[derive(Serialize, Deserialize)]
struct Line {
    installation: String,
}

/// Takes the archive for an installation where it is nobody's yet; says whose it is.
pub fn claim(settings: &Settings, installation: &str) -> Result<Owner, ArchiveError> {
    let Some(found) = bytes(settings)? else {
        adopt(&settings.folder, installation)?;
        return Ok(Owner::Ours);
    };
    let line = serde_json::from_slice::<Line>(&found);
    Ok(match line {
        Ok(line) if line.installation == installation => Owner::Ours,
        _ => Owner::Another,
    })
}

/// Takes the archive for an installation, whosever it was.
pub fn adopt(archive: &Path, installation: &str) -> Result<(), ArchiveError> {
    let path = archive.join(OWNER);
    let line = Line {
        installation: installation.to_owned(),
    };
    let write = || {
        fs::create_dir_all(archive)?;
        folder::put_whole(&path, &lines::sealed(&line)?)
    };
    write().map_err(|source| ArchiveError::of(archive, &path, source))
}

/// An archive that nobody has looked into yet is nobody's.
pub fn let_go(archive: &Path) -> Result<(), ArchiveError> {
    let path = archive.join(OWNER);
    match fs::remove_file(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed.map_err(|source| ArchiveError::of(archive, &path, source)),
    }
}

/// What stands in the file; `None` where the archive is nobody's.
pub(super) fn bytes(settings: &Settings) -> Result<Option<Vec<u8>>, ArchiveError> {
    let path = settings.folder.join(OWNER);
    match fs::read(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        read => read
            .map(Some)
            .map_err(|source| ArchiveError::of(&settings.folder, &path, source)),
    }
}
