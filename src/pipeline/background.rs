//! Work that keeps a core or a disk busy is done off the async threads; a panic in it ends nothing but itself.

use std::time::Duration;

use tokio::task::{JoinError, spawn_blocking};

use crate::model::Problem;

/// The work panicked.
#[derive(Debug, thiserror::Error)]
#[error("ended by a defect of the program: {0}")]
pub struct Defect(#[from] JoinError);

pub async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Defect> {
    Ok(spawn_blocking(work).await?)
}

/// Reads markup: what hangs or panics is a problem of the page.
pub async fn within<T: Send + 'static>(
    budget: Duration,
    read: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    match tokio::time::timeout(budget, in_background(read)).await {
        Ok(Ok(read)) => Ok(read),
        Ok(Err(Defect(panic))) => Err(Problem::Unreadable(panic.to_string())),
        Err(_) => Err(Problem::TooSlow(
            u64::try_from(budget.as_millis()).unwrap_or(u64::MAX),
        )),
    }
}
