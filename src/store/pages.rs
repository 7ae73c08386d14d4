//! Pages and their leases: which are known, which are due, and who is looking at them.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use sqlx::{FromRow, SqliteConnection};

use super::columns::{self, from_word, instant, json, lease_end, ms, page_id, word};
use super::{Claim, Recorded, Store, StoreError, captures};
use crate::model::{LeaseToken, PageBrief, PageId, Plan, Purpose, Resource, Visit};

impl Store {
    /// Makes known which pages are configured: new ones get their first plan, absent ones are no longer due.
    pub async fn register(&self, pages: &[(PageBrief, Plan)]) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        let outcome = register(&mut transaction, pages).await;
        self.end(transaction, outcome).await
    }

    /// Makes pages known that are not yet. They are not watched before they are registered, so that a
    /// daemon that was started without them is not handed their visits.
    pub async fn introduce(&self, pages: &[(PageBrief, Plan)]) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        let outcome = introduce(&mut transaction, pages).await;
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
    let rows = registered(pages)?;
    sqlx::query(
        "INSERT INTO page (id, brief, watched, due, purpose, ready)
         SELECT value->>'id', value->>'brief', 1, value->>'due', value->>'purpose', value->>'due'
         FROM json_each(?1) WHERE true
         ON CONFLICT (id) DO UPDATE SET
             brief = excluded.brief,
             watched = 1,
             due = iif(watched, due, excluded.due),
             purpose = iif(watched, purpose, excluded.purpose),
             timing = iif(watched, timing, NULL),
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

async fn introduce(
    conn: &mut SqliteConnection,
    pages: &[(PageBrief, Plan)],
) -> columns::Result<()> {
    sqlx::query(
        "INSERT INTO page (id, brief, watched, due, purpose, ready)
         SELECT value->>'id', value->>'brief', 0, value->>'due', value->>'purpose', value->>'due'
         FROM json_each(?1) WHERE true
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(registered(pages)?)
    .execute(conn)
    .await
    .map(drop)
}

fn registered(pages: &[(PageBrief, Plan)]) -> columns::Result<String> {
    let rows = pages
        .iter()
        .map(|(brief, plan)| {
            Ok(Registered {
                id: &brief.id,
                brief: json(brief)?,
                due: ms(plan.at),
                purpose: word(&plan.purpose),
            })
        })
        .collect::<columns::Result<Vec<_>>>()?;
    json(&rows)
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
            known: Vec::new(),
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
    .bind(columns::rows(limit))
    .fetch_all(&mut *conn)
    .await?;
    let mut visits = leased
        .into_iter()
        .map(|row| row.into_visit(now))
        .collect::<columns::Result<Vec<_>>>()?;
    visits.sort_by(|a, b| (a.due, &a.page).cmp(&(b.due, &b.page)));
    hand_over(conn, visits.iter_mut().collect()).await?;
    Ok(visits)
}

/// Gives each visit what is known of its page's addresses: asked for with the lease, it costs one
/// statement for many visits.
async fn hand_over(conn: &mut SqliteConnection, visits: Vec<&mut Visit>) -> columns::Result<()> {
    let pages: Vec<&PageId> = visits.iter().map(|visit| &visit.page).collect();
    let mut known: HashMap<PageId, Vec<Resource>> = HashMap::new();
    for resource in captures::known(conn, &pages).await? {
        let page = resource.capture.page.clone();
        known.entry(page).or_default().push(resource);
    }
    for visit in visits {
        visit.known = known.remove(&visit.page).unwrap_or_default();
    }
    Ok(())
}

/// A page that is to be looked at now, due or not.
#[derive(Debug)]
pub(super) struct Wanted {
    pub page: PageId,
    pub now: Timestamp,
    pub lease: SignedDuration,
}

#[derive(Serialize)]
struct Wish<'a> {
    page: &'a PageId,
    now: i64,
    until: i64,
}

/// Leases the pages that nobody is looking at. The plan of each stays as it is: should this look
/// die, the planned one still comes.
pub(super) async fn lease_each(
    conn: &mut SqliteConnection,
    wanted: &[Wanted],
) -> columns::Result<Vec<Claim>> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let wishes = wanted.iter().map(|wanted| Wish {
        page: &wanted.page,
        now: ms(wanted.now),
        until: lease_end(wanted.now, wanted.lease),
    });
    let wishes = json(&wishes.collect::<Vec<_>>())?;
    let mut leased = lease_free(conn, &wishes).await?;
    let busy = if leased.len() < wanted.len() {
        busy(conn, &wishes).await?
    } else {
        HashMap::new()
    };
    let claim = |wanted: &Wanted| match leased.remove(wanted.page.as_str()) {
        Some(row) => Ok(Claim::Taken(row.into_visit(wanted.now)?)),
        None => match busy.get(wanted.page.as_str()) {
            Some(until) => Ok(Claim::Busy {
                until: instant(*until)?,
            }),
            None => Ok(Claim::Unknown),
        },
    };
    let mut claims = wanted
        .iter()
        .map(claim)
        .collect::<columns::Result<Vec<_>>>()?;
    let taken = claims.iter_mut().filter_map(|claim| match claim {
        Claim::Taken(visit) => Some(visit),
        Claim::Busy { .. } | Claim::Unknown => None,
    });
    hand_over(conn, taken.collect()).await?;
    Ok(claims)
}

