//! The outbox: written with the visit, claimed by lease, sent outside, settled by token.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::{FromRow, SqliteConnection};

use super::columns::{
    self, from_json, from_word, instant, instant_if, json, lease_end, ms, page_id, rows, word,
};
use super::{Recorded, Store, StoreError, merging, versions};
use crate::model::{
    Channel, Content, Delivery, DeliveryId, Digest, LeaseToken, MessageId, NewDelivery, Outcome,
    PageId,
};

/// A delivery as people look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRow {
    pub id: DeliveryId,
    /// `None`: it comes from no look.
    pub page: Option<PageId>,
    pub channel: Channel,
    pub message_id: MessageId,
    pub content: Content,
    pub state: DeliveryState,
    pub created: Timestamp,
    /// When it may be tried next; of a row under way, when its lease ends.
    pub next_try: Timestamp,
    pub tries: u32,
    pub last_error: Option<String>,
    pub settled_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryState {
    Pending,
    Sent,
    SetAside,
    /// Its subscription had ended before it went out.
    Withdrawn,
    /// It waited out an outage, and its news went out with others in one digest.
    Merged,
}

/// Which deliveries to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    All,
    /// What waits, what was set aside, what will never go out.
    Unsent,
}

/// What to try again by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// One that was set aside, or that waits for its next try.
    One(DeliveryId),
    AllSetAside,
}

/// How full the outbox is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    pub pending: u64,
    pub set_aside: u64,
    /// When the oldest pending row was written.
    pub oldest_pending: Option<Timestamp>,
}

impl Store {
    /// Leases the oldest delivery that may be tried. To one channel one row is under way at a time,
    /// and rows go in the order they were written, except that one in back-off lets others pass.
    pub async fn claim(
        &self,
        now: Timestamp,
        lease: SignedDuration,
    ) -> Result<Option<Delivery>, StoreError> {
        let mut transaction = self.writing().await?;
        let outcome = claim(&mut transaction, now, lease).await;
        self.end(transaction, outcome).await
    }

    /// Notes how a try ended; whoever lost the lease notes nothing.
    pub async fn settle(
        &self,
        id: DeliveryId,
        token: LeaseToken,
        outcome: &Outcome,
        now: Timestamp,
    ) -> Result<Recorded, StoreError> {
        let (state, next, why) = match outcome {
            Outcome::Sent => ("sent", now, None),
            Outcome::Retry { at, why } => ("pending", *at, Some(why)),
            Outcome::SetAside { why } => ("set-aside", now, Some(why)),
            Outcome::Withdrawn => ("withdrawn", now, None),
        };
        let mut transaction = self.writing().await?;
        // Whoever left while a try was under way is not tried again.
        let outcome = sqlx::query(
            "WITH told AS (SELECT iif(?1 = 'pending' AND EXISTS (
                     SELECT 1 FROM subscriber
                     WHERE no = (SELECT subscriber FROM delivery WHERE id = ?5) AND state = 'ended'),
                 'withdrawn', ?1) AS becomes)
             UPDATE delivery SET
                 state = becomes, ready = ?2, last_error = coalesce(?3, last_error),
                 tries = tries + 1, leased_until = NULL,
                 settled_at = iif(becomes = 'pending', NULL, ?4)
             FROM told
             WHERE id = ?5 AND token = ?6 AND state = 'pending' AND leased_until IS NOT NULL",
        )
        .bind(state)
        .bind(ms(next))
        .bind(why)
        .bind(ms(now))
        .bind(id.0)
        .bind(token.0)
        .execute(&mut *transaction)
        .await
        .map(|done| Recorded::of(done.rows_affected()));
        self.end(transaction, outcome).await
    }

    /// Writes messages that come from no look; says how many are new.
    pub async fn tell(&self, deliveries: &[NewDelivery]) -> Result<u64, StoreError> {
        if deliveries.is_empty() {
            return Ok(0);
        }
        let mut transaction = self.writing().await?;
        let outcome = tell(&mut transaction, deliveries).await;
        self.end(transaction, outcome).await
    }

    /// Makes deliveries due now and counts their tries anew; says how many. Rows under way are left alone.
    pub async fn retry(&self, which: Retry, now: Timestamp) -> Result<u64, StoreError> {
        let one = match which {
            Retry::One(id) => Some(id.0),
            Retry::AllSetAside => None,
        };
        let mut transaction = self.writing().await?;
        let outcome = sqlx::query(
            "UPDATE delivery SET state = 'pending', ready = ?1, tries = 0,
                 leased_until = NULL, settled_at = NULL
             WHERE (id = ?2 OR (?2 IS NULL AND state = 'set-aside'))
               AND (state = 'set-aside'
                    OR (state = 'pending' AND (leased_until IS NULL OR leased_until <= ?1)))",
        )
        .bind(ms(now))
        .bind(one)
        .execute(&mut *transaction)
        .await
        .map(|done| done.rows_affected());
        self.end(transaction, outcome).await
    }

    /// Deliveries, newest first.
    pub async fn deliveries(
        &self,
        which: Listed,
        limit: usize,
    ) -> Result<Vec<DeliveryRow>, StoreError> {
        let outcome = list(&self.0.readers, which, limit).await;
        outcome.map_err(|error| self.failed(&error))
    }

    pub async fn counts(&self) -> Result<Counts, StoreError> {
        let row: Result<(i64, i64, Option<i64>), _> = sqlx::query_as(
            "SELECT (SELECT count(*) FROM delivery WHERE state = 'pending'),
                    (SELECT count(*) FROM delivery WHERE state = 'set-aside'),
                    (SELECT min(created) FROM delivery WHERE state = 'pending')",
        )
        .fetch_one(&self.0.readers)
        .await;
        row.and_then(|(pending, set_aside, oldest)| {
            Ok(Counts {
                pending: pending.unsigned_abs(),
                set_aside: set_aside.unsigned_abs(),
                oldest_pending: instant_if(oldest)?,
            })
        })
        .map_err(|error| self.failed(&error))
    }
}

