//! One country: where it stands, its timeline, and every text that any page ever had on it.

use askama::Template;
use axum::extract::{Path, State};

use super::corrected::TakenBack;
use super::entry::{Block, TICKS};
use super::former::{Former, former};
use super::lines::{Happened, happened};
use super::said::Standing;
use super::statuses::statuses;
use super::timeline::{Track, draw};
use super::{Frame, Reply, Site, Trouble, page, terms};
use crate::model::{Change, Country, EntryKey, Grade};
use crate::store::EventFilter;

/// Events shown; the list of all is one link away.
const EVENTS: usize = 20;
/// Events whose statements the timeline remembers.
const REMEMBERED: usize = 200;

#[derive(Template)]
#[template(path = "country.html")]
struct CountryPage {
    frame: Frame,
    country: Country,
    name: String,
    standings: Vec<Standing>,
    timeline: Option<String>,
    events: Vec<Happened>,
    has_more: bool,
    blocks: Vec<Block>,
}

pub async fn country(State(site): State<Site>, frame: Frame, Path(code): Path<String>) -> Reply {
    let country = Country::parse(&code).map_err(|_| Trouble::NotFound)?;
    let briefs = site.store.briefs().await?;
    let statuses = statuses(&site, Some(country), &briefs).await?;
    let taken_back = TakenBack::of(&site).await?;
    let mut standings: Vec<Standing> = statuses
        .iter()
        .map(|status| Standing::of(&frame, status, &briefs, &taken_back))
        .collect();
    standings.sort_by_cached_key(|one| (terms::rank(&one.said.stage), one.said.factuality));
    let filter = EventFilter {
        partner: Some(country),
        limit: REMEMBERED,
        ..EventFilter::default()
    };
    let mut events = happened(&site, &frame, &filter).await?;
    let former = former(&frame, &events, &statuses, &briefs);
    let has_more = events.len() > EVENTS;
    events.truncate(EVENTS);
    let key = EntryKey::new(country.as_str());
    let mut blocks = Vec::new();
    for status in site.store.status_with(&key).await? {
        blocks.extend(Block::of(&site, &frame, &status, &key).await?);
    }
    if standings.is_empty() && events.is_empty() && blocks.is_empty() {
        return Err(Trouble::Unnamed(country));
    }
    let name = frame.country(country);
    page(&CountryPage {
        timeline: draw(&frame, &name, &tracks(&frame, &standings, &former, &blocks)),
        events,
        has_more,
        name,
        country,
        standings,
        blocks,
        frame,
    })
}

/// What the pages date, one track for each step, and what they dated once; below it the facts of each page: whether it lists the
/// country, and when its words were seen to change.
fn tracks(
    frame: &Frame,
    standings: &[Standing],
    former: &[Former],
    blocks: &[Block],
) -> Vec<Track> {
    let mut tracks: Vec<Track> = standings
        .iter()
        .filter(|one| one.corrected.is_none())
        .filter_map(|one| Track::dated(&one.said))
        .collect();
    tracks.extend(former.iter().filter_map(|one| Track::past(frame, one)));
    for block in blocks {
        let label = |text: &str| match blocks.len() {
            1 => text.to_owned(),
            _ => format!("{text} ({})", block.page.language),
        };
        let listed = frame.say("auf der Seite geführt", "listed on the page");
        tracks.push(Track::listed(label(listed), &block.listed, listed));
        let (words, moved): (Vec<&Change>, Vec<&Change>) = block
            .seen
            .iter()
            .partition(|change| change.grade == Grade::Wording);
        let ticks = |changes: Vec<&Change>| {
            let tick = |change: &Change| (change.first_seen, frame.what(change));
            changes.into_iter().map(tick).collect()
        };
        let seen = frame.say("Eintrag geändert", "entry changed");
        tracks.push(Track::seen(label(seen), ticks(moved)));
        let seen = frame.say("Wortlaut geändert", "words changed");
        tracks.push(Track::seen(label(seen), ticks(words)));
    }
    let theirs = blocks.iter().flat_map(|block| &block.past.seen);
    let theirs = theirs.map(|(change, taken)| {
        let what = format!("{} ({})", frame.what(change), taken.say(frame));
        (change.first_seen, what)
    });
    let label = frame.say("wie andere es erfassten", "as others captured it");
    tracks.push(Track::seen(label.to_owned(), theirs.take(TICKS).collect()));
    tracks.retain(|track| !track.is_empty());
    tracks
}
