//! One TOML file under examination: hands out values key by key and notes every fault, not only
//! the first. Reading through serde would stop at the first one.

use std::cell::RefCell;
use std::fmt::Display;
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::{ConfigError, Position};

/// Below this likeness (Jaro-Winkler) a name is not what was meant.
const ALIKE: f64 = 0.75;

/// A file's text, and what was found wrong with it so far.
pub struct Sheet {
    pub path: PathBuf,
    text: String,
    faults: RefCell<Vec<ConfigError>>,
}

/// A table of the file, being read.
pub struct Section<'s> {
    pub sheet: &'s Sheet,
    /// As in the header: `mail`, `recipe.fields`; empty for the top level.
    name: String,
    span: Range<usize>,
    table: &'s DeTable<'s>,
    known: Vec<&'static str>,
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
        let mut section = Section {
            sheet: self,
            name: String::new(),
            span: 0..0,
            table: root.get_ref(),
            known: Vec::new(),
        };
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

impl<'s> Section<'s> {
    /// The value of a key that may be missing.
    pub fn optional<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&DeValue) -> Result<T, String>,
    ) -> Option<T> {
        let value = self.value(key)?;
        self.read(key, value, read)
    }

    /// The value of a key that must be there; `example` says how it is written.
    pub fn required<T>(
        &mut self,
        key: &'static str,
        example: &str,
        read: impl FnOnce(&DeValue) -> Result<T, String>,
    ) -> Option<T> {
        match self.value(key) {
            Some(value) => self.read(key, value, read),
            None => {
                self.missing(key, example);
                None
            }
        }
    }

    /// The values of a list, each with its place. Faulty ones are noted and left out.
    pub fn list<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(&DeValue) -> Result<T, String>,
    ) -> Vec<Spanned<T>> {
        let Some(value) = self.value(key) else {
            return Vec::new();
        };
        let Some(items) = value.get_ref().as_array() else {
            self.wrong_type(key, value, "a list in [ ]");
            return Vec::new();
        };
        items
            .iter()
            .filter_map(|item| Some(Spanned::new(item.span(), self.read(key, item, &read)?)))
            .collect()
    }

    /// A table of its own, `None` where it is missing or no table.
    pub fn table<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&mut Section) -> Option<T>,
    ) -> Option<T> {
        let value = self.value(key)?;
        self.nested(key, value, read)
    }

    /// Each table of `[[key]]`.
    pub fn tables<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(&mut Section) -> Option<T>,
    ) -> Vec<T> {
        let Some(value) = self.value(key) else {
            return Vec::new();
        };
        let Some(items) = value.get_ref().as_array() else {
            self.wrong_type(key, value, &format!("a list of tables [[{key}]]"));
            return Vec::new();
        };
        items
            .iter()
            .filter_map(|item| self.nested(key, item, &read))
            .collect()
    }

    /// Every key and value of a table whose keys are the reader's own names.
    pub fn named<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(&DeValue) -> Result<T, String>,
    ) -> Vec<(Spanned<String>, T)> {
        let Some(value) = self.value(key) else {
            return Vec::new();
        };
        let Some(table) = value.get_ref().as_table() else {
            self.wrong_type(key, value, "a table");
            return Vec::new();
        };
        let mut found: Vec<_> = table.iter().collect();
        found.sort_by_key(|(name, _)| name.span().start);
        let pair = |(name, value): (&Spanned<_>, &Spanned<DeValue>)| {
            let name = Spanned::new(name.span(), AsRef::<str>::as_ref(name.get_ref()).to_owned());
            Some((name.clone(), self.read(name.get_ref(), value, &read)?))
        };
        found.into_iter().filter_map(pair).collect()
    }

    /// Notes a fault where the key is there but has no business here.
    pub fn refuse(&mut self, key: &'static str, why: &str) {
        self.known.push(key);
        if let Some((name, _)) = self.entry(key) {
            self.sheet
                .fault(name.span(), format!("key `{}` {why}", self.full(key)));
        }
    }

    pub fn has(&self, key: &str) -> bool {
        self.entry(key).is_some()
    }

    pub fn missing(&self, key: &str, example: &str) {
        let what = format!("key `{}` is missing; write {example}", self.full(key));
        self.sheet.fault(self.span.clone(), what);
    }

    /// Notes a fault of the value found at a dotted path, or of this section where there is none.
    pub fn fault_at(&self, path: &str, what: impl Display) {
        self.sheet.fault(self.span_of(path), what);
    }

    pub fn span_of(&self, path: &str) -> Range<usize> {
        let (first, rest) = path.split_once('.').unwrap_or((path, ""));
        let Some((_, value)) = self.entry(first) else {
            return self.span.clone();
        };
        let inner = value.get_ref().as_table();
        inner
            .and_then(|table| lookup(table, rest))
            .map_or_else(|| value.span(), |(_, value)| value.span())
    }

    fn value(&mut self, key: &'static str) -> Option<&'s Spanned<DeValue<'s>>> {
        self.known.push(key);
        self.entry(key).map(|(_, value)| value)
    }

    fn entry(
        &self,
        key: &str,
    ) -> Option<(
        &'s Spanned<toml::de::DeString<'s>>,
        &'s Spanned<DeValue<'s>>,
    )> {
        lookup(self.table, key)
    }

    fn read<T>(
        &self,
        key: &str,
        value: &Spanned<DeValue>,
        read: impl FnOnce(&DeValue) -> Result<T, String>,
    ) -> Option<T> {
        match read(value.get_ref()) {
            Ok(value) => Some(value),
            Err(why) => {
                let what = format!("`{}`: {why}", self.full(key));
                self.sheet.fault(value.span(), what);
                None
            }
        }
    }

    fn nested<T>(
        &self,
        key: &str,
        value: &'s Spanned<DeValue<'s>>,
        read: impl FnOnce(&mut Section) -> Option<T>,
    ) -> Option<T> {
        let Some(table) = value.get_ref().as_table() else {
            self.wrong_type(key, value, &format!("a table [{}]", self.full(key)));
            return None;
        };
        let mut section = Section {
            sheet: self.sheet,
            name: self.full(key),
            span: value.span(),
            table,
            known: Vec::new(),
        };
        let read = read(&mut section);
        section.refuse_unknown();
        read
    }

    fn wrong_type(&self, key: &str, value: &Spanned<DeValue>, wanted: &str) {
        let found = value.get_ref().type_str();
        let what = format!(
            "`{}`: this is of type {found}; write {wanted}",
            self.full(key)
        );
        self.sheet.fault(value.span(), what);
    }

    fn refuse_unknown(&self) {
        for (name, _) in self.table {
            let key: &str = name.get_ref();
            if self.known.contains(&key) {
                continue;
            }
            let mend = match nearest(key, self.known.iter().copied()) {
                Some(known) => format!("did you mean `{known}`?"),
                None => format!("the keys here are {}", self.known.join(", ")),
            };
            let what = format!("unknown key `{}`; {mend}", self.full(key));
            self.sheet.fault(name.span(), what);
        }
    }

    fn full(&self, key: &str) -> String {
        if self.name.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.name)
        }
    }
}

/// The name that was probably meant.
pub fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    known
        .map(|known| (strsim::jaro_winkler(name, known), known))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known)| known)
}

fn lookup<'t>(
    table: &'t DeTable<'t>,
    key: &str,
) -> Option<(
    &'t Spanned<toml::de::DeString<'t>>,
    &'t Spanned<DeValue<'t>>,
)> {
    table.iter().find(|(name, _)| name.get_ref() == key)
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
