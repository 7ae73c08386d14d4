//! Walks through a file record by record, streaming, and past damage to the next record.
//!
//! 1. Each record is one gzip member; inside it lengths decide, never what the content looks like.
//! 2. Nothing is held in memory but the fields (at most 64 KiB); the block goes by in pieces.
//! 3. Behind damage only a record that names this file's `warcinfo` is taken up again, because a
//!    body can hold whole members of a foreign archive.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

use flate2::bufread::GzDecoder;

use super::record::{MAX_HEAD, field};

/// Longer blocks than this are refused. Bodies are cut at 10 MiB by default; the rest is room for
/// settings that allow more.
pub(super) const MAX_BLOCK: u64 = 256 * 1024 * 1024;

/// What is said of a record whose end is missing.
pub(super) const TORN: &str = "torn: the file ends within this record";

const GZIP: [u8; 3] = [0x1f, 0x8b, 0x08];

/// The fields of a record, as far as they were read.
pub(super) type Fields = Vec<(String, String)>;

/// What stands at one place of a file.
#[derive(Debug)]
pub(super) enum Step {
    Record {
        offset: u64,
        fields: Fields,
    },
    Flawed {
        offset: u64,
        fields: Fields,
        why: String,
    },
}

#[derive(Debug)]
pub(super) struct Walk {
    source: Tracked,
    state: State,
    /// The id of the file's `warcinfo`, as it stands in its field.
    warcinfo: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Reading,
    /// Damage was met at this offset.
    Lost(u64),
}

impl Walk {
    pub fn new(file: File) -> Self {
        Self {
            source: Tracked {
                inner: BufReader::new(file),
                position: 0,
            },
            state: State::Reading,
            warcinfo: None,
        }
    }

    /// The offset behind what was read last.
    pub fn position(&self) -> u64 {
        self.source.position
    }

    /// The next record, its block handed to `block` piece by piece; `None` at the end of what can
    /// be read. Fails only where the disk does.
    pub fn next(&mut self, block: &mut dyn FnMut(&[u8])) -> io::Result<Option<Step>> {
        if let State::Lost(at) = self.state {
            if !self.find_next(at)? {
                return Ok(None);
            }
            self.state = State::Reading;
        }
        if self.source.fill_buf()?.is_empty() {
            return Ok(None);
        }
        let offset = self.source.position;
        match read_record(&mut self.source, block) {
            Ok(fields) => {
                self.belong(&fields);
                Ok(Some(Step::Record { offset, fields }))
            }
            Err(error) => {
                let why = explain(error)?;
                self.state = State::Lost(offset);
                let fields = self.salvage(offset)?;
                Ok(Some(Step::Flawed {
                    offset,
                    fields,
                    why,
                }))
            }
        }
    }

    /// The fields before the damage. Read byte by byte, because a decoder that meets damage keeps
    /// to itself what it had unpacked in that call.
    fn salvage(&mut self, offset: u64) -> io::Result<Fields> {
        self.source.seek_to(offset)?;
        let member = GzDecoder::new(&mut self.source);
        let mut fields = Fields::new();
        match read_head(&mut BufReader::with_capacity(1, member), &mut fields) {
            Ok(()) => Ok(fields),
            Err(error) => explain(error).map(|_| fields),
        }
    }

    /// Learns the file's `warcinfo` from the first whole record that names it.
    fn belong(&mut self, fields: &[(String, String)]) {
        if self.warcinfo.is_none() {
            self.warcinfo = warcinfo_of(fields).map(str::to_owned);
        }
    }

    fn find_next(&mut self, damage: u64) -> io::Result<bool> {
        let mut from = damage + 1;
        while let Some(candidate) = self.find_member(from)? {
            self.source.seek_to(candidate)?;
            let mut fields = Fields::new();
            let mut member = BufReader::new(GzDecoder::new(&mut self.source));
            let is_record = match read_head(&mut member, &mut fields) {
                Ok(()) => true,
                Err(error) => explain(error).map(|_| false)?,
            };
            let ours = is_record
                && warcinfo_of(&fields)
                    .is_some_and(|id| self.warcinfo.as_ref().is_none_or(|known| known == id));
            if ours {
                self.source.seek_to(candidate)?;
                return Ok(true);
            }
            from = candidate + 1;
        }
        Ok(false)
    }

    /// The next place from which on a gzip member could begin.
    fn find_member(&mut self, from: u64) -> io::Result<Option<u64>> {
        self.source.seek_to(from)?;
        let mut matched = 0;
        loop {
            let start = self.source.position;
            let bytes = self.source.fill_buf()?;
            let size = bytes.len();
            if size == 0 {
                return Ok(None);
            }
            for (at, byte) in (start..).zip(bytes) {
                matched = match GZIP.get(matched) {
                    Some(wanted) if wanted == byte => matched + 1,
                    _ => usize::from(GZIP.first() == Some(byte)),
                };
                if matched == GZIP.len() {
                    return Ok(Some(at + 1 - GZIP.len() as u64));
                }
            }
            self.source.consume(size);
        }
    }
}

