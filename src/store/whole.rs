//! Whether the file is whole. To read all of it takes seconds once it is large, so that is done
//! where something else may have touched it, and once a day.
//!
//! 1. When the last connection is closed, size and time of the file are written down beside it.
//! 2. A file that is as it was left, and was read through within a day, is not read through again.
//! 3. Nor is one on which a daemon runs, if it was read through within a day.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqlitePool;

use super::StoreError;
use super::lock::runs_elsewhere;
use super::open::{beside, private};

/// How long the file is believed to be what it was.
const BELIEVED: Duration = Duration::from_hours(24);

/// How the file was left.
#[derive(Debug, Serialize, Deserialize)]
struct Left {
    /// When it was read through last.
    read: SystemTime,
    changed: SystemTime,
    size: u64,
}

/// Reads the file through, unless it is as it was left; says when that was done last.
pub(super) async fn check(path: &Path, writer: &SqlitePool) -> Result<SystemTime, StoreError> {
    if let Some(read) = believed(path) {
        return Ok(read);
    }
    let verdict: String = sqlx::query_scalar("PRAGMA quick_check(1)")
        .fetch_one(writer)
        .await
        .map_err(|error| StoreError::of(path, &error))?;
    if verdict == "ok" {
        let now = SystemTime::now();
        leave(path, now);
        Ok(now)
    } else {
        Err(StoreError::Damaged {
            path: path.to_owned(),
            why: verdict,
        })
    }
}

/// Writes down how the file is now. Where that fails, it is read through at the next start.
pub(super) fn leave(path: &Path, read: SystemTime) {
    let left = fs::metadata(path).and_then(|file| {
        let left = Left {
            read,
            changed: file.modified()?,
            size: file.len(),
        };
        let note = note(path);
        private(&note)?;
        fs::write(note, serde_json::to_vec(&left)?)
    });
    if let Err(error) = left {
        tracing::debug!(%error, "it is not written down how the database was left");
    }
}

/// When the file was read through last, if that still says something.
fn believed(path: &Path) -> Option<SystemTime> {
    let left: Left = serde_json::from_slice(&fs::read(note(path)).ok()?).ok()?;
    let file = fs::metadata(path).ok()?;
    let log = fs::metadata(log(path)).map_or(0, |log| log.len());
    let same = file.len() == left.size && file.modified().ok()? == left.changed && log == 0;
    // A clock that was set back says nothing.
    let age = left.read.elapsed().ok()?;
    (age < BELIEVED && (same || runs_elsewhere(path))).then_some(left.read)
}

fn note(path: &Path) -> PathBuf {
    beside(path, "checked")
}

/// What `SQLite` has written and not yet taken over into the file.
fn log(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::super::samples::store_of;
    use super::super::{RunLock, Store};
    use super::*;

    /// The size of a page of the file; the last one is none that opening reads.
    const PAGE: usize = 4096;

    /// Overwrites a page of a closed database; `changed` is the time the file then bears.
    async fn torn(changed: impl FnOnce(SystemTime) -> SystemTime) -> (tempfile::TempDir, PathBuf) {
        let (folder, store) = store_of(500).await;
        store.close().await;
        let path = folder.path().join("v.db");
        let before = fs::metadata(&path).unwrap().modified().unwrap();
        let mut bytes = fs::read(&path).unwrap();
        let last = bytes.len() - PAGE;
        bytes[last..].fill(0x5a);
        fs::write(&path, bytes).unwrap();
        let file = fs::File::options().write(true).open(&path).unwrap();
        file.set_modified(changed(before)).unwrap();
        (folder, path)
    }

    async fn is_refused(path: &Path) -> bool {
        let opened = Store::open(path).await;
        matches!(opened, Err(StoreError::Damaged { .. }))
    }

    #[tokio::test]
    async fn what_was_touched_since_is_read_through() {
        let (_folder, path) = torn(|before| before + Duration::from_nanos(1)).await;
        assert!(is_refused(&path).await);
    }

    #[tokio::test]
    async fn what_nobody_touched_is_read_through_once_a_day() {
        let (_folder, path) = torn(|before| before).await;
        assert!(!is_refused(&path).await, "nothing shows that it is torn");
        leave(&path, SystemTime::now() - BELIEVED);
        assert!(is_refused(&path).await);
    }

    #[tokio::test]
    async fn what_a_killed_process_left_is_read_through() {
        let (_folder, path) = torn(|before| before).await;
        fs::write(log(&path), "not empty").unwrap();
        assert!(is_refused(&path).await);
    }

    #[tokio::test]
    async fn beside_a_daemon_it_is_read_through_once_a_day_and_the_daemon_believes_no_daemon() {
        let (_folder, path) = torn(|before| before + Duration::from_nanos(1)).await;
        let lock = RunLock::take(&path).unwrap();
        assert!(is_refused(&path).await, "the daemon itself");
        let line = beside(&path, "run");
        fs::write(&line, "process 0 on this host").unwrap();
        assert!(!is_refused(&path).await, "a command beside it");
        leave(&path, SystemTime::now() - BELIEVED);
        assert!(is_refused(&path).await, "a day later");
        leave(&path, SystemTime::now());
        drop(lock);
        fs::write(log(&path), "not empty").unwrap();
        assert!(is_refused(&path).await, "once the daemon has died");
    }
}
