//! The command line as a newcomer reads it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Watches official topic pages and tells people what changed: which entry, which words, and the proof.
///
/// Start with `vermerk demo`: it needs no internet and no setup.
#[derive(Debug, Parser)]
#[command(name = "vermerk", version, after_help = EXIT_CODES)]
pub struct Arguments {
    /// The configuration file [default: $VERMERK_CONFIG, then /etc/vermerk/vermerk.toml]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "\
Exit codes: 0 all well · 1 something failed or is held · 2 wrong command line · 78 wrong configuration";

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the daemon: visit pages as they come due, deliver what they bring
    Run(Run),
    /// Look at pages once, now, and deliver what is due (for cron: this is the whole product)
    Check(Check),
    /// Looks that were too implausible to publish: list them, show one, decide
    #[command(subcommand)]
    Hold(Hold),
}

#[derive(Debug, Args)]
pub struct Run {}

#[derive(Debug, Args)]
pub struct Check {
    /// Page ids; all pages if none is given
    #[arg(value_name = "PAGE")]
    pub pages: Vec<String>,
    /// Where something differs, wait and look again, so that it is confirmed in one call
    #[arg(long)]
    pub confirm: bool,
    /// Print one JSON object per page
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum Hold {
    /// Open holds with their reasons
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// What a held look read, next to what is confirmed
    Show {
        /// The number from `hold list`
        number: i64,
    },
    /// The held look is right: publish its changes
    Accept {
        /// The number from `hold list`
        number: i64,
    },
    /// The held look is the new state, but nobody is told
    Absorb {
        /// The number from `hold list`
        number: i64,
    },
}
