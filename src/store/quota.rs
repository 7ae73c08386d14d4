//! Counts requests, so that nobody can have somebody else flooded with mail.

use jiff::{SignedDuration, Timestamp};
use sqlx::SqliteConnection;

use super::columns::{self, ms};

/// So many within a time that begins with the first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quota {
    pub most: i64,
    pub within: SignedDuration,
}

/// Requests that one network may make, whatever they ask for.
pub(super) const OF_NETWORK: Quota = Quota {
    most: 20,
    within: SignedDuration::from_hours(1),
};
/// Invitations to one address.
pub(super) const OF_ADDRESS: Quota = Quota {
    most: 1,
    within: SignedDuration::from_hours(24),
};
/// Invitations to one address in the long run.
pub(super) const IN_A_MONTH: Quota = Quota {
    most: 3,
    within: SignedDuration::from_hours(30 * 24),
};
/// Requests for invitations to the whole site.
pub(super) const OF_SITE: Quota = Quota {
    most: 100,
    within: SignedDuration::from_hours(1),
};

/// Whether one more is within the quota; it is counted either way.
pub(super) async fn spend(
    conn: &mut SqliteConnection,
    name: &str,
    quota: Quota,
    now: Timestamp,
) -> columns::Result<bool> {
    let until = now.checked_add(quota.within).unwrap_or(Timestamp::MAX);
    let count: i64 = sqlx::query_scalar(
        "INSERT INTO quota (name, until, count) VALUES (?1, ?2, 1)
         ON CONFLICT (name) DO UPDATE SET
             count = iif(until <= ?3, 1, min(count, 1000000) + 1),
             until = iif(until <= ?3, excluded.until, until)
         RETURNING count",
    )
    .bind(name)
    .bind(ms(until))
    .bind(ms(now))
    .fetch_one(conn)
    .await?;
    Ok(count <= quota.most)
}
