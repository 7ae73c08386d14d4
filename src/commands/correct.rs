//! `vermerk correct`: takes back what was told of an event, to exactly those who were told.

use clap::Args;
use jiff::Timestamp;

use super::{Answer, Failure, Installation};
use crate::model::EventId;
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
    match store.correct(event, why, Timestamp::now(), &domain).await? {
        Corrected::NobodyWasTold => Err(Failure::failed(format!(
            "nothing that was sent told of event {event}; see `vermerk events`"
        ))),
        Corrected::Told(0) => Ok(Answer::fine(
            "everybody who was told has been told of this correction before\n",
        )),
        Corrected::Told(count) => Ok(Answer::fine(format!(
            "{count} corrections written; `vermerk run` or `vermerk check` sends them\n"
        ))),
    }
}
