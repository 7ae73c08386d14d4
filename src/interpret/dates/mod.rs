//! Dates as texts give them.

mod reference;

pub use reference::{Grain, Reference};
