//! What the words of a clause say beside its step: negation, deciding bodies, the verb it hangs on, its time.

use super::asides::describes;
use super::context::Context;
use super::dates::{Reference, Role, Tense};
use super::lexicon::{Conjugation, Form, Item, Mark, Reads, TurnKind};
use super::objects::{exception, governor};
use super::verbs::{Occurrence, Tie};
use super::verdict::Word;

/// A negation in the clause that is a real one. What a comma sets apart behind the step is another matter
/// ("kündigten … an, nannten aber keine Einzelheiten").
pub fn negation(context: &Context, words: &[usize], step: usize) -> Option<usize> {
    let excepted = exception(context, words).unwrap_or(0..0);
    let mut until = 0;
    let english = context.vocabulary.conjugation == Conjugation::English;
    for &at in words.iter().filter(|at| !excepted.contains(at)) {
        if at > step && (step..at).any(|between| context.word(between) == ",") {
            return None;
        }
        if let Some((_, last)) = context
            .marks(at)
            .find(|(mark, _)| *mark == Mark::NoNegation)
        {
            until = last + 1;
        }
        // "The agreement signed in May has not been ratified": an auxiliary behind the step has a verb of its own.
        let of_another = english
            && at > step
            && context
                .before(at)
                .is_some_and(|before| context.features(before) & context.vocabulary.finite != 0);
        if of_another {
            continue;
        }
        if at >= until && context.has(at, Mark::Negation) && !set_apart(context, words, at, step) {
            return Some(at);
        }
    }
    None
}

/// Whether one dash, which no other closes, stands between a denial and what comes behind it: "no agreement was
/// signed – talks to continue".
fn set_apart(context: &Context, words: &[usize], denial: usize, step: usize) -> bool {
    let last = words.last().copied().unwrap_or_default();
    let between = denial..step.min(last);
    let dashes = between.filter(|&at| matches!(context.word(at), "–" | "—"));
    step <= last && dashes.count() % 2 == 1
}

/// Whether the body that decides is the last one whose word is needed.
pub fn word(context: &Context, words: &[usize]) -> Option<Word> {
    let bodies: Vec<bool> = words
        .iter()
        .flat_map(|&at| &context.found[at])
        .filter_map(|found| match found.item {
            Item::Body(body) => Some(context.vocabulary.bodies[body].last),
            _ => None,
        })
        .collect();
    match bodies.as_slice() {
        [] => None,
        bodies if bodies.contains(&true) => Some(Word::Last),
        _ => Some(Word::Another),
    }
}

/// Whether a body of one of these classes acts in the clause.
pub fn acts(context: &Context, words: &[usize], classes: &[String]) -> bool {
    words
        .iter()
        .flat_map(|&at| &context.found[at])
        .any(|found| match found.item {
            Item::Body(body) => classes.contains(&context.vocabulary.bodies[body].class),
            _ => false,
        })
}

/// Whether the clause tells of the past.
pub fn is_past(verbs: &[Occurrence], context: &Context, words: &[usize]) -> bool {
    let names = ["have", "became", "was"];
    let auxiliary = words.iter().any(|&at| {
        names
            .iter()
            .any(|name| context.features(at) & context.vocabulary.feature(name) != 0)
    });
    let narrates = words.iter().any(|&at| context.has(at, Mark::Narrates));
    auxiliary
        || narrates
        || verbs.iter().any(|verb| {
            matches!(verb.reads, Reads::Past | Reads::State) && verb.form != Form::Attributive
        })
}

/// "gilt ab dem 1. Januar": it takes effect on a day that is not known to lie behind.
pub fn begins_later(context: &Context, words: &[usize]) -> bool {
    let today = context.passage.reference.map(Reference::written);
    let mut dates = context.dates_in(words);
    dates.any(|(.., dated)| {
        let ahead = dated.told(Tense::Future).date.as_ref();
        let behind = ahead.is_some_and(|date| today.as_ref().is_some_and(|today| date <= today));
        dated.role == Role::Effective && !behind
    })
}

/// Whether the clause names a date that lies ahead, or a limit.
pub fn looks_ahead(context: &Context, words: &[usize]) -> bool {
    let today = context.passage.reference.map(Reference::written);
    let mut dates = context.dates_in(words);
    dates.any(|(.., dated)| {
        let date = dated.when.date.as_ref();
        let ahead = date.is_some_and(|date| today.as_ref().is_some_and(|today| date > today));
        // "bis Mai", "bald"
        let open = date.is_none() && dated.when.interval.ends_with("/..");
        dated.role == Role::Until || dated.role == Role::Point && (ahead || open)
    })
}

/// The preposition before a noun that says when it counts.
pub fn time_before(context: &Context, noun: usize) -> Option<(usize, Mark)> {
    // "seit 2023 Gespräche": it stands before the year.
    let before = governor(context, noun).filter(|&before| !context.dated[before])?;
    let marks = [Mark::Purpose, Mark::Before, Mark::After];
    marks
        .into_iter()
        .find(|&mark| context.has(before, mark))
        .map(|mark| (before, mark))
}

/// The verb of a clause that turns what hangs on it, nearest to a word.
pub fn turn<'a>(
    context: &Context,
    verbs: &'a [Occurrence],
    at: usize,
) -> Option<(&'a Occurrence, Vec<TurnKind>)> {
    let turns = verbs.iter().filter_map(|verb| {
        let kinds = context.vocabulary.verbs[verb.lexeme].turns.clone();
        // "set up" sets no date.
        let longer = verbs.iter().any(|other| {
            let behind = other.tie == Tie::Complement && other.with.contains(&(verb.at + 1));
            other.at == verb.at && behind && verb.tie == Tie::Plain
        });
        let turns = !kinds.is_empty() && !longer && !matches!(verb.form, Form::Attributive);
        turns.then_some((verb, kinds))
    });
    turns.min_by_key(|(verb, _)| {
        // "The signing, planned for May, has been delayed": what is told in passing counts last.
        let passing = matches!(verb.form, Form::Participle | Form::Past)
            && verb.with.is_empty()
            && context.vocabulary.conjugation == Conjugation::English;
        let later = |other: &&Occurrence| {
            other.at > verb.at && !context.vocabulary.verbs[other.lexeme].turns.is_empty()
        };
        let aside = describes(context, verb.at) && verbs.iter().any(|other| later(&other));
        // "The long-awaited signing took place": what only describes the noun says less than the verb.
        let before = context.vocabulary.conjugation == Conjugation::English
            && matches!(verb.form, Form::Participle | Form::Past)
            && verb.at + 1 == at;
        // "was considered but rejected": the last word is the one behind the "but".
        let last_word = contrasted(context, verbs, verb.at);
        (
            !last_word,
            aside,
            before,
            passing,
            std::cmp::Reverse(verb.tie),
            verb.at.abs_diff(at),
        )
    })
}

/// Whether a verb stands behind a "but" and another that turns the same before it.
fn contrasted(context: &Context, verbs: &[Occurrence], at: usize) -> bool {
    let turns = |verb: &&Occurrence| {
        verb.form != Form::Attributive && !context.vocabulary.verbs[verb.lexeme].turns.is_empty()
    };
    let mut earlier = verbs.iter().filter(turns).filter(|verb| verb.at < at);
    earlier.any(|verb| (verb.at + 1..at).any(|word| context.has(word, Mark::But)))
}
