//! Where readers subscribe, confirm, change their mind and leave. Opening a page never changes anything; pressing its button does.

mod ask;
mod choice;
mod confirm;
mod fields;
mod manage;
mod network;
mod preview;
mod stop;

use askama::Template;
use axum::Router;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use axum::routing::get;

use super::{Frame, Reply, Site, Trouble, page};
use crate::model::{Key, Seal};

pub use choice::{country, named, stage};
pub use manage::as_json;
pub use preview::Preview;

/// What subscribing needs beside the store.
#[derive(Debug, Clone)]
pub struct Subscribing {
    pub key: Key,
    /// The right side of every Message-ID.
    pub mail_domain: String,
}

pub fn routes() -> Router<Site> {
    Router::new()
        .route("/subscribe", get(ask::form).post(ask::ask))
        .route("/subscribe/preview", get(preview::mail))
        .route(
            "/confirm/{token}",
            get(confirm::button).post(confirm::confirm),
        )
        .route(
            "/manage/{id}/{seal}",
            get(manage::show).post(manage::change),
        )
        .route("/manage/{id}/{seal}/export", get(manage::export))
        .route("/stop/{message}/{seal}", get(stop::button).post(stop::stop))
}

impl Site {
    /// Without a mail server nobody can subscribe, and then these pages are not there.
    fn subscribing(&self) -> Result<&Subscribing, Trouble> {
        self.subscribing.as_deref().ok_or(Trouble::NotFound)
    }
}

/// A page with a few sentences, and perhaps one button.
#[derive(Template)]
#[template(path = "note.html")]
struct Note {
    frame: Frame,
    heading: String,
    lines: Vec<String>,
    /// What pressing it posts to, and what stands on it.
    button: Option<(String, String)>,
    /// A way on, and what it is called.
    link: Option<(String, String)>,
}

impl Note {
    fn new(frame: &Frame, heading: &str, lines: &[&str]) -> Self {
        Self {
            heading: heading.to_owned(),
            lines: lines.iter().map(ToString::to_string).collect(),
            button: None,
            link: None,
            frame: frame.clone(),
        }
    }

    fn reply(&self) -> Reply {
        Ok(private(page(self)?))
    }
}

/// Pages behind a secret address are kept by nobody.
fn private(mut answer: Response) -> Response {
    let value = HeaderValue::from_static("no-store");
    answer.headers_mut().insert(header::CACHE_CONTROL, value);
    answer
}

/// A form of another site may not post here. Mail programs and old browsers name no origin; browsers
/// name "null" for our own forms, because our pages send no referrer, and say by `Sec-Fetch-Site` whose
/// form it was.
fn own_origin(site: &Site, headers: &HeaderMap) -> Result<(), Trouble> {
    let named = |name: &str| headers.get(name).map(HeaderValue::as_bytes);
    let ours = site.about.base.origin().ascii_serialization();
    let origin =
        named("origin").is_none_or(|origin| origin == b"null" || origin == ours.as_bytes());
    let whose =
        named("sec-fetch-site").is_none_or(|whose| whose == b"same-origin" || whose == b"none");
    if origin && whose {
        Ok(())
    } else {
        Err(Trouble::Unreadable)
    }
}

/// Whether a sealed address is ours. Wrong ones are not counted: a stranger could run the count up for
/// everybody in the reader's network, and a seal has 192 bits.
fn genuine(site: &Site, kind: Seal, text: &str, seal: &str) -> Result<(), Trouble> {
    let ours = site.subscribing()?.key.holds(kind, text, seal);
    ours.then_some(()).ok_or(Trouble::NotFound)
}
