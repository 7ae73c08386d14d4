//! What a text says about agreements: statements, read by a small grammar; and what of a change is news.
//!
//! 1. `tokens`, `sentences`, `clauses`: the text is taken apart.
//! 2. `verbs`: verb groups are put together again ("kündigt … an") and read with their auxiliaries.
//! 3. `objects`: what is it about, and does that lie within the subject?
//! 4. `frames`: verb, noun or condition with the right object is a step; `verdict` says how certain.
//! 5. `partners`, `details`: who with, when, where, who signed, who says so.
//!
//! The words stand in `lexicon/`; nothing here is true of one kind of agreement only.

pub mod dates;
mod tokens;
mod lines;
mod lexicon;
mod passage;
mod context;
mod sentences;
mod finite;
mod inversion;
mod gaps;
mod segments;
mod asides;
mod clauses;
mod verb_readings;
mod verbs;
mod scope;
mod objects;
mod phrases;
mod contrast;
mod decision;
mod sentence;
mod verdict;
mod signals;
mod hung;
mod frames;
mod noun_dates;
mod noun_frames;
mod noun_steps;
mod noun_turns;
mod verb_frames;
mod state_frames;
mod doubts;
mod voices;
mod witnesses;
mod put_off;
mod pairing;
mod parties;
mod partners;
mod details;
mod reading;
mod standing;
mod entry;
mod matrix;
mod events;
mod meaning;
mod history;
mod news;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

pub use events::heft;
pub use history::{History, history};
pub use lexicon::{
    Aspect, Book, Confused, DatePhrase, Lexicon, Names, Pair, Rules, StageInfo, Stages, Wordlist,
};
pub use matrix::{Others, with_twins};
pub use meaning::{Case, Meaning, meaning};
pub use news::news;
pub use passage::Passage;
pub use reading::{Explained, ExplainedClause, Explanation, explain, statements};
