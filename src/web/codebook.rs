//! The codebook: what every code and column means, and for each step the words that lead to it.

use askama::Template;
use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse;

use super::export::{COLUMNS, SCHEMA, VERSIONS};
use super::{Frame, Reply, Trouble, page, terms};
use crate::interpret::{Book, Confused, DatePhrase, Lexicon, Pair, StageInfo, Urgency, Wordlist};
use crate::model::{Factuality, LegalType, Precision, Stage};

#[derive(Template)]
#[template(path = "codebook.html")]
struct Codebook {
    frame: Frame,
    stages: Vec<Stage>,
    precisions: [Precision; 11],
}

#[derive(Template)]
#[template(path = "step.html")]
struct Step {
    frame: Frame,
    stage: Stage,
    info: &'static StageInfo,
    lists: Vec<Wordlist>,
    confused: Option<&'static Confused>,
}

pub async fn codebook(frame: Frame) -> Reply {
    page(&Codebook {
        frame,
        stages: terms::stages(),
        precisions: [
            Precision::Day,
            Precision::Week,
            Precision::ThirdOfMonth,
            Precision::Month,
            Precision::Quarter,
            Precision::Season,
            Precision::Half,
            Precision::PartOfYear,
            Precision::Year,
            Precision::Bound,
            Precision::Vague,
        ],
    })
}

/// One step: its place, and the words, examples and counter-examples of each language.
pub async fn step(frame: Frame, Path(code): Path<String>) -> Reply {
    let stage = Stage::parse(&code).map_err(|_| Trouble::NotFound)?;
    let info = Lexicon::bundled().stage(&stage).ok_or(Trouble::NotFound)?;
    page(&Step {
        lists: Lexicon::wordlists(&stage),
        confused: Book::bundled().confused(&stage),
        info,
        stage,
        frame,
    })
}

/// All of it in one file, as it lies beside the program.
pub async fn file() -> impl IntoResponse {
    let kind = [(header::CONTENT_TYPE, "text/markdown; charset=utf-8")];
    (kind, include_str!("../../docs/codebook.md"))
}

impl Codebook {
    #[expect(clippy::unused_self, reason = "a template can only ask its own")]
    fn factualities(&self) -> [Factuality; 9] {
        Factuality::ALL
    }

    #[expect(clippy::unused_self, reason = "a template can only ask its own")]
    fn pair(&self, factuality: Factuality) -> Option<&'static Pair> {
        Book::bundled().factuality.get(&factuality)
    }

    #[expect(clippy::unused_self, reason = "a template can only ask its own")]
    fn phrase(&self, precision: &Precision) -> Option<&'static DatePhrase> {
        Book::bundled().precision.get(precision.name())
    }

    #[expect(clippy::unused_self, reason = "a template can only ask its own")]
    fn types(&self) -> Vec<&'static LegalType> {
        terms::legal_types()
    }
}

impl Step {
    fn place(&self) -> String {
        let frame = &self.frame;
        let next = self.info.leads_to.as_ref().map(|next| frame.stage(next));
        match (self.info.rank, next) {
            (Some(rank), _) => {
                let step = frame.say(
                    "Schritt auf dem Weg eines Abkommens:",
                    "step of an agreement:",
                );
                format!("{step} {rank}")
            }
            (None, Some(next)) => {
                let prepares = frame.say("bereitet vor:", "prepares:");
                format!("{prepares} {next}")
            }
            (None, None) => frame
                .say("steht neben der Reihenfolge", "stands beside the order")
                .to_owned(),
        }
    }

    fn told(&self) -> &'static str {
        match self.info.urgency {
            Urgency::Immediate => self.frame.say("sofort", "at once"),
            Urgency::Digest => self.frame.say("in der Übersicht", "in the digest"),
        }
    }

    fn language(&self, code: &str) -> &'static str {
        match code {
            "de" => self.frame.say("Deutsch", "German"),
            "en" => self.frame.say("Englisch", "English"),
            "fr" => self.frame.say("Französisch", "French"),
            "es" => self.frame.say("Spanisch", "Spanish"),
            "it" => self.frame.say("Italienisch", "Italian"),
            _ => self.frame.say("andere Sprache", "another language"),
        }
    }
}
