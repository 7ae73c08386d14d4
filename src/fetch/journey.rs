//! The way from an address to its answer.
//!
//! 1. The gate looks at the address. 2. robots.txt is asked, once a day for each origin.
//! 3. The host's turn is awaited. 4. One request is sent; what came is kept.
//! 5. A redirect leads back to 1, at most five times and never to another place.
//! 6. The status is judged.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;
use url::{Position, Url};

use super::body::Bounds;
use super::client::Client;
use super::exchange::{self, Answered, Ask};
use super::politeness::Closed;
use super::robots::{self, Known, Permit};
use super::{redirect, retry_after};
use crate::model::{Coding, Exchange, Fetched, Problem, Request, Response, Robots};

const MAX_REDIRECTS: usize = 5;
/// No answer is worth a longer wait, whatever a page file says.
const LONGEST_DEADLINE: Duration = Duration::from_hours(1);
const ACCEPT_PAGE: &str = "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.1";
const ACCEPT_ROBOTS: &str = "text/plain,*/*;q=0.1";

struct Journey<'a> {
    client: &'a Client,
    request: &'a Request,
    /// What is left of the deadline; waiting for one's turn does not use it up.
    left: Duration,
    exchanges: Vec<Exchange>,
    retry_after: Option<Timestamp>,
}

pub async fn travel(client: &Client, request: &Request) -> Fetched {
    let mut journey = Journey {
        client,
        request,
        left: Duration::try_from(request.limits.deadline)
            .unwrap_or_default()
            .min(LONGEST_DEADLINE),
        exchanges: Vec::new(),
        retry_after: None,
    };
    let problem = journey.go().await.err();
    Fetched {
        exchanges: journey.exchanges,
        problem,
        retry_after: journey.retry_after,
    }
}