/// Writes the rows of a visit. A message that is known already is not written twice.
pub(super) async fn write(
    conn: &mut SqliteConnection,
    no: i64,
    visit: Timestamp,
    deliveries: &[NewDelivery],
) -> columns::Result<()> {
    for delivery in deliveries {
        insert(conn, delivery, Some((no, ms(visit)))).await?;
    }
    Ok(())
}

async fn tell(conn: &mut SqliteConnection, deliveries: &[NewDelivery]) -> columns::Result<u64> {
    let mut new = 0;
    for delivery in deliveries {
        new += write_apart(conn, delivery).await?;
    }
    Ok(new)
}

/// Writes a row that comes from no look; says how many are new, one or none.
pub(super) async fn write_apart(
    conn: &mut SqliteConnection,
    delivery: &NewDelivery,
) -> columns::Result<u64> {
    insert(conn, delivery, None).await
}

/// The number of a content that many rows share.
pub(super) async fn letter(conn: &mut SqliteConnection, content: &Content) -> columns::Result<i64> {
    let body = json(content)?;
    sqlx::query_scalar(
        "INSERT INTO letter (digest, body) VALUES (?1, ?2)
         ON CONFLICT (digest) DO UPDATE SET digest = excluded.digest RETURNING no",
    )
    .bind(Digest::of(body.as_bytes()).hex())
    .bind(versions::pack(&body)?)
    .fetch_one(conn)
    .await
}

/// What a letter says.
pub(super) fn opened(body: &[u8]) -> columns::Result<Content> {
    from_json(&versions::unpack(body)?)
}

/// Packs the letters that an earlier schema kept as plain text.
pub(super) async fn pack(conn: &mut SqliteConnection) -> columns::Result<()> {
    let plain: Vec<(i64, String)> = sqlx::query_as(
        "SELECT no, CAST(body AS TEXT) FROM letter WHERE substr(body, 1, 1) = x'7B'",
    )
    .fetch_all(&mut *conn)
    .await?;
    for (no, text) in plain {
        sqlx::query("UPDATE letter SET body = ?2 WHERE no = ?1")
            .bind(no)
            .bind(versions::pack(&text)?)
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// Nothing that waits for a subscriber or was set aside goes out any more. A row under way is left to its sender.
pub(super) async fn withdraw(
    conn: &mut SqliteConnection,
    subscriber: i64,
    now: Timestamp,
) -> columns::Result<()> {
    sqlx::query(
        "UPDATE delivery SET state = 'withdrawn', settled_at = ?1, leased_until = NULL
         WHERE subscriber = ?2 AND state IN ('pending', 'set-aside')
           AND (leased_until IS NULL OR leased_until <= ?1)",
    )
    .bind(ms(now))
    .bind(subscriber)
    .execute(conn)
    .await
    .map(drop)
}

pub(super) async fn of_subscriber(
    readers: &sqlx::SqlitePool,
    subscriber: i64,
) -> columns::Result<Vec<DeliveryRow>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT delivery.id, page.id AS page, channel, message_id,
                content, body, state, created,
                delivery.ready, tries, last_error, settled_at
         FROM delivery LEFT JOIN page ON page.no = delivery.page
             LEFT JOIN letter ON letter.no = delivery.letter
         WHERE subscriber = ?1 ORDER BY delivery.id DESC",
    )
    .bind(subscriber)
    .fetch_all(readers)
    .await?;
    rows.into_iter().map(DeliveryRow::try_from).collect()
}

