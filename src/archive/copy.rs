//! Copies the archive's folder for a backup, beside a running writer, and puts such a copy back.
//!
//! 1. Lines come before records: what the journal tells of is never missing in the copy.
//! 2. What is closed is copied as it is; what grows, up to its last whole record or line.
//! 3. Putting back never writes over a file: one that is there must hold all of the copy already.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::folder;
use super::ledger::{self, Sealed};
use super::package::Hashed;
use super::walk::{Step, Walk};
use super::{ArchiveError, Settings};

/// A file of a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// Below the archive's folder, with `/`.
    pub path: String,
    pub bytes: u64,
    pub sha256: String,
}

/// What putting a copy back came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PutBack {
    pub written: Vec<PathBuf>,
    /// There already, and at least as long.
    pub kept: usize,
}

const RECORDS: &str = ".warc.gz";
const OPEN: &str = ".open";

/// Copies everything below the archive's folder into a new folder. Says what is missing, or is no
/// longer as the ledger has it: a copy of damage is no whole copy.
pub fn copy_to(
    settings: &Settings,
    target: &Path,
) -> Result<(Vec<Copied>, Vec<String>), ArchiveError> {
    // Before anything is copied, so that all that it names was closed by then.
    let sealed = ledger::files(settings)?;
    let wrap = |source| ArchiveError::io(&settings.folder, source);
    let mut names = names(&settings.folder, "").map_err(wrap)?;
    names.sort_by_key(|name| (name.contains(RECORDS), name.clone()));
    let copy = |name: &String| copy(settings, name, target);
    let copied = names.iter().map(copy).collect::<Result<Vec<_>, _>>()?;
    let otherwise = otherwise(&sealed, &copied);
    Ok((copied, otherwise))
}

/// A day's journal is entered up to the length it had, and is checked by its own lines.
fn otherwise(sealed: &HashMap<String, Sealed>, copied: &[Copied]) -> Vec<String> {
    let found: HashMap<&str, &str> = copied
        .iter()
        .map(|file| (file.path.as_str(), file.sha256.as_str()))
        .collect();
    let whole = sealed
        .values()
        .filter(|one| !one.file.starts_with("journal/"));
    let mut otherwise: Vec<String> = whole
        .filter_map(|one| match found.get(one.file.as_str()) {
            None => Some(format!("{}: in the ledger, but not here", one.file)),
            Some(sha256) if **sha256 != one.sha256 => Some(format!(
                "{}: does not have the SHA-256 that the ledger has",
                one.file
            )),
            Some(_) => None,
        })
        .collect();
    otherwise.sort();
    otherwise
}

/// Puts the files of a copy into the archive's folder, all or none. The names must have been checked.
pub fn put_back(
    settings: &Settings,
    copy: &Path,
    names: &[String],
) -> Result<PutBack, ArchiveError> {
    let mut done = PutBack::default();
    let mut missing = Vec::new();
    // Everything is looked at before anything is written.
    for name in names {
        let (from, to) = (copy.join(name), settings.folder.join(name));
        match holds(&from, &standing(&to)) {
            Ok(None) => missing.push((from, to)),
            Ok(Some(true)) => done.kept += 1,
            Ok(Some(false)) => {
                let why = "is another file than the one in the backup; move it away first";
                return Err(ArchiveError::io(&to, io::Error::other(why)));
            }
            Err(error) => return Err(ArchiveError::io(&to, error)),
        }
    }
    for (from, to) in missing {
        if let Err(error) = place(&from, &to) {
            for path in &done.written {
                let _ = fs::remove_file(path);
            }
            return Err(ArchiveError::io(&to, error));
        }
        done.written.push(to);
    }
    folder::sync(&settings.folder).map_err(|error| ArchiveError::io(&settings.folder, error))?;
    Ok(done)
}

