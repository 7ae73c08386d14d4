//! The front page: where things stand, country by stage, and what changed last.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};

use super::corrected::TakenBack;
use super::events::{Asked, countries};
use super::health::Health;
use super::lines::{Line, folded, lines};
use super::said::Standing;
use super::statuses::statuses;
use super::{Frame, Reply, Site, page, terms};
use crate::interpret::Aspect;
use crate::model::{Country, Factuality, PageBrief, PageId, Stage, Status};
use crate::store::{ChangeFilter, EventFilter, PageStatus, Whom};

/// Changes shown below the matrix.
const LATEST: usize = 8;

#[derive(Template)]
#[template(path = "matrix.html")]
struct Matrix {
    frame: Frame,
    columns: Vec<Column>,
    rows: Vec<Row>,
    /// What the pages say without naming a partner.
    unnamed: Vec<Standing>,
    pages: Vec<(PageStatus, Health)>,
    latest: Vec<Line>,
    asked: Asked,
    is_filtered: bool,
    /// What can be chosen from.
    partners: Vec<(Country, String)>,
    stages: Vec<Stage>,
    briefs: Vec<PageBrief>,
}

struct Column {
    stage: Stage,
    name: String,
    /// Partners of whom a page says that it is done, or holds; of what lasts, that it goes on.
    count: usize,
}

struct Row {
    country: Country,
    name: String,
    /// One for each column.
    cells: Vec<Vec<Standing>>,
    types: Vec<String>,
}

pub async fn matrix(State(site): State<Site>, frame: Frame, Query(asked): Query<Asked>) -> Reply {
    let chosen = asked.filter(0)?;
    let briefs = site.store.briefs().await?;
    let statuses = statuses(&site, None, &briefs).await?;
    let filter = ChangeFilter {
        whom: Whom::Readers,
        limit: LATEST,
        ..ChangeFilter::default()
    };
    let latest = folded(lines(&site, &frame, &filter).await?);
    let pages = site.store.status().await?.into_iter().map(|status| {
        let health = Health::of(&status, frame.now);
        (status, health)
    });
    let taken_back = TakenBack::of(&site).await?;
    let mut partners: BTreeMap<Country, Vec<Standing>> = BTreeMap::new();
    let mut unnamed = Vec::new();
    let mut stages = Vec::new();
    for status in &statuses {
        let standing = Standing::of(&frame, status, &briefs, &taken_back);
        if !is_chosen(&chosen, status, &standing) {
            continue;
        }
        stages.push(status.statement.stage.clone());
        match status.partner {
            Some(partner) => partners.entry(partner).or_default().push(standing),
            None => unnamed.push(standing),
        }
    }
    stages.sort_by_cached_key(|stage| (terms::rank(stage), stage.clone()));
    stages.dedup();
    let mut rows: Vec<Row> = partners
        .into_iter()
        .map(|(country, standings)| Row::of(&frame, country, standings, &stages))
        .collect();
    rows.sort_by_cached_key(|row| crate::model::fold(&row.name));
    let columns = stages
        .into_iter()
        .enumerate()
        .map(|(place, stage)| Column::of(&frame, stage, &rows, place))
        .collect();
    page(&Matrix {
        pages: pages.collect(),
        columns,
        rows,
        unnamed,
        latest,
        is_filtered: chosen != Asked::default().filter(0)?,
        asked,
        partners: countries(&site, &frame).await?,
        stages: terms::stages_of_events(),
        briefs,
        frame,
    })
}

impl Matrix {
    /// Where mails on one cell are ordered.
    fn subscribe(&self, row: &Row, column: &Column) -> String {
        let path = format!("/subscribe?partner={}&stage={}", row.country, column.stage);
        self.frame.to(path)
    }

    /// What has to stand beside all that this page said.
    fn mark(&self, page: &PageId) -> Option<&'static str> {
        let (_, health) = self
            .pages
            .iter()
            .find(|(status, _)| status.brief.id == *page)?;
        health.mark(&self.frame)
    }
}

impl Row {
    fn of(frame: &Frame, country: Country, standings: Vec<Standing>, stages: &[Stage]) -> Self {
        let mut types: Vec<String> = standings
            .iter()
            .filter(|one| stands(one))
            .filter_map(|one| one.said.form.as_ref())
            .map(|kind| frame.legal_type(Some(kind)))
            .collect();
        types.sort();
        types.dedup();
        let mut cells: Vec<Vec<Standing>> = stages.iter().map(|_| Vec::new()).collect();
        for standing in standings {
            let place = stages
                .iter()
                .position(|stage| *stage == standing.said.stage);
            if let Some(cell) = place.and_then(|place| cells.get_mut(place)) {
                let known = cell.iter().any(|one| same(one, &standing));
                if !known {
                    cell.push(standing);
                }
            }
        }
        for cell in &mut cells {
            cell.sort_by_key(|one| one.said.factuality);
        }
        Self {
            name: frame.country(country),
            country,
            cells,
            types,
        }
    }
}

impl Column {
    fn of(frame: &Frame, stage: Stage, rows: &[Row], place: usize) -> Self {
        let done = |row: &&Row| {
            row.cells
                .get(place)
                .is_some_and(|cell| cell.iter().any(stands))
        };
        Self {
            name: frame.stage(&stage),
            count: rows.iter().filter(done).count(),
            stage,
        }
    }
}

/// Whether a statement is among those that the address asks for.
fn is_chosen(chosen: &EventFilter, status: &Status, standing: &Standing) -> bool {
    let said = &standing.said;
    chosen.page.as_ref().is_none_or(|page| *page == status.page)
        && chosen
            .partner
            .is_none_or(|partner| status.partner == Some(partner))
        && chosen
            .stage
            .as_ref()
            .is_none_or(|stage| *stage == said.stage)
        && chosen
            .factuality
            .is_none_or(|factuality| factuality == said.factuality)
        && chosen
            .legal_type
            .as_ref()
            .is_none_or(|form| said.form.as_ref() == Some(form))
}

/// The rule by which countries are counted, and by which a legal form is one of theirs.
fn stands(one: &Standing) -> bool {
    let holds = match one.said.factuality {
        Factuality::Done | Factuality::State => true,
        Factuality::Ongoing => terms::aspect(&one.said.stage) == Aspect::Lasting,
        _ => false,
    };
    holds && one.corrected.is_none()
}

/// Twin pages in two languages that say the same need one line in a cell.
fn same(a: &Standing, b: &Standing) -> bool {
    let shown = |one: &Standing| {
        let marks = (one.corrected.is_some(), one.conflicts.is_empty());
        (one.said.factuality, marks)
    };
    shown(a) == shown(b) && a.said.when() == b.said.when()
}
