//! `vermerk bounces read`: counts mails that came back; for a mail server's pipe, or by hand over a mailbox file.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use jiff::Timestamp;

use super::{Answer, Failure, Installation};
use crate::notify::{self, Links, Returned};
use crate::store::{Bounce, Scored, Store};

#[derive(Debug, Subcommand)]
pub enum Options {
    /// Count what came back, and stop mailing where too much did
    Read {
        /// One mail, or a mailbox file (mbox); "-" is standard input
        #[arg(value_name = "FILE", default_value = "-")]
        file: PathBuf,
    },
}

/// More is no mailbox of bounces.
const LARGEST: u64 = 256 * 1024 * 1024;

/// What was read, by kind.
#[derive(Default)]
struct Tally {
    hard: usize,
    soft: usize,
    complaints: usize,
    ended: usize,
    delayed: usize,
    replies: usize,
    not_ours: usize,
    unreadable: usize,
}

pub async fn read(installation: &Installation, file: &Path) -> Result<Answer, Failure> {
    let links = installation
        .links()?
        .filter(|links| links.bounces.is_some());
    let links = links.ok_or_else(|| {
        Failure::configuration(format!(
            "{}: mails do not come back to Vermerk; set mail.bounces and a table [web]",
            installation.config.file.display()
        ))
    })?;
    let bytes =
        bytes(file).map_err(|error| Failure::failed(format!("{}: {error}", file.display())))?;
    let store = installation.store().await?;
    let mut tally = Tally::default();
    for mail in notify::mailbox(&bytes) {
        count(&mut tally, &store, &links, mail, Timestamp::now()).await?;
    }
    Ok(Answer::fine(tally.text()))
}

async fn count(
    tally: &mut Tally,
    store: &Store,
    links: &Links,
    mail: &[u8],
    now: Timestamp,
) -> Result<(), Failure> {
    let scored = match notify::returned(mail, links) {
        Returned::Hard(message) => {
            tally.hard += 1;
            store.bounced(&message, Bounce::Hard, now).await?
        }
        Returned::Soft(message) => {
            tally.soft += 1;
            store.bounced(&message, Bounce::Soft, now).await?
        }
        Returned::Complaint(message) => {
            tally.complaints += 1;
            store.complained(&message, &links.key, now).await?
        }
        other => {
            *match other {
                Returned::Delayed => &mut tally.delayed,
                Returned::AutoReply => &mut tally.replies,
                Returned::NotOurs => &mut tally.not_ours,
                _ => &mut tally.unreadable,
            } += 1;
            return Ok(());
        }
    };
    if scored == Scored::Ended {
        tally.ended += 1;
    }
    Ok(())
}

fn bytes(file: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        std::io::stdin().take(LARGEST).read_to_end(&mut bytes)?;
    } else {
        std::fs::File::open(file)?
            .take(LARGEST)
            .read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

impl Tally {
    fn text(&self) -> String {
        format!(
            "{} hard, {} soft, {} complaints; {} subscriptions ended; ignored: {} delayed, \
             {} automatic replies, {} not ours, {} no reports\n",
            self.hard,
            self.soft,
            self.complaints,
            self.ended,
            self.delayed,
            self.replies,
            self.not_ours,
            self.unreadable,
        )
    }
}
