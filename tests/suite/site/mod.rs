//! The site for readers, asked over HTTP as a browser asks it.

mod browser;
mod demo;
mod former;
mod keeping;
mod machines;
mod manners;
pub mod open;
mod readers;
mod reading;
mod slow;
