//! Both roads of the product: a visit, from a due page to its record, and a delivery, from its row to its outcome.

mod backfill;
mod background;
mod catch_up;
mod decide;
mod eyes;
mod import;
mod look;
mod recover;
mod rederive;
mod earlier;
mod replay;
mod reinterpret;
mod upkeep;
mod understand;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::SignedDuration;
use tokio::sync::{Notify, Semaphore};
use url::Url;

use crate::address::{self, Dispatch};
use crate::archive::{self, Archive, ArchiveError};
use crate::compare::compare;
use crate::extract::Recipe;
use crate::fetch::{self, Client};
use crate::interpret::{self, Lexicon};
use crate::judge::{Case, judge};
use crate::model::{
    Change, Channel, Clock, Decision, Delivery, Event, FeedScope, Freshness, Judgement, Look,
    Memory, Notice, Outcome, Page, PageBrief, Plan, Problem, Reading, Record, Ruled, Subscription,
    Telling, Visit, WebhookId, Witness,
};
use crate::notify::{self, Notifier, SendError, webhook};
use crate::schedule::{self, Schedule};
use crate::store::{AtWork, Bounce, Recorded, Store, StoreError};

pub use backfill::{Backfill, Backfilled, Pace, backfill};
pub use background::{Defect, in_background, within};
pub use catch_up::{Audience, catch_up, is_behind};
pub use decide::{Decided, decide};
pub use earlier::{ReadEarlier, earlier};
use eyes::{Asking, Eyes, Live};
pub use import::{Brought, import};
use look::{Looked, look};
pub use recover::recover;
pub use reinterpret::{Reinterpreted, reinterpret};
pub use replay::{Replayed, replay};
use understand::{Understood, understand};
pub use upkeep::{Done, Upkeep, upkeep};

/// How long a visit or a delivery may stay without a word before another may take it.
pub const LEASE: SignedDuration = SignedDuration::from_mins(10);

/// All that the stages need and nobody but the pipeline has together. Cheap to clone.
#[derive(Clone)]
pub struct Road {
    pub store: Store,
    /// Keeps the leases of this process alive.
    pub at_work: Arc<AtWork>,
    pub archive: Archive,
    pub client: Client,
    pub notifier: Notifier,
    pub subscriptions: Arc<Vec<Subscription>>,
    pub webhooks: Arc<BTreeMap<WebhookId, Webhook>>,
    /// The right side of every Message-ID.
    pub mail_domain: String,
    pub jitter: SignedDuration,
    /// Tells the senders that there is something to send.
    pub news: Arc<Notify>,
    pub clock: Clock,
    /// As many pages are parsed at once as there are cores.
    pub parsers: Arc<Semaphore>,
}

/// Where a webhook is, and the secret that both sides know.
#[derive(Debug, Clone)]
pub struct Webhook {
    pub url: Url,
    pub secret: webhook::Secret,
}

/// A page with its schedule and recipe, ready to be visited.
#[derive(Debug, Clone)]
pub struct Watched {
    pub page: Page,
    pub schedule: Schedule,
    pub recipe: Recipe,
}

/// Why a visit or a delivery could not be brought to its record. Nothing is lost: the lease runs out and it is done again.
#[derive(Debug, thiserror::Error)]
pub enum RoadError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error(transparent)]
    Defect(#[from] Defect),
}

/// What a visit came to, for whoever asked for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Visited {
    pub visit: Visit,
    pub recorded: Recorded,
    pub look: Look,
    pub problems: Vec<Problem>,
    pub rulings: Vec<Ruled>,
    pub changes: Vec<Change>,
    /// What the changes mean, heaviest first.
    pub events: Vec<Event>,
    pub notices: Vec<Notice>,
    pub entries: usize,
    pub next: Plan,
}

/// A delivery that was tried.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    pub delivery: Delivery,
    pub outcome: Outcome,
}

impl Watched {
    pub fn brief(&self) -> PageBrief {
        PageBrief {
            id: self.page.id.clone(),
            title: self.page.title.clone(),
            publisher: self.page.publisher.clone(),
            url: self.page.url.clone(),
            language: self.page.language.clone(),
            party: self.page.party,
        }
    }
}

