//! Speaks SMTP with the next hop, and says of every refusal whose problem it is.
//!
//! 1. Connect, STARTTLS unless told otherwise, log in: what fails here is our own problem, not the mail's.
//! 2. MAIL FROM: a refusal concerns the sender, so the mail waits.
//! 3. RCPT TO and the content: 5xx is final for this mail, unless it is a policy refusal (5.7.x).
//!
//! A connection that took a mail takes the next one, too, as long as there is one: a greeting, TLS and a
//! login for each would cost more than the mail. One that failed is left, and all are when the outbox
//! is empty, so none goes stale between visits. At most four are open at once.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lettre::Message;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Noop, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

use super::hygiene::{at_most, one_line};
use super::wire::Wire;
use super::{SendError, Smtp, Tls, mask};

/// How mails reach the next hop; cheap to clone.
#[derive(Clone)]
pub struct Postman {
    smtp: Arc<Smtp>,
    lines: Arc<Semaphore>,
    /// Connections that took a mail and wait for the next.
    open: Arc<Mutex<Vec<AsyncSmtpConnection>>>,
    patience: Patience,
}

/// How long a stage may take. RFC 5321 section 4.5.3.2 allows minutes; a daemon that must stop within
/// seconds and has other mail to carry asks for less, and most after the content: a reply lost there
/// means the same mail twice.
#[derive(Debug, Clone, Copy)]
struct Patience {
    command: Duration,
    content: Duration,
    goodbye: Duration,
}

const PATIENCE: Patience = Patience {
    command: Duration::from_secs(30),
    content: Duration::from_mins(2),
    goodbye: Duration::from_secs(3),
};

impl Patience {
    fn of(self, stage: Stage) -> Duration {
        match stage {
            Stage::Content => self.content,
            _ => self.command,
        }
    }
}

const LINES: usize = 4;

const POLICY: &str = "the server refuses the sender, not this mail: check login, sender address \
                      and the server's rules";

/// Where in the conversation something went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Greeting,
    Tls,
    Login,
    Sender,
    Recipient,
    Content,
}

impl Postman {
    pub fn new(smtp: Smtp) -> Result<Self, SendError> {
        if smtp.login.is_some() && smtp.tls == Tls::None {
            let why = "a login goes over TLS only: use STARTTLS or TLS, or leave the login out";
            return Err(SendError::Permanent(why.to_owned()));
        }
        Ok(Self {
            smtp: Arc::new(smtp),
            lines: Arc::new(Semaphore::new(LINES)),
            open: Arc::default(),
            patience: PATIENCE,
        })
    }

