//! Takes over what a Wayback archive has of an address: its list piece by piece, then capture by capture.
//!
//! 1. One request at a time, the list at most 24 times a minute; `Retry-After` is honoured.
//! 2. What is asked for again after an interruption is only what is not here yet.
//! 3. Every few captures what came is put on disk and into the database.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::import::{self, Brought};
use super::{RoadError, Watched};
use crate::archive::{self, Foreign, Intake, IntakeError, Refused, Settings, Taken};
use crate::fetch::wayback::{self, Listed, Query};
use crate::fetch::{self, Client};
use crate::model::{Clock, Coding, Exchange, Imported, Limits, Problem, Request, Robots};
use crate::store::Store;

/// What is asked of the archive.
pub struct Backfill<'a> {
    pub watched: &'a Watched,
    pub query: Query,
    /// At most so many captures.
    pub limit: usize,
    pub pace: Pace,
}

/// How fast the archive may be asked.
#[derive(Clone)]
pub struct Pace {
    /// Between the beginnings of two requests for the list.
    pub list: Duration,
    /// Between two captures.
    pub capture: Duration,
    /// Added by chance, up to this, so that many installations do not come at one instant.
    pub jitter: Duration,
    /// Whoever asks for a longer wait than this is left alone until the command is given again.
    pub longest_wait: Duration,
    pub clock: Clock,
    pub rest: Arc<dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync>,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Backfilled {
    pub brought: Brought,
    /// Captures that the archive lists and does not give out, by the reason.
    pub missing: BTreeMap<String, usize>,
    /// Why it ended before everything was asked for; the same command goes on from here.
    pub unfinished: Option<String>,
}

impl Pace {
    /// Politer than the archive's own limits (30 lists and 600 captures a minute).
    pub fn polite(clock: Clock) -> Self {
        Self {
            list: Duration::from_millis(2500),
            capture: Duration::from_secs(1),
            jitter: Duration::from_millis(500),
            longest_wait: Duration::from_hours(1),
            clock,
            rest: Arc::new(|wait| Box::pin(tokio::time::sleep(wait))),
        }
    }
}

/// Written to disk and database after so many captures.
const BATCH: usize = 25;
/// After so many failures in a row the archive is not asked any more.
const MANY_FAILURES: usize = 8;
/// How often one request is tried.
const TRIES: u32 = 5;
/// Where a busy archive does not say how long; the next waits double it.
const BUSY: Duration = Duration::from_mins(1);
/// After a broken connection.
const BROKEN: Duration = Duration::from_secs(5);

pub async fn backfill(
    store: &Store,
    settings: &Settings,
    client: &Client,
    asked: Backfill<'_>,
    progress: &dyn Fn(&Listed, usize),
) -> Result<Backfilled, RoadError> {
    let now = (asked.pace.clock)();
    let intake = import::begin(store, settings, std::slice::from_ref(asked.watched), now).await?;
    let page = &asked.watched.page.id;
    let had = store.imported(page).await?.into_iter();
    let mut road = Backroad {
        store,
        client,
        asked: &asked,
        intake,
        had: had.map(|one| one.source).collect(),
        fresh: Vec::new(),
        last_list: None,
        failures: 0,
        done: Backfilled::default(),
    };
    let walked = road.walk(progress).await;
    // What came is kept, however the walk ended.
    road.put_down().await?;
    let Backroad {
        intake, mut done, ..
    } = road;
    intake.close()?;
    match walked {
        Ok(()) => {}
        Err(Halt::Unfinished(why)) => done.unfinished = Some(why),
        Err(Halt::Failed(error)) => return Err(error),
    }
    Ok(done)
}

/// Why the walk ends before its end.
enum Halt {
    Unfinished(String),
    Failed(RoadError),
}

impl<E: Into<RoadError>> From<E> for Halt {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// What a request came to, when it was not worth trying again.
enum Answer {
    Came(Box<Exchange>),
    Not(Problem),
}

struct Backroad<'a> {
    store: &'a Store,
    client: &'a Client,
    asked: &'a Backfill<'a>,
    intake: Intake,
    /// Sources that were taken over before.
    had: BTreeSet<Url>,
    fresh: Vec<Imported>,
    last_list: Option<Timestamp>,
    /// In a row.
    failures: usize,
    done: Backfilled,
}

impl Backroad<'_> {
    async fn walk(&mut self, progress: &dyn Fn(&Listed, usize)) -> Result<(), Halt> {
        let mut resume: Option<String> = None;
        let mut had = BTreeSet::new();
        let mut seen = 0;
        loop {
            let piece = self.piece(resume.as_deref()).await?;
            self.leave_out(piece.others);
            for listed in &piece.rows {
                if seen >= self.asked.limit {
                    return Ok(());
                }
                seen += 1;
                progress(listed, seen);
                self.capture(listed).await?;
            }
            // Keys that come back would be asked for for ever.
            match piece.resume {
                Some(next) if had.insert(next.clone()) => resume = Some(next),
                _ => return Ok(()),
            }
        }
    }

