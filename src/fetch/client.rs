//! The one HTTP client of the program: connections, limits that hold for all of them, and what it remembers of hosts.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{RequestBuilder, Response};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;
use tokio::time::timeout_at;

use super::Settings;
use super::body::Bounds;
use super::failure;
use super::politeness::Hosts;
use super::resolver::Resolver;
use super::robots::Rules;
use crate::model::Problem;

/// Cheap to clone: all clones share connections, pauses and robots.txt.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    http: reqwest::Client,
    threads: Threads,
    settings: Settings,
    hosts: Hosts,
    rules: Rules,
}

/// Where connections are worked on, apart from everything else: what a host sends without end (interim
/// answers, for example) is read without a pause, and would keep deadlines, signals and the site waiting.
struct Threads(Option<Runtime>);

const THREADS: usize = 4;

/// A host that does not take a connection in this time will not answer within the deadline either.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest silence within an answer; the deadline of the request bounds the whole.
pub(super) const READ_TIMEOUT: Duration = Duration::from_secs(20);
/// Most bytes of an answer's header lines, names and values together.
pub(super) const HEAD_LIMIT: usize = 64 * 1024;
/// Most header lines of an answer.
const HEADER_LINES: usize = 256;

impl Client {
    pub fn new(settings: Settings) -> io::Result<Self> {
        let http = reqwest::Client::builder()
            .user_agent(&settings.user_agent)
            .dns_resolver(Resolver::new(settings.gate.clone()))
            // A proxy named in the environment would dial for us and so step around the gate.
            .no_proxy()
            // Each hop is an exchange of its own and has to pass the gate.
            .redirect(Policy::none())
            .referer(false)
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT)
            .http1_max_headers(HEADER_LINES)
            .http2_max_header_list_size(u32::try_from(HEAD_LIMIT).unwrap_or(u32::MAX))
            .build()
            .map_err(io::Error::other)?;
        let hosts = Hosts::new(settings.pause);
        let inner = Inner {
            http,
            threads: Threads::start()?,
            settings,
            hosts,
            rules: Rules::default(),
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    pub(super) fn http(&self) -> &reqwest::Client {
        &self.inner.http
    }

    /// The head of the answer to a request, until the deadline; what `bounds` says of a body is not asked.
    pub(super) async fn answer(
        &self,
        request: RequestBuilder,
        host: &str,
        bounds: Bounds,
    ) -> Result<Response, Problem> {
        // Whoever no longer waits for a call ends it by dropping the set.
        let mut call = JoinSet::new();
        if let Threads(Some(threads)) = &self.inner.threads {
            call.spawn_on(request.send(), threads.handle());
        }
        match timeout_at(bounds.deadline, call.join_next()).await {
            Ok(Some(Ok(answer))) => answer.map_err(|error| failure::of(&error, host)),
            Ok(Some(Err(_)) | None) => {
                Err(Problem::Unreachable("the request broke off".to_owned()))
            }
            Err(_) => Err(Problem::TimedOut(bounds.seconds)),
        }
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    pub(super) fn hosts(&self) -> &Hosts {
        &self.inner.hosts
    }

    pub(super) fn rules(&self) -> &Rules {
        &self.inner.rules
    }
}

impl Threads {
    fn start() -> io::Result<Self> {
        let threads = Builder::new_multi_thread()
            .worker_threads(THREADS)
            .thread_name("fetch")
            .enable_all()
            .build()?;
        Ok(Self(Some(threads)))
    }
}

impl Drop for Threads {
    /// Without waiting for any, as is the rule within another runtime.
    fn drop(&mut self) {
        if let Some(threads) = self.0.take() {
            threads.shutdown_background();
        }
    }
}
