//! What is wrong with the state, and how `SQLite` says so.

use std::path::{Path, PathBuf};

use super::versions::Torn;

/// What is wrong with the state, named by what the caller will do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Ask the operator to call `init`, or to look for the file.
    #[error("no database at {}: call `vermerk init` once, or restore a backup", .0.display())]
    Missing(PathBuf),
    /// Ask the operator to type it as somebody who may.
    #[error("{}: permission denied: type it as root, or as the owner of the folder", .0.display())]
    Denied(PathBuf),
    /// Ask the operator to update the program.
    #[error("{} was written by a newer version (schema {found}, this program knows {known}): update vermerk", path.display())]
    Newer {
        path: PathBuf,
        found: i64,
        known: i64,
    },
    /// Stop: it will not mend itself.
    #[error("{}: the database is damaged: {why}", path.display())]
    Damaged { path: PathBuf, why: String },
    /// One text is not what was written: what is derived can be made anew.
    #[error("{}: {why}", path.display())]
    Torn { path: PathBuf, why: String },
    /// No room: try again later, lose nothing.
    #[error("no room left for the database")]
    Full,
    /// Anything else of the database.
    #[error("database: {0}")]
    Database(String),
}

// Primary result codes, https://www.sqlite.org/rescode.html
const ERROR: i32 = 1;
const BUSY: i32 = 5;
const IOERR: i32 = 10;
const CORRUPT: i32 = 11;
const FULL: i32 = 13;
const TOOBIG: i32 = 18;
const CONSTRAINT: i32 = 19;
const MISMATCH: i32 = 20;
const NOTADB: i32 = 26;
/// `SQLITE_IOERR_SHMSIZE`: the index beside the log could not grow, which is a full disk too.
const IOERR_SHMSIZE: i32 = IOERR | (19 << 8);

impl StoreError {
    pub(super) fn of(path: &Path, error: &sqlx::Error) -> Self {
        let damaged = || StoreError::Damaged {
            path: path.to_owned(),
            why: error.to_string(),
        };
        match (code(error), primary(error)) {
            (Some(IOERR_SHMSIZE), _) | (_, Some(FULL)) => StoreError::Full,
            // After a failed write or fsync nobody knows what the disk holds: leave it to recovery.
            (_, Some(CORRUPT | NOTADB | IOERR)) => damaged(),
            _ if let Some(torn) = torn(error) => StoreError::Torn {
                path: path.to_owned(),
                why: torn.to_string(),
            },
            _ => StoreError::Database(error.to_string()),
        }
    }

    /// The file system's word on a file of ours.
    pub(super) fn of_file(path: &Path, error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => StoreError::Full,
            std::io::ErrorKind::PermissionDenied => StoreError::Denied(path.to_owned()),
            _ => StoreError::Database(format!("{}: {error}", path.display())),
        }
    }
}

/// Whether another connection holds the lock we want.
pub(super) fn is_busy(error: &sqlx::Error) -> bool {
    primary(error) == Some(BUSY)
}

/// Whether the fault lies in the values of one record, so that others in the group can go on.
pub(super) fn is_of_one_record(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Encode(_) | sqlx::Error::Decode(_) | sqlx::Error::RowNotFound => true,
        _ => matches!(primary(error), Some(ERROR | TOOBIG | CONSTRAINT | MISMATCH)),
    }
}

fn torn(error: &sqlx::Error) -> Option<&Torn> {
    match error {
        sqlx::Error::Decode(why) => why.downcast_ref(),
        _ => None,
    }
}

fn primary(error: &sqlx::Error) -> Option<i32> {
    code(error).map(|code| code & 0xff)
}

fn code(error: &sqlx::Error) -> Option<i32> {
    error.as_database_error()?.code()?.parse().ok()
}
