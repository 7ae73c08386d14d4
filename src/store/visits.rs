//! The row of each visit, and the page that is free again: for many visits in three statements.

use serde::Serialize;
use sqlx::SqliteConnection;

use super::columns::{self, json, ms, word};
use crate::model::{Look, Memory, PageId, Record, Told};

/// A record whose lease is its own, with the row number of its page.
pub(super) struct Admitted<'a> {
    pub no: i64,
    /// Its place among the records that asked.
    pub place: usize,
    pub record: &'a Record,
}

#[derive(Serialize)]
struct Asking<'a> {
    page: &'a PageId,
    due: i64,
    token: i64,
}

/// Which of the records may be written: their lease is the newest, still open, and their visit is new.
pub(super) async fn admit<'a>(
    conn: &mut SqliteConnection,
    records: &[&'a Record],
) -> columns::Result<Vec<Admitted<'a>>> {
    let asking: Vec<_> = records
        .iter()
        .map(|record| Asking {
            page: &record.visit.page,
            due: ms(record.visit.due),
            token: record.visit.token.0,
        })
        .collect();
    let rows: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT asking.key, page.no
         FROM json_each(?1) AS asking CROSS JOIN page ON page.id = asking.value->>'page'
         WHERE page.token = asking.value->>'token' AND page.leased_until IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM visit
                           WHERE visit.page = page.no AND visit.due = asking.value->>'due')",
    )
    .bind(json(&asking)?)
    .fetch_all(conn)
    .await?;
    let admitted = rows.into_iter().filter_map(|(place, no)| {
        let place = usize::try_from(place).ok()?;
        let record = *records.get(place)?;
        Some(Admitted { no, place, record })
    });
    Ok(admitted.collect())
}

#[derive(Serialize)]
struct Row {
    no: i64,
    due: i64,
    started: i64,
    finished: i64,
    purpose: String,
    look: String,
    problems: Option<String>,
    ok: Option<i64>,
    changed: Option<i64>,
    /// Whether `settled` is news; where the memory is as it was, so is this.
    remembers: bool,
    settled: Option<String>,
    next: i64,
    next_purpose: String,
}

/// Writes the visits, frees their pages and gives them their next plan.
pub(super) async fn write(
    conn: &mut SqliteConnection,
    admitted: &[Admitted<'_>],
) -> columns::Result<()> {
    let rows = admitted
        .iter()
        .map(row)
        .collect::<columns::Result<Vec<_>>>()?;
    let rows = json(&rows)?;
    sqlx::query(
        "INSERT INTO visit (page, due, started, finished, purpose, look, problems)
         SELECT value->>'no', value->>'due', value->>'started', value->>'finished',
                value->>'purpose', value->>'look', value->>'problems'
         FROM json_each(?1)",
    )
    .bind(&rows)
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "UPDATE page SET
             due = value->>'next', ready = value->>'next', purpose = value->>'next_purpose',
             leased_until = NULL,
             -- What a journal is taken again from has another due time than it was claimed for.
             visit = value->>'due',
             last_visit = value->>'started',
             last_ok = coalesce(value->>'ok', last_ok),
             last_change = coalesce(value->>'changed', last_change),
             settled = iif(value->>'remembers', value->>'settled', settled),
             quiet_since = iif(value->>'ok' IS NOT NULL
                     AND iif(value->>'remembers', value->>'settled', settled) IS NOT NULL,
                 NULL, quiet_since),
             look = value->>'look'
         FROM json_each(?1) WHERE page.no = value->>'no'",
    )
    .bind(&rows)
    .execute(conn)
    .await?;
    Ok(())
}

fn row(admitted: &Admitted<'_>) -> columns::Result<Row> {
    let Admitted { no, record, .. } = admitted;
    let started = ms(record.visit.started);
    let could_be_read = matches!(record.look, Look::Baseline | Look::Fine | Look::Unchanged);
    let told = record
        .changes
        .iter()
        .filter(|change| change.told != Told::Nobody);
    let settled = record.memory.as_ref().and_then(Memory::settled);
    Ok(Row {
        no: *no,
        due: ms(record.visit.due),
        started,
        finished: ms(record.finished),
        purpose: word(&record.visit.purpose),
        look: json(&record.look)?,
        problems: (!record.problems.is_empty())
            .then(|| json(&record.problems))
            .transpose()?,
        ok: could_be_read.then_some(started),
        changed: told.map(|change| change.confirmed).max().map(ms),
        remembers: record.memory.is_some(),
        settled: settled.map(|digest| digest.hex()),
        next: ms(record.next.at),
        next_purpose: word(&record.next.purpose),
    })
}
