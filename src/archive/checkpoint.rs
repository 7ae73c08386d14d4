//! Signed checkpoints of the ledger (C2SP signed notes): who keeps one can prove that nothing before it was rewritten.
//!
//! 1. A checkpoint says how many lines the ledger has and the root of the Merkle tree over them.
//! 2. None is made over a ledger that does not go on from the checkpoint before.
//! 3. It is a file of its own, never written again, in `checkpoints/`, with the public key beside it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use data_encoding::BASE64;
use jiff::{SignedDuration, Timestamp};

use super::merkle::Tree;
use super::signer::{self, PublicKey, Signer};
use super::{ArchiveError, Settings, folder, ledger, seal};

pub(super) const FOLDER: &str = "checkpoints";
pub(super) const NOTE: &str = "note";
pub(super) const TOKEN: &str = "tsr";

/// A checkpoint that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    pub at: Timestamp,
    pub path: PathBuf,
    /// The whole note, as it stands in its file.
    pub note: String,
}

/// A note taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Note {
    pub origin: String,
    pub size: u64,
    pub root: Vec<u8>,
    signature: Vec<u8>,
}

/// Enters what is not in the ledger yet, and signs what the ledger is then.
pub fn checkpoint(
    settings: &Settings,
    signer: &Signer,
    at: Timestamp,
) -> Result<Checkpoint, ArchiveError> {
    seal::seal(settings)?;
    seal::seal_journal(settings)?;
    let mut tree = Tree::default();
    let lines = ledger::bytes(settings)?;
    let mut size = 0;
    let earlier = newest_note(settings)?;
    for line in lines.split_inclusive(|byte| *byte == b'\n') {
        tree.push(line);
        size += 1;
        if earlier
            .as_ref()
            .is_some_and(|note| note.size == size && note.root != tree.root())
        {
            return Err(rewritten(size));
        }
    }
    if earlier.is_some_and(|note| note.size > size) {
        return Err(rewritten(size));
    }
    let note = Note::sign(signer, size, &tree.root());
    let folder = settings.folder.join(FOLDER);
    let write = || {
        fs::create_dir_all(&folder)?;
        let key = signer.public();
        folder::put_whole(&key_path(settings, key.mark()), key.pem().as_bytes())?;
        put_new(&folder, note.as_bytes(), at)
    };
    let (path, at) =
        write().map_err(|source| ArchiveError::of(&settings.folder, &folder, source))?;
    // One that is taken away later is missed.
    enter(settings, &path, note.as_bytes(), at)?;
    Ok(Checkpoint { at, path, note })
}

/// Writes a note under its second, or the next one that is free: none is ever written over.
fn put_new(folder: &Path, note: &[u8], at: Timestamp) -> io::Result<(PathBuf, Timestamp)> {
    let mut at = at;
    loop {
        let path = folder.join(stamp_of(at)).with_extension(NOTE);
        if folder::put_new(&path, note)? {
            return Ok((path, at));
        }
        at += SignedDuration::from_secs(1);
    }
}

fn stamp_of(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// When the newest checkpoint was made.
pub fn last_checkpoint(settings: &Settings) -> Result<Option<Timestamp>, ArchiveError> {
    let paths = paths(settings, NOTE)?;
    Ok(paths.iter().filter_map(|path| made_at(path)).max())
}

/// The newest checkpoint, if no authority has stamped its time yet.
pub fn unstamped(settings: &Settings) -> Result<Option<Checkpoint>, ArchiveError> {
    let newest = paths(settings, NOTE)?.pop();
    let Some(path) = newest.filter(|path| !path.with_extension(TOKEN).exists()) else {
        return Ok(None);
    };
    let (path, note) = read(settings, path)?;
    Ok(made_at(&path)
        .zip(String::from_utf8(note).ok())
        .map(|(at, note)| Checkpoint { at, path, note }))
}

/// Keeps what an authority for time stamps answered, beside the checkpoint it is about.
pub fn keep_token(
    settings: &Settings,
    checkpoint: &Checkpoint,
    token: &[u8],
) -> Result<PathBuf, ArchiveError> {
    let path = checkpoint.path.with_extension(TOKEN);
    folder::put_whole(&path, token)
        .map_err(|source| ArchiveError::of(&settings.folder, &path, source))?;
    enter(settings, &path, token, checkpoint.at)?;
    Ok(path)
}

fn enter(
    settings: &Settings,
    path: &Path,
    bytes: &[u8],
    at: Timestamp,
) -> Result<(), ArchiveError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    seal::seal_whole(settings, &format!("{FOLDER}/{name}"), bytes, at)
}

/// The files of all checkpoints, oldest first, with what stands in them.
pub(super) fn notes(settings: &Settings) -> Result<Vec<(PathBuf, Vec<u8>)>, ArchiveError> {
    files(settings, NOTE)
}

/// All that stands there: notes, stamps of their time, public keys.
pub(super) fn papers(settings: &Settings) -> Result<Vec<(PathBuf, Vec<u8>)>, ArchiveError> {
    let mut papers = notes(settings)?;
    papers.append(&mut files(settings, TOKEN)?);
    papers.append(&mut files(settings, "pem")?);
    Ok(papers)
}

