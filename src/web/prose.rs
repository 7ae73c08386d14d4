//! Pages that explain: how it is read and how well, and the data to take away.

use askama::Template;
use axum::extract::State;

use super::{Frame, Reply, Site, page, terms};
use crate::model::{PageBrief, Stage};

#[derive(Template)]
#[template(path = "methods.html")]
struct Methods {
    frame: Frame,
    pages: Vec<PageBrief>,
}

#[derive(Template)]
#[template(path = "data.html")]
struct Data {
    frame: Frame,
    pages: Vec<PageBrief>,
    stages: Vec<Stage>,
}

pub async fn methods(State(site): State<Site>, frame: Frame) -> Reply {
    let pages = site.store.briefs().await?;
    page(&Methods { frame, pages })
}

pub async fn data(State(site): State<Site>, frame: Frame) -> Reply {
    let pages = site.store.briefs().await?;
    let stages = terms::stages();
    page(&Data {
        frame,
        pages,
        stages,
    })
}
