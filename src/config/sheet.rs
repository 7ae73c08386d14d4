//! One TOML file under examination: its text, and every fault found in it.

use std::cell::RefCell;
use std::fmt::Display;
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::de::DeTable;

use super::fault::{ConfigError, Position};
use super::section::Section;

/// A file's text, and what was found wrong with it so far.
pub struct Sheet {
    pub path: PathBuf,
    text: String,
    faults: RefCell<Vec<ConfigError>>,
}

impl Sheet {
    pub fn open(path: &Path) -> Result<Self, ConfigError> {
        let text = fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
        Ok(Self {
            path: path.to_owned(),
            text,
            faults: RefCell::default(),
        })
    }

    /// Reads the top level; a file with broken syntax is not read any further.
    pub fn read<T>(&self, read: impl FnOnce(&mut Section) -> Option<T>) -> Option<T> {
        let (root, broken) = DeTable::parse_recoverable(&self.text);
        if let Some(error) = broken.first() {
            let what = error.message().replace('\n', " ");
            self.fault(
                error.span().unwrap_or_default(),
                format!("not TOML: {what}"),
            );
            return None;
        }
        let mut section = Section::top(self, root.get_ref());
        let value = read(&mut section);
        section.refuse_unknown();
        value
    }

    pub fn fault(&self, span: Range<usize>, what: impl Display) {
        self.faults.borrow_mut().push(ConfigError {
            file: self.path.clone(),
            place: Some(self.position(span.start)),
            what: what.to_string(),
        });
    }

    pub fn into_faults(self) -> Vec<ConfigError> {
        self.faults.into_inner()
    }

    pub fn position(&self, offset: usize) -> Position {
        let before = self.text.get(..offset).unwrap_or(&self.text);
        let line = before.rsplit('\n').next().unwrap_or_default();
        Position {
            line: before.matches('\n').count() + 1,
            column: line.chars().count() + 1,
        }
    }
}

fn unreadable(path: &Path, error: &io::Error) -> ConfigError {
    let what = match error.kind() {
        io::ErrorKind::NotFound => {
            "there is no such file; `vermerk init` writes a configuration".to_owned()
        }
        io::ErrorKind::InvalidData => "this is not UTF-8 text; save the file as UTF-8".to_owned(),
        _ => format!("cannot be read: {error}"),
    };
    ConfigError::of_file(path, what)
}
