//! Makes a mail that shows what readers will get, and that nobody can take for news.

use jiff::Timestamp;
use uuid::Uuid;

use crate::model::{
    CaptureRef, Change, ChangeId, Channel, Content, Delivery, DeliveryId, Difference, Entry, Field,
    Grade, LeaseToken, MessageId, News, PageBrief, Text, Told, Value, VisitId, Weight,
};

/// A made-up change of a real entry, for `channel`; `capture` is the one that shows the entry.
pub fn sample(
    page: &PageBrief,
    entry: &Entry,
    capture: Option<CaptureRef>,
    channel: Channel,
    now: Timestamp,
) -> Delivery {
    let mut page = page.clone();
    page.title = format!("SAMPLE, NO NEWS / MUSTER, KEINE NACHRICHT: {}", page.title);
    let visit = VisitId::new(&page.id, now);
    let id = Uuid::new_v5(
        &Uuid::NAMESPACE_URL,
        format!("vermerk:sample:{visit}:{channel:?}").as_bytes(),
    );
    Delivery {
        id: DeliveryId(0),
        token: LeaseToken(0),
        channel,
        message_id: MessageId::new(format!("{id}@sample.vermerk.invalid")),
        content: Content::News(News {
            changes: vec![change(&visit, entry, capture, now)],
            events: Vec::new(),
            page,
            visit,
            at: now,
            many_at_once: false,
            witness: None,
        }),
        created: now,
        tries: 0,
    }
}

/// The page's words stand on the "after" side; the "before" side is plainly made up.
fn change(visit: &VisitId, entry: &Entry, capture: Option<CaptureRef>, now: Timestamp) -> Change {
    let mut words: Vec<&str> = entry.teaser.as_str().split(' ').collect();
    words.insert(words.len().min(3), "[SAMPLE/MUSTER]");
    let before = Text {
        text: words.join(" "),
        original: String::new(),
        extent: entry.teaser.extent,
    };
    let difference = Difference {
        key: entry.key.clone(),
        field: Field::Teaser,
        before: Value::Text(before),
        after: Value::Text(entry.teaser.clone()),
        weight: Weight::Substance,
    };
    Change {
        id: ChangeId::new(visit, &entry.key, "sample"),
        visit: visit.clone(),
        title: entry.title.text.clone(),
        grade: Grade::of(&difference),
        difference,
        told: Told::Readers,
        last_old: Some(now),
        first_seen: now,
        confirmed: now,
        evidence_before: capture.clone(),
        evidence_after: capture,
        evidence_article: None,
    }
}
