//! The index beside each closed file: one line per record that can be replayed, by address and time (CDXJ).
//!
//! 1. Lines are those that `cdxj-indexer --sort` makes of the same file.
//! 2. An index is derived: it is made anew from its file wherever it is missing.

use std::fs;
use std::path::PathBuf;

use jiff::Timestamp;
use serde_json::Value;

use super::record::field;
use super::sums::{Summed, Sums};
use super::walk::{Step, Walk};
use super::{ArchiveError, Settings, folder};
use crate::model::Place;

/// What a walk through a file finds out about it.
#[derive(Default)]
pub(super) struct Indexed {
    /// Each with its line break.
    pub lines: Vec<String>,
    pub records: u64,
    pub first: Option<Timestamp>,
    pub last: Option<Timestamp>,
}

/// A record of one line: where it lies and what it answers for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub url: String,
    pub offset: u64,
    pub file: String,
}

/// Where a record lies in its file.
pub(super) struct Span<'a> {
    pub file: &'a str,
    pub offset: u64,
    pub length: u64,
}

pub(super) fn path(settings: &Settings, file: &str) -> PathBuf {
    let stem = file.strip_suffix(".warc.gz").unwrap_or(file);
    settings.folder.join(format!("{stem}.cdxj"))
}

/// Walks through a file, open or closed.
pub(super) fn index(settings: &Settings, file: &str) -> Result<Indexed, ArchiveError> {
    let wrap = |source| ArchiveError::of(&settings.folder, &settings.folder.join(file), source);
    let mut walk = Walk::new(folder::open_to_read(settings, file)?);
    let mut indexed = Indexed::default();
    let mut sums = Sums::default();
    while let Some(step) = walk.next(&mut |piece| sums.take(piece)).map_err(wrap)? {
        let summed = std::mem::take(&mut sums).end();
        if let Step::Record { offset, fields } = step {
            let span = Span {
                file,
                offset,
                length: walk.position() - offset,
            };
            indexed.take(&fields, &summed, &span);
        }
    }
    indexed.lines.sort();
    Ok(indexed)
}

/// Writes the index of a closed file beside it.
pub(super) fn write(settings: &Settings, file: &str, lines: &[String]) -> Result<(), ArchiveError> {
    let path = path(settings, file);
    folder::put_whole(&path, lines.concat().as_bytes())
        .map_err(|source| ArchiveError::of(&settings.folder, &path, source))
}

/// The records of a file whose key begins so; from its index, or from the file where it has none yet.
pub(super) fn entries(
    settings: &Settings,
    file: &str,
    key: &str,
) -> Result<Vec<Entry>, ArchiveError> {
    let text = match fs::read_to_string(path(settings, file)) {
        Ok(text) => text,
        Err(_) => index(settings, file)?.lines.concat(),
    };
    let lines = text.lines().filter(|line| line.starts_with(key));
    Ok(lines.filter_map(|line| entry(file, line)).collect())
}

impl Entry {
    pub fn place(&self) -> Place {
        Place {
            file: self.file.clone(),
            offset: self.offset,
        }
    }
}

impl Indexed {
    /// Takes note of a whole record.
    pub fn take(&mut self, fields: &[(String, String)], summed: &Summed, span: &Span) {
        self.records += 1;
        let at = field(fields, "WARC-Date").and_then(|date| date.parse().ok());
        if field(fields, "WARC-Type") != Some("warcinfo") {
            self.first = [self.first, at].into_iter().flatten().min();
            self.last = self.last.max(at);
        }
        self.lines.extend(line(fields, summed, span));
    }
}

fn line(fields: &[(String, String)], summed: &Summed, span: &Span) -> Option<String> {
    let kind = field(fields, "WARC-Type")?;
    let content_type = field(fields, "Content-Type");
    let plain = matches!(kind, "resource" | "metadata");
    if !(matches!(kind, "response" | "revisit") || plain)
        || (plain && content_type == Some("application/warc-fields"))
    {
        return None;
    }
    let url = super::record::bare(field(fields, "WARC-Target-URI")?);
    let head = String::from_utf8_lossy(&summed.head);
    let mime = match kind {
        "revisit" => Some("warc/revisit"),
        "response" => header(&head, "content-type"),
        _ => content_type,
    };
    let mime = mime.map(|mime| {
        let end = mime.find(|c: char| c == ';' || c.is_whitespace());
        mime.get(..end.unwrap_or(mime.len())).unwrap_or(mime)
    });
    let status = if plain { None } else { status(&head) };
    let payload = if plain {
        &summed.block
    } else {
        &summed.payload
    };
    let digest = field(fields, "WARC-Payload-Digest").unwrap_or(payload);
    let (length, offset) = (span.length.to_string(), span.offset.to_string());
    let told = [
        ("url", Some(url)),
        ("mime", mime),
        ("status", status),
        ("digest", Some(digest)),
        ("length", Some(&length)),
        ("offset", Some(&offset)),
        ("filename", Some(span.file)),
    ];
    let told: Vec<String> = told
        .iter()
        .filter_map(|(name, value)| Some(format!("\"{name}\": {}", quoted((*value)?))))
        .collect();
    let key = super::surt::surt(url);
    let stamp = stamp(field(fields, "WARC-Date")?);
    Some(format!("{key} {stamp} {{{}}}\n", told.join(", ")))
}

fn entry(file: &str, line: &str) -> Option<Entry> {
    let told: Value = serde_json::from_str(line.splitn(3, ' ').nth(2)?).ok()?;
    Some(Entry {
        url: told.get("url")?.as_str()?.to_owned(),
        offset: told.get("offset")?.as_str()?.parse().ok()?,
        file: file.to_owned(),
    })
}

/// `20240913120000`, whatever else the date says.
fn stamp(date: &str) -> String {
    date.chars().filter(char::is_ascii_digit).take(14).collect()
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut fields = head
        .split("\r\n")
        .skip(1)
        .filter_map(|line| line.split_once(':'));
    fields
        .find(|(known, _)| known.trim().eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}

fn status(head: &str) -> Option<&str> {
    let line = head.split("\r\n").next().filter(|line| !line.is_empty())?;
    line.split(' ').nth(1)
}

/// A JSON string in ASCII, as Python writes it.
fn quoted(text: &str) -> String {
    let mut quoted = String::new();
    for c in Value::from(text).to_string().chars() {
        if c.is_ascii() {
            quoted.push(c);
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                quoted += &format!("\\u{unit:04x}");
            }
        }
    }
    quoted
}
