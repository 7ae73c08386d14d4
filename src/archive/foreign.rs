//! Reads records that another tool wrote: WARC files packed or not, and WACZ files. Nothing in them is trusted.
//!
//! 1. A file is read as a stream and never unpacked to disk; no name in it is ever used as a path.
//! 2. Fields, blocks and the whole are bounded; what unpacks beyond all reason is refused.
//! 3. Reading ends at the first thing that is not as the format says; what came before it counts.

use std::borrow::Cow;
use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::rc::Rc;

use flate2::bufread::MultiGzDecoder;
use serde::Deserialize;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use zip::ZipArchive;

use super::record::{MAX_HEAD, field};
use super::walk::Fields;
use crate::model::Digest;

/// Longer blocks are stepped over: no topic page is larger, and one is held in memory at a time.
const MAX_BLOCK: u64 = 64 * 1024 * 1024;
/// What any file may unpack to.
const HARMLESS: u64 = 64 * 1024 * 1024;
/// Text packs to a tenth, in the extreme to a hundredth. Only a bomb packs to less than this.
const MAX_RATIO: u64 = 300;
/// More files than this in a WACZ are no web archive of pages.
const MAX_PARTS: usize = 100_000;

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

fn read_wacz(
    name: &str,
    file: File,
    budget: &Budget,
    each: &mut dyn FnMut(ForeignRecord) -> io::Result<()>,
    refused: &mut Vec<Refused>,
) -> io::Result<()> {
    let opened = ZipArchive::new(BufReader::new(file))
        .map_err(|error| format!("no readable WACZ: {error}"))
        .and_then(|zip| parts(&zip).map(|parts| (zip, parts)));
    let (mut zip, parts) = match opened {
        Ok(opened) => opened,
        Err(why) => {
            refused.push(Refused {
                place: name.to_owned(),
                why,
            });
            return Ok(());
        }
    };
    let told = told_digests(&mut zip).unwrap_or_else(|why| {
        refused.push(Refused {
            place: format!("{name}, {PACKAGE}"),
            why: format!("{why}; its parts are taken without comparing their digests"),
        });
        Vec::new()
    });
    for part in parts {
        let place = format!("{name}, {part}");
        // Digested first, read afterwards: nothing is taken from a part that was changed.
        let told = told.iter().find(|(path, _)| *path == part);
        let whole = told.map_or(Ok(()), |(_, told)| {
            check_part(&mut zip, &part, told, budget)
        });
        match whole.and_then(|()| zip.by_name(&part).map_err(|error| error.to_string())) {
            Ok(part) => read_warc(&place, part, budget, each, refused)?,
            Err(why) => refused.push(Refused { place, why }),
        }
    }
    Ok(())
}

/// The parts that hold records; an error where the package is none we take anything of.
fn parts(zip: &ZipArchive<BufReader<File>>) -> Result<Vec<String>, String> {
    if zip.len() > MAX_PARTS {
        return Err(format!("{} parts are too many for a WACZ", zip.len()));
    }
    let names: Result<Vec<String>, _> = zip
        .file_names()
        .map(|name| name.map(Cow::into_owned))
        .collect();
    let names = names.map_err(|error| format!("a part has no readable name: {error}"))?;
    if let Some(part) = names.iter().find(|part| !is_inside(part)) {
        return Err(format!(
            "the part {part:?} leads out of the package; nothing of it is taken"
        ));
    }
    let mut parts: Vec<String> = names.into_iter().filter(|part| is_records(part)).collect();
    parts.sort();
    if parts.is_empty() {
        return Err("holds no archive/*.warc.gz; is this a WACZ?".to_owned());
    }
    Ok(parts)
}

fn check_part(
    zip: &mut ZipArchive<BufReader<File>>,
    part: &str,
    told: &str,
    budget: &Budget,
) -> Result<(), String> {
    let inner = zip.by_name(part).map_err(|error| error.to_string())?;
    let found = sum(&mut Guarded {
        inner,
        budget: budget.clone(),
    });
    match found.map_err(|error| error.to_string())? {
        found if found == told => Ok(()),
        found => Err(format!(
            "does not have the digest that datapackage.json tells (found {found}); nothing of it is taken"
        )),
    }
}

