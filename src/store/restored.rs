//! Copies of the database, and what is different in one that was put back from a copy.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs::File;
use std::path::Path;

use jiff::Timestamp;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use super::columns::{self, instant, instant_if, ms, page_id};
use super::{Store, StoreError, open};
use crate::model::{PageId, VisitId};

/// How far the database has come with a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The due time of the newest look that was claimed; `None` where there never was one.
    pub claimed: Option<Timestamp>,
    /// The due time of the newest look that was recorded.
    pub recorded: Option<Timestamp>,
}

/// A page, and the due times of its newest looks: claimed, recorded.
type Row = (String, Option<i64>, Option<i64>);

impl Store {
    /// Writes a whole copy to a path where nothing is yet, and checks it. Others may go on writing.
    pub async fn copy_to(&self, path: &Path) -> Result<(), StoreError> {
        open::make_private(path)?;
        sqlx::query("VACUUM INTO ?1")
            .bind(path.to_string_lossy().into_owned())
            .execute(&self.0.writer)
            .await
            .map_err(|error| self.failed(&error))?;
        File::open(path)
            .and_then(|file| file.sync_all())
            .map_err(|error| StoreError::of_file(path, &error))?;
        check(path).await
    }

    /// Opens a copy that somebody brings: read through, and with nothing in its schema that our own
    /// migrations do not make. A trigger of a stranger's would act with every look.
    pub async fn adopt(path: &Path) -> Result<Self, StoreError> {
        let folder = tempfile::tempdir().map_err(|error| StoreError::of_file(path, &error))?;
        let ours = Self::create(&folder.path().join("ours.db")).await?;
        let expected = ours.schema().await?;
        ours.close().await;
        let store = Self::open(path).await?;
        let found = store.schema().await?;
        let Some(foreign) = found.symmetric_difference(&expected).next() else {
            return Ok(store);
        };
        store.close().await;
        Err(StoreError::Damaged {
            path: path.to_owned(),
            why: format!(
                "its schema is not the one that this program makes: {}",
                foreign.escape_debug()
            ),
        })
    }

    /// Whether nothing was ever kept in it: no look, no change, no subscriber, no delivery.
    pub async fn is_untouched(&self) -> Result<bool, StoreError> {
        sqlx::query_scalar(
            "SELECT NOT EXISTS (SELECT 1 FROM visit) AND NOT EXISTS (SELECT 1 FROM change)
                 AND NOT EXISTS (SELECT 1 FROM subscriber) AND NOT EXISTS (SELECT 1 FROM delivery)",
        )
        .fetch_one(&self.0.readers)
        .await
        .map_err(|error| self.failed(&error))
    }

    /// Tables, indexes, views and triggers with their text; neither the library's nor `SQLite`'s own.
    async fn schema(&self) -> Result<BTreeSet<String>, StoreError> {
        let all: Result<Vec<String>, _> = sqlx::query_scalar(
            "SELECT type || ' ' || name || ': ' || coalesce(sql, '') FROM sqlite_schema
             WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name <> '_sqlx_migrations'",
        )
        .fetch_all(&self.0.readers)
        .await;
        let all = all.map_err(|error| self.failed(&error))?;
        Ok(all.into_iter().collect())
    }

    pub async fn progress(&self) -> Result<BTreeMap<PageId, Progress>, StoreError> {
        let rows: Result<Vec<Row>, _> = sqlx::query_as(
            "SELECT id, page.visit, (SELECT max(due) FROM visit WHERE visit.page = page.no) FROM page",
        )
        .fetch_all(&self.0.readers)
        .await;
        let progress = |(id, claimed, recorded): Row| {
            let progress = Progress {
                claimed: instant_if(claimed)?,
                recorded: instant_if(recorded)?,
            };
            Ok((page_id(&id)?, progress))
        };
        rows.and_then(|rows| rows.into_iter().map(progress).collect())
            .map_err(|error| self.failed(&error))
    }

