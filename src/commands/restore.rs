//! `vermerk restore`: a backup put back where nothing is yet. Nobody hears twice of what they were told before.
//!
//! 1. Every file is checked against the list of digests before anything is written.
//! 2. The database is opened and read through under a name of its own; what was waiting in it is withdrawn.
//! 3. The archive comes back; one that survived the loss is kept, it knows more than the backup.
//! 4. Missing keys and the database take their places; the database takes from the journal what it missed.
//! 5. What the next looks find is recorded in silence, unless told otherwise.
//!
//! Whatever fails takes away again what was put somewhere.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use jiff::Timestamp;

use super::backup::{
    ARCHIVE, CONFIG, DATABASE, KEY_FILES, KEYS, MANIFEST, SIGNING_KEY, copy_file, digest,
};
use super::installation::system_clock;
use super::{Answer, Exit, Failure, Installation};
use crate::archive::{self, EventOutcome, PutBack, Report};
use crate::config;
use crate::pipeline::{self, Audience, Road};
use crate::store::{RunLock, Store};

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

/// What was put somewhere so far, and taken away again unless the restore comes to its end.
struct Placed {
    /// Where the database waits until everything else is in its place.
    part: PathBuf,
    files: Vec<PathBuf>,
}

pub async fn run(file: Option<&Path>, options: &Options) -> Result<Answer, Failure> {
    let installation = &read(file, &options.folder)?;
    let (state, database) = (&installation.config.state, installation.database());
    let settings = installation.archive_settings();
    let names = check(&options.folder)?;
    for folder in [state, &settings.folder] {
        fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
    }
    let lock = RunLock::take(&database).map_err(|held| Failure::failed(held.to_string()))?;
    is_free(&database).await?;

    let mut placed = Placed::new(&database);
    place(&options.folder.join(DATABASE), &placed.part)
        .map_err(|error| failed(&placed.part, &error))?;
    let withdrawn = prepare(&placed.part, options.then).await?;
    let survived = archive::last_visit(&settings)?.is_some();
    if !survived {
        // What comes back knows whose it is.
        archive::let_go(&settings.folder)?;
    }
    let put_back = archive::put_back(&settings, &options.folder.join(ARCHIVE), &names)?;
    placed.files.extend_from_slice(&put_back.written);
    let mut keys = placed.keys(&options.folder.join(KEYS), state, survived)?;
    if !survived {
        let note = "put back from a backup; what is signed from here on has a new key".to_owned();
        let restored =
            archive::Event::of_ours("restore", Timestamp::now(), EventOutcome::Success, note);
        archive::note(&settings, restored)?;
        lay_aside(&state.join(SIGNING_KEY))?;
        keys += "checkpoints are signed with a new key from here on: the lost archive may have signed more than the backup has\n";
    }
    // Before anything is written behind it.
    let report = archive::verify_papers(&settings)?;
    fs::rename(&placed.part, &database).map_err(|error| failed(&database, &error))?;
    placed.files.push(database);
    let caught_up = catch_up(installation, options.then, survived).await?;
    placed.stay();
    lock.leave_no_trace();
    let said = said(options.then, &put_back, withdrawn, caught_up);
    Ok(with_faults(Answer::fine(said + &keys), &report))
}

/// A signing key that outlived its archive: what it signed behind the backup and what comes now would
/// contradict each other.
fn lay_aside(key: &Path) -> Result<(), Failure> {
    match fs::rename(key, key.with_extension("key.old")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(key, &error)),
        _ => Ok(()),
    }
}

/// Where there is no configuration, the backup has one.
fn read(file: Option<&Path>, backup: &Path) -> Result<Installation, Failure> {
    let config = backup.join(CONFIG);
    match config::locate(file) {
        Err(none) if config.is_dir() => Err(Failure::configuration(format!(
            "{none}, or take that of the backup: cp -R {}/. {}",
            config.display(),
            none.path.parent().unwrap_or(Path::new(".")).display()
        ))),
        _ => Installation::read(file),
    }
}