/// A name that stays where it is unpacked. We unpack nothing, but an honest package has no other.
fn is_inside(part: &str) -> bool {
    !part.starts_with('/')
        && !part.contains(['\\', '\0', ':'])
        && part.split('/').all(|step| step != "..")
}

fn is_records(part: &str) -> bool {
    let name = part.strip_prefix("archive/").unwrap_or_default();
    let name = name.strip_suffix(".gz").unwrap_or(name);
    Path::new(name)
        .extension()
        .is_some_and(|ending| ending == "warc")
}

const PACKAGE: &str = "datapackage.json";
/// Real ones have a few kilobytes; packed zeros would take a thousand times their size in memory.
const PACKAGE_LIMIT: u64 = 4 << 20;

#[derive(Deserialize)]
struct Package {
    #[serde(default)]
    resources: Vec<Part>,
}

#[derive(Deserialize)]
struct Part {
    path: String,
    #[serde(default)]
    hash: String,
}

/// What `datapackage.json` says of the parts; without it there is nothing to compare with.
fn told_digests(zip: &mut ZipArchive<BufReader<File>>) -> Result<Vec<(String, String)>, String> {
    let Ok(package) = zip.by_name(PACKAGE) else {
        return Ok(Vec::new());
    };
    let mut bytes = Vec::new();
    let read = package.take(PACKAGE_LIMIT + 1).read_to_end(&mut bytes);
    read.map_err(|error| error.to_string())?;
    if bytes.len() as u64 > PACKAGE_LIMIT {
        return Err(format!("longer than {PACKAGE_LIMIT} bytes"));
    }
    let package: Package = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
    let told = package.resources.into_iter();
    let told = told.filter(|part| part.hash.starts_with("sha256:"));
    Ok(told.map(|part| (part.path, part.hash)).collect())
}

fn sum(part: &mut impl Read) -> io::Result<String> {
    let mut sum = Sha256::new();
    let mut piece = vec![0; 64 * 1024];
    loop {
        match part.read(&mut piece)? {
            0 => {
                let sum = data_encoding::HEXLOWER.encode(&sum.finalize());
                return Ok(format!("sha256:{sum}"));
            }
            size => sum.update(piece.get(..size).unwrap_or_default()),
        }
    }
}

fn read_warc(
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
pub(super) fn has_digest(told: &str, bytes: &[u8]) -> Option<bool> {
    let (kind, value) = told.split_once(':')?;
    let is = |sum: &[u8]| {
        data_encoding::BASE32_NOPAD.encode(sum) == value.trim_end_matches('=').to_ascii_uppercase()
            || data_encoding::HEXLOWER.encode(sum) == value.to_ascii_lowercase()
    };
    match kind.to_ascii_lowercase().as_str() {
        "sha1" => Some(is(&Sha1::digest(bytes))),
        "sha256" | "sha-256" => {
            Some(is(&Sha256::digest(bytes)) || value == Digest::of(bytes).hex())
        }
        _ => None,
    }
}

fn flawed(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

/// What a file may unpack to, all its parts together.
#[derive(Clone)]
struct Budget(Rc<Cell<u64>>);

impl Budget {
    fn of(file_length: u64) -> Self {
        let reason = file_length.saturating_mul(MAX_RATIO).max(HARMLESS);
        Self(Rc::new(Cell::new(reason)))
    }
}

/// Ends a stream that has grown out of all proportion to its file.
struct Guarded<R> {
    inner: R,
    budget: Budget,
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.inner.read(buffer)?;
        let left = self.budget.0.get().checked_sub(size as u64);
        self.budget.0.set(left.unwrap_or(0));
        match left {
            Some(_) => Ok(size),
            None => Err(flawed(
                "refused: it unpacks to more than 300 times its size",
            )),
        }
    }
}
