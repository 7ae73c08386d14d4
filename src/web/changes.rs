//! All changes, and one with its words, its captures and how to cite it.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::IntoResponse as _;
use serde::Deserialize;

use super::cite::Citation;
use super::entry::{Shown, Version, compared};
use super::events::{countries, instant, read};
use super::lines::{Happened, Line, entry_path, events_of, folded, lines, name};
use super::past::{self, by_change};
use super::said::brief;
use super::taken::Taken;
use super::whole::{Pages, compared_pages};
use super::{Frame, Reply, Site, Trouble, captures, page};
use crate::model::{
    CaptureId, CaptureRef, Change, ChangeId, Country, Digest, EntryKey, Event, Field, Grade,
    PageBrief, PageId,
};
use crate::notify::evidence;
use crate::notify::hygiene::one_line;
use crate::notify::wordiff::Part;
use crate::store::{ChangeFilter, Whom};

/// Changes on one page of the list.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "changes.html")]
struct List {
    frame: Frame,
    asked: Asked,
    pages: Vec<PageBrief>,
    countries: Vec<(Country, String)>,
    lines: Vec<Line>,
    /// Where the next, older part begins.
    older: Option<String>,
}

/// What the address asks for; the state of the filters lives there.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    page: String,
    country: String,
    /// An entry that is no country, by its key.
    key: String,
    /// `wording` or `page`.
    kind: String,
    /// `all`: with those that nobody was told of.
    whom: String,
    since: String,
    before: String,
    /// The change that the list goes on behind.
    behind: String,
}

#[derive(Template)]
#[template(path = "change.html")]
struct One {
    frame: Frame,
    brief: PageBrief,
    version: Version,
    name: String,
    what: String,
    window: String,
    events: Vec<Happened>,
    /// What else of the entry changed with it: the article behind a teaser.
    beside: Vec<(ChangeId, String)>,
    extent: Extent,
    /// The words of both whole pages, where they are asked for and can be shown.
    pages: Option<Pages>,
    citation: Option<Citation>,
    /// Whose captures show it, where they are not ours.
    taken: Option<Taken>,
    /// Captures that are shown no more.
    hidden: Vec<CaptureId>,
    /// It was taken over after a restore, and mailed to nobody.
    is_taken_over: bool,
}

/// A change with what belongs to it, ours or of others.
struct Found {
    change: Change,
    brief: PageBrief,
    events: Vec<Event>,
    taken: Option<Taken>,
}

pub async fn list(State(site): State<Site>, frame: Frame, Query(asked): Query<Asked>) -> Reply {
    let filter = asked.filter()?;
    let mut found = lines(&site, &frame, &filter).await?;
    let has_more = found.len() > PAGE;
    found.truncate(PAGE);
    let last = found.last().filter(|_| has_more);
    page(&List {
        pages: site.store.briefs().await?,
        countries: countries(&site, &frame).await?,
        older: last.map(|last| frame.with("behind", last.id)),
        lines: folded(found),
        asked,
        frame,
    })
}

/// How much of the page is shown of a change; the state lives in the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Extent {
    /// The entry that changed.
    #[default]
    Entry,
    /// The page that shows it.
    Page,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct View {
    extent: Extent,
}

pub async fn one(
    State(site): State<Site>,
    frame: Frame,
    Path(id): Path<String>,
    Query(View { extent }): Query<View>,
) -> Reply {
    let Found {
        change,
        brief,
        events,
        taken,
    } = find(&site, &id).await?;
    let beside = beside(&site, &frame, &change, &events).await?;
    let corrections = site.store.corrections().await?;
    let told = |event: Event| Happened {
        corrected: corrections.get(&event.id).map(|one| one.at),
        ..Happened::of(&frame, std::slice::from_ref(&brief), event)
    };
    let events = events.into_iter().map(told).collect();
    let evidence = [
        change.evidence_before.as_ref(),
        change.evidence_after.as_ref(),
        change.evidence_article.as_ref(),
    ];
    let hidden = captures::hidden(&site, &evidence).await?;
    let citation = Citation::of(&frame, &brief, &change, taken.as_ref());
    let window = frame.window(change.last_old, change.first_seen);
    let (name, what) = (name(&frame, &change), frame.what(&change));
    let pages = match extent {
        Extent::Entry => None,
        Extent::Page => whole_pages(&site, &change).await?,
    };
    let is_taken_over = site.store.taken_over().await?.contains(&change.visit);
    let version = compared(vec![change]).await?.pop();
    page(&One {
        version: version.ok_or(Trouble::Failed)?,
        extent,
        pages,
        brief,
        name,
        what,
        window,
        events,
        beside,
        hidden,
        citation,
        taken,
        is_taken_over,
        frame,
    })
}

/// The other changes that brought the same events.
async fn beside(
    site: &Site,
    frame: &Frame,
    change: &Change,
    events: &[Event],
) -> Result<Vec<(ChangeId, String)>, Trouble> {
    let mut others: Vec<ChangeId> = events.iter().flat_map(|one| one.changes.clone()).collect();
    others.retain(|id| *id != change.id);
    others.sort();
    others.dedup();
    let mut found = Vec::new();
    for id in others {
        match past::change(site, id).await {
            Ok((other, _)) => found.push((id, one_line(&frame.what(&other)))),
            Err(Trouble::NotFound | Trouble::Forgotten(_)) => {}
            Err(trouble) => return Err(trouble),
        }
    }
    Ok(found)
}

