//! Pages that explain: how it is read and how well, what each code means, and the data to take away.

use askama::Template;
use axum::extract::State;

use super::export::{COLUMNS, Column, SCHEMA, Table};
use super::{Frame, Reply, Site, page, terms};
use crate::model::{Factuality, PageBrief, Precision, Stage};

#[derive(Template)]
#[template(path = "methods.html")]
struct Methods {
    frame: Frame,
    pages: Vec<PageBrief>,
}

#[derive(Template)]
#[template(path = "codebook.html")]
struct Codebook {
    frame: Frame,
    stages: Vec<Stage>,
    precisions: [Precision; 11],
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

pub async fn codebook(frame: Frame) -> Reply {
    page(&Codebook {
        frame,
        stages: terms::stages(),
        precisions: [
            Precision::Day,
            Precision::Week,
            Precision::ThirdOfMonth,
            Precision::Month,
            Precision::Quarter,
            Precision::Season,
            Precision::Half,
            Precision::PartOfYear,
            Precision::Year,
            Precision::Bound,
            Precision::Vague,
        ],
    })
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

impl Codebook {
    #[expect(clippy::unused_self, reason = "a template can only ask its own")]
    fn factualities(&self) -> [Factuality; 9] {
        terms::FACTUALITIES
    }

    #[expect(clippy::unused_self, reason = "a template can only ask its own")]
    fn columns(&self, table: Table) -> Vec<&'static Column> {
        COLUMNS
            .iter()
            .filter(|column| column.tables.contains(&table))
            .collect()
    }
}
