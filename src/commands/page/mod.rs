//! `vermerk page check`: what a page file reads from its page, or which recipe an address might have.
//!
//! 1. `source` reads the page file or the address, and how this installation fetches.
//! 2. `trial` fetches once, reads the entries and a few articles, and asks `judge` what it would say.
//! 3. `shown` and `proposed` put it into words. Nothing is stored.

mod proposed;
mod shown;
mod source;
mod trial;

use std::path::PathBuf;

use super::arguments::PageCheck;
use super::{Answer, Exit, Failure};
use source::Source;

pub async fn check(config: Option<PathBuf>, options: &PageCheck) -> Result<Answer, Failure> {
    let source = Source::read(&options.source)?;
    let client = source::client(config, &options.allow)?;
    Ok(match source {
        Source::File(watched) => {
            let trial = trial::read(&client, &watched, options.articles).await;
            Answer {
                text: if options.json {
                    shown::as_json(&watched, &trial)
                } else {
                    shown::as_text(&watched, &trial)
                },
                exit: exit(trial.is_good()),
            }
        }
        Source::Address(url, language) => {
            let found = trial::propose(&client, &url, &language).await;
            Answer {
                text: if options.json {
                    proposed::as_json(&url, &found)
                } else {
                    proposed::as_text(&url, &found)
                },
                exit: exit(!found.proposals.is_empty()),
            }
        }
    })
}

fn exit(good: bool) -> Exit {
    if good { Exit::Fine } else { Exit::Failed }
}
