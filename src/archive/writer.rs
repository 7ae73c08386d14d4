//! The one thread that writes: takes what is waiting, writes all of it, syncs once, answers all.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::oneshot::Sender;
use url::Url;
use uuid::Uuid;

use super::compose::{self, Form, Occasion};
use super::growing::{Failure, Growing};
use super::journal::{Journal, Line};
use super::{ArchiveError, Kept, Reason, Settings, StoredRecord, left, polls};
use crate::model::{
    Capture, CaptureId, CaptureKind, Digest, Exchange, Freshness, PageId, Place, Resource,
    whole_millis,
};

/// Orders that share one fsync; more wait for the next.
const GROUP: usize = 256;

/// How far apart two captures of one address may be for the later one to be moved behind the
/// earlier. A clock that was set back further than that is not followed.
const NEAR: SignedDuration = SignedDuration::from_secs(60);

/// Addresses whose last capture is remembered before old ones are forgotten.
const REMEMBERED: usize = 4096;

pub(super) type Answer<T> = Sender<Result<T, ArchiveError>>;

#[derive(Debug)]
pub(super) enum Order {
    Append(Box<Append>),
    Journal {
        line: Line,
        answer: Answer<()>,
    },
    /// Logs the polls of the days before an instant, and closes a file whose day is over.
    EndDays {
        now: Timestamp,
        answer: Answer<()>,
    },
    End(Ending, Answer<()>),
}

/// What becomes of the day's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// It is closed, with all that others left.
    Close,
    /// It waits for the next who writes.
    Leave,
}

#[derive(Debug)]
pub(super) struct Append {
    pub page: PageId,
    pub exchange: Arc<Exchange>,
    pub digest: Digest,
    pub reason: Reason,
    pub known: Option<Resource>,
    pub answer: Answer<Kept>,
}

pub(super) struct Writer {
    settings: Arc<Settings>,
    ids: Box<dyn FnMut() -> Uuid + Send>,
    file: Option<Growing>,
    journal: Journal,
    /// When each address was last kept.
    recent: HashMap<Url, Timestamp>,
    /// Written, but not yet synced.
    kept: Vec<(Kept, Answer<Kept>)>,
    noted: Vec<Answer<()>>,
}

impl Writer {
    pub fn new(settings: Arc<Settings>, ids: Box<dyn FnMut() -> Uuid + Send>) -> Self {
        Self {
            journal: Journal::new(&settings),
            settings,
            ids,
            file: None,
            recent: HashMap::new(),
            kept: Vec::new(),
            noted: Vec::new(),
        }
    }

    /// Works until it is told to close, or until nobody is left to give orders.
    pub fn run(mut self, orders: &Receiver<Order>) {
        while let Ok(first) = orders.recv() {
            if let Some((ending, answer)) = self.work(first, orders) {
                reply(answer, self.end(ending));
                return;
            }
        }
        if let Err(error) = self.end(Ending::Close) {
            tracing::error!(%error, "the archive's last file was not closed");
        }
    }

    /// One group: the first order and what waits behind it. Returns who asked to close, if anyone.
    pub(super) fn work(
        &mut self,
        first: Order,
        orders: &Receiver<Order>,
    ) -> Option<(Ending, Answer<()>)> {
        let mut closing = None;
        for order in std::iter::once(first).chain(orders.try_iter()).take(GROUP) {
            match order {
                Order::Append(append) => self.append(*append),
                Order::Journal { line, answer } => {
                    self.journal.add(line);
                    self.noted.push(answer);
                }
                Order::EndDays { now, answer } => {
                    let ended = self.end_days(now);
                    reply(answer, ended);
                }
                Order::End(ending, answer) => {
                    closing = Some((ending, answer));
                    break;
                }
            }
        }
        self.settle();
        closing
    }

    fn append(&mut self, append: Append) {
        match self.keep(&append) {
            Ok(kept) if kept.written.is_some() => self.kept.push((kept, append.answer)),
            done => reply(append.answer, done),
        }
    }

