//! What is done for the archive whether pages change or not.
//!
//! 1. At fixed intervals everything is checked, and the outcome stands in the ledger; the operator is mailed what is wrong.
//! 2. The polls of past days are written down as records; a file whose day is over is closed.
//! 3. Once a day the ledger is signed, and an authority stamps the time where one is configured.
//! 4. What is derived of a page and older than its page file wants is dropped.
//!
//! Each is done even where another one cannot be.

use std::fmt::Display;
use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use url::Url;
use uuid::Uuid;

use super::{Road, RoadError, in_background};
use crate::archive::{
    self, ArchiveError, Checkpoint, Event, EventOutcome, NoKey, QUERY, Question, Report, Settings,
    Signer,
};
use crate::fetch;
use crate::model::{Channel, Content, Damage, Keep, MessageId, NewDelivery, PageId};

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
    /// The token's file.
    pub stamped: Option<PathBuf>,
    /// Changes and events that are no longer kept.
    pub forgotten: u64,
    pub checked: Option<Report>,
    /// What was due and could not be done.
    pub troubles: Vec<String>,
}

/// Does what is due.
pub async fn upkeep(road: &Road, upkeep: &Upkeep) -> Done {
    let checked = upkeep.check(road, (road.clock)()).await;
    let mut done = upkeep.daily(road).await;
    done.checked = done.part("cannot check the archive", checked);
    done
}

impl Done {
    /// What a part came to; where it failed, that is told.
    fn part<T: Default>(&mut self, what: &str, outcome: Result<T, impl Display>) -> T {
        outcome.unwrap_or_else(|why| {
            self.troubles.push(format!("{what}: {why}"));
            T::default()
        })
    }
}

impl Upkeep {
    /// All but the check of everything, which takes its time.
    pub async fn daily(&self, road: &Road) -> Done {
        let now = (road.clock)();
        let mut done = Done::default();
        done.part(
            "cannot end the days that are over",
            road.archive.end_days(now).await,
        );
        done.checkpoint = done.part("no checkpoint", self.sign(now).await);
        done.stamped = done.part("no time stamp yet", self.stamp(road).await);
        done.forgotten = done.part("cannot drop what is too old", self.forget(road, now).await);
        done
    }

    /// Makes the day's checkpoint where there is none.
    pub async fn sign(&self, now: Timestamp) -> Result<Option<Checkpoint>, RoadError> {
        let upkeep = self.clone();
        let signed = in_background(move || -> Result<_, ArchiveError> {
            let day = |at: Timestamp| at.strftime("%Y-%m-%d").to_string();
            let last = archive::last_checkpoint(&upkeep.settings)?;
            if last.is_some_and(|last| day(last) >= day(now)) {
                return Ok(None);
            }
            let signer = upkeep.signer()?;
            archive::checkpoint(&upkeep.settings, &signer, now).map(Some)
        });
        Ok(signed.await??)
    }

    /// Checks everything where that is due; the operator hears of what is wrong, then the ledger does.
    async fn check(&self, road: &Road, now: Timestamp) -> Result<Option<Report>, RoadError> {
        let (settings, due) = (self.settings.clone(), now - self.fixity);
        let checked = in_background(move || -> Result<_, ArchiveError> {
            let is_check = |event: &Event| event.event == archive::FIXITY_CHECK;
            let last = archive::last_event(&settings, is_check)?;
            if last.is_some_and(|last| last.at > due) {
                return Ok(None);
            }
            let well = |event: &Event| is_check(event) && event.outcome == EventOutcome::Success;
            let well = archive::last_event(&settings, well)?;
            let report = archive::verify(&settings, |_, _| {})?;
            Ok(Some((report, well.map(|event| event.at))))
        });
        let Some((report, well)) = checked.await?? else {
            return Ok(None);
        };
        if road.store.tell(&alarms(road, &report, well, now)).await? > 0 {
            road.news.notify_waiters();
        }
        let (settings, event) = (self.settings.clone(), report.event(now));
        in_background(move || archive::note(&settings, event)).await??;
        Ok(Some(report))
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
    async fn stamp(&self, road: &Road) -> Result<Option<PathBuf>, String> {
        let Some(authority) = &self.authority else {
            return Ok(None);
        };
        let unstamped = archive::unstamped(&self.settings);
        let Some(checkpoint) = unstamped.map_err(|error| error.to_string())? else {
            return Ok(None);
        };
        let question = Question::about(checkpoint.note.as_bytes());
        let answer = fetch::post(&road.client, authority, QUERY, question.der()).await;
        let token = answer.map_err(|problem| format!("{authority}: {problem}"))?;
        if let Some(why) = question.refusal(&token) {
            return Err(format!("{authority}: {why}"));
        }
        let kept = archive::keep_token(&self.settings, &checkpoint, &token);
        kept.map(Some).map_err(|error| error.to_string())
    }
}

/// What the operator is told. The same faults since all was well are the same message.
fn alarms(
    road: &Road,
    report: &Report,
    well: Option<Timestamp>,
    now: Timestamp,
) -> Vec<NewDelivery> {
    /// The mail names so many.
    const NAMED: usize = 10;
    if report.faults.is_empty() {
        return Vec::new();
    }
    let content = Content::Damage(Damage {
        at: now,
        faults: report.faults.iter().take(NAMED).cloned().collect(),
        count: report.faults.len(),
    });
    let channels = road.subscriptions.iter().map(|one| &one.channel);
    let operators = channels.filter(|channel| matches!(channel, Channel::Operator { .. }));
    let delivery = |channel: &Channel| {
        let name = format!("vermerk:damage:{channel:?}\n{well:?}\n{:?}", report.faults);
        let id = Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes());
        NewDelivery {
            channel: channel.clone(),
            message_id: MessageId::new(format!("{id}@{}", road.mail_domain)),
            content: content.clone(),
            created: now,
        }
    };
    operators.map(delivery).collect()
}
