//! Gathers what a reader is shown of the watch itself: the pages chosen, how they stand, how often they were looked at.

use jiff::Timestamp;
use sqlx::{FromRow, SqliteConnection};

use super::columns::{self, from_json, instant, instant_if, ms};
use crate::address;
use crate::model::{Profile, Status, Watch, Welcome, Wish};

pub(super) async fn of(conn: &mut SqliteConnection, profile: &Profile) -> columns::Result<Welcome> {
    Ok(Welcome {
        profile: profile.clone(),
        pages: watches(conn, &profile.wishes, Timestamp::MAX, Timestamp::MAX).await?,
        statuses: statuses(conn, &profile.wishes).await?,
    })
}

/// The lines of the status matrix that some wish is about.
async fn statuses(conn: &mut SqliteConnection, wishes: &[Wish]) -> columns::Result<Vec<Status>> {
    let bodies: Vec<String> = sqlx::query_scalar(
        "SELECT statement.body FROM statement JOIN page ON page.no = statement.page
         WHERE watched = 1 ORDER BY page.id, place",
    )
    .fetch_all(conn)
    .await?;
    let mut statuses = Vec::new();
    for body in bodies {
        let status: Status = from_json(&body)?;
        if address::concerns(wishes, &status) {
            statuses.push(status);
        }
    }
    Ok(statuses)
}

#[derive(FromRow)]
struct Row {
    brief: String,
    due: i64,
    last_ok: Option<i64>,
    succeeded: i64,
    failed: i64,
}

/// The watched pages that some wish covers, with their looks since an instant and before another.
pub(super) async fn watches(
    conn: &mut SqliteConnection,
    wishes: &[Wish],
    since: Timestamp,
    until: Timestamp,
) -> columns::Result<Vec<Watch>> {
    let rows: Vec<Row> = sqlx::query_as(
        r#"SELECT brief, page.due, last_ok,
                  count(iif(visit.look IN ('"baseline"', '"fine"', '"unchanged"'), 1, NULL)) AS succeeded,
                  count(iif(visit.look NOT IN ('"baseline"', '"fine"', '"unchanged"'), 1, NULL)) AS failed
           FROM page LEFT JOIN visit
               ON visit.page = page.no AND visit.due >= ?1 AND visit.due < ?2
           WHERE watched = 1 GROUP BY page.no ORDER BY id"#,
    )
    .bind(ms(since))
    .bind(ms(until))
    .fetch_all(conn)
    .await?;
    let mut watches = Vec::new();
    for row in rows {
        let watch = row.read()?;
        if wishes
            .iter()
            .any(|wish| address::covers(wish, &watch.page.id))
        {
            watches.push(watch);
        }
    }
    Ok(watches)
}

impl Row {
    fn read(self) -> columns::Result<Watch> {
        Ok(Watch {
            page: from_json(&self.brief)?,
            next_look: instant(self.due)?,
            last_ok: instant_if(self.last_ok)?,
            succeeded: self.succeeded.unsigned_abs(),
            failed: self.failed.unsigned_abs(),
        })
    }
}
