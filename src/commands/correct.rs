//! `vermerk correct`: takes back what was told of an event, wherever it is shown and to exactly those who were told.

use clap::Args;

use super::installation::system_clock;
use super::{Answer, Failure, Installation};
use crate::archive::Archive;
use crate::model::{EventId, JournalLine, Retraction};
use crate::store::Corrected;

#[derive(Debug, Args)]
pub struct Options {
    /// The event's id, as it stands in mails and in `vermerk events`
    pub event: String,
    /// What was wrong; readers get these words
    #[arg(long, value_name = "WORDS")]
    pub why: String,
}

/// A mail is no essay, and one line of the log has to hold it.
const LONGEST: usize = 1_000;

pub async fn run(installation: &Installation, options: &Options) -> Result<Answer, Failure> {
    let event = options.event.parse().map(EventId).map_err(|_| {
        Failure::usage(format!(
            "{:?} is not an event id (a UUID); see `vermerk events`",
            options.event
        ))
    })?;
    let why = options.why.trim();
    if why.is_empty() || why.chars().count() > LONGEST {
        return Err(Failure::usage(format!(
            "--why: say in 1 to {LONGEST} characters what was wrong; readers get these words"
        )));
    }
    let domain = installation.mail_domain()?;
    let store = installation.store().await?;
    // A better lexicon may have withdrawn it meanwhile.
    let known = store.event(event).await?.is_some();
    if !known && store.revisions_of(event).await?.is_empty() {
        return Err(Failure::failed(format!(
            "there is no event {event}; see `vermerk events`"
        )));
    }
    let retraction = Retraction {
        event,
        why: why.to_owned(),
        at: (system_clock())(),
    };
    // Journal first, as with every decision; then the database.
    let (archive, _) = Archive::open(installation.archive_settings())?;
    archive
        .journal(&JournalLine::Retraction(retraction.clone()))
        .await?;
    archive.close().await?;
    Ok(Answer::fine(match store.correct(&retraction, &domain).await? {
        Corrected::NobodyWasTold => {
            "taken back on the site, in feeds, exports and the API; nobody had been told of it\n".to_owned()
        }
        Corrected::Told(0) => {
            "everybody who was told has been told of this correction before\n".to_owned()
        }
        Corrected::Told(1) => {
            "1 correction written; `vermerk run` or `vermerk check` sends it\n".to_owned()
        }
        Corrected::Told(count) => {
            format!("{count} corrections written; `vermerk run` or `vermerk check` sends them\n")
        }
    }))
}
