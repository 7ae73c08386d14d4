//! The pages that are watched, and how each stands.

use askama::Template;
use axum::extract::State;

use super::{Frame, Reply, Site, page};
use crate::store::PageStatus;

#[derive(Template)]
#[template(path = "pages.html")]
struct List {
    frame: Frame,
    pages: Vec<PageStatus>,
}

pub async fn list(State(site): State<Site>, frame: Frame) -> Reply {
    let pages = site.store.status().await?;
    page(&List { frame, pages })
}