async fn insert(
    conn: &mut SqliteConnection,
    delivery: &NewDelivery,
    look: Option<(i64, i64)>,
) -> columns::Result<u64> {
    let subscriber = match &delivery.channel {
        Channel::Reader { subscriber, .. } => Some(subscriber.to_string()),
        _ => None,
    };
    // Every channel tells the same news.
    let (content, letter) = match &delivery.content {
        Content::News(_) => (String::new(), Some(letter(conn, &delivery.content).await?)),
        content => (json(content)?, None),
    };
    sqlx::query(
        "INSERT INTO delivery
             (message_id, channel, content, subscriber, page, visit, created, ready, letter)
         VALUES (?1, ?2, ?3, (SELECT no FROM subscriber WHERE id = ?4), ?5, ?6, ?7, ?7, ?8)
         ON CONFLICT (message_id) DO NOTHING",
    )
    .bind(delivery.message_id.as_str())
    .bind(json(&delivery.channel)?)
    .bind(content)
    .bind(subscriber)
    .bind(look.map(|(page, _)| page))
    .bind(look.map(|(_, visit)| visit))
    .bind(ms(delivery.created))
    .bind(letter)
    .execute(conn)
    .await
    .map(|done| done.rows_affected())
}

/// A row that cannot be read any more is set aside, so that it does not stop the others.
async fn claim(
    conn: &mut SqliteConnection,
    now: Timestamp,
    lease: SignedDuration,
) -> columns::Result<Option<Delivery>> {
    while let Some(row) = claim_row(conn, now, lease).await? {
        let id = row.id;
        if is_for_a_leaver(conn, id, now).await? || merging::after_outage(conn, id, now).await? {
            continue;
        }
        match Delivery::try_from(row) {
            Ok(delivery) => return Ok(Some(delivery)),
            Err(error) => set_aside(conn, id, &error, now).await?,
        }
    }
    Ok(None)
}

#[derive(FromRow)]
struct Claimed {
    id: i64,
    token: i64,
    channel: String,
    message_id: String,
    content: String,
    body: Option<Vec<u8>>,
    created: i64,
    tries: u32,
}

async fn claim_row(
    conn: &mut SqliteConnection,
    now: Timestamp,
    lease: SignedDuration,
) -> columns::Result<Option<Claimed>> {
    sqlx::query_as(
        "UPDATE delivery SET token = token + 1, leased_until = ?2, ready = ?2
         WHERE id = (
             SELECT id FROM delivery AS next
             WHERE state = 'pending' AND ready <= ?1
               AND NOT EXISTS (
                   SELECT 1 FROM delivery AS older
                   WHERE older.state = 'pending' AND older.channel = next.channel
                     AND older.id < next.id AND (older.ready <= ?1 OR older.leased_until > ?1))
               AND NOT EXISTS (
                   SELECT 1 FROM delivery AS younger
                   WHERE younger.state = 'pending' AND younger.channel = next.channel
                     AND younger.id > next.id AND younger.leased_until > ?1)
             ORDER BY ready, id LIMIT 1)
         RETURNING id, token, channel, message_id,
             content, (SELECT body FROM letter WHERE letter.no = delivery.letter) AS body,
             created, tries",
    )
    .bind(ms(now))
    .bind(lease_end(now, lease))
    .fetch_optional(conn)
    .await
}

/// Withdraws a row whose subscriber left while a try was under way that a crash cut short.
async fn is_for_a_leaver(
    conn: &mut SqliteConnection,
    id: i64,
    now: Timestamp,
) -> columns::Result<bool> {
    let withdrawn = sqlx::query(
        "UPDATE delivery SET state = 'withdrawn', settled_at = ?1, leased_until = NULL
         WHERE id = ?2
           AND subscriber IN (SELECT no FROM subscriber WHERE state = 'ended')",
    )
    .bind(ms(now))
    .bind(id)
    .execute(conn)
    .await?;
    Ok(withdrawn.rows_affected() > 0)
}

