//! Hands records over: as WARC files, as a WACZ, or as a bag (RFC 8493). The same records give the same bytes.
//!
//! 1. Records are copied byte for byte, whole gzip members, into files of the same names.
//! 2. Index and list of pages are made of what was copied.
//! 3. All is written beside the target and takes its name when it is complete and on disk.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::groups::Group;
use super::selection::{Portion, Selection, Span, select};
use super::{ArchiveError, Settings, bag, cdxj, checkpoint, folder, ledger, read, wacz};
use crate::extract;
use crate::model::Place;

/// What the records are handed over as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One file that replays by itself (WACZ 1.1.1).
    Wacz,
    /// A folder with a manifest, as repositories take it in (RFC 8493).
    BagIt,
    /// A folder of WARC files and nothing else.
    Warc,
}

/// What was handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handed {
    pub files: usize,
    pub captures: usize,
    pub bytes: u64,
    /// Captures that were asked for and are taken down.
    pub hidden: usize,
}

/// A file of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// Below the package's root, with `/`.
    pub path: String,
    pub bytes: u64,
    pub sha256: String,
}

/// What a package says of itself.
pub(super) struct About<'a> {
    pub settings: &'a Settings,
    pub span: &'a Span,
    pub captures: usize,
    /// Captures that were asked for and are taken down.
    pub hidden: usize,
    /// Of the oldest and the newest capture. No clock is asked, so that a package can be made again.
    pub first: Timestamp,
    pub last: Timestamp,
    /// What the package holds is of no later time: its proof goes up to the last checkpoint.
    pub until: Timestamp,
}

/// Writes a package to a path where nothing is yet. Works beside a running writer.
pub fn export(
    settings: &Settings,
    form: Form,
    span: &Span,
    target: &Path,
) -> Result<Handed, ArchiveError> {
    let taken = |_| ArchiveError::io(target, io::ErrorKind::AlreadyExists.into());
    match fs::symlink_metadata(target) {
        Ok(found) => return Err(taken(found)),
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(ArchiveError::io(target, error));
        }
        Err(_) => {}
    }
    let selection = select(settings, span)?;
    let staged = beside(target, ".part");
    let written = write(settings, form, span, &selection, &staged);
    let handed = written.and_then(|handed| {
        let wrap = |source| ArchiveError::io(target, source);
        let made = match form {
            Form::Wacz => staged.join(wacz::FILE),
            Form::BagIt | Form::Warc => staged.clone(),
        };
        fs::rename(&made, target).map_err(wrap)?;
        folder::sync(&parent(target)).map_err(wrap)?;
        Ok(handed)
    });
    // Gone already where it became the target; a leftover would hold the disk for nothing.
    let _ = fs::remove_dir_all(&staged);
    handed
}

fn write(
    settings: &Settings,
    form: Form,
    span: &Span,
    selection: &Selection,
    staged: &Path,
) -> Result<Handed, ArchiveError> {
    let wrap = |source| ArchiveError::io(staged, source);
    let _ = fs::remove_dir_all(staged);
    let captures = selection.captures();
    let times = || captures.iter().filter_map(|(_, group)| group.at());
    let last = times().max().unwrap_or_default();
    let signed = checkpoint::last_checkpoint(settings)?;
    let about = About {
        settings,
        span,
        captures: captures.len(),
        hidden: selection.hidden,
        first: times().min().unwrap_or_default(),
        last,
        until: signed.map_or(last, |signed| signed.max(last)),
    };
    let (records, root) = match form {
        Form::Warc => (String::new(), staged.to_owned()),
        Form::Wacz => ("archive/".to_owned(), staged.to_owned()),
        Form::BagIt => ("archive/".to_owned(), staged.join("data")),
    };
    fs::create_dir_all(&root).map_err(wrap)?;
    let mut parts = copy_all(settings, selection, &root, &records)?;
    if form != Form::Warc {
        let index = index(settings, &parts, &root)?;
        parts.push(put(&root, "indexes/index.cdxj", index.as_bytes()).map_err(wrap)?);
        let pages = pages(settings, selection);
        parts.push(put(&root, "pages/pages.jsonl", pages.as_bytes()).map_err(wrap)?);
        parts.append(&mut proof(settings, &root)?);
    }
    match form {
        Form::Warc => {}
        Form::Wacz => wacz::finish(staged, &parts, &about).map_err(wrap)?,
        Form::BagIt => bag::finish(staged, &parts, &about).map_err(wrap)?,
    }
    Ok(Handed {
        files: selection.portions.len(),
        captures: captures.len(),
        bytes: parts.iter().map(|part| part.bytes).sum(),
        hidden: selection.hidden,
    })
}

