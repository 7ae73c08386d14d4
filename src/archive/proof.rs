//! What of the archive anybody may have: its ledger, the checkpoints that sign it, and the keys they are checked with.

use std::fs;
use std::io;

use data_encoding::{BASE64, HEXLOWER};
use jiff::Timestamp;

use super::checkpoint::{self, Note};
use super::{ArchiveError, Settings, ledger};
use crate::model::Witness;

/// A checkpoint as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    pub at: Timestamp,
    /// Of its files, without their ending.
    pub name: String,
    /// The whole note.
    pub note: String,
    pub witness: Witness,
    /// The name of its public key's file, and the key as verifiers of signed notes read it.
    pub key: Option<(String, String)>,
    /// Whether an authority has stamped its time.
    pub is_stamped: bool,
}

/// The newest checkpoint in short.
pub fn witness(settings: &Settings) -> Result<Option<Witness>, ArchiveError> {
    Ok(checkpoint::newest_note(settings)?.map(|note| note.witness()))
}

/// All checkpoints, newest first.
pub fn signed(settings: &Settings) -> Result<Vec<Signed>, ArchiveError> {
    let all = checkpoint::notes(settings)?.into_iter().rev();
    let signed = all.filter_map(|(path, bytes)| {
        let note = Note::parse(&bytes)?;
        let key = note.key(settings);
        Some(Signed {
            at: checkpoint::made_at(&path)?,
            name: path.file_stem()?.to_str()?.to_owned(),
            note: String::from_utf8(bytes).ok()?,
            witness: note.witness(),
            key: key.map(|key| (format!("key-{}.pem", key.mark()), key.verifier())),
            is_stamped: path.with_extension(checkpoint::TOKEN).exists(),
        })
    });
    Ok(signed.collect())
}

/// One of these papers by its file's name; `None` where no paper has it.
pub fn paper(settings: &Settings, name: &str) -> Result<Option<Vec<u8>>, ArchiveError> {
    let path = match name.split_once('.') {
        Some(("ledger", "jsonl")) => ledger::path(settings),
        Some((stem, checkpoint::NOTE | checkpoint::TOKEN | "pem")) if is_plain(stem) => {
            settings.folder.join(checkpoint::FOLDER).join(name)
        }
        _ => return Ok(None),
    };
    match fs::read(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        read => Ok(Some(read.map_err(|source| {
            ArchiveError::of(&settings.folder, &path, source)
        })?)),
    }
}

fn is_plain(stem: &str) -> bool {
    stem.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

impl Note {
    fn witness(&self) -> Witness {
        Witness {
            origin: self.origin.clone(),
            size: self.size,
            root: BASE64.encode(&self.root),
            key: HEXLOWER.encode(self.key_id()),
        }
    }
}