    /// From now on what changes on a page is told to nobody, until a look leaves nothing open.
    pub async fn hush(&self, page: &PageId, now: Timestamp) -> Result<(), StoreError> {
        self.set_quiet(page, Some(now)).await
    }

    /// What changes from now on is told again.
    pub async fn unhush(&self, page: &PageId) -> Result<(), StoreError> {
        self.set_quiet(page, None).await
    }

    pub async fn is_quiet(&self, page: &PageId) -> Result<bool, StoreError> {
        let since: Result<Option<Option<i64>>, _> =
            sqlx::query_scalar("SELECT quiet_since FROM page WHERE id = ?1")
                .bind(page.as_str())
                .fetch_optional(&self.0.readers)
                .await;
        since
            .map(|since| since.flatten().is_some())
            .map_err(|error| self.failed(&error))
    }

    /// Looks whose changes were mailed to nobody after a restore.
    pub async fn taken_over(&self) -> Result<HashSet<VisitId>, StoreError> {
        let rows: Result<Vec<(String, i64)>, _> = sqlx::query_as(
            "SELECT page.id, taken_over.visit
             FROM taken_over JOIN page ON page.no = taken_over.page",
        )
        .fetch_all(&self.0.readers)
        .await;
        let visit = |(page, due): (String, i64)| Ok(VisitId::new(&page_id(&page)?, instant(due)?));
        rows.and_then(|rows| rows.into_iter().map(visit).collect())
            .map_err(|error| self.failed(&error))
    }

    /// The name of this installation, which its copies keep.
    pub async fn installation(&self) -> Result<String, StoreError> {
        sqlx::query_scalar("SELECT id FROM installation")
            .fetch_one(&self.0.readers)
            .await
            .map_err(|error| self.failed(&error))
    }

    /// Withdraws what was waiting when the copy was made: it may have gone out since. Says how many.
    pub async fn withdraw_pending(&self, now: Timestamp) -> Result<u64, StoreError> {
        let mut transaction = self.writing().await?;
        let outcome = sqlx::query(
            "UPDATE delivery SET state = 'withdrawn', settled_at = ?1, leased_until = NULL,
                 last_error = 'waiting in a restored backup; it may have been sent since'
             WHERE state = 'pending'",
        )
        .bind(ms(now))
        .execute(&mut *transaction)
        .await
        .map(|done| done.rows_affected());
        self.end(transaction, outcome).await
    }

    /// Looks that were under way when the copy was made are not under way any more.
    pub async fn forget_claims(&self) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        let outcome = sqlx::query(
            "UPDATE page SET leased_until = NULL, ready = due, token = token + 1,
                 visit = (SELECT max(due) FROM visit WHERE visit.page = page.no)",
        )
        .execute(&mut *transaction)
        .await
        .map(drop);
        self.end(transaction, outcome).await
    }

    async fn set_quiet(&self, page: &PageId, since: Option<Timestamp>) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        let outcome = sqlx::query("UPDATE page SET quiet_since = ?1 WHERE id = ?2")
            .bind(since.map(ms))
            .bind(page.as_str())
            .execute(&mut *transaction)
            .await
            .map(drop);
        self.end(transaction, outcome).await
    }
}

/// Whether what changes on a page is told to nobody.
pub(super) async fn is_quiet(conn: &mut SqliteConnection, no: i64) -> columns::Result<bool> {
    sqlx::query_scalar("SELECT quiet_since IS NOT NULL FROM page WHERE no = ?1")
        .bind(no)
        .fetch_one(conn)
        .await
}

/// Notes a look whose changes were told to nobody.
pub(super) async fn note_quiet(
    conn: &mut SqliteConnection,
    no: i64,
    visit: Timestamp,
) -> columns::Result<()> {
    sqlx::query("INSERT OR IGNORE INTO taken_over (page, visit) VALUES (?1, ?2)")
        .bind(no)
        .bind(ms(visit))
        .execute(conn)
        .await
        .map(drop)
}