async fn lease_free(
    conn: &mut SqliteConnection,
    wishes: &str,
) -> columns::Result<HashMap<String, Leased>> {
    let leased: Vec<Leased> = sqlx::query_as(
        "UPDATE page SET
             token = token + 1, leased_until = value->>'until', ready = value->>'until',
             visit = (WITH RECURSIVE free (at) AS (
                          SELECT value->>'now'
                          UNION ALL
                          SELECT at + 1 FROM free
                          WHERE EXISTS (SELECT 1 FROM visit AS v WHERE v.page = page.no AND v.due = at))
                      SELECT max(at) FROM free)
         FROM json_each(?1)
         WHERE page.id = value->>'page' AND watched = 1
           AND (leased_until IS NULL OR leased_until <= value->>'now')
         RETURNING page.id, visit, ?2 AS purpose, token, settled",
    )
    .bind(wishes)
    .bind(word(&Purpose::Manual))
    .fetch_all(conn)
    .await?;
    Ok(leased
        .into_iter()
        .map(|row| (row.id.clone(), row))
        .collect())
}

/// Until when somebody is looking at a page, at the latest.
async fn busy(conn: &mut SqliteConnection, wishes: &str) -> columns::Result<HashMap<String, i64>> {
    let busy: Vec<(String, i64)> = sqlx::query_as(
        "SELECT id, leased_until FROM page
         WHERE watched = 1 AND leased_until IS NOT NULL
           AND id IN (SELECT value->>'page' FROM json_each(?1))",
    )
    .bind(wishes)
    .fetch_all(conn)
    .await?;
    Ok(busy.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::samples::{LEASE, at, brief, claimed, page, plan, store_of, unchanged};
    use super::*;

    #[tokio::test]
    async fn due_pages_are_leased_once_and_oldest_first() {
        let (_folder, store) = store_of(0).await;
        let plans = [
            (brief(1), plan(5)),
            (brief(2), plan(3)),
            (brief(3), plan(60)),
        ];
        store.register(&plans).await.unwrap();
        let names = |visits: &[Visit]| visits.iter().map(|v| v.page.clone()).collect::<Vec<_>>();
        assert_eq!(
            names(&store.due(at(10), LEASE, 1).await.unwrap()),
            [page(2)]
        );
        assert_eq!(
            names(&store.due(at(10), LEASE, 9).await.unwrap()),
            [page(1)]
        );
        assert_eq!(names(&store.due(at(10), LEASE, 9).await.unwrap()), []);
        assert_eq!(store.next_due().await.unwrap(), Some(at(15)));
    }

    #[tokio::test]
    async fn two_programs_on_one_file_claim_each_page_once() {
        let (folder, store) = store_of(300).await;
        let other = Store::open(&folder.path().join("v.db")).await.unwrap();
        let all = async |store: Store| {
            let mut pages = Vec::new();
            loop {
                let visits = store.due(at(1), LEASE, 7).await.unwrap();
                if visits.is_empty() {
                    return pages;
                }
                pages.extend(visits.into_iter().map(|visit| visit.page));
            }
        };
        let (mut here, there) = tokio::join!(all(store), all(other));
        here.extend(there);
        assert_eq!(here.len(), 300);
        assert_eq!(here.into_iter().collect::<HashSet<_>>().len(), 300);
    }

    #[tokio::test]
    async fn a_visit_whose_lease_ran_out_comes_back_under_the_same_name() {
        let (_folder, store) = store_of(1).await;
        let lost = claimed(&store, 1).await;
        assert_eq!(store.due(at(5), LEASE, 1).await.unwrap(), []);
        let again = claimed(&store, 6).await;
        assert_eq!(lost.id(), again.id());
        assert!(again.token > lost.token);
        assert_eq!(store.renew(&lost, at(6), LEASE).await, Ok(Recorded::Stale));
        assert_eq!(store.renew(&again, at(9), LEASE).await, Ok(Recorded::Done));
        assert_eq!(store.due(at(13), LEASE, 1).await.unwrap(), []);
    }

    #[tokio::test]
    async fn a_page_under_way_is_busy_for_a_person_too() {
        let (_folder, store) = store_of(1).await;
        claimed(&store, 1).await;
        let busy = store.claim_page(&page(0), at(2), LEASE).await.unwrap();
        assert_eq!(busy, Claim::Busy { until: at(6) });
        let unknown = store.claim_page(&page(9), at(2), LEASE).await.unwrap();
        assert_eq!(unknown, Claim::Unknown);
    }

    #[tokio::test]
    async fn looks_by_hand_that_are_asked_for_together_share_a_commit_and_no_page_is_taken_twice() {
        let (_folder, store) = store_of(3).await;
        let claim = |n: usize| {
            let (store, page) = (store.clone(), page(n));
            async move { store.claim_page(&page, at(2), LEASE).await.unwrap() }
        };
        let claims = tokio::join!(claim(0), claim(2), claim(0), claim(9));
        let Claim::Taken(first) = &claims.0 else {
            panic!("the page was free");
        };
        assert_eq!((&first.page, first.due), (&page(0), at(2)));
        assert!(matches!(&claims.1, Claim::Taken(other) if other.page == page(2)));
        assert_eq!(claims.2, Claim::Busy { until: at(7) });
        assert_eq!(claims.3, Claim::Unknown);
    }

    #[tokio::test]
    async fn a_look_by_hand_that_dies_leaves_the_plan_as_it_was() {
        let (_folder, store) = store_of(1).await;
        let Claim::Taken(by_hand) = store.claim_page(&page(0), at(2), LEASE).await.unwrap() else {
            panic!("the page was free");
        };
        assert_eq!((by_hand.due, by_hand.purpose), (at(2), Purpose::Manual));
        let planned = claimed(&store, 8).await;
        assert_eq!((planned.due, planned.purpose), (at(0), Purpose::Scheduled));
    }

    #[tokio::test]
    async fn a_visit_never_takes_the_name_of_a_recorded_one() {
        let (_folder, store) = store_of(1).await;
        let mut record = unchanged(claimed(&store, 1).await);
        record.next = plan(0);
        store.record(record.clone()).await.unwrap();
        let again = claimed(&store, 1).await;
        assert_eq!(again.due, at(0) + SignedDuration::from_millis(1));
        assert_eq!(store.record(unchanged(again)).await, Ok(Recorded::Done));
        let Claim::Taken(by_hand) = store.claim_page(&page(0), at(0), LEASE).await.unwrap() else {
            panic!("the page was free");
        };
        assert_eq!(by_hand.due, at(0) + SignedDuration::from_millis(2));
    }

    #[tokio::test]
    async fn a_page_that_is_no_longer_configured_is_not_due_until_it_returns() {
        let (_folder, store) = store_of(2).await;
        store.register(&[(brief(1), plan(0))]).await.unwrap();
        let visits = store.due(at(1), LEASE, 9).await.unwrap();
        assert_eq!(visits.len(), 1);
        assert_eq!(visits.first().map(|visit| &visit.page), Some(&page(1)));
        store
            .register(&[(brief(0), plan(30)), (brief(1), plan(30))])
            .await
            .unwrap();
        assert_eq!(store.due(at(2), LEASE, 9).await.unwrap(), []);
        assert_eq!(
            claimed(&store, 30).await.due,
            at(0),
            "the leased one kept its plan"
        );
        assert_eq!(
            claimed(&store, 30).await.due,
            at(30),
            "the returned one has a new plan"
        );
    }
}
