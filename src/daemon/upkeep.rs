//! Looks after the archive beside visits and deliveries.

use std::time::Duration;

use tokio::sync::watch;

use crate::pipeline::{self, Done, Road, Upkeep};

/// How often it is asked whether something is due.
const EVERY: Duration = Duration::from_hours(1);

/// Does what is due, until told to stop. The same trouble is told once.
pub async fn look_after(road: Road, upkeep: Upkeep, mut stop: watch::Receiver<bool>) {
    let mut told = String::new();
    while !*stop.borrow() {
        let trouble = report(&pipeline::upkeep(&road, &upkeep).await);
        if !trouble.is_empty() && trouble != told {
            tracing::error!("{trouble}");
        }
        told = trouble;
        tokio::select! {
            _ = stop.changed() => {}
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// Tells the log what was done; returns what is wrong.
fn report(done: &Done) -> String {
    if let Some(checkpoint) = &done.checkpoint {
        tracing::info!(note = %checkpoint.path.display(), "the archive's ledger is signed");
    }
    if let Some(token) = &done.stamped {
        tracing::info!(token = %token.display(), "time stamp received");
    }
    let mut troubles = done.troubles.clone();
    if done.forgotten > 0 {
        tracing::info!(
            changes_and_events = done.forgotten,
            "older than the page files keep them: dropped from the database; the archive has them"
        );
    }
    if let Some(checked) = &done.checked {
        match checked.faults.first() {
            None => tracing::info!(
                files = checked.files,
                records = checked.records,
                "the archive is as it was written"
            ),
            Some(first) => troubles.push(format!(
                "the archive has {} faults (vermerk archive verify); first: {}, offset {}: {}",
                checked.faults.len(),
                first.file,
                first.offset,
                first.what
            )),
        }
    }
    troubles.join("; ")
}
