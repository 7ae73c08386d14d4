//! An installation as its configuration describes it, and the road built from it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Semaphore;

use super::Failure;
use crate::archive::{self, Archive, Owner};
use crate::config::{self, Config};
use crate::fetch;
use crate::gate::Gate;
use crate::model::{Clock, EmailAddress, Key, PageBrief, Plan, Purpose, Subscription};
use crate::notify::{self, Links, Notifier, Permalinks};
use crate::pipeline::{self, Road, Upkeep, Watched};
use crate::schedule;
use crate::store::Store;
use crate::web::{About, Site, Sources, Subscribing};

/// The configuration, read and checked.
pub struct Installation {
    pub config: Config,
    pub pages: Vec<Watched>,
}

impl Installation {
    pub fn read(file: Option<&Path>) -> Result<Self, Failure> {
        let file =
            config::locate(file).map_err(|error| Failure::configuration(error.to_string()))?;
        let (config, pages) =
            Config::load(&file).map_err(|errors| Failure::configuration(errors.to_string()))?;
        for warning in &config.warnings {
            tracing::warn!("{warning}");
        }
        Ok(Self { config, pages })
    }

    /// For what sends: everything that is secret can be read. Whatever sends nothing does not ask.
    pub fn ready_to_send(self) -> Result<Self, Failure> {
        let mail = self.config.mail.iter().filter_map(|mail| mail.smtp().err());
        let secrets = self.config.webhooks.iter();
        let secrets = secrets.filter_map(|one| Some(one.secret.reveal().err()?.to_owned()));
        let unread: Vec<String> = mail.chain(secrets).collect();
        if unread.is_empty() {
            Ok(self)
        } else {
            Err(Failure::configuration(unread.join("\n")))
        }
    }

    /// The pages named, or all.
    pub fn select(&self, names: &[String]) -> Result<Vec<&Watched>, Failure> {
        if names.is_empty() {
            return Ok(self.pages.iter().collect());
        }
        names.iter().map(|name| self.page(name)).collect()
    }

    pub fn page(&self, name: &str) -> Result<&Watched, Failure> {
        let found = self.pages.iter().find(|one| one.page.id.as_str() == name);
        found.ok_or_else(|| {
            let known: Vec<&str> = self.pages.iter().map(|one| one.page.id.as_str()).collect();
            Failure::usage(format!(
                "no page {name:?}; configured: {}",
                known.join(", ")
            ))
        })
    }

    pub fn database(&self) -> PathBuf {
        database_in(&self.config.state)
    }

    pub async fn store(&self) -> Result<Store, Failure> {
        Ok(Store::open(&self.database()).await?)
    }

    pub fn archive_settings(&self) -> archive::Settings {
        let config = &self.config;
        archive::Settings {
            folder: config.archive.folder.clone(),
            prefix: config.archive.prefix.clone(),
            operator: format!("{} ({})", config.operator.name, config.operator.contact),
            user_agent: config.fetch.user_agent.clone(),
            max_file_bytes: config.archive.max_file_bytes,
        }
    }

    /// How the archive is looked after.
    pub fn upkeep(&self) -> Upkeep {
        let archive = &self.config.archive;
        Upkeep {
            settings: self.archive_settings(),
            key: self.config.state.join("checkpoint.key"),
            authority: archive.timestamp_authority.clone(),
            fixity: archive.fixity,
            keep: self
                .pages
                .iter()
                .map(|one| (one.page.id.clone(), one.page.keep))
                .collect(),
        }
    }

    /// Opens everything that visits and deliveries need, and records what a killed process could not.
    pub async fn road(&self, clock: Clock) -> Result<Road, Failure> {
        let road = self.road_as_it_is(clock).await?;
        pipeline::recover(&road, &self.archive_settings(), &self.pages).await?;
        Ok(road)
    }

    /// Refuses to write into the archive of another installation.
    pub async fn own_archive(&self, store: &Store) -> Result<(), Failure> {
        let settings = self.archive_settings();
        match archive::claim(&settings, &store.installation().await?)? {
            Owner::Ours => Ok(()),
            Owner::Another => Err(Failure::failed(format!(
                "{} is the archive of another installation: name another folder ([archive] folder); or, where that \
                 installation is gone or its database was lost, take the archive over with `vermerk archive adopt`",
                settings.folder.display()
            ))),
        }
    }

    /// The same, before anything is taken from the journal.
    pub async fn road_as_it_is(&self, clock: Clock) -> Result<Road, Failure> {
        let store = self.store().await?;
        self.own_archive(&store).await?;
        let road = self.road_on(store, self.subscriptions(), clock).await?;
        let now = (road.clock)();
        road.store.register(&self.first_plans(now)).await?;
        self.reschedule(&road, now).await?;
        Ok(road)
    }

    /// A schedule that was changed counts from now on, not only after the look that the old one planned.
    async fn reschedule(&self, road: &Road, now: Timestamp) -> Result<(), Failure> {
        let pages = self.pages.iter();
        let timed: Vec<_> = pages.map(|one| (&one.page.id, &one.page.timing)).collect();
        let next = |place: usize| {
            let one = self.pages.get(place)?;
            Some(schedule::regular(
                &one.schedule,
                &one.page.id,
                road.jitter,
                now,
            ))
        };
        Ok(road.store.reschedule(&timed, next).await?)
    }

