//! Sets an event as an item of an account: what the page says now and before, in which words, and why it was read so.

use std::time::Duration;

use super::account::{Item, Quote, Shown, field_name};
use super::hygiene::one_line;
use super::wordiff::{self, Mark, Part, Side};
use super::words::{self, Phrase, Tongue};
use super::{evidence, quotation, step};
use crate::model::{
    Anchor, Basis, Change, Conflict, Event, Factuality, News, Precision, Statement, Text, Turn,
};

/// A mail must not wait for a comparison; where the time is up the sentence stands unmarked.
const PATIENCE: Duration = Duration::from_millis(100);

/// The first line of a mail that tells events.
pub fn lead(news: &News, event: &Event, tongue: Tongue) -> String {
    let (page, publisher) = (one_line(&news.page.title), one_line(&news.page.publisher));
    let statement = event.statement();
    let date = statement
        .and_then(|statement| statement.when.as_ref())
        .map_or_else(
            || words::NO_DATE.say(tongue).to_owned(),
            |when| words::DATE_PER_PAGE.fill(tongue, &[("date", &step::date(when, tongue))]),
        );
    let phrase = match event.turn {
        Turn::Withdrawn => words::REPORTS_NO_MORE,
        Turn::Brought | Turn::Revised => words::REPORTS,
    };
    let said = statement.map_or_else(String::new, |statement| step::step(statement, tongue));
    phrase.fill(
        tongue,
        &[
            ("page", &page),
            ("publisher", &publisher),
            ("who", &step::who(event, tongue)),
            ("step", &said),
            ("date", &date),
            ("before", &status_before(event, tongue)),
        ],
    )
}

/// `Kenya: signed 13 September 2024`.
pub fn heading(event: &Event, tongue: Tongue) -> String {
    format!(
        "{}: {}",
        step::who(event, tongue),
        step::what(event, tongue)
    )
}

pub fn item(news: &News, event: &Event, tongue: Tongue) -> Item {
    let mut item = Item {
        heading: heading(event, tongue),
        ..Item::default()
    };
    item.quotes = quotes(news, event, tongue);
    let status = [
        (words::WAS, status_before(event, tongue)),
        (words::IS_NOW, step::what(event, tongue)),
    ];
    let status = status.map(|(side, said)| Shown::Text(side.fill(tongue, &[("status", &said)])));
    item.fact(words::STATUS, tongue, status.to_vec());
    if let Some(after) = &event.after {
        facts(&mut item, after, tongue);
        why(&mut item, event, after, tongue);
    }
    for conflict in &event.conflicts {
        let said = contradiction(event, conflict, tongue);
        item.fact(words::CONFLICT, tongue, vec![Shown::Text(said)]);
    }
    let window = evidence::window(event.last_old, event.first_seen, tongue);
    item.fact(words::FIRST_SEEN, tongue, vec![Shown::Text(window)]);
    item
}

/// What the page said of the step before, and the furthest step that stood then.
fn status_before(event: &Event, tongue: Tongue) -> String {
    let mut said: Vec<String> = Vec::new();
    for statement in [&event.status_before, &event.before].into_iter().flatten() {
        let one = step::said(statement, tongue);
        if !said.contains(&one) {
            said.push(one);
        }
    }
    if said.is_empty() {
        words::NOTHING_BEFORE.say(tongue).to_owned()
    } else {
        said.join("; ")
    }
}

fn facts(item: &mut Item, after: &Statement, tongue: Tongue) {
    let certainty = step::certainty(after.factuality).say(tongue).to_owned();
    item.fact(words::CERTAINTY, tongue, vec![Shown::Text(certainty)]);
    item.fact(words::EVENT_DATE, tongue, dated(after, tongue));
    let kind = after.legal_type.as_ref().map_or_else(
        || words::NOT_STATED.say(tongue).to_owned(),
        |kind| step::legal_type(kind, tongue),
    );
    item.fact(words::LEGAL_TYPE, tongue, vec![Shown::Text(kind)]);
    let people = |names: &[String]| one_line(&names.join(", "));
    for (label, text) in [
        (
            words::EVENT_PLACE,
            after.place.as_deref().map(one_line).unwrap_or_default(),
        ),
        (words::SIGNED_BY, people(&after.signatories)),
        (words::WITNESSED_BY, people(&after.witnesses)),
        (
            words::SPEAKER,
            after.speaker.as_deref().map(one_line).unwrap_or_default(),
        ),
    ] {
        if !text.is_empty() {
            item.fact(label, tongue, vec![Shown::Text(text)]);
        }
    }
}

