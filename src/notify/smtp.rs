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
mod tests {
    use super::*;
    use crate::notify::{Login, email, example, render};
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    use tokio::net::TcpListener;

    /// What the scripted server answers to commands that begin so; silence where it says nothing.
    type Script = &'static [(&'static str, &'static str)];

    const GOOD: Script = &[
        ("EHLO", "250 here"),
        ("MAIL", "250 ok"),
        ("RCPT", "250 ok"),
        ("DATA", "354 go on"),
        (".", "250 taken"),
        ("NOOP", "250 ok"),
        ("QUIT", "221 bye"),
    ];

    #[tokio::test]
    async fn a_mail_is_handed_over_in_one_conversation() {
        let (sent, heard) = talk(&[], Tls::None, None).await;
        assert_eq!(sent, Ok(()));
        assert!(heard.contains("MAIL FROM:<vermerk@example.org>"), "{heard}");
        assert!(heard.contains("RCPT TO:<leserin@example.org>"), "{heard}");
        assert!(
            heard.contains("Subject: [WORDING] Kenya (Kenia): teaser changed"),
            "{heard}"
        );
        assert!(heard.ends_with("QUIT\n"), "{heard}");
    }

    #[tokio::test]
    async fn every_refusal_is_somebodys_problem() {
        for (at, answer, expected) in [
            ("RCPT", "550 5.1.1 no such user", "final"),
            ("RCPT", "550 no such user", "final"),
            ("RCPT", "450 4.2.0 greylisted", "later"),
            ("RCPT", "550 5.7.1 relaying denied", "later"),
            ("MAIL", "550 5.1.8 bad sender domain", "later"),
            ("MAIL", "530 5.7.0 log in first", "later"),
            ("DATA", "554 no", "later"),
            (".", "554 5.7.1 looks like spam", "later"),
            (".", "554 5.6.0 cannot be converted", "final"),
            (".", "552 5.3.4 too big", "final"),
            (".", "452 4.3.1 disk full", "later"),
            ("EHLO", "554 5.3.2 closed", "later"),
            (".", "421 4.3.2 shutting down", "later"),
            ("RCPT", "nonsense", "later"),
            ("DATA", "HANG UP", "later"),
            (".", "HANG UP", "later"),
        ] {
            let script: Script = Vec::leak(vec![(at, answer)]);
            let (sent, _) = talk(script, Tls::None, None).await;
            let said = match &sent {
                Ok(()) => "sent",
                Err(SendError::Temporary(_)) => "later",
                Err(SendError::Permanent(_)) => "final",
            };
            assert_eq!(said, expected, "{at} {answer}: {sent:?}");
        }
    }

    #[tokio::test]
    async fn a_refusal_that_quotes_the_recipient_is_kept_without_it() {
        let script: Script = &[("RCPT", "550 5.1.1 <leserin@example.org>: unknown")];
        let why = talk(script, Tls::None, None).await.0.expect_err("refused");
        let why = why.to_string();
        assert!(why.starts_with("127.0.0.1:"), "{why}");
        assert!(why.contains("<(recipient)>: unknown"), "{why}");
        assert!(!why.contains("leserin"), "{why}");
    }

    #[tokio::test]
    async fn without_starttls_nothing_is_sent() {
        let (sent, heard) = talk(&[], Tls::Required, None).await;
        let why = sent.expect_err("refused").to_string();
        assert!(why.contains("does not offer STARTTLS"), "{why}");
        assert!(
            !heard.contains("MAIL") && !heard.contains("AUTH"),
            "{heard}"
        );
    }

    #[tokio::test]
    async fn a_silent_server_costs_a_bounded_time() {
        for at in ["EHLO", "RCPT", "."] {
            let script: Script = Vec::leak(vec![(at, "")]);
            let (sent, _) = talk(script, Tls::None, None).await;
            let why = sent.expect_err("no answer").to_string();
            assert!(why.contains("no answer within"), "{at}: {why}");
        }
    }

