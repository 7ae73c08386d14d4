//! A statement as a page shows it: step, certainty, date in words, the quoted span and the rule.

use jiff::Timestamp;
use jiff::civil::Date;

use super::corrected::TakenBack;
use super::titled::Titled;
use super::{Frame, terms};
use crate::interpret::{Aspect, Lexicon, Rules};
use crate::model::{
    Anchor, CaptureRef, Conflict, Event, Factuality, Language, LegalType, PageBrief, PageId,
    Precision, Remark, Stage, Statement, Status, When,
};
use crate::notify::hygiene::one_line;
use crate::notify::step;
use crate::notify::words::{self, Tongue};

/// One statement and its evidence, in the reader's words.
#[derive(Debug, Clone)]
pub struct Said {
    pub stage: Stage,
    pub stage_name: String,
    /// As readers are told it.
    pub factuality: Factuality,
    /// `done`, `planned`, …
    pub word: &'static str,
    pub shape: &'static str,
    pub sign: &'static str,
    pub date: Option<Dated>,
    /// Of what there is; nothing that is planned or denied has one.
    pub form: Option<LegalType>,
    /// In words, also where there is none.
    pub legal_type: String,
    pub quote: String,
    /// The language of the quoted page.
    pub language: String,
    pub place: Option<String>,
    pub signatories: Vec<String>,
    pub witnesses: Vec<String>,
    pub speaker: Option<String>,
    pub cues: Vec<String>,
    pub rule: String,
}

/// A date and how exact it is.
#[derive(Debug, Clone)]
pub struct Dated {
    /// Never finer than the phrase.
    pub words: String,
    /// The same for a narrow cell.
    pub short: String,
    pub precision: &'static str,
    pub raw: String,
    pub interval: String,
    /// Counted from the day on which the page was read.
    pub assumed: bool,
}

/// A cell of the matrix with what a reader needs to check it.
#[derive(Debug, Clone)]
pub struct Standing {
    pub said: Said,
    pub page: PageId,
    pub source: Titled,
    pub field: String,
    pub since: Timestamp,
    pub from_baseline: bool,
    pub evidence: Option<CaptureRef>,
    pub conflicts: Vec<Contradiction>,
    /// That it was taken back, and why.
    pub corrected: Option<Remark>,
}

/// What says it otherwise.
#[derive(Debug, Clone)]
pub struct Contradiction {
    pub page: PageId,
    pub source: Titled,
    pub field: String,
    pub said: Said,
}

impl Said {
    pub fn of(frame: &Frame, statement: &Statement, language: Option<&Language>) -> Self {
        let clean = |texts: &[String]| texts.iter().map(|text| one_line(text)).collect();
        let factuality = told(statement);
        Self {
            stage: statement.stage.clone(),
            stage_name: frame.stage(&statement.stage),
            factuality,
            word: frame.factuality(factuality),
            shape: terms::shape(factuality),
            sign: terms::sign(factuality),
            date: statement.when.as_ref().map(|when| dated(frame, when)),
            legal_type: frame.legal_type(Lexicon::bundled().legal_form(statement)),
            form: Lexicon::bundled().legal_form(statement).cloned(),
            quote: one_line(&statement.quote.text),
            language: language.map_or("und", Language::as_str).to_owned(),
            place: statement.place.as_deref().map(one_line),
            signatories: clean(&statement.signatories),
            witnesses: clean(&statement.witnesses),
            speaker: statement.speaker.as_deref().map(one_line),
            cues: clean(&statement.cues),
            rule: statement.rule.clone(),
        }
    }

    /// Where the words of its step stand.
    pub fn codebook(&self) -> String {
        format!("/codebook/{}", self.stage)
    }

    /// Where its rule is explained.
    pub fn rulebook(&self) -> String {
        let name = Rules::bundled().names(&self.rule);
        name.map_or_else(
            || "/codebook#rules".to_owned(),
            |(name, _)| format!("/codebook#rule-{name}"),
        )
    }