/// One visit: fetch → archive → extract, for the list and each article that is due; then one record.
pub async fn visit(road: &Road, watched: &Watched, mut visit: Visit) -> Result<Visited, RoadError> {
    let mut eyes = Live::open(road, watched, &mut visit);
    travel(road, watched, visit, &mut eyes).await
}

/// One delivery, if one may be tried now: claim → render and send → settle.
pub async fn deliver(road: &Road) -> Result<Option<Tried>, RoadError> {
    let now = (road.clock)();
    let Some(delivery) = road.store.claim(now, LEASE).await? else {
        road.notifier.rest().await;
        return Ok(None);
    };
    let outcome = if is_subscribed(road, &delivery.channel) {
        let result = send(road, &delivery).await?;
        if let (Channel::Reader { .. }, Err(SendError::Permanent(_))) = (&delivery.channel, &result)
        {
            // The next hop knows already what a bounce would tell later.
            let message = delivery.message_id.name();
            road.store.bounced(message, Bounce::Hard, now).await?;
        }
        notify::outcome(&delivery, result, (road.clock)())
    } else {
        Outcome::Withdrawn
    };
    let (id, token) = (delivery.id, delivery.token);
    road.store
        .settle(id, token, &outcome, (road.clock)())
        .await?;
    Ok(Some(Tried { delivery, outcome }))
}

/// Freezes the digests that are due, some readers at a time; says how many readers' time had come.
pub async fn digest(road: &Road) -> Result<usize, RoadError> {
    /// Other writers wait no longer than these take.
    const READERS: usize = 100;
    let now = (road.clock)();
    let mut served = 0;
    loop {
        let some = road
            .store
            .freeze_digests(now, READERS, &road.mail_domain)
            .await?;
        served += some;
        if some < READERS {
            return Ok(served);
        }
    }
}

/// The road of a visit, whichever eyes it sees with: the network's, or the journal's after a crash.
async fn travel(
    road: &Road,
    watched: &Watched,
    visit: Visit,
    eyes: &mut impl Eyes,
) -> Result<Visited, RoadError> {
    let asking = look::asking(watched, &visit);
    let list = eyes.see(&watched.page.url, None, asking).await?;
    let nothing_new = asking == Asking::Conditionally
        && list.sight.freshness == Freshness::Same
        && !watched.recipe.follows();
    let (memory, looked) = if nothing_new {
        let mut looked = Looked::new(eyes.now());
        looked.note(&list);
        (Memory::default(), looked)
    } else {
        let memory = rederive::current(road, watched).await?;
        let looked = look(road, watched, &visit, &memory, list, eyes).await?;
        (memory, looked)
    };
    eyes.journal(looked.at, looked.sights.clone()).await?;
    let judgement = match &looked.reading {
        Some(reading) => consider(watched, &visit, &memory, reading),
        None => unchanged(&memory),
    };
    let record = conclude(road, watched, visit, &memory, &looked, &judgement, None).await?;
    let visited = visited(&record, judgement, looked.entries());
    let recorded = road.store.record(record).await?;
    Ok(Visited {
        recorded,
        ..visited
    })
}

fn visited(record: &Record, judgement: Judgement, entries: usize) -> Visited {
    Visited {
        visit: record.visit.clone(),
        recorded: Recorded::Done,
        look: judgement.look,
        problems: record.problems.clone(),
        rulings: judgement.rulings,
        changes: judgement.changes,
        events: record.events.clone(),
        notices: judgement.notices,
        entries,
        next: record.next,
    }
}

/// extract → compare → judge.
fn consider(watched: &Watched, visit: &Visit, memory: &Memory, reading: &Reading) -> Judgement {
    let differences = compare(memory.confirmed(), &reading.entries);
    let case = Case {
        page: &watched.page,
        recipe: watched.recipe.version(),
        visit: &visit.id(),
        reading,
    };
    judge(case, memory, differences)
}

/// A look at bytes that were judged before.
fn unchanged(memory: &Memory) -> Judgement {
    Judgement {
        look: Look::Unchanged,
        rulings: Vec::new(),
        changes: Vec::new(),
        notices: Vec::new(),
        memory: memory.clone(),
    }
}

