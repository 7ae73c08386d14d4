//! What a step is about: the instruments a clause names, and whether they lie within the subject.

use std::ops::Range;

use super::clauses::{Clause, Kind};
use super::context::Context;
use super::finite::{Finite, finite};
use super::lexicon::{Conjugation, Form, Item, Mark, Scope};
use super::scope::scope;
use super::verbs::preposition;
use crate::model::countries::Naming;

/// An instrument that a clause names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Object {
    pub at: usize,
    /// In the vocabulary's list.
    pub instrument: usize,
    pub scope: Scope,
    /// The preposition before it.
    pub governor: Option<usize>,
    /// The noun that it only belongs to ("der Entwurf eines Abkommens").
    pub owner: Option<usize>,
}

/// Where a cue looks for its object.
pub struct Wanted<'a> {
    pub classes: &'a [String],
    pub prepositions: &'a [String],
    /// Whether it must stand for itself.
    pub head: bool,
    /// The place of the cue.
    pub at: usize,
    /// The words among which it is looked for.
    pub within: Range<usize>,
}

/// What was found for a cue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Found(Object),
    /// The cue may stand alone, and nothing speaks against it.
    Alone,
    Nothing,
}

/// The instruments of a clause, in order.
pub fn objects(context: &Context, clause: &Clause) -> Vec<Object> {
    let mut made: Vec<Object> = Vec::new();
    let mut covered = 0;
    let denied = denied(context, &clause.words);
    for &at in &clause.words {
        if at < covered || denied.contains(&at) {
            continue;
        }
        let named = context.found[at]
            .iter()
            .filter(|found| matches!(found.item, Item::Instrument(_)));
        let Some(found) = named.max_by_key(|found| found.last) else {
            continue;
        };
        let Item::Instrument(instrument) = found.item else {
            continue;
        };
        covered = found.last + 1;
        // In "asylum cooperation agreement" only the last noun is the instrument.
        let last = made.last().copied();
        if let Some(last) = last
            && context.vocabulary.conjugation == Conjugation::English
            && last.at + 1 == at
        {
            made.pop();
        }
        let scope = scope(context, clause, at, found.last, found.compound);
        let governor = governor(context, at);
        // "statt eines Abkommens"
        if governor.is_some_and(|governor| context.ends(governor, Mark::Replaced)) {
            continue;
        }
        let owner = owner(context, at);
        // The draft of an agreement is a draft.
        if owner.is_some_and(|owner| made.iter().any(|object| object.at == owner)) {
            continue;
        }
        made.push(Object {
            at,
            instrument,
            scope,
            governor,
            owner,
        });
    }
    made
}

/// What a clause denies behind a comma: ", kein Abkommen", ", nicht aber mit Ghana".
pub fn denied(context: &Context, words: &[usize]) -> Vec<usize> {
    let mut found: Vec<usize> = exception(context, words).into_iter().flatten().collect();
    for (place, &at) in words.iter().enumerate() {
        if place > 0 && context.has(at, Mark::Negation) && context.before(at).is_none() {
            let rest = words[place..].iter().copied();
            let verb =
                |word: usize| finite(context, word) != Finite::No || context.features(word) != 0;
            let until = rest.take_while(|&word| !verb(word) && !is_verb(context, word));
            let denied: Vec<usize> = until.take(12).collect();
            let end = place + denied.len();
            if words.get(end).is_none_or(|&next| !goes_on(context, next)) {
                found.extend(denied);
            }
        }
    }
    found
}

/// The parties that a clause takes out of what it tells, between commas: "Kenia, nicht aber Ghana, hat …".
pub fn exception(context: &Context, words: &[usize]) -> Option<Range<usize>> {
    let denies =
        words.iter().enumerate().skip(1).find(|(_, at)| {
            context.has(**at, Mark::Negation) && !context.has(**at, Mark::NoNegation)
        });
    let (mut place, _) = denies?;
    // "aber nicht", "though not"
    let leads = |at: usize| context.has(at, Mark::And) || context.has(at, Mark::Adverb);
    while place > 0 && context.before(words[place]).is_some_and(leads) {
        place -= 1;
    }
    let opens = place > 0 && context.before(words[place]).is_none();
    let small = |at: usize| {
        let marks = [
            Mark::Negation,
            Mark::Adverb,
            Mark::And,
            Mark::With,
            Mark::Determiner,
        ];
        context.mention(at).is_some() || marks.iter().any(|&mark| context.has(at, mark))
    };
    let begins = |at: usize| context.before(at).is_none() && context.mention(at).is_none();
    let behind = words[place..].iter().skip(1).position(|&at| begins(at));
    let stretch = &words[place..=place + behind?];
    let names = context.mentions_in(stretch).next().is_some();
    let range = stretch[0]..stretch[stretch.len() - 1] + 1;
    (opens && names && stretch.iter().all(|&at| small(at))).then_some(range)
}

/// Where a verb follows, the clause goes on: "…, nicht im Mai unterzeichnet", ", no agreement has been …".
fn goes_on(context: &Context, next: usize) -> bool {
    let joined = context.before(next).is_some() && context.features(next) != 0;
    joined || is_verb(context, next)
}