fn copy_all(
    settings: &Settings,
    selection: &Selection,
    root: &Path,
    below: &str,
) -> Result<Vec<Part>, ArchiveError> {
    let copy = |portion: &Portion| {
        let mut source = folder::open_to_read(settings, &portion.volume.name)?;
        copy(settings, &mut source, portion, root, below)
            .map_err(|error| ArchiveError::io(&portion.volume.path, error))
    };
    selection.portions.iter().map(copy).collect()
}

/// The file's `warcinfo` and the chosen captures, as they stand there.
fn copy(
    settings: &Settings,
    source: &mut File,
    portion: &Portion,
    root: &Path,
    below: &str,
) -> io::Result<Part> {
    let path = format!("{below}{}", portion.name());
    let mut target = Hashed::create(&root.join(&path))?;
    if let Some(head) = portion.head(settings) {
        target.write_all(&head.pack()?)?;
    }
    let ranges = portion.groups.iter().map(|group| &group.range);
    for range in std::iter::once(&portion.warcinfo).chain(ranges) {
        source.seek(SeekFrom::Start(range.start))?;
        let length = range.end - range.start;
        if io::copy(&mut source.take(length), &mut target)? < length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    target.finish(path)
}

/// One index of all files, made of the copies.
fn index(settings: &Settings, parts: &[Part], root: &Path) -> Result<String, ArchiveError> {
    let copies = Settings {
        folder: root.join("archive"),
        ..settings.clone()
    };
    let mut lines = Vec::new();
    for part in parts {
        let name = part.path.rsplit('/').next().unwrap_or(&part.path);
        lines.append(&mut cdxj::index(&copies, name)?.lines);
    }
    lines.sort();
    Ok(lines.concat())
}

/// What the records can be checked with: the ledger, the checkpoints that sign it, their keys and the
/// stamps of their time.
fn proof(settings: &Settings, root: &Path) -> Result<Vec<Part>, ArchiveError> {
    let ledger = ledger::bytes(settings)?;
    let mut papers = vec![("ledger.jsonl".to_owned(), ledger)];
    for (path, bytes) in checkpoint::papers(settings)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // All in one folder: validators of WACZ look no deeper.
        papers.push((name.into_owned(), bytes));
    }
    papers.retain(|(_, bytes)| !bytes.is_empty());
    let put = |(path, bytes): (String, Vec<u8>)| {
        put(root, &format!("proof/{path}"), &bytes).map_err(|source| ArchiveError::io(root, source))
    };
    papers.into_iter().map(put).collect()
}

/// The pages a reader would open: whole answers that are documents.
fn pages(settings: &Settings, selection: &Selection) -> String {
    let mut text =
        json!({"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}).to_string();
    text.push('\n');
    for (file, group) in selection.captures() {
        let answer = group.answer().filter(|answer| answer.status == 200);
        let kind = answer
            .as_ref()
            .and_then(|answer| answer.header("content-type"));
        let document = kind.is_some_and(|kind| kind.contains("html") || kind.contains("json"));
        if let (true, Some(url), Some(at), Some(id)) =
            (document, group.url(), group.at(), group.id())
        {
            let title = title(settings, file, group).unwrap_or_else(|| url.to_string());
            let line = json!({"id": id.to_string(), "url": url.as_str(), "ts": super::record::date(at), "title": title});
            text += &format!("{line}\n");
        }
    }
    text
}

/// What the document calls itself; `None` where it does not, or repeats another's bytes.
fn title(settings: &Settings, file: &str, group: &Group) -> Option<String> {
    let place = Place {
        file: file.to_owned(),
        offset: group.range.start,
    };
    let exchange = read::exchange(settings, group.id()?, &place).ok()?;
    extract::title(&exchange)
}

/// Writes a small file of a package.
pub(super) fn put(root: &Path, path: &str, bytes: &[u8]) -> io::Result<Part> {
    let mut file = Hashed::create(&root.join(path))?;
    file.write_all(bytes)?;
    file.finish(path.to_owned())
}

/// A new file that is digested as it is written.
pub(super) struct Hashed {
    file: File,
    sum: Sha256,
    bytes: u64,
}

impl Hashed {
    pub fn create(path: &Path) -> io::Result<Self> {
        fs::create_dir_all(parent(path))?;
        Ok(Self {
            file: File::create_new(path)?,
            sum: Sha256::new(),
            bytes: 0,
        })
    }

    pub fn finish(self, path: String) -> io::Result<Part> {
        self.file.sync_all()?;
        Ok(Part {
            path,
            bytes: self.bytes,
            sha256: HEXLOWER.encode(&self.sum.finalize()),
        })
    }
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let size = self.file.write(bytes)?;
        self.sum.update(bytes.get(..size).unwrap_or_default());
        self.bytes += size as u64;
        Ok(size)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn parent(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}
