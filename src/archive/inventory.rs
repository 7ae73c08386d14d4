//! Every capture that the files hold, as a database lists them: read from the records alone.
//!
//! 1. Answer, request and metadata of one exchange stand behind one another; the metadata name the page.
//! 2. Of each block only the beginning is looked at.
//! 3. What is damaged is passed over: `verify` names it.

use std::collections::VecDeque;

use jiff::Timestamp;
use url::Url;

use super::folder::{self, Volume};
use super::record::{bare, field, id_of};
use super::walk::{Step, Walk};
use super::{ArchiveError, Settings, http};
use crate::model::{Capture, CaptureId, CaptureKind, Digest, PageId, Place};

/// Status line, or the lines of the metadata that come first.
const BEGINNING: usize = 16 * 1024;

/// Answers whose metadata have not come by yet.
const WAITING: usize = 16;

/// What others captured stands in files of this beginning, and is no capture of ours.
const FOREIGN: &str = "import-";

/// All captures of our own, file by file in the order they were written.
pub fn captures(settings: &Settings) -> Result<Vec<Capture>, ArchiveError> {
    let mut all = Vec::new();
    for volume in folder::volumes(settings)? {
        if !volume.name.starts_with(FOREIGN) {
            all.append(&mut of_file(settings, &volume)?);
        }
    }
    Ok(all)
}

/// An answer whose page is not known yet.
struct Answer {
    id: CaptureId,
    url: Url,
    at: Timestamp,
    status: Option<u16>,
    digest: Digest,
    kind: CaptureKind,
    offset: u64,
}

fn of_file(settings: &Settings, volume: &Volume) -> Result<Vec<Capture>, ArchiveError> {
    let wrap = |source| ArchiveError::of(&settings.folder, &volume.path, source);
    let mut walk = Walk::new(folder::open_to_read(settings, &volume.name)?);
    let mut waiting: VecDeque<Answer> = VecDeque::new();
    let mut captures = Vec::new();
    let mut block = Vec::new();
    while let Some(step) = walk
        .next(&mut |piece| begin(&mut block, piece))
        .map_err(wrap)?
    {
        let beginning = std::mem::take(&mut block);
        let Step::Record { offset, fields } = step else {
            continue;
        };
        match field(&fields, "WARC-Type") {
            Some("response" | "revisit") => {
                if let Some(answer) = answer(&fields, &beginning, offset) {
                    waiting.truncate(WAITING - 1);
                    waiting.push_front(answer);
                }
            }
            Some("metadata") => {
                let about = field(&fields, "WARC-Refers-To").map(bare);
                let id = about.and_then(|id| id.parse::<CaptureId>().ok());
                let place = waiting.iter().position(|answer| Some(answer.id) == id);
                let answer = place.and_then(|place| waiting.remove(place));
                captures.extend(answer.and_then(|answer| answer.of_page(&beginning, volume)));
            }
            _ => {}
        }
    }
    Ok(captures)
}

fn begin(block: &mut Vec<u8>, piece: &[u8]) {
    let room = BEGINNING.saturating_sub(block.len());
    block.extend_from_slice(piece.get(..room.min(piece.len())).unwrap_or_default());
}

fn answer(fields: &[(String, String)], beginning: &[u8], offset: u64) -> Option<Answer> {
    let digest = field(fields, "WARC-Payload-Digest")?;
    let profile = field(fields, "WARC-Profile").unwrap_or_default();
    Some(Answer {
        id: id_of(fields)?,
        url: bare(field(fields, "WARC-Target-URI")?).parse().ok()?,
        at: field(fields, "WARC-Date")?.parse().ok()?,
        status: http::status(beginning),
        digest: digest.strip_prefix("sha256:")?.parse().ok()?,
        kind: match field(fields, "WARC-Type") {
            Some("response") => CaptureKind::Response,
            _ if profile.ends_with("server-not-modified") => CaptureKind::NotModified,
            _ => CaptureKind::Revisit,
        },
        offset,
    })
}

impl Answer {
    /// With what its metadata say.
    fn of_page(self, metadata: &[u8], volume: &Volume) -> Option<Capture> {
        let metadata = String::from_utf8_lossy(metadata);
        let line = |name: &str| {
            let mut lines = metadata.lines().filter_map(|line| line.split_once(": "));
            lines
                .find(|(known, _)| *known == name)
                .map(|(_, value)| value)
        };
        let told = || http::status(line("responseStatus")?.as_bytes());
        Some(Capture {
            id: self.id,
            page: PageId::parse(line("page")?).ok()?,
            url: self.url,
            at: self.at,
            status: self.status.or_else(told)?,
            digest: self.digest,
            kind: self.kind,
            place: Place {
                file: volume.name.clone(),
                offset: self.offset,
            },
        })
    }
}
