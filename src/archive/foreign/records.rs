//! Reads the records of one WARC file, packed or not, up to the first that is not as the format says.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use super::budget::{Budget, Guarded};
use super::{ForeignRecord, Refused, flawed};
use crate::archive::record::{MAX_HEAD, field};
use crate::archive::walk::Fields;

/// Longer blocks are stepped over: no topic page is larger, and one is held in memory at a time.
const MAX_BLOCK: u64 = 64 * 1024 * 1024;

pub(super) fn read_warc(
    name: &str,
    source: impl Read,
    budget: &Budget,
    each: &mut dyn FnMut(ForeignRecord) -> io::Result<()>,
    refused: &mut Vec<Refused>,
) -> io::Result<()> {
    let mut source = BufReader::with_capacity(64 * 1024, source);
    let is_gzip = source.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    let plain: Box<dyn Read + '_> = if is_gzip {
        Box::new(MultiGzDecoder::new(source))
    } else {
        Box::new(source)
    };
    let mut records = Records {
        source: BufReader::with_capacity(
            64 * 1024,
            Guarded {
                inner: plain,
                budget: budget.clone(),
            },
        ),
        name,
        number: 0,
    };
    loop {
        match records.next() {
            Ok(None) => return Ok(()),
            Ok(Some(Ok(record))) => each(record)?,
            Ok(Some(Err(why))) => refused.push(Refused {
                place: records.place(),
                why,
            }),
            Err(error) => {
                let why = format!("{}; the rest of it was not read", torn(&error));
                refused.push(Refused {
                    place: records.place(),
                    why,
                });
                return Ok(());
            }
        }
    }
}

fn torn(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => "torn: the file ends within this record".to_owned(),
        _ => error.to_string(),
    }
}

struct Records<'a, R> {
    source: R,
    name: &'a str,
    number: u64,
}

impl<R: BufRead> Records<'_, R> {
    fn place(&self) -> String {
        format!("{}, record {}", self.name, self.number)
    }

    /// The outer error ends the file, the inner one is this record's alone.
    fn next(&mut self) -> io::Result<Option<Result<ForeignRecord, String>>> {
        self.number += 1;
        let Some(version) = self.first_line()? else {
            return Ok(None);
        };
        if !["WARC/1.1", "WARC/1.0"].contains(&version.as_str()) {
            return Err(flawed("no WARC record begins here"));
        }
        let fields = self.fields()?;
        let length = length(&fields)?;
        let fits = length <= MAX_BLOCK;
        let mut block = Vec::new();
        let mut content = (&mut self.source).take(length);
        let read = if fits {
            content.read_to_end(&mut block)? as u64
        } else {
            io::copy(&mut content, &mut io::sink())?
        };
        let mut end = [0; 4];
        if read < length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.source.read_exact(&mut end)?;
        if end != *b"\r\n\r\n" {
            return Err(flawed(
                "the block does not end where its Content-Length says",
            ));
        }
        if !fits {
            return Ok(Some(Err(format!(
                "a block of {length} bytes is too large; left out"
            ))));
        }
        Ok(Some(checked(fields, block, self.place())))
    }

    /// The next line that is not empty; `None` at the end.
    fn first_line(&mut self) -> io::Result<Option<String>> {
        for _ in 0..8 {
            if self.source.fill_buf()?.is_empty() {
                return Ok(None);
            }
            let line = read_line(&mut self.source, MAX_HEAD)?;
            if !line.is_empty() {
                return Ok(Some(line));
            }
        }
        Err(flawed("no WARC record begins here"))
    }

    fn fields(&mut self) -> io::Result<Fields> {
        let mut fields = Fields::new();
        let mut room = MAX_HEAD;
        loop {
            let line = read_line(&mut self.source, room)?;
            room = room.saturating_sub(line.len() + 2);
            if line.is_empty() {
                return Ok(fields);
            }
            if let (true, Some((_, value))) = (line.starts_with([' ', '\t']), fields.last_mut()) {
                value.push(' ');
                value.push_str(line.trim());
                continue;
            }
            match line.split_once(':') {
                Some((name, value)) => {
                    fields.push((name.trim().to_owned(), value.trim().to_owned()));
                }
                None => return Err(flawed("a line among the fields is no field")),
            }
        }
    }
}

fn read_line(source: &mut impl BufRead, room: usize) -> io::Result<String> {
    let mut line = Vec::new();
    let mut limited = source.take(room as u64 + 2);
    limited.read_until(b'\n', &mut line)?;
    if !line.ends_with(b"\n") {
        return Err(match limited.limit() {
            0 => flawed("the fields are longer than 64 KiB"),
            _ => io::ErrorKind::UnexpectedEof.into(),
        });
    }
    let line = line.trim_ascii_end();
    String::from_utf8(line.to_vec()).map_err(|_| flawed("the fields are not UTF-8"))
}

fn length(fields: &[(String, String)]) -> io::Result<u64> {
    let told = field(fields, "Content-Length").unwrap_or_default();
    let digits = !told.is_empty() && told.bytes().all(|byte| byte.is_ascii_digit());
    match told.parse() {
        Ok(length) if digits => Ok(length),
        _ => Err(flawed("no usable Content-Length")),
    }
}

/// A block that does not have the digest its own record tells was changed or damaged.
fn checked(fields: Fields, block: Vec<u8>, place: String) -> Result<ForeignRecord, String> {
    match field(&fields, "WARC-Block-Digest").map(|told| has_digest(told, &block)) {
        Some(Some(false)) => Err("the block does not have its digest; left out".to_owned()),
        _ => Ok(ForeignRecord {
            fields,
            block,
            place,
        }),
    }
}

/// Whether bytes have a digest as a record writes it; `None` where the kind of digest is not known.
pub fn has_digest(told: &str, bytes: &[u8]) -> Option<bool> {
    let (kind, value) = told.split_once(':')?;
    let is = |sum: &[u8]| {
        data_encoding::BASE32_NOPAD.encode(sum) == value.trim_end_matches('=').to_ascii_uppercase()
            || data_encoding::HEXLOWER.encode(sum) == value.to_ascii_lowercase()
    };
    match kind.to_ascii_lowercase().as_str() {
        "sha1" => Some(is(&Sha1::digest(bytes))),
        "sha256" | "sha-256" => Some(is(&Sha256::digest(bytes))),
        _ => None,
    }
}
