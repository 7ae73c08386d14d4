//! What a visit sees with: the network and the archive behind it, or, after a crash, what the journal says was seen.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use url::{Position, Url};

use super::{LEASE, Road, RoadError, Watched};
use crate::archive::{ArchiveError, Kept, Reason};
use crate::fetch;
use crate::model::{
    Capture, CaptureId, EntryKey, Exchange, Fetched, Freshness, JournalLine, Moved, Problem,
    Request, Resource, Seen, Sight, Validators, Visit,
};

/// The full page is asked for at least this often, as validators may lie.
const FULL_EVERY: SignedDuration = SignedDuration::from_hours(24);

/// Where a host's rules stand (RFC 9309, section 2.3).
pub(super) const ROBOTS: &str = "/robots.txt";

/// Whether validators may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    Conditionally,
    ForAll,
}

/// One address as it was seen.
#[derive(Debug, Clone, PartialEq)]
pub struct Glimpse {
    pub sight: Sight,
    /// The answer with its body; `None` where nothing came, or 304.
    pub exchange: Option<Arc<Exchange>>,
    /// Records written to the archive for it, redirects and robots.txt included.
    pub written: Vec<Capture>,
    /// What is known of the address now, and of its robots.txt, where that is new.
    pub resources: Vec<Resource>,
    pub retry_after: Option<Timestamp>,
}

/// Where glimpses come from.
pub trait Eyes {
    /// Sees one address; what is seen is in the archive before it is returned.
    async fn see(
        &mut self,
        url: &Url,
        entry: Option<&EntryKey>,
        asking: Asking,
    ) -> Result<Glimpse, RoadError>;

    /// What was known of an address before this look.
    fn known(&self, url: &Url) -> Option<&Resource>;

    /// Whether an address was read before; those that were not come first.
    fn has_read(&self, url: &Url) -> bool {
        self.known(url).is_some()
    }

    /// The capture that holds the payload an address had last.
    fn last_seen(&self, url: &Url) -> Option<CaptureId> {
        self.known(url).map(|known| known.capture.id)
    }

    /// The time of the look.
    fn now(&self) -> Timestamp;

    /// Whether it has this address in sight at all: memory has only what was looked at then.
    fn reaches(&self, url: &Url) -> bool;

    /// Writes down what was seen and the time of the look, before anything is recorded.
    async fn journal(&self, looked: Timestamp, sights: Vec<Sight>) -> Result<(), RoadError>;
}

/// The network, and the archive behind it.
pub struct Live<'a> {
    road: &'a Road,
    watched: &'a Watched,
    visit: Visit,
    resources: BTreeMap<Url, Resource>,
    renewed: Timestamp,
}

impl<'a> Live<'a> {
    /// What is known of the visit's addresses passes over to the eyes.
    pub fn open(road: &'a Road, watched: &'a Watched, visit: &mut Visit) -> Self {
        let resources = std::mem::take(&mut visit.known).into_iter();
        let keyed = |resource: Resource| (resource.url.clone(), resource);
        Self {
            road,
            watched,
            visit: visit.clone(),
            resources: resources.map(keyed).collect(),
            renewed: visit.started,
        }
    }

    fn request(&self, url: &Url, known: Option<&Resource>, asking: Asking) -> Request {
        let page = &self.watched.page;
        let fresh = |known: &&Resource| self.now().duration_since(known.full_at) < FULL_EVERY;
        let validators = known
            .filter(|_| asking == Asking::Conditionally)
            .filter(fresh)
            .map(|known| known.validators.clone())
            .filter(|validators| *validators != Validators::default());
        Request {
            url: url.clone(),
            language: page.language.clone(),
            validators,
            coding: page.coding,
            robots: page.robots.clone(),
            limits: page.guards.limits,
        }
    }

