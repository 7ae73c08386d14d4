//! The site for readers: where things stand, what changed, the proof, and the data to take away.
//!
//! 1. `server` accepts connections, with limits on their number and time.
//! 2. `guard` stands around every answer: security headers, size, time, a page for every error.
//! 3. Each page is one file that reads the store and fills one template; nothing here writes.

mod server;
mod client;
mod guests;
mod guard;
mod frame;
mod address;
mod reply;
mod health;
mod style;
mod terms;
mod reasons;
mod said;
mod statuses;
mod titled;
mod sources;
mod corrected;
mod doubts;
mod lines;
mod former;
mod timeline;
mod interval;
mod matrix;
mod country;
mod entry;
mod listed;
mod changes;
mod cite;
mod events;
mod pages;
pub mod subscribe;
mod memento;
mod replay;
mod taken;
mod past;
mod proof;
mod looks;
mod captures;
mod pair;
mod whole;
mod revisions;
mod search;
mod prose;
mod codebook;
mod export;
mod api;
mod feeds;
mod calendar;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use ipnet::IpNet;
use tokio::sync::Notify;
use url::Url;

use crate::archive::Archive;
use crate::model::Clock;
use crate::notify::Permalinks;
use crate::store::Store;

pub use frame::Frame;
pub use reply::{Reply, Trouble, page, refused};
pub use server::{Limits, serve};
pub use sources::Sources;
pub use subscribe::Subscribing;

/// What the site reads from; cheap to clone.
#[derive(Clone)]
pub struct Site {
    pub store: Store,
    pub archive: Archive,
    pub about: Arc<About>,
    pub sources: Arc<Sources>,
    pub clock: Clock,
    /// Web servers in front, whose word on who asks is taken.
    pub proxies: Arc<[IpNet]>,
    /// `None`: there is no mail server, and so nobody can subscribe.
    pub subscribing: Option<Arc<Subscribing>>,
    /// Tells the senders that there is something to send.
    pub news: Arc<Notify>,
}

/// What the site says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Every absolute link begins with it, whatever `Host` a request names.
    pub base: Url,
    pub operator: String,
    /// A web page or a `mailto:`.
    pub contact: String,
}

impl About {
    /// The same for what `notify` sets.
    pub fn permalinks(&self) -> Permalinks {
        Permalinks {
            base: self.base.clone(),
        }
    }

    /// The absolute address of a path of this site.
    pub fn link(&self, path: &str) -> String {
        let base = self.base.as_str().trim_end_matches('/');
        format!("{base}{path}")
    }
}

/// All routes, behind the guard.
fn router(site: Site) -> Router {
    let routes = Router::new()
        .route("/", get(matrix::matrix))
        .route("/countries/{code}", get(country::country))
        .route("/changes", get(changes::list))
        .route("/changes/{id}", get(changes::one))
        .route("/changes/{id}/text", get(changes::text))
        .route("/changes/{id}/cite.bib", get(changes::bibtex))
        .route("/changes/{id}/cite.json", get(changes::csl))
        .route("/events", get(events::list))
        .route("/events/{id}", get(events::one))
        .route("/events/{id}/cite.bib", get(events::bibtex))
        .route("/events/{id}/cite.json", get(events::csl))
        .route("/pages", get(pages::list))
        .route("/pages/{id}", get(pages::one))
        .route("/pages/{id}/entry", get(pages::entry))
        .route("/pages/{id}/looks", get(looks::looks))
        .route("/proof", get(proof::proof))
        .route("/proof/{file}", get(proof::paper))
        .route("/proof/polls/{file}", get(proof::polls))
        .route("/captures/{id}", get(captures::capture))
        .route("/captures/{id}/bytes", get(captures::bytes))
        .route("/captures/{id}/view", get(captures::view))
        .route("/captures/{id}/record.warc.gz", get(captures::record))
        .route("/captures/{id}/to/{other}", get(pair::pair))
        .route("/revisions", get(revisions::revisions))
        .route("/search", get(search::search))
        .route("/methods", get(prose::methods))
        .route("/codebook", get(codebook::codebook))
        .route("/codebook/{stage}", get(codebook::step))
        .route("/codebook.md", get(codebook::file))
        .route("/data", get(prose::data))
        .route("/data/{file}", get(export::download))
        .route("/feeds/{file}", get(feeds::all))
        .route("/feeds/{kind}/{file}", get(feeds::some))
        .route("/calendar.ics", get(calendar::planned))
        .route("/healthz", get(health::healthz))
        .route("/style.css", get(style::sheet))
        .route("/icon.svg", get(style::icon))
        .route("/robots.txt", get(style::robots))
        .merge(subscribe::routes())
        .route("/web/{*target}", get(replay::replay))
        .route("/timegate/{*target}", get(memento::gate))
        .route("/timemap/link/{*target}", get(memento::map))
        .merge(api::routes());
    guard::around(routes, &site).with_state(site)
}
