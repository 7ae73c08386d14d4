//! What a text says about agreements: statements, read by a small grammar; and what of a change is news.

pub mod dates;

mod news;

pub use news::interpret;
