//! All events, and one with its statement, its quote, its rule and what contradicts it.

use askama::Template;
use axum::extract::{Path, Query, State};
use serde::Deserialize;

use super::said::{Contradiction, Said, brief, contradictions, headline};
use super::{Frame, Reply, Site, Trouble, page, terms};
use crate::model::{
    CaptureRef, Country, Event, EventId, Factuality, PageBrief, PageId, Revision, Stage,
};
use crate::notify::evidence;
use crate::store::EventFilter;

/// Events on one page of the list.
const PAGE: usize = 100;

#[derive(Template)]
#[template(path = "events.html")]
struct List {
    frame: Frame,
    asked: Asked,
    pages: Vec<PageBrief>,
    stages: Vec<Stage>,
    events: Vec<(Event, String)>,
}

/// What the address asks for; empty fields of a form ask for nothing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub page: String,
    pub country: String,
    pub stage: String,
    pub factuality: String,
    pub since: String,
    pub before: String,
    pub limit: String,
}

#[derive(Template)]
#[template(path = "event.html")]
struct One {
    frame: Frame,
    event: Event,
    headline: String,
    brief: PageBrief,
    before: Option<Said>,
    after: Option<Said>,
    status_before: Option<Said>,
    conflicts: Vec<Contradiction>,
    window: String,
    revisions: Vec<Revision>,
}

pub async fn list(State(site): State<Site>, frame: Frame, Query(asked): Query<Asked>) -> Reply {
    let events = site.store.events(&asked.filter(PAGE)?).await?;
    let told = |event: Event| {
        let line = headline(&frame, &event);
        (event, line)
    };
    page(&List {
        events: events.into_iter().map(told).collect(),
        pages: site.store.briefs().await?,
        stages: terms::stages(),
        asked,
        frame,
    })
}

pub async fn one(State(site): State<Site>, frame: Frame, Path(id): Path<String>) -> Reply {
    let id: uuid::Uuid = id.parse().map_err(|_| Trouble::NotFound)?;
    let event = site.store.event(EventId(id)).await?;
    let event = event.ok_or(Trouble::NotFound)?;
    let briefs = site.store.briefs().await?;
    let found = brief(&briefs, &event.page).cloned();
    let page_brief = found.ok_or(Trouble::NotFound)?;
    let said = |statement: Option<&crate::model::Statement>| {
        statement.map(|one| Said::of(&frame, one, Some(&page_brief.language)))
    };
    page(&One {
        headline: headline(&frame, &event),
        before: said(event.before.as_ref()),
        after: said(event.after.as_ref()),
        status_before: said(event.status_before.as_ref()),
        conflicts: contradictions(&frame, &event.conflicts, &briefs),
        window: evidence::window(event.last_old, event.first_seen, frame.tongue),
        brief: page_brief,
        revisions: site.store.revisions_of(event.id).await?,
        event,
        frame,
    })
}

impl Asked {
    /// What was asked for; `longest` where no limit is named, and never more.
    pub fn filter(&self, longest: usize) -> Result<EventFilter, Trouble> {
        let limit = match self.limit.as_str() {
            "" => longest,
            number => count(number)?,
        };
        Ok(EventFilter {
            page: read(&self.page, |id| PageId::parse(id).ok())?,
            partner: read(&self.country, |code| {
                Country::parse(&code.to_uppercase()).ok()
            })?,
            stage: read(&self.stage, |code| Stage::parse(code).ok())?,
            factuality: read(&self.factuality, factuality)?,
            since: read(&self.since, instant)?,
            until: read(&self.before, instant)?,
            limit: limit.min(longest),
        })
    }
}

/// How many rows: at least one.
fn count(number: &str) -> Result<usize, Trouble> {
    let count = number.parse().map_err(|_| Trouble::Unreadable)?;
    if count == 0 {
        Err(Trouble::Unreadable)
    } else {
        Ok(count)
    }
}

/// An instant, or a day as the instant it begins (UTC).
pub fn instant(text: &str) -> Option<jiff::Timestamp> {
    text.parse()
        .or_else(|_| format!("{text}T00:00:00Z").parse())
        .ok()
}

/// A field of the query; empty means that nothing was asked for.
pub fn read<T>(text: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, Trouble> {
    if text.is_empty() {
        return Ok(None);
    }
    parse(text).map(Some).ok_or(Trouble::Unreadable)
}

fn factuality(code: &str) -> Option<Factuality> {
    Factuality::ALL.into_iter().find(|one| one.code() == code)
}

impl One {
    fn evidence(&self) -> [(&'static str, Option<&CaptureRef>); 2] {
        [
            (
                self.frame.say("Vorher", "Before"),
                self.event.evidence_before.as_ref(),
            ),
            (
                self.frame.say("Nachher", "After"),
                self.event.evidence_after.as_ref(),
            ),
        ]
    }
}
