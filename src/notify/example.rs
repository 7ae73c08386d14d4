//! Deliveries for this module's tests: one page, a few changes of every kind.

use std::collections::BTreeMap;

use jiff::Timestamp;
use url::Url;
use uuid::Uuid;

use super::{Links, Permalinks, Settings};
use crate::model::{
    Anchor, Basis, Beat, Cadence, CaptureId, CaptureRef, Change, ChangeId, Channel, Collection,
    Conflict, Content, Correction, Country, Damage, Delivery, DeliveryId, Difference, Digest,
    EmailAddress, Entry, EntryKey, Event, EventId, Extent, Factuality, Fault, Field, Grade, Hour,
    Invitation, Key, Language, LeaseToken, LegalType, Link, MessageId, News, Notice, NoticeKind,
    PageBrief, PageId, Precision, Profile, Quiet, Quote, Silence, Stage, Standing, Statement,
    Status, SubscriberId, Text, Told, Turn, Value, VisitId, Watch, Weight, Welcome, When, Wish,
    Witness, Wording, Zone,
};

pub fn settings() -> Settings {
    Settings {
        smtp: None,
        from: address("vermerk@example.org"),
        stop_contact: "redaktion@example.org".into(),
        json_lines: None,
        feed_folder: None,
        feed_url: Url::parse("https://feeds.example.org/v").ok(),
        links: Some(Links {
            open: Permalinks {
                base: url("https://vermerk.example/"),
            },
            key: Key::new([7; 32]),
            bounces: EmailAddress::parse("bounces@example.org").ok(),
        }),
    }
}

pub fn page() -> PageBrief {
    PageBrief {
        id: PageId::parse("bmi-migration").expect("an id"),
        title: "Migrationspartnerschaften".into(),
        publisher: "Bundesministerium des Innern".into(),
        url: url("https://www.bmi.example/themen/migration/partnerschaften.html"),
        language: language("de"),
        party: Country::parse("DE").ok(),
    }
}

pub fn reworded() -> Change {
    altered(
        "KE",
        "Kenia",
        Field::Teaser,
        "Deutschland und Kenia verhandeln derzeit über ein Abkommen zur Migration.",
        "Deutschland und Kenia haben am 13. September 2024 ein Abkommen zur Migration unterzeichnet.",
    )
}

pub fn cut() -> Change {
    altered(
        "UZ",
        "Usbekistan",
        Field::Teaser,
        "Mit Usbekistan reden wir über Fachkräfte, Rückkehr und Visa …",
        "Mit Usbekistan reden wir seit dem Besuch in Samarkand über Fachkräfte …",
    )
}

pub fn article() -> Change {
    let long = (0..90)
        .map(|i| format!("Wort{i} "))
        .collect::<Vec<_>>()
        .concat();
    altered(
        "KE",
        "Kenia",
        Field::Article,
        &format!("{long}Das Abkommen wird vorbereitet."),
        &format!("{long}Das Abkommen wird seit Mai angewendet."),
    )
}

pub fn page_text() -> Change {
    altered(
        "page",
        "Migrationspartnerschaften",
        Field::Teaser,
        "Wir reden mit fünf Ländern.",
        "Wir reden mit sechs Ländern.",
    )
}

pub fn appeared() -> Change {
    presence(Value::Absent, Value::Entry(Box::new(entry("GH", "Ghana"))))
}

pub fn vanished() -> Change {
    presence(Value::Entry(Box::new(entry("GH", "Ghana"))), Value::Absent)
}

/// An entry that came or went together with the article behind it.
pub fn with_article(mut change: Change) -> Change {
    let Difference { before, after, .. } = &mut change.difference;
    for side in [before, after] {
        if let Value::Entry(entry) = side {
            entry.article = Some(text("Ghana hat seit 2022 ein Zentrum für Jobs."));
        }
    }
    change.evidence_article = Some(capture("article", "2024-09-14T06:00:09Z"));
    change
}