fn dated(statement: &Statement, tongue: Tongue) -> Vec<Shown> {
    let Some(when) = &statement.when else {
        return vec![Shown::Text(words::NOT_STATED.say(tongue).to_owned())];
    };
    let said = words::EXACT_TO.fill(
        tongue,
        &[
            ("date", &step::date(when, tongue)),
            ("grain", grain(when.precision).say(tongue)),
            ("raw", &tongue.quoted(&one_line(&when.raw))),
        ],
    );
    let mut shown = vec![Shown::Text(said)];
    if when.anchor == Anchor::Capture {
        shown.push(Shown::Text(words::FROM_LOOK.say(tongue).to_owned()));
    }
    shown
}

fn why(item: &mut Item, event: &Event, after: &Statement, tongue: Tongue) {
    let cues: Vec<String> = after
        .cues
        .iter()
        .map(|cue| tongue.quoted(&one_line(cue)))
        .collect();
    let phrase = if cues.is_empty() {
        words::RULE_ONLY
    } else {
        words::RULE
    };
    let rule = phrase.fill(tongue, &[("rule", &after.rule), ("cues", &cues.join(", "))]);
    item.fact(words::WHY, tongue, vec![Shown::Text(rule)]);
    let basis = match event.basis {
        Basis::Whole => words::BASIS_WHOLE,
        Basis::Completed => words::BASIS_COMPLETED,
        Basis::Cut => words::BASIS_CUT,
    };
    let basis = basis.say(tongue).to_owned();
    item.fact(words::CAVEAT, tongue, vec![Shown::Text(basis)]);
}

fn contradiction(event: &Event, conflict: &Conflict, tongue: Tongue) -> String {
    let phrase = if conflict.page == event.page {
        words::CONFLICT_HERE
    } else {
        words::CONFLICT_THERE
    };
    phrase.fill(
        tongue,
        &[
            ("page", conflict.page.as_str()),
            ("field", &field_name(&conflict.field, tongue)),
            ("step", &step::said(&conflict.other, tongue)),
            ("quote", &one_line(&conflict.other.quote.text)),
        ],
    )
}

/// The sentence that says it now, with its new words marked, and the one that stood there before.
fn quotes(news: &News, event: &Event, tongue: Tongue) -> Vec<Quote> {
    let language = news.page.language.to_string();
    let field = field_name(&event.field, tongue);
    let mut quotes = Vec::new();
    if let Some(before) = &event.before {
        quotes.push(Quote {
            label: words::WORDS_THEN.say(tongue).to_owned(),
            language: language.clone(),
            parts: sentence(news, event, before, Side::Before),
        });
    }
    if let Some(after) = &event.after {
        quotes.push(Quote {
            label: words::WORDS_NOW.fill(tongue, &[("field", &field)]),
            language,
            parts: sentence(news, event, after, Side::After),
        });
    }
    quotes
}

fn sentence(news: &News, event: &Event, statement: &Statement, side: Side) -> Vec<Part> {
    let quote = one_line(&statement.quote.text);
    let breaks_off = statement.factuality == Factuality::Incomplete;
    let marked = behind(news, event).and_then(|(before, after)| {
        let parts = wordiff::diff(&before, &after, PATIENCE).parts;
        wordiff::within(&parts, side, &quote)
    });
    let same = |text: &str| Part {
        mark: Mark::Same,
        text: text.to_owned(),
    };
    let whole = quote.trim_end_matches(['…', ' ']);
    let mut parts = marked.unwrap_or_else(|| vec![same(whole)]);
    if breaks_off || quote.ends_with('…') {
        parts.push(same(" …"));
    }
    parts
}

/// Both sides of the text in which an event stands.
fn behind(news: &News, event: &Event) -> Option<(Text, Text)> {
    let concerned = |change: &&Change| event.changes.contains(&change.id);
    news.changes
        .iter()
        .filter(concerned)
        .find_map(|change| quotation::sides(change, &event.field))
}

fn grain(precision: Precision) -> Phrase {
    match precision {
        Precision::Day => words::GRAIN_DAY,
        Precision::Week => words::GRAIN_WEEK,
        Precision::ThirdOfMonth => words::GRAIN_THIRD,
        Precision::Month => words::GRAIN_MONTH,
        Precision::Quarter => words::GRAIN_QUARTER,
        Precision::Season => words::GRAIN_SEASON,
        Precision::Half => words::GRAIN_HALF,
        Precision::PartOfYear => words::GRAIN_PART,
        Precision::Year => words::GRAIN_YEAR,
        Precision::Bound => words::GRAIN_BOUND,
        Precision::Vague => words::GRAIN_VAGUE,
    }
}
