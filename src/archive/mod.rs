//! Keeps every exchange in WARC 1.1 files, and visits and decisions in a journal beside them.
//!
//! 1. `open` cuts back what a crash left torn, closes those files and starts the writer, which goes on
//!    in the day's file where another has left it whole.
//! 2. `append` and `journal` hand their work to the writer and return when it is on disk.
//! 3. `read`, `find`, `polls` and `verify` never write, and work beside a running writer.
//! 4. A closed file gets an index and a line in the ledger; `checkpoint` signs the ledger.

mod record;
mod http;
mod compose;
mod folder;
mod owner;
mod growing;
mod lines;
mod journal;
mod left;
mod writer;
mod walk;
mod sums;
mod mend;
mod read;
mod polls;
mod surt;
mod cdxj;
mod ledger;
mod seal;
mod merkle;
mod signer;
mod checkpoint;
mod timestamp;
mod proof;
mod verify;
mod groups;
mod selection;
mod package;
mod wacz;
mod bag;
mod copy;
mod foreign;
mod harvest;
mod intake;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

use tokio::sync::oneshot;
use uuid::Uuid;

use jiff::Timestamp;
use url::Url;

use crate::model::{
    Capture, CaptureId, Exchange, Freshness, JournalLine, PageId, Place, Purpose, Resource, Robots,
};

pub use checkpoint::{Checkpoint, checkpoint, keep_token, last_checkpoint, unstamped};
pub use copy::{Copied, PutBack, copy_to, is_name, put_back};
pub use foreign::{Refused, has_digest};
pub use groups::{captures, imported};
pub use harvest::{Harvest, OTHER_DIGEST, harvest};
pub use intake::{Foreign, Intake, IntakeError, Taken, is_imported};
pub use journal::{decisions_since, hidden, last_visit, takedowns, visits_since, whole_journal};
pub use ledger::{Event, EventOutcome, last_event, note};
pub use owner::{OWNER, Owner, adopt, claim, let_go};
pub use package::{Form, Handed, export};
pub use polls::{Poll, PollRecord, Polled, Stretch, poll_log, polls, stretches};
pub use proof::{Signed, paper, signed, witness};
pub use read::{exchange, find, record_at};
pub use record::StoredRecord;
pub use seal::seal;
pub use selection::{Hidden, Span};
pub use signer::{NoKey, PublicKey, Signer};
pub use surt::surt;
pub use timestamp::{QUERY, Question};
pub use verify::{FIXITY_CHECK, Report, verify, verify_papers, verify_since};

use writer::{Append, Ending, Order, Writer};

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
pub struct Archive {
    settings: Arc<Settings>,
    orders: Sender<Order>,
}

/// Why an exchange was made; stands in the metadata of its capture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    pub purpose: Purpose,
    /// The address whose redirect led here.
    pub via: Option<Url>,
    pub robots: Robots,
}

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

impl Kept {
    /// The payload of an earlier capture.
    fn again(earlier: &Capture, written: Option<Capture>) -> Self {
        Self {
            capture: earlier.clone(),
            freshness: Freshness::Same,
            written,
        }
    }
}

impl Archive {
    /// Opens or makes the folder, cuts back torn ends, starts the writer.
    pub fn open(settings: Settings) -> Result<(Self, Vec<Mended>), ArchiveError> {
        Self::open_with(settings, Box::new(Uuid::new_v4))
    }

    fn open_with(
        settings: Settings,
        ids: Box<dyn FnMut() -> Uuid + Send>,
    ) -> Result<(Self, Vec<Mended>), ArchiveError> {
        folder::make(&settings)?;
        let mut mended = mend::mend(&settings)?;
        mended.append(&mut journal::mend(&settings)?);
        let noted = ledger::mend(&settings).and_then(|ledger| {
            mended
                .iter()
                .try_for_each(|one| ledger::note_cut(&settings, one))?;
            mended.extend(ledger);
            Ok(())
        });
        if let Err(error) = noted {
            tracing::error!(%error, "the archive's ledger cannot be written");
        }
        if let Err(error) = seal::seal(&settings) {
            tracing::warn!(%error, "closed files of the archive are not in its ledger yet");
        }
        let settings = Arc::new(settings);
        let (orders, inbox) = channel();
        let writer = Writer::new(Arc::clone(&settings), ids);
        std::thread::Builder::new()
            .name("archive".to_owned())
            .spawn(move || writer.run(&inbox))
            .map_err(|source| ArchiveError::of(&settings.folder, &settings.folder, source))?;
        Ok((Self { settings, orders }, mended))
    }

