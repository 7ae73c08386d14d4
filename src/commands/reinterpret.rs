//! `vermerk reinterpret`: today's lexicon over all of history; says what is read otherwise now.

use clap::Args;
use jiff::Timestamp;

use super::{Answer, Exit, Failure, Installation};
use crate::pipeline::{self, Reinterpreted};
use crate::present;

#[derive(Debug, Args)]
pub struct Options {
    /// Page ids; all pages if none is given
    #[arg(value_name = "PAGE")]
    pub pages: Vec<String>,
    /// Print one JSON object per replaced reading
    #[arg(long)]
    pub json: bool,
}

pub async fn run(installation: &Installation, options: &Options) -> Result<Answer, Failure> {
    let store = installation.store().await?;
    let now = Timestamp::now();
    let mut answer = Answer::fine("");
    for watched in installation.select(&options.pages)? {
        let page = &watched.page.id;
        match pipeline::reinterpret(&store, &watched.brief(), now).await? {
            Reinterpreted::Done(revisions) if options.json => {
                for revision in &revisions {
                    answer.text += &serde_json::to_string(revision).unwrap_or_default();
                    answer.text += "\n";
                }
            }
            Reinterpreted::Done(revisions) => {
                answer.text += &present::revisions(page, &revisions);
            }
            Reinterpreted::NothingYet => {
                answer.text += &format!("{page}: nothing was read yet\n");
            }
            Reinterpreted::Busy { until } => {
                answer.exit = Exit::Failed;
                eprintln!(
                    "vermerk: {page}: a look is under way (until {until} at the latest); try again then"
                );
            }
        }
    }
    Ok(answer)
}
