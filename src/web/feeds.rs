//! Feeds for programs that watch us: Atom and JSON Feed of all pages, one page, one country, one stage.

use std::collections::HashSet;

use atom_syndication::{Content, Entry, Feed, Generator, Text};
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;

use super::lines::{Line, events_of};
use super::proof::read;
use super::said::{brief, headline};
use super::{Frame, Reply, Site, Trouble, terms};
use crate::archive;
use crate::model::{
    Change, Country, EntryKey, Event, EventId, News, PageBrief, PageId, Remark, Stage, Witness,
};
use crate::notify::feed::{CORRECTION, checkpoint, link, moment, person, take_back};
use crate::notify::hygiene::{at_most, one_line};
use crate::notify::{account, html, step};
use crate::store::{ChangeFilter, EventFilter, Whom};

/// Newest items of a feed.
const LENGTH: usize = 50;
/// The longest title, in characters.
const TITLE: usize = 200;

/// What a feed is about.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Scope {
    All,
    Page(PageId),
    Country(Country),
    Stage(Stage),
}

/// What stands above the items.
struct Head {
    scope: Scope,
    title: String,
    /// The feed's own address.
    own: String,
    witness: Option<Witness>,
}

type Writer = fn(&Frame, &Head, Vec<Item>) -> Response;

/// One thing to tell.
struct Item {
    id: Uuid,
    path: String,
    title: String,
    at: Timestamp,
    /// Later, where something was taken back.
    updated: Timestamp,
    publisher: String,
    html: String,
}

/// `/feeds/all.atom`, `/feeds/all.json`.
pub async fn all(State(site): State<Site>, frame: Frame, Path(file): Path<String>) -> Reply {
    match file.split_once('.') {
        Some(("all", format)) => answer(&site, &frame, Scope::All, format).await,
        _ => Err(Trouble::NotFound),
    }
}

/// `/feeds/countries/KE.atom` and the like.
pub async fn some(
    State(site): State<Site>,
    frame: Frame,
    Path((kind, file)): Path<(String, String)>,
) -> Reply {
    let (name, format) = file.rsplit_once('.').ok_or(Trouble::NotFound)?;
    let scope = match kind.as_str() {
        "pages" => PageId::parse(name).ok().map(Scope::Page),
        "countries" => Country::parse(name).ok().map(Scope::Country),
        "stages" => {
            let stage = Stage::parse(name).ok();
            let told = stage.filter(|stage| !terms::is_change(stage));
            told.map(Scope::Stage)
        }
        _ => None,
    };
    answer(&site, &frame, scope.ok_or(Trouble::NotFound)?, format).await
}

async fn answer(site: &Site, frame: &Frame, scope: Scope, format: &str) -> Reply {
    let write: Writer = match format {
        "atom" => atom,
        "json" => json_feed,
        _ => return Err(Trouble::NotFound),
    };
    let briefs = site.store.briefs().await?;
    let title = scope.title(frame, &briefs)?;
    let items = match &scope {
        Scope::Stage(stage) => of_stage(site, frame, stage, &briefs).await?,
        _ => of_changes(site, frame, &scope, &briefs).await?,
    };
    let own = frame.link(format!("{}.{format}", scope.path()));
    let witness = read(site, archive::witness).await?;
    let head = Head {
        scope,
        title,
        own,
        witness,
    };
    Ok(write(frame, &head, items))
}

impl Scope {
    fn path(&self) -> String {
        match self {
            Scope::All => "/feeds/all".to_owned(),
            Scope::Page(page) => format!("/feeds/pages/{page}"),
            Scope::Country(country) => format!("/feeds/countries/{country}"),
            Scope::Stage(stage) => format!("/feeds/stages/{stage}"),
        }
    }

    /// A feed of a page that nobody watches would stay empty without a word.
    fn title(&self, frame: &Frame, briefs: &[PageBrief]) -> Result<String, Trouble> {
        Ok(match self {
            Scope::All => frame
                .say("Vermerk: alle Seiten", "Vermerk: all pages")
                .to_owned(),
            Scope::Page(page) => {
                let brief = brief(briefs, page).ok_or(Trouble::NotFound)?;
                format!("Vermerk: {}", one_line(&brief.title))
            }
            Scope::Country(country) => format!("Vermerk: {}", frame.country(*country)),
            Scope::Stage(stage) => format!("Vermerk: {}", frame.stage(stage)),
        })
    }

    fn filter(&self) -> ChangeFilter {
        let mut filter = ChangeFilter {
            whom: Whom::Readers,
            limit: LENGTH,
            ..ChangeFilter::default()
        };
        match self {
            Scope::All | Scope::Stage(_) => {}
            Scope::Page(page) => filter.page = Some(page.clone()),
            Scope::Country(country) => filter.key = Some(EntryKey::new(country.as_str())),
        }
        filter
    }
}

/// One item for each event, with the changes behind it, and one for each change that is no event's.
async fn of_changes(
    site: &Site,
    frame: &Frame,
    scope: &Scope,
    briefs: &[PageBrief],
) -> Result<Vec<Item>, Trouble> {
    let changes = site.store.legible_changes(&scope.filter()).await?;
    let changes: Vec<Change> = changes.into_iter().flatten().collect();
    let events = events_of(site, changes.iter().map(|change| &change.visit)).await?;
    let corrections = site.store.corrections().await?;
    let mut told: HashSet<EventId> = HashSet::new();
    let mut items = Vec::new();
    for change in &changes {
        let line = Line::of(frame, change, &events, briefs);
        let Some(brief) = brief(briefs, &line.page) else {
            continue;
        };
        let meant = events.get(&change.id).map_or(&[][..], Vec::as_slice);
        for event in meant.iter().filter(|event| told.insert(event.id)) {
            items.push(of_event(site, frame, event, brief, corrections.get(&event.id)).await?);
        }
        if meant.is_empty() {
            items.push(Item::of_change(frame, change, &line, brief));
        }
    }
    Ok(items)
}

