//! The secret of an installation: 32 random bytes in a file of the state folder, made once.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use data_encoding::HEXLOWER;

use crate::model::Key;

const NAME: &str = "vermerk.key";

/// Reads the key, or makes it where there is none. A new key makes every link in sent mails void.
pub fn key(state: &Path) -> Result<Key, String> {
    let path = state.join(NAME);
    match make(&path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            return Err(format!("{} cannot be written: {error}", path.display()));
        }
        _ => {}
    }
    let text = fs::read_to_string(&path)
        .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    let bytes = HEXLOWER.decode(text.trim().as_bytes()).ok();
    let bytes = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    bytes.map(Key::new).ok_or_else(|| {
        format!(
            "{} holds no key (64 hex digits); restore it from a backup, or remove it: then links in \
             mails that were sent no longer work",
            path.display()
        )
    })
}

/// Written whole under another name first, so that nobody ever reads half a key.
fn make(path: &Path) -> io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    let part = path.with_extension(format!("key.{}", std::process::id()));
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&part)?;
    writeln!(file, "{}", HEXLOWER.encode(&bytes))?;
    file.sync_all()?;
    // Unlike a rename, a link never takes the place of a key that another process made meanwhile.
    let linked = fs::hard_link(&part, path);
    fs::remove_file(&part)?;
    linked
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_key_is_made_once_and_read_by_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let first = key(folder.path()).unwrap();
        assert_eq!(key(folder.path()).unwrap(), first);
        let file = fs::metadata(folder.path().join(NAME)).unwrap();
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        let other = tempfile::tempdir().unwrap();
        assert_ne!(key(other.path()).unwrap(), first);
    }

    #[test]
    fn a_damaged_key_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(NAME), "abc").unwrap();
        assert!(key(folder.path()).unwrap_err().contains("restore it"));
    }
}
