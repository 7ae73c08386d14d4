//! Two captures side by side, by an address that names both: what differs between them, whenever they were taken.

use askama::Template;
use axum::extract::{Path, State};

use super::titled::Titled;
use super::whole::{Pages, compared_pages};
use super::{Frame, Reply, Site, captures, page};
use crate::model::Capture;

#[derive(Template)]
#[template(path = "pair.html")]
struct Pair {
    frame: Frame,
    source: Titled,
    from: Capture,
    to: Capture,
    /// `None`: one of them is no page that can be read.
    pages: Option<Pages>,
}

/// `/captures/A/to/B`.
pub async fn pair(
    State(site): State<Site>,
    frame: Frame,
    Path((from, to)): Path<(String, String)>,
) -> Reply {
    let from = captures::find(&site, &from).await?;
    let to = captures::find(&site, &to).await?;
    let before = captures::words_of(&site, &from).await?;
    let after = captures::words_of(&site, &to).await?;
    let pages = match before.zip(after) {
        Some((before, after)) => Some(compared_pages(before, after).await?),
        None => None,
    };
    let briefs = site.store.briefs().await?;
    page(&Pair {
        source: Titled::of(&briefs, &to.page),
        from,
        to,
        pages,
        frame,
    })
}

impl Pair {
    fn path(&self) -> String {
        format!("/captures/{}/to/{}", self.from.id, self.to.id)
    }

    fn ends(&self) -> [(&'static str, &Capture); 2] {
        [
            (self.frame.say("Von", "From"), &self.from),
            (self.frame.say("Bis", "To"), &self.to),
        ]
    }
}
