//! A store in a folder of its own, and records to put into it.

use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use uuid::Uuid;

use super::Store;
use crate::model::{
    Basis, Capture, CaptureId, CaptureKind, Change, ChangeId, Channel, Content, Country,
    Difference, Digest, EmailAddress, Entry, EntryKey, Event, EventId, Factuality, Field, Grade,
    Hold, HoldReason, Language, Look, Memory, MessageId, NewDelivery, News, PageBrief, PageId,
    Place, Plan, Purpose, Quote, Record, Resource, Snapshot, Stage, Standing, Statement, Status,
    Text, Told, Turn, Validators, Value, Visit, Weight,
};

pub const LEASE: SignedDuration = SignedDuration::from_mins(5);

/// Minutes after a fixed morning.
pub fn at(minutes: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + minutes * 60).unwrap()
}

pub async fn store_of(pages: usize) -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(&folder.path().join("v.db")).await.unwrap();
    let plans: Vec<_> = (0..pages).map(|n| (brief(n), plan(0))).collect();
    store.register(&plans).await.unwrap();
    (folder, store)
}

pub fn page(n: usize) -> PageId {
    PageId::parse(&format!("page-{n}")).unwrap()
}

pub fn brief(n: usize) -> PageBrief {
    PageBrief {
        id: page(n),
        title: format!("Seite {n}"),
        publisher: "Ministerium für Beispiele".to_owned(),
        url: "https://example.org/".parse().unwrap(),
        language: Language::parse("de").unwrap(),
        party: None,
    }
}

pub fn plan(minutes: i64) -> Plan {
    Plan {
        at: at(minutes),
        purpose: Purpose::Scheduled,
    }
}

/// Claims the one page that is due.
pub async fn claimed(store: &Store, minutes: i64) -> Visit {
    let mut visits = store.due(at(minutes), LEASE, 1).await.unwrap();
    visits.pop().unwrap()
}

/// A look that found nothing new; the next one is due an hour later.
pub fn unchanged(visit: Visit) -> Record {
    let next = Plan {
        at: visit.due + SignedDuration::from_hours(1),
        purpose: Purpose::Scheduled,
    };
    Record {
        finished: visit.started + SignedDuration::from_secs(2),
        visit,
        look: Look::Unchanged,
        problems: Vec::new(),
        captures: Vec::new(),
        resources: Vec::new(),
        memory: None,
        changes: Vec::new(),
        statuses: None,
        events: Vec::new(),
        deliveries: Vec::new(),
        telling: None,
        decided: None,
        next,
    }
}

pub fn entry(key: &str, teaser: &str) -> Entry {
    Entry {
        key: EntryKey::new(key),
        country: None,
        title: Text::whole(key),
        teaser: Text::whole(teaser),
        link: None,
        extra: std::collections::BTreeMap::default(),
        article: None,
    }
}

/// A memory of these entries in which nothing is open.
pub fn memory(entries: Vec<Entry>) -> Memory {
    Memory {
        recipe: Some(Digest::of(b"recipe")),
        lexicon: Some(Digest::of(b"lexicon")),
        snapshot: Some(Snapshot {
            entries,
            list: None,
            articles: std::collections::BTreeMap::default(),
        }),
        ..Memory::default()
    }
}

pub fn hold(minutes: i64) -> Hold {
    Hold {
        id: None,
        reason: HoldReason::Mass { changed: 8, of: 9 },
        since: at(minutes),
        told: None,
        looks: 1,
        entries: vec![entry("KE", "gehalten")],
        list: None,
        articles: std::collections::BTreeMap::default(),
    }
}

pub fn capture(of: &PageId, minutes: i64) -> Capture {
    Capture {
        id: CaptureId(Uuid::new_v4()),
        page: of.clone(),
        url: "https://example.org/liste".parse().unwrap(),
        at: at(minutes),
        status: 200,
        digest: Digest::of(b"bytes"),
        kind: CaptureKind::NotModified,
        truncated: None,
        place: Place {
            file: "a.warc.gz".to_owned(),
            offset: 77,
        },
    }
}

pub fn resource(capture: Capture) -> Resource {
    Resource {
        url: capture.url.clone(),
        validators: Validators {
            etag: Some("W/\"ä'\"".to_owned()),
            last_modified: None,
        },
        kept_at: capture.at,
        full_at: capture.at,
        capture,
    }
}

pub fn change(visit: &Visit, key: &str, told: Told) -> Change {
    let key = EntryKey::new(key);
    Change {
        id: ChangeId::new(&visit.id(), &key, "teaser"),
        visit: visit.id(),
        title: "Kenia".to_owned(),
        difference: Difference {
            key,
            field: Field::Teaser,
            before: Value::Text(Text::whole("alt")),
            after: Value::Text(Text::whole("„neu“")),
            weight: Weight::Substance,
        },
        grade: Grade::Wording,
        told,
        last_old: None,
        first_seen: visit.started,
        confirmed: visit.started,
        evidence_before: None,
        evidence_after: None,
        evidence_article: None,
    }
}

pub fn delivery(visit: &Visit, to: &str, message: &str) -> NewDelivery {
    NewDelivery {
        channel: Channel::Email {
            to: EmailAddress::parse(to).unwrap(),
            language: Language::parse("de").unwrap(),
        },
        message_id: MessageId::new(message),
        content: Content::News(News {
            page: brief(0),
            visit: visit.id(),
            at: visit.started,
            changes: vec![change(visit, "KE", Told::Readers)],
            events: Vec::new(),
            many_at_once: false,
            witness: None,
        }),
        created: visit.started,
    }
}

/// An event of one partner; without a factuality the page no longer speaks of the step.
pub fn event(visit: &Visit, partner: &str, stage: &str, now: Option<Factuality>) -> Event {
    let key = EntryKey::new(partner);
    let said = now.map(|factuality| statement(partner, stage, factuality));
    Event {
        id: EventId::new(&visit.id(), &key, partner, stage),
        page: visit.page.clone(),
        visit: visit.id(),
        key,
        title: partner.to_owned(),
        field: Field::Teaser,
        basis: Basis::Whole,
        partner: Country::parse(partner).ok(),
        stage: Stage::parse(stage).unwrap(),
        turn: if said.is_some() {
            Turn::Brought
        } else {
            Turn::Withdrawn
        },
        before: None,
        after: said,
        status_before: None,
        conflicts: Vec::new(),
        changes: Vec::new(),
        last_old: None,
        first_seen: visit.started,
        confirmed: visit.started,
        evidence_before: None,
        evidence_after: None,
    }
}

pub fn status(page: &PageId, partner: &str, stage: &str) -> Status {
    Status {
        page: page.clone(),
        key: EntryKey::new(partner),
        field: Field::Teaser,
        partner: Country::parse(partner).ok(),
        statement: statement(partner, stage, Factuality::Done),
        since: at(0),
        from_baseline: true,
        evidence: None,
        conflicts: Vec::new(),
    }
}

fn statement(partner: &str, stage: &str, factuality: Factuality) -> Statement {
    let text = "Das Abkommen ist unterzeichnet worden.";
    Statement {
        partners: Country::parse(partner).into_iter().collect(),
        stage: Stage::parse(stage).unwrap(),
        factuality,
        standing: Standing::Main,
        when: None,
        place: None,
        signatories: Vec::new(),
        witnesses: Vec::new(),
        speaker: None,
        legal_type: None,
        quote: Quote {
            text: text.to_owned(),
            start: 0,
            end: text.len(),
        },
        cues: vec!["unterzeichnet".to_owned()],
        rule: "de/test".to_owned(),
    }
}