pub fn renamed() -> Change {
    altered(
        "MD",
        "Republik Moldau",
        Field::Title,
        "Moldau",
        "Republik Moldau",
    )
}

pub fn moved() -> Change {
    let link = |end: &str| {
        Value::Link(
            Link::new(url(&format!("https://www.bmi.example/laender/{end}.html"))).expect("a link"),
        )
    };
    change("KE", "Kenia", Field::Link, link("kenia"), link("kenia-neu"))
}

pub fn altered(key: &str, title: &str, field: Field, before: &str, after: &str) -> Change {
    change(
        key,
        title,
        field,
        Value::Text(text(before)),
        Value::Text(text(after)),
    )
}

pub fn news(changes: Vec<Change>) -> News {
    News {
        page: page(),
        visit: visit(),
        at: time("2024-09-16T06:10:07Z"),
        changes,
        events: Vec::new(),
        many_at_once: false,
        witness: None,
    }
}

pub fn witness(size: u64) -> Witness {
    Witness {
        origin: "vermerk/bmi/5f2a9c01".into(),
        size,
        root: "kRz1mJ0tK7C9yW8eD1pQ4vXb6nHs3gUf2aLoIiEwMxQ=".into(),
        key: "1f0c77aa".into(),
    }
}

pub fn damage() -> Delivery {
    let fault = |record: Option<&str>| Fault {
        file: "vermerk-20240930000003-00001.warc.gz".into(),
        offset: 20_481,
        record: record.map(str::to_owned),
        what: "the block does not have its digest".into(),
    };
    Delivery {
        content: Content::Damage(Damage {
            at: time("2024-10-02T03:00:00Z"),
            faults: vec![
                fault(Some("urn:uuid:0b5c7a3e-9c55-4b8e-8a55-0d6f1b0e2f11")),
                fault(None),
            ],
            count: 7,
        }),
        ..notice(NoticeKind::Broken)
    }
}

/// The signing that `reworded` brings.
pub fn signed() -> Event {
    let change = reworded();
    let before = said("NEGOTIATING", Factuality::Ongoing, &change, true);
    let mut after = said("SIGNED", Factuality::Done, &change, false);
    after.when = Some(When {
        raw: "am 13. September 2024".into(),
        date: Some("2024-09-13".into()),
        interval: "2024-09-13/2024-09-13".into(),
        precision: Precision::Day,
        anchor: Anchor::Stated,
    });
    after.legal_type = LegalType::parse("TREATY").ok();
    after.cues = vec!["unterzeichnet".into(), "Abkommen".into()];
    happening(&change, "KE", Some(before), Some(after))
}

/// A signing that teaser and article tell alike, the article with more around it.
pub fn folded() -> News {
    let lead = "Deutschland und Kenia haben am 13. September 2024 ein Abkommen zur Migration unterzeichnet.";
    let facts = "Zahlen und Daten\nHauptstadt: Nairobi\nStand der Zusammenarbeit";
    let article = altered(
        "KE",
        "Kenia",
        Field::Article,
        &format!(
            "Deutschland und Kenia verhandeln derzeit über ein Abkommen zur Migration.\n{facts}\n\
             Die zweite Runde fand am 15. Mai 2024 in Nairobi statt."
        ),
        &format!("{lead}\n{facts}\nIn Kraft ist es noch nicht."),
    );
    let mut event = signed();
    event.changes.push(article.id);
    telling(vec![event], vec![reworded(), article])
}

