//! History from before our own watch, as others captured it: on a track of its own, each finding with its source.

use std::collections::HashMap;

use uuid::Uuid;

use super::entry::{Shown, Version, compared};
use super::lines::{Happened, Line};
use super::taken::Taken;
use super::{Frame, Site, Trouble};
use crate::model::{Change, ChangeId, Earlier, Event, EventId, PageBrief};
use crate::store::{ChangeFilter, EventFilter};

/// Findings whose words stand on a page; the data have all.
const SHOWN: usize = 12;

/// A change between two captures of others, with its words.
pub struct Past {
    pub line: Line,
    pub shown: Shown,
    pub taken: Taken,
}

/// What others' captures show of one entry.
pub struct History {
    /// The newest, newest first.
    pub shown: Vec<Past>,
    /// When something new was seen, and whose capture shows it; newest first.
    pub seen: Vec<(Change, Taken)>,
    /// Findings beyond those shown.
    pub older: usize,
}

impl History {
    pub async fn of(frame: &Frame, all: &[Earlier], page: &PageBrief) -> Result<Self, Trouble> {
        let mut lines = Vec::new();
        let mut seen = Vec::new();
        for one in all {
            let events = by_change(&one.events);
            for change in &one.changes {
                let line = Line::of(frame, change, &events, std::slice::from_ref(page));
                lines.push((line, Taken::of(one)));
                seen.push((change.clone(), Taken::of(one)));
            }
        }
        let newest = seen.iter().take(SHOWN);
        let versions = compared(newest.map(|(change, _)| change.clone()).collect()).await?;
        let past = |((line, taken), version): ((Line, Taken), Version)| Past {
            line,
            shown: version.shown,
            taken,
        };
        Ok(Self {
            older: lines.len().saturating_sub(SHOWN),
            shown: lines.into_iter().zip(versions).map(past).collect(),
            seen,
        })
    }
}

/// The events of others' captures that a list asks for, newest first.
pub async fn events(site: &Site, filter: &EventFilter) -> Result<Vec<(Event, Earlier)>, Trouble> {
    let all = site.store.earlier(filter.page.as_ref()).await?;
    let events = all.into_iter().flat_map(|one| {
        let (theirs, events, _) = emptied(one);
        events.into_iter().map(move |event| (event, theirs.clone()))
    });
    let asked = events.filter(|(event, _)| filter.takes(event));
    let is_last = |(event, _): &(Event, Earlier)| Some(event.id) == filter.behind;
    Ok(rest(asked.collect(), is_last, filter.limit))
}

/// The same as lines of a list, each with whose captures show it.
pub async fn happened(
    site: &Site,
    frame: &Frame,
    filter: &EventFilter,
) -> Result<Vec<Happened>, Trouble> {
    let briefs = site.store.briefs().await?;
    let events = events(site, filter).await?;
    let line = |(event, theirs): (Event, Earlier)| Happened {
        taken: Some(Taken::of(&theirs)),
        ..Happened::of(frame, &briefs, event)
    };
    Ok(events.into_iter().map(line).collect())
}

/// The changes, as well.
pub async fn changes(
    site: &Site,
    filter: &ChangeFilter,
) -> Result<Vec<(Change, Earlier)>, Trouble> {
    let all = site.store.earlier(filter.page.as_ref()).await?;
    let changes = all.into_iter().flat_map(|one| {
        let (theirs, _, changes) = emptied(one);
        changes
            .into_iter()
            .map(move |change| (change, theirs.clone()))
    });
    let asked = changes.filter(|(change, _)| filter.takes(change));
    let is_last = |(change, _): &(Change, Earlier)| Some(change.id) == filter.behind;
    Ok(rest(asked.collect(), is_last, filter.limit))
}

/// What comes behind the last one that was shown before.
fn rest<T>(mut all: Vec<T>, is_last: impl Fn(&T) -> bool, limit: usize) -> Vec<T> {
    let shown = all.iter().position(is_last).map_or(0, |last| last + 1);
    all.drain(..shown);
    all.truncate(limit);
    all
}

/// A change by its id: ours, or one that others' captures show.
pub async fn change(site: &Site, id: ChangeId) -> Result<(Change, Option<Earlier>), Trouble> {
    let ours = site.store.change(id).await?;
    let is_it = |one: &Change| one.id == id;
    ours_or_theirs(site, id.0, ours, |theirs| &mut theirs.changes, is_it).await
}

/// An event, as well.
pub async fn event(site: &Site, id: EventId) -> Result<(Event, Option<Earlier>), Trouble> {
    let ours = site.store.event(id).await?;
    let is_it = |one: &Event| one.id == id;
    ours_or_theirs(site, id.0, ours, |theirs| &mut theirs.events, is_it).await
}

/// What there is no more of was forgotten, or never was.
async fn ours_or_theirs<T>(
    site: &Site,
    id: Uuid,
    ours: Option<T>,
    shown: impl Fn(&mut Earlier) -> &mut Vec<T>,
    is_it: impl Fn(&T) -> bool,
) -> Result<(T, Option<Earlier>), Trouble> {
    if let Some(ours) = ours {
        return Ok((ours, None));
    }
    let Some(mut theirs) = site.store.earlier_by(id).await? else {
        let forgotten = site.store.forgotten(id).await?;
        return Err(forgotten.map_or(Trouble::NotFound, Trouble::Forgotten));
    };
    let shown = shown(&mut theirs);
    let place = shown.iter().position(is_it).ok_or(Trouble::NotFound)?;
    let found = shown.swap_remove(place);
    Ok((found, Some(theirs)))
}

/// What a look of others shows, out of it: what is left says whose it is.
fn emptied(mut one: Earlier) -> (Earlier, Vec<Event>, Vec<Change>) {
    let events = std::mem::take(&mut one.events);
    let changes = std::mem::take(&mut one.changes);
    (one, events, changes)
}

pub fn by_change(events: &[Event]) -> HashMap<ChangeId, Vec<Event>> {
    let mut found: HashMap<ChangeId, Vec<Event>> = HashMap::new();
    for event in events {
        for change in &event.changes {
            found.entry(*change).or_default().push(event.clone());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_goes_on_behind_the_last_that_was_shown() {
        let next = |last| rest(vec![3, 2, 1], |number| Some(*number) == last, 2);
        assert_eq!(next(None), [3, 2]);
        assert_eq!(next(Some(2)), [1]);
        assert!(next(Some(1)).is_empty());
    }
}
