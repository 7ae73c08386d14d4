//! What a text says about agreements: statements, read by a small grammar; and what of a change is news.

mod news;

pub use news::interpret;