impl Journey<'_> {
    async fn go(&mut self) -> Result<(), Problem> {
        let mut url = self.request.url.clone();
        url.set_fragment(None);
        for _ in 0..=MAX_REDIRECTS {
            let pause = self.permitted(&url).await?;
            let ask = page(self.request, &url);
            let answered = self
                .send(&ask, self.request.limits.max_bytes, pause)
                .await?;
            let verdict = judge(&answered);
            let next = redirect::target(&url, &answered.exchange.response);
            self.exchanges.push(answered.exchange);
            let Some(to) = next? else {
                return verdict;
            };
            self.pass_gate(&to)?;
            redirect::stays(&self.request.url, &to)?;
            url = to;
        }
        Err(Problem::TooManyRedirects(MAX_REDIRECTS))
    }

    /// The pause that robots.txt asks for, where it lets us come.
    async fn permitted(&mut self, url: &Url) -> Result<Duration, Problem> {
        self.pass_gate(url)?;
        if matches!(self.request.robots, Robots::Disregard { .. }) {
            return Ok(Duration::ZERO);
        }
        let slot = self.client.rules().slot(url);
        let mut known = slot.lock().await;
        let fresh = known.as_ref().and_then(|known| known.fresh(self.now()));
        let permit = if let Some(said) = fresh {
            said?
        } else {
            let said = self.ask_robots(url).await;
            let at = self.now();
            known.insert(Known { at, said }).said.clone()?
        };
        drop(known);
        permit.check(url)?;
        Ok(permit.pause)
    }

    /// Unlike a page, robots.txt may move to any public place (RFC 9309, section 2.3.1.2).
    async fn ask_robots(&mut self, url: &Url) -> Result<Permit, Problem> {
        let mut url = url
            .join("/robots.txt")
            .map_err(|error| robots::unavailable(error.to_string()))?;
        for _ in 0..=MAX_REDIRECTS {
            let response = self.robots_answer(&url).await?;
            match redirect::target(&url, &response)
                .map_err(|problem| robots::unavailable(problem.to_string()))?
            {
                Some(to) => url = to,
                None => return Permit::read(&response),
            }
        }
        Err(robots::unavailable(
            Problem::TooManyRedirects(MAX_REDIRECTS).to_string(),
        ))
    }

    /// A refusal and a broken TLS are the page's own troubles and keep their names.
    async fn robots_answer(&mut self, url: &Url) -> Result<Response, Problem> {
        let ask = robots_txt(self.request, url);
        let sent = self.send(&ask, robots::MAX_BYTES, Duration::ZERO).await;
        let answered = sent.map_err(|problem| match problem {
            Problem::Refused { .. } | Problem::Tls(_) => problem,
            other => robots::unavailable(other.to_string()),
        })?;
        let response = answered.exchange.response.clone();
        self.exchanges.push(answered.exchange);
        match answered.cut {
            None | Some(Problem::TooLarge(_)) => Ok(response),
            Some(problem) => Err(robots::unavailable(problem.to_string())),
        }
    }

    /// The only place from which a request leaves.
    async fn send(
        &mut self,
        ask: &Ask<'_>,
        max_bytes: usize,
        pause: Duration,
    ) -> Result<Answered, Problem> {
        self.pass_gate(ask.url)?;
        let host = ask.url.host_str().unwrap_or_default();
        let mut turn = self.client.hosts().turn(host, pause, self.now()).await;
        if let Some(Closed { status, until }) = turn.closed(self.now()) {
            self.retry_after = Some(until);
            return Err(Problem::Status(status));
        }
        let begun = Instant::now();
        let sent = exchange::send(self.client, ask, self.bounds(begun, max_bytes)).await;
        self.left = self.left.saturating_sub(begun.elapsed());
        if let Ok(answered) = &sent
            && let Some(closed) = self.wish(&answered.exchange.response)
        {
            self.retry_after = Some(closed.until);
            if matches!(closed.status, 429 | 503) {
                turn.close(closed);
            }
        }
        sent
    }

    /// `Retry-After` of an error; of anything else it means nothing to us.
    fn wish(&self, response: &Response) -> Option<Closed> {
        let status = response.status;
        let line = response.header("retry-after").filter(|_| status >= 400)?;
        let until = retry_after::parse(line, self.now())?;
        Some(Closed { status, until })
    }

    fn bounds(&self, begun: Instant, max_bytes: usize) -> Bounds {
        let deadline = self.request.limits.deadline;
        Bounds {
            max_bytes,
            deadline: begun + self.left,
            seconds: deadline.as_secs().unsigned_abs().max(1),
        }
    }

    fn pass_gate(&self, url: &Url) -> Result<(), Problem> {
        let refused = |rule: crate::gate::Rule| Problem::Refused {
            host: url.host_str().unwrap_or_default().to_owned(),
            rule: rule.to_string(),
        };
        self.client.settings().gate.check_url(url).map_err(refused)
    }

    fn now(&self) -> Timestamp {
        (self.client.settings().clock)()
    }
}

/// What an answer is worth. Its status says more than a body that was cut.
fn judge(answered: &Answered) -> Result<(), Problem> {
    match answered.exchange.response.status {
        200 => answered.cut.clone().map_or(Ok(()), Err),
        304 if exchange::was_conditional(&answered.exchange) => Ok(()),
        304 => Err(Problem::UnaskedNotModified),
        status => Err(Problem::Status(status)),
    }
}

/// Validators speak of the address that was asked for: another one, behind a redirect, is asked for its
/// page, as its 304 would say nothing of the first.
fn page<'a>(request: &'a Request, url: &'a Url) -> Ask<'a> {
    let is_asked = request.url[..Position::AfterQuery] == url[..Position::AfterQuery];
    Ask {
        url,
        accept: ACCEPT_PAGE,
        language: &request.language,
        coding: request.coding,
        validators: request.validators.as_ref().filter(|_| is_asked),
    }
}

fn robots_txt<'a>(request: &'a Request, url: &'a Url) -> Ask<'a> {
    Ask {
        url,
        accept: ACCEPT_ROBOTS,
        language: &request.language,
        coding: Coding::Identity,
        validators: None,
    }
}
