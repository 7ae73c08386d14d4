//! `vermerk backup`: database, archive, configuration and keys in one folder that `sha256sum` can check.
//!
//! 1. The database comes first: whatever it refers to is in the archive by then.
//! 2. Journal and ledger come before the records they tell of.
//! 3. The list of digests is written last; a folder without it is no backup.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use clap::Args;

use super::{Answer, Exit, Failure, Installation};
use crate::archive::{self, Copied};
use crate::model::Digest;
use crate::pipeline::in_background;

#[derive(Debug, Args)]
pub struct Options {
    /// A folder that does not exist yet
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
}

/// The list of digests, as `sha256sum -c` reads it.
pub const MANIFEST: &str = "manifest-sha256.txt";
pub const DATABASE: &str = "vermerk.db";
pub const ARCHIVE: &str = "archive";
pub const CONFIG: &str = "config";
pub const KEYS: &str = "keys";
/// Without the first, links in mails that were sent no longer work and erased addresses are forgotten;
/// without the second, checkpoints go on under a new name.
pub const KEY_FILES: [&str; 2] = ["vermerk.key", SIGNING_KEY];
/// Signs the checkpoints.
pub const SIGNING_KEY: &str = "checkpoint.key";

pub async fn run(installation: &Installation, options: &Options) -> Result<Answer, Failure> {
    let store = installation.store().await?;
    let folder = &options.folder;
    // Others' mails and addresses are in it.
    fs::DirBuilder::new()
        .mode(0o700)
        .create(folder)
        .map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists | io::ErrorKind::NotFound => Failure::usage(format!(
                "{}: {error}; name a folder that does not exist yet, in one that does",
                folder.display()
            )),
            _ => io_failure(folder, &error),
        })?;
    store.copy_to(&folder.join(DATABASE)).await?;
    let (settings, target) = (installation.archive_settings(), folder.join(ARCHIVE));
    let copied = in_background(move || {
        if settings.folder.is_dir() {
            archive::copy_to(&settings, &target)
        } else {
            Ok((Vec::new(), Vec::new()))
        }
    });
    let (copied, damaged) = copied.await??;
    let config = copy_config(&installation.config.file, &folder.join(CONFIG))
        .map_err(|error| io_failure(folder, &error))?;
    let keys = copy_keys(&installation.config.state, &folder.join(KEYS))
        .map_err(|error| io_failure(folder, &error))?;
    let others = [config, keys].concat();
    let lines = manifest(folder, &copied, &others).map_err(|error| io_failure(folder, &error))?;
    let bytes: u64 = copied.iter().map(|file| file.bytes).sum();
    let mut answer = Answer::fine(format!(
        "{lines} files, {bytes} bytes of archive: {}\nTo check it: cd {} && sha256sum --check --quiet {MANIFEST}\n{}",
        folder.display(),
        folder.display(),
        secrets(&others)
    ));
    if !damaged.is_empty() {
        for file in &damaged {
            answer.text += &format!("FAULT {file}\n");
        }
        answer.text += "The archive is damaged, and so is this copy of it: keep the backup before it (see vermerk archive verify)\n";
        answer.exit = Exit::Failed;
    }
    Ok(answer)
}

fn io_failure(folder: &Path, error: &io::Error) -> Failure {
    Failure::failed(format!("{}: {error}", folder.display()))
}

/// The main file and the pages. Files that they name, passwords among them, stay where they are.
fn copy_config(main: &Path, target: &Path) -> io::Result<Vec<String>> {
    let mut files = vec![main.to_owned()];
    if let Ok(pages) = fs::read_dir(main.with_file_name("pages")) {
        let mut pages: Vec<PathBuf> = pages.flatten().map(|item| item.path()).collect();
        pages.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
        pages.sort();
        files.append(&mut pages);
    }
    let root = main.parent().unwrap_or(Path::new(""));
    let mut names = Vec::new();
    for file in files {
        let name = file.strip_prefix(root).unwrap_or(&file).to_owned();
        let copy = target.join(&name);
        copy_file(&file, &copy)?;
        // It goes back to where the service reads it, and holds no secret.
        fs::set_permissions(&copy, fs::metadata(&file)?.permissions())?;
        names.push(format!("{CONFIG}/{}", name.display()));
    }
    Ok(names)
}

/// Those that were made; a house that mails nobody and signs nothing has none.
fn copy_keys(state: &Path, target: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for name in KEY_FILES {
        if state.join(name).is_file() {
            copy_file(&state.join(name), &target.join(name))?;
            names.push(format!("{KEYS}/{name}"));
        }
    }
    Ok(names)
}

/// For the owner alone, and never over a file that is there.
pub fn copy_file(from: &Path, to: &Path) -> io::Result<()> {
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut copy = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(to)?;
    io::copy(&mut File::open(from)?, &mut copy)?;
    copy.sync_all()
}

fn manifest(folder: &Path, copied: &[Copied], others: &[String]) -> io::Result<usize> {
    let mut lines = vec![line(folder, DATABASE)?];
    lines.extend(
        copied
            .iter()
            .map(|file| format!("{}  {ARCHIVE}/{}\n", file.sha256, file.path)),
    );
    for name in others {
        lines.push(line(folder, name)?);
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(folder.join(MANIFEST))?;
    file.write_all(lines.concat().as_bytes())?;
    file.sync_all()?;
    File::open(folder)?.sync_all()?;
    Ok(lines.len())
}

fn line(folder: &Path, name: &str) -> io::Result<String> {
    Ok(format!("{}  {name}\n", digest(&folder.join(name))?))
}

/// The SHA-256 of a file, in hex.
pub fn digest(path: &Path) -> io::Result<String> {
    Ok(Digest::read(&mut File::open(path)?)?.0.hex())
}

/// What is in it that others must not see, and what is not in it.
fn secrets(others: &[String]) -> String {
    let mut text = String::new();
    if others.iter().any(|name| name.starts_with(KEYS)) {
        text += "The keys that seal the links of mails and sign checkpoints are in it (keys/), so that they go on after a loss; keep it as safe as this machine.\n";
    }
    text += "Left out: passwords, secrets of webhooks and other files that the configuration names; keep them where you keep passwords.\n";
    text += "Left out: feeds and lists of lines, which are written anew, and temporary files.\n";
    text
}
