//! A whole installation on loopback: site, mailbox, folder; and how it is looked at between two runs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::watch;
use vermerk::archive;
use vermerk::commands::Installation;
use vermerk::demo::mailbox::Mailbox;
use vermerk::store::Store;

use super::evidence::Leftovers;
use super::killer::{self, Ended, Moment, Signs};
use super::mails::Mails;
use super::site::{Site, words};
use crate::world::{JSON_LINES, SETTINGS, install};

pub const READER: &str = "reader@localhost";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    Check,
    Run,
}

pub struct Scene {
    pub mailbox: Mailbox,
    site: Site,
    folder: TempDir,
    config: PathBuf,
}

impl Scene {
    pub async fn set() -> Self {
        let site = Site::start().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mailbox = Mailbox::start(listener).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let config = write(folder.path(), &site, &mailbox);
        let scene = Self {
            mailbox,
            site,
            folder,
            config,
        };
        let database = scene.installation().database();
        Store::create(&database).await.unwrap().close().await;
        scene
    }

    pub fn state(&self) -> u64 {
        self.site.state()
    }

    pub fn show_next(&self) {
        self.site.show(self.state() + 1);
    }

    pub fn show(&self, state: u64) {
        self.site.show(state);
    }

    pub fn fall_silent(&self, from: u64) {
        self.site.fall_silent(from);
    }

    pub fn requests(&self) -> watch::Receiver<u64> {
        self.site.requests()
    }

    pub fn config(&self) -> &Path {
        &self.config
    }

    pub fn mails(&self) -> Mails {
        Mails::of(&self.mailbox.received())
    }

    /// Whether the reader knows the state; the first one is a baseline and told to nobody.
    pub async fn is_told(&self) -> bool {
        match self.state() {
            0 => self.asked("SELECT count(*) FROM memory").await > 0,
            state => self.mails().tell(state),
        }
    }

    /// Starts the binary and kills it at the moment.
    pub async fn play(&self, command: Command, moment: Moment) -> Ended {
        let arguments: &[&str] = match command {
            Command::Check => &["check", "--confirm"],
            Command::Run => &["run"],
        };
        let signs = Signs {
            requests: self.site.requests(),
            mailbox: &self.mailbox,
        };
        killer::kill(killer::start(&self.config, arguments), moment, signs).await
    }

    /// What an operator does: what waits out its back-off goes out now; before `run`, the page is due.
    pub async fn make_ready(&self, command: Command) {
        let now = Timestamp::now();
        let waiting = format!(
            "SELECT id FROM delivery WHERE leased_until IS NULL AND state = 'pending' AND ready > {}",
            now.as_millisecond()
        );
        for number in self.numbers(&waiting).await {
            self.run_through(&["deliveries", "retry", &number.to_string()])
                .await;
        }
        let soon = now + Duration::from_millis(1500);
        let idle = format!(
            "SELECT count(*) FROM page WHERE leased_until IS NULL AND ready > {}",
            soon.as_millisecond()
        );
        if command == Command::Run && self.asked(&idle).await > 0 {
            // A page that was taken out of the configuration and comes back is looked at once.
            let store = Store::open(&self.installation().database()).await.unwrap();
            store.register(&[]).await.unwrap();
            store.close().await;
        }
    }

    /// The last run, without a kill and with a mail server that is well.
    pub async fn end(&mut self) -> Mails {
        let mut received = self.mailbox.received();
        let address = self.mailbox.address();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        std::mem::replace(&mut self.mailbox, Mailbox::start(listener).unwrap())
            .stop()
            .await;
        let listener = TcpListener::bind(address).await.unwrap();
        self.mailbox = Mailbox::start(listener).unwrap();
        self.make_ready(Command::Check).await;
        self.run_through(&["check", "--confirm"]).await;
        received.extend(self.mailbox.received());
        Mails::of(&received)
    }

    /// Read from a copy, so that the next start finds what the kill left.
    pub async fn leftovers(&self) -> Leftovers {
        let (_copy, mut database) = self.copy().await;
        let claimed: Vec<(String, String)> = sqlx::query_as(
            "SELECT message_id, channel FROM delivery WHERE leased_until IS NOT NULL",
        )
        .fetch_all(&mut database)
        .await
        .unwrap();
        let (mails, files): (Vec<_>, Vec<_>) = claimed
            .into_iter()
            .partition(|(_, channel)| channel.contains(READER));
        let page_leased: i64 =
            sqlx::query_scalar("SELECT count(*) FROM page WHERE leased_until IS NOT NULL")
                .fetch_one(&mut database)
                .await
                .unwrap();
        let newest: Option<i64> = sqlx::query_scalar("SELECT max(due) FROM visit")
            .fetch_one(&mut database)
            .await
            .unwrap();
        let settings = self.installation().archive_settings();
        let journal = archive::visits_since(&settings, Timestamp::UNIX_EPOCH).unwrap();
        Leftovers {
            page_leased: page_leased > 0,
            journal_ahead: journal
                .iter()
                .any(|seen| Some(seen.due.as_millisecond()) > newest),
            mails: mails.into_iter().map(|(id, _)| format!("<{id}>")).collect(),
            files: files.len(),
        }
    }

