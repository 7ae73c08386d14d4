//! Sets up what the story needs: a folder with a complete installation, a site, a mailbox and a clock that is moved by hand.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use url::Url;

use super::mailbox::Mailbox;
use super::site::Site;
use super::story::STORY;
use crate::commands::{Failure, Installation};
use crate::model::Clock;
use crate::notify;
use crate::pipeline::{Road, Watched};
use crate::store::Store;
use crate::web;

/// Everything the steps play on.
pub struct Stage {
    pub folder: PathBuf,
    pub site: Site,
    pub mailbox: Mailbox,
    /// For printing mails as they were sent.
    pub letters: notify::Settings,
    pub road: Road,
    pub watched: Watched,
    topic: Url,
    readers: Readers,
    now: Arc<Mutex<Timestamp>>,
}

impl Stage {
    pub async fn set(folder: Option<PathBuf>) -> Result<Self, Failure> {
        let folder = folder.map_or_else(new_folder, Ok).map_err(no_folder)?;
        let first = STORY
            .first()
            .ok_or_else(|| Failure::failed("the story is empty"))?;
        let has_something =
            std::fs::read_dir(&folder).is_ok_and(|mut found| found.next().is_some());
        if has_something {
            return Err(Failure::usage(format!(
                "{} is not empty; choose a new folder",
                folder.display()
            )));
        }
        std::fs::create_dir_all(folder.join("mails")).map_err(no_folder)?;
        let site = Site::start(loopback().await?, first.first).map_err(no_port)?;
        let mailbox =
            Mailbox::start_in(loopback().await?, &folder.join("mails")).map_err(no_port)?;
        let topic = site
            .topic()
            .map_err(|error| Failure::failed(error.to_string()))?;
        let door = loopback().await?;
        let port = door.local_addr().map_err(no_port)?.port();
        let config = write_installation(&folder, &site, &mailbox, port).map_err(no_folder)?;
        let installation = Installation::read(Some(&config))?;
        Store::create(&installation.database()).await?.close().await;
        let now = Arc::new(Mutex::new(first.first_look()));
        let road = installation.road(clock(&now)).await?;
        let watched = installation.page("replica")?.clone();
        let readers = Readers::open(&installation, &road, door)?;
        Ok(Self {
            folder,
            site,
            mailbox,
            letters: installation.notify_settings()?,
            road,
            watched,
            topic,
            readers,
            now,
        })
    }

    /// Moves the clock; nothing in the pipeline knows another.
    pub fn set_clock(&self, now: Timestamp) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    pub fn time(&self) -> Timestamp {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn topic(&self) -> &Url {
        &self.topic
    }

    pub fn introduction(&self) -> String {
        format!(
            "Vermerk watches a replica of a topic page at {}\nNo internet is used; mails go to a mailbox on {}.\n",
            self.topic,
            self.mailbox.address(),
        )
    }

    /// What is left to look at, and how.
    pub fn files(&self) -> String {
        let at = |name: &str| self.folder.join(name).display().to_string();
        // As it was called, since it need not stand on the path.
        let program = std::env::args().next();
        format!(
            "\nLeft in {}:\n  mails      {}\n  feeds      {}\n  archive    {}\n  database   {}\n  alert page {}\n\
             Ask it:  {} --config {} status | history | archive verify\n",
            self.folder.display(),
            at("mails"),
            at("feeds"),
            at("archive"),
            at("vermerk.db"),
            at("alert.html"),
            program.as_deref().unwrap_or("vermerk"),
            at("config/vermerk.toml"),
        )
    }

    /// Keeps a mail as a page to open.
    pub fn keep(&self, mail: &notify::Mail) -> Result<(), Failure> {
        std::fs::write(self.folder.join("alert.html"), &mail.html).map_err(no_folder)
    }

    /// Where the site for readers is.
    pub fn readers(&self) -> &Url {
        &self.readers.address
    }

    /// Ends what was started, in order.
    pub async fn strike(self) -> Result<(), Failure> {
        self.readers.close().await;
        self.road.archive.close().await?;
        self.road.store.close().await;
        self.site
            .stop()
            .await
            .map_err(|error| Failure::failed(error.to_string()))
    }
}

/// The site for readers, open while the story is told.
struct Readers {
    address: Url,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Readers {
    fn open(installation: &Installation, road: &Road, door: TcpListener) -> Result<Self, Failure> {
        let site = installation
            .site(road)?
            .ok_or_else(|| Failure::failed("the demo's configuration has no site"))?;
        let address = site.about.base.clone();
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(web::serve(door, site, web::Limits::default(), stopped));
        Ok(Self {
            address,
            stop,
            task,
        })
    }

    async fn close(self) {
        let _ = self.stop.send(true);
        let _ = tokio::time::timeout(Duration::from_secs(2), self.task).await;
    }
}

/// A complete installation, so that every other command works on what the demo leaves.
fn write_installation(
    folder: &Path,
    site: &Site,
    mailbox: &Mailbox,
    web_port: u16,
) -> io::Result<PathBuf> {
    let pages = folder.join("config/pages");
    std::fs::create_dir_all(&pages)?;
    std::fs::write(pages.join("replica.toml"), site.page_file())?;
    let template = include_str!("../../fixtures/replica/vermerk.toml");
    let port = mailbox.address().port().to_string();
    let config = folder.join("config/vermerk.toml");
    let text = template
        .replace("{{smtp_port}}", &port)
        .replace("{{web_port}}", &web_port.to_string());
    std::fs::write(&config, text)?;
    Ok(config)
}

fn new_folder() -> io::Result<PathBuf> {
    let folder = tempfile::Builder::new().prefix("vermerk-demo-").tempdir()?;
    Ok(folder.keep())
}

async fn loopback() -> Result<TcpListener, Failure> {
    TcpListener::bind("127.0.0.1:0").await.map_err(no_port)
}

fn clock(now: &Arc<Mutex<Timestamp>>) -> Clock {
    let now = Arc::clone(now);
    Arc::new(move || *now.lock().unwrap_or_else(PoisonError::into_inner))
}

#[expect(clippy::needless_pass_by_value, reason = "stands in map_err")]
fn no_folder(error: io::Error) -> Failure {
    Failure::failed(format!("cannot write the demo's folder: {error}"))
}

#[expect(clippy::needless_pass_by_value, reason = "stands in map_err")]
fn no_port(error: io::Error) -> Failure {
    Failure::failed(format!("no port on loopback: {error}"))
}