    /// The date for a cell.
    pub fn short(&self) -> &str {
        self.date.as_ref().map_or("", |date| &date.short)
    }

    /// The date in words, or that there is none.
    pub fn when(&self) -> &str {
        self.date.as_ref().map_or("", |date| &date.words)
    }
}

impl Standing {
    pub fn of(
        frame: &Frame,
        status: &Status,
        briefs: &[PageBrief],
        taken_back: &TakenBack,
    ) -> Self {
        let brief = brief(briefs, &status.page);
        Self {
            said: Said::of(frame, &status.statement, brief.map(|brief| &brief.language)),
            page: status.page.clone(),
            source: Titled::of(briefs, &status.page),
            field: frame.field(&status.field),
            since: status.since,
            from_baseline: status.from_baseline,
            evidence: status.evidence.clone(),
            conflicts: contradictions(frame, &status.conflicts, briefs),
            corrected: taken_back.of_status(status).cloned(),
        }
    }
}

/// Of talks it says nothing that they are "in place": what lasts and is there goes on.
fn told(statement: &Statement) -> Factuality {
    match (terms::aspect(&statement.stage), statement.factuality) {
        (Aspect::Lasting, Factuality::State) => Factuality::Ongoing,
        (_, told) => told,
    }
}

pub fn contradictions(
    frame: &Frame,
    conflicts: &[Conflict],
    briefs: &[PageBrief],
) -> Vec<Contradiction> {
    let one = |conflict: &Conflict| Contradiction {
        page: conflict.page.clone(),
        source: Titled::of(briefs, &conflict.page),
        field: frame.field(&conflict.field),
        said: Said::of(
            frame,
            &conflict.other,
            brief(briefs, &conflict.page).map(|brief| &brief.language),
        ),
    };
    conflicts.iter().map(one).collect()
}

pub fn brief<'b>(briefs: &'b [PageBrief], page: &PageId) -> Option<&'b PageBrief> {
    briefs.iter().find(|brief| brief.id == *page)
}

/// An event in one line: partner, step, certainty, date, as mails have it.
pub fn headline(frame: &Frame, event: &Event) -> String {
    let who = step::who(event, frame.tongue);
    format!("{who}: {}", step::what(event, frame.tongue))
}

pub fn dated(frame: &Frame, when: &When) -> Dated {
    let words = step::date(when, frame.tongue);
    let day = when.date.as_ref().and_then(|date| date.parse().ok());
    let since = when.interval.ends_with("/..");
    let month = when
        .date
        .as_deref()
        .filter(|_| when.precision == Precision::Month);
    let month = month.and_then(|date| format!("{date}-01").parse().ok());
    let short = day
        .filter(|_| when.precision == Precision::Day)
        .map(|day| frame.short(day))
        .or_else(|| month.map(|first| short_month(frame, first)))
        .map(|short| {
            if since {
                words::SINCE_DATE.fill(frame.tongue, &[("date", &short)])
            } else {
                short
            }
        });
    Dated {
        short: short.unwrap_or_else(|| words.clone()),
        words,
        precision: frame.precision(when.precision),
        raw: one_line(&when.raw),
        interval: when.interval.clone(),
        assumed: when.anchor == Anchor::Capture,
    }
}

impl Frame {
    /// `13.9.2024`, `13 Sep 2024`.
    pub fn short(&self, day: Date) -> String {
        let (number, year) = (day.day(), day.year());
        match self.tongue {
            Tongue::De => format!("{number}.{}.{year}", day.month()),
            Tongue::En => format!("{number}\u{a0}{}", short_month(self, day)),
        }
    }
}

/// `9.2024`, `Sep 2024`.
fn short_month(frame: &Frame, day: Date) -> String {
    let year = day.year();
    match frame.tongue {
        Tongue::De => format!("{}.{year}", day.month()),
        Tongue::En => {
            let name = words::month_name(day.month(), frame.tongue);
            let name: String = name.chars().take(3).collect();
            format!("{name}\u{a0}{year}")
        }
    }
}
