//! Runs both roads until it is told to stop: visits as pages come due, deliveries as rows are written.
//!
//! No task sleeps for a page: one loop asks the store what is due, another what may be sent.

mod upkeep;
mod watchdog;

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::futures::Notified;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use crate::model::{Look, Outcome, PageId, Visit};
use crate::pipeline::{self, LEASE, Road, RoadError, Tried, Upkeep, Visited, Watched};
use crate::store::Recorded;

/// At shutdown, looks and mails under way get this long; the unit gives twenty for everything.
const FAREWELL: Duration = Duration::from_secs(7);
/// Other processes write beside the daemon, so it looks at least this often.
const AT_LEAST_EVERY: Duration = Duration::from_secs(30);
/// After an error of the database or the archive.
const BREATH: Duration = Duration::from_secs(5);
/// Digests are due at full hours.
const EVERY_MINUTE: Duration = Duration::from_mins(1);
/// Mails under way at once; a mail server takes some 20 a second on each connection (measured).
const SENDERS: usize = 4;

/// What the daemon works on.
pub struct Daemon {
    pub road: Road,
    pub pages: BTreeMap<PageId, Arc<Watched>>,
    /// Visits under way at once.
    pub in_flight: usize,
    /// `None`: the archive is looked after by somebody else.
    pub upkeep: Option<Upkeep>,
}

/// Visits under way.
type Flying = JoinSet<Result<Visited, RoadError>>;

impl Daemon {
    pub fn new(road: Road, watched: Vec<Watched>, in_flight: usize) -> Self {
        let keyed = |one: Watched| (one.page.id.clone(), Arc::new(one));
        Self {
            road,
            pages: watched.into_iter().map(keyed).collect(),
            in_flight: in_flight.max(1),
            upkeep: None,
        }
    }

    /// Looks after the archive, too.
    #[must_use]
    pub fn keeping(self, upkeep: Upkeep) -> Self {
        Self {
            upkeep: Some(upkeep),
            ..self
        }
    }

    /// Works until `stop` says so, then lets what is under way come to its end.
    pub async fn run(self, stop: watch::Receiver<bool>) {
        let pulse = watchdog::Pulse::default();
        let guard = watchdog::start(pulse.clone());
        let mut senders = JoinSet::new();
        for _ in 0..SENDERS {
            senders.spawn(send_all(self.road.clone(), stop.clone()));
        }
        senders.spawn(digest_all(self.road.clone(), stop.clone()));
        let keeper = self.upkeep.clone().map(|upkeep| {
            tokio::spawn(upkeep::look_after(self.road.clone(), upkeep, stop.clone()))
        });
        watchdog::ready(self.pages.len());
        let mut flying = self.visit_all(stop, &pulse).await;
        watchdog::stopping();
        let all = async {
            while let Some(landed) = flying.join_next().await {
                land(landed, &Notify::new());
            }
            senders.join_all().await
        };
        if tokio::time::timeout(FAREWELL, all).await.is_err() {
            tracing::warn!(
                "a visit or a message was still under way; it is done again after the next start"
            );
        }
        // A check that is cut short changes nothing and is due again.
        keeper.inspect(tokio::task::JoinHandle::abort);
        guard.abort();
    }

    /// Visits until told to stop; returns what is still under way then.
    async fn visit_all(&self, mut stop: watch::Receiver<bool>, pulse: &watchdog::Pulse) -> Flying {
        let mut flying = Flying::new();
        while !*stop.borrow() {
            pulse.beat();
            let wait = match self.take_off(&mut flying).await {
                Ok(wait) => wait,
                Err(error) => {
                    tracing::error!(%error, "cannot ask what is due");
                    BREATH
                }
            };
            tokio::select! {
                _ = stop.changed() => {}
                Some(landed) = flying.join_next(), if !flying.is_empty() => {
                    land(landed, &self.road.news);
                    // Visits that were recorded together land together, and what follows them is leased together.
                    while let Some(landed) = flying.try_join_next() {
                        land(landed, &self.road.news);
                    }
                }
                () = tokio::time::sleep(wait) => {}
            }
        }
        flying
    }

    /// Starts what is due as far as there is room; says how long nothing else will be.
    async fn take_off(&self, flying: &mut Flying) -> Result<Duration, RoadError> {
        let now = (self.road.clock)();
        let room = self.in_flight.saturating_sub(flying.len());
        if room == 0 {
            return Ok(AT_LEAST_EVERY);
        }
        let mut due = self.road.store.due(now, LEASE, room).await?;
        if due.is_empty() {
            self.road.store.heed_clock(now).await?;
            due = self.road.store.due(now, LEASE, room).await?;
        }
        let full = due.len() == room;
        for visit in due {
            self.start(flying, visit);
        }
        if full {
            return Ok(AT_LEAST_EVERY);
        }
        let next = self.road.store.next_visit().await?;
        let wait = next.map_or(AT_LEAST_EVERY, |at| {
            Duration::try_from(at.duration_since(now)).unwrap_or(Duration::from_millis(50))
        });
        Ok(wait.clamp(Duration::from_millis(10), AT_LEAST_EVERY))
    }

