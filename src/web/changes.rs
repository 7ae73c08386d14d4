//! All changes, and one with its words, its captures and how to cite it.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::IntoResponse as _;
use serde::Deserialize;

use super::cite::Citation;
use super::entry::{Shown, Version, compared};
use super::lines::{Line, entry_path, events_of, folded, lines, name};
use super::past::{self, by_change};
use super::said::{brief, headline};
use super::taken::Taken;
use super::{Frame, Reply, Site, Trouble, page};
use crate::model::{
    CaptureRef, Change, ChangeId, Country, Earlier, EntryKey, Event, PageBrief, PageId,
};
use crate::notify::evidence;
use crate::notify::wordiff::{self, Part, Side};
use crate::store::{ChangeFilter, Whom};

/// Changes on one page of the list.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "changes.html")]
struct List {
    frame: Frame,
    asked: Asked,
    pages: Vec<PageBrief>,
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
    /// `all`: with those that nobody was told of.
    whom: String,
    before: String,
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
    events: Vec<(Event, String)>,
    citation: Option<Citation>,
    /// Whose captures show it, where they are not ours.
    taken: Option<Taken>,
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
    let older = (found.len() > PAGE).then(|| {
        found.truncate(PAGE);
        found.last().map(|line| asked.older(line))
    });
    page(&List {
        pages: site.store.briefs().await?,
        lines: folded(found),
        older: older.flatten(),
        asked,
        frame,
    })
}

pub async fn one(State(site): State<Site>, frame: Frame, Path(id): Path<String>) -> Reply {
    let Found {
        change,
        brief,
        events,
        taken,
    } = find(&site, &id).await?;
    let told = |event: Event| {
        let line = headline(&frame, &event);
        (event, line)
    };
    let events = events.into_iter().map(told).collect();
    let citation = Citation::of(&frame, &brief, &change, taken.as_ref());
    let window = evidence::window(change.last_old, change.first_seen, frame.tongue);
    let (name, what) = (name(&frame, &change), frame.what(&change));
    let version = compared(vec![change]).await?.pop();
    page(&One {
        version: version.ok_or(Trouble::Failed)?,
        brief,
        name,
        what,
        window,
        events,
        citation,
        taken,
        frame,
    })
}

/// The citation for reference managers.
pub async fn bibtex(State(site): State<Site>, frame: Frame, Path(id): Path<String>) -> Reply {
    let citation = citation(&site, &frame, &id).await?;
    let kind = [(header::CONTENT_TYPE, "application/x-bibtex; charset=utf-8")];
    Ok((kind, citation.bibtex()).into_response())
}

pub async fn csl(State(site): State<Site>, frame: Frame, Path(id): Path<String>) -> Reply {
    let citation = citation(&site, &frame, &id).await?;
    let kind = [(
        header::CONTENT_TYPE,
        "application/vnd.citationstyles.csl+json",
    )];
    Ok((kind, citation.csl()).into_response())
}

async fn citation(site: &Site, frame: &Frame, id: &str) -> Result<Citation, Trouble> {
    let found = find(site, id).await?;
    let cited = Citation::of(frame, &found.brief, &found.change, found.taken.as_ref());
    cited.ok_or(Trouble::NotFound)
}

async fn find(site: &Site, id: &str) -> Result<Found, Trouble> {
    let id = ChangeId(id.parse().map_err(|_| Trouble::NotFound)?);
    let (change, theirs) = past::change(site, id).await?;
    let taken = theirs.as_ref().map(Earlier::taken);
    let mut events = match theirs {
        Some(theirs) => by_change(&theirs.events),
        None => events_of(site, std::slice::from_ref(&change)).await?,
    };
    let events = events.remove(&id).unwrap_or_default();
    let briefs = site.store.briefs().await?;
    let found = change
        .visit
        .page()
        .and_then(|page| brief(&briefs, &page).cloned());
    Ok(Found {
        change,
        brief: found.ok_or(Trouble::NotFound)?,
        events,
        taken,
    })
}

impl Asked {
    fn filter(&self) -> Result<ChangeFilter, Trouble> {
        let wanted = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let page = wanted(&self.page).map(|id| PageId::parse(&id).map_err(|_| Trouble::Unreadable));
        let key = wanted(&self.country)
            .map(|code| Country::parse(&code.to_uppercase()).map_err(|_| Trouble::Unreadable));
        let entry = wanted(&self.key).map(EntryKey::new);
        let until = wanted(&self.before).map(|at| at.parse().map_err(|_| Trouble::Unreadable));
        Ok(ChangeFilter {
            page: page.transpose()?,
            key: key
                .transpose()?
                .map(|country| EntryKey::new(country.as_str()))
                .or(entry),
            until: until.transpose()?,
            whom: if self.whom == "all" {
                Whom::Everybody
            } else {
                Whom::Readers
            },
            limit: PAGE + 1,
            ..ChangeFilter::default()
        })
    }

    fn older(&self, last: &Line) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let pairs = [
            ("page", self.page.as_str()),
            ("country", &self.country),
            ("key", &self.key),
            ("whom", &self.whom),
        ];
        query.extend_pairs(pairs.into_iter().filter(|(_, value)| !value.is_empty()));
        // The last line may share its instant with others: the next part begins with that instant.
        let at = last.at + jiff::SignedDuration::from_millis(1);
        query.append_pair("before", &at.to_string());
        format!("/changes?{}", query.finish())
    }
}

impl One {
    fn path(&self) -> String {
        format!("/changes/{}", self.version.change.id)
    }

    fn entry(&self) -> String {
        let key = &self.version.change.difference.key;
        self.frame.to(entry_path(&self.brief.id, key))
    }

    fn sides(&self) -> Option<[Vec<Part>; 2]> {
        match &self.version.shown {
            Shown::Words(parts) => Some([
                wordiff::side(parts, Side::Before),
                wordiff::side(parts, Side::After),
            ]),
            Shown::Sides(..) => None,
        }
    }

    fn evidence(&self) -> [(&'static str, Option<&CaptureRef>); 2] {
        let [before, after] = self.version.captures();
        [
            (self.frame.say("Vorher", "Before"), before),
            (self.frame.say("Nachher", "After"), after),
        ]
    }
}
