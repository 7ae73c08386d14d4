//! The archive as others see it: a week of polling, read by other tools, by readers of the site, and with bits flipped.

mod by_hand;
mod flips;
mod memento;
mod proof;
mod redirects;
mod damage;
mod stamps;
mod starting;
mod tools;
mod validators;
mod week;
