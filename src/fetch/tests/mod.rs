//! The fetcher against a hostile site: every fault of a server has its own name, and none takes long.

mod answers;
mod manners;
mod places;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::site::{Act, Site};
use super::{Client, Settings, fetch};
use crate::gate::Gate;
use crate::model::{Coding, Fetched, Language, Limits, Request, Robots, Truncation};

const NOW: &str = "2026-01-05T08:00:00Z";
const PAGE: &[u8] = b"<html>Kenia</html>";

/// A clock that stands still until it is set.
#[derive(Clone)]
struct Hand(Arc<Mutex<Timestamp>>);

impl Hand {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(NOW.parse().unwrap())))
    }

    fn forward(&self, by: SignedDuration) {
        let mut now = self.0.lock().unwrap();
        *now += by;
    }
}

fn client_at(hand: &Hand) -> Client {
    let hand = hand.clone();
    Client::new(Settings {
        user_agent: "vermerk/0.1 (+mailto:op@example.org)".to_owned(),
        gate: Gate::new(vec!["127.0.0.1/32".parse().unwrap()]),
        pause: Duration::ZERO,
        clock: Arc::new(move || *hand.0.lock().unwrap()),
    })
    .unwrap()
}

fn client() -> Client {
    client_at(&Hand::new())
}

/// Small limits, no robots.txt.
fn request(site: &Site, path: &str) -> Request {
    asking(site.url(path))
}

fn asking(url: Url) -> Request {
    Request {
        url,
        language: Language::parse("de").unwrap(),
        validators: None,
        coding: Coding::Identity,
        robots: Robots::Disregard {
            reason: "test".to_owned(),
        },
        limits: Limits {
            max_bytes: 64 * 1024,
            deadline: SignedDuration::from_secs(20),
        },
    }
}

fn obeying(site: &Site, path: &str) -> Request {
    Request {
        robots: Robots::Obey,
        ..request(site, path)
    }
}

/// With a deadline that only a site that means to be slow will miss.
fn hurried(asked: Request) -> Request {
    let deadline = SignedDuration::from_millis(300);
    Request {
        limits: Limits {
            deadline,
            ..asked.limits
        },
        ..asked
    }
}

fn means_to_be_slow(acts: &[Act]) -> bool {
    acts.iter()
        .any(|act| matches!(act, Act::Stall | Act::Drip(_)))
}

/// One request to a site that knows only `/page`; it has to be over in a second or two.
async fn look(acts: Vec<Act>) -> Fetched {
    let is_slow = means_to_be_slow(&acts);
    let site = Site::open([("/page", acts)]).await;
    let begun = Instant::now();
    let mut asked = request(&site, "/page");
    if is_slow {
        asked = hurried(asked);
    }
    let fetched = fetch(&client(), &asked).await;
    assert!(
        begun.elapsed() < Duration::from_secs(30),
        "{:?}",
        begun.elapsed()
    );
    fetched
}

/// The beginning of the problem's text, and how the body was cut where a head came.
async fn check(acts: Vec<Act>, problem: &str, truncated: Option<Truncation>) {
    let fetched = look(acts).await;
    let text = fetched
        .problem
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    assert!(text.starts_with(problem), "{text:?} is not {problem:?}");
    let seen = fetched
        .exchanges
        .last()
        .and_then(|exchange| exchange.response.truncated);
    assert_eq!(seen, truncated, "{problem}");
    assert!(fetched.answer().is_none());
}