/// The same, where the page contradicts itself and was only heard of by hearsay, over a cut.
pub fn doubtful() -> Event {
    let change = reworded();
    let mut event = signed();
    if let Some(after) = &mut event.after {
        after.factuality = Factuality::ReportedDone;
        after.place = Some("Berlin".into());
        after.signatories = vec!["Ministerin A".into(), "Minister B".into()];
        after.witnesses = vec!["Kanzler C".into()];
        after.speaker = Some("das Außenministerium".into());
        after.legal_type = None;
        if let Some(when) = &mut after.when {
            "gestern".clone_into(&mut when.raw);
            when.anchor = Anchor::Capture;
        }
    }
    event.basis = Basis::Cut;
    let mut other = said("SIGNED", Factuality::Done, &change, true);
    other.when = Some(When {
        raw: "Ende 2023".into(),
        date: Some("2023".into()),
        interval: "2023-09/2023-12".into(),
        precision: Precision::PartOfYear,
        anchor: Anchor::Stated,
    });
    event.conflicts = vec![
        Conflict {
            page: page().id,
            field: Field::Article,
            other: other.clone(),
        },
        Conflict {
            page: PageId::parse("bmi-migration-en").expect("an id"),
            field: Field::Teaser,
            other,
        },
    ];
    event
}

/// A plan that the page no longer names.
pub fn dropped() -> Event {
    let change = cut();
    let before = said("SIGNED", Factuality::Planned, &change, true);
    let mut event = happening(&change, "UZ", Some(before), None);
    event.status_before = None;
    event
}

pub fn incomplete() -> Event {
    let change = cut();
    let after = said("SIGNED", Factuality::Incomplete, &change, false);
    let mut event = happening(&change, "UZ", None, Some(after));
    event.basis = Basis::Cut;
    event
}

fn happening(
    change: &Change,
    partner: &str,
    before: Option<Statement>,
    after: Option<Statement>,
) -> Event {
    let key = change.difference.key.clone();
    let stage = after
        .as_ref()
        .or(before.as_ref())
        .expect("a side")
        .stage
        .clone();
    let same = before.clone().filter(|before| before.stage == stage);
    Event {
        id: EventId::new(&visit(), &key, partner, stage.as_str()),
        page: page().id,
        visit: visit(),
        key,
        title: change.title.clone(),
        field: change.difference.field.clone(),
        basis: Basis::Whole,
        partner: Country::parse(partner).ok(),
        turn: match (&same, &after) {
            (_, None) => Turn::Withdrawn,
            (None, _) => Turn::Brought,
            _ => Turn::Revised,
        },
        stage,
        before: same,
        after,
        status_before: before,
        conflicts: Vec::new(),
        changes: vec![change.id],
        last_old: change.last_old,
        first_seen: change.first_seen,
        confirmed: change.confirmed,
        evidence_before: change.evidence_before.clone(),
        evidence_after: change.evidence_after.clone(),
    }
}

/// The whole of one side of a change as one statement.
fn said(stage: &str, factuality: Factuality, change: &Change, before: bool) -> Statement {
    let difference = &change.difference;
    let side = if before {
        &difference.before
    } else {
        &difference.after
    };
    let text = side.quote();
    Statement {
        partners: Country::parse(difference.key.as_str())
            .into_iter()
            .collect(),
        stage: Stage::parse(stage).expect("a code"),
        factuality,
        standing: Standing::Main,
        when: None,
        place: None,
        signatories: Vec::new(),
        witnesses: Vec::new(),
        speaker: None,
        legal_type: None,
        quote: Quote {
            start: 0,
            end: text.len(),
            text,
        },
        cues: vec!["verhandeln".into()],
        rule: "de/example".into(),
    }
}

pub fn telling(events: Vec<Event>, changes: Vec<Change>) -> News {
    News {
        events,
        ..news(changes)
    }
}

pub fn mail(news: News, tongue: &str) -> Delivery {
    let channel = Channel::Email {
        to: address("leserin@example.org"),
        language: language(tongue),
    };
    delivery(channel, Content::News(news))
}

/// To a subscriber.
pub fn letter(content: Content, tongue: &str) -> Delivery {
    let channel = Channel::Reader {
        subscriber: SubscriberId(Uuid::from_u128(42)),
        to: address("leserin@example.org"),
        language: language(tongue),
    };
    delivery(channel, content)
}

