//! Forgets what nobody needs any more: unanswered invitations, addresses that left, counters, told news.

use jiff::{SignedDuration, Timestamp};
use sqlx::SqliteConnection;

use super::columns::{self, ms};
use super::{Store, StoreError};

/// A used token shows a kind page for so long; an address that left is kept for so long.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Longer than the longest time between two digests.
const TOLD: SignedDuration = SignedDuration::from_hours(100 * 24);

impl Store {
    pub async fn tidy(&self, now: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        let outcome = tidy(&mut transaction, now).await;
        self.end(transaction, outcome).await
    }
}

async fn tidy(conn: &mut SqliteConnection, now: Timestamp) -> columns::Result<()> {
    let before = |time: SignedDuration| ms(now.checked_sub(time).unwrap_or(Timestamp::MIN));
    for (statement, instant) in [
        ("DELETE FROM quota WHERE until <= ?1", ms(now)),
        ("DELETE FROM token WHERE expires <= ?1", before(KEPT)),
        // Whoever did not confirm in time never was a subscriber.
        (
            "DELETE FROM subscriber WHERE state = 'pending' AND NOT EXISTS (
                 SELECT 1 FROM token
                 WHERE token.subscriber = subscriber.no AND used_at IS NULL AND expires > ?1)",
            ms(now),
        ),
        (
            "DELETE FROM subscriber WHERE state = 'ended' AND ended_at <= ?1",
            before(KEPT),
        ),
        ("DELETE FROM telling WHERE at <= ?1", before(TOLD)),
    ] {
        sqlx::query(statement)
            .bind(instant)
            .execute(&mut *conn)
            .await?;
    }
    sqlx::query(
        "DELETE FROM letter
         WHERE NOT EXISTS (SELECT 1 FROM delivery WHERE delivery.letter = letter.no)
           AND no NOT IN (SELECT letter FROM telling)",
    )
    .execute(conn)
    .await
    .map(drop)
}
