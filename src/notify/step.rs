//! Says an event in words: which step of whom, how certain, dated how; the same in subjects, sentences and feeds.

use jiff::civil::Date;

use super::hygiene::{at_most, one_line};
use super::words::{self, Phrase, Tongue};
use crate::interpret::{Aspect, Lexicon};
use crate::model::{
    Country, Event, Factuality, Grade, LegalType, Precision, Stage, Statement, Turn, When,
    countries,
};

/// The code in a subject: the step; but that a step is named no more, or that the text breaks off
/// before it says, is less than the step.
pub fn code(event: &Event) -> &str {
    match (event.turn, event.factuality()) {
        (Turn::Withdrawn, _) => Grade::Wording.code(),
        (_, Some(Factuality::Incomplete)) => "INCOMPLETE",
        _ => event.stage.as_str(),
    }
}

/// Whom an event is about: the country in the reader's language, else the entry.
pub fn who(event: &Event, tongue: Tongue) -> String {
    let country = event.partner.map(|partner| country(partner, tongue));
    country.unwrap_or_else(|| one_line(&event.title))
}

pub fn country(country: Country, tongue: Tongue) -> String {
    match countries::name(country, &tongue.language()) {
        "" => country.to_string(),
        name => name.to_owned(),
    }
}

/// What the page says now: `signed 13 September 2024`, `planned – signed`, `no longer: signed`.
pub fn what(event: &Event, tongue: Tongue) -> String {
    match (&event.after, &event.before) {
        (Some(after), _) => said(after, tongue),
        (None, Some(before)) => {
            let step = said(before, tongue);
            words::NO_LONGER.fill(tongue, &[("step", &step)])
        }
        (None, None) => stage(&event.stage, tongue),
    }
}

/// A step with what limits it and its date.
pub fn said(statement: &Statement, tongue: Tongue) -> String {
    let mut said = step(statement, tongue);
    if let Some(when) = &statement.when {
        let date = date(when, tongue);
        let glue = match statement.factuality {
            Factuality::Done if !date.is_empty() => " ",
            _ => ", ",
        };
        said = format!("{said}{glue}{date}");
    }
    said
}

/// A step with what limits it: `planned – signed`.
pub fn step(statement: &Statement, tongue: Tongue) -> String {
    let name = match (statement.stage.as_str(), statement.factuality) {
        // What failed is no longer going on.
        ("NEGOTIATING", Factuality::Failed) => words::NEGOTIATIONS.say(tongue).to_owned(),
        _ => stage(&statement.stage, tongue),
    };
    match limit(statement) {
        // The limit first: a subject that is shown in part must not say "signed" alone.
        Some(limit) => format!("{} – {name}", limit.say(tongue)),
        None => name,
    }
}

/// What a step is called; one that the lexicon does not know by its code.
pub fn stage(stage: &Stage, tongue: Tongue) -> String {
    let info = Lexicon::bundled().stage(stage);
    info.map_or_else(
        || stage.to_string(),
        |info| tongue.choose(&info.de, &info.en).to_owned(),
    )
}

pub fn legal_type(kind: &LegalType, tongue: Tongue) -> String {
    let names = Lexicon::bundled().legal_type(kind);
    names.map_or_else(
        || kind.to_string(),
        |names| tongue.choose(&names.de, &names.en).to_owned(),
    )
}

/// What must stand beside a step that is not simply taken; one that lasts is called as if it went on.
fn limit(statement: &Statement) -> Option<Phrase> {
    let lasts = || {
        let info = Lexicon::bundled().stage(&statement.stage);
        info.is_some_and(|info| info.aspect == Aspect::Lasting)
    };
    match statement.factuality {
        Factuality::Done | Factuality::State => None,
        Factuality::Ongoing if lasts() => None,
        Factuality::Incomplete => Some(words::BREAKS_OFF),
        limited => Some(words::factuality(limited)),
    }
}

/// How certain the page is, with what that means.
pub fn certainty(factuality: Factuality) -> Phrase {
    match factuality {
        Factuality::Done => words::IS_DONE,
        Factuality::State => words::IS_STATE,
        Factuality::Ongoing => words::IS_ONGOING,
        Factuality::Planned => words::IS_PLANNED,
        Factuality::Conditional => words::IS_CONDITIONAL,
        Factuality::ReportedDone => words::IS_REPORTED,
        Factuality::Negated => words::IS_NEGATED,
        Factuality::Failed => words::IS_FAILED,
        Factuality::Incomplete => words::IS_INCOMPLETE,
    }
}

