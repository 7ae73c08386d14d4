//! The wire to the mail server: it breaks where a reply does not end.
//!
//! A reply is read up to its line break before anyone asks how long it has become, so what is read
//! between two of our own words is counted below all of it, TLS included.

#![expect(
    deprecated,
    reason = "there is no other way to TLS from the first byte on a connection of our own"
)]

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::io::{AsyncRead as PlainRead, AsyncWrite as PlainWrite};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::client::{AsyncNetworkStream, AsyncTokioStream, TlsParameters};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Most bytes that a server may say at once. A chain of certificates is the longest that one has to.
const LONGEST: usize = 128 * 1024;

/// A connection that counts what came since something was said.
#[derive(Debug)]
pub(super) struct Wire {
    stream: TcpStream,
    heard: usize,
    speech: Speech,
}

/// What is said in the open, with the reply to our last words as far as it came.
#[derive(Debug)]
enum Speech {
    Open(Vec<u8>),
    /// The last words were STARTTLS.
    Closing(Vec<u8>),
    Sealed,
}

/// What TLS was put around.
#[derive(Debug)]
pub(super) struct Sealed(AsyncNetworkStream);

impl Wire {
    pub fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            heard: 0,
            speech: Speech::Open(Vec::new()),
        }
    }

    /// With TLS from the first byte.
    pub async fn sealed(mut self, tls: TlsParameters) -> Result<Sealed, Error> {
        self.speech = Speech::Sealed;
        let mut stream = AsyncNetworkStream::use_existing_tokio1(Box::new(self));
        stream.upgrade_tls(tls).await?;
        Ok(Sealed(stream))
    }
}

impl AsyncTokioStream for Wire {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.peer_addr()
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.heard > LONGEST {
            return Poll::Ready(Err(io::Error::other("reply too long")));
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        self.heard += buffer.filled().len() - before;
        let heard = buffer.filled().get(before..).unwrap_or_default();
        if let Speech::Open(reply) | Speech::Closing(reply) = &mut self.speech {
            reply.extend_from_slice(heard);
            // One reply to each of our words: whoever stands between could say more before TLS, which
            // would be believed behind it (RFC 3207, section 5).
            if says_more_than_a_reply(reply) {
                return Poll::Ready(Err(io::Error::other("answers before TLS")));
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.heard = 0;
        self.speech = match self.speech {
            Speech::Open(_) if bytes == b"STARTTLS\r\n" => Speech::Closing(Vec::new()),
            Speech::Open(_) => Speech::Open(Vec::new()),
            Speech::Closing(_) | Speech::Sealed => Speech::Sealed,
        };
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// Whether something stands behind the last line of a reply (RFC 5321, section 4.2.1).
fn says_more_than_a_reply(heard: &[u8]) -> bool {
    let mut lines = heard.split_inclusive(|byte| *byte == b'\n');
    let is_last = |line: &&[u8]| line.ends_with(b"\n") && line.get(3) != Some(&b'-');
    lines.any(|line| is_last(&line)) && lines.next().is_some()
}

impl AsyncTokioStream for Sealed {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.peer_addr()
    }
}

impl AsyncRead for Sealed {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.0).poll_read(context, buffer.initialize_unfilled());
        let length = ready!(read)?;
        buffer.advance(length);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Sealed {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_close(context)
    }
}
