//! Reads entries out of an exchange: bytes + recipe → entries + problems.

pub mod countries;

use crate::model::{Digest, EntryKey, Exchange, Extraction, Page, Problem, Text};

/// A page's recipe, compiled once.
#[derive(Debug, Clone)]
pub struct Recipe {}

/// Which line of a recipe cannot be used, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("recipe.{field}: {why}")]
pub struct RecipeError {
    /// The key in the page file, for example `entries` or `fields.role`.
    pub field: String,
    pub why: String,
}

/// A recipe that might read a page whose entries nothing matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    pub entries: String,
    pub title: String,
    pub teaser: Option<String>,
    pub link: Option<String>,
    pub count: usize,
    /// The first titles it would read.
    pub sample: Vec<String>,
}

impl Recipe {
    pub fn compile(_page: &Page) -> Result<Self, RecipeError> {
        todo!()
    }

    /// Changes with the recipe and with the normaliser: then snapshots are read anew.
    pub fn version(&self) -> Digest {
        todo!()
    }

    /// Whether entries are completed by the article behind their link.
    pub fn follows(&self) -> bool {
        todo!()
    }
}

/// Reads the list. Cannot fail: what went wrong is part of the answer.
pub fn extract(_recipe: &Recipe, _exchange: &Exchange) -> Extraction {
    todo!()
}

/// Reads the article behind the link of `key`.
pub fn article(_recipe: &Recipe, _key: &EntryKey, _exchange: &Exchange) -> Result<Text, Problem> {
    todo!()
}

/// Repeated groups of heading, text and link that might be entries, best first.
pub fn propose(_exchange: &Exchange) -> Vec<Proposal> {
    todo!()
}
