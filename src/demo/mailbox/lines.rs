//! Reads lines that end with CRLF, however they are packed into segments.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncBufRead, AsyncBufReadExt};

/// Octets of a command line with its CRLF (RFC 5321 section 4.5.3.1.4).
pub(super) const COMMAND: usize = 512;
/// Octets of a text line with its CRLF and a stuffed dot (RFC 5321 section 4.5.3.1.6).
pub(super) const TEXT: usize = 1_001;
/// How long a receiver waits for the next line (RFC 5321 section 4.5.3.2.7).
const PATIENCE: Duration = Duration::from_mins(5);

/// What came of waiting for a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Input {
    /// Without its CRLF. A bare CR or LF does not end a line: receivers that think so let a second
    /// message be smuggled in.
    Line(Vec<u8>),
    /// More octets than the limit; the rest of the line is read and thrown away.
    TooLong,
    /// The other side has closed, or has been silent for too long.
    End,
}

/// Reads up to the next CRLF. What follows it stays in the buffer of `reader`, so pipelined commands
/// (RFC 2920) are neither lost nor read too early.
pub(super) async fn next(
    reader: &mut (impl AsyncBufRead + Unpin),
    limit: usize,
) -> io::Result<Input> {
    match tokio::time::timeout(PATIENCE, read(reader, limit)).await {
        Ok(input) => input,
        Err(_) => Ok(Input::End),
    }
}

async fn read(reader: &mut (impl AsyncBufRead + Unpin), limit: usize) -> io::Result<Input> {
    let mut line = Vec::new();
    let mut too_long = false;
    loop {
        let buffer = reader.fill_buf().await?;
        if buffer.is_empty() {
            return Ok(Input::End);
        }
        let newline = buffer.iter().position(|&byte| byte == b'\n');
        let taken = newline.map_or(buffer.len(), |at| at + 1);
        line.extend(buffer.iter().take(taken));
        reader.consume(taken);
        if line.len() > limit {
            too_long = true;
            // Only what decides about the end of the line is kept.
            line.drain(..line.len() - 2);
        }
        if newline.is_some() && line.ends_with(b"\r\n") {
            line.truncate(line.len() - 2);
            return Ok(if too_long {
                Input::TooLong
            } else {
                Input::Line(line)
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn check(input: &[u8], expected: &[Input]) {
        // A buffer of three octets splits every line and some of the CRLFs.
        let mut reader = tokio::io::BufReader::with_capacity(3, input);
        for input in expected {
            assert_eq!(&next(&mut reader, 8).await.unwrap(), input);
        }
    }

    fn line(text: &str) -> Input {
        Input::Line(text.into())
    }

    #[tokio::test]
    async fn only_a_crlf_ends_a_line() {
        check(b"one\r\ntwo\r\n", &[line("one"), line("two"), Input::End]).await;
        check(b"a\nb\rc\r\n", &[line("a\nb\rc"), Input::End]).await;
        check(b"\r\n\r\n", &[line(""), line(""), Input::End]).await;
        check(b"cut off", &[Input::End]).await;
    }

    #[tokio::test]
    async fn a_long_line_is_read_to_its_end_and_refused() {
        let input = b"123456\r\n1234567\r\n1234567890\n1234567890\r\nnext\r\n";
        check(
            input,
            &[line("123456"), Input::TooLong, Input::TooLong, line("next")],
        )
        .await;
    }
}
