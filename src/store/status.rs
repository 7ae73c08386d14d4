//! How each page stands, and which visits there were.

use std::collections::HashSet;

use jiff::Timestamp;
use sqlx::FromRow;

use super::columns::{
    self, from_json, from_word, instant, instant_if, ms, rows as limited, unreadable,
};
use super::{HeldLook, HoldScope, Store, StoreError};
use crate::model::{EntryKey, Health, Look, PageBrief, PageId, Plan, Problem, Purpose, VisitId};

/// How a page stands.
#[derive(Debug, Clone, PartialEq)]
pub struct PageStatus {
    pub brief: PageBrief,
    /// Whether it is configured now.
    pub watched: bool,
    pub last_visit: Option<Timestamp>,
    /// The last look that could be read and believed.
    pub last_ok: Option<Timestamp>,
    /// The last change readers were told of.
    pub last_change: Option<Timestamp>,
    pub next: Plan,
    /// Since when its history is kept here; `None`: from the first look on.
    pub kept_since: Option<Timestamp>,
    /// The outcome of the last visit.
    pub look: Option<Look>,
    pub health: Health,
    pub hold: Option<HeldLook>,
    /// How many entries it has.
    pub entries: usize,
    /// How many differences were seen once and wait for a second look.
    pub candidates: usize,
}

impl PageStatus {
    /// Of a page that is configured and was never looked at.
    pub fn unseen(brief: PageBrief, next: Plan) -> Self {
        Self {
            brief,
            watched: true,
            last_visit: None,
            last_ok: None,
            last_change: None,
            next,
            kept_since: None,
            look: None,
            health: Health::default(),
            hold: None,
            entries: 0,
            candidates: 0,
        }
    }
}

/// A visit as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitRow {
    pub page: PageId,
    pub due: Timestamp,
    pub started: Timestamp,
    pub finished: Timestamp,
    pub purpose: Purpose,
    pub look: Look,
    pub problems: Vec<Problem>,
}

impl Store {
    /// All pages that were ever watched, by name.
    pub async fn status(&self) -> Result<Vec<PageStatus>, StoreError> {
        self.status_where(None, None).await
    }

    /// One of them.
    pub async fn status_of(&self, page: &PageId) -> Result<Option<PageStatus>, StoreError> {
        Ok(self.status_where(Some(page), None).await?.pop())
    }

    /// Those that have an entry of this key, or had one, or may have had one before our own watch.
    pub async fn status_with(&self, key: &EntryKey) -> Result<Vec<PageStatus>, StoreError> {
        self.status_where(None, Some(key)).await
    }

    async fn status_where(
        &self,
        page: Option<&PageId>,
        key: Option<&EntryKey>,
    ) -> Result<Vec<PageStatus>, StoreError> {
        let holds = self.holds(HoldScope::Open).await?;
        let rows: Result<Vec<PageRow>, _> = sqlx::query_as(STATUS)
            .bind(page.map(PageId::as_str))
            .bind(key.map(EntryKey::as_str))
            .fetch_all(&self.0.readers)
            .await;
        rows.and_then(|rows| {
            rows.into_iter()
                .map(|row| row.into_status(&holds))
                .collect()
        })
        .map_err(|error| self.failed(&error))
    }

    /// The newest visits of a page, newest first.
    pub async fn visits(&self, page: &PageId, limit: usize) -> Result<Vec<VisitRow>, StoreError> {
        let span = (Timestamp::MIN, Timestamp::MAX);
        self.visits_in(page, span, limit).await
    }

