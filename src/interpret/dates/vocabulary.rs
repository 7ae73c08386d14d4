//! The forms and words of a language, read once from its lexicon file.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

use super::notation::{Piece, Sequence, Slot, Word, sequences};
use super::tokens::fold;
use crate::model::Language;

/// The languages that have a file.
static LANGUAGES: LazyLock<HashMap<&'static str, Vocabulary>> = LazyLock::new(|| {
    [
        ("de", include_str!("../lexicon/dates/de.toml")),
        ("en", include_str!("../lexicon/dates/en.toml")),
        ("fr", include_str!("../lexicon/dates/fr.toml")),
        ("es", include_str!("../lexicon/dates/es.toml")),
        ("it", include_str!("../lexicon/dates/it.toml")),
    ]
    .into_iter()
    .map(|(language, file)| {
        // The files are part of the program, and a test reads each of them.
        let vocabulary = Vocabulary::parse(file)
            .unwrap_or_else(|fault| panic!("lexicon/dates/{language}.toml: {fault}"));
        (language, vocabulary)
    })
    .collect()
});

/// What a form means, by the list it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sense {
    /// A date by itself.
    Dates,
    /// A date only behind a word such as "seit".
    Behind,
    /// So long before the reference.
    Ago,
    /// So long after it.
    Ahead,
    /// At most so long after it.
    Within,
    /// Since so long before it.
    Lasting,
    /// Before it, no more is said.
    Past,
    /// After it, no more is said.
    Future,
    /// Neither; an order that needs another source.
    Order,
    /// A limit that names no date.
    Deadline,
    /// No date, though part of it looks like one.
    Never,
}

/// What a word before a date makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lead {
    Since,
    Until,
    Effective,
    After,
}

/// A sequence and what it means.
#[derive(Debug, Clone)]
pub struct Form<M> {
    pub sequence: Sequence,
    pub meaning: M,
}

/// All that is known of a language.
#[derive(Debug)]
pub struct Vocabulary {
    /// By their first word; `#` stands for a number.
    pub forms: HashMap<String, Vec<Form<Sense>>>,
    pub leads: HashMap<String, Vec<Form<Lead>>>,
    /// The lists of words that fill the slots, by their first word, with the value they stand for.
    pub fillings: Fillings,
    pub articles: HashSet<String>,
    pub ordinals: HashSet<String>,
    pub numbered: HashSet<String>,
    pub counted: HashSet<String>,
}

/// By slot, then by first word.
type Fillings = HashMap<Slot, HashMap<String, Vec<Form<i16>>>>;

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    endings: Vec<String>,
    articles: Vec<String>,
    ordinals: Vec<String>,
    numbered: Vec<String>,
    counted: Vec<String>,
    words: BTreeMap<Slot, Filling>,
    forms: BTreeMap<Sense, Vec<String>>,
    leads: BTreeMap<Lead, Vec<String>>,
}

/// For each value, its words.
type Filling = Vec<Vec<String>>;

impl Vocabulary {
    pub fn of(language: &Language) -> Option<&'static Self> {
        LANGUAGES.get(language.as_str())
    }

    /// Whether a phrase can begin with this word; what may be missing before a comma leaves none that begins with it.
    pub fn may_begin(&self, folded: &str) -> bool {
        let key = key(folded);
        key != "," && (self.forms.contains_key(key) || self.leads.contains_key(key))
    }

    pub(super) fn parse(file: &str) -> Result<Self, String> {
        let sheet: Sheet = toml::from_str(file).map_err(|error| error.to_string())?;
        let fillings = fillings(&sheet)?;
        let forms = by_first(compile(&sheet.forms, &sheet.endings)?, &fillings);
        let leads = by_first(compile(&sheet.leads, &sheet.endings)?, &fillings);
        Ok(Self {
            forms,
            leads,
            fillings,
            articles: folded(&sheet.articles),
            ordinals: folded(&sheet.ordinals),
            numbered: folded(&sheet.numbered),
            counted: folded(&sheet.counted),
        })
    }
}

/// The key under which a token is looked up.
pub fn key(folded: &str) -> &str {
    if folded.starts_with(|char: char| char.is_ascii_digit()) {
        "#"
    } else {
        folded
    }
}

fn fillings(sheet: &Sheet) -> Result<Fillings, String> {
    let mut fillings = HashMap::new();
    for (&slot, lists) in &sheet.words {
        let mut forms = Vec::new();
        for (value, list) in (1..).zip(lists) {
            forms.extend(compile(
                &BTreeMap::from([(value, list.clone())]),
                &sheet.endings,
            )?);
        }
        fillings.insert(slot, by_first(forms, &HashMap::new()));
    }
    Ok(fillings)
}

fn compile<M: Copy>(
    lists: &BTreeMap<M, Vec<String>>,
    endings: &[String],
) -> Result<Vec<Form<M>>, String> {
    let mut forms = Vec::new();
    for (&meaning, list) in lists {
        for form in list {
            forms.extend(
                sequences(form, endings)?
                    .into_iter()
                    .map(|sequence| Form { sequence, meaning }),
            );
        }
    }
    Ok(forms)
}

fn by_first<M: Clone>(forms: Vec<Form<M>>, fillings: &Fillings) -> HashMap<String, Vec<Form<M>>> {
    let mut index: HashMap<String, Vec<Form<M>>> = HashMap::new();
    for form in forms {
        let firsts: Vec<String> = match &form.sequence[0] {
            Piece::Words(words) => words
                .iter()
                .map(|word: &Word| key(&word.text).to_owned())
                .collect(),
            Piece::Slot(slot) => match fillings.get(slot) {
                Some(filling) => filling.keys().cloned().collect(),
                None => vec!["#".to_owned()],
            },
        };
        for first in firsts {
            index.entry(first).or_default().push(form.clone());
        }
    }
    index
}

fn folded(words: &[String]) -> HashSet<String> {
    words
        .iter()
        .map(|word| {
            let mut folded = String::new();
            fold(word, &mut folded);
            folded
        })
        .collect()
}
