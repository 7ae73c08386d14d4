//! Deliveries for this module's tests: one page, a few changes of every kind.

use std::collections::BTreeMap;

use jiff::Timestamp;
use url::Url;
use uuid::Uuid;

use super::{Links, Settings};
use crate::model::{
    CaptureId, CaptureRef, Change, ChangeId, Channel, Content, Country, Delivery, DeliveryId,
    Difference, Digest, EmailAddress, Entry, EntryKey, Extent, Field, Grade, Key, Language, LeaseToken,
    Link, MessageId, News, Notice, NoticeKind, PageBrief, PageId, Text, Told, Value, VisitId,
    Weight,
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
            base: url("https://vermerk.example/"),
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
    }
}

pub fn mail(news: News, tongue: &str) -> Delivery {
    let channel = Channel::Email {
        to: address("leserin@example.org"),
        language: language(tongue),
    };
    delivery(channel, Content::News(news))
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
        message_id: MessageId::new("3f6c2f0e.bmi-migration@example.org"),
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
