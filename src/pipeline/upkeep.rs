//! What is done for the archive whether pages change or not.
//!
//! 1. The polls of past days are written down as records; a file whose day is over is closed.
//! 2. Once a day the ledger is signed, and an authority stamps the time where one is configured.
//! 3. What is derived of a page and older than its page file wants is dropped.
//! 4. At fixed intervals everything is checked, and the outcome stands in the ledger.

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::{Road, RoadError};
use crate::archive::{
    self, ArchiveError, Checkpoint, NoKey, QUERY, Question, Report, Settings, Signer,
};
use crate::fetch;
use crate::model::{Keep, PageId};

/// How an installation looks after its archive.
#[derive(Debug, Clone)]
pub struct Upkeep {
    pub settings: Settings,
    /// The private key; made at the first checkpoint.
    pub key: PathBuf,
    /// Who stamps the time.
    pub authority: Option<Url>,
    /// How often everything is checked.
    pub fixity: SignedDuration,
    /// How long is kept what is derived of each page.
    pub keep: Vec<(PageId, Keep)>,
}

/// What was due and done.
#[derive(Debug, Default)]
pub struct Done {
    pub checkpoint: Option<Checkpoint>,
    /// The token's file, or why there is none yet.
    pub stamped: Option<Result<PathBuf, String>>,
    /// Changes and events that are no longer kept.
    pub forgotten: u64,
    pub checked: Option<Report>,
}

/// Does what is due.
pub async fn upkeep(road: &Road, upkeep: &Upkeep) -> Result<Done, RoadError> {
    let now = (road.clock)();
    let mut done = Done {
        checkpoint: upkeep.sign(road, now).await?,
        ..Done::default()
    };
    done.stamped = upkeep.stamp(road).await?;
    done.forgotten = upkeep.forget(road, now).await?;
    let settings = upkeep.settings.clone();
    let due = now - upkeep.fixity;
    done.checked = in_background(&upkeep.settings, move || {
        match archive::last_event(&settings, archive::FIXITY_CHECK)? {
            Some(last) if last.at > due => Ok(None),
            _ => check(&settings, now).map(Some),
        }
    })
    .await?;
    Ok(done)
}

/// Checks everything and enters the outcome into the ledger.
fn check(settings: &Settings, now: Timestamp) -> Result<Report, ArchiveError> {
    let report = archive::verify(settings, |_, _| {})?;
    archive::note(settings, report.event(now))?;
    Ok(report)
}

impl Upkeep {
    /// Ends the days that are over, and makes the day's checkpoint where there is none.
    pub async fn sign(&self, road: &Road, now: Timestamp) -> Result<Option<Checkpoint>, RoadError> {
        road.archive.end_days(now).await?;
        let upkeep = self.clone();
        in_background(&self.settings, move || {
            let day = |at: Timestamp| at.strftime("%Y-%m-%d").to_string();
            let last = archive::last_checkpoint(&upkeep.settings)?;
            if last.is_some_and(|last| day(last) >= day(now)) {
                return Ok(None);
            }
            let signer = upkeep.signer()?;
            archive::checkpoint(&upkeep.settings, &signer, now).map(Some)
        })
        .await
    }

    /// Drops what is older than the page files want; says how many changes and events.
    pub async fn forget(&self, road: &Road, now: Timestamp) -> Result<u64, RoadError> {
        let mut forgotten = 0;
        for (page, keep) in &self.keep {
            if let Some(since) = keep.since(now) {
                forgotten += road.store.forget(page, since).await?;
            }
        }
        Ok(forgotten)
    }

    pub fn signer(&self) -> Result<Signer, ArchiveError> {
        let opened = Signer::open_or_make(&self.key, &self.settings.prefix);
        opened.map_err(|NoKey { path, why }| ArchiveError::Io {
            path,
            source: std::io::Error::other(why),
        })
    }

    /// Has the newest checkpoint stamped, unless it is or nobody is there to do it.
    pub async fn stamp(&self, road: &Road) -> Result<Option<Result<PathBuf, String>>, RoadError> {
        let Some(authority) = &self.authority else {
            return Ok(None);
        };
        let Some(checkpoint) = archive::unstamped(&self.settings)? else {
            return Ok(None);
        };
        let question = Question::about(checkpoint.note.as_bytes());
        let answer = fetch::post(&road.client, authority, QUERY, question.der()).await;
        let answer = answer.map_err(|problem| problem.to_string());
        let refused = |answer: Vec<u8>| match question.refusal(&answer) {
            Some(why) => Err(why),
            None => Ok(answer),
        };
        Ok(Some(match answer.and_then(refused) {
            Ok(token) => Ok(archive::keep_token(&self.settings, &checkpoint, &token)?),
            Err(why) => Err(format!("{authority}: {why}")),
        }))
    }
}

/// Reading whole files keeps a thread busy.
async fn in_background<T: Send + 'static>(
    settings: &Settings,
    work: impl FnOnce() -> Result<T, ArchiveError> + Send + 'static,
) -> Result<T, RoadError> {
    let done = tokio::task::spawn_blocking(work).await;
    let done = done.unwrap_or_else(|panic| {
        Err(ArchiveError::Io {
            path: settings.folder.clone(),
            source: std::io::Error::other(panic),
        })
    });
    Ok(done?)
}
