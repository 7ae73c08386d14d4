//! When, where and by whom a step was taken, and who says so.

use super::context::Context;
use super::dates::{Dated, Role, Tense};
use super::frames::{Finding, Own};
use super::lexicon::{Conjugation, Item, Mark, Reads};
use super::noun_dates::label;
use super::objects::governor;
use super::sentence::Scene;
use crate::model::countries::Naming;
use crate::model::{Factuality, Precision, When};

/// So many words is a comma worth.
const FAR: usize = 20;

/// So many words is a preposition worth that leads from a date to another step.
const ONWARD: usize = 5;

/// The date of a step: of the dates in its clause, the one that is nearest to it and to no other step.
pub fn when(scene: &Scene, finding: &Finding, others: &[Finding]) -> Option<When> {
    if finding.until.is_some() {
        return finding.until.clone();
    }
    let shared = match finding.governor {
        Some((clause, at, Own::Shared)) if clause != finding.clause => {
            dated(scene, clause, at, &[])
        }
        _ => None,
    };
    let mut anchors = anchors(finding, others);
    if let Some((clause, at, Own::Apart)) = finding.governor
        && clause == finding.clause
    {
        anchors.push(at);
    }
    let found = dated(scene, finding.clause, finding.at, &anchors)
        .or(shared)
        .or_else(|| same_day(scene, finding, &anchors))
        .or_else(|| label(scene, finding.clause))?;
    Some(found.told(tense(scene, finding)).clone())
}

/// "… und am selben Tag in Kraft getreten": the last day that the sentence names before.
fn same_day<'a>(scene: &'a Scene, finding: &Finding, anchors: &[usize]) -> Option<&'a Dated> {
    let context = scene.context;
    let words = &scene.sentence.clauses[finding.clause].words;
    let pointing = words.iter().copied().find(|&at| {
        context.has(at, Mark::SameDay) && is_nearest(context, (at, at + 2), finding.at, anchors)
    })?;
    let clauses = scene.sentence.clauses.iter();
    let named = clauses.flat_map(|clause| context.dates_in(&clause.words));
    let days = named.filter(|(_, end, dated)| {
        *end < pointing && dated.when.precision == Precision::Day && dated.role != Role::Until
    });
    days.max_by_key(|(start, ..)| *start)
        .map(|(.., dated)| dated)
}

/// Whether a detail is at least as near to its step as to each other step of the clause.
fn is_nearest(
    context: &Context,
    (start, end): (usize, usize),
    at: usize,
    anchors: &[usize],
) -> bool {
    let distance = gap(context, start, end, at);
    anchors
        .iter()
        .all(|&other| distance <= gap(context, start, end, other))
}

/// Where the other steps of the same clause stand.
fn anchors(finding: &Finding, others: &[Finding]) -> Vec<usize> {
    let others = others.iter();
    others
        .filter(|other| other.at != finding.at && other.clause == finding.clause)
        .map(|other| other.at)
        .collect()
}

pub fn tense(scene: &Scene, finding: &Finding) -> Tense {
    // "Am Mittwoch kündigte er ein Abkommen an": the day is that of the word, not of what it promises.
    let mut verbs = scene.sentence.verbs[finding.clause].iter();
    let promised = verbs.any(|verb| verb.at == finding.at && verb.reads == Reads::Past);
    match finding.factuality {
        Factuality::Planned if promised && finding.governor.is_none() => Tense::Open,
        // "sollte am 20. Juni unterzeichnet werden": the day may have passed.
        Factuality::Planned if was_planned(scene, finding.clause) => Tense::Open,
        // "Had it been signed in June": what did not come about lies behind.
        Factuality::Conditional if promised => Tense::Open,
        Factuality::Done | Factuality::State | Factuality::ReportedDone => Tense::Past,
        Factuality::Planned | Factuality::Conditional => Tense::Future,
        _ => Tense::Open,
    }
}

fn was_planned(scene: &Scene, clause: usize) -> bool {
    let mut words = scene.sentence.clauses[clause].words.iter();
    words.any(|&at| scene.context.has(at, Mark::Formerly))
}