    pub async fn send(&self, message: &Message) -> Result<(), SendError> {
        // The semaphore is never closed.
        let _line = self.lines.acquire().await;
        let mut connection = match self.waiting().await {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        let sent = self.hand_over(&mut connection, message).await;
        match sent {
            Ok(()) => self.idle().push(connection),
            Err(_) => self.leave(connection).await,
        }
        sent.map_err(|error| self.discreet(error, message))
    }

    /// Leaves all connections that wait; there is nothing to send.
    pub async fn rest(&self) {
        let waiting = std::mem::take(&mut *self.idle());
        for connection in waiting {
            self.leave(connection).await;
        }
    }

    /// A connection that is still answered; a server may have hung up meanwhile.
    async fn waiting(&self) -> Option<AsyncSmtpConnection> {
        loop {
            let mut connection = self.idle().pop()?;
            let heard = self.stage(Stage::Greeting, connection.command(Noop)).await;
            if heard.is_ok() {
                return Some(connection);
            }
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<AsyncSmtpConnection>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything short of a mail: greeting, STARTTLS, login, NOOP.
    pub async fn test(&self) -> Result<(), SendError> {
        let mut connection = self.connect().await?;
        let heard = self.stage(Stage::Login, connection.command(Noop)).await;
        self.leave(connection).await;
        heard.map(|_| ())
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, SendError> {
        let hello = ClientId::default();
        let wire = self.dial().await?;
        let mut connection = if self.smtp.tls == Tls::Implicit {
            let tls = self.tls()?;
            let open = async {
                let wire = Box::new(wire.sealed(tls).await?);
                AsyncSmtpConnection::connect_with_transport(wire, &hello).await
            };
            self.stage(Stage::Greeting, open).await?
        } else {
            let open = AsyncSmtpConnection::connect_with_transport(Box::new(wire), &hello);
            self.stage(Stage::Greeting, open).await?
        };
        if self.smtp.tls == Tls::Required {
            if !connection.can_starttls() {
                self.leave(connection).await;
                return Err(self.no_starttls());
            }
            let upgrade = connection.starttls(self.tls()?, &hello);
            self.stage(Stage::Tls, upgrade).await?;
        }
        if let Some(login) = &self.smtp.login {
            let credentials = Credentials::new(login.user.clone(), login.password.clone());
            let auth = connection.auth(DEFAULT_MECHANISMS, &credentials);
            self.stage(Stage::Login, auth).await?;
        }
        Ok(connection)
    }

    /// A line on which short writes leave at once: the end of a mail is one of its own, and would wait
    /// for the other side's delayed word that it has what came before.
    async fn dial(&self) -> Result<Wire, SendError> {
        let server = (self.smtp.host.as_str(), self.smtp.port);
        let dialled = tokio::time::timeout(self.patience.command, TcpStream::connect(server));
        let line = dialled.await.map_err(|_| self.silent(Stage::Greeting))?;
        let line = line.and_then(|line| line.set_nodelay(true).map(|()| line));
        line.map(Wire::new).map_err(|error| {
            let (when, remedy) = (Stage::Greeting.when(), Stage::Greeting.remedy());
            let said = one_line(&error.to_string());
            SendError::Temporary(format!("{} {when}: {said}; {remedy}", self.server()))
        })
    }

    async fn hand_over(
        &self,
        connection: &mut AsyncSmtpConnection,
        message: &Message,
    ) -> Result<(), SendError> {
        let from = message.envelope().from().cloned();
        let sender = connection.command(Mail::new(from, Vec::new()));
        self.stage(Stage::Sender, sender).await?;
        for to in message.envelope().to() {
            let recipient = connection.command(Rcpt::new(to.clone(), Vec::new()));
            self.stage(Stage::Recipient, recipient).await?;
        }
        self.stage(Stage::Content, connection.command(Data)).await?;
        let bytes = message.formatted();
        self.stage(Stage::Content, connection.message(&bytes))
            .await?;
        Ok(())
    }

    /// Says goodbye; whatever comes back no longer matters.
    async fn leave(&self, mut connection: AsyncSmtpConnection) {
        let _ = tokio::time::timeout(self.patience.goodbye, connection.abort()).await;
    }

    async fn stage<T>(
        &self,
        stage: Stage,
        step: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, SendError> {
        match tokio::time::timeout(self.patience.of(stage), step).await {
            Ok(result) => result.map_err(|error| self.explain(stage, &error)),
            Err(_) => Err(self.silent(stage)),
        }
    }

    fn silent(&self, stage: Stage) -> SendError {
        SendError::Temporary(format!(
            "{}: no answer within {} s {}; {}",
            self.server(),
            self.patience.of(stage).as_secs(),
            stage.when(),
            stage.remedy(),
        ))
    }

    fn tls(&self) -> Result<TlsParameters, SendError> {
        TlsParameters::new(self.smtp.host.clone()).map_err(|error| {
            let why = format!("TLS for {} cannot be set up: {error}", self.server());
            SendError::Temporary(one_line(&why))
        })
    }

    fn no_starttls(&self) -> SendError {
        SendError::Temporary(format!(
            "{} does not offer STARTTLS, so nothing was sent; use the submission port (587), \
             TLS from the first byte (465), or no TLS for a relay on this machine",
            self.server(),
        ))
    }

    fn explain(&self, stage: Stage, error: &Error) -> SendError {
        // The server's own words; lettre's sentence without its kind.
        let cause = std::error::Error::source(error).map(ToString::to_string);
        let words = cause.unwrap_or_else(|| error.to_string());
        let code = error
            .status()
            .map(|code| format!("{code} "))
            .unwrap_or_default();
        let said = at_most(&one_line(&format!("{code}{words}")), 300);
        let is_policy = error.is_permanent() && is_policy(&code, &words);
        let remedy = match stage {
            Stage::Sender | Stage::Recipient | Stage::Content if is_policy => POLICY,
            _ => stage.remedy(),
        };
        let why = format!("{} {}: {said}; {remedy}", self.server(), stage.when());
        if error.is_permanent() && stage.concerns_this_mail() && !is_policy {
            SendError::Permanent(why)
        } else {
            SendError::Temporary(why)
        }
    }

    /// The same without the recipient.
    fn discreet(&self, error: SendError, message: &Message) -> SendError {
        let server = self.server();
        let masked = |why: String| {
            let said = why.strip_prefix(&server).unwrap_or(&why);
            format!("{server}{}", mask::without(message.envelope().to(), said))
        };
        match error {
            SendError::Temporary(why) => SendError::Temporary(masked(why)),
            SendError::Permanent(why) => SendError::Permanent(masked(why)),
        }
    }

    fn server(&self) -> String {
        format!("{}:{}", self.smtp.host, self.smtp.port)
    }
}

impl Stage {
    fn when(self) -> &'static str {
        match self {
            Stage::Greeting => "when connecting",
            Stage::Tls => "when starting TLS",
            Stage::Login => "at the login",
            Stage::Sender => "at the sender address",
            Stage::Recipient => "at the recipient",
            Stage::Content => "at the content",
        }
    }

    fn remedy(self) -> &'static str {
        match self {
            Stage::Greeting => "check host and port, and that the mail server runs",
            Stage::Tls => {
                "its certificate must be valid for this name and from a known authority \
                 (SSL_CERT_FILE names others)"
            }
            Stage::Login => "check user and password",
            Stage::Sender => "check that this server may send for the sender's domain",
            Stage::Recipient => "check the address",
            Stage::Content => "the mail may or may not have been taken",
        }
    }

    fn concerns_this_mail(self) -> bool {
        matches!(self, Stage::Recipient | Stage::Content)
    }
}

/// Whether a 5xx speaks of us rather than of this mail: RFC 3463 class 5.7 (security and policy),
/// 5.1.7 and 5.1.8 (sender address), login wanted, or a bare 554, which tells nothing.
fn is_policy(code: &str, words: &str) -> bool {
    let words = words.trim_start();
    let enhanced = ["5.7.", "5.1.7", "5.1.8"]
        .iter()
        .any(|class| words.starts_with(class));
    let login = ["530", "534", "535", "538"]
        .iter()
        .any(|login| code.starts_with(login));
    let bare = code.starts_with("554") && !words.starts_with("5.");
    enhanced || login || bare
}

#[cfg(test)]
mod tests;