/// Every page of the copy and every index of it.
async fn check(path: &Path) -> Result<(), StoreError> {
    let options = SqliteConnectOptions::new().filename(path).read_only(true);
    let verdict = async {
        let mut copy = options.connect().await?;
        let verdict: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check(3)")
            .fetch_all(&mut copy)
            .await?;
        copy.close().await?;
        Ok(verdict.join("; "))
    };
    match verdict
        .await
        .map_err(|error: sqlx::Error| StoreError::of(path, &error))?
    {
        verdict if verdict == "ok" => Ok(()),
        why => Err(StoreError::Damaged {
            path: path.to_owned(),
            why,
        }),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::super::samples::{LEASE, at, claimed, delivery, page, store_of, unchanged};
    use super::super::{DeliveryState, Listed, Recorded};
    use super::*;
    use crate::model::{Digest, Look, Memory, Record};

    #[tokio::test]
    async fn a_copy_is_whole_private_and_of_one_instant() {
        let (folder, store) = store_of(50).await;
        let copy = folder.path().join("copy.db");
        store.copy_to(&copy).await.unwrap();
        let mode = std::fs::metadata(&copy).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let copied = Store::open(&copy).await.unwrap();
        assert_eq!(copied.due(at(1), LEASE, 99).await.unwrap().len(), 50);
        assert_eq!(store.due(at(1), LEASE, 99).await.unwrap().len(), 50);
    }

    #[tokio::test]
    async fn a_copy_with_a_strangers_trigger_is_refused() {
        let (folder, store) = store_of(1).await;
        let copy = folder.path().join("copy.db");
        store.copy_to(&copy).await.unwrap();
        let adopted = Store::adopt(&copy).await.unwrap();
        assert_eq!(adopted.is_untouched().await, Ok(true));
        sqlx::query("CREATE TRIGGER evil AFTER INSERT ON visit BEGIN DELETE FROM change; END")
            .execute(&adopted.0.writer)
            .await
            .unwrap();
        adopted.close().await;
        let refused = Store::adopt(&copy).await.unwrap_err().to_string();
        assert!(refused.contains("trigger evil"), "{refused}");
    }

    #[tokio::test]
    async fn what_waited_in_a_restored_copy_is_not_sent() {
        let (_folder, store) = store_of(1).await;
        let visit = claimed(&store, 1).await;
        let record = Record {
            deliveries: vec![delivery(&visit, "a@example.org", "m-1")],
            ..unchanged(visit)
        };
        assert_eq!(store.record(record).await, Ok(Recorded::Done));
        assert_eq!(store.withdraw_pending(at(2)).await, Ok(1));
        assert_eq!(store.claim(at(3), LEASE).await, Ok(None));
        let rows = store.deliveries(Listed::All, 9).await.unwrap();
        let states: Vec<_> = rows.iter().map(|row| row.state).collect();
        assert_eq!(states, [DeliveryState::Withdrawn]);
    }

    #[tokio::test]
    async fn a_page_is_quiet_until_a_look_leaves_nothing_open() {
        let (_folder, store) = store_of(1).await;
        store.hush(&page(0), at(0)).await.unwrap();
        let look = |visit, look, memory| Record {
            look,
            memory,
            ..unchanged(visit)
        };
        let open = Memory {
            recipe: Some(Digest::of(b"recipe")),
            ..Memory::default()
        };
        let first = claimed(&store, 1).await;
        store
            .record(look(first, Look::Fine, Some(open)))
            .await
            .unwrap();
        assert_eq!(store.is_quiet(&page(0)).await, Ok(true));
        let second = claimed(&store, 90).await;
        let settled = super::super::samples::memory(Vec::new());
        store
            .record(look(second, Look::Fine, Some(settled)))
            .await
            .unwrap();
        assert_eq!(store.is_quiet(&page(0)).await, Ok(false));
    }
}
