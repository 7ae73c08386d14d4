//! Full-text search over entries as they stand and over changes.

use askama::Template;
use axum::extract::{Query, State};
use serde::Deserialize;

use super::lines::{entry_name, entry_path};
use super::titled::Titled;
use super::{Frame, Reply, Site, page};
use crate::model::{Field, PageBrief};
use crate::notify::hygiene::one_line;
use crate::notify::words;
use crate::store::{Hit, Side, Snippet};

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
    pages: Vec<PageBrief>,
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
    let pages = site.store.briefs().await?;
    page(&Search {
        frame,
        words,
        hits,
        pages,
    })
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

    /// Whether it is the text as it stands, or what changed.
    fn kind(&self, hit: &Hit) -> String {
        let changed = self.frame.say("geändert", "changed");
        match hit.field.as_deref().map(Field::named) {
            Some(Field::Presence) if hit.side == Side::Before => {
                words::ENTRY_GONE.say(self.frame.tongue).to_owned()
            }
            Some(Field::Presence) => words::NEW_ENTRY.say(self.frame.tongue).to_owned(),
            Some(field) if hit.side == Side::Before => {
                let before = self.frame.say("zuvor", "before");
                format!("{} {before}", self.frame.field(&field))
            }
            Some(field) => format!("{} {changed}", self.frame.field(&field)),
            None => self.frame.say("jetzt", "now").to_owned(),
        }
    }

    /// The page, whose language the found words are in.
    fn source(&self, hit: &Hit) -> Titled {
        Titled::of(&self.pages, &hit.page)
    }

    fn is_full(&self) -> bool {
        self.hits.len() == MOST
    }

    /// Whether nothing that was typed is long enough to be found.
    fn is_short(&self) -> bool {
        self.hits.is_empty()
            && !self.words.is_empty()
            && self
                .words
                .split_whitespace()
                .all(|word| word.chars().count() < SHORTEST)
    }
}
