//! Asks for pages politely: one request at a time per host, robots.txt, validators, limits, every hop seen.

mod client;
mod journey;
mod tell;
mod exchange;
mod body;
mod failure;
mod redirect;
mod robots;
mod politeness;
mod retry_after;
mod resolver;
pub mod wayback;
mod post;
#[cfg(test)]
mod site;
#[cfg(test)]
mod tests;

use std::time::Duration;

use crate::gate::Gate;
use crate::model::{Clock, Fetched, Request};

pub use client::Client;
pub use post::post;
pub use tell::{Document, tell};

/// How this installation presents itself and how it behaves.
#[derive(Clone)]
pub struct Settings {
    /// The whole User-Agent line, operator contact included.
    pub user_agent: String,
    pub gate: Gate,
    /// Least distance between two requests to one host.
    pub pause: Duration,
    pub clock: Clock,
}

/// Fetches one address with all its redirects. Never fails: what went wrong is part of the answer.
pub async fn fetch(client: &Client, request: &Request) -> Fetched {
    journey::travel(client, request).await
}
