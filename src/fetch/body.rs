//! Reads a body chunk by chunk, counting what came and what it unpacks to.

use std::io::{self, Write};

use flate2::write::MultiGzDecoder;
use hyper::body::Bytes;
use reqwest::Response;
use tokio::time::{Instant, timeout_at};

use super::failure;
use crate::model::{Problem, Truncation};

/// How far to read.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Of the bytes as they come, and of the bytes they unpack to.
    pub max_bytes: usize,
    pub deadline: Instant,
    /// For the message when the deadline has passed.
    pub seconds: u64,
}

/// The bytes that came, and why they are not all.
pub struct Body {
    pub bytes: Vec<u8>,
    pub cut: Option<(Truncation, Problem)>,
}

/// What the bytes are counted as.
pub enum Packing {
    Plain,
    Gzip,
}

/// Room is made at once for so much of what a server says it will send; the rest has to come first.
const BELIEVED: usize = 256 * 1024;

/// Counts unpacked bytes and keeps none of them.
struct Meter {
    left: usize,
}

pub async fn read(response: &mut Response, packing: &Packing, bounds: Bounds) -> Body {
    let meter = Meter {
        left: bounds.max_bytes,
    };
    let mut unpacked = match packing {
        Packing::Plain => None,
        Packing::Gzip => Some(MultiGzDecoder::new(meter)),
    };
    let told = response.content_length().unwrap_or_default();
    let told = usize::try_from(told).unwrap_or(usize::MAX);
    let mut bytes = Vec::with_capacity(told.min(bounds.max_bytes).min(BELIEVED));
    loop {
        let chunk = match next(response, bounds).await {
            Ok(Some(chunk)) => chunk,
            Ok(None) => return Body { bytes, cut: None },
            Err(cut) => {
                return Body {
                    bytes,
                    cut: Some(cut),
                };
            }
        };
        let room = bounds.max_bytes.saturating_sub(bytes.len());
        bytes.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
        if chunk.len() > room || is_too_large(unpacked.as_mut(), &chunk) {
            let cut = (Truncation::Length, Problem::TooLarge(bounds.max_bytes));
            return Body {
                bytes,
                cut: Some(cut),
            };
        }
    }
}

async fn next(
    response: &mut Response,
    bounds: Bounds,
) -> Result<Option<Bytes>, (Truncation, Problem)> {
    let problem = match timeout_at(bounds.deadline, response.chunk()).await {
        Ok(Ok(chunk)) => return Ok(chunk),
        Ok(Err(error)) => failure::of_body(&error),
        Err(_) => Problem::TimedOut(bounds.seconds),
    };
    let truncation = match problem {
        Problem::TimedOut(_) => Truncation::Time,
        _ => Truncation::Disconnect,
    };
    Err((truncation, problem))
}

/// Bytes that are no gzip are for the reader of the page to complain of; here only size counts.
fn is_too_large(unpacked: Option<&mut MultiGzDecoder<Meter>>, chunk: &[u8]) -> bool {
    unpacked.is_some_and(|gzip| {
        gzip.write_all(chunk)
            .is_err_and(|error| error.kind() == io::ErrorKind::FileTooLarge)
    })
}

impl Write for Meter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.left.checked_sub(bytes.len()) {
            Some(left) => self.left = left,
            None => return Err(io::ErrorKind::FileTooLarge.into()),
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
