//! `vermerk correct`: takes back what was told of an event, on its page and to exactly those who were told.

use clap::Args;

use super::installation::system_clock;
use super::note::{event_id, keep, said};
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
    let now = (system_clock())();
    let is_known = store.event(event).await?.is_some();
    let corrected = store.correct(event, &why, now, &domain).await?;
    if corrected == Corrected::NobodyWasTold && !is_known {
        return Err(Failure::failed(format!(
            "there is no event {event}, and nothing that was sent told of it; see `vermerk events`"
        )));
    }
    let known = store.remarks(Some(event)).await?;
    let is_new = |one: &Remark| one.kind != RemarkKind::Correction || one.text != why;
    if known.iter().all(is_new) {
        let remark = Remark {
            event,
            kind: RemarkKind::Correction,
            text: why,
            at: now,
        };
        keep(installation, &store, &remark).await?;
    }
    let told = match corrected {
        Corrected::NobodyWasTold => "nobody was mailed of it".to_owned(),
        Corrected::Told(0) => "everybody who was told has been told of this before".to_owned(),
        Corrected::Told(1) => {
            "1 correction written; `vermerk run` or `vermerk check` sends it".to_owned()
        }
        Corrected::Told(count) => {
            format!("{count} corrections written; `vermerk run` or `vermerk check` sends them")
        }
    };
    Ok(Answer::fine(format!("{told}; the event's page says so\n")))
}