async fn whole_pages(site: &Site, change: &Change) -> Result<Option<Pages>, Trouble> {
    let before = captures::words(site, change.evidence_before.as_ref()).await?;
    let after = captures::words(site, change.evidence_after.as_ref()).await?;
    match before.zip(after) {
        Some((before, after)) => compared_pages(before, after).await.map(Some),
        None => Ok(None),
    }
}

/// The citation for reference managers.
pub async fn bibtex(State(site): State<Site>, frame: Frame, Path(id): Path<String>) -> Reply {
    let citation = citation(&site, &frame, &id).await?;
    Ok(citation.as_bibtex())
}

pub async fn csl(State(site): State<Site>, frame: Frame, Path(id): Path<String>) -> Reply {
    let citation = citation(&site, &frame, &id).await?;
    Ok(citation.as_csl())
}

/// The words that are cited, alone: what the digest of the text is of.
pub async fn text(State(site): State<Site>, Path(id): Path<String>) -> Reply {
    let found = find(&site, &id).await?;
    let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    Ok((kind, evidence::cited_words(&found.change)).into_response())
}

async fn citation(site: &Site, frame: &Frame, id: &str) -> Result<Citation, Trouble> {
    let found = find(site, id).await?;
    let cited = Citation::of(frame, &found.brief, &found.change, found.taken.as_ref());
    cited.ok_or(Trouble::NotFound)
}

async fn find(site: &Site, id: &str) -> Result<Found, Trouble> {
    let id = ChangeId(id.parse().map_err(|_| Trouble::NotFound)?);
    let (change, theirs) = past::change(site, id).await?;
    let taken = theirs.as_ref().map(Taken::of);
    let mut events = match theirs {
        Some(theirs) => by_change(&theirs.events),
        None => events_of(site, [&change.visit]).await?,
    };
    let events = events.remove(&id).unwrap_or_default();
    let briefs = site.store.briefs().await?;
    let brief = brief(&briefs, &change.visit.page).cloned();
    Ok(Found {
        change,
        brief: brief.ok_or(Trouble::NotFound)?,
        events,
        taken,
    })
}

impl Asked {
    fn filter(&self) -> Result<ChangeFilter, Trouble> {
        let country = read(&self.country, |code| {
            Country::parse(&code.to_uppercase()).ok()
        })?;
        let key = country.map(|country| EntryKey::new(country.as_str()));
        Ok(ChangeFilter {
            page: read(&self.page, |id| PageId::parse(id).ok())?,
            key: key.or(read(&self.key, |key| Some(EntryKey::new(key)))?),
            grade: read(&self.kind, grade)?,
            since: read(&self.since, instant)?,
            until: read(&self.before, instant)?,
            behind: read(&self.behind, |id| id.parse().ok().map(ChangeId))?,
            whom: if self.whom == "all" {
                Whom::Everybody
            } else {
                Whom::Readers
            },
            limit: PAGE + 1,
        })
    }
}

fn grade(kind: &str) -> Option<Grade> {
    [Grade::Wording, Grade::Page]
        .into_iter()
        .find(|grade| grade.code().eq_ignore_ascii_case(kind))
}

impl One {
    fn path(&self) -> String {
        format!("/changes/{}", self.version.change.id)
    }

    fn entry(&self) -> String {
        let key = &self.version.change.difference.key;
        self.frame.to(entry_path(&self.brief.id, key))
    }

    /// A whole page without its long unchanged stretches, and beside it all of it.
    fn folded(&self) -> Option<Shown> {
        self.pages.as_ref()?.folded()
    }

    /// What is shown: the entry, or the page around it.
    fn shown(&self) -> Option<&Shown> {
        match self.extent {
            Extent::Entry => Some(&self.version.shown),
            Extent::Page => self.pages.as_ref().map(|pages| &pages.shown),
        }
    }

    fn sides(&self) -> Option<[Vec<Part>; 2]> {
        self.shown()?.sides()
    }

    /// The page as it is today: what an article says stands there.
    fn live(&self) -> &str {
        let change = &self.version.change;
        match evidence::citable(change) {
            Some(shown) if change.difference.field == Field::Article => shown.url.as_str(),
            _ => self.brief.url.as_str(),
        }
    }

    fn text_digest(&self) -> Digest {
        evidence::text_digest(&self.version.change)
    }

    fn evidence(&self) -> Vec<(&'static str, Option<&CaptureRef>)> {
        let [before, after] = self.version.captures();
        let mut shown = vec![
            (self.frame.say("Vorher", "Before"), before),
            (self.frame.say("Nachher", "After"), after),
        ];
        let article = self.version.change.evidence_article.as_ref();
        let label = self.frame.say("Artikel", "Article");
        shown.extend(article.map(|capture| (label, Some(capture))));
        shown
    }
}
