//! A statement as a page shows it: step, certainty, date in words, the quoted span and the rule.

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Frame, terms};
use crate::model::{
    Anchor, CaptureRef, Conflict, Event, Factuality, Language, PageBrief, PageId, Precision,
    Statement, Status, When,
};
use crate::notify::hygiene::one_line;
use crate::notify::words::Tongue;

/// One statement and its evidence, in the reader's words.
#[derive(Debug, Clone)]
pub struct Said {
    pub stage: String,
    pub stage_name: String,
    pub factuality: Factuality,
    /// `done`, `planned`, …
    pub word: &'static str,
    pub shape: &'static str,
    pub sign: &'static str,
    pub date: Option<Dated>,
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
    pub page_title: String,
    pub field: String,
    pub since: Timestamp,
    pub from_baseline: bool,
    pub evidence: Option<CaptureRef>,
    pub conflicts: Vec<Contradiction>,
}

/// What says it otherwise.
#[derive(Debug, Clone)]
pub struct Contradiction {
    pub page: PageId,
    pub field: String,
    pub said: Said,
}

impl Said {
    pub fn of(frame: &Frame, statement: &Statement, language: Option<&Language>) -> Self {
        let clean = |texts: &[String]| texts.iter().map(|text| one_line(text)).collect();
        Self {
            stage: statement.stage.to_string(),
            stage_name: frame.stage(&statement.stage).to_owned(),
            factuality: statement.factuality,
            word: frame.factuality(statement.factuality),
            shape: terms::shape(statement.factuality),
            sign: terms::sign(statement.factuality),
            date: statement.when.as_ref().map(|when| dated(frame, when)),
            legal_type: frame.legal_type(statement.legal_type.as_ref()).to_owned(),
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
    pub fn of(frame: &Frame, status: &Status, briefs: &[PageBrief]) -> Self {
        let brief = brief(briefs, &status.page);
        Self {
            said: Said::of(frame, &status.statement, brief.map(|brief| &brief.language)),
            page: status.page.clone(),
            page_title: brief
                .map_or_else(|| status.page.to_string(), |brief| one_line(&brief.title)),
            field: one_line(frame.field(&status.field)),
            since: status.since,
            from_baseline: status.from_baseline,
            evidence: status.evidence.clone(),
            conflicts: contradictions(frame, &status.conflicts, briefs),
        }
    }
}

pub fn contradictions(
    frame: &Frame,
    conflicts: &[Conflict],
    briefs: &[PageBrief],
) -> Vec<Contradiction> {
    let one = |conflict: &Conflict| Contradiction {
        page: conflict.page.clone(),
        field: one_line(frame.field(&conflict.field)),
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

/// An event in one line: partner, step, certainty, date.
pub fn headline(frame: &Frame, event: &Event) -> String {
    let who = event
        .partner
        .map_or_else(|| one_line(&event.title), |partner| frame.country(partner));
    let stage = frame.stage(&event.stage);
    let Some(after) = &event.after else {
        return format!(
            "{who}: {stage} – {}",
            frame.say("sagt die Seite nicht mehr", "the page no longer says so")
        );
    };
    let date = after.when.as_ref().map(|when| dated(frame, when).words);
    let date = date.map_or_else(String::new, |date| format!(", {date}"));
    match after.factuality {
        Factuality::Done => format!("{who}: {stage}{date}"),
        other => format!("{who}: {stage} ({}){date}", frame.factuality(other)),
    }
}

pub fn dated(frame: &Frame, when: &When) -> Dated {
    // Where the phrase is finer than any plain date ("Ende 2023"), its own words say it best.
    let coarse = matches!(
        when.precision,
        Precision::ThirdOfMonth | Precision::Season | Precision::PartOfYear | Precision::Bound
    );
    let words = match &when.date {
        Some(date) if !coarse => in_words(frame, date),
        _ => format!(
            "{}{}{}",
            frame.say("„", "“"),
            one_line(&when.raw),
            frame.say("“", "”")
        ),
    };
    let day = when.date.as_ref().filter(|_| !coarse);
    let day = day.and_then(|date| date.parse().ok());
    Dated {
        short: day.map_or_else(|| words.clone(), |day| short(frame, day)),
        words,
        precision: frame.precision(when.precision),
        raw: one_line(&when.raw),
        interval: when.interval.clone(),
        assumed: when.anchor == Anchor::Capture,
    }
}

/// `2024-09-13` becomes `13 September 2024`, `2024-09` becomes `September 2024`, `2024-Q3` the 3rd quarter.
fn in_words(frame: &Frame, date: &str) -> String {
    if let Ok(day) = date.parse::<Date>() {
        return match frame.tongue {
            Tongue::De => format!(
                "{}. {} {}",
                day.day(),
                month(frame, day.month()),
                day.year()
            ),
            Tongue::En => format!("{} {} {}", day.day(), month(frame, day.month()), day.year()),
        };
    }
    match date.split_once('-') {
        Some((year, part)) if part.starts_with('Q') => {
            format!(
                "{}{} {} {year}",
                &part[1..],
                frame.say(".", ordinal(&part[1..])),
                frame.say("Quartal", "quarter of")
            )
        }
        Some((year, part)) if part.starts_with('H') => {
            format!(
                "{}{} {} {year}",
                &part[1..],
                frame.say(".", ordinal(&part[1..])),
                frame.say("Halbjahr", "half of")
            )
        }
        Some((year, part)) => match part.parse() {
            Ok(number @ 1..=12) => format!("{} {year}", month(frame, number)),
            _ => date.to_owned(),
        },
        None => date.to_owned(),
    }
}

/// `13.9.2024`, `13 Sep 2024`.
fn short(frame: &Frame, day: Date) -> String {
    let (number, year) = (day.day(), day.year());
    match frame.tongue {
        Tongue::De => format!("{number}.{}.{year}", day.month()),
        Tongue::En => {
            let name: String = month(frame, day.month()).chars().take(3).collect();
            format!("{number}\u{a0}{name}\u{a0}{year}")
        }
    }
}

fn ordinal(number: &str) -> &'static str {
    match number {
        "1" => "st",
        "2" => "nd",
        "3" => "rd",
        _ => "th",
    }
}

fn month(frame: &Frame, number: i8) -> &'static str {
    const NAMES: [(&str, &str); 12] = [
        ("Januar", "January"),
        ("Februar", "February"),
        ("März", "March"),
        ("April", "April"),
        ("Mai", "May"),
        ("Juni", "June"),
        ("Juli", "July"),
        ("August", "August"),
        ("September", "September"),
        ("Oktober", "October"),
        ("November", "November"),
        ("Dezember", "December"),
    ];
    let place = usize::try_from(number - 1).unwrap_or_default();
    NAMES.get(place).map_or("", |(de, en)| frame.say(de, en))
}