    fn start(&self, flying: &mut Flying, visit: Visit) {
        let Some(watched) = self.pages.get(&visit.page).map(Arc::clone) else {
            return;
        };
        let road = self.road.clone();
        flying.spawn(async move { pipeline::visit(&road, &watched, visit).await });
    }
}

/// Tells the log what a visit came to, and the senders whether there is something to send.
fn land(landed: Result<Result<Visited, RoadError>, tokio::task::JoinError>, news: &Notify) {
    match landed {
        Ok(Ok(visited)) => {
            if visited.recorded == Recorded::Stale {
                tracing::warn!(page = %visited.visit.page, "another look had taken over; nothing recorded");
            }
            report(&visited);
            news.notify_waiters();
        }
        Ok(Err(error)) => {
            tracing::error!(%error, "visit not recorded; it is taken again when its lease has run out");
        }
        Err(panic) => {
            tracing::error!(%panic, "visit ended by a defect of the program; it is taken again when its lease has run out");
        }
    }
}

fn report(visited: &Visited) {
    let (page, next) = (&visited.visit.page, visited.next.at);
    match &visited.look {
        Look::Baseline => {
            tracing::info!(%page, entries = visited.entries, %next, "baseline recorded");
        }
        Look::Unchanged => tracing::debug!(%page, %next, "unchanged"),
        Look::Fine => {
            tracing::info!(%page, entries = visited.entries, changes = visited.changes.len(), %next, "read");
        }
        Look::Held(reason) => tracing::warn!(%page, %reason, %next, "held"),
        Look::Failed(problem) => tracing::warn!(%page, %problem, %next, "failed"),
    }
    for problem in &visited.problems {
        tracing::debug!(%page, %problem, "problem");
    }
}

/// Sends what may be sent, then waits for news, and looks again after half a minute at the latest.
async fn send_all(road: Road, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let (tried, news) = ask(Box::pin(pipeline::deliver(&road)), &road.news).await;
        let wait = match tried {
            Ok(Some(tried)) => {
                log_try(&tried);
                continue;
            }
            Ok(None) => AT_LEAST_EVERY,
            Err(error) => {
                tracing::error!(%error, "cannot deliver");
                BREATH
            }
        };
        tokio::select! {
            _ = stop.changed() => {}
            () = news => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// The answer, and the news that came since it was asked for: whoever waits only after an answer misses
/// what came before.
async fn ask<T>(question: impl Future<Output = T>, news: &Notify) -> (T, Pin<Box<Notified<'_>>>) {
    let mut news = Box::pin(news.notified());
    news.as_mut().enable();
    (question.await, news)
}

/// Looks every minute whether a digest is due, and once an hour tidies up.
async fn digest_all(road: Road, mut stop: watch::Receiver<bool>) {
    const ROUNDS_OF_AN_HOUR: u32 = 60;
    let mut round = 0;
    while !*stop.borrow() {
        match pipeline::digest(&road).await {
            Ok(0) => {}
            Ok(readers) => {
                tracing::info!(readers, "digests written");
                road.news.notify_waiters();
            }
            Err(error) => tracing::error!(%error, "cannot write digests"),
        }
        if round % ROUNDS_OF_AN_HOUR == 0
            && let Err(error) = road.store.tidy((road.clock)()).await
        {
            tracing::error!(%error, "cannot tidy up");
        }
        round += 1;
        tokio::select! {
            _ = stop.changed() => {}
            () = tokio::time::sleep(EVERY_MINUTE) => {}
        }
    }
}

fn log_try(tried: &Tried) {
    let id = tried.delivery.message_id.as_str();
    match &tried.outcome {
        Outcome::Sent => tracing::info!(id, "delivered"),
        Outcome::Retry { at, why } => {
            tracing::warn!(id, again = %at, why, "not delivered yet; it may be sent more than once if only the answer was lost");
        }
        Outcome::SetAside { why } => tracing::error!(id, why, "delivery set aside"),
        Outcome::Withdrawn => tracing::info!(id, "delivery withdrawn: its subscription has ended"),
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn news_that_comes_while_the_outbox_is_found_empty_is_not_missed() {
        let news = Notify::new();
        let ((), later) = ask(async { news.notify_waiters() }, &news).await;
        assert_eq!(later.now_or_never(), Some(()));
    }
}
