//! The one integration binary: the real program, its layers, and real histories of real pages.

mod archive;
mod bad_input;
mod crash;
mod demo;
mod follow;
mod handover;
mod histories;
mod holds;
mod lack;
mod layers;
mod meaning;
mod rebuild;
mod reinterpret;
mod rescheduled;
mod site;
mod timeline;
mod webhooks;
mod world;
