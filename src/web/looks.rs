//! Every look at a page in a span of time, with what it found, and the records of the archive that show it:
//! so that "it did not stand there" can be said of the time between two looks, and cited.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::events::{instant, read as field};
use super::pages::find;
use super::proof::read;
use super::{Frame, Reply, Site, Trouble, page};
use crate::archive::{self, Poll, PollRecord, Stretch};
use crate::model::{CaptureId, ChangeId, Digest, PageBrief, VisitId};
use crate::store::{ChangeFilter, VisitRow, Whom};

/// Where no span is asked for.
const USUAL: SignedDuration = SignedDuration::from_hours(7 * 24);
/// A longer span is asked for in parts.
const LONGEST: SignedDuration = SignedDuration::from_hours(92 * 24);
/// Looks on one page.
const SHOWN: usize = 1000;

#[derive(Debug, Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    from: String,
    to: String,
}

#[derive(Template)]
#[template(path = "looks.html")]
struct Looks {
    frame: Frame,
    brief: PageBrief,
    asked: Asked,
    from: Timestamp,
    to: Timestamp,
    stretches: Vec<Shown>,
    looks: Vec<Look>,
    /// Looks beyond those shown.
    is_cut: bool,
    records: Vec<PollRecord>,
}

/// A time in which every look found the same bytes, or none.
struct Shown {
    stretch: Stretch,
    gap: String,
    capture: Option<CaptureId>,
}

/// A look, and what the server answered at the page's own address.
struct Look {
    visit: VisitRow,
    status: Option<u16>,
    sha256: Option<Digest>,
    capture: Option<CaptureId>,
    changes: Vec<ChangeId>,
}

pub async fn looks(
    State(site): State<Site>,
    frame: Frame,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Reply {
    let brief = find(&site, &id).await?.brief;
    let to = field(&asked.to, instant)?.unwrap_or(frame.now + SignedDuration::from_secs(1));
    let usual = to.checked_sub(USUAL).map_err(|_| Trouble::Unreadable)?;
    let from = field(&asked.from, instant)?.unwrap_or(usual);
    if from >= to || to.duration_since(from) > LONGEST {
        return Err(Trouble::Unreadable);
    }
    let url = brief.url.clone();
    let (polls, records) = read(&site, move |settings| {
        let polls = archive::polls(settings, &url, from, to)?;
        Ok((polls, archive::poll_records(settings, from, to)?))
    })
    .await?;
    let mut visits = site
        .store
        .visits_between(&brief.id, from, to, SHOWN + 1)
        .await?;
    let is_cut = visits.len() > SHOWN;
    visits.truncate(SHOWN);
    let changes = changes(&site, &brief, from, to).await?;
    page(&Looks {
        stretches: stretches(&polls),
        looks: joined(visits, &polls, &changes),
        brief,
        asked,
        from,
        to,
        is_cut,
        records,
        frame,
    })
}

/// The changes that a look confirmed, by look.
async fn changes(
    site: &Site,
    brief: &PageBrief,
    from: Timestamp,
    to: Timestamp,
) -> Result<HashMap<VisitId, Vec<ChangeId>>, Trouble> {
    let filter = ChangeFilter {
        page: Some(brief.id.clone()),
        since: Some(from),
        until: to.checked_add(SignedDuration::from_hours(1)).ok(),
        whom: Whom::Everybody,
        ..ChangeFilter::default()
    };
    let mut found: HashMap<VisitId, Vec<ChangeId>> = HashMap::new();
    for change in site.store.changes(&filter).await? {
        found.entry(change.visit).or_default().push(change.id);
    }
    Ok(found)
}

fn joined(
    visits: Vec<VisitRow>,
    polls: &[Poll],
    changes: &HashMap<VisitId, Vec<ChangeId>>,
) -> Vec<Look> {
    let polls: HashMap<&VisitId, &Poll> = polls.iter().map(|poll| (&poll.visit, poll)).collect();
    let look = |visit: VisitRow| {
        let id = VisitId::new(&visit.page, visit.due);
        let poll = polls.get(&id);
        Look {
            status: poll.and_then(|poll| poll.status),
            sha256: poll.and_then(|poll| poll.sha256),
            capture: poll.and_then(|poll| poll.capture),
            changes: changes.get(&id).cloned().unwrap_or_default(),
            visit,
        }
    };
    visits.into_iter().map(look).collect()
}

fn stretches(polls: &[Poll]) -> Vec<Shown> {
    let shown = |stretch: Stretch| {
        let mut polls = polls.iter();
        let holds = polls.find(|poll| poll.sha256.is_some() && poll.sha256 == stretch.sha256);
        Shown {
            gap: format!("{:#}", stretch.longest_gap),
            capture: holds.and_then(|poll| poll.capture),
            stretch,
        }
    };
    archive::stretches(polls).into_iter().map(shown).collect()
}
