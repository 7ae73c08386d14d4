//! Captures that go to other archives and come from them, and an installation that is lost and comes back.

mod backup;
mod evidence;
mod export;
mod import;
mod takedown;
mod wayback;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::bad_input::house::{House, list};
use super::lack::lacks;

/// A tool of another archive from `.venv`, where it is installed.
fn tool(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(".venv/bin")
        .join(name);
    if path.exists() {
        return Some(path);
    }
    lacks(name);
    None
}

fn output(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}\n{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// A house that has looked at three states of its page.
async fn house_with_history() -> House {
    let house = House::new("").await;
    for words in ["Gespräche", "Verhandlungen", "Abkommen unterzeichnet"] {
        house.show(list(words));
        house.vermerk(&["check", "--confirm"]).await;
    }
    house
}

/// The ids of `archive list`, oldest first, of the rows that hold some text.
async fn captures(house: &House, holding: &str) -> Vec<String> {
    let listed = house.vermerk(&["archive", "list", "liste"]).await;
    let rows = listed
        .is_well()
        .out
        .lines()
        .filter(|row| row.contains(holding));
    let id = |row: &str| row.split_whitespace().rev().nth(1).unwrap().to_owned();
    rows.map(id).collect()
}
