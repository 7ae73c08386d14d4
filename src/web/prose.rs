//! Pages that explain: how it is read and how well, and the data to take away.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;

use super::{Frame, Reply, Site, Sources, page, terms};
use crate::model::{PageBrief, Stage};
use crate::notify::words::Tongue;

#[derive(Template)]
#[template(path = "methods.html")]
struct Methods {
    frame: Frame,
    pages: Vec<PageBrief>,
    sources: Arc<Sources>,
}

#[derive(Template)]
#[template(path = "data.html")]
struct Data {
    frame: Frame,
    pages: Vec<PageBrief>,
    stages: Vec<Stage>,
}

impl Methods {
    fn pause(&self) -> String {
        let seconds = self.sources.pause.as_secs_f64();
        let unit = self.frame.say("Sekunden", "seconds");
        let number = format!("{seconds}");
        match self.frame.tongue {
            Tongue::De => format!("{} {unit}", number.replace('.', ",")),
            Tongue::En => format!("{number} {unit}"),
        }
    }
}

pub async fn methods(State(site): State<Site>, frame: Frame) -> Reply {
    let pages = site.store.briefs().await?;
    page(&Methods {
        frame,
        pages,
        sources: site.sources,
    })
}

pub async fn data(State(site): State<Site>, frame: Frame) -> Reply {
    let pages = site.store.briefs().await?;
    let stages = terms::stages_of_events();
    page(&Data {
        frame,
        pages,
        stages,
    })
}