    /// A visit with many articles behind a long pause must not lose its lease on the way.
    async fn keep_lease(&mut self) -> Result<(), RoadError> {
        let now = self.now();
        if now.duration_since(self.renewed) > LEASE / 3 {
            self.road.store.renew(&self.visit, now, LEASE).await?;
            self.renewed = now;
        }
        Ok(())
    }
}

impl Eyes for Live<'_> {
    async fn see(
        &mut self,
        url: &Url,
        entry: Option<&EntryKey>,
        asking: Asking,
    ) -> Result<Glimpse, RoadError> {
        self.keep_lease().await?;
        let known = self.resources.get(url);
        let request = self.request(url, known, asking);
        let mut fetched = fetch::fetch(&self.road.client, &request).await;
        let mut glimpse = blind(url, entry, &fetched);
        let mut asked = fetched.exchanges.iter();
        let asked = asked.find(|asked| is_same(&asked.url, url));
        let asked = asked.map(|asked| asked.started);
        glimpse.sight.at = asked.or_else(|| Some(self.now()));
        let answer = fetched.take_answer().map(Arc::new);
        let mut led: Vec<(Url, Url)> = Vec::new();
        for hop in fetched.exchanges {
            let to = leads(&hop);
            let via = via(&led, &hop.url);
            let rules = self.resources.get(&hop.url).filter(|_| is_rules(&hop));
            let hop = Arc::new(hop);
            let kept = self.keep(Arc::clone(&hop), via, rules).await?;
            if is_rules(&hop) {
                let learnt = learnt(&hop.url, rules, &hop, &kept, false);
                glimpse.resources.extend(learnt);
            }
            if let Some(to) = to {
                follow(&mut glimpse.sight, &hop.url, &to, kept.capture.id);
                led.push((hop.url.clone(), to));
            }
            glimpse.sight.evidence = Some(kept.capture);
            glimpse.written.extend(kept.written);
        }
        let Some(answer) = answer else {
            return Ok(glimpse);
        };
        glimpse.sight.evidence = None;
        let via = via(&led, &answer.url);
        let kept = self.keep(Arc::clone(&answer), via, known).await?;
        let in_full = request.validators.is_none() || glimpse.sight.moved.is_some();
        glimpse
            .resources
            .extend(learnt(url, known, &answer, &kept, in_full));
        glimpse.sight.freshness = kept.freshness;
        glimpse.sight.capture = Some(kept.capture);
        glimpse.written.extend(kept.written);
        glimpse.exchange = Some(answer).filter(|answer| answer.response.status == 200);
        Ok(glimpse)
    }

    fn known(&self, url: &Url) -> Option<&Resource> {
        self.resources.get(url)
    }

    fn now(&self) -> Timestamp {
        (self.road.clock)()
    }

    fn reaches(&self, _url: &Url) -> bool {
        true
    }

    async fn journal(&self, looked: Timestamp, sights: Vec<Sight>) -> Result<(), RoadError> {
        let line = JournalLine::Visit(Seen {
            visit: self.visit.id(),
            page: self.visit.page.clone(),
            due: self.visit.due,
            at: self.now(),
            started: Some(self.visit.started),
            looked: Some(looked),
            purpose: self.visit.purpose,
            sights,
        });
        Ok(self.road.archive.journal(&line).await?)
    }
}

impl Live<'_> {
    async fn keep(
        &self,
        exchange: Arc<Exchange>,
        via: Option<Url>,
        known: Option<&Resource>,
    ) -> Result<Kept, RoadError> {
        let reason = Reason {
            purpose: self.visit.purpose,
            via,
            robots: self.watched.page.robots.clone(),
        };
        let archive = &self.road.archive;
        let kept = archive.append(&self.visit.page, exchange, reason, known);
        Ok(kept.await?)
    }
}

/// Where a redirect leads.
fn leads(hop: &Exchange) -> Option<Url> {
    let to = hop.response.header("location")?;
    let mut to = hop.url.join(to).ok()?;
    to.set_fragment(None);
    (300..400).contains(&hop.response.status).then_some(to)
}

