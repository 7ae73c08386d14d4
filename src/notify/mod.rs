//! Brings deliveries to people: mail, log lines, a JSON Lines file, Atom feeds.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::model::{Delivery, EmailAddress, FeedScope, News, Outcome};

/// Where messages go and what they say of themselves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `None`: no mail is sent.
    pub smtp: Option<Smtp>,
    pub from: EmailAddress,
    /// Stands in every mail: how to stop.
    pub stop_contact: String,
    pub json_lines: Option<PathBuf>,
    pub feed_folder: Option<PathBuf>,
    /// Where the feed folder is published, for the feeds' own links.
    pub feed_url: Option<url::Url>,
}

/// How to reach the mail server.
#[derive(Debug, Clone)]
pub struct Smtp {
    pub host: String,
    pub port: u16,
    pub tls: Tls,
    pub login: Option<Login>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// STARTTLS, or nothing is sent. The default.
    Required,
    /// TLS from the first byte (port 465).
    Implicit,
    /// Clear text: for a relay on this machine.
    None,
}

/// A login for the mail server; its debug form hides the password.
#[derive(Clone)]
pub struct Login {
    pub user: String,
    pub password: String,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Login {{ user: {:?}, password: *** }}", self.user)
    }
}

/// Why a message did not go out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Try again later.
    #[error("{0}")]
    Temporary(String),
    /// This message will never be taken.
    #[error("{0}")]
    Permanent(String),
}

/// All channels, ready to send; cheap to clone.
#[derive(Clone)]
pub struct Notifier {}

impl Notifier {
    pub fn new(_settings: Settings) -> Result<Self, SendError> {
        todo!()
    }

    /// Sends a mail, a log line or a JSON line; feeds go through `write_feed`.
    pub async fn send(&self, _delivery: &Delivery) -> Result<(), SendError> {
        todo!()
    }

    pub async fn write_feed(&self, _scope: &FeedScope, _news: &[News]) -> Result<(), SendError> {
        todo!()
    }
}

/// What becomes of a delivery after a try.
pub fn outcome(_delivery: &Delivery, _result: Result<(), SendError>, _now: Timestamp) -> Outcome {
    todo!()
}
