//! The command line as a newcomer reads it.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use super::{
    archive, backtest, backup, bounces, check, config, correct, deliveries, demo, diff, events,
    history, hold, init, interpret, mail, page, rebuild, reinterpret, restore, status, subscriber,
};

/// Watches official topic pages and tells people what changed: which entry, which words, and the proof.
///
/// Start with `vermerk demo`: it needs no internet and no setup.
#[derive(Debug, Parser)]
#[command(name = "vermerk", version, after_help = EXIT_CODES)]
pub struct Arguments {
    /// The configuration file [default: $`VERMERK_CONFIG`, then /etc/vermerk/vermerk.toml]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "\
Exit codes: 0 all well · 1 something failed or is held · 2 wrong command line · 78 wrong configuration";

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Play three months of a topic page on this machine: site, watch, alerts; needs no internet and no setup
    Demo(demo::Options),
    /// Run the daemon: visit pages as they come due, deliver what they bring
    Run,
    /// Look at pages once, now, and deliver what is due (for cron: this is the whole product)
    Check(check::Options),
    /// How each page stands and what its entries say now
    Status(status::Options),
    /// What happened according to the pages: signings, plans, withdrawals, newest first
    Events(events::Options),
    /// Read all of history with today's lexicon; what is read otherwise is kept beside the new, and nobody is mailed
    Reinterpret(reinterpret::Options),
    /// Every change, newest first
    History(history::Options),
    /// What the words were at two times, with the difference marked
    Diff(diff::Options),
    /// The outbox: what waits, what was set aside and why
    Deliveries(deliveries::Options),
    /// Looks that were too implausible to publish: list them, show one, decide
    #[command(subcommand)]
    Hold(hold::Options),
    /// Try a page file, or find a recipe for an address; nothing is stored
    #[command(subcommand)]
    Page(page::Options),
    /// Read the whole configuration: what it says, or everything that is wrong with it
    #[command(subcommand)]
    Config(config::Options),
    /// Try the way to the mail server and into a mailbox
    #[command(subcommand)]
    Mail(mail::Options),
    /// Who subscribed: list, add, remove, export, erase
    #[command(subcommand)]
    Subscriber(subscriber::Options),
    /// Mails that came back
    #[command(subcommand)]
    Bounces(bounces::Options),
    /// Tell everybody who was told of an event that it was wrong
    Correct(correct::Options),
    /// The evidence: list captures, show one, take its bytes out, check all of it
    #[command(subcommand)]
    Archive(archive::Options),
    /// Make what is derived from the archive anew: entries, changes, statements, events; nobody is mailed
    Rebuild(rebuild::Options),
    /// What would come out otherwise, had history been read with a changed page file or with this version's lexicon; nothing is stored
    Backtest(backtest::Options),
    /// Copy database, archive and configuration into a folder, also while the daemon runs
    Backup(backup::Options),
    /// Put a backup into an empty state folder; nobody is mailed what may have been mailed before
    Restore(restore::Options),
    /// How a text is read: clauses, cues, rules, statements; needs no configuration
    Interpret(interpret::Options),
    /// Set up an installation: configuration, state folder, database; what exists is left as it is
    Init(init::Options),
}
