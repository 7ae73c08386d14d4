//! Pages and their leases: which are known, which are due, and who is looking at them.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use sqlx::{FromRow, SqliteConnection};

use super::columns::{self, from_word, instant, json, lease_end, ms, page_id, word};
use super::{Claim, Recorded, Store, StoreError};
use crate::model::{LeaseToken, PageBrief, PageId, Plan, Purpose, Visit};

impl Store {
    /// Makes known which pages are configured: new ones get their first plan, absent ones are no longer due.
    pub async fn register(&self, pages: &[(PageBrief, Plan)]) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        let outcome = register(&mut transaction, pages).await;
        self.end(transaction, outcome).await
    }

    /// Leases the pages that are due, oldest first.
    pub async fn due(
        &self,
        now: Timestamp,
        lease: SignedDuration,
        limit: usize,
    ) -> Result<Vec<Visit>, StoreError> {
        let mut transaction = self.writing().await?;
        let outcome = lease_due(&mut transaction, now, lease, limit).await;
        self.end(transaction, outcome).await
    }

    /// Leases one page for a look now, due or not.
    pub async fn claim_page(
        &self,
        page: &PageId,
        now: Timestamp,
        lease: SignedDuration,
    ) -> Result<Claim, StoreError> {
        let mut transaction = self.writing().await?;
        let outcome = lease_one(&mut transaction, page, now, lease).await;
        self.end(transaction, outcome).await
    }

    /// Lengthens the lease of a visit under way.
    pub async fn renew(
        &self,
        visit: &Visit,
        now: Timestamp,
        lease: SignedDuration,
    ) -> Result<Recorded, StoreError> {
        let mut transaction = self.writing().await?;
        let outcome = sqlx::query(
            "UPDATE page SET leased_until = ?1, ready = ?1
             WHERE id = ?2 AND token = ?3 AND leased_until IS NOT NULL",
        )
        .bind(lease_end(now, lease))
        .bind(visit.page.as_str())
        .bind(visit.token.0)
        .execute(&mut *transaction)
        .await
        .map(|done| Recorded::of(done.rows_affected()));
        self.end(transaction, outcome).await
    }

    /// When the next page is due.
    pub async fn next_visit(&self) -> Result<Option<Timestamp>, StoreError> {
        let next = sqlx::query_scalar("SELECT min(ready) FROM page WHERE watched = 1");
        let next: Result<Option<i64>, sqlx::Error> = next.fetch_one(&self.0.readers).await;
        next.and_then(columns::instant_if)
            .map_err(|error| self.failed(&error))
    }

    /// When something is due next: a page or a delivery. What is leased counts with the end of its lease.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let next: Result<Option<i64>, sqlx::Error> = sqlx::query_scalar(
            "SELECT min(ready) FROM (
                 SELECT min(ready) AS ready FROM page WHERE watched = 1
                 UNION ALL
                 SELECT min(ready) FROM delivery WHERE state = 'pending')",
        )
        .fetch_one(&self.0.readers)
        .await;
        next.and_then(columns::instant_if)
            .map_err(|error| self.failed(&error))
    }
}

#[derive(Serialize)]
struct Registered<'a> {
    id: &'a PageId,
    brief: String,
    due: i64,
    purpose: String,
}

/// Known pages keep their plan; one that comes back after an absence gets a new one.
async fn register(conn: &mut SqliteConnection, pages: &[(PageBrief, Plan)]) -> columns::Result<()> {
    let rows = pages
        .iter()
        .map(|(brief, plan)| {
            Ok(Registered {
                id: &brief.id,
                brief: json(brief)?,
                due: ms(plan.at),
                purpose: word(&plan.purpose)?,
            })
        })
        .collect::<columns::Result<Vec<_>>>()?;
    let rows = json(&rows)?;
    sqlx::query(
        "INSERT INTO page (id, brief, watched, due, purpose, ready)
         SELECT value->>'id', value->>'brief', 1, value->>'due', value->>'purpose', value->>'due'
         FROM json_each(?1) WHERE true
         ON CONFLICT (id) DO UPDATE SET
             brief = excluded.brief,
             watched = 1,
             due = iif(watched, due, excluded.due),
             purpose = iif(watched, purpose, excluded.purpose),
             ready = iif(watched OR leased_until IS NOT NULL, ready, excluded.ready)
         WHERE watched = 0 OR brief <> excluded.brief",
    )
    .bind(&rows)
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "UPDATE page SET watched = 0
         WHERE watched = 1 AND id NOT IN (SELECT value->>'id' FROM json_each(?1))",
    )
    .bind(&rows)
    .execute(conn)
    .await?;
    Ok(())
}