/// A date in prose, never finer than its phrase. What has no calendar form stands in the page's words.
pub fn date(when: &When, tongue: Tongue) -> String {
    let spoken = when.date.as_deref().and_then(|date| match when.precision {
        Precision::Day => day(date, tongue),
        Precision::Month => month(date, tongue),
        Precision::Year => Some(date.to_owned()),
        Precision::Quarter => numbered(date, "-Q", words::QUARTER, tongue),
        Precision::Half => numbered(date, "-H", words::HALF, tongue),
        Precision::PartOfYear => part(when, tongue).map(|part| format!("{part} {date}")),
        Precision::ThirdOfMonth => third(when, tongue)
            .zip(month(date, tongue))
            .map(|(third, month)| format!("{third} {month}")),
        Precision::Week | Precision::Season | Precision::Bound | Precision::Vague => None,
    });
    let since = when.interval.ends_with("/..");
    match spoken {
        Some(spoken) if since => words::SINCE_DATE.fill(tongue, &[("date", &spoken)]),
        Some(spoken) => spoken,
        None => tongue.quoted(&at_most(&one_line(&when.raw), 60)),
    }
}

fn day(date: &str, tongue: Tongue) -> Option<String> {
    let date: Date = date.parse().ok()?;
    Some(words::date(tongue, date))
}

fn month(date: &str, tongue: Tongue) -> Option<String> {
    let (year, month) = date.split_once('-')?;
    let month = words::month_name(month.get(..2)?.parse().ok()?, tongue);
    Some(format!("{month} {year}"))
}

fn numbered(date: &str, mark: &str, phrase: Phrase, tongue: Tongue) -> Option<String> {
    let (year, number) = date.split_once(mark)?;
    Some(phrase.fill(tongue, &[("number", number), ("year", year)]))
}

/// Early, mid or late, by the month in which the interval begins.
fn part(when: &When, tongue: Tongue) -> Option<&'static str> {
    let month: u8 = when.interval.get(5..7)?.parse().ok()?;
    let phrase = match month {
        1..=4 => words::EARLY,
        5..=8 => words::MID,
        _ => words::LATE,
    };
    Some(phrase.say(tongue))
}

/// Early, mid or late, by the day on which the interval begins.
fn third(when: &When, tongue: Tongue) -> Option<&'static str> {
    let day: u8 = when.interval.get(8..10)?.parse().ok()?;
    let phrase = match day {
        1..=10 => words::EARLY,
        11..=20 => words::MID,
        _ => words::LATE,
    };
    Some(phrase.say(tongue))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Anchor;

    #[test]
    fn a_date_is_never_told_finer_than_its_phrase() {
        check(
            "2024-09-13",
            "2024-09-13/2024-09-13",
            Precision::Day,
            "13 September 2024",
            "13. September 2024",
        );
        check(
            "2022-12",
            "2022-12/2022-12",
            Precision::Month,
            "December 2022",
            "Dezember 2022",
        );
        check("2023", "2023/2023", Precision::Year, "2023", "2023");
        check(
            "2023",
            "2023-09/2023-12",
            Precision::PartOfYear,
            "late 2023",
            "Ende 2023",
        );
        check(
            "2023",
            "2023-01/2023-04",
            Precision::PartOfYear,
            "early 2023",
            "Anfang 2023",
        );
        check(
            "2024-03",
            "2024-03-11/2024-03-20",
            Precision::ThirdOfMonth,
            "mid March 2024",
            "Mitte März 2024",
        );
        check(
            "2024-Q3",
            "2024-07/2024-09",
            Precision::Quarter,
            "quarter 3 of 2024",
            "3. Quartal 2024",
        );
        check(
            "2023-03",
            "2023-03/..",
            Precision::Month,
            "since March 2023",
            "seit März 2023",
        );
        check(
            "",
            "../2025-12-31",
            Precision::Bound,
            "“phrase”",
            "„phrase“",
        );
        check("", "/", Precision::Vague, "“phrase”", "„phrase“");
    }

    #[test]
    fn negotiations_that_failed_are_not_called_under_way() {
        let going_on = crate::notify::example::signed().status_before;
        let failed = Statement {
            factuality: Factuality::Failed,
            ..going_on.expect("negotiations")
        };
        assert_eq!(step(&failed, Tongue::De), "gescheitert – Verhandlungen");
    }

    #[track_caller]
    fn check(date_of: &str, interval: &str, precision: Precision, en: &str, de: &str) {
        let when = When {
            raw: "phrase".into(),
            date: (!date_of.is_empty()).then(|| date_of.to_owned()),
            interval: interval.into(),
            precision,
            anchor: Anchor::Stated,
        };
        assert_eq!(date(&when, Tongue::En), en);
        assert_eq!(date(&when, Tongue::De), de);
    }
}
