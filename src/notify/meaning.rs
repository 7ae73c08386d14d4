//! Sets an event as an item of an account: what the page says now and before, in which words, and why it was read so.

use super::account::{Item, Quote, Shown, field_name, places};
use super::hygiene::one_line;
use super::quotation::{Compared, same};
use super::wordiff::{Mark, Part, Side};
use super::words::{self, Phrase, Tongue};
use super::{Permalinks, confidence, evidence, step};
use crate::interpret::Lexicon;
use crate::model::{
    Anchor, Basis, Conflict, Event, Factuality, Field, News, PageBrief, Precision, Statement, Turn,
};

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
    let first = phrase.fill(
        tongue,
        &[
            ("page", &page),
            ("publisher", &publisher),
            ("who", &step::who(event, tongue)),
            ("step", &said),
            ("date", &date),
            ("before", &status_before(event, tongue)),
        ],
    );
    let others = news.events.iter().filter(|other| other.id != event.id);
    let others: Vec<String> = others.map(|other| heading(other, tongue)).collect();
    if others.is_empty() {
        return first;
    }
    let others = words::series(tongue, &others, 2);
    format!(
        "{first} {}",
        words::AND_ALSO.fill(tongue, &[("others", &others)])
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

/// `compared`: what changed in the event's entry.
pub fn item(
    page: &PageBrief,
    event: &Event,
    compared: &[Compared<'_>],
    tongue: Tongue,
    site: Option<&Permalinks>,
) -> Item {
    let mut item = Item {
        heading: heading(event, tongue),
        quotes: quotes(page, event, compared, tongue),
        ..Item::default()
    };
    let sides = [
        ("before", status_before(event, tongue)),
        ("now", step::what(event, tongue)),
    ];
    let sides = sides.each_ref().map(|(side, said)| (*side, said.as_str()));
    let status = words::FROM_TO.fill(tongue, &sides);
    item.fact(words::STATUS, tongue, vec![Shown::Text(status)]);
    if let Some(after) = &event.after {
        facts(&mut item, after, tongue);
        why(&mut item, page, event, after, tongue);
    }
    for conflict in &event.conflicts {
        let said = contradiction(event, conflict, tongue);
        item.fact(words::CONFLICT, tongue, vec![Shown::Text(said)]);
    }
    if compared.is_empty() {
        let window = evidence::window(event.last_old, event.first_seen, tongue);
        item.fact(words::FIRST_SEEN, tongue, vec![Shown::Text(window)]);
    }
    if let Some(site) = site {
        let links = [
            format!("/events/{}", event.id),
            format!("/api/v1/events/{}", event.id),
        ];
        let links = links.map(|path| Shown::Own(site.to(&path)));
        item.fact(words::EVENT_LINK, tongue, links.to_vec());
    }
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
    let kind = Lexicon::bundled().legal_form(after).map_or_else(
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
            // In the page's language, whichever the reader's is.
            after
                .speaker
                .as_deref()
                .map(|speaker| tongue.quoted(&one_line(speaker)))
                .unwrap_or_default(),
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

fn why(item: &mut Item, page: &PageBrief, event: &Event, after: &Statement, tongue: Tongue) {
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
    let confidence = confidence::said(event, &page.language, tongue);
    item.fact(words::CONFIDENCE, tongue, vec![Shown::Text(confidence)]);
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

/// The sentence that stood there before, and the one that says it now, with what is new in them marked.
fn quotes(
    page: &PageBrief,
    event: &Event,
    compared: &[Compared<'_>],
    tongue: Tongue,
) -> Vec<Quote> {
    let before = event
        .before
        .as_ref()
        .map(|said| quoted(event, said, compared, Side::Before));
    // The sentence of an earlier step is worth quoting where it gave way.
    let gave_way = || {
        let said = event.status_before.as_ref()?;
        let (parts, fields) = found(said, compared, Side::Before)?;
        let marked = parts.iter().any(|part| part.mark == Mark::Removed);
        marked.then_some((parts, fields))
    };
    let before = before.or_else(gave_way);
    let after = event
        .after
        .as_ref()
        .map(|said| quoted(event, said, compared, Side::After));
    [(words::WORDS_THEN, before), (words::WORDS_NOW, after)]
        .into_iter()
        .filter_map(|(label, quoted)| {
            let (parts, fields) = quoted?;
            let place = places(fields.into_iter(), tongue);
            Some(Quote {
                label: label.fill(tongue, &[("place", &place)]),
                language: page.language.to_string(),
                parts,
            })
        })
        .collect()
}

/// A sentence with its marks, and where it stands.
type Sentence<'e> = (Vec<Part>, Vec<&'e Field>);

/// Where the sentence is in no text that changed, it stands unmarked.
fn quoted<'e>(
    event: &'e Event,
    said: &Statement,
    compared: &'e [Compared<'_>],
    side: Side,
) -> Sentence<'e> {
    let quote = one_line(&said.quote.text);
    let unmarked = || {
        (
            vec![same(quote.trim_end_matches(['…', ' ']))],
            vec![&event.field],
        )
    };
    let (mut parts, fields) = found(said, compared, side).unwrap_or_else(unmarked);
    if said.factuality == Factuality::Incomplete || quote.ends_with('…') {
        parts.push(same(" …"));
    }
    (parts, fields)
}

fn found<'e>(said: &Statement, compared: &'e [Compared<'_>], side: Side) -> Option<Sentence<'e>> {
    let quote = one_line(&said.quote.text);
    let mut all = compared.iter().filter_map(|one| one.sentence(side, &quote));
    let (parts, mut fields) = all.next()?;
    fields.extend(all.flat_map(|(_, fields)| fields));
    Some((parts, fields))
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