/// A database that `vermerk init` made and nobody has used gives way.
async fn is_free(database: &Path) -> Result<(), Failure> {
    if fs::metadata(database).map_or(true, |file| file.len() == 0) {
        return Ok(());
    }
    let store = Store::open(database).await?;
    let untouched = store.is_untouched().await;
    store.close().await;
    if untouched? {
        return Ok(());
    }
    Err(Failure::failed(format!(
        "{} exists; a backup is put back only where there is no database (stop the daemon and move it away)",
        database.display()
    )))
}

/// Reads the database through, and makes it one that was put back; says how many deliveries are withdrawn.
async fn prepare(part: &Path, then: Then) -> Result<u64, Failure> {
    let store = Store::adopt(part).await?;
    let prepared = async {
        store.forget_claims().await?;
        match then {
            Then::Absorb => store.withdraw_pending((system_clock())()).await,
            Then::Mail => Ok(0),
        }
    };
    let prepared = prepared.await;
    store.close().await;
    Ok(prepared?)
}

/// A damaged ledger is put back as it is: it may be all that is left. But it is said.
fn with_faults(mut answer: Answer, report: &Report) -> Answer {
    if let Some(first) = report.faults.first() {
        answer.text += &format!(
            "! ledger, journal or checkpoints of this archive are not as they were written: {} faults; first: {}, offset {}: {} (vermerk archive verify)\n",
            report.faults.len(),
            first.file,
            first.offset,
            first.what
        );
        answer.exit = Exit::Failed;
    }
    answer
}

/// What the backup holds of the archive, every file having been checked.
fn check(folder: &Path) -> Result<Vec<String>, Failure> {
    let path = folder.join(MANIFEST);
    let manifest = fs::read_to_string(&path).map_err(|error| match error.kind() {
        io::ErrorKind::PermissionDenied => Failure::failed(format!(
            "{}: {error}; put the backup where the owner of the state folder can read it",
            path.display()
        )),
        _ => Failure::usage(format!("{}: {error}; is this a backup?", path.display())),
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
    for name in KEY_FILES.map(|name| format!("{KEYS}/{name}")) {
        if !seen.contains(name.as_str()) && folder.join(&name).symlink_metadata().is_ok() {
            return Err(Failure::failed(format!(
                "{name} is not in the list of digests; nothing was restored"
            )));
        }
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

impl Placed {
    fn new(database: &Path) -> Self {
        Self {
            part: database.with_extension("db.part"),
            files: Vec::new(),
        }
    }

    /// A key that survived, or was made anew since, stays: links and checkpoints may hang on it already.
    /// Says which of them are others than those of the backup.
    /// Where the archive was lost, that of its checkpoints does not come back.
    fn keys(&mut self, from: &Path, state: &Path, survived: bool) -> Result<String, Failure> {
        let mut others = String::new();
        for name in KEY_FILES
            .into_iter()
            .filter(|name| survived || *name != SIGNING_KEY)
        {
            let (from, to) = (from.join(name), state.join(name));
            if from.is_file() && !to.exists() {
                self.files.push(to.clone());
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

    fn stay(mut self) {
        self.files.clear();
    }
}

impl Drop for Placed {
    /// With it goes what the database had beside it under its other name.
    fn drop(&mut self) {
        let folder = self.part.parent().map(fs::read_dir);
        let beside = folder.into_iter().flatten().flatten().flatten();
        let name = self.part.file_name().unwrap_or_default().as_encoded_bytes();
        let parts = beside.map(|item| item.path()).filter(|path| {
            let found = path.file_name().unwrap_or_default();
            found.as_encoded_bytes().starts_with(name)
        });
        for path in parts.chain(self.files.iter().cloned()) {
            let _ = fs::remove_file(path);
        }
    }
}

fn place(from: &Path, part: &Path) -> io::Result<()> {
    let _ = fs::remove_file(part);
    let mut target = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(part)?;
    io::copy(&mut File::open(from)?, &mut target)?;
    target.sync_all()
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

fn said(then: Then, put_back: &PutBack, withdrawn: u64, caught_up: usize) -> String {
    let mut text = format!(
        "restored: database, {} files of the archive ({} were there already)\n",
        put_back.written.len(),
        put_back.kept
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
