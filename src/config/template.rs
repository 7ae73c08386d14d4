//! Writes the first configuration of an installation: the shipped files, with its state folder.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// The line of the shipped file that names the state folder.
const STATE_LINE: &str = "state = \"/var/lib/vermerk\"";
const MAIN_FILE: &str = include_str!("../../config/vermerk.toml");
const PAGES: [(&str, &str); 2] = [
    (
        "bmi-migrationspartnerschaften.toml",
        include_str!("../../config/pages/bmi-migrationspartnerschaften.toml"),
    ),
    (
        "bmi-migration-partnerships-en.toml",
        include_str!("../../config/pages/bmi-migration-partnerships-en.toml"),
    ),
];

/// Why nothing, or not all, was written.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error("{} cannot stand in a TOML file; choose a path in UTF-8", .0.display())]
    NotText(PathBuf),
}

/// Creates the state folders and a commented configuration in `folder`. What exists already is
/// left as it is; the answer names the files that were written.
pub fn init(folder: &Path, state: &Path) -> Result<Vec<PathBuf>, InitError> {
    let state = std::path::absolute(state).map_err(at(state))?;
    let line = state_line(&state)?;
    let pages = folder.join("pages");
    for folder in [&state, &state.join("archive")] {
        fs::create_dir_all(folder).map_err(at(folder))?;
    }
    for folder in [folder, &pages] {
        make_readable(folder).map_err(at(folder))?;
    }
    let main = MAIN_FILE.replacen(STATE_LINE, &line, 1);
    let mut files = vec![(folder.join("vermerk.toml"), main.as_str())];
    files.extend(PAGES.map(|(name, text)| (pages.join(name), text)));
    let mut written = Vec::new();
    for (path, text) in files {
        if write_new(&path, text).map_err(at(&path))? {
            written.push(path);
        }
    }
    Ok(written)
}

fn state_line(state: &Path) -> Result<String, InitError> {
    let text = state
        .to_str()
        .ok_or_else(|| InitError::NotText(state.to_owned()))?;
    Ok(format!("state = {}", toml::Value::from(text)))
}

/// The service reads its configuration as a user of its own, so a strict umask of whoever types
/// `init` must not lock it out. Secrets stand in files of their own. An existing folder is not touched.
fn make_readable(folder: &Path) -> io::Result<()> {
    if folder.exists() {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))
}

/// Whether the file was written; an existing one is not touched.
fn write_new(path: &Path, text: &str) -> io::Result<bool> {
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => {
            file.write_all(text.as_bytes())?;
            file.set_permissions(fs::Permissions::from_mode(0o644))?;
            Ok(true)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

fn at(path: &Path) -> impl Fn(io::Error) -> InitError {
    let path = path.to_owned();
    move |source| InitError::Io {
        path: path.clone(),
        source,
    }
}
