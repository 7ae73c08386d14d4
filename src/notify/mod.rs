//! Brings deliveries to people: mail, log lines, a JSON Lines file, Atom feeds.
//!
//! `render` makes a mail of a delivery without touching anything; `email` makes its bytes; `smtp`
//! hands them to the next hop; `outcome` says what becomes of the row. Log, JSON Lines and feeds
//! are written from the same content.

pub mod render;
pub mod words;
pub mod step;
pub mod wordiff;
pub mod letter;
mod links;
mod returned;
pub mod account;
mod meaning;
pub mod confidence;
mod quotation;
mod entry;
pub mod evidence;
mod notice;
mod damage;
mod witness;
mod plain;
mod length;
mod preview;
pub mod html;
pub mod hygiene;
mod email;
mod smtp;
mod wire;
mod mask;
mod log;
mod json_lines;
pub mod webhook;
pub mod feed;
mod outcome;
mod sample;
#[cfg(test)]
pub mod example;
#[cfg(test)]
mod rfc;
#[cfg(test)]
mod tests;

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use crate::model::{Channel, Delivery, EmailAddress, FeedScope, News, Witness};

pub use feed::Corrections;

pub use links::{Links, Permalinks};
pub use outcome::outcome;
pub use preview::preview;
pub use render::{Audience, Mail, render};
pub use returned::{Returned, mailbox, returned};
pub use sample::sample;

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
    /// `None`: there is no site, and so nobody can subscribe.
    pub links: Option<Links>,
}

impl Settings {
    /// The open pages of the site, where there is one.
    pub fn site(&self) -> Option<&Permalinks> {
        self.links.as_ref().map(|links| &links.open)
    }
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
pub struct Notifier {
    settings: Arc<Settings>,
    postman: Option<smtp::Postman>,
    /// One writer at a time: a file is read before it is appended to.
    files: Arc<Mutex<()>>,
}

impl Notifier {
    pub fn new(settings: Settings) -> Result<Self, SendError> {
        let postman = settings.smtp.clone().map(smtp::Postman::new).transpose()?;
        Ok(Self {
            settings: Arc::new(settings),
            postman,
            files: Arc::default(),
        })
    }

    /// Sends a mail, a log line or a JSON line; feeds go through `write_feed`.
    pub async fn send(&self, delivery: &Delivery) -> Result<(), SendError> {
        match &delivery.channel {
            Channel::Email { .. } | Channel::Reader { .. } | Channel::Operator { .. } => {
                self.send_mail(delivery).await
            }
            Channel::Log => {
                let delivery = delivery.clone();
                self.on_disk("standard output", move || {
                    log::write(&delivery, &mut io::stdout().lock())
                })
                .await
            }
            Channel::JsonLines => {
                let path = self.settings.json_lines.clone();
                let path = path.ok_or_else(|| missing("no JSON Lines file"))?;
                let (name, delivery) = (path.display().to_string(), delivery.clone());
                self.on_disk(&name, move || json_lines::append(&path, &delivery))
                    .await
            }
            Channel::Feed(_) | Channel::Webhook(_) => Err(SendError::Permanent(
                "this channel has a way of its own".to_owned(),
            )),
        }
    }

    pub async fn write_feed(
        &self,
        scope: &FeedScope,
        news: Vec<News>,
        corrections: Corrections,
        witness: Option<Witness>,
    ) -> Result<(), SendError> {
        let folder = self.settings.feed_folder.clone();
        let folder = folder.ok_or_else(|| missing("no feed folder"))?;
        let name = folder.join(feed::file_name(scope)).display().to_string();
        let (scope, settings) = (scope.clone(), Arc::clone(&self.settings));
        self.on_disk(&name, move || {
            let feed = feed::feed(&scope, &news, &corrections, witness.as_ref(), &settings);
            feed::write(&folder, &scope, &feed)
        })
        .await
    }

    /// There is nothing to send: connections that wait for more are left.
    pub async fn rest(&self) {
        if let Some(postman) = &self.postman {
            postman.rest().await;
        }
    }

    /// Greets the mail server, starts TLS, logs in, and leaves without sending anything.
    pub async fn test_connection(&self) -> Result<(), SendError> {
        match &self.postman {
            Some(postman) => postman.test().await,
            None => Err(missing("no mail server")),
        }
    }

    async fn send_mail(&self, delivery: &Delivery) -> Result<(), SendError> {
        let postman = self
            .postman
            .as_ref()
            .ok_or_else(|| missing("no mail server"))?;
        let Some(mail) = render(delivery, &self.settings) else {
            return Err(SendError::Permanent(
                "this channel is no mailbox".to_owned(),
            ));
        };
        postman.send(&email::compose(&mail, &self.settings)?).await
    }

    /// Disk and pipe may block; a full disk passes, so every failure is tried again.
    async fn on_disk(
        &self,
        name: &str,
        write: impl FnOnce() -> io::Result<()> + Send + 'static,
    ) -> Result<(), SendError> {
        let files = Arc::clone(&self.files);
        let written = tokio::task::spawn_blocking(move || {
            // The lock guards files, not memory: after a panic they are repaired like after a crash.
            let _one = files.lock().unwrap_or_else(PoisonError::into_inner);
            write()
        });
        match written.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(SendError::Temporary(format!("{name}: {error}"))),
            Err(error) => Err(SendError::Temporary(format!("{name}: {error}"))),
        }
    }
}

/// The operator may name one; until then the message waits.
fn missing(what: &str) -> SendError {
    SendError::Temporary(format!("{what} is configured"))
}
