//! Asks for pages politely: one request at a time per host, robots.txt, validators, limits, every hop seen.

use std::time::Duration;

use crate::gate::Gate;
use crate::model::{Clock, Fetched, Request};

/// How this installation presents itself and how it behaves.
#[derive(Clone)]
pub struct Settings {
    /// The whole User-Agent line, operator contact included.
    pub user_agent: String,
    /// The `Accept-Language` line is the page's language; this is the token robots.txt is asked for.
    pub product: String,
    pub gate: Gate,
    /// Least distance between two requests to one host.
    pub pause: Duration,
    pub clock: Clock,
}

/// The one HTTP client of the program; cheap to clone.
#[derive(Clone)]
pub struct Client {}

impl Client {
    pub fn new(_settings: Settings) -> Result<Self, reqwest::Error> {
        todo!()
    }
}

/// Fetches one address with all its redirects. Never fails: what went wrong is part of the answer.
pub async fn fetch(_client: &Client, _request: &Request) -> Fetched {
    todo!()
}