    async fn piece(&mut self, resume: Option<&str>) -> Result<wayback::Piece, Halt> {
        let url = self.asked.query.piece(resume);
        let halt = |why: String| Halt::Unfinished(format!("the list of captures: {why}"));
        if let Some(last) = self.last_list {
            let since = (self.asked.pace.clock)().duration_since(last);
            let since = Duration::try_from(since).unwrap_or_default();
            self.rest(self.asked.pace.list.saturating_sub(since)).await;
        }
        let answer = self.ask(&url).await?;
        self.last_list = Some((self.asked.pace.clock)());
        match answer {
            Answer::Came(exchange) => wayback::read_piece(&exchange.response.body).map_err(halt),
            Answer::Not(problem) => Err(halt(problem.to_string())),
        }
    }

    async fn capture(&mut self, listed: &Listed) -> Result<(), Halt> {
        let url = self.asked.query.memento(listed);
        if self.had.contains(&url) {
            self.done.brought.known += 1;
            return Ok(());
        }
        self.rest(self.asked.pace.capture).await;
        let exchange = match self.ask(&url).await? {
            Answer::Came(exchange) => exchange,
            Answer::Not(problem) => {
                *self.done.missing.entry(problem.to_string()).or_default() += 1;
                self.failures += 1;
                if self.failures >= MANY_FAILURES {
                    let why = format!(
                        "{MANY_FAILURES} captures in a row could not be had, the last one: {problem}"
                    );
                    return Err(Halt::Unfinished(why));
                }
                return Ok(());
            }
        };
        self.failures = 0;
        self.take(listed, &exchange).await
    }

    async fn take(&mut self, listed: &Listed, exchange: &Exchange) -> Result<(), Halt> {
        let memento = match wayback::restore(listed, exchange) {
            Ok(memento) => memento,
            Err(why) => {
                self.refuse(listed, why);
                return Ok(());
            }
        };
        let own = wayback::own_headers(exchange).into_iter();
        let mut about = vec![
            ("importedFrom".to_owned(), exchange.url.to_string()),
            ("sourceTimestamp".to_owned(), listed.stamp.clone()),
            ("sourceDigest".to_owned(), format!("sha1:{}", listed.digest)),
            ("normalised".to_owned(), "put together from the headers that the archive kept; content-length is that of the bytes here".to_owned()),
        ];
        about.extend(own.map(|header| ("sourceHeader".to_owned(), header)));
        let told = format!("sha1:{}", listed.digest);
        if archive::has_digest(&told, &exchange.response.body) == Some(false) {
            about.push(archive::OTHER_DIGEST.map(str::to_owned).into());
        }
        let foreign = Foreign {
            page: self.asked.watched.page.id.clone(),
            url: memento.original,
            at: memento.at,
            block: memento.block,
            repeats: None,
            request: None,
            source: exchange.url.clone(),
            truncated: None,
            taken: Some(exchange.started),
            about,
        };
        match self.intake.take(&foreign) {
            Ok(Taken::New(imported)) => self.fresh.push(*imported),
            Ok(Taken::Known(_)) => self.done.brought.known += 1,
            Err(IntakeError::Unfit(why)) => self.refuse(listed, why.to_owned()),
            Err(IntakeError::Archive(error)) => return Err(error.into()),
        }
        if self.fresh.len() >= BATCH {
            self.put_down().await?;
        }
        Ok(())
    }