/// The object of a cue among the instruments of its clause.
pub fn choose(context: &Context, objects: &[Object], wanted: &Wanted) -> Answer {
    // "Modelled on the agreement signed with Kenya": what stands right before the verb is its own, or there is none.
    let own = |object: &&Object| {
        object.at + 1 == wanted.at
            && context.vocabulary.conjugation != Conjugation::German
            && is_of(context, object, wanted.classes)
    };
    if objects
        .iter()
        .find(own)
        .is_some_and(|own| !governed(context, own, wanted))
    {
        return Answer::Nothing;
    }
    let mut fitting: Vec<&Object> = objects
        .iter()
        .filter(|object| wanted.within.contains(&object.at))
        .filter(|object| governed(context, object, wanted))
        .collect();
    fitting.sort_by_key(|object| object.at.abs_diff(wanted.at));
    for object in fitting {
        if is_topic(context, objects, object) {
            continue;
        }
        if object.scope == Scope::Outside || class(context, object) == "other" {
            return Answer::Nothing;
        }
        if is_of(context, object, wanted.classes) {
            return Answer::Found(*object);
        }
    }
    Answer::Nothing
}

/// "Vereinbarung über die Rücknahme abgelehnter Asylbewerber": part of what an instrument is about.
fn is_topic(context: &Context, objects: &[Object], object: &Object) -> bool {
    let before = objects.iter().rev().find(|other| other.at < object.at);
    class(context, object) == "other"
        && before.is_some_and(|before| {
            object.at - before.at <= 6
                && class(context, before) != "other"
                && (before.at + 1..object.at).any(|at| context.has(at, Mark::About))
        })
}

pub fn is_of(context: &Context, object: &Object, classes: &[String]) -> bool {
    let class = class(context, object);
    classes.iter().any(|wanted| wanted == class)
}

pub fn class<'a>(context: &'a Context, object: &Object) -> &'a str {
    &context.vocabulary.instruments[object.instrument].class
}

/// Whether the preposition before an instrument is one that the cue takes.
fn governed(context: &Context, object: &Object, wanted: &Wanted) -> bool {
    if wanted.head && (object.owner.is_some() || object.governor.is_some()) {
        return false;
    }
    let bare =
        wanted.prepositions.is_empty() || wanted.prepositions.iter().any(|one| one == "none");
    match object.governor {
        None => bare,
        Some(governor) => {
            let key = context.key(governor);
            let named = wanted
                .prepositions
                .iter()
                .any(|preposition| preposition == key);
            let first = object.at < wanted.at && context.has(governor, Mark::With);
            named || bare && (first || !context.has(governor, Mark::About))
        }
    }
}

/// The preposition of a noun, over its articles, adjectives and numbers.
pub fn governor(context: &Context, noun: usize) -> Option<usize> {
    let mut at = noun;
    for _ in 0..7 {
        let before = context.before(at)?;
        if preposition(context, before) {
            // "um ein Abkommen zu unterzeichnen" begins a clause.
            let opens = context.has(before, Mark::Subordinate) && context.before(before).is_none();
            return (!opens).then_some(before);
        }
        if context.has(before, Mark::Condition)
            || context.has(before, Mark::Relative) && !context.has(before, Mark::Determiner)
        {
            return None;
        }
        let named = context
            .mention(before)
            .is_some_and(|mention| mention.naming == Naming::Adjective);
        if context.tokens[before].capital && !named || context.features(before) != 0 {
            return None;
        }
        if context.has(before, Mark::Pronoun) && !context.has(before, Mark::Determiner)
            || is_verb(context, before)
        {
            return None;
        }
        at = before;
    }
    None
}

/// The noun right before the article of a genitive.
pub fn owner(context: &Context, noun: usize) -> Option<usize> {
    let mut at = noun;
    for _ in 0..4 {
        let before = context.before(at)?;
        if context.has(before, Mark::Genitive) {
            let owner = context.before(before)?;
            let german = context.vocabulary.conjugation == Conjugation::German;
            let named = context.tokens[owner].capital || !german;
            return (named
                && context.found[owner]
                    .iter()
                    .all(|found| !matches!(found.item, Item::Auxiliary(_))))
            .then_some(owner);
        }
        if context.tokens[before].capital || preposition(context, before) {
            return None;
        }
        at = before;
    }
    None
}

/// A verb that is no participle before its noun.
fn is_verb(context: &Context, at: usize) -> bool {
    let forms = |attributive: bool| {
        context.found[at].iter().any(|found| {
            matches!(found.item, Item::Verb { form, .. } if (form == Form::Attributive) == attributive)
        })
    };
    forms(false) && !forms(true)
}

/// Whether a clause points back to what was named before it.
pub fn points_back(context: &Context, clause: &Clause) -> bool {
    let pronoun = clause.words.iter().any(|&at| {
        let followed = context.tokens.get(at + 1).is_some_and(|next| next.capital);
        context.has(at, Mark::Pronoun) && !followed
    });
    let verb_first = clause.words.first().is_some_and(|&at| {
        context.found[at].iter().any(|found| {
            matches!(
                found.item,
                Item::Verb {
                    form: Form::Participle,
                    ..
                }
            )
        })
    });
    pronoun
        || (verb_first
            && clause.kind == Kind::Main
            && context.vocabulary.conjugation == Conjugation::German)
}
