//! Subscribers: found, listed, changed, ended, erased.

use jiff::Timestamp;
use sqlx::{FromRow, SqliteConnection};

use super::columns::{self, from_json, from_word, instant, json, ms, unreadable, word};
use super::{DeliveryRow, Store, StoreError, outbox};
use crate::address;
use crate::model::{
    Beat, Cadence, EmailAddress, EndedBy, Key, Profile, Seal, Subscriber, SubscriberId,
    SubscriberState, Wish,
};

/// All that is stored of one address.
#[derive(Debug, Clone, PartialEq)]
pub struct Dossier {
    pub subscriber: Subscriber,
    /// What went to it, newest first.
    pub deliveries: Vec<DeliveryRow>,
}

/// When a subscription ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    Now,
    /// Or there never was one.
    Before,
}

impl Store {
    /// By address.
    pub async fn subscribers(&self) -> Result<Vec<Subscriber>, StoreError> {
        let rows: Result<Vec<Row>, _> = sqlx::query_as(
            "SELECT no, id, address, state, asked, consent, ended_at, ended_by, profile
             FROM subscriber ORDER BY address",
        )
        .fetch_all(&self.0.readers)
        .await;
        rows.and_then(|rows| rows.into_iter().map(Row::read).collect())
            .map_err(|error| self.failed(&error))
    }

    pub async fn subscriber(&self, id: SubscriberId) -> Result<Option<Subscriber>, StoreError> {
        let found = self.find(ByWhat::Id(id)).await?;
        Ok(found.map(|(_, subscriber)| subscriber))
    }

    pub async fn subscriber_at(
        &self,
        address: &EmailAddress,
    ) -> Result<Option<Subscriber>, StoreError> {
        let found = self.find(ByWhat::Address(address)).await?;
        Ok(found.map(|(_, subscriber)| subscriber))
    }

    /// To whom a message went, by what stands before the "@" of its id.
    pub async fn subscriber_of(&self, message: &str) -> Result<Option<SubscriberId>, StoreError> {
        let mut transaction = self.reading().await?;
        let found = told_by(&mut transaction, message).await;
        let found = self.end(transaction, found).await?;
        Ok(found.map(|(_, id)| id))
    }

    /// For "show me what you have of me".
    pub async fn dossier(&self, id: SubscriberId) -> Result<Option<Dossier>, StoreError> {
        let Some((no, subscriber)) = self.find(ByWhat::Id(id)).await? else {
            return Ok(None);
        };
        let deliveries = outbox::of_subscriber(&self.0.readers, no).await;
        let deliveries = deliveries.map_err(|error| self.failed(&error))?;
        Ok(Some(Dossier {
            subscriber,
            deliveries,
        }))
    }

    /// What a subscriber wants from now on; of one that has not confirmed nothing changes.
    pub async fn choose(
        &self,
        id: SubscriberId,
        profile: &Profile,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        let outcome = choose(&mut transaction, id, profile, now).await;
        self.end(transaction, outcome).await
    }

    /// No mail goes to a subscriber any more; what waits is withdrawn. Twice is once.
    pub async fn end_subscription(
        &self,
        id: SubscriberId,
        by: EndedBy,
        now: Timestamp,
    ) -> Result<Ended, StoreError> {
        let mut transaction = self.writing().await?;
        let outcome = end(&mut transaction, id, by, now).await;
        self.end(transaction, outcome).await
    }

    /// Forgets an address and all that went to it. Only its seal stays, so that it is not mailed again.
    pub async fn erase(
        &self,
        id: SubscriberId,
        key: &Key,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        let outcome = erase(&mut transaction, id, key, now).await;
        self.end(transaction, outcome).await?;
        // The log beside the file has it, too. A reader under way keeps part of the log until the next time.
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .execute(&self.0.writer)
            .await
            .map(drop)
            .map_err(|error| self.failed(&error))
    }

