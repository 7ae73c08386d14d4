//! What the tests of the archive share: an archive in a folder of its own, and exchanges for it.

mod keeping;
mod crashing;
mod checking;
mod journaling;
mod guarding;
mod grouping;
mod leaving;

use std::fs;
use std::io::Read;
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use uuid::Uuid;

use super::{Archive, ArchiveError, Kept, Mended, Reason, Settings};
use crate::model::{Exchange, Header, PageId, Purpose, Resource, Response, Robots, Validators};

fn settings(folder: &Path) -> Settings {
    Settings {
        folder: folder.to_owned(),
        prefix: "vermerk".to_owned(),
        operator: "Amt für Beispiele <ops@example.org>".to_owned(),
        user_agent: "Vermerk/0.1 (+https://vermerk.example)".to_owned(),
        max_file_bytes: 1 << 30,
    }
}

/// An archive whose ids count up from one.
fn open(folder: &Path) -> (Archive, Vec<Mended>) {
    open_as(settings(folder))
}

fn open_as(settings: Settings) -> (Archive, Vec<Mended>) {
    let mut last = 0;
    let ids = move || {
        last += 1;
        Uuid::from_u128(last)
    };
    Archive::open_with(settings, Box::new(ids)).unwrap()
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn page() -> PageId {
    PageId::parse("bmi").unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn header(name: &str, value: &str) -> Header {
    Header {
        name: name.to_owned(),
        value: value.as_bytes().to_vec(),
    }
}

fn exchange(started: &str, status: u16, body: &[u8]) -> Exchange {
    Exchange {
        url: "https://example.org/partner?seite=1#kenia".parse().unwrap(),
        started: at(started),
        took: SignedDuration::from_millis(87),
        request: vec![
            header("user-agent", "Vermerk/0.1 (+https://vermerk.example)"),
            header("authorization", "Bearer geheim"),
            header("cookie", "sitzung=geheim"),
        ],
        response: Response {
            status,
            reason: "OK".to_owned(),
            protocol: "http/1.1".to_owned(),
            headers: vec![
                header("content-type", "text/html"),
                header("transfer-encoding", "chunked"),
                header("set-cookie", "a=1"),
                header("set-cookie", "b=2"),
            ],
            body: body.to_vec(),
            truncated: None,
        },
        peer: "2001:db8::1".parse().ok(),
    }
}

async fn keep(
    archive: &Archive,
    exchange: Exchange,
    known: Option<&Resource>,
) -> Result<Kept, ArchiveError> {
    archive
        .append(&page(), exchange.into(), scheduled(), known)
        .await
}

fn scheduled() -> Reason {
    Reason {
        purpose: Purpose::Scheduled,
        via: None,
        robots: Robots::Obey,
    }
}

/// What the store would remember after this exchange.
fn known(kept: &Kept) -> Resource {
    let written = kept.written.as_ref().unwrap();
    Resource {
        url: written.url.clone(),
        validators: Validators::default(),
        capture: kept.capture.clone(),
        kept_at: written.at,
        full_at: written.at,
    }
}

/// All files of records in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let found = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = found
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains(".warc.gz"))
        .collect();
    names.sort();
    names
}

fn unpack(packed: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    MultiGzDecoder::new(packed).read_to_end(&mut plain).unwrap();
    plain
}

/// The only file of a folder: its name and its bytes.
fn only_file(folder: &Path) -> (String, Vec<u8>) {
    let names = names(folder);
    assert_eq!(names.len(), 1, "{names:?}");
    let bytes = fs::read(folder.join(&names[0])).unwrap();
    (names[0].clone(), bytes)
}

/// Bytes that do not pack (xorshift, Marsaglia 2003).
fn noise(size: usize) -> Vec<u8> {
    let mut state = 2_463_534_242_u32;
    let next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()
    };
    std::iter::repeat_with(next).flatten().take(size).collect()
}
