//! Commands typed as root go on as the owner of the state folder, so that root leaves no file there that the service cannot read.

use std::env;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use super::{Exit, Failure};
use crate::config;

/// Set for the program that goes on; its value is the state folder, for messages.
const MARK: &str = "VERMERK_RUNS_AS_OWNER_OF";

/// Root starts this same command again as the owner of the state folder, where that is somebody
/// else. A configuration that cannot be read is left to the command, which says what is wrong.
pub fn become_owner(file: Option<&Path>) -> Result<(), Failure> {
    if !rustix::process::geteuid().is_root() || env::var_os(MARK).is_some() {
        return Ok(());
    }
    let located = config::locate(file).ok();
    let Some(state) = located.and_then(|file| config::state_folder(&file)) else {
        return Ok(());
    };
    match fs::metadata(&state) {
        Ok(folder) if folder.uid() != 0 => Err(go_on_as(&state, folder.uid(), folder.gid())),
        _ => Ok(()),
    }
}

/// Says, where something fails after the change, who it failed for.
pub fn note(exit: Exit) -> String {
    match env::var(MARK) {
        Ok(state) if exit != Exit::Usage => {
            let user = rustix::process::geteuid().as_raw();
            format!(" (as user {user}, the owner of {state})")
        }
        _ => String::new(),
    }
}

/// Replaces this process; returns only where that fails. Root's further groups are given up with
/// the user id.
fn go_on_as(state: &Path, user: u32, group: u32) -> Failure {
    let failed = |error: std::io::Error| {
        Failure::failed(format!(
            "cannot go on as user {user}, the owner of {}: {error}; put the program where that user can run it",
            state.display()
        ))
    };
    match env::current_exe() {
        Ok(program) => failed(
            Command::new(program)
                .args(env::args_os().skip(1))
                .env(MARK, state)
                .uid(user)
                .gid(group)
                .exec(),
        ),
        Err(error) => failed(error),
    }
}