/// One of each kind: invitation, welcome, digests, quiet, correction.
pub fn letters() -> Vec<(&'static str, Content)> {
    let since = time("2024-09-09T05:00:00Z");
    let until = time("2024-09-16T07:00:00Z");
    vec![
        (
            "invitation",
            Content::Invitation(Invitation {
                nonce: "0b5c".into(),
                expires: time("2024-09-18T06:10:09Z"),
            }),
        ),
        (
            "welcome",
            Content::Welcome(Welcome {
                profile: profile(),
                pages: vec![watch()],
                statuses: vec![
                    status(),
                    Status {
                        key: EntryKey::page(),
                        partner: None,
                        ..status()
                    },
                ],
            }),
        ),
        (
            "digest",
            Content::Digest(digest(
                vec![Beat::Weekly],
                vec![
                    News {
                        witness: Some(witness(412)),
                        ..news(vec![reworded()])
                    },
                    News {
                        witness: Some(witness(407)),
                        ..news(vec![appeared()])
                    },
                ],
            )),
        ),
        (
            "quiet",
            Content::Quiet(Quiet {
                since,
                until,
                pages: vec![watch()],
                zone: profile().zone,
            }),
        ),
        (
            "correction",
            Content::Correction(Box::new(correction(Some(MessageId::new(
                "told@example.org",
            ))))),
        ),
        (
            "digest-events",
            Content::Digest(Collection {
                corrections: vec![correction(None)],
                ..digest(
                    vec![Beat::Daily],
                    vec![
                        news(vec![page_text()]),
                        news(vec![page_text()]),
                        telling(vec![incomplete()], vec![cut(), vanished()]),
                        telling(vec![signed()], vec![reworded(), article()]),
                    ],
                )
            }),
        ),
        (
            "after-outage",
            Content::Digest(digest(
                Vec::new(),
                vec![
                    telling(vec![signed()], vec![reworded()]),
                    telling(vec![dropped()], vec![cut()]),
                ],
            )),
        ),
    ]
}

fn digest(beats: Vec<Beat>, news: Vec<News>) -> Collection {
    Collection {
        beats,
        since: time("2024-09-09T05:00:00Z"),
        until: time("2024-09-16T07:00:00Z"),
        news,
        corrections: Vec::new(),
        pages: vec![watch()],
        zone: profile().zone,
    }
}

fn correction(original: Option<MessageId>) -> Correction {
    Correction {
        page: page(),
        event: signed(),
        why: "Es war eine Absichtserklärung, kein Abkommen.".into(),
        at: time("2024-09-16T07:00:00Z"),
        original,
    }
}

pub fn profile() -> Profile {
    Profile {
        language: language("de"),
        zone: Zone::parse("Europe/Berlin").expect("a zone"),
        hour: Hour::new(7).expect("an hour"),
        silence: Silence::Explained,
        wishes: vec![
            Wish {
                stages: vec![Stage::parse("SIGNED").expect("a stage")],
                partners: vec![Country::parse("KE").expect("a country")],
                factualities: vec![Factuality::Done],
                wording: Wording::Untold,
                ..Wish::everything()
            },
            Wish {
                cadence: Cadence::Weekly,
                ..Wish::everything()
            },
        ],
    }
}

pub fn watch() -> Watch {
    Watch {
        page: page(),
        next_look: time("2024-09-16T08:00:00Z"),
        last_ok: Some(time("2024-09-16T06:00:07Z")),
        succeeded: 167,
        failed: 1,
    }
}

pub fn status() -> Status {
    Status {
        page: page().id,
        key: EntryKey::new("KE"),
        field: Field::Teaser,
        partner: Country::parse("KE").ok(),
        statement: statement(),
        since: time("2024-09-16T06:00:07Z"),
        from_baseline: false,
        evidence: Some(capture("after", "2024-09-16T06:00:07Z")),
        conflicts: Vec::new(),
    }
}