#[derive(FromRow)]
struct Leased {
    id: String,
    visit: i64,
    purpose: String,
    token: i64,
    settled: Option<String>,
}

impl Leased {
    fn into_visit(self, started: Timestamp) -> columns::Result<Visit> {
        Ok(Visit {
            page: page_id(&self.id)?,
            due: instant(self.visit)?,
            started,
            purpose: from_word(&self.purpose)?,
            token: LeaseToken(self.token),
            settled: self
                .settled
                .map(|digest| digest.parse().map_err(columns::unreadable))
                .transpose()?,
        })
    }
}

async fn lease_due(
    conn: &mut SqliteConnection,
    now: Timestamp,
    lease: SignedDuration,
    limit: usize,
) -> columns::Result<Vec<Visit>> {
    // The due time names the visit. Should a visit of that name exist (the clock stepped back), the
    // next free millisecond is taken.
    let leased: Vec<Leased> = sqlx::query_as(
        "UPDATE page SET
             token = token + 1, leased_until = ?2, ready = ?2,
             visit = (WITH RECURSIVE free (at) AS (
                          SELECT page.due
                          UNION ALL
                          SELECT at + 1 FROM free
                          WHERE EXISTS (SELECT 1 FROM visit AS v WHERE v.page = page.no AND v.due = at))
                      SELECT max(at) FROM free)
         WHERE no IN (SELECT no FROM page WHERE watched = 1 AND ready <= ?1 ORDER BY ready LIMIT ?3)
         RETURNING id, visit, purpose, token, settled",
    )
    .bind(ms(now))
    .bind(lease_end(now, lease))
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
    .fetch_all(conn)
    .await?;
    let mut visits = leased
        .into_iter()
        .map(|row| row.into_visit(now))
        .collect::<columns::Result<Vec<_>>>()?;
    visits.sort_by(|a, b| (a.due, &a.page).cmp(&(b.due, &b.page)));
    Ok(visits)
}

/// The plan of the page stays as it is: should this look die, the planned one still comes.
async fn lease_one(
    conn: &mut SqliteConnection,
    page: &PageId,
    now: Timestamp,
    lease: SignedDuration,
) -> columns::Result<Claim> {
    let until: Option<Option<i64>> =
        sqlx::query_scalar("SELECT leased_until FROM page WHERE id = ?1 AND watched = 1")
            .bind(page.as_str())
            .fetch_optional(&mut *conn)
            .await?;
    match until {
        None => return Ok(Claim::Unknown),
        Some(Some(until)) if until > ms(now) => {
            return Ok(Claim::Busy {
                until: instant(until)?,
            });
        }
        Some(_) => {}
    }
    let leased: Leased = sqlx::query_as(
        "UPDATE page SET
             token = token + 1, leased_until = ?2, ready = ?2,
             visit = (WITH RECURSIVE free (at) AS (
                          SELECT ?1
                          UNION ALL
                          SELECT at + 1 FROM free
                          WHERE EXISTS (SELECT 1 FROM visit AS v WHERE v.page = page.no AND v.due = at))
                      SELECT max(at) FROM free)
         WHERE id = ?3
         RETURNING id, visit, ?4 AS purpose, token, settled",
    )
    .bind(ms(now))
    .bind(lease_end(now, lease))
    .bind(page.as_str())
    .bind(word(&Purpose::Manual)?)
    .fetch_one(conn)
    .await?;
    Ok(Claim::Taken(leased.into_visit(now)?))
}
