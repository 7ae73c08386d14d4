//! Files of JSON lines that only grow; the last field of each line is the digest of all that stands before it.
//!
//! 1. A line is written under the file's lock, with one write, behind a whole line.
//! 2. A torn last line was never answered for: it is cut away before the next line.
//! 3. What cannot be a torn line is damage: nothing is cut, and nothing is written behind it.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use serde::Serialize;

use super::folder;
use crate::model::Digest;

/// What the lines of a file look like, by which a torn one is known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    /// How every line begins, and no object within it.
    pub begins: &'static [u8],
    /// More bytes than a line has.
    pub longest: u64,
}

/// A crash of the machine may leave so many zeroes in the place of a line.
const ZEROES: usize = 64 * 1024;

/// A JSON object as a line with its digest.
pub(super) fn sealed(object: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(object)?;
    line.pop();
    let tail = tail(&line);
    line.extend_from_slice(tail.as_bytes());
    Ok(line)
}

/// What is wrong with a line, line break included, if anything.
pub(super) fn fault(line: &[u8]) -> Option<&'static str> {
    if !line.ends_with(b"\n") {
        return Some("has no end");
    }
    let body = line.len().checked_sub(tail(b"").len());
    let (body, told) = line.split_at_checked(body.unwrap_or(0))?;
    (told != tail(body).as_bytes()).then_some("does not have its digest")
}

/// Opens a file to write lines to; a new one is made to last in its folder.
pub(super) fn open(path: &Path) -> io::Result<File> {
    let is_new = !path.exists();
    let file = OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .open(path)?;
    if let (true, Some(folder)) = (is_new, path.parent()) {
        folder::sync(folder)?;
    }
    Ok(file)
}

/// Writes lines behind the last whole one. What a full disk left of them is cut away again.
/// The file must be locked.
pub(super) fn append(file: &mut File, lines: &[u8], form: Form) -> io::Result<()> {
    cut_torn_line(file, form)?;
    let before = file.metadata()?.len();
    file.write_all(lines).inspect_err(|_| {
        // If this fails too, whoever writes or opens next cuts the line.
        let _ = file.set_len(before);
    })
}

/// Returns how many bytes were cut. The file must be locked.
pub(super) fn cut_torn_line(file: &File, form: Form) -> io::Result<u64> {
    let length = file.metadata()?.len();
    let whole = behind_last_break(file, length)?;
    if whole < length {
        let torn = length - whole;
        if torn > form.longest || !may_be_torn(&bytes(file, whole, length)?, form) {
            return Err(damaged(torn));
        }
        file.set_len(whole)?;
        file.sync_all()?;
    }
    Ok(length - whole)
}

/// The last whole line of a file without a torn end, with its line break; empty where there is none.
pub(super) fn last(file: &File) -> io::Result<Vec<u8>> {
    let length = file.metadata()?.len();
    let start = behind_last_break(file, length.saturating_sub(1))?;
    bytes(file, start, length)
}

fn bytes(file: &File, start: u64, end: u64) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::try_from(end - start).unwrap_or_default()];
    file.read_exact_at(&mut bytes, start)?;
    Ok(bytes)
}

/// The beginning of one line and of no second one, or nothing but zeroes.
fn may_be_torn(bytes: &[u8], Form { begins, .. }: Form) -> bool {
    let behind = match bytes.strip_prefix(begins) {
        Some(behind) => behind,
        None if begins.starts_with(bytes) => return true,
        None => return bytes.len() <= ZEROES && bytes.iter().all(|byte| *byte == 0),
    };
    !behind.windows(begins.len()).any(|part| part == begins)
}

fn damaged(torn: u64) -> io::Error {
    let why = format!(
        "its last {torn} bytes are no line, and more than a crash leaves of one: nothing is cut away and nothing is \
         written behind them; put the file right from a backup, or move it away (vermerk archive verify)"
    );
    io::Error::new(io::ErrorKind::InvalidData, why)
}

fn tail(body: &[u8]) -> String {
    format!(",\"digest\":\"sha256:{}\"}}\n", Digest::of(body))
}

/// Where the last line break before `length` ends, looked for from there; 0 where there is none.
fn behind_last_break(file: &File, length: u64) -> io::Result<u64> {
    let mut end = length;
    let mut piece = [0_u8; 4096];
    while end > 0 {
        let start = if end == length {
            end - 1
        } else {
            end.saturating_sub(4096)
        };
        let size = usize::try_from(end - start).unwrap_or(piece.len());
        let piece = piece.get_mut(..size).unwrap_or_default();
        file.read_exact_at(piece, start)?;
        if let Some(found) = piece.iter().rposition(|byte| *byte == b'\n') {
            return Ok(start + found as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_with_any_bit_flipped_does_not_have_its_digest() {
        let line = sealed(&serde_json::json!({"page": "bmi"})).unwrap();
        assert_eq!(fault(&line), None);
        for bit in 0..line.len() * 8 {
            let mut flipped = line.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(fault(&flipped).is_some(), "bit {bit}");
        }
        assert!(fault(b"{}\n").is_some() && fault(b"\n").is_some() && fault(b"").is_some());
    }

    const FORM: Form = Form {
        begins: b"{\"seq\":",
        longest: 1000,
    };

    /// What is left of a file with these bytes; `None` where it is not touched.
    fn check(bytes: &[u8], left: Option<&[u8]>) {
        let path = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(path.path(), bytes).unwrap();
        let cut = cut_torn_line(&open(path.path()).unwrap(), FORM);
        assert_eq!(cut.is_ok(), left.is_some(), "{cut:?}");
        assert_eq!(std::fs::read(path.path()).unwrap(), left.unwrap_or(bytes));
    }

    #[test]
    fn what_a_crash_leaves_of_a_line_is_cut_and_nothing_else() {
        let line = b"{\"seq\":1,\"a\":\"{\\\"seq\\\":\"}\n";
        let (whole, torn) = (line.as_slice(), &line[..20]);
        check(whole, Some(whole));
        check(&[whole, torn].concat(), Some(whole));
        check(torn, Some(b""));
        check(&[whole, b"{\"s"].concat(), Some(whole));
        check(&[whole, &[0; 40]].concat(), Some(whole));
        // Lines whose breaks are gone, more than any line has, and what never was one.
        check(&[torn, torn].concat(), None);
        check(&[whole, torn, &[b'a'; 1000]].concat(), None);
        check(&[whole, b"<html>"].concat(), None);
    }
}
