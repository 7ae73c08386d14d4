//! Changes: written with the visit that confirmed them, read as history and as news.
//!
//! A change holds the texts of both sides, so it is kept as what differs from the change before it of
//! the same field: its old side is the new side of that one.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use sqlx::{AssertSqlSafe, FromRow, SqliteConnection};

use super::columns::{self, from_json, from_word, instant, json, ms, rows, unreadable, word};
use super::listing::Listing;
use super::versions::{Torn, Version};
use super::{Store, StoreError, events};
use crate::model::{Change, ChangeId, EntryKey, Grade, News, PageId, Told, VisitId};

/// What a change is to a reader, as its field has it.
const GRADE: &str = "iif(field IN ('entry', 'title', 'link'), 'PAGE', 'WORDING')";

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

/// A change that is not as it was written: what is known of it beside its texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damaged {
    pub id: ChangeId,
    pub visit: VisitId,
    pub key: EntryKey,
    pub grade: Grade,
    pub told: Told,
    pub confirmed: Timestamp,
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

impl ChangeFilter {
    /// Whether it asks for a change of a page that it asks for, told to whomever.
    pub fn takes(&self, change: &Change) -> bool {
        let key = self.key.as_ref();
        key.is_none_or(|key| change.difference.key == *key)
            && self.grade.is_none_or(|grade| change.grade == grade)
            && self.since.is_none_or(|since| change.confirmed >= since)
            && self.until.is_none_or(|until| change.confirmed < until)
    }
}

impl Store {
    /// Changes, newest first; those of one visit in page order. One that is damaged is an error.
    pub async fn changes(&self, filter: &ChangeFilter) -> Result<Vec<Change>, StoreError> {
        let changes = self.legible_changes(filter).await?;
        let changes = changes.into_iter().map(|one| one.map_err(|one| one.torn()));
        let changes: columns::Result<_> = changes.collect();
        changes.map_err(|error| self.failed(&error))
    }

    /// The same for people to look at: one that is damaged takes no other with it.
    pub async fn legible_changes(
        &self,
        filter: &ChangeFilter,
    ) -> Result<Vec<Result<Change, Damaged>>, StoreError> {
        let mut transaction = self.reading().await?;
        let outcome = list(&mut transaction, filter).await;
        self.end(transaction, outcome).await
    }

    pub async fn change(&self, id: ChangeId) -> Result<Option<Change>, StoreError> {
        let mut transaction = self.reading().await?;
        let outcome = one(&mut transaction, id).await;
        self.end(transaction, outcome).await
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
            .and_then(|count| usize::try_from(count).map_err(unreadable))
            .map_err(|error| self.failed(&error))
    }