fn dated<'a>(scene: &'a Scene, clause: usize, at: usize, anchors: &[usize]) -> Option<&'a Dated> {
    let context = scene.context;
    let words = &scene.sentence.clauses[clause].words;
    let free = context.dates_in(words).filter(|(start, end, _)| {
        is_nearest(context, (*start, *end), at, anchors) && !of_instrument(context, *start)
    });
    // A day says more than "kürzlich", and the day of an act more than its limit.
    let best = free.min_by_key(|(start, end, dated)| {
        (
            dated.when.date.is_none(),
            dated.role == Role::Until,
            gap(context, *start, *end, at),
        )
    });
    best.map(|(.., dated)| dated)
}

/// In German the day stands before the verb that ends the clause, so what follows it is farther away.
fn gap(context: &Context, start: usize, end: usize, at: usize) -> usize {
    let german = context.vocabulary.conjugation == Conjugation::German;
    let range = if at < start { at..start } else { end..at };
    // What a comma sets apart belongs rather to what stands on its side of it.
    let apart = range.filter(|&word| context.word(word) == ",").count() * FAR;
    // "Unterzeichnung am 4. Juni", "Unterzeichnung: 4. Juni"
    let behind = at + 1 + usize::from(at + 1 < start && context.is_sign(at + 1));
    if german && behind == start {
        return 0;
    }
    if at < start {
        apart + (start - at) * if german { 2 } else { 1 } + usize::from(german)
    } else {
        // "gave the green light on Wednesday for the signing": the day is none of what is to come of it.
        let onward = governor(context, at).is_some_and(|before| {
            let marks = [Mark::Purpose, Mark::After, Mark::Before];
            before > end && marks.iter().any(|&mark| context.has(before, mark))
        });
        apart + at.saturating_sub(end) + usize::from(onward) * ONWARD
    }
}

/// "das Abkommen von 1968", "its 1995 agreement": a name, not the date of what is told.
pub fn of_instrument(context: &Context, start: usize) -> bool {
    let Some(before) = context.before(start) else {
        return false;
    };
    let instrument = |at: usize| {
        let mut found = context.found[at].iter();
        found.any(|found| matches!(found.item, Item::Instrument(_)))
    };
    let conjugation = context.vocabulary.conjugation;
    if conjugation == Conjugation::English && context.has(before, Mark::Determiner) {
        let near = start + 1..context.tokens.len().min(start + 5);
        return near.take_while(|&at| !context.is_sign(at)).any(instrument);
    }
    // "aus dem Jahr 1995"
    let article = conjugation == Conjugation::German && context.has(before, Mark::Determiner);
    let before = context.before(before).filter(|_| article).unwrap_or(before);
    // "l'accord migratoire de 1968", "das Abkommen mit Algerien von 1968"
    let back = (before.saturating_sub(4)..before).rev();
    let mut near = back.take_while(|&word| {
        let verb = is_verb(context, word) || context.features(word) != 0;
        !context.is_sign(word) && !verb
    });
    let links = match conjugation {
        Conjugation::English => context.has(before, Mark::Genitive),
        Conjugation::German => context.has(before, Mark::By) || context.key(before) == "aus",
        _ => context.has(before, Mark::Genitive) || context.has(before, Mark::By),
    };
    links && near.any(instrument)
}

/// Where it happens: "in" and a name that is no month, no country and no state of affairs; none that
/// is nearer to another step.
pub fn place(scene: &Scene, finding: &Finding, others: &[Finding]) -> Option<String> {
    let context = scene.context;
    let words = &scene.sentence.clauses[finding.clause].words;
    let places = words
        .iter()
        .copied()
        .filter_map(|at| Some((at, city(context, at)?)));
    let anchors = anchors(finding, others);
    let places = places.filter(|place| is_nearest(context, *place, finding.at, &anchors));
    let (at, last) = places.min_by_key(|(at, last)| gap(context, *at, *last, finding.at))?;
    Some(context.span(at, last).to_owned())
}

/// The first place that some words name.
pub fn site(context: &Context, words: &[usize]) -> Option<usize> {
    words
        .iter()
        .copied()
        .find(|&at| city(context, at).is_some())
}

/// The last word of a place that begins here.
fn city(context: &Context, at: usize) -> Option<usize> {
    let located = context.has(context.before(at)?, Mark::Site);
    let capital =
        context.tokens[at].capital && !context.has(at, Mark::NoPlace) && !context.dated[at];
    let known = context.mention(at);
    let city = known.is_none_or(|mention| mention.naming == Naming::Capital);
    let other = context.found[at]
        .iter()
        .any(|found| !matches!(found.item, Item::Mark(_)));
    let last = known.map_or(at, |mention| mention.last);
    (located && capital && city && !other && !abstract_noun(context, at)).then_some(last)
}