    fn keep(&mut self, append: &Append) -> Result<Kept, ArchiveError> {
        let Append {
            page,
            exchange,
            digest,
            reason,
            ..
        } = append;
        let (digest, known) = (*digest, append.known.as_ref());
        let form = compose::form(exchange, digest, reason, known);
        let (kind, same) = match form {
            Form::Nothing(earlier) => return Ok(Kept::again(earlier, None)),
            Form::Response => (CaptureKind::Response, None),
            Form::Identical(earlier) => (CaptureKind::Revisit, Some(earlier)),
            Form::NotModified(earlier) => (CaptureKind::NotModified, Some(earlier)),
        };
        let url = compose::target(&exchange.url);
        let at = self.free_second(&url, exchange.started, known);
        let (id, place) = self.write(
            exchange,
            &Occasion {
                page,
                reason,
                url: &url,
                at,
                digest,
                form,
            },
        )?;
        self.remember(url.clone(), at);
        let capture = Capture {
            id,
            page: page.clone(),
            url,
            at,
            status: exchange.response.status,
            digest: same.map_or(digest, |earlier| earlier.digest),
            kind,
            truncated: exchange.response.truncated.filter(|_| same.is_none()),
            place,
        };
        Ok(match same {
            Some(earlier) => Kept::again(earlier, Some(capture)),
            None => Kept {
                capture: capture.clone(),
                freshness: Freshness::New,
                written: Some(capture),
            },
        })
    }

    fn write(
        &mut self,
        exchange: &Exchange,
        occasion: &Occasion,
    ) -> Result<(CaptureId, Place), ArchiveError> {
        let mut capture = Uuid::nil();
        let place = self.put(occasion.at, |warcinfo, ids| {
            capture = ids();
            compose::records(exchange, occasion, warcinfo, capture, ids).into()
        })?;
        Ok((CaptureId(capture), place))
    }

    /// Writes some records into the file of that instant; says where the first of them begins.
    fn put(
        &mut self,
        at: Timestamp,
        records: impl FnOnce(Uuid, &mut dyn FnMut() -> Uuid) -> Vec<StoredRecord>,
    ) -> Result<Place, ArchiveError> {
        let mut file = self.file_for(at)?;
        let records = records(file.warcinfo, &mut self.ids);
        let written = pack(&records)
            .map_err(|source| Failure::CutBack(file.error(source)))
            .and_then(|packed| file.append(&packed));
        let name = file.name.clone();
        self.file = Some(file);
        match written {
            Ok(offset) => Ok(Place { file: name, offset }),
            Err(Failure::CutBack(error)) => Err(error),
            Err(Failure::Lost(error)) => {
                self.settle();
                self.file = None;
                Err(error)
            }
        }
    }

    fn end_days(&mut self, now: Timestamp) -> Result<(), ArchiveError> {
        const JSON_LINES: &str = "application/x-ndjson";
        // The last looks of a day may still wait for their lines.
        self.settle();
        let today = compose::day(now);
        // First what no damage of the journal can hinder.
        if let Some(file) = self.file.take_if(|file| file.day < today) {
            file.finish(&self.settings)?;
        }
        left::finish(&self.settings, |day| day < today)?;
        for day in polls::unlogged(&self.settings, today)? {
            let mut at = now;
            for block in polls::blocks(&self.settings, day)? {
                self.put(at, |warcinfo, ids| {
                    let ids = [warcinfo, ids()];
                    vec![compose::resource(
                        &polls::urn(day),
                        JSON_LINES,
                        block,
                        ids,
                        at,
                    )]
                })?;
                // Indexes tell records of one name apart by whole seconds only.
                at += SignedDuration::from_secs(1);
            }
        }
        self.settle();
        Ok(())
    }