    /// On disk first, then into the database.
    async fn put_down(&mut self) -> Result<(), RoadError> {
        self.intake.sync()?;
        self.store.import(&self.fresh).await?;
        let brought = &mut self.done.brought;
        for Imported { capture, source } in self.fresh.drain(..) {
            brought.new.insert(capture.id);
            brought.oldest = Some(
                brought
                    .oldest
                    .map_or(capture.at, |oldest| oldest.min(capture.at)),
            );
            brought.newest = brought.newest.max(Some(capture.at));
            self.had.insert(source);
        }
        Ok(())
    }

    /// One request, tried again where waiting may help.
    async fn ask(&mut self, url: &Url) -> Result<Answer, Halt> {
        let request = self.request(url);
        let mut attempt = 0;
        loop {
            let fetched = fetch::fetch(self.client, &request).await;
            if let Some(exchange) = fetched.answer() {
                return Ok(Answer::Came(Box::new(exchange.clone())));
            }
            let problem = fetched
                .problem
                .unwrap_or_else(|| Problem::BrokenHttp("no answer to read".to_owned()));
            let doubled = |wait: Duration| wait.saturating_mul(1 << attempt);
            let wait = match (&problem, fetched.retry_after) {
                (_, Some(until)) => self.until(until),
                (Problem::Status(429 | 503), None) => doubled(BUSY),
                (problem, None) if is_passing(problem) => doubled(BROKEN),
                _ => return Ok(Answer::Not(problem)),
            };
            if wait > self.asked.pace.longest_wait {
                return Err(Halt::Unfinished(format!(
                    "the archive asks to be left alone for {} minutes ({problem})",
                    wait.as_secs() / 60
                )));
            }
            attempt += 1;
            if attempt == TRIES {
                return Ok(Answer::Not(problem));
            }
            self.rest(wait).await;
        }
    }

    fn request(&self, url: &Url) -> Request {
        let page = &self.asked.watched.page;
        Request {
            url: url.clone(),
            language: page.language.clone(),
            validators: None,
            coding: Coding::Identity,
            // robots.txt speaks to crawlers of pages; this is an interface for programs, with limits of its own.
            robots: Robots::Disregard {
                reason: "an archive's interface for programs, asked within its limits".to_owned(),
            },
            limits: Limits {
                deadline: SignedDuration::from_mins(2),
                ..page.guards.limits
            },
        }
    }

    fn until(&self, until: Timestamp) -> Duration {
        let wait = until.duration_since((self.asked.pace.clock)());
        // A second more: the host's own clock may be behind.
        Duration::try_from(wait).unwrap_or_default() + Duration::from_secs(1)
    }

    async fn rest(&self, wait: Duration) {
        let jitter = self.asked.pace.jitter.mul_f64(chance());
        let wait = wait + jitter;
        if !wait.is_zero() {
            (self.asked.pace.rest)(wait).await;
        }
    }

    fn leave_out(&mut self, rows: usize) {
        if rows > 0 {
            let why = "of redirects, errors and other answers that are no page".to_owned();
            *self.done.brought.left_out.entry(why).or_default() += rows;
        }
    }

    fn refuse(&mut self, listed: &Listed, why: String) {
        self.done.brought.refused.push(Refused {
            place: format!("{} {}", listed.stamp, listed.original),
            why,
        });
    }
}

/// What may be over in a moment.
fn is_passing(problem: &Problem) -> bool {
    matches!(
        problem,
        Problem::Status(500..)
            | Problem::TimedOut(_)
            | Problem::CutOff
            | Problem::Unreachable(_)
            | Problem::BrokenHttp(_)
    )
}

/// Between 0 and 1. Nothing secret hangs on it.
fn chance() -> f64 {
    let bits = uuid::Uuid::new_v4().as_u128() >> 96;
    f64::from(u32::try_from(bits).unwrap_or(0)) / f64::from(u32::MAX)
}
