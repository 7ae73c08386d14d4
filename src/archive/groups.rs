//! Reads a file as captures: each with the records that were written with it, and what its metadata says.
//!
//! 1. A record that names the capture before it (`WARC-Concurrent-To`) belongs to that capture.
//! 2. Of a block only the head is kept: the status line, a type, the lines of the metadata.

use std::ops::Range;

use jiff::Timestamp;
use url::Url;

use super::folder::{self, State, Volume};
use super::intake::is_imported;
use super::record::{bare, field, holder, id_of, urn};
use super::walk::{Fields, Step, Walk};
use super::{ArchiveError, Settings, compose, http, read};
use crate::model::{
    Capture, CaptureId, CaptureKind, Imported, PageId, Place, Response, Truncation,
};

/// Of each block so much is looked at.
const BEGINNING: usize = 64 * 1024;

/// What becomes of a reading that meets damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Damage {
    /// It fails: what is handed on must be what was written. Only the end of a file that is still
    /// being written may be torn.
    Refused,
    /// It goes on behind it: `verify` names what is damaged.
    PassedOver,
}

/// A capture, or another record that stands by itself, and where it is in its file.
#[derive(Debug)]
pub(super) struct Group {
    pub range: Range<u64>,
    /// Of the first record.
    pub fields: Fields,
    /// The head of the first record's block, where that is an answer.
    pub head: Vec<u8>,
    /// The lines of the metadata record, where there is one.
    pub about: Fields,
}

/// All captures of our own, file by file in the order they were written: what a database lists.
pub fn captures(settings: &Settings) -> Result<Vec<Capture>, ArchiveError> {
    let mut all = Vec::new();
    for volume in folder::volumes(settings)? {
        if !is_imported(&volume.name) {
            let groups = groups(settings, &volume, Damage::PassedOver)?;
            all.extend(groups.iter().filter_map(|group| group.capture(&volume)));
        }
    }
    Ok(all)
}

/// Every imported capture that the files hold: what the database should know, should it have missed any.
pub fn imported(settings: &Settings) -> Result<Vec<Imported>, ArchiveError> {
    let mut all = Vec::new();
    for volume in folder::volumes(settings)? {
        if is_imported(&volume.name) {
            let groups = groups(settings, &volume, Damage::PassedOver)?;
            all.extend(groups.iter().filter_map(|group| {
                let source = group.field("WARC-Source-URI")?.parse().ok()?;
                let capture = group.capture(&volume)?;
                Some(Imported { capture, source })
            }));
        }
    }
    Ok(all)
}

/// All groups of a file in their order, its `warcinfo` first.
pub(super) fn groups(
    settings: &Settings,
    volume: &Volume,
    damage: Damage,
) -> Result<Vec<Group>, ArchiveError> {
    let wrap = |source| ArchiveError::of(&settings.folder, &volume.path, source);
    let mut walk = Walk::new(folder::open_to_read(settings, &volume.name)?);
    let mut groups: Vec<Group> = Vec::new();
    let mut flaw = None;
    let mut block = Vec::new();
    while let Some(step) = walk
        .next(&mut |piece| begin(&mut block, piece))
        .map_err(wrap)?
    {
        let beginning = std::mem::take(&mut block);
        match (step, &flaw) {
            (Step::Record { offset, fields }, None) => {
                take(&mut groups, offset..walk.position(), fields, &beginning);
            }
            (Step::Flawed { .. }, _) if damage == Damage::PassedOver => {}
            (Step::Flawed { offset, why, .. }, None) => flaw = Some((offset, why)),
            (_, Some((offset, why))) => return Err(damaged(volume, *offset, why)),
        }
    }
    match flaw {
        Some((offset, why)) if volume.state == State::Closed => Err(damaged(volume, offset, &why)),
        _ => Ok(groups),
    }
}

impl Group {
    pub fn field(&self, name: &str) -> Option<&str> {
        field(&self.fields, name)
    }

