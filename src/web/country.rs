//! One country: where it stands, its timeline, and every text that any page ever had on it.

use askama::Template;
use axum::extract::{Path, State};

use super::entry::{Block, TICKS};
use super::said::{Standing, headline};
use super::timeline::{Track, draw};
use super::{Frame, Reply, Site, Trouble, page, terms};
use crate::model::{Change, ChangeKind, Country, EntryKey, Event, Stage};
use crate::store::EventFilter;

/// Events shown; the list of all is one link away.
const EVENTS: usize = 20;

#[derive(Template)]
#[template(path = "country.html")]
struct CountryPage {
    frame: Frame,
    country: Country,
    name: String,
    standings: Vec<Standing>,
    timeline: Option<String>,
    events: Vec<(Event, String)>,
    has_more: bool,
    blocks: Vec<Block>,
}

pub async fn country(State(site): State<Site>, frame: Frame, Path(code): Path<String>) -> Reply {
    let country = Country::parse(&code).map_err(|_| Trouble::NotFound)?;
    let briefs = site.store.briefs().await?;
    let statuses = site.store.statuses_of(country).await?;
    let mut standings: Vec<Standing> = statuses
        .iter()
        .map(|status| Standing::of(&frame, status, &briefs))
        .collect();
    standings.sort_by_cached_key(|one| {
        let rank = Stage::parse(&one.said.stage)
            .ok()
            .map(|stage| terms::rank(&stage));
        (rank, one.said.factuality)
    });
    let filter = EventFilter {
        partner: Some(country),
        limit: EVENTS + 1,
        ..EventFilter::default()
    };
    let mut events = site.store.events(&filter).await?;
    let has_more = events.len() > EVENTS;
    events.truncate(EVENTS);
    let key = EntryKey::new(country.as_str());
    let mut blocks = Vec::new();
    for status in site.store.status_with(&key).await? {
        blocks.extend(Block::of(&site, &frame, &status, &key).await?);
    }
    if standings.is_empty() && events.is_empty() && blocks.is_empty() {
        return Err(Trouble::NotFound);
    }
    let name = frame.country(country);
    page(&CountryPage {
        timeline: draw(&frame, &name, &tracks(&frame, &standings, &blocks)),
        events: events
            .into_iter()
            .map(|event| {
                let line = headline(&frame, &event);
                (event, line)
            })
            .collect(),
        has_more,
        name,
        country,
        standings,
        blocks,
        frame,
    })
}

/// What the pages date, one track for each step; and what was seen on the pages, on a track of its own.
fn tracks(frame: &Frame, standings: &[Standing], blocks: &[Block]) -> Vec<Track> {
    let mut tracks: Vec<Track> = standings
        .iter()
        .filter_map(|one| Track::dated(frame, one))
        .collect();
    let said = |change: &Change| match change.difference.kind() {
        ChangeKind::Appeared => frame.say("auf der Seite erschienen", "appeared on the page"),
        ChangeKind::Vanished => frame.say("von der Seite verschwunden", "gone from the page"),
        _ => frame.say("Wortlaut geändert", "words changed"),
    };
    let seen = |change: &Change| (change.first_seen, said(change).to_owned());
    let ticks: Vec<_> = blocks
        .iter()
        .flat_map(|block| &block.seen)
        .map(seen)
        .collect();
    if !ticks.is_empty() {
        let label = frame.say("auf der Seite gesehen", "seen on the page");
        tracks.push(Track::seen(label, ticks));
    }
    let theirs = blocks.iter().flat_map(|block| &block.past.seen);
    let theirs = theirs.map(|(change, taken)| {
        let what = format!("{} ({})", said(change), taken.say(frame));
        (change.first_seen, what)
    });
    let ticks: Vec<_> = theirs.take(TICKS).collect();
    if !ticks.is_empty() {
        let label = frame.say("wie andere es erfassten", "as others captured it");
        tracks.push(Track::seen(label, ticks));
    }
    tracks
}
