//! Remembers that what was told of an event was wrong, and tells exactly those who were told.

use futures_util::StreamExt as _;
use sqlx::{FromRow, SqliteConnection};
use uuid::Uuid;

use super::columns::{self, from_json, json};
use super::{Store, StoreError, outbox, remarks};
use crate::model::{
    Channel, Content, Correction, Event, EventId, MessageId, NewDelivery, News, PageBrief, Remark,
};

/// What a correction came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Corrected {
    /// So many will be told; those told before by the same words are not told again.
    Told(u64),
    /// Nothing that went out ever told of this event.
    NobodyWasTold,
}

impl Store {
    /// Remembers a correction, and writes a correction for each message that told of the event; that of
    /// a mail goes into its thread.
    pub async fn correct(
        &self,
        remark: &Remark,
        mail_domain: &str,
    ) -> Result<Corrected, StoreError> {
        let mut transaction = self.writing().await?;
        let outcome = correct(&mut transaction, remark, mail_domain).await;
        self.end(transaction, outcome).await
    }
}

#[derive(FromRow)]
struct Told {
    channel: String,
    message_id: String,
    content: String,
    body: Option<Vec<u8>>,
}

async fn correct(
    conn: &mut SqliteConnection,
    remark: &Remark,
    mail_domain: &str,
) -> columns::Result<Corrected> {
    remarks::write(conn, remark).await?;
    let (id, why, at) = (&remark.event, &remark.text, &remark.at);
    // Nothing told of it before it was confirmed.
    let since: i64 =
        sqlx::query_scalar("SELECT coalesce(max(confirmed), ?2) FROM event WHERE id = ?1")
            .bind(id.to_string())
            .bind(i64::MIN)
            .fetch_one(&mut *conn)
            .await?;
    // Whoever ended a subscription hears nothing more, and who never got the mail needs no other.
    let told: Vec<Told> = sqlx::query_as(
        "SELECT channel, message_id, content, body
         FROM delivery LEFT JOIN letter ON letter.no = delivery.letter
             LEFT JOIN subscriber ON subscriber.no = delivery.subscriber
         WHERE delivery.state IN ('pending', 'sent') AND delivery.created >= ?3
           AND (subscriber.no IS NULL OR subscriber.state = 'confirmed')
           AND (instr(content, ?1) > 0 OR letter IN (SELECT value FROM json_each(?2)))
         ORDER BY delivery.id",
    )
    .bind(id.to_string())
    .bind(json(&naming(conn, *id, since).await?)?)
    .bind(since)
    .fetch_all(&mut *conn)
    .await?;
    let mut recipients = 0;
    let mut written = 0;
    for row in told {
        let channel: Channel = from_json(&row.channel)?;
        let content = outbox::content(&row.content, row.body.as_deref())?;
        let found = find(&content, *id).or_else(|| taken_back(&content, *id, why));
        let Some((page, event)) = found.filter(|_| remembers(&channel)) else {
            continue;
        };
        recipients += 1;
        let correction = Correction {
            page: page.clone(),
            event: event.clone(),
            why: why.clone(),
            at: *at,
            original: Some(MessageId::new(&row.message_id)),
        };
        let delivery = NewDelivery {
            message_id: message_id(&row.message_id, why, mail_domain),
            channel,
            content: Content::Correction(Box::new(correction)),
            created: *at,
        };
        written += outbox::write_apart(conn, &delivery).await?;
    }
    Ok(if recipients == 0 {
        Corrected::NobodyWasTold
    } else {
        Corrected::Told(written)
    })
}

/// The letters since then that name the event.
async fn naming(conn: &mut SqliteConnection, id: EventId, since: i64) -> columns::Result<Vec<i64>> {
    let mut letters = sqlx::query_as(
        "SELECT no, body FROM letter
         WHERE no IN (SELECT letter FROM delivery WHERE created >= ?1)",
    )
    .bind(since)
    .fetch(conn);
    let mut found = Vec::new();
    while let Some(letter) = letters.next().await {
        let (no, body): (i64, Vec<u8>) = letter?;
        if find(&outbox::opened(&body)?, id).is_some() {
            found.push(no);
        }
    }
    Ok(found)
}

/// Whoever got the event itself, be it a person, a program or a feed file; the operator corrects what
/// the log said.
fn remembers(channel: &Channel) -> bool {
    match channel {
        Channel::Email { .. }
        | Channel::Reader { .. }
        | Channel::JsonLines
        | Channel::Webhook(_)
        | Channel::Feed(_) => true,
        Channel::Operator { .. } | Channel::Log => false,
    }
}

fn find(content: &Content, id: EventId) -> Option<(&PageBrief, &Event)> {
    let news: &[News] = match content {
        Content::News(news) => std::slice::from_ref(news),
        Content::Digest(collection) => &collection.news,
        _ => &[],
    };
    news.iter().find_map(|news| {
        let event = news.events.iter().find(|event| event.id == id)?;
        Some((&news.page, event))
    })
}

/// An event that was told as taken back, in other words than these.
fn taken_back<'c>(
    content: &'c Content,
    id: EventId,
    why: &str,
) -> Option<(&'c PageBrief, &'c Event)> {
    let Content::Digest(collection) = content else {
        return None;
    };
    let mut corrections = collection.corrections.iter();
    let other = corrections.find(|one| one.event.id == id && one.why != why)?;
    Some((&other.page, &other.event))
}

fn message_id(original: &str, why: &str, mail_domain: &str) -> MessageId {
    let name = format!("vermerk:correction:{original}\n{why}");
    let uuid = Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes());
    MessageId::new(format!("{uuid}@{mail_domain}"))
}