    pub fn id(&self) -> Option<CaptureId> {
        id_of(&self.fields)
    }

    pub fn is_capture(&self) -> bool {
        matches!(self.field("WARC-Type"), Some("response" | "revisit"))
    }

    pub fn is_warcinfo(&self) -> bool {
        self.field("WARC-Type") == Some("warcinfo")
    }

    pub fn at(&self) -> Option<Timestamp> {
        self.field("WARC-Date")?.parse().ok()
    }

    pub fn url(&self) -> Option<Url> {
        bare(self.field("WARC-Target-URI")?).parse().ok()
    }

    /// The page whose visit or import wrote it.
    pub fn page(&self) -> Option<PageId> {
        PageId::parse(field(&self.about, "page")?).ok()
    }

    /// The capture that holds the payload of this one.
    pub fn refers_to(&self) -> Option<CaptureId> {
        holder(&self.fields)
    }

    /// The answer without its body, where the record has one.
    pub fn answer(&self) -> Option<Response> {
        http::parse_response(&self.head)
    }

    /// Of an answer; a revisit has no body to be cut.
    fn truncated(&self) -> Option<Truncation> {
        let told = self.field("WARC-Truncated")?;
        read::truncation(told).filter(|_| self.field("WARC-Type") == Some("response"))
    }

    /// What a database lists of it; `None` where it is no capture of a page.
    fn capture(&self, volume: &Volume) -> Option<Capture> {
        // The block of an answer "not modified" is empty: its metadata say the status.
        let told = || http::status(field(&self.about, "responseStatus")?.as_bytes());
        let digest = self.field("WARC-Payload-Digest")?;
        Some(Capture {
            id: self.id()?,
            page: self.page()?,
            url: self.url()?,
            at: self.at()?,
            status: http::status(&self.head).or_else(told)?,
            digest: digest.strip_prefix("sha256:")?.parse().ok()?,
            kind: match (self.field("WARC-Type")?, self.field("WARC-Profile")) {
                ("response", _) => CaptureKind::Response,
                ("revisit", Some(compose::NOT_MODIFIED)) => CaptureKind::NotModified,
                ("revisit", _) => CaptureKind::Revisit,
                _ => return None,
            },
            truncated: self.truncated(),
            place: Place {
                file: volume.name.clone(),
                offset: self.range.start,
            },
        })
    }
}

fn begin(block: &mut Vec<u8>, piece: &[u8]) {
    let room = BEGINNING.saturating_sub(block.len());
    block.extend_from_slice(piece.get(..room.min(piece.len())).unwrap_or_default());
}

fn take(groups: &mut Vec<Group>, range: Range<u64>, fields: Fields, beginning: &[u8]) {
    if let Some(last) = groups.last_mut()
        && let (Some(with), Some(id)) = (field(&fields, "WARC-Concurrent-To"), last.id())
        && with == urn(id.0)
    {
        last.range.end = range.end;
        if field(&fields, "WARC-Type") == Some("metadata") {
            last.about = lines(beginning);
        }
        return;
    }
    groups.push(Group {
        range,
        fields,
        // Bodies are let go: a file has thousands of them.
        head: head(beginning).to_vec(),
        about: Fields::new(),
    });
}

/// With the blank line that ends it.
fn head(beginning: &[u8]) -> &[u8] {
    let end = http::split(beginning).map_or(beginning.len(), |(head, _)| head.len() + 4);
    beginning.get(..end).unwrap_or_default()
}

/// The lines of an `application/warc-fields` block.
fn lines(block: &[u8]) -> Fields {
    let text = String::from_utf8_lossy(block);
    let line = |line: &str| {
        let (name, value) = line.split_once(':')?;
        Some((name.trim().to_owned(), value.trim().to_owned()))
    };
    text.lines().filter_map(line).collect()
}

fn damaged(volume: &Volume, offset: u64, why: &str) -> ArchiveError {
    ArchiveError::Damaged {
        file: volume.name.clone(),
        offset,
        why: why.to_owned(),
    }
}
