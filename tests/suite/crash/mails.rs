//! What the mailbox holds at the end: which state each mail tells, and under which Message-ID.

use std::collections::{BTreeMap, BTreeSet};

use vermerk::demo::mailbox::Received;

use super::evidence::Evidence;
use super::scene::READER;

pub struct Mails {
    /// State and Message-ID of each mail to the reader, in the order they came.
    told: Vec<(u64, String)>,
    strangers: Vec<String>,
}

impl Mails {
    pub fn of(received: &[Received]) -> Self {
        let (mut told, mut strangers) = (Vec::new(), Vec::new());
        for mail in received {
            match (state(mail), &mail.message_id) {
                (Some(state), Some(id)) if mail.to == [READER] => told.push((state, id.clone())),
                _ => strangers.push(mail.data.clone()),
            }
        }
        Self { told, strangers }
    }

    pub fn tell(&self, state: u64) -> bool {
        self.told.iter().any(|(told, _)| *told == state)
    }

    /// The states in the order they were told for the first time.
    pub fn first_told(&self) -> Vec<u64> {
        let mut seen = BTreeSet::new();
        let states = self.told.iter().map(|(state, _)| *state);
        states.filter(|state| seen.insert(*state)).collect()
    }

    /// How many Message-IDs each state has.
    pub fn names_per_state(&self) -> Vec<usize> {
        let mut names: BTreeMap<u64, BTreeSet<&str>> = BTreeMap::new();
        for (state, id) in &self.told {
            names.entry(*state).or_default().insert(id);
        }
        names.values().map(BTreeSet::len).collect()
    }

    pub fn ids(&self) -> BTreeSet<&str> {
        self.told.iter().map(|(_, id)| id.as_str()).collect()
    }

    pub fn copies(&self, id: &str) -> u64 {
        self.told.iter().filter(|(_, told)| told == id).count() as u64
    }

    pub fn strangers(&self) -> &[String] {
        &self.strangers
    }

    /// A mail may come twice only where it was under way at a kill, or where the reply to it was lost.
    pub fn assert_repeats(&self, evidence: &Evidence) {
        let mut unexplained = 0;
        for id in self.ids() {
            let under_way = evidence.under_way.get(id).copied().unwrap_or(0);
            unexplained += (self.copies(id) - 1).saturating_sub(under_way);
        }
        assert!(
            unexplained <= evidence.lost_replies,
            "{unexplained} repeats without a kill, {} lost replies: {:?}",
            evidence.lost_replies,
            self.told
        );
    }

    pub fn summary(&self) -> String {
        let ids = self.ids().len();
        format!(
            "{} states told by {} mails with {ids} Message-IDs; {} came more than once",
            self.first_told().len(),
            self.told.len(),
            self.told.len() - ids,
        )
    }
}

/// The newest state a mail names: it also names the one before.
fn state(mail: &Received) -> Option<u64> {
    let text = mail.plain();
    let named = text.split("Runde").skip(1);
    named.filter_map(|rest| rest.get(..4)?.parse().ok()).max()
}
