//! One `run` for each database: a lock the kernel frees with the process, and a line on who holds it.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

use super::open::{beside, private};

/// The ending of the file that is locked.
const RUN: &str = "run";

/// The right to be the one `run` on a database, kept until dropped.
#[derive(Debug)]
pub struct RunLock {
    file: File,
}

#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Leave it to the other one.
    #[error("already running: {by}")]
    Held { by: String },
    /// Look at the folder.
    #[error("{}: {error}{}", path.display(), hint(error))]
    File {
        path: PathBuf,
        error: std::io::Error,
    },
}

fn hint(error: &std::io::Error) -> &'static str {
    match error.kind() {
        std::io::ErrorKind::NotFound => "; call `vermerk init` once",
        std::io::ErrorKind::ReadOnlyFilesystem => {
            "; a service needs ReadWritePaths= for a state folder that is not its StateDirectory="
        }
        _ => "",
    }
}

impl RunLock {
    /// Locks `<database>.run`. The file itself stays behind: only the lock on it counts.
    pub fn take(database: &Path) -> Result<Self, LockError> {
        let path = beside(database, RUN);
        let fail = |error| LockError::File {
            path: path.clone(),
            error,
        };
        let mut file = private(&path).map_err(fail)?;
        let mut tries = 0;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                // Whoever only asks whether a daemon runs has let go by then.
                Err(TryLockError::WouldBlock) if tries < 5 => tries += 1,
                Err(TryLockError::WouldBlock) => {
                    return Err(LockError::Held { by: holder(&file) });
                }
                Err(TryLockError::Error(error)) => return Err(fail(error)),
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        sign(&mut file).map_err(fail)?;
        Ok(Self { file })
    }
}

impl RunLock {
    /// Lets go, as if no daemon had ever been here: of a command that only kept others away.
    pub fn leave_no_trace(self) {
        // The line says nothing that counts while nobody holds the lock.
        let _ = self.file.set_len(0);
    }
}

/// Whether a daemon has worked on a database, and none does now.
pub fn has_stopped(database: &Path) -> bool {
    let Ok(file) = File::open(beside(database, RUN)) else {
        return false;
    };
    file.try_lock_shared().is_ok() && holder(&file).starts_with("process ")
}

/// Whether another process than this one runs on a database.
pub(super) fn runs_elsewhere(database: &Path) -> bool {
    let Ok(file) = File::open(beside(database, RUN)) else {
        return false;
    };
    let is_held = matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock));
    is_held && !holder(&file).starts_with(&format!("process {} ", std::process::id()))
}

fn sign(file: &mut File) -> std::io::Result<()> {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    file.set_len(0)?;
    file.rewind()?;
    let seconds = Timestamp::now().as_second();
    let since = Timestamp::from_second(seconds).unwrap_or_default();
    write!(
        file,
        "process {} on {} since {since}",
        std::process::id(),
        if host.is_empty() {
            "this host"
        } else {
            host.trim()
        },
    )
}

/// What the holder wrote of itself, should it have come to that.
fn holder(mut file: &File) -> String {
    let mut line = String::new();
    match file.read_to_string(&mut line) {
        Ok(length) if length > 0 => line,
        _ => "a process that has just started".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_run_hears_who_holds_the_lock() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("vermerk.db");
        let first = RunLock::take(&database).unwrap();
        let Err(LockError::Held { by }) = RunLock::take(&database) else {
            panic!("the lock was taken twice");
        };
        assert!(
            by.starts_with(&format!("process {} on ", std::process::id())),
            "{by}"
        );
        drop(first);
        RunLock::take(&database).unwrap();
    }

    #[test]
    fn a_file_left_behind_is_no_lock() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("vermerk.db");
        std::fs::write(
            folder.path().join("vermerk.db.run"),
            "process 1 on elsewhere, a very long line of old",
        )
        .unwrap();
        drop(RunLock::take(&database).unwrap());
        let line = std::fs::read_to_string(folder.path().join("vermerk.db.run")).unwrap();
        assert!(!line.contains("elsewhere"), "{line}");
    }
}