/// Whether two addresses are one to a server.
fn is_same(one: &Url, other: &Url) -> bool {
    one[..Position::AfterQuery] == other[..Position::AfterQuery]
}

/// Rules that were read. They are asked for by each process, and are the same bytes for months.
fn is_rules(hop: &Exchange) -> bool {
    hop.url.path() == ROBOTS && hop.response.status == 200
}

/// The server's validators, which speak of no other address than its own.
fn validators(url: &Url, answer: &Exchange) -> Validators {
    if is_same(url, &answer.url) {
        answer.response.validators()
    } else {
        Validators::default()
    }
}

/// Goes on where a redirect leads; those of robots.txt lead nowhere.
fn follow(sight: &mut Sight, from: &Url, to: &Url, by: CaptureId) {
    match &mut sight.moved {
        Some(moved) if is_same(&moved.to, from) => moved.to = to.clone(),
        None if is_same(&sight.url, from) => sight.moved = Some(Moved { to: to.clone(), by }),
        _ => {}
    }
}

/// From which address a redirect led to this one.
fn via(led: &[(Url, Url)], url: &Url) -> Option<Url> {
    let mut led = led.iter().filter(|(_, to)| to == url);
    led.next().map(|(from, _)| from.clone())
}

/// A glimpse before anything of it is kept.
fn blind(url: &Url, entry: Option<&EntryKey>, fetched: &Fetched) -> Glimpse {
    Glimpse {
        sight: Sight {
            entry: entry.cloned(),
            url: url.clone(),
            at: None,
            status: fetched.exchanges.last().map(|last| last.response.status),
            capture: None,
            moved: None,
            evidence: None,
            freshness: Freshness::Nothing,
            problem: fetched.problem.clone(),
        },
        exchange: None,
        written: Vec::new(),
        resources: Vec::new(),
        retry_after: fetched.retry_after,
    }
}

/// What an answer teaches of its address; `None` where that was known.
fn learnt(
    url: &Url,
    known: Option<&Resource>,
    answer: &Exchange,
    kept: &Kept,
    in_full: bool,
) -> Option<Resource> {
    let at = answer.started;
    let written = kept.written.as_ref().map(|capture| capture.at);
    let kept_at = |known: &Resource| written.unwrap_or(known.kept_at);
    if answer.response.status == 304 {
        return known.zip(written).map(|(known, kept_at)| Resource {
            kept_at,
            ..known.clone()
        });
    }
    let validators = validators(url, answer);
    // Without validators every request is a full one, and its time is worth no row.
    let counts = in_full && validators != Validators::default();
    let now = Resource {
        url: url.clone(),
        capture: kept.capture.clone(),
        kept_at: known.map_or(at, kept_at),
        full_at: known.filter(|_| !counts).map_or(at, |known| known.full_at),
        validators,
    };
    (known != Some(&now)).then_some(now)
}

/// The journal's word for what a visit saw.
pub struct Remembered<'a> {
    road: &'a Road,
    seen: Seen,
    /// As they were before that visit.
    resources: BTreeMap<Url, Resource>,
    /// What the archive no longer gives.
    pub unread: Vec<String>,
}

impl<'a> Remembered<'a> {
    pub async fn open(road: &'a Road, seen: Seen) -> Result<Self, RoadError> {
        let resources = road.store.resources(&seen.page).await?;
        let keyed = |resource: Resource| (resource.url.clone(), resource);
        Ok(Self {
            road,
            seen,
            resources: resources.into_iter().map(keyed).collect(),
            unread: Vec::new(),
        })
    }

    /// Today's recipe may name an entry, and today's page file its list, otherwise than that visit did.
    fn sight(&self, url: &Url, entry: Option<&EntryKey>) -> Option<&Sight> {
        let mut sights = self.seen.sights.iter();
        sights.find(|sight| match entry {
            None => sight.entry.is_none(),
            Some(_) => sight.entry.is_some() && sight.url == *url,
        })
    }

