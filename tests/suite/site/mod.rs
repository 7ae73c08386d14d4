//! The site for readers, asked over HTTP as a browser asks it.

mod browser;
mod machines;
mod manners;
pub mod open;
mod readers;
mod reading;
mod slow;
