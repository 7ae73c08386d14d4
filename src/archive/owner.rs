//! Whose the archive is: a file in its folder names the one installation that writes there.
//!
//! Two that wrote into one folder would each take the other's captures and journal for its own.

use std::fs;
use std::io;
use std::path::Path;

use super::{ArchiveError, Settings, folder};

const NAME: &str = "owner";

/// Whether an installation may write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    Ours,
    /// The name of the installation that it belongs to.
    Another(String),
}

/// Takes the archive for an installation where it is nobody's yet; says whose it is.
pub fn claim(settings: &Settings, installation: &str) -> Result<Owner, ArchiveError> {
    let path = settings.folder.join(NAME);
    match fs::read_to_string(&path) {
        Ok(found) if found.trim_end() == installation => Ok(Owner::Ours),
        Ok(found) => Ok(Owner::Another(found.trim_end().to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            adopt(&settings.folder, installation)?;
            Ok(Owner::Ours)
        }
        Err(source) => Err(ArchiveError::of(&settings.folder, &path, source)),
    }
}

/// Takes the archive for an installation, whosever it was.
pub fn adopt(archive: &Path, installation: &str) -> Result<(), ArchiveError> {
    let path = archive.join(NAME);
    let write = || {
        fs::create_dir_all(archive)?;
        folder::put_whole(&path, format!("{installation}\n").as_bytes())
    };
    write().map_err(|source| ArchiveError::of(archive, &path, source))
}
