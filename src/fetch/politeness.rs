//! One request at a time per host, with a pause between two, and no request while a host asked to be left alone.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{Mutex as Queue, OwnedMutexGuard};
use tokio::time::Instant;

/// What is remembered of the hosts that were asked.
pub struct Hosts {
    pause: Duration,
    known: Mutex<HashMap<String, Arc<Queue<Manners>>>>,
}

/// The right to send one request to one host; dropping it lets the next one wait its pause.
pub struct Turn {
    manners: OwnedMutexGuard<Manners>,
}

/// A host's own wish to be left alone, with the status that said so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed {
    pub status: u16,
    pub until: Timestamp,
}

#[derive(Default)]
struct Manners {
    last_end: Option<Instant>,
    closed: Option<Closed>,
}

/// Beyond so many hosts the idle ones are forgotten before a new one is remembered.
const MANY: usize = 256;
/// A host may ask for no longer pause than this, in robots.txt.
pub const LONGEST_PAUSE: Duration = Duration::from_mins(1);

impl Hosts {
    pub fn new(pause: Duration) -> Self {
        Self {
            pause,
            known: Mutex::default(),
        }
    }

    /// Waits until nobody else asks this host and its pause, or the longer one it asked for, is over.
    pub async fn turn(&self, host: &str, asked: Duration, now: Timestamp) -> Turn {
        let queue = self.queue(host, now);
        let manners = queue.lock_owned().await;
        let pause = self.pause.max(asked.min(LONGEST_PAUSE));
        if let Some(ready) = manners.last_end.and_then(|end| end.checked_add(pause)) {
            tokio::time::sleep_until(ready).await;
        }
        Turn { manners }
    }

    fn queue(&self, host: &str, now: Timestamp) -> Arc<Queue<Manners>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MANY && !known.contains_key(host) {
            let rest = self.pause.max(LONGEST_PAUSE);
            known.retain(|_, queue| is_remembered(queue, rest, now));
        }
        known.entry(host.to_owned()).or_default().clone()
    }
}

impl Turn {
    /// The host's wish, while it lasts.
    pub fn closed(&self, now: Timestamp) -> Option<Closed> {
        self.manners.closed.filter(|closed| now < closed.until)
    }

    pub fn close(&mut self, closed: Closed) {
        self.manners.closed = Some(closed);
    }
}

impl Drop for Turn {
    /// Also of a fetch that was given up half-way.
    fn drop(&mut self) {
        self.manners.last_end = Some(Instant::now());
    }
}

/// Whether forgetting this host could make us impolite.
fn is_remembered(queue: &Arc<Queue<Manners>>, rest: Duration, now: Timestamp) -> bool {
    if Arc::strong_count(queue) > 1 {
        return true;
    }
    let Ok(manners) = queue.try_lock() else {
        return true;
    };
    manners.last_end.is_some_and(|end| end.elapsed() < rest)
        || manners.closed.is_some_and(|closed| now < closed.until)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    #[tokio::test]
    async fn the_second_request_waits_for_the_pause_after_the_first() {
        const PAUSE: Duration = Duration::from_millis(400);
        let hosts = Hosts::new(PAUSE);
        drop(hosts.turn("a", Duration::ZERO, NOW).await);
        let end = Instant::now();
        drop(hosts.turn("b", Duration::ZERO, NOW).await);
        let other = end.elapsed();
        drop(hosts.turn("a", Duration::ZERO, NOW).await);
        assert!(other < PAUSE / 2, "another host waits for nobody");
        assert!(end.elapsed() >= PAUSE * 9 / 10);
    }

    #[tokio::test]
    async fn a_host_may_lengthen_its_pause_but_not_shorten_it() {
        let hosts = Hosts::new(Duration::ZERO);
        drop(hosts.turn("a", Duration::ZERO, NOW).await);
        let end = Instant::now();
        drop(hosts.turn("a", Duration::from_millis(30), NOW).await);
        assert!(end.elapsed() >= Duration::from_millis(29));
    }

    #[tokio::test]
    async fn nobody_asks_while_another_asks() {
        let hosts = Hosts::new(Duration::ZERO);
        let first = hosts.turn("a", Duration::ZERO, NOW).await;
        let second = hosts.turn("a", Duration::ZERO, NOW);
        tokio::pin!(second);
        let early = tokio::time::timeout(Duration::ZERO, &mut second).await;
        assert!(early.is_err(), "two had the turn");
        drop(first);
        second.await;
    }

    #[tokio::test]
    async fn hosts_that_want_nothing_of_us_are_forgotten() {
        let hosts = Hosts::new(Duration::ZERO);
        let until = NOW + jiff::SignedDuration::from_hours(1);
        let mut shut = hosts.turn("shut", Duration::ZERO, NOW).await;
        shut.close(Closed { status: 503, until });
        drop(shut);
        let held = hosts.turn("held", Duration::ZERO, NOW).await;
        for host in 0..MANY {
            hosts.queue(&host.to_string(), NOW);
        }
        let known = hosts.known.lock().unwrap();
        assert!(known.len() < 10, "{}", known.len());
        assert!(known.contains_key("shut") && known.contains_key("held"));
        drop(held);
    }
}
