//! One JSON object per line in, one per line out; a line that is wrong is named and the others are read.

use serde::{Deserialize, Serialize};

use super::{extent, language, partner, reference};
use crate::commands::{Answer, Exit};
use crate::interpret::{Lexicon, Passage, statements};
use crate::model::{Anchor, Country, Factuality, LegalType, Precision, Stage, Standing, Statement};

/// A text to be read.
#[derive(Deserialize)]
struct Asked {
    id: serde_json::Value,
    #[serde(default)]
    lang: Option<String>,
    text: String,
    #[serde(default)]
    ref_date: Option<String>,
    #[serde(default)]
    partner: Option<String>,
}

#[derive(Serialize)]
struct Answered<'a> {
    id: &'a serde_json::Value,
    statements: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    partners: &'a [Country],
    stage: &'a Stage,
    factuality: Factuality,
    date: Option<&'a str>,
    interval: Option<&'a str>,
    precision: Option<Precision>,
    anchor: Option<Anchor>,
    phrase: Option<&'a str>,
    place: Option<&'a str>,
    signatories: &'a [String],
    witnesses: &'a [String],
    speaker: Option<&'a str>,
    legal_type: &'a str,
    quote: &'a str,
    /// Characters of the text, not bytes.
    start: usize,
    end: usize,
    cues: &'a [String],
    rule: &'a str,
    standing: Standing,
}

/// Reads line by line; `usual` is the language of lines that name none.
pub fn answer(text: &str, usual: &str) -> Answer {
    let mut out = String::new();
    let mut exit = Exit::Fine;
    let lines = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty());
    for (at, line) in lines {
        match one(line, usual) {
            Ok(answered) => {
                out.push_str(&answered);
                out.push('\n');
            }
            Err(why) => {
                eprintln!("vermerk: line {}: {why}", at + 1);
                exit = Exit::Failed;
            }
        }
    }
    Answer { text: out, exit }
}

fn one(line: &str, usual: &str) -> Result<String, String> {
    let asked: Asked = serde_json::from_str(line).map_err(|error| {
        format!("this is no object with \"id\", \"lang\" and \"text\": {error}")
    })?;
    let language = language(asked.lang.as_deref().unwrap_or(usual))?;
    let passage = Passage {
        text: &asked.text,
        language: &language,
        extent: extent(&asked.text),
        reference: asked.ref_date.as_deref().map(reference).transpose()?,
        partner: asked.partner.as_deref().map(partner).transpose()?,
    };
    let found = statements(Lexicon::bundled(), &passage);
    let answered = Answered {
        id: &asked.id,
        statements: found
            .iter()
            .map(|statement| shown(statement, &asked.text))
            .collect(),
    };
    serde_json::to_string(&answered).map_err(|error| error.to_string())
}

fn shown<'a>(statement: &'a Statement, text: &str) -> Line<'a> {
    let when = statement.when.as_ref();
    let characters = |byte: usize| text[..byte].chars().count();
    Line {
        partners: &statement.partners,
        stage: &statement.stage,
        factuality: statement.factuality,
        date: when.and_then(|when| when.date.as_deref()),
        interval: when.map(|when| when.interval.as_str()),
        precision: when.map(|when| when.precision),
        anchor: when.map(|when| when.anchor),
        phrase: when.map(|when| when.raw.as_str()),
        place: statement.place.as_deref(),
        signatories: &statement.signatories,
        witnesses: &statement.witnesses,
        speaker: statement.speaker.as_deref(),
        legal_type: statement
            .legal_type
            .as_ref()
            .map_or("not stated", LegalType::as_str),
        quote: &statement.quote.text,
        start: characters(statement.quote.start),
        end: characters(statement.quote.end),
        cues: &statement.cues,
        rule: &statement.rule,
        standing: statement.standing,
    }
}