/// The public keys beside them; `None` where a file does not hold the key that its name says.
pub(super) fn keys(settings: &Settings) -> Result<Vec<(PathBuf, Option<PublicKey>)>, ArchiveError> {
    let key = |(path, pem): (PathBuf, Vec<u8>)| {
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        let mark = stem.and_then(|stem| stem.strip_prefix("key-"));
        let name = mark.map(|mark| format!("vermerk/any/{mark}"));
        let pem = str::from_utf8(&pem).ok();
        let key = name
            .zip(pem)
            .and_then(|(name, pem)| PublicKey::from_pem(&name, pem));
        (path, key)
    };
    Ok(files(settings, "pem")?.into_iter().map(key).collect())
}

/// The newest one alone that is whole.
pub(super) fn newest_note(settings: &Settings) -> Result<Option<Note>, ArchiveError> {
    for path in paths(settings, NOTE)?.into_iter().rev() {
        let (_, note) = read(settings, path)?;
        if let Some(note) = Note::parse(&note) {
            return Ok(Some(note));
        }
    }
    Ok(None)
}

fn files(settings: &Settings, ending: &str) -> Result<Vec<(PathBuf, Vec<u8>)>, ArchiveError> {
    let paths = paths(settings, ending)?.into_iter();
    paths.map(|path| read(settings, path)).collect()
}

fn read(settings: &Settings, path: PathBuf) -> Result<(PathBuf, Vec<u8>), ArchiveError> {
    match fs::read(&path) {
        Ok(bytes) => Ok((path, bytes)),
        Err(source) => Err(ArchiveError::of(&settings.folder, &path, source)),
    }
}

/// By name, which is by time.
fn paths(settings: &Settings, ending: &str) -> Result<Vec<PathBuf>, ArchiveError> {
    let folder = settings.folder.join(FOLDER);
    let list = || -> io::Result<Vec<PathBuf>> {
        let mut paths = Vec::new();
        for found in fs::read_dir(&folder)? {
            let path = found?.path();
            if path.extension().is_some_and(|found| found == ending) {
                paths.push(path);
            }
        }
        paths.sort();
        Ok(paths)
    };
    match list() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        listed => listed.map_err(|source| ArchiveError::of(&settings.folder, &folder, source)),
    }
}

/// Where the public key stands whose notes end their name so.
pub(super) fn key_path(settings: &Settings, mark: &str) -> PathBuf {
    settings.folder.join(FOLDER).join(format!("key-{mark}.pem"))
}

impl Note {
    fn sign(signer: &Signer, size: u64, root: &[u8]) -> String {
        let key = signer.public();
        let text = format!("{}\n{size}\n{}\n", key.name, BASE64.encode(root));
        let signature = [&key.id()[..], &signer.sign(text.as_bytes())].concat();
        format!(
            "{text}\n\u{2014} {} {}\n",
            key.name,
            BASE64.encode(&signature)
        )
    }

    pub fn parse(note: &[u8]) -> Option<Self> {
        let (text, signed) = str::from_utf8(note).ok()?.split_once("\n\n")?;
        let mut lines = text.split('\n');
        let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
        let signed = signed.strip_prefix("\u{2014} ")?.strip_suffix('\n')?;
        let signature = signed.strip_prefix(origin)?.strip_prefix(' ')?;
        let parsed = Self {
            origin: origin.to_owned(),
            size: size.parse().ok()?,
            root: BASE64.decode(root.as_bytes()).ok()?,
            signature: BASE64.decode(signature.as_bytes()).ok()?,
        };
        (parsed.size.to_string() == size && lines.next().is_none()).then_some(parsed)
    }

    /// The key that the note names, from the file beside it.
    pub fn key(&self, settings: &Settings) -> Option<PublicKey> {
        let plain = |mark: &str| mark.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let mark = Some(signer::mark(&self.origin)).filter(|mark| plain(mark))?;
        let pem = fs::read_to_string(key_path(settings, mark)).ok()?;
        PublicKey::from_pem(&self.origin, &pem)
    }

    /// The bytes before the signature, which say whose it is.
    pub fn key_id(&self) -> &[u8] {
        self.signature.get(..4).unwrap_or_default()
    }

    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        let text = format!(
            "{}\n{}\n{}\n",
            self.origin,
            self.size,
            BASE64.encode(&self.root)
        );
        let signature = self.signature.strip_prefix(&key.id());
        self.origin == key.name
            && signature.is_some_and(|signature| key.has_signed(text.as_bytes(), signature))
    }
}

pub(super) fn made_at(path: &Path) -> Option<Timestamp> {
    let name = path.file_stem()?.to_str()?;
    let read = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", name).ok()?;
    jiff::tz::Offset::UTC.to_timestamp(read).ok()
}

fn rewritten(line: u64) -> ArchiveError {
    ArchiveError::Damaged {
        file: "ledger.jsonl".to_owned(),
        offset: 0,
        why: format!(
            "up to line {line} it is not what the last checkpoint signed; nothing is signed until that is put right (vermerk archive verify)"
        ),
    }
}
