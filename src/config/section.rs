//! One table under examination: hands out its values key by key and notes every fault. Reading
//! through serde would stop at the first one.

use std::fmt::Display;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::sheet::Sheet;

/// Below this likeness (Jaro-Winkler) a name is not what was meant.
const ALIKE: f64 = 0.75;

/// A key and its value, each with its place.
type Pair<'t> = (&'t Spanned<DeString<'t>>, &'t Spanned<DeValue<'t>>);

/// A table of the file, being read.
pub struct Section<'s> {
    pub sheet: &'s Sheet,
    /// As in the header: `mail`, `recipe.fields`; empty for the top level.
    name: String,
    span: Range<usize>,
    table: &'s DeTable<'s>,
    known: Vec<&'static str>,
}

impl<'s> Section<'s> {
    pub fn top(sheet: &'s Sheet, table: &'s DeTable<'s>) -> Self {
        Self {
            sheet,
            name: String::new(),
            span: 0..0,
            table,
            known: Vec::new(),
        }
    }

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
        let Some(value) = self.value(key) else {
            self.missing(key, example);
            return None;
        };
        self.read(key, value, read)
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

    /// A line like that of a fault, for what is allowed but probably not meant.
    pub fn warning(&self, key: &str, what: &str) -> String {
        let place = self.sheet.position(self.span_of(key).start);
        let file = self.sheet.path.display();
        format!("{file}:{}:{}: {what}", place.line, place.column)
    }

    pub fn span_of(&self, path: &str) -> Range<usize> {
        let mut table = Some(self.table);
        let mut span = self.span.clone();
        for key in path.split('.') {
            let Some((_, value)) = table.and_then(|table| lookup(table, key)) else {
                break;
            };
            span = value.span();
            table = value.get_ref().as_table();
        }
        span
    }

    fn value(&mut self, key: &'static str) -> Option<&'s Spanned<DeValue<'s>>> {
        self.known.push(key);
        self.entry(key).map(|(_, value)| value)
    }

    fn entry(&self, key: &str) -> Option<Pair<'s>> {
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

    /// Notes every key that nobody has asked for.
    pub fn refuse_unknown(&self) {
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
        // A quoted key may hold whatever steers a terminal.
        let key = key.escape_debug();
        if self.name.is_empty() {
            key.to_string()
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

fn lookup<'t>(table: &'t DeTable<'t>, key: &str) -> Option<Pair<'t>> {
    table.iter().find(|(name, _)| name.get_ref() == key)
}
