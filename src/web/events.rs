//! All events, and one with its statement, its quote, its rule, what contradicts it, and how to cite it.

use askama::Template;
use axum::extract::{Path, Query, State};
use jiff::Timestamp;
use serde::Deserialize;

use super::cite::Citation;
use super::lines::{Happened, happened};
use super::past;
use super::said::{Contradiction, Said, brief, contradictions, headline};
use super::taken::Taken;
use super::{Frame, Reply, Site, Trouble, captures, doubts, page, terms};
use crate::model::{
    CaptureId, CaptureRef, Change, Country, Event, EventId, Factuality, Field, LegalType,
    PageBrief, PageId, Remark, RemarkKind, Revision, Stage, Statement,
};
use crate::notify::confidence;
use crate::notify::hygiene::one_line;
use crate::notify::words;
use crate::store::EventFilter;

/// Events on one page of the list.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "events.html")]
struct List {
    frame: Frame,
    asked: Asked,
    pages: Vec<PageBrief>,
    countries: Vec<(Country, String)>,
    stages: Vec<Stage>,
    events: Vec<Happened>,
    /// Where the next, older part begins.
    older: Option<String>,
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
    #[serde(rename = "type")]
    pub legal_type: String,
    pub since: String,
    pub before: String,
    /// The event that the list goes on behind.
    pub behind: String,
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
    /// What brought it.
    changes: Vec<Change>,
    doubts: Vec<String>,
    remarks: Vec<Remark>,
    readings: Vec<Reading>,
    citation: Option<Citation>,
    taken: Option<Taken>,
    /// Captures that are shown no more.
    hidden: Vec<CaptureId>,
}

/// How an event was read until a better lexicon came; `None` where nothing was read.
struct Reading {
    at: Timestamp,
    before: Option<(String, Said)>,
    after: Option<(String, Said)>,
}

/// An event with what belongs to it, ours or of others.
struct Found {
    event: Event,
    brief: PageBrief,
    revisions: Vec<Revision>,
    taken: Option<Taken>,
}

pub async fn list(State(site): State<Site>, frame: Frame, Query(asked): Query<Asked>) -> Reply {
    let filter = EventFilter {
        limit: PAGE + 1,
        ..asked.filter(PAGE)?
    };
    let (mut events, other) = match asked.track()? {
        Track::Ours => (happened(&site, &frame, &filter).await?, "others"),
        Track::Others => (past::happened(&site, &frame, &filter).await?, ""),
    };
    let has_more = events.len() > PAGE;
    events.truncate(PAGE);
    let last = events.last().filter(|_| has_more);
    let has_two = site.store.has_earlier().await?;
    page(&List {
        older: last.map(|last| frame.with("behind", last.event.id)),
        events,
        pages: site.store.briefs().await?,
        countries: countries(&site, &frame).await?,
        stages: terms::stages_of_events(),
        other: has_two.then(|| frame.with("track", other)),
        asked,
        frame,
    })
}

pub async fn one(State(site): State<Site>, frame: Frame, Path(id): Path<String>) -> Reply {
    let Found {
        event,
        brief,
        revisions,
        taken,
    } = find(&site, &id).await?;
    let briefs = site.store.briefs().await?;
    let changes = changes(&site, &event).await?;
    let said = |one: &Statement| Said::of(&frame, one, Some(&brief.language));
    let doubted = event.statement();
    let remarks = site.store.remarks(Some(event.id)).await?;
    let correction = correction(&remarks);
    let line = headline(&frame, &event);
    page(&One {
        headline: match correction {
            Some(_) => format!("{line} ({})", frame.say("berichtigt", "corrected")),
            None => line,
        },
        before: event.before.as_ref().map(said),
        after: event.after.as_ref().map(said),
        status_before: event.status_before.as_ref().map(said),
        conflicts: contradictions(&frame, &event.conflicts, &briefs),
        window: frame.window(event.last_old, event.first_seen),
        doubts: doubted.map_or_else(Vec::new, |said| {
            doubts::doubts(&event, said, &brief.language, frame.tongue)
        }),
        citation: Citation::of_event(&frame, &brief, &event, &changes, taken.as_ref(), correction),
        readings: revisions
            .iter()
            .map(|revision| Reading::of(&frame, &brief, revision))
            .collect(),
        hidden: captures::hidden(&site, &event.evidence()).await?,
        remarks,
        changes,
        brief,
        taken,
        event,
        frame,
    })
}

/// The citation for reference managers.
pub async fn bibtex(State(site): State<Site>, frame: Frame, Path(id): Path<String>) -> Reply {
    Ok(citation(&site, &frame, &id).await?.as_bibtex())
}

pub async fn csl(State(site): State<Site>, frame: Frame, Path(id): Path<String>) -> Reply {
    Ok(citation(&site, &frame, &id).await?.as_csl())
}

async fn citation(site: &Site, frame: &Frame, id: &str) -> Result<Citation, Trouble> {
    let found = find(site, id).await?;
    let remarks = site.store.remarks(Some(found.event.id)).await?;
    let (event, taken) = (&found.event, found.taken.as_ref());
    let (changes, correction) = (changes(site, event).await?, correction(&remarks));
    let cited = Citation::of_event(frame, &found.brief, event, &changes, taken, correction);
    cited.ok_or(Trouble::NotFound)
}

