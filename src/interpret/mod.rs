//! Says what changes mean: what a text states, and what a reader is to be told.

pub mod dates;

mod news;

pub use news::interpret;
