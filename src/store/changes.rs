//! Changes: written with the visit that confirmed them, read as history and as news.

use jiff::Timestamp;
use sqlx::{FromRow, QueryBuilder, SqliteConnection};

use super::columns::{self, from_json, instant, json, ms, rows, word};
use super::{Store, StoreError, events};
use crate::model::{Change, ChangeId, EntryKey, News, PageId, Told, VisitId};

/// Which changes to list, and how many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeFilter {
    pub page: Option<PageId>,
    pub key: Option<EntryKey>,
    /// Confirmed at that instant or later.
    pub since: Option<Timestamp>,
    /// Confirmed before that instant.
    pub until: Option<Timestamp>,
    pub whom: Whom,
    pub limit: usize,
}

/// Whose changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// What readers were told.
    Readers,
    /// All, with those that are cosmetic or on a field that toggles.
    Everybody,
}

impl Default for ChangeFilter {
    fn default() -> Self {
        Self {
            page: None,
            key: None,
            since: None,
            until: None,
            whom: Whom::Everybody,
            limit: usize::MAX,
        }
    }
}

impl Store {
    /// Changes, newest first; those of one visit in page order.
    pub async fn changes(&self, filter: &ChangeFilter) -> Result<Vec<Change>, StoreError> {
        // Only what is asked for stands in the text, so that each question finds its index.
        let mut sql = QueryBuilder::new("SELECT body FROM change WHERE confirmed >= ");
        sql.push_bind(filter.since.map_or(i64::MIN, ms))
            .push(" AND confirmed < ")
            .push_bind(filter.until.map_or(i64::MAX, ms));
        if let Some(page) = &filter.page {
            sql.push(" AND page = (SELECT no FROM page WHERE id = ")
                .push_bind(page.as_str())
                .push(")");
        }
        if let Some(key) = &filter.key {
            sql.push(" AND key = ").push_bind(key.as_str());
        }
        if filter.whom == Whom::Readers {
            sql.push(" AND told <> 'nobody'");
        }
        sql.push(" ORDER BY confirmed DESC, page, visit, no LIMIT ")
            .push_bind(rows(filter.limit));
        let bodies = sql.build_query_scalar().fetch_all(&self.0.readers).await;
        self.as_changes(bodies)
    }

    pub async fn change(&self, id: ChangeId) -> Result<Option<Change>, StoreError> {
        let body: Result<Option<String>, _> =
            sqlx::query_scalar("SELECT body FROM change WHERE id = ?1")
                .bind(id.to_string())
                .fetch_optional(&self.0.readers)
                .await;
        body.and_then(|body| body.map(|body| from_json(&body)).transpose())
            .map_err(|error| self.failed(&error))
    }

    /// How often something happened to one entry.
    pub async fn changes_of(&self, page: &PageId, key: &EntryKey) -> Result<usize, StoreError> {
        let count: Result<i64, _> = sqlx::query_scalar(
            "SELECT count(*) FROM change
             WHERE page = (SELECT no FROM page WHERE id = ?1) AND key = ?2",
        )
        .bind(page.as_str())
        .bind(key.as_str())
        .fetch_one(&self.0.readers)
        .await;
        count
            .and_then(|count| usize::try_from(count).map_err(columns::unreadable))
            .map_err(|error| self.failed(&error))
    }

    /// The newest news of a page (or of all), newest first: what a feed holds.
    pub async fn news(&self, page: Option<&PageId>, limit: usize) -> Result<Vec<News>, StoreError> {
        let mut transaction = self.reading().await?;
        let outcome = news(&mut transaction, page, limit).await;
        self.end(transaction, outcome).await
    }

    fn as_changes(
        &self,
        bodies: Result<Vec<String>, sqlx::Error>,
    ) -> Result<Vec<Change>, StoreError> {
        bodies
            .and_then(|bodies| bodies.iter().map(|body| from_json(body)).collect())
            .map_err(|error| self.failed(&error))
    }
}

/// Writes the changes a visit confirmed, in page order.
pub(super) async fn write(
    conn: &mut SqliteConnection,
    no: i64,
    visit: Timestamp,
    changes: &[Change],
) -> columns::Result<()> {
    for change in changes {
        sqlx::query(
            "INSERT INTO change (id, page, visit, key, told, confirmed, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (id) DO NOTHING",
        )
        .bind(change.id.to_string())
        .bind(no)
        .bind(ms(visit))
        .bind(change.difference.key.as_str())
        .bind(word(&change.told)?)
        .bind(ms(change.confirmed))
        .bind(json(change)?)
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

#[derive(FromRow)]
struct Telling {
    no: i64,
    id: String,
    visit: i64,
    brief: String,
}

async fn news(
    conn: &mut SqliteConnection,
    page: Option<&PageId>,
    limit: usize,
) -> columns::Result<Vec<News>> {
    // Two texts, so that each walks its own index from the newest visit on.
    let sql = match page {
        Some(_) => {
            "SELECT DISTINCT page.no, page.id, change.visit, page.brief
             FROM page CROSS JOIN change ON change.page = page.no
             WHERE page.id = ?1 AND change.told <> 'nobody'
             ORDER BY change.visit DESC LIMIT ?2"
        }
        None => {
            "SELECT page.no, page.id, telling.visit, page.brief
             FROM (SELECT DISTINCT visit, page FROM change WHERE told <> 'nobody'
                   ORDER BY visit DESC, page DESC LIMIT ?2) AS telling
             JOIN page ON page.no = telling.page
             WHERE ?1 IS NULL ORDER BY telling.visit DESC, telling.page DESC"
        }
    };
    let tellings: Vec<Telling> = sqlx::query_as(sql)
        .bind(page.map(PageId::as_str))
        .bind(rows(limit))
        .fetch_all(&mut *conn)
        .await?;
    let mut all = Vec::with_capacity(tellings.len());
    for telling in tellings {
        all.push(telling.into_news(conn).await?);
    }
    Ok(all)
}

impl Telling {
    async fn into_news(self, conn: &mut SqliteConnection) -> columns::Result<News> {
        let bodies: Vec<String> = sqlx::query_scalar(
            "SELECT body FROM change
             WHERE page = ?1 AND visit = ?2 AND told <> 'nobody' ORDER BY no",
        )
        .bind(self.no)
        .bind(self.visit)
        .fetch_all(&mut *conn)
        .await?;
        let changes = bodies
            .iter()
            .map(|body| from_json(body))
            .collect::<columns::Result<Vec<Change>>>()?;
        let due = instant(self.visit)?;
        Ok(News {
            page: from_json(&self.brief)?,
            visit: VisitId::new(&columns::page_id(&self.id)?, due),
            at: changes
                .iter()
                .map(|change| change.confirmed)
                .max()
                .unwrap_or(due),
            many_at_once: changes
                .iter()
                .any(|change| change.told == Told::ReadersTogether),
            changes,
            events: events::of_visit(conn, self.no, self.visit).await?,
        })
    }
}
