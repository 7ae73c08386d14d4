//! Changes: written with the visit that confirmed them, read as history and as news.

use jiff::Timestamp;
use sqlx::{FromRow, SqliteConnection};

use super::columns::{self, from_json, instant, json, ms, rows, word};
use super::{Store, StoreError, events};
use crate::model::{Change, ChangeId, EntryKey, Grade, News, PageId, Told, VisitId};

/// Which changes to list, and how many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeFilter {
    pub page: Option<PageId>,
    pub key: Option<EntryKey>,
    /// Confirmed at that instant or later.
    pub since: Option<Timestamp>,
    /// Confirmed before that instant.
    pub until: Option<Timestamp>,
    pub grade: Option<Grade>,
    /// Only those that come behind it in the list, which new changes leave as it is.
    pub behind: Option<ChangeId>,
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
            grade: None,
            behind: None,
            whom: Whom::Everybody,
            limit: usize::MAX,
        }
    }
}

impl Store {
    /// Changes, newest first; those of one visit in page order.
    pub async fn changes(&self, filter: &ChangeFilter) -> Result<Vec<Change>, StoreError> {
        let bodies: Result<Vec<String>, _> = sqlx::query_scalar(
            "SELECT body FROM change
             WHERE (?1 IS NULL OR page = (SELECT no FROM page WHERE id = ?1))
               AND (?2 IS NULL OR key = ?2)
               AND confirmed >= ?3 AND confirmed < ?4
               AND (?5 OR told <> 'nobody')
               AND (?6 IS NULL OR body ->> '$.grade' = ?6)
               AND (?7 IS NULL OR (-confirmed, page, visit, no) >
                    (SELECT -confirmed, page, visit, no FROM change WHERE id = ?7))
             ORDER BY confirmed DESC, page, visit, no LIMIT ?8",
        )
        .bind(filter.page.as_ref().map(PageId::as_str))
        .bind(filter.key.as_ref().map(EntryKey::as_str))
        .bind(filter.since.map_or(i64::MIN, ms))
        .bind(filter.until.map_or(i64::MAX, ms))
        .bind(filter.whom == Whom::Everybody)
        .bind(filter.grade.map(Grade::code))
        .bind(filter.behind.map(|change| change.to_string()))
        .bind(rows(filter.limit))
        .fetch_all(&self.0.readers)
        .await;
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

    /// All that ever happened to one entry, oldest first.
    pub async fn entry_history(
        &self,
        page: &PageId,
        key: &EntryKey,
    ) -> Result<Vec<Change>, StoreError> {
        let bodies: Result<Vec<String>, _> = sqlx::query_scalar(
            "SELECT body FROM change
             WHERE page = (SELECT no FROM page WHERE id = ?1) AND key = ?2
             ORDER BY confirmed, no",
        )
        .bind(page.as_str())
        .bind(key.as_str())
        .fetch_all(&self.0.readers)
        .await;
        self.as_changes(bodies)
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
