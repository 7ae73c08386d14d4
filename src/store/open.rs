//! Opens the file: present, whole, of a schema we know, and with a copy before the schema moves on.
//!
//! 1. The file is there and is a database of ours.
//! 2. It is whole, as `whole` finds it.
//! 3. Its schema is not newer than this program.
//! 4. Where it is older: a copy is put beside it, then all migrations run in one transaction.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rustix::fs::{Access, access};
use sqlx::migrate::Migrator;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection, SqliteConnection};

use super::{Inner, Store, StoreError, begin_immediate, changes, grouping, outbox, whole};

static SCHEMA: Migrator = sqlx::migrate!("src/store/migrations");

/// How long one statement waits for a lock; longer waits are repeated in steps of it.
const BUSY: Duration = Duration::from_secs(5);
/// Reading connections; each has its thread and up to 2 MB of cache.
const READERS: u32 = 3;

impl Store {
    /// Makes the file where there is none, and brings its schema up to date.
    pub async fn create(path: &Path) -> Result<Self, StoreError> {
        make_private(path)?;
        open_as(path, &SCHEMA, Origin::MayBeNew).await
    }

    /// Opens an existing file; a vanished database is never silently replaced.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let may_be_used = access(path, Access::READ_OK | Access::WRITE_OK).map_err(Into::into);
        match may_be_used.and_then(|()| fs::metadata(path)) {
            Ok(file) if file.len() > 0 => {}
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(StoreError::of_file(path, &error));
            }
            _ => return Err(StoreError::Missing(path.to_owned())),
        }
        open_as(path, &SCHEMA, Origin::Existing).await
    }
}

/// Whether a file without tables is what we expect.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    MayBeNew,
    Existing,
}

async fn open_as(path: &Path, schema: &Migrator, origin: Origin) -> Result<Store, StoreError> {
    let writer = pool(1)
        .connect_with(options(path))
        .await
        .map_err(|error| StoreError::of(path, &error))?;
    let checked = match prepare(path, &writer, schema, origin).await {
        Ok(checked) => checked,
        Err(error) => {
            writer.close().await;
            return Err(error);
        }
    };
    let read_only = options(path).pragma("query_only", "1");
    let readers = pool(READERS).connect_lazy_with(read_only);
    let jobs = grouping::start(path.to_owned(), writer.clone());
    Ok(Store(Arc::new(Inner {
        path: path.to_owned(),
        writer,
        readers,
        jobs,
        checked,
    })))
}

async fn prepare(
    path: &Path,
    writer: &SqlitePool,
    schema: &Migrator,
    origin: Origin,
) -> Result<SystemTime, StoreError> {
    let fail = |error: sqlx::Error| StoreError::of(path, &error);
    let checked = whole::check(path, writer).await?;
    let found = version(writer).await.map_err(fail)?;
    let known = schema.iter().map(|step| step.version).max().unwrap_or(0);
    match found {
        None if origin == Origin::Existing => {
            return Err(StoreError::Missing(path.to_owned()));
        }
        Some(found) if found > known => {
            return Err(StoreError::Newer {
                path: path.to_owned(),
                found,
                known,
            });
        }
        Some(found) if found == known => return Ok(checked),
        Some(_) => back_up(path, writer, known).await?,
        None => {}
    }
    migrate(writer, schema).await.map_err(fail)?;
    Ok(checked)
}

/// One transaction around all of it: two programs that start together do not both migrate, and a
/// kill leaves the old schema.
async fn migrate(writer: &SqlitePool, schema: &Migrator) -> Result<(), sqlx::Error> {
    let mut transaction = begin_immediate(writer).await?;
    // Not `run`: its future cannot be awaited in a spawned task ("`Acquire` is not general enough").
    let connection: &mut SqliteConnection = &mut transaction;
    schema
        .run_direct(None, connection, false)
        .await
        .map_err(|error| match error {
            sqlx::migrate::MigrateError::Execute(error)
            | sqlx::migrate::MigrateError::ExecuteMigration(error, _) => error,
            other => sqlx::Error::Migrate(Box::new(other)),
        })?;
    changes::pack(connection).await?;
    outbox::pack(connection).await?;
    transaction.commit().await
}

