//! Captures and the addresses they were taken from.

use serde::Serialize;
use sqlx::{FromRow, SqliteConnection};
use url::Url;

use super::columns::{self, from_word, instant, json, ms, page_id, unreadable, word};
use super::{Store, StoreError};
use crate::model::{Capture, CaptureId, PageId, Place, Resource, Validators};

/// A question for captures with their sources, from the condition on.
macro_rules! captures_where {
    ($condition:literal) => {
        concat!(
            "SELECT capture.id, page.id AS page, url, at, status, digest, kind, truncated, file, \"offset\", source
             FROM capture JOIN page ON page.no = capture.page WHERE ",
            $condition
        )
    };
}
pub(super) use captures_where;

impl Store {
    pub async fn capture(&self, id: CaptureId) -> Result<Option<Capture>, StoreError> {
        let row: Result<Option<Row>, _> = sqlx::query_as(captures_where!("capture.id = ?1"))
            .bind(id.to_string())
            .fetch_optional(&self.0.readers)
            .await;
        row.and_then(|row| row.map(Capture::try_from).transpose())
            .map_err(|error| self.failed(&error))
    }

    /// Our own captures of a page, or of one address of it, oldest first.
    pub async fn captures(
        &self,
        page: &PageId,
        url: Option<&Url>,
    ) -> Result<Vec<Capture>, StoreError> {
        // Two texts, so that an address is looked up and not looked for.
        let sql = match url {
            Some(_) => captures_where!(
                "page.id = ?1 AND url = ?2 AND source IS NULL ORDER BY at, capture.id"
            ),
            None => captures_where!(
                "page.id = ?1 AND ?2 IS NULL AND source IS NULL ORDER BY at, capture.id"
            ),
        };
        let rows: Result<Vec<Row>, _> = sqlx::query_as(sql)
            .bind(page.as_str())
            .bind(url.map(Url::as_str))
            .fetch_all(&self.0.readers)
            .await;
        rows.and_then(|rows| rows.into_iter().map(Capture::try_from).collect())
            .map_err(|error| self.failed(&error))
    }

    /// How many of our own captures a page has.
    pub async fn count_captures(&self, page: &PageId) -> Result<usize, StoreError> {
        let count: Result<i64, _> = sqlx::query_scalar(
            "SELECT count(*) FROM capture
             WHERE page = (SELECT no FROM page WHERE id = ?1) AND source IS NULL",
        )
        .bind(page.as_str())
        .fetch_one(&self.0.readers)
        .await;
        count
            .and_then(|count| usize::try_from(count).map_err(unreadable))
            .map_err(|error| self.failed(&error))
    }

    /// Makes captures known that stand in the archive; of pages that are not registered none are taken.
    pub async fn add_captures(&self, captures: &[Capture]) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        let own = captures.iter().map(|capture| (capture, None));
        let outcome = write(&mut transaction, own).await.map(drop);
        self.end(transaction, outcome).await
    }

    /// What is known of the addresses of a page: its list and its articles.
    pub async fn resources(&self, page: &PageId) -> Result<Vec<Resource>, StoreError> {
        let mut readers = self.0.readers.acquire().await;
        let known = match &mut readers {
            Ok(connection) => known(connection, &[page]).await,
            Err(error) => return Err(self.failed(error)),
        };
        known.map_err(|error| self.failed(&error))
    }
}

/// What is known of the addresses of some pages; each resource names its page by its capture.
pub(super) async fn known(
    conn: &mut SqliteConnection,
    pages: &[&PageId],
) -> columns::Result<Vec<Resource>> {
    let rows: Vec<ResourceRow> = sqlx::query_as(
        "SELECT resource.url AS address, etag, last_modified, kept_at, full_at,
                capture.id, page.id AS page, capture.url, at, status, digest, kind, truncated, file, \"offset\",
                source
         FROM json_each(?1) AS asked
              CROSS JOIN page ON page.id = asked.value
              JOIN resource ON resource.page = page.no
              JOIN capture ON capture.id = resource.capture
         ORDER BY page.no, resource.url",
    )
    .bind(json(pages)?)
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Resource::try_from).collect()
}

#[derive(Serialize, FromRow)]
pub(super) struct Row {
    id: String,
    page: String,
    url: String,
    at: i64,
    status: u16,
    digest: String,
    kind: String,
    truncated: Option<String>,
    file: String,
    offset: i64,
    /// `None`: our own.
    pub source: Option<String>,
}

#[derive(Serialize)]
struct NewResource {
    url: String,
    etag: Option<String>,
    last_modified: Option<String>,
    capture: String,
    kept_at: i64,
    full_at: i64,
}