/// Whether a name may stand below the archive's folder; a backup may come from anywhere.
pub fn is_name(name: &str) -> bool {
    let plain = |step: &str| {
        !step.is_empty()
            && !step.starts_with('.')
            && step
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    name.split('/').count() <= 2 && name.split('/').all(plain)
}

/// Regular files only, one folder deep; half-written ones are nobody's yet.
fn names(root: &Path, below: &str) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    for item in fs::read_dir(root.join(below))? {
        let item = item?;
        let name = item.file_name().to_string_lossy().into_owned();
        let path = if below.is_empty() {
            name
        } else {
            format!("{below}/{name}")
        };
        let kind = item.file_type()?;
        if kind.is_dir() && below.is_empty() {
            found.append(&mut names(root, &path)?);
        } else if kind.is_file() && is_name(&path) && !has_ending(&path, "new") {
            found.push(path);
        }
    }
    Ok(found)
}

fn has_ending(name: &str, ending: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|known| known == ending)
}

fn copy(settings: &Settings, name: &str, target: &Path) -> Result<Copied, ArchiveError> {
    let wrap = |source| ArchiveError::io(&settings.folder.join(name), source);
    let mut source = match name.strip_suffix(OPEN) {
        // It may be closed while we work.
        Some(closed) => folder::open_to_read(settings, closed)?,
        None => File::open(settings.folder.join(name)).map_err(wrap)?,
    };
    let whole = whole(name, &mut source).map_err(wrap)?;
    let mut copy = Hashed::create(&target.join(name)).map_err(wrap)?;
    let length = io::copy(&mut source.take(whole), &mut copy).map_err(wrap)?;
    if length < whole {
        return Err(wrap(io::ErrorKind::UnexpectedEof.into()));
    }
    let part = copy.finish(name.to_owned()).map_err(wrap)?;
    Ok(Copied {
        path: part.path,
        bytes: part.bytes,
        sha256: part.sha256,
    })
}

/// How much of a file is whole now. The file is read from its beginning afterwards.
fn whole(name: &str, file: &mut File) -> io::Result<u64> {
    use std::io::Seek as _;
    let length = file.metadata()?.len();
    let whole = if name.ends_with(OPEN) {
        whole_records(file.try_clone()?)?
    } else if has_ending(name, "jsonl") {
        whole_lines(file, length)?
    } else {
        length
    };
    file.rewind()?;
    Ok(whole)
}

fn whole_records(file: File) -> io::Result<u64> {
    let mut walk = Walk::new(file);
    let mut whole = 0;
    while let Some(step) = walk.next(&mut |_| {})? {
        match step {
            Step::Record { .. } => whole = walk.position(),
            Step::Flawed { .. } => break,
        }
    }
    Ok(whole)
}

fn whole_lines(file: &mut File, length: u64) -> io::Result<u64> {
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes)?;
    let end = bytes.iter().rposition(|byte| *byte == b'\n');
    Ok(end.map_or(0, |end| end as u64 + 1))
}

/// Where a file of that name stands now: a growing one may have been closed since the copy.
fn standing(path: &Path) -> PathBuf {
    let closed = path.with_extension("");
    let is_open = path.extension().is_some_and(|ending| ending == "open");
    if is_open && closed.exists() {
        closed
    } else {
        path.to_owned()
    }
}

/// Whether a file that is there begins with all of the copy; `None` where there is none.
fn holds(copy: &Path, there: &Path) -> io::Result<Option<bool>> {
    let mut there = match File::open(there) {
        Ok(there) => there,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut copy = File::open(copy)?;
    let (mut ours, mut theirs) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    loop {
        let size = copy.read(&mut ours)?;
        if size == 0 {
            return Ok(Some(true));
        }
        let theirs = theirs.get_mut(..size).unwrap_or_default();
        match there.read_exact(theirs) {
            Ok(()) if Some(&*theirs) == ours.get(..size) => {}
            Ok(()) => return Ok(Some(false)),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(Some(false)),
            Err(error) => return Err(error),
        }
    }
}

fn place(from: &Path, to: &Path) -> io::Result<()> {
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut target = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o644)
        .open(to)?;
    let copied = File::open(from).and_then(|mut from| io::copy(&mut from, &mut target));
    copied.and_then(|_| target.sync_all()).inspect_err(|_| {
        // Half a file is no file of the archive's.
        let _ = fs::remove_file(to);
    })
}
