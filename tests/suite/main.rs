//! The one integration binary: the real program, its layers, and real histories of real pages.

mod bad_input;
mod crash;
mod demo;
mod follow;
mod histories;
mod holds;
mod layers;
mod reinterpret;
mod site;
mod timeline;
mod world;