    /// One row for each state, all settled, and no other name in the mails than the rows have.
    pub async fn assert_rows_match(&self, mails: &Mails) {
        let (_copy, mut database) = self.copy().await;
        let rows: Vec<(String, String, String)> =
            sqlx::query_as("SELECT message_id, channel, state FROM delivery")
                .fetch_all(&mut database)
                .await
                .unwrap();
        let unsent: Vec<_> = rows
            .iter()
            .filter(|(_, _, state)| state != "sent")
            .collect();
        assert!(unsent.is_empty(), "not delivered: {unsent:?}");
        let names: BTreeSet<String> = rows
            .iter()
            .filter(|(_, channel, _)| channel.contains(READER))
            .map(|(id, _, _)| format!("<{id}>"))
            .collect();
        assert_eq!(
            names.iter().map(String::as_str).collect::<BTreeSet<_>>(),
            mails.ids()
        );
    }

    /// Each state changed a teaser and an article, and each stands in the file once.
    pub fn assert_lines_once(&self, last: u64) {
        let mut fields: BTreeMap<u64, Vec<String>> = BTreeMap::new();
        for line in self.lines() {
            let after = line["after"]["text"].as_str().unwrap_or_default();
            let state = (1..=last).find(|state| after.contains(&words(*state)));
            let state = state.unwrap_or_else(|| panic!("a line that tells no state: {line}"));
            fields
                .entry(state)
                .or_default()
                .push(line["field"].to_string());
        }
        for state in 1..=last {
            let mut told = fields.remove(&state).unwrap_or_default();
            told.sort();
            assert_eq!(told, ["\"article\"", "\"teaser\""], "state {state}");
        }
    }

    pub fn assert_feed_once(&self) {
        let feed = fs::read_to_string(self.folder.path().join("feeds/all.atom")).unwrap();
        for line in self.lines() {
            let id = format!(
                "<id>urn:uuid:{}</id>",
                line["change"].as_str().unwrap_or_default()
            );
            assert_eq!(feed.matches(&id).count(), 1, "{line}");
        }
    }

    pub fn assert_archive_whole(&self) {
        let report = archive::verify(&self.installation().archive_settings(), |_, _| {}).unwrap();
        println!(
            "archive: {} files, {} records, {} faults",
            report.files,
            report.records,
            report.faults.len()
        );
        assert_eq!(report.faults, []);
    }

    pub async fn assert_database_whole(&self) {
        let (_copy, mut database) = self.copy().await;
        let verdict: String = sqlx::query_scalar("PRAGMA integrity_check")
            .fetch_one(&mut database)
            .await
            .unwrap();
        assert_eq!(verdict, "ok");
        let loose: Vec<(String, i64)> =
            sqlx::query_as("SELECT \"table\", rowid FROM pragma_foreign_key_check")
                .fetch_all(&mut database)
                .await
                .unwrap();
        assert_eq!(loose, []);
    }

    pub fn installation(&self) -> Installation {
        Installation::read(Some(&self.config)).unwrap()
    }

    /// Runs a command to its end.
    pub async fn run_through(&self, arguments: &[&str]) {
        let mut child = killer::start(&self.config, arguments);
        killer::exit(&mut child).await;
    }

    fn lines(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.folder.path().join("changes.jsonl")).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    async fn asked(&self, count: &str) -> i64 {
        self.numbers(count).await.first().copied().unwrap_or(0)
    }

    async fn numbers(&self, query: &str) -> Vec<i64> {
        let (_copy, mut database) = self.copy().await;
        sqlx::query_scalar(sqlx::AssertSqlSafe(query))
            .fetch_all(&mut database)
            .await
            .unwrap()
    }

    /// The database with its log as they lie there, opened elsewhere.
    async fn copy(&self) -> (TempDir, SqliteConnection) {
        let copy = tempfile::tempdir().unwrap();
        for name in ["vermerk.db", "vermerk.db-wal"] {
            let from = self.folder.path().join(name);
            if from.exists() {
                fs::copy(from, copy.path().join(name)).unwrap();
            }
        }
        let options = SqliteConnectOptions::new().filename(copy.path().join("vermerk.db"));
        let database = options.connect().await.unwrap();
        (copy, database)
    }
}

fn write(folder: &Path, site: &Site, mailbox: &Mailbox) -> PathBuf {
    let page = PAGE.replace("{{site}}", &site.address.to_string());
    let port = mailbox.address().port();
    let settings = SETTINGS.replace("[fetch]", "mail = \"operator@localhost\"\n[fetch]");
    let readers = READERS.replace("{{port}}", &port.to_string());
    let settings = format!("{settings}{JSON_LINES}{readers}");
    install(folder, &settings, &[("page", &page)])
}

const READERS: &str = r#"
[mail]
host = "127.0.0.1"
port = {{port}}
tls = "none"
from = "vermerk@localhost"
[[recipients]]
address = "reader@localhost"
[feed]
folder = "../feeds"
"#;

const PAGE: &str = r#"
id = "abkommen"
url = "http://{{site}}/migration/abkommen.html"
language = "de"
title = "Abkommen"
publisher = "Amt"
every = "1m"
confirm_after = "1s"
[recipe]
kind = "list"
entries = "main > div"
title = "h2"
teaser = "p"
link = "h2 > a"
key = "country"
follow = "main > .text"
"#;
