//! What a trial read, as a table or as JSON.

use serde_json::json;

use super::proposed;
use super::trial::{Answered, Trial};
use crate::model::{Entry, EntryKey, HoldReason, Look, Problem, Severity};
use crate::pipeline::Watched;
use crate::present;

/// Characters of a teaser in the table.
const TEASER: usize = 60;

pub fn as_text(watched: &Watched, trial: &Trial) -> String {
    let entries = &trial.reading.entries;
    let mut text = format!("{}\n", head(watched, trial.answer.as_ref()));
    if !entries.is_empty() {
        text += &format!("\n{}\n", table(watched, entries));
    }
    text += &format!("\n{}{}\n", count(entries), articles(watched, entries));
    text += &trial.reading.problems.iter().map(line).collect::<String>();
    text += &verdict(trial);
    if let Some(proposals) = &trial.proposals {
        text += &proposed::instead(proposals);
    }
    text
}

/// One problem with its severity and, where somebody at a terminal can do something, what.
pub fn line(problem: &Problem) -> String {
    let mend = match problem {
        Problem::Refused { .. } => {
            "; try it with --allow CIDR, or list the network in fetch.allow of the configuration"
        }
        _ => "",
    };
    format!("{}: {problem}{mend}\n", word(problem.severity()))
}

pub fn as_json(watched: &Watched, trial: &Trial) -> String {
    let problem = |problem: &Problem| json!({"severity": word(problem.severity()), "problem": problem.to_string()});
    let entry = |entry: &Entry| {
        json!({
            "key": entry.key,
            "country": entry.country,
            "title": entry.title.text,
            "teaser": entry.teaser.text,
            "cut": entry.teaser.is_cut(),
            "link": entry.link,
            "extra": entry.extra,
            "article": entry.article.as_ref().map(|article| article.as_str().chars().count()),
        })
    };
    let answer = json!({
        "page": watched.page.id,
        "url": watched.page.url,
        "answer": trial.answer.as_ref().map(Answered::as_json),
        "entries": trial.reading.entries.iter().map(entry).collect::<Vec<_>>(),
        "problems": trial.reading.problems.iter().map(problem).collect::<Vec<_>>(),
        "look": trial.look,
        "good": trial.is_good(),
        "proposals": trial.proposals.iter().flatten().map(proposed::one_as_json).collect::<Vec<_>>(),
    });
    format!("{answer}\n")
}

impl Answered {
    pub fn as_json(&self) -> serde_json::Value {
        json!({"url": self.url, "status": self.status, "type": self.kind, "bytes": self.bytes})
    }
}

/// The address asked, and what came of it.
pub fn came(answer: Option<&Answered>) -> String {
    match answer {
        Some(answer) => format!("{}, {}, {} bytes", answer.status, answer.kind, answer.bytes),
        None => "no answer".to_owned(),
    }
}

pub fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Hold => "hold",
        Severity::Failure => "failure",
    }
}

fn head(watched: &Watched, answer: Option<&Answered>) -> String {
    let page = &watched.page;
    format!("{}: {} ({})", page.id, page.url, came(answer))
}

fn table(watched: &Watched, entries: &[Entry]) -> String {
    let mut rows = present::table(&[
        "KEY", "COUNTRY", "TITLE", "TEASER", "SHOWN", "ARTICLE", "LINK",
    ]);
    for entry in entries {
        let country = entry.country.map(|country| country.to_string());
        rows.add_row([
            entry.key.to_string(),
            country.unwrap_or_default(),
            entry.title.text.clone(),
            present::shortened(entry.teaser.as_str(), TEASER),
            shown(entry).to_owned(),
            article(watched, entry),
            entry
                .link
                .as_ref()
                .map_or_else(String::new, ToString::to_string),
        ]);
    }
    rows.to_string()
}

fn shown(entry: &Entry) -> &'static str {
    match (entry.teaser.is_empty(), entry.teaser.is_cut()) {
        (true, _) => "none",
        (false, true) => "cut",
        (false, false) => "whole",
    }
}

fn article(watched: &Watched, entry: &Entry) -> String {
    match (&entry.article, &entry.link) {
        (Some(article), _) => format!("{} characters", article.as_str().chars().count()),
        (None, Some(_)) if watched.recipe.follows() => "not read".to_owned(),
        _ => String::new(),
    }
}

fn count(entries: &[Entry]) -> String {
    let page = EntryKey::page();
    let own = entries.iter().any(|entry| entry.key == page);
    match (entries.len() - usize::from(own), own) {
        (0, false) => "no entries".to_owned(),
        (1, false) => "1 entry".to_owned(),
        (many, false) => format!("{many} entries"),
        (0, true) => "the page's own text".to_owned(),
        (1, true) => "1 entry, and the page's own text".to_owned(),
        (many, true) => format!("{many} entries, and the page's own text"),
    }
}

/// How many articles were read of those that a visit would read.
fn articles(watched: &Watched, entries: &[Entry]) -> String {
    let read = entries
        .iter()
        .filter(|entry| entry.link.is_some() && entry.article.is_some());
    let linked = entries.iter().filter(|entry| entry.link.is_some());
    match (read.count(), linked.count()) {
        (read, linked) if watched.recipe.follows() && linked > 0 => {
            format!("; {read} of {linked} articles read (--articles N reads more)")
        }
        _ => String::new(),
    }
}

/// The problems stand above it already.
fn verdict(trial: &Trial) -> String {
    match &trial.look {
        Look::Held(HoldReason::Problem(_)) => "This look would be held.\n".to_owned(),
        Look::Held(reason) => format!("This look would be held: {reason}\n"),
        Look::Failed(_) => "This look would fail.\n".to_owned(),
        Look::Baseline | Look::Fine | Look::Unchanged => {
            "This look would be recorded; nothing was stored now.\n".to_owned()
        }
    }
}
