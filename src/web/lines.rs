//! Changes as lines of a list, named by the events they brought.

use std::collections::HashMap;

use jiff::Timestamp;

use super::past::by_change;
use super::said::headline;
use super::taken::Taken;
use super::titled::Titled;
use super::{Frame, Site};
use crate::model::{
    Change, ChangeId, Country, EntryKey, Event, Grade, PageBrief, PageId, Statement, Told, VisitId,
};
use crate::notify::hygiene::one_line;
use crate::notify::step;
use crate::store::{ChangeFilter, Damaged, EventFilter, StoreError};

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
    pub source: Titled,
    pub told: Told,
    /// Whether the words that mean it stand in this very part of the entry.
    pub says_it: bool,
    /// When a meaning of it was taken back.
    pub corrected: Option<Timestamp>,
}

/// An event in one line.
#[derive(Debug, Clone)]
pub struct Happened {
    pub event: Event,
    pub line: String,
    /// As mails have it: a step that is named no more is less than the step.
    pub code: String,
    pub source: Titled,
    /// New, or what the page said before; of what is no longer said the line says so.
    pub turn: Option<String>,
    /// When it was taken back.
    pub corrected: Option<Timestamp>,
    /// Whose captures show it, where they are not ours.
    pub taken: Option<Taken>,
}

impl Happened {
    pub fn of(frame: &Frame, briefs: &[PageBrief], event: Event) -> Self {
        Self {
            line: headline(frame, &event),
            code: step::code(&event).to_owned(),
            source: Titled::of(briefs, &event.page),
            turn: turn(frame, &event),
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
    let corrections = site.store.corrections().await?;
    let line = |event: Event| Happened {
        corrected: corrections.get(&event.id).map(|one| one.at),
        ..Happened::of(frame, &briefs, event)
    };
    Ok(events.into_iter().map(line).collect())
}

/// Changes, newest first, as lines.
pub async fn lines(
    site: &Site,
    frame: &Frame,
    filter: &ChangeFilter,
) -> Result<Vec<Line>, StoreError> {
    let changes = site.store.legible_changes(filter).await?;
    let visits: Vec<&VisitId> = changes.iter().map(visit).collect();
    let events = events_of(site, visits).await?;
    let briefs = site.store.briefs().await?;
    let corrections = site.store.corrections().await?;
    let line = |one: &Result<Change, Damaged>| {
        let (id, line) = match one {
            Ok(change) => (change.id, Line::of(frame, change, &events, &briefs)),
            Err(damaged) => {
                let line = Line::damaged(frame, damaged, &events, &briefs);
                (damaged.id, line)
            }
        };
        let mut meant = events.get(&id).into_iter().flatten();
        let corrected = meant.find_map(|event| corrections.get(&event.id));
        Line {
            corrected: corrected.map(|one| one.at),
            ..line
        }
    };
    Ok(changes.iter().map(line).collect())
}

/// The look that confirmed it.
pub fn visit(one: &Result<Change, Damaged>) -> &VisitId {
    match one {
        Ok(change) => &change.visit,
        Err(damaged) => &damaged.visit,
    }
}

/// Says once what several changes of an entry brought together: its teaser and its article tell one signing.
/// The line leads to the change whose words say it.
pub fn folded(lines: Vec<Line>) -> Vec<Line> {
    let mut folded: Vec<Line> = Vec::with_capacity(lines.len());
    for line in lines {
        let same = |one: &&mut Line| {
            !line.meanings.is_empty()
                && (one.at, &one.page, &one.meanings) == (line.at, &line.page, &line.meanings)
        };
        match folded.iter_mut().find(same) {
            Some(first) => {
                let what = format!("{}, {}", first.what, line.what);
                if line.says_it && !first.says_it {
                    *first = line;
                }
                first.what = what;
            }
            None => folded.push(line),
        }
    }
    folded
}

/// The events that the changes of these visits brought, by change.
pub async fn events_of<'v>(
    site: &Site,
    visits: impl IntoIterator<Item = &'v VisitId>,
) -> Result<HashMap<ChangeId, Vec<Event>>, StoreError> {
    let visits = visits.into_iter().collect();
    Ok(by_change(&site.store.events_of(&visits).await?))
}

impl Line {
    pub fn of(
        frame: &Frame,
        change: &Change,
        events: &HashMap<ChangeId, Vec<Event>>,
        briefs: &[PageBrief],
    ) -> Self {
        let events = events.get(&change.id).map_or(&[][..], Vec::as_slice);
        Self {
            id: change.id,
            at: change.confirmed,
            name: name(frame, change),
            what: one_line(&frame.what(change)),
            code: code(change.grade, events),
            meanings: events.iter().map(|event| headline(frame, event)).collect(),
            source: Titled::of(briefs, &change.visit.page),
            page: change.visit.page.clone(),
            told: change.told,
            says_it: events
                .iter()
                .any(|event| event.field == change.difference.field),
            corrected: None,
        }
    }

    /// Of a change whose words are lost here: what it meant may still be known.
    fn damaged(
        frame: &Frame,
        change: &Damaged,
        events: &HashMap<ChangeId, Vec<Event>>,
        briefs: &[PageBrief],
    ) -> Self {
        let events = events.get(&change.id).map_or(&[][..], Vec::as_slice);
        let what = frame.say(
            "beschädigt, aus dem Archiv wiederherzustellen",
            "damaged, to be restored from the archive",
        );
        Self {
            id: change.id,
            at: change.confirmed,
            name: entry_name(frame, &change.key, change.key.as_str()),
            what: what.to_owned(),
            code: code(change.grade, events),
            meanings: events.iter().map(|event| headline(frame, event)).collect(),
            source: Titled::of(briefs, &change.visit.page),
            page: change.visit.page.clone(),
            told: change.told,
            says_it: false,
            corrected: None,
        }
    }
}

/// What it meant; where it meant nothing, what it is.
fn code(grade: Grade, events: &[Event]) -> String {
    let meant = events.first().map(step::code);
    meant.unwrap_or(grade.code()).to_owned()
}

/// What the page said before, where it said something else.
fn turn(frame: &Frame, event: &Event) -> Option<String> {
    let after = event.after.as_ref()?;
    let Some(before) = &event.before else {
        return Some(frame.turn(event.turn).to_owned());
    };
    let date = |said: &Statement| {
        said.when
            .as_ref()
            .map(|when| step::date(when, frame.tongue))
    };
    let then = if before.factuality == after.factuality {
        date(before).filter(|then| Some(then) != date(after).as_ref())
    } else {
        Some(frame.factuality(before.factuality).to_owned())
    };
    Some(match then {
        Some(then) => format!("{} {then}", frame.say("zuvor:", "before:")),
        None => frame.turn(event.turn).to_owned(),
    })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notify::example;

    #[test]
    fn what_an_entry_told_at_once_is_one_line_that_leads_to_the_words() {
        let line = |id, what: &str, says_it| Line {
            id: ChangeId(uuid::Uuid::from_u128(id)),
            at: Timestamp::UNIX_EPOCH,
            name: "Kenya".to_owned(),
            what: what.to_owned(),
            code: "SIGNED".to_owned(),
            meanings: vec!["Kenya: signed".to_owned()],
            page: example::page().id,
            source: Titled::of(&[], &example::page().id),
            told: Told::Readers,
            says_it,
            corrected: None,
        };
        let one = folded(vec![
            line(1, "teaser changed", false),
            line(2, "article changed", true),
        ]);
        assert_eq!(one.len(), 1);
        assert_eq!(one[0].id, line(2, "", true).id);
        assert_eq!(one[0].what, "teaser changed, article changed");
    }
}
