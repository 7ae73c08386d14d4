//! Vermerk watches official topic pages and tells people what changed, with the proof.
//!
//! The modules stand in reading order, lowest layer first; `ARCHITECTURE.md` is the map.

// L0: the nouns.
pub mod model;
// L1: the pure middle.
pub mod gate;
pub mod schedule;
pub mod extract;
pub mod compare;
pub mod judge;
pub mod interpret;
pub mod address;
// L2: the edges.
pub mod fetch;
pub mod archive;
pub mod store;
pub mod notify;
// L3: where stages meet.
pub mod pipeline;
// L4: the program.
pub mod config;
pub mod present;
pub mod web;
pub mod daemon;
pub mod demo;
pub mod commands;