/// The changes that brought an event, as far as they are kept.
async fn changes(site: &Site, event: &Event) -> Result<Vec<Change>, Trouble> {
    let mut changes = Vec::new();
    for id in &event.changes {
        match past::change(site, *id).await {
            Ok((change, _)) => changes.push(change),
            Err(Trouble::NotFound | Trouble::Forgotten(_)) => {}
            Err(trouble) => return Err(trouble),
        }
    }
    Ok(changes)
}

/// The last word on an event that was taken back.
fn correction(remarks: &[Remark]) -> Option<&Remark> {
    let mut newest = remarks.iter().rev();
    newest.find(|one| one.kind == RemarkKind::Correction)
}

/// An event with its page and its earlier readings. One that a newer lexicon reads nowhere any more keeps
/// its address: it stands as it was read last.
async fn find(site: &Site, id: &str) -> Result<Found, Trouble> {
    let id = EventId(id.parse().map_err(|_| Trouble::NotFound)?);
    let revisions = site.store.readings(id).await?;
    let mut readings = revisions.iter().rev();
    let last = readings.find_map(|one| one.what.event_before());
    let (event, theirs) = match (past::event(site, id).await, last) {
        (Err(Trouble::NotFound), Some(last)) => (last.clone(), None),
        (found, _) => found?,
    };
    let briefs = site.store.briefs().await?;
    let found = brief(&briefs, &event.page).cloned();
    Ok(Found {
        event,
        brief: found.ok_or(Trouble::NotFound)?,
        revisions,
        taken: theirs.as_ref().map(Taken::of),
    })
}

/// The countries that can be asked for, by their names.
pub async fn countries(site: &Site, frame: &Frame) -> Result<Vec<(Country, String)>, Trouble> {
    let partners = site.store.partners().await?.into_iter();
    let mut named: Vec<_> = partners.map(|one| (one, frame.country(one))).collect();
    named.sort_by_cached_key(|(_, name)| crate::model::fold(name));
    Ok(named)
}

impl Asked {
    fn track(&self) -> Result<Track, Trouble> {
        match self.track.as_str() {
            "" => Ok(Track::Ours),
            "others" => Ok(Track::Others),
            _ => Err(Trouble::Unreadable),
        }
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
            legal_type: read(&self.legal_type, |code| LegalType::parse(code).ok())?,
            since: read(&self.since, instant)?,
            until: read(&self.before, instant)?,
            behind: read(&self.behind, |id| id.parse().ok().map(EventId))?,
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
pub fn instant(text: &str) -> Option<Timestamp> {
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

impl Reading {
    fn of(frame: &Frame, brief: &PageBrief, revision: &Revision) -> Self {
        let side = |event: Option<&Event>| {
            let event = event?;
            let said = Said::of(frame, event.statement()?, Some(&brief.language));
            Some((headline(frame, event), said))
        };
        Self {
            at: revision.at,
            before: side(revision.what.event_before()),
            after: side(revision.what.event_after()),
        }
    }
}

impl One {
    /// When a newer lexicon no longer read it.
    fn taken_back(&self) -> Option<&Timestamp> {
        let last = self.readings.last()?;
        last.after.is_none().then_some(&last.at)
    }

    fn path(&self) -> String {
        format!("/events/{}", self.event.id)
    }

    fn is_corrected(&self) -> bool {
        self.corrections().next().is_some()
    }

    fn corrections(&self) -> impl Iterator<Item = &Remark> {
        let is_correction = |one: &&Remark| one.kind == RemarkKind::Correction;
        self.remarks.iter().filter(is_correction)
    }

    /// What people say beside it: who, in which role, and the words.
    fn notes<'o>(&'o self) -> Vec<(&'o str, String, &'o Remark)> {
        let note = |remark: &'o Remark| {
            let (role, by) = match &remark.kind {
                RemarkKind::Note { by } => (self.frame.say("Anmerkung", "Note"), by),
                RemarkKind::Verified { by } => {
                    let checked = self.frame.say("Von Hand geprüft", "Checked by a person");
                    (checked, by)
                }
                RemarkKind::Correction => return None,
            };
            Some((role, one_line(by), remark))
        };
        self.remarks.iter().filter_map(note).collect()
    }

    /// How far the reading can be relied on, whether the page cuts the text, and whether the page behind
    /// it was read.
    fn basis(&self) -> [(&str, String); 3] {
        let tongue = self.frame.tongue;
        let cut = self.frame.say("Text gekürzt", "Text cut");
        let article = self
            .frame
            .say("Seite dahinter gelesen", "Page behind it read");
        [
            (
                words::CONFIDENCE.say(tongue),
                confidence::said(&self.event, &self.brief.language, tongue),
            ),
            (cut, doubts::cut(&self.event, tongue).to_owned()),
            (article, doubts::article(&self.event, tongue).to_owned()),
        ]
    }

    /// The page as it is today: what an article says stands there.
    fn live(&self) -> &str {
        match (&self.event.field, self.event.evidence()) {
            (Field::Article, [_, Some(shown)] | [Some(shown), None]) => shown.url.as_str(),
            _ => self.brief.url.as_str(),
        }
    }

    fn evidence(&self) -> [(&'static str, Option<&CaptureRef>); 2] {
        let [before, after] = self.event.evidence();
        [
            (self.frame.say("Vorher", "Before"), before),
            (self.frame.say("Nachher", "After"), after),
        ]
    }
}
