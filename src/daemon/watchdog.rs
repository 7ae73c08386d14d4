//! Tells systemd that the daemon is ready, alive, or stopping.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sd_notify::NotifyState;
use tokio::task::JoinHandle;

/// Proof that the visiting loop still turns.
#[derive(Clone, Default)]
pub struct Pulse(Arc<AtomicU64>);

impl Pulse {
    pub fn beat(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

pub fn ready(pages: usize) {
    let status = format!("watching {pages} pages");
    tell(&[NotifyState::Ready, NotifyState::Status(&status)]);
}

pub fn stopping() {
    tell(&[NotifyState::Stopping]);
}

/// Feeds the watchdog while the pulse goes on. The loop turns at least every 30 s, so a pulse that
/// stands still for two minutes is a loop that hangs.
pub fn start(pulse: Pulse) -> JoinHandle<()> {
    const STILL: Duration = Duration::from_mins(2);
    tokio::spawn(async move {
        let Some(every) = sd_notify::watchdog_enabled().map(|limit| limit / 3) else {
            return;
        };
        let (mut beats, mut since) = (pulse.count(), Instant::now());
        loop {
            if pulse.count() != beats {
                (beats, since) = (pulse.count(), Instant::now());
            }
            if since.elapsed() < STILL {
                tell(&[NotifyState::Watchdog]);
            }
            tokio::time::sleep(every).await;
        }
    })
}

/// Without systemd this does nothing; a socket that is gone is no reason to stop.
fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::debug!(%error, "systemd not told");
    }
}
