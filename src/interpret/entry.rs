//! What the entries of a page say together: one cell for each step of each partner.
//!
//! 1. Every text of an entry is read by itself: teaser, named fields, article. The entry's country is
//!    its partner; the page's own text has none and names its partners itself.
//! 2. The article completes what a cut interrupts: of several clauses on one step the most certain
//!    stands, then the most precise, then the entry's own before the page's.
//! 3. What recalls other countries for comparison is no cell.
//! 4. Clauses that cannot both be right are a conflict: named, never corrected.

use std::collections::HashMap;

use jiff::civil::Date;

use super::dates::{Grain, Reference};
use super::standing::{certainty, contradicts, precision};
use super::{Lexicon, Passage};
use crate::model::{
    Anchor, Conflict, Country, Entry, EntryKey, Field, Language, PageId, Stage, Standing,
    Statement, Text,
};

/// What reads a text: the grammar (`statements`).
pub type Grammar = fn(&Lexicon, &Passage<'_>) -> Vec<Statement>;

/// How the entries of a page are read.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    pub grammar: Grammar,
    pub lexicon: &'a Lexicon,
    pub page: &'a PageId,
    pub language: &'a Language,
    /// From which "yesterday" is counted: the day of the look, which is an assumption.
    pub day: Date,
}

/// One clause of an entry, about one partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub key: EntryKey,
    pub title: String,
    pub field: Field,
    pub partner: Option<Country>,
    pub statement: Statement,
    /// Whether it stands in the partner's own entry.
    pub own: bool,
}

/// What the page says of one step of one partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    pub said: Said,
    pub conflicts: Vec<Conflict>,
}

/// What two clauses must share to be about the same step. Without a partner they must stand in one entry.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Step {
    pub partner: Option<Country>,
    pub key: Option<EntryKey>,
    pub stage: Stage,
}

impl Said {
    pub fn step(&self) -> Step {
        Step {
            partner: self.partner,
            key: self.partner.is_none().then(|| self.key.clone()),
            stage: self.statement.stage.clone(),
        }
    }
}

impl Reader<'_> {
    /// Each clause of an entry, once for each partner it is about.
    pub fn said(&self, entry: &Entry) -> Vec<Said> {
        let mut all = Vec::new();
        for (field, text) in texts(entry) {
            for statement in self.read(text, entry.country) {
                for partner in about(&statement, entry.country) {
                    all.push(Said {
                        key: entry.key.clone(),
                        title: entry.title.text.clone(),
                        field: field.clone(),
                        partner,
                        statement: statement.clone(),
                        own: partner.is_some() && partner == entry.country,
                    });
                }
            }
        }
        all
    }

    fn read(&self, text: &Text, partner: Option<Country>) -> Vec<Statement> {
        let passage = Passage {
            text: &text.text,
            language: self.language,
            extent: text.extent,
            reference: Some(Reference {
                day: self.day,
                grain: Grain::Day,
                anchor: Anchor::Capture,
            }),
            partner,
        };
        (self.grammar)(self.lexicon, &passage)
    }

    /// The cells that these clauses come to, in the order of their first clause.
    pub fn cells(&self, said: Vec<Said>) -> Vec<Cell> {
        let mut places: HashMap<Step, usize> = HashMap::new();
        let mut steps: Vec<Vec<Said>> = Vec::new();
        for one in said {
            let place = *places.entry(one.step()).or_insert(steps.len());
            match steps.get_mut(place) {
                Some(step) => step.push(one),
                None => steps.push(vec![one]),
            }
        }
        steps
            .into_iter()
            .filter_map(|step| self.cell(step))
            .collect()
    }

    /// The clause that stands, and those that contradict it.
    fn cell(&self, mut step: Vec<Said>) -> Option<Cell> {
        let strength = |said: &Said| {
            (
                certainty(&said.statement),
                precision(&said.statement),
                said.own,
            )
        };
        // `max_by_key` takes the last of equals; the first is the one that people see first.
        let best = (0..step.len())
            .rev()
            .max_by_key(|at| step.get(*at).map(strength))?;
        let said = step.remove(best);
        let is_hard = self.is_hard(&said.statement.stage);
        let mut conflicts: Vec<Conflict> = Vec::new();
        for other in step {
            let known = conflicts.iter().any(|known| {
                let known = &known.other;
                (known.factuality, dated(known))
                    == (other.statement.factuality, dated(&other.statement))
            });
            if is_hard && !known && contradicts(&said.statement, &other.statement) {
                conflicts.push(Conflict {
                    page: self.page.clone(),
                    field: other.field,
                    other: other.statement,
                });
            }
        }
        Some(Cell { said, conflicts })
    }

    /// Whether a step is an act that is done once, so that two dates cannot both be right.
    pub fn is_hard(&self, stage: &Stage) -> bool {
        self.lexicon.stage(stage).is_some_and(|info| info.hard)
    }
}

/// The texts of an entry that say something of it. Its name does not.
fn texts(entry: &Entry) -> impl Iterator<Item = (Field, &Text)> {
    let extra = entry.extra.iter();
    std::iter::once((Field::Teaser, &entry.teaser))
        .chain(extra.map(|(name, text)| (Field::Extra(name.clone()), text)))
        .chain(entry.article.iter().map(|text| (Field::Article, text)))
        .filter(|(_, text)| !text.is_empty())
}

/// Whom a clause is about, where it stands. In an entry of a country it is about that country or it
/// is background; elsewhere it is about whom it names.
fn about(statement: &Statement, entry: Option<Country>) -> Vec<Option<Country>> {
    let partners = &statement.partners;
    match entry {
        Some(_) if statement.standing == Standing::Background => Vec::new(),
        Some(country) if partners.is_empty() || partners.contains(&country) => vec![entry],
        Some(_) => Vec::new(),
        None if partners.is_empty() => vec![None],
        None => partners.iter().copied().map(Some).collect(),
    }
}

fn dated(statement: &Statement) -> Option<&str> {
    statement.when.as_ref().map(|when| when.interval.as_str())
}
