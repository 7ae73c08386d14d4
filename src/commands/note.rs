//! `vermerk note`: what a person says of an event; it stands beside what was read, and nobody is mailed.

use clap::Args;

use super::installation::system_clock;
use super::{Answer, Failure, Installation};
use crate::archive::Archive;
use crate::model::{EventId, JournalLine, Remark, RemarkKind};
use crate::store::Store;

#[derive(Debug, Args)]
pub struct Options {
    /// The event's id, as it stands in mails and in `vermerk events`
    pub event: String,
    /// Who says so
    #[arg(long, value_name = "NAME")]
    pub by: String,
    /// What there is to say; readers get these words
    #[arg(long, value_name = "WORDS")]
    pub text: String,
    /// The reading was held against the capture, and it is right
    #[arg(long)]
    pub verified: bool,
}

/// A remark is no essay, and one line of the log has to hold it.
const LONGEST: usize = 1_000;

pub async fn run(installation: &Installation, options: &Options) -> Result<Answer, Failure> {
    let event = event_id(&options.event)?;
    let by = said("--by", &options.by)?;
    let text = said("--text", &options.text)?;
    let store = installation.store().await?;
    if store.event(event).await?.is_none() {
        return Err(Failure::failed(format!(
            "there is no event {event}; see `vermerk events`"
        )));
    }
    let kind = if options.verified {
        RemarkKind::Verified { by }
    } else {
        RemarkKind::Note { by }
    };
    let remark = Remark {
        event,
        kind,
        text,
        at: (system_clock())(),
    };
    journal(installation, &store, &remark).await?;
    store.remark(&remark).await?;
    Ok(Answer::fine(format!(
        "kept; it stands on the event's page and in the exports: /events/{event}\n"
    )))
}

/// Journal first, as with every decision; then the database.
pub(super) async fn journal(
    installation: &Installation,
    store: &Store,
    remark: &Remark,
) -> Result<(), Failure> {
    installation.own_archive(store).await?;
    let (archive, _) = Archive::open(installation.archive_settings())?;
    archive
        .journal(&JournalLine::Remark(remark.clone()))
        .await?;
    Ok(archive.leave().await?)
}

pub(super) fn event_id(text: &str) -> Result<EventId, Failure> {
    text.parse().map(EventId).map_err(|_| {
        Failure::usage(format!(
            "{text:?} is not an event id (a UUID); see `vermerk events`"
        ))
    })
}

/// Words that readers get.
pub(super) fn said(option: &str, words: &str) -> Result<String, Failure> {
    let words = words.trim();
    if words.is_empty() || words.chars().count() > LONGEST {
        return Err(Failure::usage(format!(
            "{option}: write 1 to {LONGEST} characters; readers get these words"
        )));
    }
    Ok(words.to_owned())
}