    /// The road on a database of its own, for whoever is subscribed there.
    pub async fn road_on(
        &self,
        store: Store,
        subscriptions: Vec<Subscription>,
        clock: Clock,
    ) -> Result<Road, Failure> {
        let (archive, mended) = Archive::open(self.archive_settings())?;
        for torn in mended {
            tracing::warn!(
                file = torn.file,
                bytes = torn.cut_bytes,
                "torn end of the archive after a crash, cut back to the last whole record"
            );
        }
        Ok(Road {
            client: self.client(&clock)?,
            notifier: self.notifier()?,
            subscriptions: Arc::new(subscriptions),
            webhooks: Arc::new(self.webhooks()),
            mail_domain: self.mail_domain()?,
            at_work: Arc::new(store.at_work().await?),
            jitter: self.config.fetch.jitter,
            news: Arc::default(),
            parsers: Arc::new(Semaphore::new(cores())),
            store,
            archive,
            clock,
        })
    }

    /// The site, where one is configured; it reads what the road writes.
    pub fn site(&self, road: &Road) -> Result<Option<Site>, Failure> {
        let Some(web) = &self.config.web else {
            return Ok(None);
        };
        let operator = &self.config.operator;
        let subscribing = match &self.config.mail {
            Some(mail) => Some(Arc::new(Subscribing {
                key: self.key()?,
                mail_domain: mail.from.domain().to_owned(),
            })),
            None => None,
        };
        Ok(Some(Site {
            proxies: web.proxies.as_slice().into(),
            subscribing,
            news: Arc::clone(&road.news),
            store: road.store.clone(),
            archive: road.archive.clone(),
            about: Arc::new(About {
                base: web.base_url.clone(),
                operator: operator.name.clone(),
                contact: operator.contact.to_string(),
            }),
            sources: Arc::new(Sources::of(
                &self.pages,
                self.config.fetch.pause,
                (road.clock)(),
            )),
            clock: Arc::clone(&road.clock),
        }))
    }

    pub fn client(&self, clock: &Clock) -> Result<fetch::Client, Failure> {
        let pause = Duration::try_from(self.config.fetch.pause).unwrap_or(Duration::ZERO);
        self.client_with_pause(clock, pause)
    }

    pub fn client_with_pause(
        &self,
        clock: &Clock,
        pause: Duration,
    ) -> Result<fetch::Client, Failure> {
        let fetch = &self.config.fetch;
        let settings = fetch::Settings {
            user_agent: fetch.user_agent.clone(),
            gate: Gate::new(fetch.allow.clone()),
            pause,
            clock: Arc::clone(clock),
        };
        fetch::Client::new(settings)
            .map_err(|error| Failure::failed(format!("no HTTP client: {error}")))
    }

    pub fn notifier(&self) -> Result<Notifier, Failure> {
        Notifier::new(self.notify_settings()?)
            .map_err(|error| Failure::configuration(format!("mail: {error}")))
    }

    pub fn notify_settings(&self) -> Result<notify::Settings, Failure> {
        let config = &self.config;
        let feed = config.feed.as_ref();
        Ok(notify::Settings {
            // Whoever sends has seen to it that the password can be read.
            smtp: config.mail.as_ref().and_then(|mail| mail.smtp().ok()),
            from: self.sender()?,
            stop_contact: self.stop_contact(),
            json_lines: config.log.json_lines.clone(),
            feed_folder: feed.map(|feed| feed.folder.clone()),
            feed_url: feed.and_then(|feed| feed.url.clone()),
            links: self.links()?,
        })
    }

    /// The secret of this installation; made where there is none yet.
    pub fn key(&self) -> Result<Key, Failure> {
        config::key(&self.config.state).map_err(Failure::failed)
    }

    /// What mails to subscribers lead to; without a site nobody can subscribe.
    pub fn links(&self) -> Result<Option<Links>, Failure> {
        let Some(web) = &self.config.web else {
            return Ok(None);
        };
        let mail = self.config.mail.as_ref();
        Ok(Some(Links {
            open: Permalinks {
                base: web.base_url.clone(),
            },
            key: self.key()?,
            bounces: mail.and_then(|mail| mail.bounces.clone()),
        }))
    }

    /// The right side of every Message-ID.
    pub fn mail_domain(&self) -> Result<String, Failure> {
        Ok(self.sender()?.domain().to_owned())
    }

    /// Whom a reader asks to be left alone.
    fn stop_contact(&self) -> String {
        let operator = &self.config.operator;
        match &operator.mail {
            Some(mail) => mail.to_string(),
            None => operator
                .contact
                .to_string()
                .trim_start_matches("mailto:")
                .to_owned(),
        }
    }

    /// Who writes; without mail only the domain of the Message-IDs is made of it.
    fn sender(&self) -> Result<EmailAddress, Failure> {
        match &self.config.mail {
            Some(mail) => Ok(mail.from.clone()),
            None => EmailAddress::parse("vermerk@localhost")
                .map_err(|error| Failure::configuration(error.to_string())),
        }
    }

    /// A page that is new is looked at now.
    pub fn first_plans(&self, now: Timestamp) -> Vec<(PageBrief, Plan)> {
        Self::plans(&self.pages, now)
    }

    pub fn plans(pages: &[Watched], now: Timestamp) -> Vec<(PageBrief, Plan)> {
        let plan = Plan {
            at: now,
            purpose: Purpose::Scheduled,
        };
        pages.iter().map(|one| (one.brief(), plan)).collect()
    }
}

/// Where a state folder has its database.
pub fn database_in(state: &Path) -> PathBuf {
    state.join("vermerk.db")
}

/// The clock of every command but the demo.
pub fn system_clock() -> Clock {
    Arc::new(Timestamp::now)
}

/// As many parses at once as there are cores.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
