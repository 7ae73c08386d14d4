//! What each kill left behind: where on the two roads the process was.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::scene::Scene;

/// Counted over all kills.
#[derive(Debug, Default)]
pub struct Evidence {
    /// Outside of looks and deliveries: at the start, waiting, at the end.
    between: u64,
    /// A page was leased, and the journal does not know of the look.
    looking: u64,
    /// The look stands in the journal and not in the database.
    journaled: u64,
    /// A line or a feed was being written.
    writing: u64,
    /// A mail was claimed, and the mailbox did not have it.
    sending: u64,
    /// The mailbox had the mail, and its row was not settled.
    accepted: u64,
    /// How often each mail was under way at a kill.
    pub under_way: BTreeMap<String, u64>,
    /// Replies that the mail server was told to lose.
    pub lost_replies: u64,
}

/// What one kill left.
pub struct Leftovers {
    pub page_leased: bool,
    pub journal_ahead: bool,
    /// Message-IDs of claimed mails.
    pub mails: BTreeSet<String>,
    pub files: usize,
}

impl Evidence {
    pub async fn take(&mut self, scene: &Scene) {
        let left = scene.leftovers().await;
        let accepted = left.mails.iter().any(|id| scene.mails().copies(id) > 0);
        let place = if accepted {
            &mut self.accepted
        } else if !left.mails.is_empty() {
            &mut self.sending
        } else if left.files > 0 {
            &mut self.writing
        } else if left.journal_ahead {
            &mut self.journaled
        } else if left.page_leased {
            &mut self.looking
        } else {
            &mut self.between
        };
        *place += 1;
        for id in left.mails {
            *self.under_way.entry(id).or_default() += 1;
        }
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "killed: {} between, {} looking, {} with the journal ahead of the database, {} writing a file, \
             {} sending a mail, {} with the mail accepted and not settled; {} replies lost on order",
            self.between,
            self.looking,
            self.journaled,
            self.writing,
            self.sending,
            self.accepted,
            self.lost_replies,
        )
    }
}
