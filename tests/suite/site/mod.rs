//! The site for readers, asked over HTTP as a browser asks it.

mod manners;
pub mod open;