    /// The file that takes captures of that instant: the open one, unless its day is over or it is
    /// full. An exchange that began before midnight may still follow one that began after it.
    fn file_for(&mut self, at: Timestamp) -> Result<Growing, ArchiveError> {
        let most = self.settings.max_file_bytes;
        let fits = |file: &Growing| compose::day(at) <= file.day && file.length <= most;
        if let Some(file) = self.file.take_if(|file| fits(file)) {
            return Ok(file);
        }
        self.settle();
        if let Some(file) = self.file.take() {
            file.finish(&self.settings)?;
        }
        match left::take(&self.settings, fits)? {
            Some(file) => Ok(file),
            None => Growing::begin(&self.settings, at, (self.ids)()),
        }
    }

    /// Syncs what was written and answers for it. After a failed fsync the file is given up.
    fn settle(&mut self) {
        let synced = match self.file.as_mut() {
            Some(file) => file.sync().map_err(|source| file.error(source)),
            None => Ok(()),
        };
        for (kept, answer) in self.kept.drain(..) {
            reply(answer, repeat(&synced).map(|()| kept));
        }
        if synced.is_err() {
            self.file = None;
        }
        let synced = if self.noted.is_empty() {
            Ok(())
        } else {
            self.journal.sync()
        };
        for answer in self.noted.drain(..) {
            reply(answer, repeat(&synced));
        }
    }

    fn end(mut self, ending: Ending) -> Result<(), ArchiveError> {
        match (ending, self.file.take()) {
            (Ending::Leave, Some(file)) if file.holds_captures() => Ok(()),
            (Ending::Leave, None) => Ok(()),
            (_, file) => {
                if let Some(file) = file {
                    file.finish(&self.settings)?;
                }
                left::finish(&self.settings, |_| ending == Ending::Close)
            }
        }
    }

    /// The exchange's start in milliseconds; a second after the address's last capture where both
    /// would fall into one second, as indexes and replay tell captures apart by whole seconds only.
    fn free_second(&self, url: &Url, started: Timestamp, known: Option<&Resource>) -> Timestamp {
        let started = whole_millis(started);
        let kept = known
            .filter(|known| compose::target(&known.url) == *url)
            .map(|known| whole_millis(known.kept_at));
        let Some(last) = self.recent.get(url).copied().max(kept) else {
            return started;
        };
        let taken = started.as_second() <= last.as_second() && last.duration_since(started) < NEAR;
        if taken {
            last.saturating_add(SignedDuration::from_secs(1))
                .unwrap_or(started)
        } else {
            started
        }
    }

    fn remember(&mut self, url: Url, at: Timestamp) {
        if self.recent.len() >= REMEMBERED {
            self.recent
                .retain(|_, last| at.duration_since(*last) < NEAR);
        }
        self.recent.insert(url, at);
    }
}

fn pack(records: &[StoredRecord]) -> io::Result<Vec<u8>> {
    let members: Result<Vec<_>, _> = records.iter().map(StoredRecord::pack).collect();
    Ok(members?.concat())
}

/// One failure for many who wait.
fn repeat(result: &Result<(), ArchiveError>) -> Result<(), ArchiveError> {
    match result {
        Ok(()) => Ok(()),
        Err(ArchiveError::Full { folder }) => Err(ArchiveError::Full {
            folder: folder.clone(),
        }),
        Err(ArchiveError::Io { path, source }) => Err(ArchiveError::Io {
            path: path.clone(),
            source: io::Error::new(source.kind(), source.to_string()),
        }),
        Err(ArchiveError::Damaged { file, offset, why }) => Err(ArchiveError::Damaged {
            file: file.clone(),
            offset: *offset,
            why: why.clone(),
        }),
        Err(ArchiveError::Unknown(id)) => Err(ArchiveError::Unknown(*id)),
    }
}

/// Whoever asked may have gone away; what was written stays.
fn reply<T>(answer: Answer<T>, result: Result<T, ArchiveError>) {
    let _ = answer.send(result);
}