    /// The visits of a page that began in a span, its first instant included, newest first.
    pub async fn visits_between(
        &self,
        page: &PageId,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<VisitRow>, StoreError> {
        self.visits_in(page, (from, to), usize::MAX).await
    }

    async fn visits_in(
        &self,
        page: &PageId,
        (from, to): (Timestamp, Timestamp),
        limit: usize,
    ) -> Result<Vec<VisitRow>, StoreError> {
        let rows: Result<Vec<Row>, _> = sqlx::query_as(
            "SELECT due, started, finished, purpose, look, problems FROM visit
             WHERE page = (SELECT no FROM page WHERE id = ?1) AND started >= ?3 AND started < ?4
             ORDER BY due DESC LIMIT ?2",
        )
        .bind(page.as_str())
        .bind(limited(limit))
        .bind(ms(from))
        .bind(ms(to))
        .fetch_all(&self.0.readers)
        .await;
        rows.and_then(|rows| rows.into_iter().map(|row| row.into_visit(page)).collect())
            .map_err(|error| self.failed(&error))
    }

    /// The first look at a page that could be read.
    pub async fn first_look(&self, page: &PageId) -> Result<Option<Timestamp>, StoreError> {
        let first: Result<Option<i64>, _> = sqlx::query_scalar(
            "SELECT started FROM visit
             WHERE page = (SELECT no FROM page WHERE id = ?1) AND look = ?2 ORDER BY due LIMIT 1",
        )
        .bind(page.as_str())
        .bind("\"baseline\"")
        .fetch_optional(&self.0.readers)
        .await;
        first
            .and_then(instant_if)
            .map_err(|error| self.failed(&error))
    }

    pub async fn has_visit(&self, id: &VisitId) -> Result<bool, StoreError> {
        let known = self.visits_known(std::slice::from_ref(id)).await?;
        Ok(known.contains(id))
    }

    /// Which of these visits are recorded: what the journal has beyond them is missing here.
    pub async fn visits_known(&self, ids: &[VisitId]) -> Result<HashSet<VisitId>, StoreError> {
        let outcome = known(&self.0.readers, ids).await;
        outcome.map_err(|error| self.failed(&error))
    }
}

#[derive(FromRow)]
struct PageRow {
    brief: String,
    watched: bool,
    due: i64,
    purpose: String,
    last_visit: Option<i64>,
    last_ok: Option<i64>,
    last_change: Option<i64>,
    kept_since: Option<i64>,
    look: Option<String>,
    health: Option<String>,
    candidates: i64,
    entries: i64,
}

const STATUS: &str = "
    SELECT brief, watched, due, purpose, last_visit, last_ok, last_change, kept_since, look,
           memory.body->'$.health' AS health,
           coalesce(json_array_length(memory.body, '$.candidates'), 0) AS candidates,
           (SELECT count(*) FROM entry WHERE entry.page = page.no) AS entries
    FROM page LEFT JOIN memory ON memory.page = page.no
    WHERE (?1 IS NULL OR id = ?1)
      AND (?2 IS NULL OR no IN (SELECT page FROM entry WHERE key = ?2
                                UNION SELECT page FROM change WHERE key = ?2
                                UNION SELECT page FROM earlier))
    ORDER BY id";

impl PageRow {
    fn into_status(self, holds: &[HeldLook]) -> columns::Result<PageStatus> {
        let brief: PageBrief = from_json(&self.brief)?;
        Ok(PageStatus {
            watched: self.watched,
            last_visit: instant_if(self.last_visit)?,
            last_ok: instant_if(self.last_ok)?,
            last_change: instant_if(self.last_change)?,
            kept_since: instant_if(self.kept_since)?,
            next: Plan {
                at: instant(self.due)?,
                purpose: from_word(&self.purpose)?,
            },
            look: self.look.map(|look| from_json(&look)).transpose()?,
            health: self
                .health
                .map_or_else(|| Ok(Health::default()), |health| from_json(&health))?,
            hold: holds.iter().find(|hold| hold.page == brief.id).cloned(),
            entries: usize::try_from(self.entries).map_err(unreadable)?,
            candidates: usize::try_from(self.candidates).map_err(unreadable)?,
            brief,
        })
    }
}

#[derive(FromRow)]
struct Row {
    due: i64,
    started: i64,
    finished: i64,
    purpose: String,
    look: String,
    problems: Option<String>,
}

impl Row {
    fn into_visit(self, page: &PageId) -> columns::Result<VisitRow> {
        Ok(VisitRow {
            page: page.clone(),
            due: instant(self.due)?,
            started: instant(self.started)?,
            finished: instant(self.finished)?,
            purpose: from_word(&self.purpose)?,
            look: from_json(&self.look)?,
            problems: self
                .problems
                .map_or_else(|| Ok(Vec::new()), |problems| from_json(&problems))?,
        })
    }
}

async fn known(readers: &sqlx::SqlitePool, ids: &[VisitId]) -> columns::Result<HashSet<VisitId>> {
    let places: Vec<i64> = sqlx::query_scalar(
        "SELECT asked.key
         FROM json_each(?1) AS asked CROSS JOIN page ON page.id = asked.value->>0
         CROSS JOIN visit ON visit.page = page.no AND visit.due = asked.value->>1",
    )
    .bind(columns::visits(ids)?)
    .fetch_all(readers)
    .await?;
    let known = places
        .into_iter()
        .filter_map(|place| ids.get(usize::try_from(place).ok()?).cloned());
    Ok(known.collect())
}
