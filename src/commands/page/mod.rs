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

use clap::{Args, Subcommand};
use ipnet::IpNet;

use super::{Answer, Exit, Failure};
use source::Source;

#[derive(Debug, Subcommand)]
pub enum Options {
    /// Fetch a page once and show what is read from it
    Check(Check),
}

#[derive(Debug, Args)]
pub struct Check {
    /// A page file, read with its recipe; or an address, for which recipes are proposed
    #[arg(value_name = "FILE|URL")]
    pub source: String,
    /// Ask this network too, though it is not public (127.0.0.0/8 for a site on this machine)
    #[arg(long, value_name = "CIDR", value_parser = network)]
    pub allow: Vec<IpNet>,
    /// Follow at most so many entries to their articles
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub articles: usize,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

pub async fn check(config: Option<PathBuf>, options: &Check) -> Result<Answer, Failure> {
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

/// A network, or one address.
fn network(text: &str) -> Result<IpNet, String> {
    text.parse()
        .or_else(|_| text.parse().map(|address: std::net::IpAddr| address.into()))
        .map_err(|_| "this is not a network; write for example 127.0.0.0/8".to_owned())
}
