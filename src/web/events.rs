//! All events, and one with its statement, its quote, its rule and what contradicts it.

use askama::Template;
use axum::extract::{Path, Query, State};
use serde::Deserialize;

use super::past;
use super::said::{Contradiction, Said, brief, contradictions, headline};
use super::taken::Taken;
use super::{Frame, Reply, Site, Trouble, page, terms};
use crate::model::{
    CaptureRef, Country, Earlier, Event, EventId, Factuality, PageBrief, PageId, Revision, Stage,
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
    events: Vec<(Event, String, Option<Taken>)>,
    /// The same question to the other track, where there are two.
    other: Option<String>,
}

/// Whose captures show an event: the two are never listed together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Track {
    Ours,
    Others,
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
    /// `others`: from before our own watch, as others captured it.
    pub track: String,
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
    taken: Option<Taken>,
}

pub async fn list(State(site): State<Site>, frame: Frame, Query(asked): Query<Asked>) -> Reply {
    let filter = asked.filter(PAGE)?;
    let told = |event: Event, taken: Option<Taken>| {
        let line = headline(&frame, &event);
        (event, line, taken)
    };
    let events = match asked.track()? {
        Track::Ours => {
            let events = site.store.events(&filter).await?.into_iter();
            events.map(|event| told(event, None)).collect()
        }
        Track::Others => {
            let events = past::events(&site, &filter).await?.into_iter();
            events
                .map(|(event, theirs)| told(event, Some(theirs.taken())))
                .collect()
        }
    };
    page(&List {
        events,
        pages: site.store.briefs().await?,
        stages: terms::stages(),
        other: site.store.has_earlier().await?.then(|| asked.other()),
        asked,
        frame,
    })
}

pub async fn one(State(site): State<Site>, frame: Frame, Path(id): Path<String>) -> Reply {
    let (event, taken) = find(&site, &id).await?;
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
        taken,
        event,
        frame,
    })
}

async fn find(site: &Site, id: &str) -> Result<(Event, Option<Taken>), Trouble> {
    let id = EventId(id.parse().map_err(|_| Trouble::NotFound)?);
    let (event, theirs) = past::event(site, id).await?;
    Ok((event, theirs.as_ref().map(Earlier::taken)))
}

impl Asked {
    fn track(&self) -> Result<Track, Trouble> {
        match self.track.as_str() {
            "" => Ok(Track::Ours),
            "others" => Ok(Track::Others),
            _ => Err(Trouble::Unreadable),
        }
    }

    fn other(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let pairs = [
            ("page", self.page.as_str()),
            ("country", &self.country),
            ("stage", &self.stage),
            ("factuality", &self.factuality),
            ("since", &self.since),
            ("track", if self.track.is_empty() { "others" } else { "" }),
        ];
        query.extend_pairs(pairs.into_iter().filter(|(_, value)| !value.is_empty()));
        format!("/events?{}", query.finish())
    }

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
