//! Keeps every exchange in WARC 1.1 files, and visits and decisions in a journal beside them.

use std::path::PathBuf;

use crate::model::{
    Capture, CaptureId, Exchange, Freshness, JournalLine, PageId, Place, Purpose, Resource, Seen,
};

/// Where the archive is and what its `warcinfo` says.
#[derive(Debug, Clone)]
pub struct Settings {
    pub folder: PathBuf,
    /// Beginning of file names.
    pub prefix: String,
    pub operator: String,
    pub user_agent: String,
    /// A file that has grown beyond this is closed.
    pub max_file_bytes: u64,
}

/// The writer; cheap to clone. One thread writes and syncs for all, so that captures that come
/// together share one fsync.
#[derive(Debug, Clone)]
pub struct Archive {}

/// What is wrong with the archive, named by what the caller will do.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// Stop fetching until there is room again.
    #[error("no room left for the archive in {}", folder.display())]
    Full { folder: PathBuf },
    /// Tell the operator.
    #[error("{}: {source}", path.display())]
    Io {
        path: PathBuf,
        source: std::io::Error,
    },
    /// The record is not what the citation says.
    #[error("{file}, offset {offset}: {why}")]
    Damaged {
        file: String,
        offset: u64,
        why: String,
    },
    #[error("no capture {0} in this archive")]
    Unknown(CaptureId),
}

/// A torn end that was cut back to the last whole record at start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mended {
    pub file: String,
    pub cut_bytes: u64,
}

/// An exchange after it was archived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The capture that holds the payload: a new one, or the earlier one it repeats.
    pub capture: Capture,
    pub freshness: Freshness,
    /// The record written now (response or revisit); `None` where a revisit is already kept today.
    pub written: Option<Capture>,
}

impl Archive {
    /// Opens or makes the folder, cuts back torn ends, starts the writer.
    pub fn open(_settings: Settings) -> Result<(Self, Vec<Mended>), ArchiveError> {
        todo!()
    }

    /// Keeps one exchange; returns after it is on disk.
    pub async fn append(
        &self,
        _page: &PageId,
        _exchange: Exchange,
        _purpose: Purpose,
        _known: Option<&Resource>,
    ) -> Result<Kept, ArchiveError> {
        todo!()
    }

    /// Writes a line to the journal; returns after it is on disk.
    pub async fn journal(&self, _line: &JournalLine) -> Result<(), ArchiveError> {
        todo!()
    }

    /// Reads a stored exchange back, its payload checked against its digest.
    pub async fn read(&self, _id: CaptureId, _place: &Place) -> Result<Exchange, ArchiveError> {
        todo!()
    }

    /// Writes what is waiting, closes the open file, ends the writer.
    pub async fn close(self) -> Result<(), ArchiveError> {
        todo!()
    }
}

/// The visits in the journal since an instant, oldest first.
pub fn visits_since(
    _settings: &Settings,
    _since: jiff::Timestamp,
) -> Result<Vec<Seen>, ArchiveError> {
    todo!()
}