    /// Lets an address be invited again that was not to be mailed.
    pub async fn allow_again(&self, address: &EmailAddress, key: &Key) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        let outcome = sqlx::query("DELETE FROM never WHERE seal = ?1")
            .bind(key.seal(Seal::Never, &folded(address)))
            .execute(&mut *transaction)
            .await
            .map(drop);
        self.end(transaction, outcome).await
    }

    async fn find(&self, what: ByWhat<'_>) -> Result<Option<(i64, Subscriber)>, StoreError> {
        // Two texts, so that each finds its index.
        let (sql, value) = match what {
            ByWhat::Id(id) => (BY_ID, id.to_string()),
            ByWhat::Address(address) => (BY_ADDRESS, folded(address)),
        };
        let row: Result<Option<Row>, _> = sqlx::query_as(sql)
            .bind(value)
            .fetch_optional(&self.0.readers)
            .await;
        row.and_then(|row| row.map(|row| Ok((row.no, row.read()?))).transpose())
            .map_err(|error| self.failed(&error))
    }
}

const BY_ID: &str = "SELECT no, id, address, state, asked, consent, ended_at, ended_by, profile
    FROM subscriber WHERE id = ?1";
const BY_ADDRESS: &str =
    "SELECT no, id, address, state, asked, consent, ended_at, ended_by, profile
     FROM subscriber WHERE lower(address) = ?1";

enum ByWhat<'a> {
    Id(SubscriberId),
    Address(&'a EmailAddress),
}

#[derive(FromRow)]
pub(super) struct Row {
    pub no: i64,
    id: String,
    address: String,
    state: String,
    asked: i64,
    consent: Option<String>,
    ended_at: Option<i64>,
    ended_by: Option<String>,
    profile: String,
}

impl Row {
    pub fn read(self) -> columns::Result<Subscriber> {
        let state = match (self.state.as_str(), self.ended_at, &self.ended_by) {
            ("ended", Some(at), Some(by)) => SubscriberState::Ended {
                at: instant(at)?,
                why: from_word(by)?,
            },
            ("confirmed", ..) => SubscriberState::Confirmed,
            _ => SubscriberState::Pending,
        };
        Ok(Subscriber {
            id: self.id.parse().map_err(unreadable)?,
            address: EmailAddress::parse(&self.address).map_err(unreadable)?,
            state,
            asked: instant(self.asked)?,
            consent: self.consent.as_deref().map(from_json).transpose()?,
            profile: from_json(&self.profile)?,
        })
    }
}

/// Two spellings of one mailbox are one: hardly any server tells `A@` from `a@`, and a victim must
/// not be mailed once for each.
pub(super) fn folded(address: &EmailAddress) -> String {
    address.as_str().to_ascii_lowercase()
}

/// Whom a message told, by what stands before the "@" of its id.
pub(super) async fn told_by(
    conn: &mut SqliteConnection,
    message: &str,
) -> columns::Result<Option<(i64, SubscriberId)>> {
    let row: Option<(i64, String)> = sqlx::query_as(
        "SELECT no, subscriber.id FROM delivery JOIN subscriber ON no = subscriber
         WHERE message_id > ?1 || '@' AND message_id < ?1 || 'A'",
    )
    .bind(message)
    .fetch_optional(conn)
    .await?;
    row.map(|(no, id)| Ok((no, id.parse().map_err(unreadable)?)))
        .transpose()
}

async fn choose(
    conn: &mut SqliteConnection,
    id: SubscriberId,
    profile: &Profile,
    now: Timestamp,
) -> columns::Result<()> {
    let no: Option<i64> =
        sqlx::query_scalar("SELECT no FROM subscriber WHERE id = ?1 AND state = 'confirmed'")
            .bind(id.to_string())
            .fetch_optional(&mut *conn)
            .await?;
    match no {
        Some(no) => set_profile(conn, no, profile, now).await,
        None => Ok(()),
    }
}

