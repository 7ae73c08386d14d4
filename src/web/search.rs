//! Full-text search over entries as they stand and over changes.

use askama::Template;
use axum::extract::{Query, State};
use serde::Deserialize;

use super::lines::{entry_name, entry_path};
use super::{Frame, Reply, Site, page};
use crate::notify::hygiene::one_line;
use crate::store::{Hit, Snippet};

/// More hits than that are a reason for more words.
const MOST: usize = 50;
/// The shortest word that can be found.
const SHORTEST: usize = 3;

#[derive(Template)]
#[template(path = "search.html")]
struct Search {
    frame: Frame,
    words: String,
    hits: Vec<Hit>,
}

#[derive(Debug, Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct Asked {
    q: String,
}

pub async fn search(State(site): State<Site>, frame: Frame, Query(asked): Query<Asked>) -> Reply {
    let words = one_line(&asked.q).trim().to_owned();
    let hits = site.store.search(&words, MOST).await?;
    page(&Search { frame, words, hits })
}

impl Search {
    fn name(&self, hit: &Hit) -> String {
        entry_name(&self.frame, &hit.key, &hit.title)
    }

    fn path(&self, hit: &Hit) -> String {
        match hit.change {
            Some(id) => self.frame.to(format!("/changes/{id}")),
            None => self.frame.to(entry_path(&hit.page, &hit.key)),
        }
    }

    fn is_full(&self) -> bool {
        self.hits.len() == MOST
    }

    /// Whether nothing that was typed is long enough to be found.
    fn is_short(&self) -> bool {
        !self.words.is_empty()
            && self
                .words
                .split_whitespace()
                .all(|word| word.chars().count() < SHORTEST)
    }
}
