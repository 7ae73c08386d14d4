//! History read again: today's readings take the place of earlier ones, which are kept as revisions.

use sqlx::SqliteConnection;

use super::columns::{self, from_json, json, ms, rows};
use super::{Recorded, Store, StoreError, events, statuses};
use crate::model::{Digest, Event, EventId, Memory, PageId, Revision, Status, Visit};

/// What a page's history says to today's lexicon.
#[derive(Debug, Clone, PartialEq)]
pub struct Rewriting {
    pub lexicon: Digest,
    pub statuses: Vec<Status>,
    /// Events of all visits that are read otherwise than before, or for the first time.
    pub events: Vec<Event>,
    /// Events that there are none of any more.
    pub withdrawn: Vec<EventId>,
    pub revisions: Vec<Revision>,
}

impl Store {
    /// Writes a history read again, under the lease of `visit`, which ends with it; nobody is told.
    pub async fn rewrite(
        &self,
        visit: &Visit,
        rewriting: &Rewriting,
    ) -> Result<Recorded, StoreError> {
        let mut transaction = self.writing().await?;
        let outcome = rewrite(&mut transaction, visit, rewriting).await;
        self.end(transaction, outcome).await
    }

    /// Readings that were replaced, newest first.
    pub async fn revisions(
        &self,
        page: Option<&PageId>,
        limit: usize,
    ) -> Result<Vec<Revision>, StoreError> {
        let texts = sqlx::query_scalar(
            "SELECT body FROM revision
             WHERE ?1 IS NULL OR page = (SELECT no FROM page WHERE id = ?1)
             ORDER BY no DESC LIMIT ?2",
        )
        .bind(page.map(PageId::as_str))
        .bind(rows(limit));
        self.texts(texts).await
    }

    /// How an event was read before, oldest first; of one that nothing says any more, too.
    pub async fn readings(&self, event: EventId) -> Result<Vec<Revision>, StoreError> {
        let texts = sqlx::query_scalar("SELECT body FROM revision WHERE event = ?1 ORDER BY no")
            .bind(event.to_string());
        self.texts(texts).await
    }
}

async fn rewrite(
    conn: &mut SqliteConnection,
    visit: &Visit,
    rewriting: &Rewriting,
) -> columns::Result<Recorded> {
    let no: Option<i64> = sqlx::query_scalar(
        "UPDATE page SET leased_until = NULL, ready = due
         WHERE id = ?1 AND token = ?2 AND leased_until IS NOT NULL RETURNING no",
    )
    .bind(visit.page.as_str())
    .bind(visit.token.0)
    .fetch_optional(&mut *conn)
    .await?;
    let Some(no) = no else {
        return Ok(Recorded::Stale);
    };
    statuses::write(conn, no, &rewriting.statuses).await?;
    let replaced = rewriting.events.iter().map(|event| event.id);
    for id in replaced.chain(rewriting.withdrawn.iter().copied()) {
        sqlx::query("DELETE FROM event WHERE id = ?1")
            .bind(id.to_string())
            .execute(&mut *conn)
            .await?;
    }
    for event in &rewriting.events {
        let one = std::slice::from_ref(event);
        events::write(conn, no, event.visit.due, Some(rewriting.lexicon), one).await?;
    }
    write_revisions(conn, no, &rewriting.revisions).await?;
    write_lexicon(conn, no, rewriting.lexicon).await?;
    Ok(Recorded::Done)
}

/// Remembers who has read the page; one that was settled is so by the new reader now.
async fn write_lexicon(
    conn: &mut SqliteConnection,
    no: i64,
    lexicon: Digest,
) -> columns::Result<()> {
    let body: Option<String> = sqlx::query_scalar(
        "UPDATE memory SET body = json_set(body, '$.lexicon', ?1) WHERE page = ?2 RETURNING body",
    )
    .bind(lexicon.hex())
    .bind(no)
    .fetch_optional(&mut *conn)
    .await?;
    let memory: Option<Memory> = body.map(|body| from_json(&body)).transpose()?;
    let recipe = memory.and_then(|memory| memory.recipe);
    sqlx::query("UPDATE page SET settled = ?1 WHERE no = ?2 AND settled IS NOT NULL")
        .bind(recipe.map(|recipe| Memory::readers(recipe, lexicon).hex()))
        .bind(no)
        .execute(conn)
        .await?;
    Ok(())
}

async fn write_revisions(
    conn: &mut SqliteConnection,
    no: i64,
    revisions: &[Revision],
) -> columns::Result<()> {
    for revision in revisions {
        sqlx::query("INSERT INTO revision (page, at, event, body) VALUES (?1, ?2, ?3, ?4)")
            .bind(no)
            .bind(ms(revision.at))
            .bind(revision.what.event().map(|event| event.to_string()))
            .bind(json(revision)?)
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}
