//! Counts mails that came back, and stops mailing where too many did.

use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::columns::{self, ms};
use super::{Recorded, Store, StoreError, subscribers};
use crate::model::{EndedBy, Key, SubscriberId};

/// Why a mail came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bounce {
    /// There is no such mailbox.
    Hard,
    /// Full, slow, or not now.
    Soft,
}

/// What a bounce came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scored {
    Counted,
    /// One was enough: nothing more goes there.
    Ended,
    /// No such subscriber, or it had ended before.
    Nobody,
}

const DAY: i64 = 24 * 60 * 60 * 1000;
/// A score this old is forgotten.
const FORGOTTEN: i64 = 30;
/// Three mails that came back for good, on three days.
const ENOUGH: i64 = 6;

impl Store {
    /// At most one bounce counts for a day, the worst of them.
    pub async fn bounced(
        &self,
        id: SubscriberId,
        bounce: Bounce,
        now: Timestamp,
    ) -> Result<Scored, StoreError> {
        let mut transaction = self.writing().await?;
        let outcome = score(&mut transaction, id, bounce, now).await;
        self.end(transaction, outcome).await
    }

    /// Somebody called a mail spam: it was the last one, and the address is never asked again.
    pub async fn complained(
        &self,
        id: SubscriberId,
        key: &Key,
        now: Timestamp,
    ) -> Result<Scored, StoreError> {
        let mut transaction = self.writing().await?;
        let outcome = complain(&mut transaction, id, key, now).await;
        self.end(transaction, outcome).await
    }
}

async fn score(
    conn: &mut SqliteConnection,
    id: SubscriberId,
    bounce: Bounce,
    now: Timestamp,
) -> columns::Result<Scored> {
    let Some(no) = subscribers::number(conn, id).await? else {
        return Ok(Scored::Nobody);
    };
    let day = ms(now) / DAY;
    sqlx::query(
        "DELETE FROM bounce WHERE subscriber = ?1
             AND (SELECT max(day) FROM bounce WHERE subscriber = ?1) <= ?2",
    )
    .bind(no)
    .bind(day - FORGOTTEN)
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "INSERT INTO bounce (subscriber, day, halves) VALUES (?1, ?2, ?3)
         ON CONFLICT (subscriber, day) DO UPDATE SET halves = max(halves, excluded.halves)",
    )
    .bind(no)
    .bind(day)
    .bind(match bounce {
        Bounce::Hard => 2,
        Bounce::Soft => 1,
    })
    .execute(&mut *conn)
    .await?;
    let halves: i64 = sqlx::query_scalar("SELECT sum(halves) FROM bounce WHERE subscriber = ?1")
        .bind(no)
        .fetch_one(&mut *conn)
        .await?;
    if halves < ENOUGH {
        return Ok(Scored::Counted);
    }
    ended(subscribers::end(conn, id, EndedBy::Bounced, now).await?)
}

async fn complain(
    conn: &mut SqliteConnection,
    id: SubscriberId,
    key: &Key,
    now: Timestamp,
) -> columns::Result<Scored> {
    let address: Option<String> =
        sqlx::query_scalar("SELECT address FROM subscriber WHERE id = ?1")
            .bind(id.to_string())
            .fetch_optional(&mut *conn)
            .await?;
    let Some(address) = address else {
        return Ok(Scored::Nobody);
    };
    subscribers::forbid(conn, &address, key, now).await?;
    ended(subscribers::end(conn, id, EndedBy::Complained, now).await?)
}

#[expect(clippy::unnecessary_wraps, reason = "ends functions that can fail")]
fn ended(recorded: Recorded) -> columns::Result<Scored> {
    Ok(match recorded {
        Recorded::Done => Scored::Ended,
        Recorded::Stale => Scored::Nobody,
    })
}
