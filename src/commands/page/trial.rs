//! One look at a page that leaves nothing behind: fetch, extract, a few articles, and what `judge` would say.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use url::Url;

use crate::compare::compare;
use crate::extract::{self, Proposal};
use crate::fetch::{self, Client};
use crate::judge::{Case, judge};
use crate::model::{
    Coding, Entry, Exchange, Extraction, Language, Limits, Look, Memory, Problem, Reading, Request,
    Robots, Text, VisitId,
};
use crate::pipeline::{Watched, within};

/// What was read.
pub struct Trial {
    /// What answered; `None` where nothing did.
    pub answer: Option<Answered>,
    /// With the articles that were read.
    pub reading: Reading,
    /// What a first look at this page would come to.
    pub look: Look,
    /// Where the recipe matches nothing on the page: what would.
    pub proposals: Option<Vec<Proposal>>,
}

/// What an address without a recipe has to offer.
pub struct Found {
    pub answer: Option<Answered>,
    pub problem: Option<Problem>,
    pub proposals: Vec<Proposal>,
}

/// The head of an answer.
pub struct Answered {
    pub url: Url,
    pub status: u16,
    pub kind: String,
    pub bytes: usize,
}

/// Far more than real pages take; the pipeline itself gives two seconds.
const BUDGET: Duration = Duration::from_secs(10);

impl Trial {
    /// Whether a daemon would take this look for what it is.
    pub fn is_good(&self) -> bool {
        !self.reading.entries.is_empty() && matches!(self.look, Look::Baseline | Look::Fine)
    }
}

pub async fn read(client: &Client, watched: &Watched, articles: usize) -> Trial {
    let (exchange, problem) = ask(client, request(watched, watched.page.url.clone())).await;
    let answer = exchange.as_ref().map(Answered::of);
    let mut proposals = None;
    let extraction = match (exchange, problem) {
        (Some(exchange), None) => {
            let recipe = watched.recipe.clone();
            let seen = exchange.clone();
            let read = within(BUDGET, move || extract::extract(&recipe, &seen)).await;
            let read = read.unwrap_or_else(failed);
            if reads_nothing(&read) {
                proposals = Some(propose_for(exchange).await);
            }
            read
        }
        (_, problem) => failed(problem.unwrap_or(Problem::Empty)),
    };
    let mut reading = Reading {
        at: Timestamp::now(),
        entries: extraction.entries,
        problems: extraction.problems,
        list: None,
        articles: BTreeMap::new(),
    };
    if watched.recipe.follows() {
        follow(client, watched, &mut reading, articles).await;
    }
    Trial {
        answer,
        look: look(watched, &reading),
        reading,
        proposals,
    }
}

pub async fn propose(client: &Client, url: &Url, language: &Language) -> Found {
    let (exchange, problem) = ask(client, plain_request(url, language)).await;
    Found {
        answer: exchange.as_ref().map(Answered::of),
        proposals: match (exchange, &problem) {
            (Some(exchange), None) => propose_for(exchange).await,
            _ => Vec::new(),
        },
        problem,
    }
}

/// The first articles on the page's own host, as a visit would read them.
async fn follow(client: &Client, watched: &Watched, reading: &mut Reading, limit: usize) {
    let own = |url: &Url| url.host_str() == watched.page.url.host_str();
    let due = reading.entries.iter_mut().filter_map(|entry| {
        let url = entry.link.as_ref()?.url().clone();
        own(&url).then_some((entry, url))
    });
    for (entry, url) in due.take(limit) {
        match article(client, watched, url).await {
            Ok(text) => entry.article = Some(text),
            Err(why) => reading.problems.push(Problem::Article {
                key: entry.key.clone(),
                why: Box::new(why),
            }),
        }
    }
}

async fn article(client: &Client, watched: &Watched, url: Url) -> Result<Text, Problem> {
    match ask(client, request(watched, url)).await {
        (Some(exchange), None) => {
            let recipe = watched.recipe.clone();
            within(BUDGET, move || extract::article(&recipe, &exchange)).await?
        }
        (_, problem) => Err(problem.unwrap_or(Problem::Empty)),
    }
}

fn reads_nothing(extraction: &Extraction) -> bool {
    extraction.problems.contains(&Problem::NoEntries)
}

/// What the answer was, also where it is none to read.
async fn ask(client: &Client, request: Request) -> (Option<Exchange>, Option<Problem>) {
    let mut fetched = fetch::fetch(client, &request).await;
    (fetched.exchanges.pop(), fetched.problem)
}

/// The verdict on a first look.
fn look(watched: &Watched, reading: &Reading) -> Look {
    let case = Case {
        page: &watched.page,
        recipe: watched.recipe.version(),
        visit: &VisitId::new(&watched.page.id, reading.at),
        reading,
    };
    let differences = compare(&[] as &[Entry], &reading.entries);
    judge(case, &Memory::default(), differences).look
}

async fn propose_for(exchange: Exchange) -> Vec<Proposal> {
    let proposed = within(BUDGET, move || extract::propose(&exchange)).await;
    proposed.unwrap_or_default()
}

fn request(watched: &Watched, url: Url) -> Request {
    let page = &watched.page;
    Request {
        url,
        language: page.language.clone(),
        validators: None,
        coding: page.coding,
        robots: page.robots.clone(),
        limits: page.guards.limits,
    }
}

fn plain_request(url: &Url, language: &Language) -> Request {
    Request {
        url: url.clone(),
        language: language.clone(),
        validators: None,
        coding: Coding::Identity,
        robots: Robots::Obey,
        limits: Limits::default(),
    }
}

fn failed(problem: Problem) -> Extraction {
    Extraction {
        entries: Vec::new(),
        problems: vec![problem],
    }
}

impl Answered {
    fn of(exchange: &Exchange) -> Self {
        let response = &exchange.response;
        Self {
            url: exchange.url.clone(),
            status: response.status,
            kind: response
                .header("content-type")
                .unwrap_or("unknown type")
                .to_owned(),
            bytes: response.body.len(),
        }
    }
}
