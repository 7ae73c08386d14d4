//! A text to be read, with what is known of it beside its words.

use super::dates::Reference;
use crate::model::{Country, Extent, Language};

/// One text of a page, or any other.
#[derive(Debug, Clone, Copy)]
pub struct Passage<'a> {
    pub text: &'a str,
    pub language: &'a Language,
    /// `Cut`: it ends in "…", and its last sentence says less than it wants to.
    pub extent: Extent,
    /// What relative dates are counted from.
    pub reference: Option<Reference>,
    /// Whom the text is about, where that is known from its entry.
    pub partner: Option<Country>,
}
