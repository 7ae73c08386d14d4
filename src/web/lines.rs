//! Changes as lines of a list, named by the events they brought.

use std::collections::HashMap;

use jiff::Timestamp;

use super::past::by_change;
use super::said::{brief, headline};
use super::taken::Taken;
use super::{Frame, Site};
use crate::model::{
    Change, ChangeId, Country, EntryKey, Event, EventId, PageBrief, PageId, RemarkKind, Told,
};
use crate::notify::hygiene::one_line;
use crate::store::{ChangeFilter, EventFilter, StoreError};

/// A change in one line.
#[derive(Debug, Clone)]
pub struct Line {
    pub id: ChangeId,
    pub at: Timestamp,
    /// The entry, or the page's own text.
    pub name: String,
    pub what: String,
    /// `SIGNED`, or `WORDING`, `PAGE`.
    pub code: String,
    /// What it means, where it means something.
    pub meanings: Vec<String>,
    pub page: PageId,
    pub page_title: String,
    pub told: Told,
}

/// An event in one line.
#[derive(Debug, Clone)]
pub struct Happened {
    pub event: Event,
    pub line: String,
    pub page_title: String,
    /// When it was taken back.
    pub corrected: Option<Timestamp>,
    /// Whose captures show it, where they are not ours.
    pub taken: Option<Taken>,
}

impl Happened {
    pub fn of(frame: &Frame, briefs: &[PageBrief], event: Event) -> Self {
        Self {
            line: headline(frame, &event),
            page_title: page_title(briefs, &event.page),
            corrected: None,
            taken: None,
            event,
        }
    }
}

/// Events, newest first, as lines.
pub async fn happened(
    site: &Site,
    frame: &Frame,
    filter: &EventFilter,
) -> Result<Vec<Happened>, StoreError> {
    let events = site.store.events(filter).await?;
    let briefs = site.store.briefs().await?;
    let remarks = site.store.remarks(None).await?;
    let corrected: HashMap<EventId, Timestamp> = remarks
        .iter()
        .filter(|remark| remark.kind == RemarkKind::Correction)
        .map(|remark| (remark.event, remark.at))
        .collect();
    let line = |event: Event| Happened {
        corrected: corrected.get(&event.id).copied(),
        ..Happened::of(frame, &briefs, event)
    };
    Ok(events.into_iter().map(line).collect())
}

/// What a page is called; one that is known no more by its id.
pub fn page_title(briefs: &[PageBrief], page: &PageId) -> String {
    brief(briefs, page).map_or_else(|| page.to_string(), |brief| one_line(&brief.title))
}

/// Changes, newest first, as lines; events are looked up for the same window.
pub async fn lines(
    site: &Site,
    frame: &Frame,
    filter: &ChangeFilter,
) -> Result<Vec<Line>, StoreError> {
    let changes = site.store.changes(filter).await?;
    let events = events_of(site, &changes).await?;
    let briefs = site.store.briefs().await?;
    let line = |change: &Change| Line::of(frame, change, &events, &briefs);
    Ok(changes.iter().filter_map(line).collect())
}

/// Says once what several changes of an entry brought together: its teaser and its article tell one signing.
pub fn folded(lines: Vec<Line>) -> Vec<Line> {
    let mut folded: Vec<Line> = Vec::with_capacity(lines.len());
    for line in lines {
        let same = |one: &&mut Line| {
            !line.meanings.is_empty()
                && (one.at, &one.page, &one.meanings) == (line.at, &line.page, &line.meanings)
        };
        match folded.iter_mut().find(same) {
            Some(first) => first.what = format!("{}, {}", first.what, line.what),
            None => folded.push(line),
        }
    }
    folded
}

/// The events that these changes brought, by change.
pub async fn events_of(
    site: &Site,
    changes: &[Change],
) -> Result<HashMap<ChangeId, Vec<Event>>, StoreError> {
    let times = || changes.iter().map(|change| change.confirmed);
    let (Some(first), Some(last)) = (times().min(), times().max()) else {
        return Ok(HashMap::new());
    };
    let filter = EventFilter {
        since: Some(first),
        until: last.checked_add(jiff::SignedDuration::from_secs(1)).ok(),
        ..EventFilter::default()
    };
    Ok(by_change(&site.store.events(&filter).await?))
}

impl Line {
    pub fn of(
        frame: &Frame,
        change: &Change,
        events: &HashMap<ChangeId, Vec<Event>>,
        briefs: &[PageBrief],
    ) -> Option<Self> {
        let events = events.get(&change.id).map_or(&[][..], Vec::as_slice);
        let page = change.visit.page.clone();
        let code = events
            .first()
            .map_or(change.grade.code(), |event| event.stage.as_str());
        Some(Self {
            id: change.id,
            at: change.confirmed,
            name: name(frame, change),
            what: one_line(&frame.what(change)),
            code: code.to_owned(),
            meanings: events.iter().map(|event| headline(frame, event)).collect(),
            page_title: page_title(briefs, &page),
            page,
            told: change.told,
        })
    }
}

/// The entry as the reader's language calls it.
pub fn name(frame: &Frame, change: &Change) -> String {
    entry_name(frame, &change.difference.key, &change.title)
}

pub fn entry_name(frame: &Frame, key: &EntryKey, title: &str) -> String {
    if *key == EntryKey::page() {
        return frame.say("Seitentext", "page text").to_owned();
    }
    match Country::parse(key.as_str()) {
        Ok(country) => frame.country(country),
        Err(_) => one_line(title),
    }
}

/// Where an entry has its page on this site.
pub fn entry_path(page: &PageId, key: &EntryKey) -> String {
    if let Ok(country) = Country::parse(key.as_str()) {
        return format!("/countries/{country}");
    }
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("key", key.as_str());
    format!("/pages/{page}/entry?{}", query.finish())
}