async fn of_stage(
    site: &Site,
    frame: &Frame,
    stage: &Stage,
    briefs: &[PageBrief],
) -> Result<Vec<Item>, Trouble> {
    let filter = EventFilter {
        stage: Some(stage.clone()),
        limit: LENGTH,
        ..EventFilter::default()
    };
    let events = site.store.events(&filter).await?;
    let corrections = site.store.corrections().await?;
    let mut items = Vec::with_capacity(events.len());
    for event in &events {
        if let Some(brief) = brief(briefs, &event.page) {
            items.push(of_event(site, frame, event, brief, corrections.get(&event.id)).await?);
        }
    }
    Ok(items)
}

async fn of_event(
    site: &Site,
    frame: &Frame,
    event: &Event,
    brief: &PageBrief,
    correction: Option<&Remark>,
) -> Result<Item, Trouble> {
    let mut changes = Vec::new();
    for id in &event.changes {
        changes.extend(site.store.change(*id).await?);
    }
    let code = correction.map_or(step::code(event), |_| CORRECTION);
    let title = format!(
        "[{code}] {} ({})",
        headline(frame, event),
        one_line(&brief.title)
    );
    let news = News {
        page: brief.clone(),
        visit: event.visit.clone(),
        at: event.confirmed,
        changes,
        events: vec![event.clone()],
        many_at_once: false,
        witness: None,
    };
    Ok(Item {
        id: event.id.0,
        path: format!("/events/{}", event.id),
        title: at_most(&title, TITLE),
        at: event.confirmed,
        updated: correction.map_or(event.confirmed, |one| one.at),
        publisher: one_line(&brief.publisher),
        html: told(frame, &news, correction),
    })
}

/// As a mail tells it, with links for whoever reads it elsewhere.
fn told(frame: &Frame, news: &News, correction: Option<&Remark>) -> String {
    let links = frame.about.permalinks();
    let mut account = account::of_news(news, frame.tongue, Some(&links));
    if let (Some(correction), Some(first)) = (correction, account.items.first_mut()) {
        take_back(first, correction, frame.tongue);
    }
    html::told(&account)
}

fn atom(frame: &Frame, head: &Head, items: Vec<Item>) -> Response {
    let name = format!("vermerk:site:{}{}", frame.about.base, head.scope.path());
    let newest = items.iter().map(|item| item.updated).max();
    let feed = Feed {
        title: Text::plain(head.title.clone()),
        id: format!(
            "urn:uuid:{}",
            Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes())
        ),
        // An empty feed has never been updated; the epoch says so and stays the same.
        updated: moment(newest.unwrap_or(Timestamp::UNIX_EPOCH)),
        lang: Some(frame.tongue.code().to_owned()),
        links: vec![link(&head.own, "self"), link(&frame.link("/"), "alternate")],
        subtitle: head
            .witness
            .as_ref()
            .map(|one| Text::plain(checkpoint(one))),
        authors: vec![person("Vermerk")],
        generator: Some(Generator {
            value: "Vermerk".to_owned(),
            uri: None,
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
        entries: items
            .into_iter()
            .map(|item| item.into_atom(frame))
            .collect(),
        ..Feed::default()
    };
    let kind = [(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")];
    (kind, feed.to_string()).into_response()
}

fn json_feed(frame: &Frame, head: &Head, items: Vec<Item>) -> Response {
    let items: Vec<_> = items
        .into_iter()
        .map(|item| {
            json!({
                "id": format!("urn:uuid:{}", item.id),
                "url": frame.link(&item.path),
                "title": item.title,
                "content_html": item.html,
                "date_published": item.at.to_string(),
                "date_modified": item.updated.to_string(),
                "authors": [{ "name": item.publisher }],
            })
        })
        .collect();
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": head.title,
        "home_page_url": frame.link("/"),
        "feed_url": head.own,
        "language": frame.tongue.code(),
        "_vermerk": { "about": frame.link("/proof"), "checkpoint": head.witness },
        "items": items,
    });
    let kind = [(header::CONTENT_TYPE, "application/feed+json; charset=utf-8")];
    (kind, feed.to_string()).into_response()
}

impl Item {
    fn of_change(frame: &Frame, change: &Change, line: &Line, brief: &PageBrief) -> Self {
        let title = format!(
            "[{}] {}: {} ({})",
            line.code, line.name, line.what, line.source.title
        );
        let news = News {
            page: brief.clone(),
            visit: change.visit.clone(),
            at: change.confirmed,
            changes: vec![change.clone()],
            events: Vec::new(),
            many_at_once: false,
            witness: None,
        };
        Self {
            id: change.id.0,
            path: format!("/changes/{}", change.id),
            title: at_most(&title, TITLE),
            at: change.confirmed,
            updated: change.confirmed,
            publisher: one_line(&brief.publisher),
            html: told(frame, &news, None),
        }
    }

    fn into_atom(self, frame: &Frame) -> Entry {
        Entry {
            title: Text::plain(self.title),
            id: format!("urn:uuid:{}", self.id),
            updated: moment(self.updated),
            published: Some(moment(self.at)),
            authors: vec![person(&self.publisher)],
            links: vec![link(&frame.link(&self.path), "alternate")],
            content: Some(Content {
                lang: Some(frame.tongue.code().to_owned()),
                value: Some(self.html),
                content_type: Some("html".to_owned()),
                ..Content::default()
            }),
            ..Entry::default()
        }
    }
}