/// What a row carries: a letter that others share, or its own.
pub(super) fn content(own: &str, letter: Option<&[u8]>) -> columns::Result<Content> {
    letter.map_or_else(|| from_json(own), opened)
}

async fn set_aside(
    conn: &mut SqliteConnection,
    id: i64,
    error: &sqlx::Error,
    now: Timestamp,
) -> columns::Result<()> {
    tracing::error!(delivery = id, %error, "delivery cannot be read and was set aside");
    sqlx::query(
        "UPDATE delivery SET state = 'set-aside', leased_until = NULL, last_error = ?1, settled_at = ?2
         WHERE id = ?3",
    )
    .bind(error.to_string())
    .bind(ms(now))
    .bind(id)
    .execute(conn)
    .await?;
    Ok(())
}

impl TryFrom<Claimed> for Delivery {
    type Error = sqlx::Error;
    fn try_from(row: Claimed) -> columns::Result<Self> {
        Ok(Self {
            id: DeliveryId(row.id),
            token: LeaseToken(row.token),
            channel: from_json(&row.channel)?,
            message_id: MessageId::new(row.message_id),
            content: content(&row.content, row.body.as_deref())?,
            created: instant(row.created)?,
            tries: row.tries,
        })
    }
}

#[derive(FromRow)]
struct Row {
    id: i64,
    page: Option<String>,
    channel: String,
    message_id: String,
    content: String,
    body: Option<Vec<u8>>,
    state: String,
    created: i64,
    ready: i64,
    tries: u32,
    last_error: Option<String>,
    settled_at: Option<i64>,
}

async fn list(
    readers: &sqlx::SqlitePool,
    which: Listed,
    limit: usize,
) -> columns::Result<Vec<DeliveryRow>> {
    let unwanted = match which {
        Listed::All => None,
        Listed::Unsent => Some(word(&DeliveryState::Sent)),
    };
    let found: Vec<Row> = sqlx::query_as(
        "SELECT delivery.id, page.id AS page, channel, message_id,
                content, body, state, created,
                delivery.ready, tries, last_error, settled_at
         FROM delivery LEFT JOIN page ON page.no = delivery.page
             LEFT JOIN letter ON letter.no = delivery.letter
         WHERE ?1 IS NULL OR state <> ?1 ORDER BY delivery.id DESC LIMIT ?2",
    )
    .bind(unwanted)
    .bind(rows(limit))
    .fetch_all(readers)
    .await?;
    found.into_iter().map(DeliveryRow::try_from).collect()
}