    /// Keeps one exchange; returns after it is on disk.
    ///
    /// The capture's time is the exchange's start in whole milliseconds, moved on to a second of its
    /// own where the same address was kept within that second: indexes know only whole seconds.
    pub async fn append(
        &self,
        page: &PageId,
        exchange: Arc<Exchange>,
        reason: Reason,
        known: Option<&Resource>,
    ) -> Result<Kept, ArchiveError> {
        let digest = exchange.response.payload_digest();
        if let compose::Form::Nothing(earlier) = compose::form(&exchange, digest, &reason, known) {
            // Nothing is to be written, so nobody has to be waited for.
            return Ok(Kept::again(earlier, None));
        }
        self.ask(|answer| {
            Order::Append(Box::new(Append {
                page: page.clone(),
                exchange,
                digest,
                reason,
                known: known.cloned(),
                answer,
            }))
        })
        .await
    }

    /// Writes a line to the journal; returns after it is on disk.
    pub async fn journal(&self, line: &JournalLine) -> Result<(), ArchiveError> {
        let line = journal::Line::of(&self.settings, line)?;
        self.ask(|answer| Order::Journal { line, answer }).await
    }

    /// Writes down the polls of the days before an instant, and closes a file whose day is over.
    pub async fn end_days(&self, now: Timestamp) -> Result<(), ArchiveError> {
        self.ask(|answer| Order::EndDays { now, answer }).await
    }

    /// Reads a stored exchange back, its payload checked against its digest.
    ///
    /// What the response record does not hold is left out: the request's headers are empty and the
    /// time the exchange took is zero; `find` shows the records that hold them.
    pub async fn read(&self, id: CaptureId, place: &Place) -> Result<Exchange, ArchiveError> {
        let place = place.clone();
        self.beside(move |settings| read::exchange(settings, id, &place))
            .await
    }

    /// The record of a capture as it lies there, packed: a WARC file of one record.
    pub async fn member(&self, id: CaptureId, place: &Place) -> Result<Vec<u8>, ArchiveError> {
        let settings = Arc::clone(&self.settings);
        let place = place.clone();
        tokio::task::spawn_blocking(move || read::member_at(&settings, id, &place))
            .await
            .unwrap_or_else(|_| Err(stopped(&self.settings)))
    }

    /// The capture with the payload that a revisit found again; `None` where the record is no revisit.
    pub async fn refers_to(
        &self,
        id: CaptureId,
        place: &Place,
    ) -> Result<Option<CaptureId>, ArchiveError> {
        let place = place.clone();
        let read = move |settings: &Settings| record_at(settings, id, &place);
        Ok(self.beside(read).await?.refers_to())
    }

    /// Where its files are, for what reads them beside the writer.
    pub fn settings(&self) -> &Arc<Settings> {
        &self.settings
    }

    /// Writes what is waiting, closes the day's file, ends the writer.
    pub async fn close(self) -> Result<(), ArchiveError> {
        self.ask(|answer| Order::End(Ending::Close, answer)).await
    }

    /// The same, but leaves the day's file for whoever comes next: one file for each day, and not one
    /// for each call.
    pub async fn leave(self) -> Result<(), ArchiveError> {
        self.ask(|answer| Order::End(Ending::Leave, answer)).await
    }

    /// Files are read off the async threads.
    async fn beside<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Settings) -> Result<T, ArchiveError> + Send + 'static,
    ) -> Result<T, ArchiveError> {
        let settings = Arc::clone(&self.settings);
        let read = tokio::task::spawn_blocking(move || read(&settings)).await;
        read.unwrap_or_else(|_| Err(stopped(&self.settings)))
    }

    async fn ask<T>(
        &self,
        order: impl FnOnce(oneshot::Sender<Result<T, ArchiveError>>) -> Order,
    ) -> Result<T, ArchiveError> {
        let (answer, answered) = oneshot::channel();
        let sent = self.orders.send(order(answer));
        match (sent, answered.await) {
            (Ok(()), Ok(result)) => result,
            _ => Err(stopped(&self.settings)),
        }
    }
}

impl ArchiveError {
    fn io(path: &Path, source: io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            source,
        }
    }

    /// Says what an I/O error below the archive's folder means for the caller.
    fn of(folder: &Path, path: &Path, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full {
                folder: folder.to_owned(),
            },
            _ => Self::Io {
                path: path.to_owned(),
                source,
            },
        }
    }
}

fn stopped(settings: &Settings) -> ArchiveError {
    ArchiveError::Io {
        path: settings.folder.clone(),
        source: io::Error::other("the archive's writer has stopped"),
    }
}

#[cfg(test)]
mod tests;
