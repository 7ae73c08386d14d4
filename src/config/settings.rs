//! The settings of one installation, as `vermerk.toml` gives them: plain data.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use ipnet::IpNet;
use jiff::SignedDuration;
use url::Url;

use super::password::Password;
use crate::model::{EmailAddress, Language, PageId, WebhookId};
use crate::notify::{Login, Smtp, Tls};

/// A whole configuration, checked.
#[derive(Debug, Clone)]
pub struct Config {
    pub file: PathBuf,
    pub operator: Operator,
    /// The folder of the database and, unless told otherwise, of the archive.
    pub state: PathBuf,
    pub fetch: FetchSettings,
    pub archive: ArchiveSettings,
    /// `None`: no mail is sent.
    pub mail: Option<MailSettings>,
    pub recipients: Vec<Recipient>,
    pub log: LogSettings,
    pub feed: Option<FeedSettings>,
    /// `None`: no site.
    pub web: Option<WebSettings>,
    pub webhooks: Vec<WebhookSettings>,
    /// Of the feeds and of the mails to the operator.
    pub language: Language,
    /// What is allowed but probably not meant; one line each, as errors have.
    pub warnings: Vec<String>,
}

/// Who runs this installation; servers and readers can find out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    pub name: String,
    pub contact: Contact,
    /// Where notices go.
    pub mail: Option<EmailAddress>,
}

/// How the operator can be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contact {
    Page(Url),
    Mail(EmailAddress),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchSettings {
    /// Derived from version and contact; not a setting.
    pub user_agent: String,
    /// Exceptions from the rule that only public addresses are asked.
    pub allow: Vec<IpNet>,
    /// Least distance between two requests to one host.
    pub pause: SignedDuration,
    /// Pages of one schedule are spread over this time.
    pub jitter: SignedDuration,
    /// Pages visited at once.
    pub in_flight: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveSettings {
    pub folder: PathBuf,
    pub max_file_bytes: u64,
    pub prefix: String,
    /// How often everything in it is checked.
    pub fixity: SignedDuration,
    /// Who stamps the time of the daily checkpoint (RFC 3161).
    pub timestamp_authority: Option<Url>,
}

#[derive(Debug, Clone)]
pub struct MailSettings {
    pub host: String,
    pub port: u16,
    pub tls: Tls,
    pub login: Option<(String, Password)>,
    pub from: EmailAddress,
    /// Where undeliverable mails to subscribers come back to, as `name+…@domain`.
    pub bounces: Option<EmailAddress>,
}

/// A reader, by the operator's word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    pub address: EmailAddress,
    pub language: Language,
    /// Empty: every page.
    pub pages: Vec<PageId>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSettings {
    /// One JSON object per change is appended to this file.
    pub json_lines: Option<PathBuf>,
    pub lines: LogLines,
}

/// Whether each change is also a line on standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogLines {
    On,
    Off,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedSettings {
    pub folder: PathBuf,
    /// Where the folder is published.
    pub url: Option<Url>,
}

/// The site for readers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebSettings {
    pub listen: SocketAddr,
    /// Where readers find the site; every link begins with it.
    pub base_url: Url,
    /// Whose word on a reader's own address is taken.
    pub proxies: Vec<IpNet>,
}

/// A program of somebody else that is told of news.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookSettings {
    pub name: WebhookId,
    pub url: Url,
    pub secret: Password,
    /// Empty: every page.
    pub pages: Vec<PageId>,
}

impl fmt::Display for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Contact::Page(url) => url.fmt(f),
            Contact::Mail(address) => write!(f, "mailto:{address}"),
        }
    }
}

impl MailSettings {
    /// As the mail channel wants it; the error says why the password cannot be read.
    pub fn smtp(&self) -> Result<Smtp, String> {
        let login = match &self.login {
            Some((user, password)) => Some(Login {
                user: user.clone(),
                password: password.reveal()?.to_owned(),
            }),
            None => None,
        };
        Ok(Smtp {
            host: self.host.clone(),
            port: self.port,
            tls: self.tls,
            login,
        })
    }
}

/// The line that servers see: program, version, and whom to ask.
pub fn user_agent(contact: &Contact) -> String {
    format!("vermerk/{} (+{contact})", env!("CARGO_PKG_VERSION"))
}