/// The newest migration that was applied; `None` where there never was one.
async fn version(writer: &SqlitePool) -> Result<Option<i64>, sqlx::Error> {
    let tables: i64 =
        sqlx::query_scalar("SELECT count(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'")
            .fetch_one(writer)
            .await?;
    if tables == 0 {
        return Ok(None);
    }
    sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations")
        .fetch_one(writer)
        .await
}

/// Puts a whole, private copy beside the file; under its final name only once it is complete.
async fn back_up(path: &Path, writer: &SqlitePool, step: i64) -> Result<(), StoreError> {
    let (part, copy) = (
        beside(path, &format!("before-{step}.part")),
        beside(path, &format!("before-{step}")),
    );
    let io = |error: io::Error| StoreError::of_file(&part, &error);
    match fs::remove_file(&part) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io(error)),
        _ => make_private(&part)?,
    }
    sqlx::query("VACUUM INTO ?1")
        .bind(part.to_string_lossy().into_owned())
        .execute(writer)
        .await
        .map_err(|error| StoreError::of(path, &error))?;
    File::open(&part)
        .and_then(|file| file.sync_all())
        .and_then(|()| fs::rename(&part, &copy))
        .map_err(io)
}

/// `SQLite` gives the log beside the file the same mode as the file.
pub(super) fn make_private(path: &Path) -> Result<(), StoreError> {
    let made = private(path).map(drop);
    made.map_err(|error| StoreError::of_file(path, &error))
}

/// Opens a file, made where there is none, that nobody else reads.
pub(super) fn private(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
}

pub(super) fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // An address that was erased must not stay behind in free pages.
        .pragma("secure_delete", "1")
        .busy_timeout(BUSY)
}

/// Connections stay: reopening a file would cost its caches, and there is no server to tire.
fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(super::PATIENCE * 2)
        // On a full disk `SQLite` rolls back by itself; the driver still counts the transaction as
        // open and would refuse every later one on this connection. A new connection knows better.
        .after_release(|connection, _| {
            let clean = !connection.is_in_transaction();
            Box::pin(async move { Ok(clean) })
        })
}

pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;
    use std::os::unix::fs::PermissionsExt;

    use sqlx::migrate::{Migration, MigrationType};
    use sqlx::{AssertSqlSafe, SqlSafeStr};

    use super::super::ChangeFilter;
    use super::super::columns::json;
    use super::super::samples::{LEASE, at, change, claimed, store_of};
    use super::super::versions::unpack;
    use super::*;
    use crate::model::{Change, Told};

    /// The newest schema that this program knows.
    fn known() -> i64 {
        SCHEMA.iter().map(|step| step.version).max().unwrap()
    }

    fn next_schema(sql: &'static str) -> Migrator {
        let mut steps: Vec<_> = SCHEMA.iter().cloned().collect();
        steps.push(Migration::new(
            known() + 1,
            Cow::Borrowed("next"),
            MigrationType::Simple,
            AssertSqlSafe(sql).into_sql_str(),
            false,
        ));
        Migrator::with_migrations(steps)
    }

    #[tokio::test]
    async fn a_vanished_or_empty_database_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("v.db");
        let missing = StoreError::Missing(path.clone());
        assert_eq!(Store::open(&path).await.unwrap_err(), missing);
        assert!(!path.exists());
        fs::write(&path, "").unwrap();
        assert_eq!(Store::open(&path).await.unwrap_err(), missing);
    }

    #[tokio::test]
    async fn garbage_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("v.db");
        fs::write(&path, "no database ".repeat(1_000)).unwrap();
        for opened in [Store::open(&path).await, Store::create(&path).await] {
            assert!(
                matches!(opened, Err(StoreError::Damaged { .. })),
                "{opened:?}"
            );
        }
    }

    #[tokio::test]
    async fn nobody_else_reads_the_files() {
        let (folder, _store) = store_of(1).await;
        for file in fs::read_dir(folder.path()).unwrap() {
            let file = file.unwrap();
            let mode = file.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{:?}", file.path());
        }
    }

    #[tokio::test]
    async fn a_newer_schema_is_refused() {
        let (folder, store) = store_of(1).await;
        store.close().await;
        let path = folder.path().join("v.db");
        let newer = next_schema("CREATE TABLE later (a INTEGER) STRICT");
        open_as(&path, &newer, Origin::Existing)
            .await
            .unwrap()
            .close()
            .await;
        let refused = StoreError::Newer {
            path: path.clone(),
            found: known() + 1,
            known: known(),
        };
        assert_eq!(Store::open(&path).await.unwrap_err(), refused);
    }

    #[tokio::test]
    async fn a_copy_is_made_before_the_schema_moves_on() {
        let (folder, store) = store_of(3).await;
        store.close().await;
        let path = folder.path().join("v.db");
        let newer = next_schema("DELETE FROM page");
        open_as(&path, &newer, Origin::Existing).await.unwrap();
        let copy = beside(&path, &format!("before-{}", known() + 1));
        assert_eq!(
            fs::metadata(&copy).unwrap().permissions().mode() & 0o777,
            0o600
        );
        let store = Store::open(&copy).await.unwrap();
        assert_eq!(store.due(at(1), LEASE, 9).await.unwrap().len(), 3);
    }

    #[tokio::test]
    async fn a_migration_that_fails_leaves_the_old_schema() {
        let (folder, store) = store_of(3).await;
        store.close().await;
        let path = folder.path().join("v.db");
        let broken = next_schema("DELETE FROM page; CREATE TABLE page (a INTEGER)");
        assert!(open_as(&path, &broken, Origin::Existing).await.is_err());
        let store = Store::open(&path).await.unwrap();
        assert_eq!(store.due(at(1), LEASE, 9).await.unwrap().len(), 3);
    }

    /// A database of before what differs was kept, with a change of each entry named.
    async fn plain(path: &Path, changes: &[Change]) {
        let steps = SCHEMA.iter().filter(|step| step.version < 8);
        let old = Migrator::with_migrations(steps.cloned().collect());
        make_private(path).unwrap();
        let writer = pool(1).connect_with(options(path)).await.unwrap();
        let mut conn = writer.acquire().await.unwrap();
        old.run_direct(None, &mut *conn, false).await.unwrap();
        for sql in [
            "INSERT INTO page (no, id, brief, watched, due, purpose, ready)
             VALUES (1, 'page-0', '{}', 1, 0, 'scheduled', 0)",
            "INSERT INTO visit VALUES (1, 1, 1, 1, '', '', NULL)",
            "INSERT INTO telling (no, at, news) VALUES (7, 1, '{\"a\":1}')",
        ] {
            sqlx::query(sql).execute(&mut *conn).await.unwrap();
        }
        for (place, change) in changes.iter().enumerate() {
            sqlx::query(
                "INSERT INTO change (id, page, visit, key, told, confirmed, body)
                 VALUES (?1, 1, 1, ?2, 'readers', 1, ?3)",
            )
            .bind(place.to_string())
            .bind(change.difference.key.as_str())
            .bind(json(change).unwrap())
            .execute(&mut *conn)
            .await
            .unwrap();
        }
        drop(conn);
        writer.close().await;
    }

    #[tokio::test]
    async fn what_was_kept_plain_is_packed_and_says_what_it_said() {
        let (folder, store) = store_of(1).await;
        let visit = claimed(&store, 1).await;
        let changes = ["KE", "AL", "KE"].map(|key| change(&visit, key, Told::Readers));
        let path = folder.path().join("old.db");
        plain(&path, &changes).await;
        let store = Store::open(&path).await.unwrap();
        let filter = ChangeFilter::default();
        assert_eq!(store.changes(&filter).await, Ok(changes.into()));
        let steps: Vec<i64> = sqlx::query_scalar("SELECT step FROM change ORDER BY no")
            .fetch_all(&store.0.writer)
            .await
            .unwrap();
        assert_eq!(steps, [0, 0, 1]);
        let told: (i64, Vec<u8>) = sqlx::query_as(
            "SELECT telling.no, body FROM telling JOIN letter ON letter.no = telling.letter",
        )
        .fetch_one(&store.0.writer)
        .await
        .unwrap();
        assert_eq!(
            (told.0, unpack(&told.1).unwrap().as_str()),
            (7, "{\"news\":{\"a\":1}}")
        );
    }
}
