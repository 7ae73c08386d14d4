//! The pages that are watched: how each stands, and one page with its entries.

use askama::Template;
use axum::extract::{Path, Query, State};
use serde::Deserialize;

use super::entry::Block;
use super::health::Health;
use super::lines::{Line, entry_name, entry_path, folded, lines};
use super::{Frame, Reply, Site, Trouble, page};
use crate::model::{Entry, EntryKey, PageId};
use crate::notify::hygiene::{at_most, one_line};
use crate::store::{ChangeFilter, PageStatus, VisitRow, Whom};

/// Changes and visits shown of one page.
const SHOWN: usize = 30;
/// Characters of a teaser in a list of entries.
const TEASER: usize = 220;

#[derive(Template)]
#[template(path = "pages.html")]
struct List {
    frame: Frame,
    pages: Vec<(PageStatus, Health)>,
}

#[derive(Template)]
#[template(path = "page.html")]
struct One {
    frame: Frame,
    status: PageStatus,
    health: Health,
    changes: Vec<Line>,
    visits: Vec<VisitRow>,
    captures: usize,
    entries: Vec<Entry>,
}

#[derive(Template)]
#[template(path = "entry.html")]
struct EntryPage {
    frame: Frame,
    name: String,
    blocks: [Block; 1],
}

pub async fn list(State(site): State<Site>, frame: Frame) -> Reply {
    let with_health = |status: PageStatus| {
        let health = Health::of(&status, frame.now);
        (status, health)
    };
    let pages = site.store.status().await?;
    let pages = pages.into_iter().map(with_health).collect();
    page(&List { frame, pages })
}

pub async fn one(State(site): State<Site>, frame: Frame, Path(id): Path<String>) -> Reply {
    let status = find(&site, &id).await?;
    let id = status.brief.id.clone();
    let filter = ChangeFilter {
        page: Some(id.clone()),
        whom: Whom::Everybody,
        limit: SHOWN,
        ..ChangeFilter::default()
    };
    page(&One {
        health: Health::of(&status, frame.now),
        changes: folded(lines(&site, &frame, &filter).await?),
        visits: site.store.visits(&id, SHOWN).await?,
        captures: site.store.count_captures(&id).await?,
        entries: site.store.entries(&id).await?,
        status,
        frame,
    })
}

#[derive(Deserialize)]
pub struct Asked {
    key: String,
}

/// An entry that is no country: its key stands in the query, because it may be an address.
pub async fn entry(
    State(site): State<Site>,
    frame: Frame,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Reply {
    let status = find(&site, &id).await?;
    let block = Block::of(&site, &frame, &status, &EntryKey::new(asked.key)).await?;
    let block = block.ok_or(Trouble::NotFound)?;
    page(&EntryPage {
        name: entry_name(&frame, &block.key, &block.title),
        blocks: [block],
        frame,
    })
}

pub(super) async fn find(site: &Site, id: &str) -> Result<PageStatus, Trouble> {
    let id = PageId::parse(id).map_err(|_| Trouble::NotFound)?;
    let found = site.store.status_of(&id).await?;
    found.ok_or(Trouble::NotFound)
}

impl One {
    fn name(&self, entry: &Entry) -> String {
        entry_name(&self.frame, &entry.key, entry.title.as_str())
    }

    fn path(&self, entry: &Entry) -> String {
        self.frame.to(entry_path(&self.status.brief.id, &entry.key))
    }

    #[expect(clippy::unused_self, reason = "a template can only ask its own")]
    fn teaser(&self, entry: &Entry) -> String {
        let text = if entry.teaser.is_empty() {
            entry
                .article
                .as_ref()
                .map_or("", |article| article.as_str())
        } else {
            entry.teaser.as_str()
        };
        at_most(&one_line(text), TEASER)
    }
}