fn statement() -> Statement {
    let text = "Deutschland und Kenia haben am 13. September 2024 ein Abkommen zur Migration unterzeichnet.";
    Statement {
        partners: Country::parse("KE").into_iter().collect(),
        stage: Stage::parse("SIGNED").expect("a stage"),
        factuality: Factuality::Done,
        standing: Standing::Main,
        when: Some(When {
            raw: "am 13. September 2024".into(),
            date: Some("2024-09-13".into()),
            interval: "2024-09-13".into(),
            precision: Precision::Day,
            anchor: Anchor::Stated,
        }),
        place: None,
        signatories: Vec::new(),
        witnesses: Vec::new(),
        speaker: None,
        legal_type: None,
        quote: Quote {
            text: text.into(),
            start: 0,
            end: text.len(),
        },
        cues: vec!["unterzeichnet".into()],
        rule: "de/active-perfect".into(),
    }
}

pub fn notice(kind: NoticeKind) -> Delivery {
    let notice = Notice {
        page: page().id,
        kind,
        since: time("2024-09-16T06:00:07Z"),
        why: "3 entries, expected 12 to 24".into(),
    };
    let to = address("betrieb@example.org");
    delivery(
        Channel::Operator { to },
        Content::Notice {
            page: page(),
            notice,
        },
    )
}

pub fn entry(key: &str, title: &str) -> Entry {
    Entry {
        key: EntryKey::new(key),
        country: Country::parse(key).ok(),
        title: Text::whole(title),
        teaser: text("Mit Ghana bauen wir das Zentrum für Jobs, Migration und Reintegration aus …"),
        link: Link::new(url("https://www.bmi.example/laender/ghana.html")).ok(),
        extra: BTreeMap::new(),
        article: None,
    }
}

pub fn capture(name: &str, at: &str) -> CaptureRef {
    CaptureRef {
        id: CaptureId(Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes())),
        url: page().url,
        at: time(at),
        digest: Digest::of(name.as_bytes()),
    }
}

fn delivery(channel: Channel, content: Content) -> Delivery {
    Delivery {
        id: DeliveryId(7),
        token: LeaseToken(1),
        channel,
        message_id: MessageId::new("3f6c2f0e-0000-5000-8000-000000000001@example.org"),
        content,
        created: time("2024-09-16T06:10:09Z"),
        tries: 0,
    }
}

fn presence(before: Value, after: Value) -> Change {
    change("GH", "Ghana", Field::Presence, before, after)
}

fn change(key: &str, title: &str, field: Field, before: Value, after: Value) -> Change {
    let difference = Difference {
        key: EntryKey::new(key),
        field,
        before,
        after,
        weight: Weight::Substance,
    };
    Change {
        id: ChangeId::new(&visit(), &difference.key, difference.field.name()),
        visit: visit(),
        title: title.into(),
        grade: Grade::of(&difference),
        difference,
        told: Told::Readers,
        last_old: Some(time("2024-09-15T06:00:11Z")),
        first_seen: time("2024-09-16T06:00:07Z"),
        confirmed: time("2024-09-16T06:10:07Z"),
        evidence_before: Some(capture("before", "2024-09-15T06:00:11Z")),
        evidence_after: Some(capture("after", "2024-09-16T06:00:07Z")),
        evidence_article: None,
    }
}

fn visit() -> VisitId {
    VisitId::new(&page().id, time("2024-09-16T06:00:00Z"))
}

fn text(said: &str) -> Text {
    let extent = if said.ends_with('…') {
        Extent::Cut
    } else {
        Extent::Whole
    };
    Text {
        extent,
        ..Text::whole(said)
    }
}

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).expect("an address")
}

fn language(tag: &str) -> Language {
    Language::parse(tag).expect("a language")
}

fn url(text: &str) -> Url {
    Url::parse(text).expect("an address")
}

fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}