    /// The newest news of a page (or of all), newest first: what a feed holds.
    pub async fn news(&self, page: Option<&PageId>, limit: usize) -> Result<Vec<News>, StoreError> {
        let mut transaction = self.reading().await?;
        let outcome = news(&mut transaction, page, limit).await;
        self.end(transaction, outcome).await
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
        let (key, field) = (&change.difference.key, change.difference.field.name());
        let before = before(conn, no, key.as_str(), field, i64::MAX).await?;
        let version = following(&json(change)?, before.as_ref())?;
        sqlx::query(
            "INSERT INTO change (id, page, visit, key, field, told, confirmed, step, digest, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (id) DO NOTHING",
        )
        .bind(change.id.to_string())
        .bind(no)
        .bind(ms(visit))
        .bind(key.as_str())
        .bind(field)
        .bind(word(&change.told))
        .bind(ms(change.confirmed))
        .bind(version.step)
        .bind(version.digest)
        .bind(version.body)
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// The changes in these rows, in this order; the log says which are damaged.
pub(super) async fn read(
    conn: &mut SqliteConnection,
    numbers: &[i64],
) -> columns::Result<Vec<Result<Change, Damaged>>> {
    let mut all = Vec::with_capacity(numbers.len());
    for (number, text) in bodies(conn, numbers).await? {
        let change = text.and_then(|text| from_json(&text).ok());
        all.push(match change {
            Some(change) => Ok(change),
            None => Err(damaged(conn, number).await?),
        });
    }
    Ok(all)
}

#[derive(FromRow)]
struct DamagedRow {
    id: String,
    page: String,
    visit: i64,
    key: String,
    grade: String,
    told: String,
    confirmed: i64,
}

async fn damaged(conn: &mut SqliteConnection, number: i64) -> columns::Result<Damaged> {
    let row: DamagedRow = sqlx::query_as(AssertSqlSafe(format!(
        "SELECT change.id, page.id AS page, change.visit, key, {GRADE} AS grade, told, confirmed
         FROM change JOIN page ON page.no = change.page WHERE change.no = ?1"
    )))
    .bind(number)
    .fetch_one(conn)
    .await?;
    let damaged = Damaged {
        id: ChangeId(row.id.parse().map_err(unreadable)?),
        visit: VisitId::new(&columns::page_id(&row.page)?, instant(row.visit)?),
        key: EntryKey::new(row.key),
        grade: from_word(&row.grade)?,
        told: from_word(&row.told)?,
        confirmed: instant(row.confirmed)?,
    };
    tracing::error!("{}", damaged.torn());
    Ok(damaged)
}

impl Damaged {
    fn torn(&self) -> sqlx::Error {
        unreadable(Torn {
            what: format!("change {}", self.id),
        })
    }
}

/// What each change of a page says in one of two databases, by its name; of a torn one, that it is torn.
pub(super) async fn rows_of(
    conn: &mut SqliteConnection,
    database: &str,
    page: &PageId,
) -> columns::Result<BTreeMap<String, String>> {
    let sql = format!(
        "SELECT no, id, json_array(visit, key, told, confirmed) FROM {database}.change
         WHERE page = (SELECT no FROM {database}.page WHERE id = ?1)"
    );
    let heads: Vec<(i64, String, String)> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(page.as_str())
        .fetch_all(&mut *conn)
        .await?;
    let numbers: Vec<i64> = heads.iter().map(|(number, ..)| *number).collect();
    let texts = texts(conn, database, &numbers).await?;
    let row = |(number, id, head): (i64, String, String)| {
        let text = texts.get(&number).and_then(|row| row.text.as_deref());
        (id, format!("{head} {}", text.unwrap_or("is damaged")))
    };
    Ok(heads.into_iter().map(row).collect())
}

/// What stands in some rows, as JSON; of a torn one, nothing.
pub(super) async fn bodies(
    conn: &mut SqliteConnection,
    numbers: &[i64],
) -> columns::Result<Vec<(i64, Option<String>)>> {
    let mut rows = texts(conn, "main", numbers).await?;
    let body = |number: &i64| Some((*number, rows.remove(number)?.text));
    Ok(numbers.iter().filter_map(body).collect())
}

/// Keeps whole what rests on changes of visits before an instant, so that those can go.
pub(super) async fn stand_alone(
    conn: &mut SqliteConnection,
    page: i64,
    before: i64,
) -> columns::Result<()> {
    let numbers: Vec<i64> = sqlx::query_scalar(
        "SELECT c.no FROM change AS c WHERE c.page = ?1 AND c.visit >= ?2 AND c.step > 0
           AND (SELECT b.visit FROM change AS b
                WHERE b.page = c.page AND b.key = c.key AND b.field = c.field AND b.no < c.no
                ORDER BY b.no DESC LIMIT 1) < ?2",
    )
    .bind(page)
    .bind(before)
    .fetch_all(&mut *conn)
    .await?;
    for (number, text) in bodies(conn, &numbers).await? {
        if let Some(text) = text {
            put(conn, number, &Version::of(&text, None)?).await?;
        }
    }
    Ok(())
}

/// Packs what an earlier schema kept as plain text.
pub(super) async fn pack(conn: &mut SqliteConnection) -> columns::Result<()> {
    let plain: Vec<(i64, i64)> =
        sqlx::query_as("SELECT no, page FROM change WHERE step < 0 ORDER BY no")
            .fetch_all(&mut *conn)
            .await?;
    for (number, page) in plain {
        let text: String =
            sqlx::query_scalar("SELECT CAST(body AS TEXT) FROM change WHERE no = ?1")
                .bind(number)
                .fetch_one(&mut *conn)
                .await?;
        let Change { difference, .. } = from_json(&text)?;
        let (key, field) = (difference.key.as_str(), difference.field.name());
        let before = before(conn, page, key, field, number).await?;
        let version = following(&text, before.as_ref())?;
        put(conn, number, &version).await?;
        sqlx::query("UPDATE change SET field = ?2 WHERE no = ?1")
            .bind(number)
            .bind(field)
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

async fn put(conn: &mut SqliteConnection, number: i64, version: &Version) -> columns::Result<()> {
    sqlx::query("UPDATE change SET step = ?2, digest = ?3, body = ?4 WHERE no = ?1")
        .bind(number)
        .bind(version.step)
        .bind(&version.digest)
        .bind(&version.body)
        .execute(conn)
        .await
        .map(drop)
}

/// A row with its text, `None` where it is torn.
struct Kept {
    step: i64,
    text: Option<String>,
}

#[derive(FromRow)]
struct Row {
    no: i64,
    page: i64,
    key: String,
    field: String,
    #[sqlx(flatten)]
    version: Version,
}

/// What is kept of a text after another; after a torn one it is kept whole.
fn following(text: &str, before: Option<&Kept>) -> columns::Result<Version> {
    let before = before.and_then(|before| Some((before.text.as_deref()?, before.step)));
    Version::of(text, before)
}

/// The newest change of a field of an entry before a row.
async fn before(
    conn: &mut SqliteConnection,
    page: i64,
    key: &str,
    field: &str,
    row: i64,
) -> columns::Result<Option<Kept>> {
    let number: Option<i64> = sqlx::query_scalar(
        "SELECT max(no) FROM change WHERE page = ?1 AND key = ?2 AND field = ?3 AND no < ?4",
    )
    .bind(page)
    .bind(key)
    .bind(field)
    .bind(row)
    .fetch_one(&mut *conn)
    .await?;
    let Some(number) = number else {
        return Ok(None);
    };
    Ok(texts(conn, "main", &[number]).await?.remove(&number))
}

/// The texts of some rows, and of those that they rest on: each rests on the one before it of the same
/// field, back to a whole one.
async fn texts(
    conn: &mut SqliteConnection,
    database: &str,
    numbers: &[i64],
) -> columns::Result<HashMap<i64, Kept>> {
    let sql = format!(
        "WITH RECURSIVE needed (no) AS (
             SELECT value FROM json_each(?1)
             UNION
             SELECT (SELECT max(b.no) FROM {database}.change AS b
                     WHERE b.page = c.page AND b.key = c.key AND b.field = c.field AND b.no < c.no)
             FROM needed CROSS JOIN {database}.change AS c ON c.no = needed.no WHERE c.step > 0)
         SELECT c.no, c.page, c.key, c.field, c.step, c.digest, c.body
         FROM needed CROSS JOIN {database}.change AS c ON c.no = needed.no ORDER BY c.no"
    );
    let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(json(numbers)?)
        .fetch_all(conn)
        .await?;
    let mut newest: HashMap<(i64, String, String), i64> = HashMap::new();
    let mut texts: HashMap<i64, Kept> = HashMap::new();
    for row in rows {
        let last = newest.insert((row.page, row.key, row.field), row.no);
        let before = last.and_then(|no| texts.get(&no)?.text.as_deref());
        let kept = Kept {
            step: row.version.step,
            text: row.version.text(before),
        };
        texts.insert(row.no, kept);
    }
    Ok(texts)
}

async fn list(
    conn: &mut SqliteConnection,
    filter: &ChangeFilter,
) -> columns::Result<Vec<Result<Change, Damaged>>> {
    let listing = Listing {
        table: "change",
        page: filter.page.as_ref(),
        since: filter.since,
        until: filter.until,
    };
    let mut sql = listing.begin("no");
    if let Some(key) = &filter.key {
        sql.push(" AND key = ").push_bind(key.as_str());
    }
    if let Some(grade) = filter.grade {
        sql.push(format_args!(" AND {GRADE} = "))
            .push_bind(grade.code());
    }
    if filter.whom == Whom::Readers {
        sql.push(" AND told <> 'nobody'");
    }
    listing.end(&mut sql, filter.behind, filter.limit);
    let numbers: Vec<i64> = sql.build_query_scalar().fetch_all(&mut *conn).await?;
    read(conn, &numbers).await
}

async fn one(conn: &mut SqliteConnection, id: ChangeId) -> columns::Result<Option<Change>> {
    let numbers: Vec<i64> = sqlx::query_scalar("SELECT no FROM change WHERE id = ?1")
        .bind(id.to_string())
        .fetch_all(&mut *conn)
        .await?;
    let change = read(conn, &numbers).await?.pop();
    change.transpose().map_err(|one| one.torn())
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
    // Of what is damaged there is nothing to tell.
    all.retain(|news| !news.changes.is_empty() || !news.events.is_empty());
    Ok(all)
}

impl Telling {
    async fn into_news(self, conn: &mut SqliteConnection) -> columns::Result<News> {
        let numbers: Vec<i64> = sqlx::query_scalar(
            "SELECT no FROM change
             WHERE page = ?1 AND visit = ?2 AND told <> 'nobody' ORDER BY no",
        )
        .bind(self.no)
        .bind(self.visit)
        .fetch_all(&mut *conn)
        .await?;
        let changes = read(conn, &numbers).await?;
        let changes: Vec<Change> = changes.into_iter().flatten().collect();
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
            witness: None,
            changes,
            events: events::of_visit(conn, self.no, self.visit).await?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{change, claimed, entry, memory, page, store_of, unchanged};
    use super::*;
    use crate::model::{Record, Text, Value};

    /// Teasers of one entry, each confirmed by a look of its own; says what was recorded.
    async fn recorded(store: &Store, teasers: &[String]) -> Vec<Change> {
        let mut changes = Vec::new();
        for (turn, pair) in (0..).zip(teasers.windows(2)) {
            let visit = claimed(store, 1 + 60 * turn).await;
            let mut one = change(&visit, "KE", Told::Readers);
            one.difference.before = Value::Text(Text::whole(&pair[0]));
            one.difference.after = Value::Text(Text::whole(&pair[1]));
            changes.push(one.clone());
            let record = Record {
                memory: Some(memory(vec![entry("KE", &pair[1])])),
                changes: vec![one],
                ..unchanged(visit)
            };
            store.record(record).await.unwrap();
        }
        changes
    }

    fn teasers(count: usize) -> Vec<String> {
        let long = "Mit Kenia wird weiter über ein Abkommen gesprochen. ".repeat(30);
        let teaser = |turn| format!("{long}Stand: Tag {turn}. {long}");
        (0..count).map(teaser).collect()
    }

    #[tokio::test]
    async fn every_wording_comes_back_and_is_kept_once() {
        let (_folder, store) = store_of(1).await;
        let texts = teasers(60);
        let changes = recorded(&store, &texts).await;
        let mut read = store.changes(&ChangeFilter::default()).await.unwrap();
        read.reverse();
        assert_eq!(read, changes);
        let count = store.changes_of(&page(0), &EntryKey::new("KE")).await;
        assert_eq!(count, Ok(59));
        for one in &changes {
            assert_eq!(store.change(one.id).await, Ok(Some(one.clone())));
        }
        let (kept, whole): (i64, i64) =
            sqlx::query_as("SELECT sum(length(body)), sum(step = 0) FROM change")
                .fetch_one(&store.0.readers)
                .await
                .unwrap();
        assert_eq!(whole, 3);
        assert!(kept / 59 < 300, "{} bytes a change", kept / 59);
        let then = read[20].difference.after.quote();
        assert_eq!(then, texts[21], "as the 21st change left it");
    }

    #[tokio::test]
    async fn a_torn_wording_is_named_and_no_other_is_shown_in_its_place() {
        let (_folder, store) = store_of(1).await;
        let changes = recorded(&store, &teasers(6)).await;
        sqlx::query("UPDATE change SET body = (SELECT body FROM change WHERE no = 3) WHERE no = 2")
            .execute(&store.0.writer)
            .await
            .unwrap();
        let whole = store.change(changes[0].id).await;
        assert_eq!(whole, Ok(Some(changes[0].clone())));
        for one in &changes[1..] {
            let Err(StoreError::Torn { why, .. }) = store.change(one.id).await else {
                panic!("a torn text was shown");
            };
            assert!(why.contains(&one.id.to_string()) && why.contains("vermerk rebuild"));
        }
        // A list has all that can be read, and says of the others what is known of them.
        let filter = ChangeFilter::default();
        assert!(store.changes(&filter).await.is_err());
        let listed = store.legible_changes(&filter).await.unwrap();
        let (damaged, whole) = listed.split_at(changes.len() - 1);
        for (listed, one) in damaged.iter().zip(changes[1..].iter().rev()) {
            let Err(listed) = listed else {
                panic!("a torn text was listed");
            };
            let known = (listed.id, &listed.visit, &listed.key, listed.confirmed);
            let key = &one.difference.key;
            assert_eq!(known, (one.id, &one.visit, key, one.confirmed));
            assert_eq!((listed.grade, listed.told), (one.grade, one.told));
        }
        assert_eq!(whole, [Ok(changes[0].clone())]);
        assert_eq!(store.news(None, 9).await.unwrap().len(), 1);
        assert_eq!(store.search("Tag", 9).await.unwrap().len(), 2);
        // What comes after it is whole again.
        let visit = claimed(&store, 9_000).await;
        let one = change(&visit, "KE", Told::Readers);
        let record = Record {
            changes: vec![one.clone()],
            ..unchanged(visit)
        };
        store.record(record).await.unwrap();
        assert_eq!(store.change(one.id).await, Ok(Some(one)));
    }
}
