//! `vermerk archive takedown`: a capture that may not be shown any more, and the word on it for whoever asks.

use super::installation::system_clock;
use super::{Answer, Failure, Installation};
use crate::archive::{self, Archive, Event, EventOutcome};
use crate::model::{Access, CaptureId, JournalLine, Takedown};
use crate::present::utc;

/// Journal first, as with every decision; then the database.
pub async fn run(
    installation: &Installation,
    capture: CaptureId,
    access: Access,
    why: String,
) -> Result<Answer, Failure> {
    if why.trim().is_empty() {
        return Err(Failure::usage(
            "give the reason with --why; it is shown to whoever asks for the capture",
        ));
    }
    let store = installation.store().await?;
    let Some(named) = store.capture(capture).await? else {
        return Err(Failure::usage(format!(
            "no capture {capture}; see `vermerk archive list`"
        )));
    };
    installation.own_archive(&store).await?;
    let takedown = Takedown {
        capture,
        payload: named.payload(),
        access,
        why,
        at: (system_clock())(),
    };
    let (archive, _) = Archive::open(installation.archive_settings())?;
    archive
        .journal(&JournalLine::Takedown(takedown.clone()))
        .await?;
    archive.leave().await?;
    let word = match access {
        Access::Hidden => "hidden",
        Access::Open => "shown again",
    };
    let note = format!("{capture} {word}: {}", takedown.why);
    let event = Event::of_ours("takedown", takedown.at, EventOutcome::Success, note);
    archive::note(&installation.archive_settings(), event)?;
    store.take_down(&takedown).await?;
    Ok(Answer::fine(match (access, store.hidden(capture).await?) {
        (Access::Hidden, _) => format!(
            "{capture} and every capture with the same bytes is shown and handed over no more; not hidden: the archive's own files, and the texts read from it (history, site, mails)\n"
        ),
        (Access::Open, Some(other)) => format!(
            "{capture} stays hidden: {} has the same bytes and is still taken down\n",
            other.capture
        ),
        (Access::Open, None) => format!("{capture} is shown again\n"),
    }))
}

/// Fails with the reason where a capture was taken down. The database knows; without it the journal does.
pub async fn refuse(installation: &Installation, capture: CaptureId) -> Result<(), Failure> {
    let known = match installation.store().await {
        Ok(store) => store.hidden(capture).await?,
        Err(_) => archive::hidden(&installation.archive_settings(), capture)?,
    };
    match known {
        None => Ok(()),
        Some(Takedown { why, at, .. }) => Err(Failure::failed(format!(
            "{capture} was taken down on {}: {}",
            utc(at),
            super::archive::printable(&why)
        ))),
    }
}
