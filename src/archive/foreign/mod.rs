//! Reads records that another tool wrote: WARC files packed or not, and WACZ files. Nothing in them is trusted.
//!
//! 1. A file is read as a stream and never unpacked to disk; no name in it is ever used as a path.
//! 2. Fields, blocks and the whole are bounded; what unpacks beyond all reason is refused.
//! 3. Reading ends at the first thing that is not as the format says; what came before it counts.

mod budget;
mod records;
mod wacz;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use self::budget::Budget;
use self::records::read_warc;
use self::wacz::read_wacz;
use super::walk::Fields;

pub use self::records::has_digest;

/// A record of a foreign file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignRecord {
    pub fields: Fields,
    pub block: Vec<u8>,
    /// Where it was found, for messages: file, part, number.
    pub place: String,
}

/// Something a foreign file holds that was not taken, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    pub place: String,
    pub why: String,
}

/// Hands each record of a file to `each`, in order; returns what could not be read.
pub fn read_foreign(
    path: &Path,
    each: &mut dyn FnMut(ForeignRecord) -> io::Result<()>,
) -> io::Result<Vec<Refused>> {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let mut file = File::open(path)?;
    let mut first = [0_u8; 4];
    let known = file.read(&mut first)?;
    let file = File::open(path)?;
    let budget = Budget::of(file.metadata()?.len());
    let mut refused = Vec::new();
    match first.get(..known).unwrap_or_default() {
        [b'P', b'K', 3 | 5, ..] => read_wacz(&name, file, &budget, each, &mut refused)?,
        [0x28, 0xb5, 0x2f, 0xfd] => refused.push(Refused {
            place: name,
            why: "packed with zstd; unpack it first (`zstd -d`)".to_owned(),
        }),
        _ => read_warc(&name, file, &budget, each, &mut refused)?,
    }
    Ok(refused)
}

fn flawed(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}
