//! History taken again into a database of its own, with a word on how long it took.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use jiff::Timestamp;

use super::installation::system_clock;
use super::{Exit, Failure, Installation};
use crate::model::{Keep, PageId};
use crate::pipeline::{Replayed, Watched, replay};
use crate::store::Store;

/// What was taken again, and in which time.
pub struct Retaken {
    pub replayed: Replayed,
    took: Duration,
}

/// Takes all history again, read with these pages; what the file has already is left, and what the
/// database no longer keeps goes from it too.
pub async fn retake(
    installation: &Installation,
    pages: &[Watched],
    file: &Path,
) -> Result<Retaken, Failure> {
    let began = Instant::now();
    let store = Store::scratch(file).await?;
    let road = installation
        .road_on(store, Vec::new(), system_clock())
        .await?;
    let now = (road.clock)();
    road.store
        .register(&Installation::plans(pages, now))
        .await?;
    let bar = ProgressBar::new(0);
    let settings = installation.archive_settings();
    let replayed = replay(&road, &settings, pages, |done, of| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    })
    .await;
    bar.finish_and_clear();
    let replayed = replayed?;
    let kept = kept_since(installation).await?;
    for watched in pages {
        if let Some(since) = still_dropped(watched.page.keep, kept.get(&watched.page.id), now) {
            road.store.forget(&watched.page.id, since).await?;
        }
    }
    road.archive.leave().await?;
    road.store.close().await;
    Ok(Retaken {
        replayed,
        took: began.elapsed(),
    })
}

/// Since when the database keeps the history of its pages; a lost one is made with all of it.
async fn kept_since(installation: &Installation) -> Result<BTreeMap<PageId, Timestamp>, Failure> {
    match installation.store().await {
        Ok(store) => Ok(store.kept_since().await?),
        Err(_) if !installation.database().exists() => Ok(BTreeMap::new()),
        Err(failure) => Err(failure),
    }
}

/// Where the page file wants more now than was dropped, more comes back.
fn still_dropped(keep: Keep, dropped: Option<&Timestamp>, now: Timestamp) -> Option<Timestamp> {
    keep.since(now)
        .zip(dropped.copied())
        .map(|(wanted, dropped)| wanted.min(dropped))
}

impl Retaken {
    /// How the command ends: what could not be read any more is no whole history.
    pub fn exit(&self) -> Exit {
        if self.replayed.unread.is_empty() {
            Exit::Fine
        } else {
            Exit::Failed
        }
    }

    /// What was taken later on.
    pub fn add(&mut self, more: &Self) {
        self.replayed.visits += more.replayed.visits;
        self.replayed.decisions += more.replayed.decisions;
        self.replayed
            .unread
            .extend_from_slice(&more.replayed.unread);
        self.took += more.took;
    }
}

impl fmt::Display for Retaken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// The others are named by `vermerk archive verify`.
        const NAMED: usize = 10;
        let Replayed {
            visits, decisions, ..
        } = &self.replayed;
        let seconds = self.took.as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
        let rate = *visits as f64 / seconds.max(0.001);
        write!(
            f,
            "{visits} looks and {decisions} decisions taken again in {seconds:.1} s ({rate:.0} looks a second)"
        )?;
        let unread = &self.replayed.unread;
        if !unread.is_empty() {
            write!(
                f,
                "\n{} captures cannot be read any more, and count as nothing received (vermerk archive verify):",
                unread.len()
            )?;
        }
        unread
            .iter()
            .take(NAMED)
            .try_for_each(|one| write!(f, "\nFAULT {one}"))
    }
}
