//! What a text says about agreements: statements, read by a small grammar; and what of a change is news.

pub mod dates;
mod lexicon;
mod passage;
mod standing;
mod entry;
mod matrix;
mod events;
mod meaning;
mod history;
mod news;
#[cfg(test)]
mod sample;

pub use history::{History, history};
pub use lexicon::{Aspect, Lexicon, Names, StageInfo, Stages, Urgency};
pub use matrix::{Others, with_twins};
pub use meaning::{Case, Meaning, meaning};
pub use news::news;
pub use passage::Passage;

use crate::model::Statement;

/// The statements of a text, in its order.
pub fn statements(_lexicon: &Lexicon, _passage: &Passage) -> Vec<Statement> {
    Vec::new()
}
