//! `vermerk events`: what happened according to the pages, newest first, as a table or as JSON.

use clap::Args;
use serde::Serialize;

use super::history::{instant, page_id};
use super::{Answer, Failure, Installation};
use crate::interpret::Lexicon;
use crate::model::{ChangeKind, Country, Event, Factuality, Remark, Stage, countries};
use crate::notify::step;
use crate::notify::words::Tongue;
use crate::present;
use crate::store::EventFilter;

/// An event as JSON, and how it was taken back, if it was.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    event: &'a Event,
    #[serde(skip_serializing_if = "Option::is_none")]
    correction: Option<&'a Remark>,
}

#[derive(Debug, Args)]
pub struct Options {
    /// A page id; all pages if none is given
    pub page: Option<String>,
    /// Only this partner, by its ISO code or its name (KE, Kenia, Kenya)
    #[arg(long, value_name = "COUNTRY")]
    pub partner: Option<String>,
    /// Only this step, by its code (`SIGNED`)
    #[arg(long, value_name = "CODE")]
    pub stage: Option<String>,
    /// Only what the page says so certainly (`DONE`, `PLANNED`, `REPORTED_DONE`, …)
    #[arg(long, value_name = "CODE")]
    pub factuality: Option<String>,
    /// Confirmed at that day or instant (UTC) or later
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Confirmed before that day or instant (UTC)
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub limit: usize,
    /// Print one JSON object per event
    #[arg(long)]
    pub json: bool,
}

pub async fn run(installation: &Installation, options: &Options) -> Result<Answer, Failure> {
    let filter = filter(installation, options)?;
    let store = installation.store().await?;
    let events = store.events(&filter).await?;
    if options.json {
        let corrections = store.corrections().await?;
        let lines = events.iter().map(|event| {
            let correction = corrections.get(&event.id);
            serde_json::to_string(&Line { event, correction }).unwrap_or_default() + "\n"
        });
        return Ok(Answer::fine(lines.collect::<String>()));
    }
    Ok(Answer::fine(present::events(&events)))
}

fn filter(installation: &Installation, options: &Options) -> Result<EventFilter, Failure> {
    let page = options.page.as_deref();
    Ok(EventFilter {
        page: page.map(|name| page_id(installation, name)).transpose()?,
        partner: options.partner.as_deref().map(partner).transpose()?,
        stage: options.stage.as_deref().map(stage).transpose()?,
        factuality: options.factuality.as_deref().map(factuality).transpose()?,
        since: options.since.as_deref().map(instant).transpose()?,
        until: options.until.as_deref().map(instant).transpose()?,
        limit: options.limit,
        ..EventFilter::default()
    })
}

/// A code, or a name in any spelling that is known.
pub(super) fn partner(text: &str) -> Result<Country, Failure> {
    countries::known(text).ok_or_else(|| {
        let named = |country| format!("{country} ({})", step::country(country, Tongue::En));
        let near: Vec<String> = countries::near(text, 5).into_iter().map(named).collect();
        let near = if near.is_empty() {
            String::new()
        } else {
            format!("; near to it: {}", near.join(", "))
        };
        Failure::usage(format!(
            "no country {text:?}; write its ISO code (KE) or its name{near}"
        ))
    })
}

/// A step that the lexicon knows, so that a typing mistake is no empty answer.
fn stage(text: &str) -> Result<Stage, Failure> {
    let lexicon = Lexicon::bundled();
    // That an entry came or went stands in `vermerk history`.
    let is_told = |stage: &&Stage| ChangeKind::of_stage(stage).is_none();
    let mut told = lexicon.stages().stage.keys().filter(is_told);
    let wanted = text.to_uppercase();
    let known = told.clone().find(|stage| stage.as_str() == wanted);
    known.cloned().ok_or_else(|| {
        let codes: Vec<&str> = told.by_ref().map(Stage::as_str).collect();
        Failure::usage(format!("no step {text:?}; there are {}", codes.join(", ")))
    })
}

fn factuality(text: &str) -> Result<Factuality, Failure> {
    let code = text.to_uppercase().replace('-', "_");
    let found = Factuality::ALL.iter().find(|one| one.code() == code);
    found.copied().ok_or_else(|| {
        let codes: Vec<&str> = Factuality::ALL.iter().map(|one| one.code()).collect();
        Failure::usage(format!(
            "no certainty {text:?}; there are {}",
            codes.join(", ")
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_known_or_the_answer_says_what_is() {
        assert_eq!(partner("Kenia").unwrap().as_str(), "KE");
        assert_eq!(partner("ke").unwrap().as_str(), "KE");
        assert!(partner("Kenja").unwrap_err().why.contains("KE (Kenya)"));
        assert_eq!(stage("signed").unwrap().as_str(), "SIGNED");
        assert_eq!(
            factuality("reported-done").unwrap(),
            Factuality::ReportedDone
        );
        for failure in [
            partner("Atlantis").unwrap_err(),
            partner("XX").unwrap_err(),
            stage("SINGED").unwrap_err(),
            stage("DELISTED").unwrap_err(),
            factuality("sure").unwrap_err(),
        ] {
            assert_eq!(failure.exit, crate::commands::Exit::Usage);
        }
    }
}
