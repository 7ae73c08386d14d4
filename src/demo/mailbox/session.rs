//! One conversation with a client: RFC 5321 without relaying, TLS or authentication.
//!
//! 1. Greet, then answer commands in the order in which they come.
//! 2. Collect an envelope: MAIL, then RCPT.
//! 3. Take the message after DATA, keep it, and only then say so.

use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;

use tokio::io::{AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use super::command::{Command, MAX_MESSAGE, Refusal};
use super::fault::{Fault, Moment};
use super::lines::{self, Input};
use super::{Received, Shelf};

/// Fewest recipients a receiver must take (RFC 5321 section 4.5.3.1.8), and the most this one does.
const MAX_RECIPIENTS: usize = 100;

/// Talks to a client until one of the two goes.
pub(super) async fn converse(stream: TcpStream, shelf: Arc<Shelf>) {
    if let Err(why) = Session::new(stream, shelf).run().await {
        tracing::debug!(%why, "mailbox: connection broken");
    }
}

/// `Break` ends the connection.
type Flow = io::Result<ControlFlow<()>>;

const NEXT: Flow = Ok(ControlFlow::Continue(()));
const CLOSE: Flow = Ok(ControlFlow::Break(()));

struct Session {
    reader: BufReader<OwnedReadHalf>,
    writer: OwnedWriteHalf,
    shelf: Arc<Shelf>,
    introduced: bool,
    envelope: Option<Envelope>,
}

#[derive(Debug, Default)]
struct Envelope {
    from: String,
    to: Vec<String>,
}

/// What came after DATA.
enum Message {
    Whole(Vec<u8>),
    /// Read to its end and thrown away, with the reply that says why.
    Refused(&'static str),
    /// The client went away before the final dot.
    Broken,
}

impl Session {
    fn new(stream: TcpStream, shelf: Arc<Shelf>) -> Self {
        // Replies are short and waited for; collecting them would only cost time.
        let _ = stream.set_nodelay(true);
        let (reader, writer) = stream.into_split();
        Self {
            reader: BufReader::new(reader),
            writer,
            shelf,
            introduced: false,
            envelope: None,
        }
    }

    async fn run(mut self) -> io::Result<()> {
        let greeting = "220 localhost vermerk demo mailbox";
        let mut flow = match self.shelf.fault(Moment::Greeting) {
            Some(fault) => self.fail(fault).await.map(|_| ControlFlow::Break(()))?,
            None => self.say(greeting).await?,
        };
        while flow.is_continue() {
            flow = match lines::next(&mut self.reader, lines::COMMAND).await? {
                Input::Line(line) => self.answer(&line).await?,
                Input::TooLong => self.say("500 5.5.2 line too long").await?,
                Input::End => ControlFlow::Break(()),
            };
        }
        self.writer.shutdown().await
    }

    async fn answer(&mut self, line: &[u8]) -> Flow {
        match Command::parse(line) {
            Ok(Command::Ehlo) => self.introduce(EHLO).await,
            Ok(Command::Helo) => self.introduce("250 localhost").await,
            Ok(Command::Mail { from, size }) => self.mail(from, size).await,
            Ok(Command::Recipient { to }) => self.recipient(to).await,
            Ok(Command::Data) => self.data().await,
            Ok(Command::Reset) => {
                self.envelope = None;
                self.say("250 2.0.0 forgotten").await
            }
            Ok(Command::Noop) => self.say("250 2.0.0 still here").await,
            Ok(Command::Quit) => {
                let _ = self.say("221 2.0.0 bye").await?;
                CLOSE
            }
            Err(Refusal::Unknown) => self.say("500 5.5.1 unknown command").await,
            Err(Refusal::Syntax) => self.say("501 5.5.4 syntax error").await,
            Err(Refusal::Parameter) => self.say("555 5.5.4 parameter not offered").await,
        }
    }

    /// A second greeting is allowed and forgets the envelope, as RSET does.
    async fn introduce(&mut self, reply: &str) -> Flow {
        self.introduced = true;
        self.envelope = None;
        self.say(reply).await
    }

    async fn mail(&mut self, from: String, size: Option<usize>) -> Flow {
        if !self.introduced || self.envelope.is_some() {
            return self.say("503 5.5.1 not now").await;
        }
        if let Some(fault) = self.shelf.fault(Moment::Mail) {
            return self.fail(fault).await;
        }
        if size.is_some_and(|size| size > MAX_MESSAGE) {
            return self.say(TOO_LARGE).await;
        }
        let to = Vec::new();
        self.envelope = Some(Envelope { from, to });
        self.say("250 2.1.0 sender fine").await
    }

    async fn recipient(&mut self, to: String) -> Flow {
        let fault = match &self.envelope {
            None => return self.say("503 5.5.1 MAIL first").await,
            Some(envelope) if envelope.to.len() >= MAX_RECIPIENTS => {
                return self.say("452 4.5.3 too many recipients").await;
            }
            Some(_) => self.shelf.fault(Moment::Recipient(&to)),
        };
        if let Some(fault) = fault {
            return self.fail(fault).await;
        }
        if let Some(envelope) = &mut self.envelope {
            envelope.to.push(to);
        }
        self.say("250 2.1.5 recipient fine").await
    }

    async fn data(&mut self) -> Flow {
        if self
            .envelope
            .as_ref()
            .is_none_or(|envelope| envelope.to.is_empty())
        {
            return self.say("503 5.5.1 RCPT first").await;
        }
        if let Some(fault) = self.shelf.fault(Moment::Data) {
            return self.fail(fault).await;
        }
        let _ = self.say("354 go ahead, end with a dot").await?;
        let envelope = self.envelope.take().unwrap_or_default();
        match self.message().await? {
            Message::Whole(data) => self.keep(envelope, &data).await,
            Message::Refused(reply) => self.say(reply).await,
            Message::Broken => CLOSE,
        }
    }

    /// Reads up to the line that is one dot, and takes away the dots that were added (section 4.5.2).
    async fn message(&mut self) -> io::Result<Message> {
        let mut data = Vec::new();
        let mut refused = None;
        loop {
            match lines::next(&mut self.reader, lines::TEXT).await? {
                Input::Line(line) if line == b"." => break,
                Input::Line(line) => {
                    data.extend(line.strip_prefix(b".").unwrap_or(&line));
                    data.extend(b"\r\n");
                }
                Input::TooLong => refused = Some("500 5.6.0 line too long"),
                Input::End => return Ok(Message::Broken),
            }
            if data.len() > MAX_MESSAGE {
                refused = Some(TOO_LARGE);
            }
            if refused.is_some() {
                data.clear();
            }
        }
        Ok(refused.map_or(Message::Whole(data), Message::Refused))
    }

    async fn keep(&mut self, envelope: Envelope, data: &[u8]) -> Flow {
        if let Some(fault) = self.shelf.fault(Moment::Message) {
            return self.fail(fault).await;
        }
        let data = String::from_utf8_lossy(data).into_owned();
        let mut message = Received {
            from: envelope.from,
            to: envelope.to,
            data,
            message_id: None,
        };
        message.message_id = message.header("message-id");
        if let Err(why) = self.shelf.keep(message).await {
            tracing::warn!(%why, "mailbox: message not written");
            return self.say("451 4.3.0 could not be written").await;
        }
        match self.shelf.fault(Moment::Kept) {
            Some(fault) => self.fail(fault).await,
            None => self.say("250 2.0.0 kept").await,
        }
    }

    async fn fail(&mut self, fault: Fault) -> Flow {
        match fault {
            Fault::Answer { reply, .. } | Fault::Recipient { reply, .. } => {
                let _ = self.say(&format!("{} {}", reply.code, reply.text)).await?;
                // 421 announces that the connection is closed (RFC 5321 section 3.8).
                if reply.code == 421 { CLOSE } else { NEXT }
            }
            Fault::Drop { .. } | Fault::LoseReply => CLOSE,
            Fault::Silence { .. } => std::future::pending().await,
        }
    }

    async fn say(&mut self, reply: &str) -> Flow {
        self.writer
            .write_all(format!("{reply}\r\n").as_bytes())
            .await?;
        NEXT
    }
}

const TOO_LARGE: &str = "552 5.3.4 message too large";
const EHLO: &str = "250-localhost\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250 SIZE 10485760";
