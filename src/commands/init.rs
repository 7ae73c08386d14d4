//! `vermerk init`: configuration, state folder and database of a new installation.
//!
//! 1. An existing configuration decides where the state is.
//! 2. Whatever file is missing is written; nothing that exists is touched.
//! 3. The database is made only where there never was one, or where the operator says so.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::{Path, PathBuf};

use clap::Args;

use super::installation::database_in;
use super::{Answer, Failure};
use crate::archive;
use crate::config::{self, Config, InitError};
use crate::store::Store;

#[derive(Debug, Args)]
pub struct Options {
    /// Where the configuration goes
    #[arg(long, value_name = "DIR", default_value = CONFIG_DIR)]
    pub config_dir: PathBuf,
    /// Where database and archive go [default: /var/lib/vermerk, or what an existing configuration says]
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// Begin anew although the archive shows that there was a database
    #[arg(long)]
    pub new_database: bool,
}

/// Where the package has its configuration.
pub const CONFIG_DIR: &str = "/etc/vermerk";
const STATE: &str = "/var/lib/vermerk";

pub async fn run(global: Option<PathBuf>, options: &Options) -> Result<Answer, Failure> {
    if global.is_some() {
        return Err(Failure::usage(
            "init writes a whole folder: say --config-dir DIR instead of --config FILE",
        ));
    }
    let file = options.config_dir.join("vermerk.toml");
    let written = write(&file, options)?;
    let config = load(&file)?;
    make_folders(&config)?;
    let database = database_in(&config.state);
    let made = make_database(&config, &database, options).await?;
    let mut text: String = written.iter().map(|path| line("wrote", path)).collect();
    text += &match made {
        Made::New => line("made", &database),
        Made::Left => line("left as it is", &database),
    };
    if written.is_empty() {
        text += &line("left as it is", &file);
    }
    Ok(Answer::fine(text + &next(&file)))
}

/// Whether the database is new.
enum Made {
    New,
    Left,
}

/// The first configuration; one that exists is left alone with all its pages, but has to agree.
fn write(file: &Path, options: &Options) -> Result<Vec<PathBuf>, Failure> {
    let asked = options.state.as_deref();
    if !file.exists() {
        let state = asked.unwrap_or(Path::new(STATE));
        return config::init(&options.config_dir, state).map_err(|error| not_made(&error));
    }
    let known = load(file)?.state;
    let absolute = |path: &Path| std::path::absolute(path).ok();
    match asked {
        Some(asked) if absolute(asked) != absolute(&known) => Err(Failure::usage(format!(
            "{} says that the state is in {}; leave --state out, or change `state` there",
            file.display(),
            known.display()
        ))),
        _ => Ok(Vec::new()),
    }
}

fn make_folders(config: &Config) -> Result<(), Failure> {
    for folder in [&config.state, &config.archive.folder] {
        fs::create_dir_all(folder).map_err(|source| {
            not_made(&InitError::Io {
                path: folder.clone(),
                source,
            })
        })?;
    }
    Ok(())
}

fn load(file: &Path) -> Result<Config, Failure> {
    let loaded = Config::load(file);
    let (config, _) = loaded.map_err(|errors| Failure::configuration(errors.to_string()))?;
    Ok(config)
}

async fn make_database(
    config: &Config,
    database: &Path,
    options: &Options,
) -> Result<Made, Failure> {
    if fs::metadata(database).is_ok_and(|file| file.len() > 0) {
        Store::open(database).await?.close().await;
        return Ok(Made::Left);
    }
    let folder = &config.archive.folder;
    if !options.new_database && holds_records(folder) {
        let dir = match options.config_dir.to_str() {
            Some(CONFIG_DIR) => String::new(),
            _ => format!(" --config-dir {}", options.config_dir.display()),
        };
        return Err(Failure::failed(format!(
            "no database at {}, but the archive in {} has records: restore a backup of the database, or begin anew \
             beside the archive with `vermerk init --new-database{dir}` (pages get a new baseline; the lost database's \
             changes, holds and waiting deliveries stay lost)",
            database.display(),
            folder.display()
        )));
    }
    let store = Store::create(database).await?;
    let owner = folder.join(archive::OWNER);
    let mut made = vec![database, folder];
    if holds_records(folder) {
        // Whoever begins anew beside an archive has said so.
        archive::adopt(folder, &store.installation().await?)?;
        made.push(&owner);
    }
    store.close().await;
    give_to_owner(&config.state, &made).map_err(|error| {
        Failure::failed(format!(
            "{}: cannot be given to the owner of its folder: {error}",
            database.display()
        ))
    })?;
    Ok(Made::New)
}

/// Whether a program has worked here before: a file of records, or a journal.
fn holds_records(archive: &Path) -> bool {
    let any = |folder: &Path, wanted: fn(&str) -> bool| {
        let names = fs::read_dir(folder).into_iter().flatten().flatten();
        names
            .map(|item| item.file_name())
            .any(|name| name.to_str().is_some_and(wanted))
    };
    any(archive, |name| name.contains(".warc.gz"))
        || any(&archive.join("journal"), |name| name.contains(".jsonl"))
}

/// What root makes in somebody's folder belongs to that somebody.
fn give_to_owner(state: &Path, made: &[&Path]) -> std::io::Result<()> {
    let folder = fs::metadata(state)?;
    if !rustix::process::geteuid().is_root() || folder.uid() == 0 {
        return Ok(());
    }
    for path in made.iter().filter(|path| path.starts_with(state)) {
        chown(path, Some(folder.uid()), Some(folder.gid()))?;
    }
    Ok(())
}

fn not_made(error: &InitError) -> Failure {
    let mend = match error {
        InitError::Io { source, .. } if source.kind() == ErrorKind::PermissionDenied => {
            "; type it as root, or name folders of your own with --config-dir and --state"
        }
        _ => "",
    };
    Failure::failed(format!("{error}{mend}"))
}

fn line(what: &str, path: &Path) -> String {
    format!("{what:<14} {}\n", path.display())
}

/// The three commands that lead on from here.
fn next(file: &Path) -> String {
    let pages = file.with_file_name("pages");
    let page = first_page(&pages);
    let with = if file == Path::new(config::DEFAULT) {
        String::new()
    } else {
        format!(" --config {}", file.display())
    };
    format!(
        "\nWrite your name and contact into [operator] of {file}, and choose the pages in {pages}. Then:\n  \
           vermerk config check{with}\n  \
           vermerk page check {page}{with}\n  \
           vermerk check{with}\n",
        file = file.display(),
        pages = pages.display(),
        page = page.display(),
    )
}

fn first_page(pages: &Path) -> PathBuf {
    let names = fs::read_dir(pages).into_iter().flatten().flatten();
    let files = names.map(|item| item.path());
    let first = files
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .min();
    first.unwrap_or_else(|| pages.join("PAGE.toml"))
}