#[derive(FromRow)]
struct ResourceRow {
    address: String,
    etag: Option<String>,
    last_modified: Option<String>,
    kept_at: i64,
    full_at: i64,
    #[sqlx(flatten)]
    capture: Row,
}

/// Writes captures of pages that are registered, each with its source; says how many are new. One that
/// is known already stays as it is.
pub(super) async fn write<'a>(
    conn: &mut SqliteConnection,
    captures: impl Iterator<Item = (&'a Capture, Option<&'a Url>)>,
) -> columns::Result<u64> {
    let rows = captures.map(|(capture, source)| Row::of(capture, source));
    let rows = rows.collect::<columns::Result<Vec<_>>>()?;
    let mut new = 0;
    // As many as fit into one text without a long pause.
    for some in rows.chunks(1000) {
        new += sqlx::query(
            "INSERT INTO capture (id, page, url, at, status, digest, kind, truncated, file, \"offset\", source)
             SELECT value->>'id', page.no, value->>'url', value->>'at', value->>'status',
                    value->>'digest', value->>'kind', value->>'truncated', value->>'file', value->>'offset',
                    value->>'source'
             FROM json_each(?1) JOIN page ON page.id = value->>'page' WHERE true
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(json(some)?)
        .execute(&mut *conn)
        .await?
        .rows_affected();
    }
    Ok(new)
}

/// Writes what is known of addresses, with the captures that hold their payloads.
pub(super) async fn write_resources(
    conn: &mut SqliteConnection,
    no: i64,
    resources: &[Resource],
) -> columns::Result<()> {
    if resources.is_empty() {
        return Ok(());
    }
    let captures = resources.iter().map(|resource| (&resource.capture, None));
    write(conn, captures).await?;
    let rows: Vec<_> = resources.iter().map(NewResource::of).collect();
    sqlx::query(
        "INSERT INTO resource (page, url, etag, last_modified, capture, kept_at, full_at)
         SELECT ?1, value->>'url', value->>'etag', value->>'last_modified', value->>'capture',
                value->>'kept_at', value->>'full_at'
         FROM json_each(?2) WHERE true
         ON CONFLICT (page, url) DO UPDATE SET
             etag = excluded.etag, last_modified = excluded.last_modified,
             capture = excluded.capture, kept_at = excluded.kept_at, full_at = excluded.full_at",
    )
    .bind(no)
    .bind(json(&rows)?)
    .execute(conn)
    .await?;
    Ok(())
}

impl Row {
    fn of(capture: &Capture, source: Option<&Url>) -> columns::Result<Self> {
        Ok(Self {
            id: capture.id.to_string(),
            page: capture.page.to_string(),
            url: capture.url.to_string(),
            at: ms(capture.at),
            status: capture.status,
            digest: capture.digest.hex(),
            kind: word(&capture.kind),
            truncated: capture.truncated.as_ref().map(word),
            file: capture.place.file.clone(),
            offset: i64::try_from(capture.place.offset).map_err(unreadable)?,
            source: source.map(Url::to_string),
        })
    }
}

impl TryFrom<Row> for Capture {
    type Error = sqlx::Error;
    fn try_from(row: Row) -> columns::Result<Self> {
        Ok(Self {
            id: row.id.parse().map_err(unreadable)?,
            page: page_id(&row.page)?,
            url: row.url.parse().map_err(unreadable)?,
            at: instant(row.at)?,
            status: row.status,
            digest: row.digest.parse().map_err(unreadable)?,
            kind: from_word(&row.kind)?,
            truncated: row.truncated.as_deref().map(from_word).transpose()?,
            place: Place {
                file: row.file,
                offset: u64::try_from(row.offset).map_err(unreadable)?,
            },
        })
    }
}

impl NewResource {
    fn of(resource: &Resource) -> Self {
        Self {
            url: resource.url.to_string(),
            etag: resource.validators.etag.clone(),
            last_modified: resource.validators.last_modified.clone(),
            capture: resource.capture.id.to_string(),
            kept_at: ms(resource.kept_at),
            full_at: ms(resource.full_at),
        }
    }
}

impl TryFrom<ResourceRow> for Resource {
    type Error = sqlx::Error;
    fn try_from(row: ResourceRow) -> columns::Result<Self> {
        Ok(Self {
            url: row.address.parse().map_err(unreadable)?,
            validators: Validators {
                etag: row.etag,
                last_modified: row.last_modified,
            },
            kept_at: instant(row.kept_at)?,
            full_at: instant(row.full_at)?,
            capture: row.capture.try_into()?,
        })
    }
}