impl TryFrom<Row> for DeliveryRow {
    type Error = sqlx::Error;
    fn try_from(row: Row) -> columns::Result<Self> {
        Ok(Self {
            id: DeliveryId(row.id),
            page: row.page.as_deref().map(page_id).transpose()?,
            channel: from_json(&row.channel)?,
            message_id: MessageId::new(row.message_id),
            content: content(&row.content, row.body.as_deref())?,
            state: from_word(&row.state)?,
            created: instant(row.created)?,
            next_try: instant(row.ready)?,
            tries: row.tries,
            last_error: row.last_error,
            settled_at: instant_if(row.settled_at)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{LEASE, at, claimed, delivery, store_of, unchanged};
    use super::*;
    use crate::model::Record;

    /// A store whose outbox holds these messages, each with its address.
    async fn outbox(messages: &[(&str, &str)]) -> (tempfile::TempDir, Store) {
        let (folder, store) = store_of(1).await;
        let visit = claimed(&store, 1).await;
        let rows = messages
            .iter()
            .map(|(to, id)| delivery(&visit, to, id))
            .collect();
        let record = Record {
            deliveries: rows,
            ..unchanged(visit)
        };
        assert_eq!(store.record(record).await, Ok(Recorded::Done));
        (folder, store)
    }

    async fn next(store: &Store, minutes: i64) -> Option<Delivery> {
        store.claim(at(minutes), LEASE).await.unwrap()
    }

    fn retry_at(minutes: i64) -> Outcome {
        Outcome::Retry {
            at: at(minutes),
            why: "450 später".to_owned(),
        }
    }

    #[tokio::test]
    async fn a_message_is_written_once() {
        let (_folder, store) = outbox(&[("a@b", "m"), ("a@b", "m"), ("c@d", "m")]).await;
        assert_eq!(store.counts().await.unwrap().pending, 1);
    }

    #[tokio::test]
    async fn one_address_hears_in_order_and_others_need_not_wait() {
        let (_folder, store) = outbox(&[("a@b", "a1"), ("a@b", "a2"), ("c@d", "c1")]).await;
        let first = next(&store, 2).await.unwrap();
        assert_eq!(first.message_id.as_str(), "a1");
        let other = next(&store, 2).await.unwrap();
        assert_eq!(other.message_id.as_str(), "c1");
        store
            .settle(other.id, other.token, &Outcome::Sent, at(2))
            .await
            .unwrap();
        assert_eq!(
            next(&store, 2).await,
            None,
            "a2 waits while a1 is under way"
        );
        store
            .settle(first.id, first.token, &retry_at(10), at(3))
            .await
            .unwrap();
        let second = next(&store, 3).await.unwrap();
        assert_eq!(
            second.message_id.as_str(),
            "a2",
            "a1 in back-off lets it pass"
        );
        store
            .settle(second.id, second.token, &retry_at(10), at(3))
            .await
            .unwrap();
        let again = next(&store, 10).await.unwrap();
        assert_eq!((again.message_id.as_str(), again.tries), ("a1", 1));
    }

    #[tokio::test]
    async fn whoever_lost_the_lease_settles_nothing() {
        let (_folder, store) = outbox(&[("a@b", "a1")]).await;
        let lost = next(&store, 2).await.unwrap();
        let newer = next(&store, 8).await.unwrap();
        let settle = async |row: &Delivery| {
            store
                .settle(row.id, row.token, &Outcome::Sent, at(8))
                .await
                .unwrap()
        };
        assert_eq!(settle(&lost).await, Recorded::Stale);
        assert_eq!(settle(&newer).await, Recorded::Done);
        assert_eq!(settle(&newer).await, Recorded::Stale);
        assert_eq!(next(&store, 99).await, None);
    }

    #[tokio::test]
    async fn what_was_set_aside_goes_out_when_a_person_says_so() {
        let (_folder, store) = outbox(&[("a@b", "a1")]).await;
        let row = next(&store, 2).await.unwrap();
        assert_eq!(
            store.retry(Retry::One(row.id), at(2)).await,
            Ok(0),
            "it is under way"
        );
        let why = "550 unbekannt".to_owned();
        store
            .settle(row.id, row.token, &Outcome::SetAside { why }, at(3))
            .await
            .unwrap();
        assert_eq!(next(&store, 9).await, None);
        assert_eq!(store.counts().await.unwrap().set_aside, 1);
        let listed = store.deliveries(Listed::Unsent, 9).await.unwrap();
        assert_eq!(listed[0].last_error.as_deref(), Some("550 unbekannt"));
        assert_eq!(store.retry(Retry::AllSetAside, at(9)).await, Ok(1));
        assert_eq!(next(&store, 9).await.unwrap().message_id.as_str(), "a1");
    }

    #[tokio::test]
    async fn what_was_sent_takes_no_place_from_what_was_not() {
        let (_folder, store) = outbox(&[("a@b", "a1"), ("c@d", "c1")]).await;
        let first = next(&store, 2).await.unwrap();
        let why = "550 unbekannt".to_owned();
        for (row, outcome) in [
            (first, Outcome::SetAside { why }),
            (next(&store, 2).await.unwrap(), Outcome::Sent),
        ] {
            store
                .settle(row.id, row.token, &outcome, at(3))
                .await
                .unwrap();
        }
        let listed = store.deliveries(Listed::Unsent, 1).await.unwrap();
        assert_eq!(listed[0].state, DeliveryState::SetAside);
        let listed = store.deliveries(Listed::All, 1).await.unwrap();
        assert_eq!(listed[0].state, DeliveryState::Sent);
    }

    #[tokio::test]
    async fn a_row_that_cannot_be_read_stops_no_other() {
        let (_folder, store) = outbox(&[("a@b", "a1"), ("a@b", "a2")]).await;
        sqlx::query("UPDATE delivery SET content = '{', letter = NULL WHERE message_id = 'a1'")
            .execute(&store.0.writer)
            .await
            .unwrap();
        assert_eq!(next(&store, 2).await.unwrap().message_id.as_str(), "a2");
        assert_eq!(store.counts().await.unwrap().set_aside, 1);
    }
}
