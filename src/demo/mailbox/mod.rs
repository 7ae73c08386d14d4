//! A mailbox on loopback: a small SMTP receiver that keeps what arrives and fails when told to.

pub mod fault;
mod command;
mod lines;
mod mail;
mod session;

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use self::fault::Moment;
pub use self::fault::{Fault, Reply, Stage};

/// A message that was accepted: envelope and content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The reverse-path; empty for a bounce.
    pub from: String,
    pub to: Vec<String>,
    /// Headers and body as sent, lines ended by CRLF, dots unstuffed.
    pub data: String,
    /// The value of the `Message-ID` header, angle brackets included.
    pub message_id: Option<String>,
}

/// A running receiver. It ends when dropped, open connections included.
#[derive(Debug)]
pub struct Mailbox {
    address: SocketAddr,
    shelf: Arc<Shelf>,
    task: JoinHandle<()>,
}

impl Mailbox {
    /// Receives on `listener` and keeps messages in memory.
    pub fn start(listener: TcpListener) -> io::Result<Self> {
        Self::serve(listener, None)
    }

    /// As `start`; also writes each message to `folder` as `0001.eml`, `0002.eml`, …
    pub fn start_in(listener: TcpListener, folder: &Path) -> io::Result<Self> {
        Self::serve(listener, Some(folder.to_owned()))
    }

    fn serve(listener: TcpListener, folder: Option<PathBuf>) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let shelf = Arc::new(Shelf {
            received: watch::Sender::new(Vec::new()),
            faults: Mutex::new(Vec::new()),
            folder,
            written: AtomicUsize::new(0),
        });
        let task = tokio::spawn(accept(listener, Arc::clone(&shelf)));
        Ok(Self {
            address,
            shelf,
            task,
        })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Everything accepted so far, oldest first.
    pub fn received(&self) -> Vec<Received> {
        self.shelf.received.borrow().clone()
    }

    /// Waits until `count` messages have come or `patience` is over; what has come by then.
    pub async fn wait_for(&self, count: usize, patience: Duration) -> Vec<Received> {
        let mut arrivals = self.shelf.received.subscribe();
        let enough = arrivals.wait_for(|received| received.len() >= count);
        // Too few in time is not an error here: the caller sees how many there are.
        let _ = tokio::time::timeout(patience, enough).await;
        self.received()
    }

    /// Fails once, the next time the moment comes that the fault is about.
    pub fn fail(&self, fault: Fault) {
        let mut faults = self
            .shelf
            .faults
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        faults.push(fault);
    }

    /// Ends the receiver and its connections; afterwards the port is free.
    pub async fn stop(mut self) {
        self.task.abort();
        // An aborted task ends with an error, and that is what was asked for.
        let _ = (&mut self.task).await;
    }
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What all connections share.
#[derive(Debug)]
struct Shelf {
    received: watch::Sender<Vec<Received>>,
    faults: Mutex<Vec<Fault>>,
    folder: Option<PathBuf>,
    /// Numbers the files; a number whose file could not be written is not used again.
    written: AtomicUsize,
}

impl Shelf {
    /// Takes the oldest fault that applies to this moment.
    fn fault(&self, moment: Moment<'_>) -> Option<Fault> {
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        let at = faults.iter().position(|fault| fault.applies(moment))?;
        Some(faults.remove(at))
    }

    /// Keeps a message; from here on the sender may be told that it was accepted.
    async fn keep(&self, message: Received) -> io::Result<()> {
        if let Some(folder) = &self.folder {
            let number = self.written.fetch_add(1, Ordering::Relaxed) + 1;
            write(folder, number, &message).await?;
        }
        self.received.send_modify(|received| received.push(message));
        Ok(())
    }
}

/// The envelope goes on top, as final delivery does it (RFC 5321 section 4.4).
async fn write(folder: &Path, number: usize, message: &Received) -> io::Result<()> {
    let Received { from, to, data, .. } = message;
    let envelope = format!(
        "Return-Path: <{from}>\r\nDelivered-To: {}\r\n",
        to.join(", ")
    );
    let file = folder.join(format!("{number:04}.eml"));
    tokio::fs::write(file, envelope + data).await
}

async fn accept(listener: TcpListener, shelf: Arc<Shelf>) {
    // Owns the conversations, so that they end with this task.
    let mut conversations = JoinSet::new();
    loop {
        tokio::select! {
            Some(_) = conversations.join_next() => {}
            connection = listener.accept() => match connection {
                Ok((stream, _)) => {
                    conversations.spawn(session::converse(stream, Arc::clone(&shelf)));
                }
                // A connection that broke off while it was accepted concerns nobody else.
                Err(why) => tracing::debug!(%why, "mailbox: connection not accepted"),
            }
        }
    }
}

#[cfg(test)]
mod tests;