    /// What cannot be read any more is as if nothing had been received; one damaged record does not
    /// take all of history with it.
    fn pass_over(&mut self, sight: &mut Sight, capture: &Capture, error: &ArchiveError) {
        let visit = &self.seen.visit;
        tracing::warn!(%visit, capture = %capture.id, %error, "a capture cannot be read any more; the look is taken as if it had received nothing");
        self.unread
            .push(format!("{visit}, capture {}: {error}", capture.id));
        sight.capture = None;
        sight.freshness = Freshness::Nothing;
        sight.problem = Some(Problem::Unreadable(error.to_string()));
    }

    async fn read(&self, capture: &Capture) -> Result<Exchange, RoadError> {
        // A file may have been written anew since the line was: the database knows where to look.
        let known = self.road.store.capture(capture.id).await?;
        let place = known.map_or_else(|| capture.place.clone(), |known| known.place);
        Ok(self.road.archive.read(capture.id, &place).await?)
    }

    fn resource(&self, sight: &Sight, capture: &Capture, exchange: &Exchange) -> Option<Resource> {
        let known = self.resources.get(&sight.url);
        let is_known = known.is_some_and(|known| known.capture.id == capture.id);
        (!is_known).then(|| Resource {
            url: sight.url.clone(),
            validators: validators(&sight.url, exchange),
            capture: capture.clone(),
            kept_at: self.now(),
            full_at: self.now(),
        })
    }
}

impl Eyes for Remembered<'_> {
    async fn see(
        &mut self,
        url: &Url,
        entry: Option<&EntryKey>,
        asking: Asking,
    ) -> Result<Glimpse, RoadError> {
        let sight = self.sight(url, entry).cloned();
        let sight = sight.unwrap_or_else(|| unseen(url, entry));
        let mut glimpse = Glimpse {
            sight,
            exchange: None,
            written: Vec::new(),
            resources: Vec::new(),
            retry_after: None,
        };
        let Some(capture) = glimpse.sight.capture.clone() else {
            return Ok(glimpse);
        };
        // Nobody reads what is known to be the same.
        if asking == Asking::ForAll || glimpse.sight.freshness != Freshness::Same {
            let exchange = match self.read(&capture).await {
                Err(RoadError::Archive(error)) if is_of_one_record(&error) => {
                    self.pass_over(&mut glimpse.sight, &capture, &error);
                    return Ok(glimpse);
                }
                read => read?,
            };
            let resource = self.resource(&glimpse.sight, &capture, &exchange);
            glimpse.resources.extend(resource);
            glimpse.exchange = Some(Arc::new(exchange));
            glimpse.written = vec![capture];
        }
        Ok(glimpse)
    }

    fn known(&self, url: &Url) -> Option<&Resource> {
        self.resources.get(url)
    }

    fn now(&self) -> Timestamp {
        self.seen.looked()
    }

    /// What that visit read is read again, and nothing else.
    fn reaches(&self, url: &Url) -> bool {
        self.seen.sights.iter().any(|sight| sight.url == *url)
    }

    /// It stands there already.
    async fn journal(&self, _looked: Timestamp, _sights: Vec<Sight>) -> Result<(), RoadError> {
        Ok(())
    }
}

/// Damage to a record or the loss of its file, and no trouble of the whole archive.
fn is_of_one_record(error: &ArchiveError) -> bool {
    match error {
        ArchiveError::Damaged { .. } | ArchiveError::Unknown(_) => true,
        ArchiveError::Io { source, .. } => source.kind() == std::io::ErrorKind::NotFound,
        ArchiveError::Full { .. } => false,
    }
}

/// An address the journal does not name was not looked at in that visit.
fn unseen(url: &Url, entry: Option<&EntryKey>) -> Sight {
    Sight {
        entry: entry.cloned(),
        url: url.clone(),
        at: None,
        status: None,
        capture: None,
        moved: None,
        evidence: None,
        freshness: Freshness::Nothing,
        problem: None,
    }
}
