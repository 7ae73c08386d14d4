//! The status matrix: what each page says now, replaced as a whole where it moves.

use serde::Serialize;
use sqlx::SqliteConnection;

use super::columns::{self, json};
use super::{Store, StoreError};
use crate::model::{Country, PageBrief, PageId, Stage, Status};

impl Store {
    /// What a page (or every page) says now, in page order.
    pub async fn statuses(&self, page: Option<&PageId>) -> Result<Vec<Status>, StoreError> {
        let texts = sqlx::query_scalar(
            "SELECT statement.body FROM statement JOIN page ON page.no = statement.page
             WHERE ?1 IS NULL OR page.id = ?1 ORDER BY page.id, place",
        )
        .bind(page.map(PageId::as_str));
        self.texts(texts).await
    }

    /// Countries that a page says, or said, something of.
    pub async fn partners(&self) -> Result<Vec<Country>, StoreError> {
        let codes: Result<Vec<String>, _> = sqlx::query_scalar(
            "SELECT partner FROM statement WHERE partner IS NOT NULL
             UNION SELECT partner FROM event WHERE partner IS NOT NULL",
        )
        .fetch_all(&self.0.readers)
        .await;
        let codes = codes.map_err(|error| self.failed(&error))?;
        Ok(codes
            .iter()
            .filter_map(|code| Country::parse(code).ok())
            .collect())
    }

    /// What all pages say now of one partner, in page order.
    pub async fn statuses_of(&self, partner: Country) -> Result<Vec<Status>, StoreError> {
        let texts = sqlx::query_scalar(
            "SELECT statement.body FROM statement JOIN page ON page.no = statement.page
             WHERE partner = ?1 ORDER BY page.id, place",
        )
        .bind(partner.to_string());
        self.texts(texts).await
    }

    /// What all pages are called, watched or not.
    pub async fn briefs(&self) -> Result<Vec<PageBrief>, StoreError> {
        let texts = sqlx::query_scalar("SELECT brief FROM page ORDER BY id");
        self.texts(texts).await
    }
}

#[derive(Serialize)]
struct Row<'a> {
    place: usize,
    partner: Option<Country>,
    stage: &'a Stage,
    body: String,
}

/// Puts today's matrix of a page in the place of the one before.
pub(super) async fn write(
    conn: &mut SqliteConnection,
    no: i64,
    statuses: &[Status],
) -> columns::Result<()> {
    let mut rows = Vec::with_capacity(statuses.len());
    for (place, status) in statuses.iter().enumerate() {
        rows.push(Row {
            place,
            partner: status.partner,
            stage: &status.statement.stage,
            body: json(status)?,
        });
    }
    sqlx::query("DELETE FROM statement WHERE page = ?1")
        .bind(no)
        .execute(&mut *conn)
        .await?;
    sqlx::query(
        "INSERT INTO statement (page, place, partner, stage, body)
         SELECT ?1, value->>'place', value->>'partner', value->>'stage', value->>'body'
         FROM json_each(?2)",
    )
    .bind(no)
    .bind(json(&rows)?)
    .execute(conn)
    .await?;
    Ok(())
}
