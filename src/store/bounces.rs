//! Counts mails that came back, and stops mailing where too many did.

use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::columns::{self, ms};
use super::subscribers::{self, Ended};
use super::{Store, StoreError};
use crate::model::{EndedBy, Key};

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
    /// No such mail or subscriber, or it had ended before.
    Nobody,
}

const DAY: i64 = 24 * 60 * 60 * 1000;
/// A score this old is forgotten.
const FORGOTTEN: i64 = 30;
/// Three mails that came back for good, on three days.
const ENOUGH: i64 = 6;

impl Store {
    /// A mail counts once, on the day on which we heard of it, and a day counts once, by the worst of
    /// its mails. `message`: what stands before the "@" of the Message-ID.
    pub async fn bounced(
        &self,
        message: &str,
        bounce: Bounce,
        now: Timestamp,
    ) -> Result<Scored, StoreError> {
        let mut transaction = self.writing().await?;
        let outcome = score(&mut transaction, message, bounce, now).await;
        self.end(transaction, outcome).await
    }

    /// Somebody called a mail spam: it was the last one, and the address is never asked again.
    pub async fn complained(
        &self,
        message: &str,
        key: &Key,
        now: Timestamp,
    ) -> Result<Scored, StoreError> {
        let mut transaction = self.writing().await?;
        let outcome = complain(&mut transaction, message, key, now).await;
        self.end(transaction, outcome).await
    }
}

async fn score(
    conn: &mut SqliteConnection,
    message: &str,
    bounce: Bounce,
    now: Timestamp,
) -> columns::Result<Scored> {
    let Some((no, id)) = subscribers::told_by(conn, message).await? else {
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
        "INSERT INTO bounce (message, subscriber, day, halves) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (message) DO UPDATE SET halves = max(halves, excluded.halves)",
    )
    .bind(message)
    .bind(no)
    .bind(day)
    .bind(match bounce {
        Bounce::Hard => 2,
        Bounce::Soft => 1,
    })
    .execute(&mut *conn)
    .await?;
    let halves: i64 = sqlx::query_scalar(
        "SELECT sum(worst) FROM (
             SELECT max(halves) AS worst FROM bounce WHERE subscriber = ?1 GROUP BY day)",
    )
    .bind(no)
    .fetch_one(&mut *conn)
    .await?;
    if halves < ENOUGH {
        return Ok(Scored::Counted);
    }
    let ended = subscribers::end(conn, id, EndedBy::Bounced, now).await;
    ended.map(Scored::from)
}

async fn complain(
    conn: &mut SqliteConnection,
    message: &str,
    key: &Key,
    now: Timestamp,
) -> columns::Result<Scored> {
    let Some((no, id)) = subscribers::told_by(conn, message).await? else {
        return Ok(Scored::Nobody);
    };
    let address: String = sqlx::query_scalar("SELECT address FROM subscriber WHERE no = ?1")
        .bind(no)
        .fetch_one(&mut *conn)
        .await?;
    subscribers::forbid(conn, &address, key, now).await?;
    let ended = subscribers::end(conn, id, EndedBy::Complained, now).await;
    ended.map(Scored::from)
}

impl From<Ended> for Scored {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Now => Scored::Ended,
            Ended::Before => Scored::Nobody,
        }
    }
}
