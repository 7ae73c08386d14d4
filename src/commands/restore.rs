//! `vermerk restore`: a backup put back where nothing is yet. Nobody hears twice of what they were told before.
//!
//! 1. Every file is checked against the list of digests before anything is written.
//! 2. The archive comes back first; one that survived the loss is kept, it knows more than the backup.
//! 3. The database and missing keys come back; the database takes from the journal what it missed.
//! 4. What was waiting is withdrawn, and what the next looks find is recorded in silence, unless told otherwise.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::backup::{ARCHIVE, DATABASE, KEY_FILES, KEYS, MANIFEST, copy_file, digest};
use super::installation::system_clock;
use super::{Answer, Failure, Installation};
use crate::archive::{self, PutBack};
use crate::pipeline::{self, Audience, Road};
use crate::store::Store;

#[derive(Debug, Args)]
pub struct Options {
    /// What `vermerk backup` made
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// What becomes of changes that were found after the backup, and of mails that were waiting in it
    #[arg(long, value_enum, default_value_t = Then::Absorb)]
    pub then: Then,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Then {
    /// Recorded, told to nobody: they may have been mailed before
    Absorb,
    /// Mailed, although some may arrive a second time
    Mail,
}

pub async fn run(installation: &Installation, options: &Options) -> Result<Answer, Failure> {
    let database = installation.database();
    if fs::metadata(&database).is_ok_and(|file| file.len() > 0) {
        return Err(Failure::failed(format!(
            "{} exists; a backup is put back only where there is no database (stop the daemon and move it away)",
            database.display()
        )));
    }
    let names = check(&options.folder)?;
    let settings = installation.archive_settings();
    fs::create_dir_all(&settings.folder).map_err(|error| failed(&settings.folder, &error))?;
    let survived = archive::last_visit(&settings)?.is_some();
    if !survived {
        // What comes back knows whose it is.
        archive::let_go(&settings.folder)?;
    }
    let put_back = archive::put_back(&settings, &options.folder.join(ARCHIVE), &names)?;
    place(&options.folder.join(DATABASE), &database).map_err(|error| failed(&database, &error))?;
    let keys = place_keys(&options.folder.join(KEYS), &installation.config.state)?;
    let store = Store::open(&database).await?;
    store.forget_claims().await?;
    let withdrawn = match options.then {
        Then::Absorb => store.withdraw_pending((system_clock())()).await?,
        Then::Mail => 0,
    };
    store.close().await;
    let caught_up = catch_up(installation, options.then, survived).await?;
    let said = said(options.then, put_back, withdrawn, caught_up);
    Ok(Answer::fine(said + &keys))
}

/// What the backup holds of the archive, every file having been checked.
fn check(folder: &Path) -> Result<Vec<String>, Failure> {
    let manifest = fs::read_to_string(folder.join(MANIFEST)).map_err(|error| {
        Failure::usage(format!(
            "{}: {error}; is this a backup?",
            folder.join(MANIFEST).display()
        ))
    })?;
    let mut names = Vec::new();
    let mut seen = BTreeSet::new();
    for line in manifest.lines() {
        let Some((told, name)) = line.split_once("  ") else {
            return Err(Failure::failed(format!(
                "{MANIFEST}: {line:?} is no line of digest and name"
            )));
        };
        let in_archive = name.strip_prefix("archive/");
        if !(name == DATABASE
            || name.starts_with("config/")
            || is_key(name)
            || in_archive.is_some_and(archive::is_name))
            || name.contains("..")
        {
            return Err(Failure::failed(format!(
                "{MANIFEST}: {name:?} is no name of a file in a backup"
            )));
        }
        let path = folder.join(name);
        let plain = fs::symlink_metadata(&path).is_ok_and(|found| found.is_file());
        if !plain {
            return Err(Failure::failed(format!(
                "{} is missing, or no plain file",
                path.display()
            )));
        }
        if digest(&path).map_err(|error| failed(&path, &error))? != told {
            return Err(Failure::failed(format!(
                "{} does not have its digest; nothing was restored",
                path.display()
            )));
        }
        seen.insert(name);
        names.extend(in_archive.map(str::to_owned));
    }
    if seen.contains(DATABASE) {
        Ok(names)
    } else {
        Err(Failure::failed(format!(
            "{MANIFEST}: no {DATABASE}; this is no whole backup"
        )))
    }
}

fn is_key(name: &str) -> bool {
    let file = name.strip_prefix("keys/");
    file.is_some_and(|file| KEY_FILES.contains(&file))
}

/// A key that survived, or was made anew since, stays: links and checkpoints may hang on it already.
/// Says which of them are others than those of the backup.
fn place_keys(from: &Path, state: &Path) -> Result<String, Failure> {
    let mut others = String::new();
    for name in KEY_FILES {
        let (from, to) = (from.join(name), state.join(name));
        if from.is_file() && !to.exists() {
            copy_file(&from, &to).map_err(|error| failed(&to, &error))?;
        } else if from.is_file() && fs::read(&from).ok() != fs::read(&to).ok() {
            others += &format!(
                "{} is another key than that of the backup and was kept; to go on with the old one, copy it there\n",
                to.display()
            );
        }
    }
    Ok(others)
}

fn place(from: &Path, to: &Path) -> io::Result<()> {
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent)?;
    }
    let part = to.with_extension("db.part");
    let _ = fs::remove_file(&part);
    let mut target = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&part)?;
    io::copy(&mut File::open(from)?, &mut target)?;
    target.sync_all()?;
    fs::rename(&part, to)
}

/// Takes from the journal what came after the backup; says how many looks that were.
async fn catch_up(
    installation: &Installation,
    then: Then,
    survived: bool,
) -> Result<usize, Failure> {
    let road = installation.road_as_it_is(system_clock()).await?;
    let settings = installation.archive_settings();
    let telling = match then {
        Then::Absorb => Audience::Nobody,
        Then::Mail => Audience::Readers,
    };
    let mut caught_up = 0;
    if pipeline::is_behind(&road, &settings).await? {
        let visited = pipeline::catch_up(&road, &settings, &installation.pages, telling).await?;
        caught_up = visited.len();
    }
    if then == Then::Absorb && !survived {
        hush(installation, &road).await?;
    }
    road.archive.leave().await?;
    Ok(caught_up)
}

/// The journal ends where the backup does; what came behind that may have been told, too.
async fn hush(installation: &Installation, road: &Road) -> Result<(), Failure> {
    for watched in &installation.pages {
        road.store.hush(&watched.page.id, (road.clock)()).await?;
    }
    Ok(())
}

fn said(then: Then, put_back: PutBack, withdrawn: u64, caught_up: usize) -> String {
    let mut text = format!(
        "restored: database, {} files of the archive ({} were there already)\n",
        put_back.written, put_back.kept
    );
    if caught_up > 0 {
        text += &format!("{caught_up} looks that the backup missed were taken from the journal\n");
    }
    if withdrawn > 0 {
        text += &format!(
            "{withdrawn} deliveries that were waiting are withdrawn; see `vermerk deliveries --all`\n"
        );
    }
    text += match then {
        Then::Absorb => {
            "what changed since the backup is recorded and told to nobody; news begins with the first look that leaves nothing open\n"
        }
        Then::Mail => {
            "what changed since the backup is told; some of it may arrive a second time\n"
        }
    };
    text
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    Failure::failed(format!("{}: {error}", path.display()))
}
