//! `vermerk correct`: takes back what was told of an event, wherever it is shown and to exactly those who were told.

use clap::Args;

use super::installation::system_clock;
use super::note::{event_id, journal, said};
use super::{Answer, Failure, Installation};
use crate::model::{Remark, RemarkKind};
use crate::store::Corrected;

#[derive(Debug, Args)]
pub struct Options {
    /// The event's id, as it stands in mails and in `vermerk events`
    pub event: String,
    /// What was wrong; readers get these words
    #[arg(long, value_name = "WORDS")]
    pub why: String,
}

pub async fn run(installation: &Installation, options: &Options) -> Result<Answer, Failure> {
    let event = event_id(&options.event)?;
    let why = said("--why", &options.why)?;
    let domain = installation.mail_domain()?;
    let store = installation.store().await?;
    // A better lexicon may have withdrawn it meanwhile.
    let known = store.event(event).await?.is_some();
    if !known && store.readings(event).await?.is_empty() {
        return Err(Failure::failed(format!(
            "there is no event {event}; see `vermerk events`"
        )));
    }
    let mut said_before = store.remarks(Some(event)).await?.into_iter();
    let said_before = said_before.find(|one| one.kind == RemarkKind::Correction && one.text == why);
    let correction = if let Some(correction) = said_before {
        correction
    } else {
        let correction = Remark::correction(event, why, (system_clock())());
        journal(installation, &store, &correction).await?;
        correction
    };
    Ok(Answer::fine(match store.correct(&correction, &domain).await? {
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
