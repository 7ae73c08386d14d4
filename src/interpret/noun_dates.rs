//! Steps that a noun and its date tell without a verb, as lists and tables do: "Unterzeichnung: 13. September 2024".

use super::context::Context;
use super::dates::{Dated, Reference, Role, Tense};
use super::lexicon::{Item, Mark};
use super::objects::{governor, owner};
use super::sentence::Scene;
use crate::model::{Anchor, Factuality};

/// What the date behind a noun says of its step: a day that lies behind the text is one on which it was taken.
pub fn by_date(scene: &Scene, clause: usize, noun: usize) -> Option<Factuality> {
    let context = scene.context;
    let words = &scene.sentence.clauses[clause].words;
    if !stands_alone(context, noun) || !only_describes(context, words, noun) {
        return None;
    }
    let dated = behind(context, words, noun).or_else(|| label(scene, clause))?;
    let today = context.passage.reference?.day.to_string();
    let stated = dated.when.anchor == Anchor::Stated && dated.when.date.is_some();
    let (_, last) = dated.when.interval.split_once('/')?;
    let behind = today.get(..last.len()).is_some_and(|today| last < today) || last == today;
    let doubtful =
        words.iter().any(|&at| context.has(at, Mark::Likely)) || is_headed(scene, clause);
    let certain = dated.role == Role::Point && !doubtful;
    stated.then_some(if certain && behind {
        Factuality::Done
    } else {
        Factuality::Planned
    })
}

/// "Nächster Schritt: Unterzeichnung am 4. Mai": what stands before the colon is neither a party nor a date.
fn is_headed(scene: &Scene, clause: usize) -> bool {
    let context = scene.context;
    let first = scene.sentence.clauses[clause].words.first();
    let colon = first
        .and_then(|at| at.checked_sub(1))
        .filter(|&at| context.word(at) == ":");
    let before = clause
        .checked_sub(1)
        .map(|before| &scene.sentence.clauses[before].words);
    let (Some(_), Some(before)) = (colon, before) else {
        return false;
    };
    let known = |at: usize| {
        context.mention(at).is_some() || context.dated[at] || !context.found[at].is_empty()
    };
    !before.iter().all(|&at| known(at))
}

/// Whether a date of the clause belongs to a step that somebody speaks of and may lie ahead: "für Freitag", or a day
/// behind the noun.
pub fn lies_ahead(context: &Context, words: &[usize], noun: usize) -> bool {
    let today = context.passage.reference.map(Reference::written);
    let mut dates = context.dates_in(words);
    dates.any(|(start, _, dated)| {
        let date = |tense| dated.told(tense).date.as_ref();
        let after =
            |tense| date(tense).is_none_or(|date| today.as_ref().is_none_or(|today| date > today));
        let point = dated.role == Role::Point;
        let behind = *start > noun && after(Tense::Future) && dated.when.anchor != Anchor::Stated;
        let stated = today.is_some() && after(Tense::Open) && date(Tense::Open).is_some();
        context.has(*start, Mark::With) || point && (behind || stated)
    })
}

/// The date before a colon, of which what follows tells: "13. September 2024: In Berlin wurde …".
pub fn label<'a>(scene: &'a Scene, clause: usize) -> Option<&'a Dated> {
    let context = scene.context;
    let clauses = &scene.sentence.clauses;
    let before = &clauses[clause.checked_sub(1)?].words;
    let colon = clauses[clause].words.first()?.checked_sub(1)?;
    let small = |at: usize| context.has(at, Mark::Determiner) || context.has(at, Mark::Preposition);
    let only = before.iter().all(|&at| context.dated[at] || small(at));
    let mut dates = context.dates_in(before);
    dates
        .next()
        .map(|(.., dated)| dated)
        .filter(|_| only && context.word(colon) == ":")
}

/// Neither an adjective nor another noun makes something else of it ("mögliche Unterzeichnung", "Termin der …").
pub fn stands_alone(context: &Context, noun: usize) -> bool {
    let free = context.before(noun).is_none_or(|before| {
        context.has(before, Mark::Determiner)
            || context.dated[before]
            || context.mention(before).is_some()
    });
    free && governor(context, noun).is_none() && owner(context, noun).is_none()
}

/// Behind the noun stand only its object, parties, places and dates.
fn only_describes(context: &Context, words: &[usize], noun: usize) -> bool {
    let mut behind = words.iter().copied().filter(|&at| at > noun);
    behind.all(|at| {
        // "entry into force" is one word.
        let mut covering = (at.saturating_sub(2)..=at).flat_map(|first| &context.found[first]);
        let known =
            covering.any(|found| found.last >= at && !matches!(found.item, Item::Verb { .. }));
        let adjective = context.tokens.get(at + 1).is_some_and(|next| {
            let mut found = context.found[at + 1].iter();
            next.capital || found.any(|found| matches!(found.item, Item::Instrument(_)))
        });
        let named = context.tokens[at].capital || context.mention(at).is_some();
        known || adjective || named || context.dated[at]
    })
}

/// The first date behind a noun, with no other step between.
fn behind<'a>(context: &'a Context, words: &'a [usize], noun: usize) -> Option<&'a Dated> {
    let mut dates = context.dates_in(words);
    let (start, _, dated) = dates.find(|(start, ..)| *start > noun)?;
    let step = |at: usize| {
        let mut found = context.found[at].iter();
        found.any(|found| {
            matches!(
                found.item,
                Item::Noun(_) | Item::Verb { .. } | Item::State(_)
            )
        })
    };
    (!(noun + 1..*start).any(step)).then_some(dated)
}
