//! Every look at a page in a span of time, with what it found, and the records of the archive that show it:
//! so that "it did not stand there" can be said of the time between two looks, and cited.

use std::collections::{BTreeMap, HashMap};

use askama::Template;
use axum::extract::{Path, Query, State};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::events::{instant, read as field};
use super::lines::visit;
use super::pages::find;
use super::proof::read;
use super::{Frame, Reply, Site, Trouble, page};
use crate::archive::{self, Poll, PollRecord, Polled, Stretch};
use crate::model::{self, CaptureId, ChangeId, Freshness, PageBrief, VisitId};
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
struct Log {
    frame: Frame,
    brief: PageBrief,
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

/// A look: what the server answered at the page's own address, and what was made of it.
struct Look {
    at: Timestamp,
    /// The archive's log; `None` where the look did not come to asking.
    poll: Option<Poll>,
    /// `None` where the database no longer keeps it; the log does.
    outcome: Option<model::Look>,
    changes: Vec<ChangeId>,
}

pub async fn looks(
    State(site): State<Site>,
    frame: Frame,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Reply {
    let brief = find(&site, &id).await?.brief;
    let to = field(&asked.to, instant)?.unwrap_or_else(|| tomorrow(frame.now));
    let usual = to.checked_sub(USUAL).map_err(|_| Trouble::Unreadable)?;
    let from = field(&asked.from, instant)?.unwrap_or(usual);
    if from >= to || to.duration_since(from) > LONGEST {
        return Err(Trouble::Unreadable);
    }
    let url = brief.url.clone();
    let Polled { polls, records } = read(&site, move |settings| {
        archive::polls(settings, &url, from, to)
    })
    .await?;
    let visits = site.store.visits_between(&brief.id, from, to).await?;
    let changes = changes(&site, &brief, from, to).await?;
    let mut looks = joined(visits, &polls, &changes);
    let is_cut = looks.len() > SHOWN;
    looks.truncate(SHOWN);
    page(&Log {
        stretches: stretches(&polls),
        looks,
        brief,
        from,
        to,
        is_cut,
        records,
        frame,
    })
}

/// The end of the day (UTC).
fn tomorrow(now: Timestamp) -> Timestamp {
    let today = TimeZone::UTC.to_datetime(now).date();
    let tomorrow = today.tomorrow().unwrap_or(today);
    let begins = TimeZone::UTC.to_timestamp(tomorrow.at(0, 0, 0, 0));
    begins.unwrap_or(now)
}

impl Log {
    /// The days of the span, as the form asks for them.
    #[expect(clippy::unused_self, reason = "a template can only ask its own")]
    fn day(&self, at: &Timestamp) -> String {
        TimeZone::UTC.to_datetime(*at).date().to_string()
    }
}

impl Look {
    /// What the log alone says of it.
    fn told<'w>(&self, frame: &'w Frame) -> &'w str {
        match self.poll.as_ref().map(|poll| poll.outcome) {
            Some(Freshness::New) => frame.say("neue Bytes", "new bytes"),
            Some(Freshness::Same) => frame.say("unverändert", "unchanged"),
            Some(Freshness::Nothing) | None => frame.say("nichts erhalten", "nothing received"),
        }
    }
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
    for one in site.store.legible_changes(&filter).await? {
        let id = one
            .as_ref()
            .map_or_else(|damaged| damaged.id, |change| change.id);
        found.entry(visit(&one).clone()).or_default().push(id);
    }
    Ok(found)
}

/// Newest first.
fn joined(
    visits: Vec<VisitRow>,
    polls: &[Poll],
    changes: &HashMap<VisitId, Vec<ChangeId>>,
) -> Vec<Look> {
    let mut looks: BTreeMap<(Timestamp, VisitId), Look> = BTreeMap::new();
    let mut unasked: HashMap<VisitId, VisitRow> = visits
        .into_iter()
        .map(|visit| (VisitId::new(&visit.page, visit.due), visit))
        .collect();
    for poll in polls {
        let visit = unasked.remove(&poll.visit);
        let look = Look {
            at: poll.at,
            poll: Some(poll.clone()),
            outcome: visit.map(|visit| visit.look),
            changes: changes.get(&poll.visit).cloned().unwrap_or_default(),
        };
        looks.insert((poll.at, poll.visit.clone()), look);
    }
    for (id, visit) in unasked {
        let look = Look {
            at: visit.started,
            poll: None,
            outcome: Some(visit.look),
            changes: changes.get(&id).cloned().unwrap_or_default(),
        };
        looks.insert((visit.started, id), look);
    }
    looks.into_values().rev().collect()
}

fn stretches(polls: &[Poll]) -> Vec<Shown> {
    let shown = |stretch: Stretch| {
        let mut polls = polls.iter();
        let holds = polls.find(|poll| poll.payload() == stretch.sha256);
        Shown {
            gap: match stretch.polls {
                0 | 1 => "–".to_owned(),
                _ => format!(
                    "{:#}",
                    SignedDuration::from_secs(stretch.longest_gap.as_secs())
                ),
            },
            capture: holds
                .filter(|_| stretch.sha256.is_some())
                .and_then(|poll| poll.capture),
            stretch,
        }
    };
    archive::stretches(polls).into_iter().map(shown).collect()
}
