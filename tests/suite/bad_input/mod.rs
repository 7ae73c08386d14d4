//! Bad input of every kind, given to the real program: one clear line, the right exit code, and nothing lost.

mod configuration;
mod database;
mod disk;
mod evidence;
pub mod house;
mod mail;
mod pages;