    #[tokio::test]
    async fn a_reply_without_end_breaks_the_connection_and_the_mail_waits() {
        // What the kernel holds on both sides counts as sent.
        const BUFFERED: usize = 16 << 20;
        for at in ["", "EHLO", "MAIL", "DATA", ".", "QUIT"] {
            let script: Script = Vec::leak(vec![(at, "FLOOD")]);
            let (sent, heard) = talk(script, Tls::None, None).await;
            let flood = heard.rsplit_once("flooded ").expect("a flood").1;
            assert!(flood.parse::<usize>().unwrap() < BUFFERED, "{at}: {flood}");
            match sent {
                Ok(()) => assert_eq!(at, "QUIT"),
                Err(SendError::Temporary(why)) => {
                    assert!(why.contains("reply too long"), "{at}: {why}");
                }
                Err(SendError::Permanent(why)) => panic!("{at}: {why}"),
            }
        }
    }

    #[tokio::test]
    async fn a_reply_without_end_before_tls_breaks_the_connection() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let server = tokio::spawn(serve(listener, &[("", "FLOOD")]));
        let why = postman(port, Tls::Implicit, None).test().await;
        let why = why.expect_err("no TLS there").to_string();
        assert!(why.contains("when connecting"), "{why}");
        assert!(server.await.expect("its end").contains("flooded "));
    }

    #[tokio::test]
    async fn nobody_there_says_what_to_check() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        drop(listener);
        let why = postman(port, Tls::None, None)
            .test()
            .await
            .expect_err("nobody");
        assert!(why.to_string().contains("check host and port"), "{why}");
    }

    #[test]
    fn a_password_never_goes_in_the_clear() {
        let login = Some(Login {
            user: "u".into(),
            password: "geheim".into(),
        });
        let smtp = Smtp {
            host: "127.0.0.1".into(),
            port: 25,
            tls: Tls::None,
            login,
        };
        assert!(Postman::new(smtp).is_err());
    }

    fn postman(port: u16, tls: Tls, login: Option<Login>) -> Postman {
        let host = "127.0.0.1".to_owned();
        let mut postman = Postman::new(Smtp {
            host,
            port,
            tls,
            login,
        })
        .expect("settings");
        let short = Duration::from_millis(300);
        postman.patience = Patience {
            command: short,
            content: short,
            goodbye: short,
        };
        postman
    }

    /// Sends one mail to a server that follows the script, and gives back all it heard.
    async fn talk(
        script: Script,
        tls: Tls,
        login: Option<Login>,
    ) -> (Result<(), SendError>, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let server = tokio::spawn(serve(listener, script));
        let delivery = example::mail(example::news(vec![example::reworded()]), "en");
        let settings = example::settings();
        let mail = render(&delivery, &settings).expect("a mailbox");
        let message = email::compose(&mail, &settings).expect("a mail");
        let postman = postman(port, tls, login);
        let sent = postman.send(&message).await;
        postman.rest().await;
        (sent, server.await.expect("the server's end"))
    }

    async fn serve(listener: TcpListener, script: Script) -> String {
        let (stream, _) = listener.accept().await.expect("a caller");
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        let mut heard = String::new();
        let mut in_content = false;
        if script.iter().any(|(begin, _)| begin.is_empty()) {
            return flood(&mut write).await;
        }
        write.write_all(b"220 here\r\n").await.expect("greeted");
        while let Ok(Some(line)) = lines.next_line().await {
            heard.push_str(&line);
            heard.push('\n');
            if in_content && line != "." {
                continue;
            }
            let answer = script
                .iter()
                .chain(GOOD)
                .find(|(begin, _)| !begin.is_empty() && line.starts_with(begin))
                .map_or("500 what?", |(_, answer)| answer);
            in_content = answer.starts_with("354");
            if answer == "HANG UP" {
                break;
            }
            if answer == "FLOOD" {
                heard += &flood(&mut write).await;
                break;
            }
            if !answer.is_empty() {
                let _ = write.write_all(format!("{answer}\r\n").as_bytes()).await;
            }
        }
        heard
    }

    /// A line that does not end, until nobody takes more of it; says how many bytes went out.
    async fn flood(write: &mut (impl AsyncWriteExt + Unpin)) -> String {
        let piece = [b'a'; 64 * 1024];
        let mut sent = 0;
        while write.write_all(&piece).await.is_ok() {
            sent += piece.len();
        }
        format!("flooded {sent}")
    }
}
