//! The codebook: what every code and column means, and for each step the words that lead to it.

use askama::Template;
use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse;

use super::export::{COLUMNS, SCHEMA, VERSIONS};
use super::{Frame, Reply, Trouble, page, terms};
use crate::interpret::{Book, Confused, DatePhrase, Lexicon, Pair, Rules, StageInfo, Wordlist};
use crate::model::{Factuality, LegalType, Precision, Stage};
use crate::notify::words::Tongue;

#[derive(Template)]
#[template(path = "codebook.html")]
struct Codebook {
    frame: Frame,
    stages: Vec<Stage>,
    precisions: [Precision; 11],
    rules: &'static Rules,
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
        rules: Rules::bundled(),
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
    fn phrase(&self, precision: Precision) -> Option<&'static DatePhrase> {
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
            (Some(rank), _) => self.on_the_way(rank),
            (None, Some(next)) => {
                let prepares = frame.say("bereitet vor:", "prepares:");
                format!("{prepares} {next}")
            }
            (None, None) => frame
                .say("steht neben der Reihenfolge", "stands beside the order")
                .to_owned(),
        }
    }

    /// Which of how many, and between which two.
    fn on_the_way(&self, rank: u32) -> String {
        let frame = &self.frame;
        let ranked = || Lexicon::bundled().stages().stage.iter();
        let count = ranked().filter_map(|(_, info)| info.rank).max();
        let at = |place: Option<u32>| {
            let mut all = ranked().filter(|(_, info)| place.is_some() && info.rank == place);
            all.next().map(|(stage, _)| frame.stage(stage))
        };
        let mut said = match frame.tongue {
            Tongue::De => format!(
                "Schritt {rank} von {} eines Abkommens",
                count.unwrap_or(rank)
            ),
            Tongue::En => format!("step {rank} of {} of an agreement", count.unwrap_or(rank)),
        };
        if let Some(before) = at(rank.checked_sub(1)) {
            said += &format!(
                ", {} {}",
                frame.say("nach", "after"),
                frame.tongue.quoted(&before)
            );
        }
        if let Some(next) = at(rank.checked_add(1)) {
            said += &format!(
                ", {} {}",
                frame.say("vor", "before"),
                frame.tongue.quoted(&next)
            );
        }
        said
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
