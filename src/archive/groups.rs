//! Reads a file as captures: each with the records that were written with it, and what its metadata says.
//!
//! 1. A record that names the capture before it (`WARC-Concurrent-To`) belongs to that capture.
//! 2. Of a block only the beginning is kept: the status line, a type, the lines of the metadata.

use std::ops::Range;

use jiff::Timestamp;
use url::Url;

use super::folder::{self, State, Volume};
use super::record::{bare, field, id_of, urn};
use super::walk::{Fields, Step, Walk};
use super::{ArchiveError, Settings, http};
use crate::model::{CaptureId, PageId, Response};

/// Of each block so much is looked at.
const BEGINNING: usize = 64 * 1024;

/// A capture, or another record that stands by itself, and where it is in its file.
#[derive(Debug)]
pub(super) struct Group {
    pub range: Range<u64>,
    /// Of the first record.
    pub fields: Fields,
    /// The first record's block, or the beginning of it.
    pub beginning: Vec<u8>,
    /// The lines of the metadata record, where there is one.
    pub about: Fields,
}

/// All groups of a file in their order, its `warcinfo` first.
///
/// Damage is an error: what is handed on must be what was written. Only the end of a file that is
/// still being written may be torn.
pub(super) fn groups(settings: &Settings, volume: &Volume) -> Result<Vec<Group>, ArchiveError> {
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
                take(&mut groups, offset..walk.position(), fields, beginning);
            }
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
        bare(self.field("WARC-Refers-To")?).parse().ok()
    }

    /// The answer's head, where the record has one; its body may be cut.
    pub fn answer(&self) -> Option<Response> {
        http::parse_response(&self.beginning)
    }
}

fn begin(block: &mut Vec<u8>, piece: &[u8]) {
    let room = BEGINNING.saturating_sub(block.len());
    block.extend_from_slice(piece.get(..room.min(piece.len())).unwrap_or_default());
}

fn take(groups: &mut Vec<Group>, range: Range<u64>, fields: Fields, beginning: Vec<u8>) {
    if let Some(last) = groups.last_mut()
        && let (Some(with), Some(id)) = (field(&fields, "WARC-Concurrent-To"), last.id())
        && with == urn(id.0)
    {
        last.range.end = range.end;
        if field(&fields, "WARC-Type") == Some("metadata") {
            last.about = lines(&beginning);
        }
        return;
    }
    groups.push(Group {
        range,
        fields,
        beginning,
        about: Fields::new(),
    });
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
