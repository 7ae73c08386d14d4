//! Whole pages through the recipe: golden pairs, hostile pages, and real pages read in place.

mod golden;
mod hostile;
mod real;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::*;
use crate::model::{
    Coding, Fields, Guards, Header, KeyBy, Language, Limits, Page, PageId, RecipeSpec, Response,
    Robots, Shape, Timing,
};

/// A recipe as the fixtures write it.
#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields, default)]
struct Sheet {
    shape: String,
    url: String,
    language: String,
    content_type: String,
    key: KeyBy,
    entries: String,
    title: String,
    teaser: Option<String>,
    link: Option<String>,
    extra: BTreeMap<String, String>,
    introduction: Option<String>,
    text: String,
    ignore: Vec<String>,
    follow: Option<String>,
}

impl Default for Sheet {
    fn default() -> Self {
        Self {
            shape: "list".to_owned(),
            url: "https://www.example.org/DE/liste.html".to_owned(),
            language: "de".to_owned(),
            content_type: "text/html".to_owned(),
            key: KeyBy::Title,
            entries: "li".to_owned(),
            title: "h3".to_owned(),
            teaser: Some("p".to_owned()),
            link: Some("a".to_owned()),
            extra: BTreeMap::new(),
            introduction: None,
            text: "main".to_owned(),
            ignore: Vec::new(),
            follow: None,
        }
    }
}

impl Sheet {
    fn page(&self) -> Page {
        let fields = Fields {
            title: self.title.clone(),
            teaser: self.teaser.clone(),
            link: self.link.clone(),
            extra: self.extra.clone(),
        };
        let entries = self.entries.clone();
        let shape = match self.shape.as_str() {
            "list" => Shape::List {
                entries,
                fields,
                introduction: self.introduction.clone(),
            },
            "json" => Shape::Json { entries, fields },
            _ => Shape::Document {
                text: self.text.clone(),
            },
        };
        Page {
            id: PageId::parse("test").expect("an id"),
            url: self.url.parse().expect("an address"),
            language: Language::parse(&self.language).expect("a language"),
            title: "Test".to_owned(),
            publisher: "Test".to_owned(),
            party: None,
            terms: None,
            timing: Timing::Every(SignedDuration::from_hours(1)),
            recipe: RecipeSpec {
                shape,
                key: self.key,
                ignore: self.ignore.clone(),
                follow: self.follow.clone(),
                follow_limit: 50,
            },
            guards: Guards {
                count: None,
                limits: Limits::default(),
            },
            keep: crate::model::Keep::All,
            confirm_after: SignedDuration::from_mins(10),
            robots: Robots::Obey,
            coding: Coding::Identity,
        }
    }

    fn recipe(&self) -> Recipe {
        Recipe::compile(&self.page()).expect("a recipe")
    }

    fn read(&self, body: &[u8]) -> Extraction {
        extract(&self.recipe(), &self.exchange(body))
    }

    fn exchange(&self, body: &[u8]) -> Exchange {
        Exchange {
            url: self.url.parse().expect("an address"),
            started: Timestamp::UNIX_EPOCH,
            took: SignedDuration::ZERO,
            request: Vec::new(),
            response: Response {
                status: 200,
                reason: "OK".to_owned(),
                protocol: "h2".to_owned(),
                headers: vec![Header {
                    name: "content-type".to_owned(),
                    value: self.content_type.as_bytes().to_vec(),
                }],
                body: body.to_vec(),
                truncated: None,
            },
            peer: None,
        }
    }
}