/// The profile, and the times that follow from it. A time that stays keeps what it has yet to tell.
pub(super) async fn set_profile(
    conn: &mut SqliteConnection,
    no: i64,
    profile: &Profile,
    now: Timestamp,
) -> columns::Result<()> {
    let immediate: Vec<&Wish> = profile
        .wishes
        .iter()
        .filter(|wish| wish.cadence == Cadence::Immediate)
        .collect();
    let immediate = (!immediate.is_empty())
        .then(|| json(&immediate))
        .transpose()?;
    sqlx::query("UPDATE subscriber SET profile = ?1, immediate = ?2 WHERE no = ?3")
        .bind(json(profile)?)
        .bind(immediate)
        .bind(no)
        .execute(&mut *conn)
        .await?;
    let beats = profile.beats();
    for beat in [Beat::Daily, Beat::Weekly, Beat::Monthly] {
        if beats.contains(&beat) {
            keep_beat(conn, no, beat, profile, now).await?;
        } else {
            sqlx::query("DELETE FROM rhythm WHERE subscriber = ?1 AND beat = ?2")
                .bind(no)
                .bind(word(&beat))
                .execute(&mut *conn)
                .await?;
        }
    }
    Ok(())
}

async fn keep_beat(
    conn: &mut SqliteConnection,
    no: i64,
    beat: Beat,
    profile: &Profile,
    now: Timestamp,
) -> columns::Result<()> {
    sqlx::query(
        "INSERT INTO rhythm (subscriber, beat, due, since, after_telling)
         VALUES (?1, ?2, ?3, ?4, (SELECT coalesce(max(no), 0) FROM telling))
         ON CONFLICT (subscriber, beat) DO UPDATE SET due = excluded.due",
    )
    .bind(no)
    .bind(word(&beat))
    .bind(ms(address::next(beat, profile.hour, &profile.zone, now)))
    .bind(ms(now))
    .execute(conn)
    .await
    .map(drop)
}

pub(super) async fn end(
    conn: &mut SqliteConnection,
    id: SubscriberId,
    by: EndedBy,
    now: Timestamp,
) -> columns::Result<Ended> {
    let ended: Option<i64> = sqlx::query_scalar(
        "UPDATE subscriber SET state = 'ended', ended_at = ?1, ended_by = ?2
         WHERE id = ?3 AND state <> 'ended' RETURNING no",
    )
    .bind(ms(now))
    .bind(word(&by))
    .bind(id.to_string())
    .fetch_optional(&mut *conn)
    .await?;
    let Some(no) = ended else {
        return Ok(Ended::Before);
    };
    sqlx::query("DELETE FROM rhythm WHERE subscriber = ?1")
        .bind(no)
        .execute(&mut *conn)
        .await?;
    outbox::withdraw(conn, no, now).await?;
    Ok(Ended::Now)
}

async fn erase(
    conn: &mut SqliteConnection,
    id: SubscriberId,
    key: &Key,
    now: Timestamp,
) -> columns::Result<()> {
    let address: Option<String> =
        sqlx::query_scalar("DELETE FROM subscriber WHERE id = ?1 RETURNING address")
            .bind(id.to_string())
            .fetch_optional(&mut *conn)
            .await?;
    match address {
        Some(address) => forbid(conn, &address, key, now).await,
        None => Ok(()),
    }
}

/// From now on this address is not mailed, not even to be asked.
pub(super) async fn forbid(
    conn: &mut SqliteConnection,
    address: &str,
    key: &Key,
    now: Timestamp,
) -> columns::Result<()> {
    sqlx::query("INSERT INTO never (seal, since) VALUES (?1, ?2) ON CONFLICT (seal) DO NOTHING")
        .bind(key.seal(Seal::Never, &address.to_ascii_lowercase()))
        .bind(ms(now))
        .execute(conn)
        .await
        .map(drop)
}

#[cfg(test)]
mod tests {
    use super::super::samples::store_of;
    use super::*;

    #[tokio::test]
    async fn nobody_is_looked_for_among_all() {
        let (_folder, store) = store_of(1).await;
        for sql in [BY_ID, BY_ADDRESS] {
            let plan = format!("EXPLAIN QUERY PLAN {sql}");
            let steps: Vec<(i64, i64, i64, String)> = sqlx::query_as(sqlx::AssertSqlSafe(plan))
                .bind("a@example.org")
                .fetch_all(&store.0.readers)
                .await
                .unwrap();
            assert!(steps[0].3.starts_with("SEARCH "), "{steps:?}");
        }
    }
}