/// German writes all nouns with a capital; these endings are none of places.
fn abstract_noun(context: &Context, at: usize) -> bool {
    ["ung", "keit", "heit", "tion", "schaft", "ungen", "tät"]
        .iter()
        .any(|ending| context.key(at).ends_with(ending))
}

/// The people who act, and those who look on.
pub fn people(scene: &Scene, finding: &Finding) -> (Vec<String>, Vec<String>) {
    let context = scene.context;
    let words = &scene.sentence.clauses[finding.clause].words;
    let witnessed = words
        .iter()
        .copied()
        .find(|&at| context.has(at, Mark::Witness));
    let mut acting = Vec::new();
    let mut looking = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let Some(last) = named(context, words, at) else {
            at += 1;
            continue;
        };
        let name = context.span(words[at], words[last]).to_owned();
        let looks_on = witnessed
            .is_some_and(|witness| words[at] > witness && !acts_again(context, witness, words[at]));
        if looks_on {
            looking.push(name);
        } else {
            acting.push(name);
        }
        at = last + 1;
    }
    (acting, looking)
}

/// Behind the witnesses an auxiliary or "von" begins another part of the sentence.
fn acts_again(context: &Context, witness: usize, at: usize) -> bool {
    (witness + 2..at).any(|word| context.features(word) != 0)
}

/// A title with the name behind it, or a name that begins the clause and acts.
fn named(context: &Context, words: &[usize], at: usize) -> Option<usize> {
    let titled = context.has(words[at], Mark::Title) || compound_title(context, words[at]);
    let mut last = at;
    while let Some(&next) = words.get(last + 1) {
        if next != words[last] + 1 || !context.tokens[next].capital || !is_name(context, next) {
            break;
        }
        last += 1;
    }
    if titled {
        return (last > at).then_some(last);
    }
    let begins = at == 0 && is_name(context, words[at]) && context.tokens[words[at]].capital;
    let next = words.get(last + 1).copied();
    let acts = next.is_some_and(|next| next == words[last] + 1 && context.has(next, Mark::And));
    (begins && acts && !abstract_noun(context, words[at])).then_some(last)
}

/// "Bundesinnenministerin": the title is the end of a compound.
fn compound_title(context: &Context, at: usize) -> bool {
    let key = context.key(at);
    let mut places = key.char_indices().map(|(place, _)| place).skip(3);
    context.tokens[at].capital
        && places.any(|place| {
            context
                .vocabulary
                .entries(&key[place..])
                .iter()
                .any(|entry| entry.rest.is_empty() && entry.item == Item::Mark(Mark::Title))
        })
}

fn is_name(context: &Context, at: usize) -> bool {
    let country = context.mention(at).is_some();
    context.found[at].is_empty() && !country && !context.dated[at] && !compound_title(context, at)
}

fn is_verb(context: &Context, at: usize) -> bool {
    context.found[at]
        .iter()
        .any(|found| matches!(found.item, Item::Verb { .. }))
}

/// Whom the text gives as its source.
pub fn speaker(scene: &Scene) -> Option<String> {
    let context = scene.context;
    let range = scene.sentence.range.clone();
    for at in range.clone() {
        if let Some((_, last)) = context.marks(at).find(|(mark, _)| *mark == Mark::Source) {
            return words_until_sign(context, last + 1, range.end);
        }
        if let Some((_, last)) = context.marks(at).find(|(mark, _)| *mark == Mark::Says) {
            let before = words_before(context, at, range.start);
            return before.or_else(|| words_until_sign(context, last + 1, range.end));
        }
    }
    None
}

fn words_until_sign(context: &Context, from: usize, end: usize) -> Option<String> {
    let last = (from..end).take(10).take_while(|&at| {
        !context.is_sign(at)
            && context.features(at) == 0
            && !context.has(at, Mark::Subordinate)
            && !is_verb(context, at)
    });
    last.last().map(|last| context.span(from, last).to_owned())
}

fn words_before(context: &Context, at: usize, start: usize) -> Option<String> {
    let first = (start..at)
        .rev()
        .take(8)
        .take_while(|&word| !context.is_sign(word))
        .last()?;
    Some(context.span(first, at - 1).to_owned())
}