/// judge → interpret → address → schedule: what is to be recorded.
async fn conclude(
    road: &Road,
    watched: &Watched,
    visit: Visit,
    memory: &Memory,
    looked: &Looked,
    judgement: &Judgement,
    decided: Option<Decision>,
) -> Result<Record, RoadError> {
    let (page, id, at) = (watched.brief(), visit.id(), looked.at);
    let Understood { statuses, events } =
        understand(road, watched, &id, at, memory, judgement).await?;
    let mut news = interpret::news(&page, &id, at, &judgement.changes, &events);
    if news.is_some() && road.store.is_quiet(&visit.page).await? {
        // It may have been told before the restore. It is history like any other, and mailed to nobody.
        tracing::warn!(page = %visit.page, changes = judgement.changes.len(), "recorded and mailed to nobody: the database comes from a backup");
        news = None;
    }
    if let Some(news) = &mut news {
        news.witness = witness(road);
    }
    let deliveries = address::address(
        &road.subscriptions,
        Dispatch {
            page: &page,
            visit: &id,
            at,
            news: news.as_ref(),
            notices: &judgement.notices,
            mail_domain: &road.mail_domain,
        },
    );
    let next = schedule::next(
        &watched.schedule,
        &watched.page,
        judgement,
        looked.retry_after,
        road.jitter,
        at,
    );
    let mut remembered = judgement.memory.clone();
    if remembered.snapshot.is_some() {
        remembered.lexicon = Some(Lexicon::version());
    }
    Ok(Record {
        visit,
        finished: at,
        look: judgement.look.clone(),
        problems: looked.problems(),
        captures: looked.captures.clone(),
        resources: looked.resources.clone(),
        memory: (remembered != *memory).then_some(remembered),
        changes: judgement.changes.clone(),
        statuses,
        events,
        deliveries,
        telling: news.map(|news| Telling {
            news,
            mail_domain: road.mail_domain.clone(),
        }),
        decided,
        next,
    })
}

/// The archive's last checkpoint. One that cannot be read keeps no news from anybody.
fn witness(road: &Road) -> Option<Witness> {
    archive::witness(road.archive.settings()).unwrap_or_else(|error| {
        tracing::warn!(%error, "the archive's checkpoints cannot be read; the news goes out without one");
        None
    })
}

async fn send(road: &Road, delivery: &Delivery) -> Result<Result<(), SendError>, StoreError> {
    /// Newest visits with news that a feed holds.
    const FEED_LENGTH: usize = 100;
    match &delivery.channel {
        Channel::Feed(scope) => {
            let page = match scope {
                FeedScope::All => None,
                FeedScope::Page(page) => Some(page),
            };
            let news = road.store.news(page, FEED_LENGTH).await?;
            let corrections = road.store.corrections().await?;
            let witness = witness(road);
            let written = road.notifier.write_feed(scope, news, corrections, witness);
            Ok(written.await)
        }
        Channel::Webhook(name) => Ok(match road.webhooks.get(name) {
            Some(webhook) => knock(road, webhook, delivery).await,
            None => Err(SendError::Permanent(format!(
                "no webhook {name} is configured"
            ))),
        }),
        _ => Ok(road.notifier.send(delivery).await),
    }
}

async fn knock(road: &Road, webhook: &Webhook, delivery: &Delivery) -> Result<(), SendError> {
    let body = webhook::body(delivery);
    let proof = webhook.secret.sign(&body, (road.clock)());
    let document = fetch::Document {
        url: &webhook.url,
        body: &body,
        proof: (webhook::SIGNATURE, &proof),
    };
    webhook::outcome(fetch::tell(&road.client, document).await)
}

/// Whether the operator's configuration still names this channel.
fn is_subscribed(road: &Road, channel: &Channel) -> bool {
    let mut channels = road.subscriptions.iter().map(|one| &one.channel);
    if let Channel::Reader { .. } = channel {
        // The store withdraws what a subscriber no longer wants before it gives it out.
        return true;
    }
    channels.any(|known| match (known, channel) {
        // Whoever reads another language now still wants what is waiting.
        (Channel::Email { to: known, .. }, Channel::Email { to, .. }) => known == to,
        _ => known == channel,
    })
}
