//! The one HTTP client of the program: connections, limits that hold for all of them, and what it remembers of hosts.

use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;

use super::Settings;
use super::politeness::Hosts;
use super::resolver::Resolver;
use super::robots::Rules;

/// Cheap to clone: all clones share connections, pauses and robots.txt.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    http: reqwest::Client,
    settings: Settings,
    hosts: Hosts,
    rules: Rules,
}

/// A host that does not take a connection in this time will not answer within the deadline either.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest silence within an answer; the deadline of the request bounds the whole.
pub(super) const READ_TIMEOUT: Duration = Duration::from_secs(20);
/// Most bytes of an answer's header lines, names and values together.
pub(super) const HEAD_LIMIT: usize = 64 * 1024;
/// Most header lines of an answer.
const HEADER_LINES: usize = 256;

impl Client {
    pub fn new(settings: Settings) -> Result<Self, reqwest::Error> {
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
            .build()?;
        let hosts = Hosts::new(settings.pause);
        let inner = Inner {
            http,
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