/// Reads one record from the start of its gzip member to the end of it.
pub(super) fn read_record(
    source: &mut impl BufRead,
    block: &mut dyn FnMut(&[u8]),
) -> io::Result<Fields> {
    let mut member = BufReader::with_capacity(64 * 1024, GzDecoder::new(source));
    let mut fields = Fields::new();
    read_head(&mut member, &mut fields)?;
    read_block(&mut member, &fields, block)?;
    Ok(fields)
}

/// Reads a record from some place of a file into memory.
pub(super) fn read_at(file: File, offset: u64) -> io::Result<(Fields, Vec<u8>)> {
    let mut source = BufReader::new(file);
    let mut block = Vec::new();
    source.seek(SeekFrom::Start(offset))?;
    let fields = read_record(&mut source, &mut |piece| block.extend_from_slice(piece))?;
    Ok((fields, block))
}

/// The bytes of the record at an offset as they lie there, packed.
pub(super) fn member(mut file: File, offset: u64) -> io::Result<Vec<u8>> {
    let mut source = Tracked {
        inner: BufReader::new(file.try_clone()?),
        position: 0,
    };
    source.seek_to(offset)?;
    read_record(&mut source, &mut |_| {})?;
    let length = source.position - offset;
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(offset))?;
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Tells a flaw in the data, to be reported, from a failure of the disk, to be returned.
pub(super) fn explain(error: io::Error) -> io::Result<String> {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Ok(TORN.to_owned()),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => Ok(error.to_string()),
        _ => Err(error),
    }
}

/// Adds a record's fields, as far as they can be read, up to the empty line behind them.
fn read_head(member: &mut impl BufRead, fields: &mut Fields) -> io::Result<()> {
    let mut limited = member.take(MAX_HEAD as u64);
    let version = read_line(&mut limited)?;
    if !["WARC/1.1", "WARC/1.0"].contains(&version.as_str()) {
        return Err(flawed("no WARC record begins here"));
    }
    loop {
        let line = read_line(&mut limited)?;
        if line.is_empty() {
            return Ok(());
        }
        match line.split_once(':') {
            Some((name, value)) if is_token(name) => {
                fields.push((name.to_owned(), value.trim().to_owned()));
            }
            _ => return Err(flawed("a line among the fields is no field")),
        }
    }
}

/// A line without its CR LF.
fn read_line(limited: &mut io::Take<impl BufRead>) -> io::Result<String> {
    let mut line = Vec::new();
    limited.read_until(b'\n', &mut line)?;
    if !line.ends_with(b"\n") && limited.limit() == 0 {
        return Err(flawed("the fields are longer than 64 KiB"));
    }
    // Reads on where the line had no end, so that a torn or false member says so itself.
    let Some(line) = line.strip_suffix(b"\r\n") else {
        return Err(flawed("a line among the fields has no end"));
    };
    String::from_utf8(line.to_vec()).map_err(|_| flawed("the fields are not UTF-8"))
}

fn read_block(
    member: &mut impl BufRead,
    fields: &[(String, String)],
    block: &mut dyn FnMut(&[u8]),
) -> io::Result<()> {
    let mut left = block_length(fields)?;
    while left > 0 {
        let piece = member.fill_buf()?;
        let size = piece.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let piece = piece.get(..size).unwrap_or_default();
        if piece.is_empty() {
            return Err(flawed("the block is shorter than its Content-Length"));
        }
        block(piece);
        member.consume(size);
        left -= size as u64;
    }
    let mut end = Vec::new();
    member.take(5).read_to_end(&mut end)?;
    // Reading up to the member's end checks its CRC too.
    if end == b"\r\n\r\n" {
        return Ok(());
    }
    Err(flawed(
        "the block does not end where its Content-Length says",
    ))
}

fn block_length(fields: &[(String, String)]) -> io::Result<u64> {
    let length =
        field(fields, "Content-Length").filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
    match length.and_then(|text| text.parse().ok()) {
        Some(length) if length <= MAX_BLOCK => Ok(length),
        Some(length) => Err(flawed(&format!("a block of {length} bytes is refused"))),
        None => Err(flawed("no usable Content-Length")),
    }
}

fn is_token(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic() && b != b':')
}

/// The id of the file a record says it belongs to; of a `warcinfo`, its own.
fn warcinfo_of(fields: &[(String, String)]) -> Option<&str> {
    field(fields, "WARC-Warcinfo-ID").or_else(|| match field(fields, "WARC-Type") {
        Some("warcinfo") => field(fields, "WARC-Record-ID"),
        _ => None,
    })
}

fn flawed(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

/// A file that knows how far it was read, to the byte, buffer or not.
#[derive(Debug)]
struct Tracked {
    inner: BufReader<File>,
    position: u64,
}

impl Tracked {
    fn seek_to(&mut self, position: u64) -> io::Result<()> {
        self.inner.seek(SeekFrom::Start(position))?;
        self.position = position;
        Ok(())
    }
}

impl Read for Tracked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.inner.read(buffer)?;
        self.position += size as u64;
        Ok(size)
    }
}

impl BufRead for Tracked {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, size: usize) {
        self.position += size as u64;
        self.inner.consume(size);
    }
}
