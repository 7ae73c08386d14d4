//! What was read otherwise later, and what people took back: newest first, the old value beside the new.

use askama::Template;
use axum::extract::State;
use jiff::Timestamp;

use super::export::{RevisionRow, log};
use super::said::brief;
use super::{Frame, Reply, Site, page};
use crate::model::{Country, Factuality, PageBrief, PageId, Stage};
use crate::notify::hygiene::one_line;

/// The newest of them; the data have all.
const SHOWN: usize = 200;

#[derive(Template)]
#[template(path = "revisions.html")]
struct Revisions {
    frame: Frame,
    lines: Vec<Line>,
    is_cut: bool,
}

struct Line {
    at: Timestamp,
    kind: String,
    /// Country and step.
    what: String,
    event: Option<String>,
    /// Certainty and date.
    before: String,
    after: String,
    /// The sentence, or both where they differ.
    quotes: Vec<String>,
    /// The operator's words.
    why: Option<String>,
    language: String,
}

pub async fn revisions(State(site): State<Site>, frame: Frame) -> Reply {
    let mut rows = log(&site, SHOWN + 1).await?;
    let is_cut = rows.len() > SHOWN;
    rows.truncate(SHOWN);
    let briefs = site.store.briefs().await?;
    let lines = rows.iter().filter_map(|row| Line::of(&frame, row, &briefs));
    page(&Revisions {
        lines: lines.collect(),
        is_cut,
        frame,
    })
}

impl Line {
    fn of(frame: &Frame, row: &RevisionRow, briefs: &[PageBrief]) -> Option<Self> {
        let country = row
            .country
            .as_deref()
            .and_then(|code| Country::parse(code).ok());
        let stage = row
            .stage
            .as_deref()
            .and_then(|code| Stage::parse(code).ok());
        let who = country.map(|country| frame.country(country));
        let what = [
            who.or(row.key.clone()),
            stage.map(|stage| frame.stage(&stage)),
        ];
        let what: Vec<String> = what.into_iter().flatten().collect();
        let is_correction = row.kind == "correction";
        let page = row.page.as_deref().and_then(|id| PageId::parse(id).ok());
        let brief = page.and_then(|page| brief(briefs, &page));
        let quotes = [&row.quote_before, &row.quote].into_iter().flatten();
        let mut quotes: Vec<String> = quotes.map(|quote| one_line(quote)).collect();
        quotes.dedup();
        Some(Self {
            at: row.at.parse().ok()?,
            kind: if is_correction {
                frame.say("vom Betreiber berichtigt", "corrected by the operator")
            } else {
                frame.say("neu gelesen", "read again")
            }
            .to_owned(),
            what: one_line(&what.join(": ")),
            event: row.event.clone(),
            before: said(
                frame,
                row.factuality_before.as_deref(),
                row.date_before.as_deref(),
            ),
            after: said(frame, row.factuality.as_deref(), row.date.as_deref()),
            quotes,
            why: is_correction.then(|| one_line(&row.why)),
            language: brief
                .map_or("und", |brief| brief.language.as_str())
                .to_owned(),
        })
    }
}

/// Certainty and date; of what was not read, that it was not.
fn said(frame: &Frame, factuality: Option<&str>, date: Option<&str>) -> String {
    let mut known = Factuality::ALL.into_iter();
    let known = known.find(|one| Some(one.code()) == factuality);
    match (known.map(|one| frame.factuality(one)), date) {
        (Some(word), Some(date)) => format!("{word}, {}", one_line(date)),
        (Some(word), None) => word.to_owned(),
        (None, _) => frame.say("nichts", "nothing").to_owned(),
    }
}
