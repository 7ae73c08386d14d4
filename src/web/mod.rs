//! The site for readers: where things stand, what changed, the proof, and the data to take away.
//!
//! 1. `server` accepts connections, with limits on their number and time.
//! 2. `guard` stands around every answer: security headers, size, time, a page for every error.
//! 3. Each page is one file that reads the store and fills one template; nothing here writes.

mod server;
mod guard;
mod frame;
mod reply;
mod health;
mod style;
mod pages;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use url::Url;

use crate::archive::Archive;
use crate::model::Clock;
use crate::store::Store;

pub use frame::Frame;
pub use reply::{Reply, Trouble, page};
pub use server::serve;

/// What the site reads from; cheap to clone.
#[derive(Clone)]
pub struct Site {
    pub store: Store,
    pub archive: Archive,
    pub about: Arc<About>,
    pub clock: Clock,
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
    /// The absolute address of a path of this site.
    pub fn link(&self, path: &str) -> String {
        let base = self.base.as_str().trim_end_matches('/');
        format!("{base}{path}")
    }
}

/// All routes, behind the guard.
pub fn router(site: Site) -> Router {
    let routes = Router::new()
        .route("/", get(pages::list))
        .route("/pages", get(pages::list))
        .route("/healthz", get(health::healthz))
        .route("/style.css", get(style::sheet))
        .route("/icon.svg", get(style::icon))
        .route("/robots.txt", get(style::robots));
    guard::around(routes, &site).with_state(site)
}
