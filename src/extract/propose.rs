//! Looks for repeated groups of heading, text and link when a recipe matches nothing.

use crate::model::Exchange;

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

pub fn propose(_exchange: &Exchange) -> Vec<Proposal> {
    Vec::new()
}
