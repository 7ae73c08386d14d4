//! Binds a step to the countries it is about: those of its clause first, then ever further away.

use super::context::Context;
use super::frames::Finding;
use super::lexicon::{Conjugation, Form, Item, Mark};
use super::objects;
use super::parties;
use super::sentence::{Scene, Sentence};
use super::witnesses;
use crate::model::countries::{Mention, Naming};
use crate::model::{Country, Standing};

/// The partners of a step, and whether the text is about them.
pub fn bind(scene: &Scene, finding: &Finding, all: &[Finding]) -> (Vec<Country>, Standing) {
    let partners = nearest(scene, finding, all);
    let about = scene.context.passage.partner;
    let standing = match about {
        Some(about) if !partners.is_empty() && !partners.contains(&about) => Standing::Background,
        _ => Standing::Main,
    };
    (partners, standing)
}

fn nearest(scene: &Scene, finding: &Finding, all: &[Finding]) -> Vec<Country> {
    let clause = finding.clause;
    let here = scene.sentence.clauses[clause].words.as_slice();
    let of_others = parties::of_others(scene, finding, all);
    let told = here.iter().copied().filter(|at| finding.side.contains(at));
    let told: Vec<usize> = told.collect();
    let free = told.iter().copied().filter(|at| !of_others.contains(at));
    let nearer = [
        bracketed(scene, finding.at),
        beside_dash(scene.context, here, finding.at),
        parties::own(scene, finding, all),
        free.collect(),
        told,
    ];
    for words in nearer.iter().map(Vec::as_slice).chain([here]) {
        let own = countries(scene.context, scene.sentence, words);
        if !own.is_empty() {
            return own;
        }
    }
    if let Some(parent) = scene.sentence.clauses[clause].parent {
        let of_parent = of_clause(scene, parent);
        if !of_parent.is_empty() {
            return of_parent;
        }
    }
    let around = (0..clause)
        .rev()
        .chain(clause + 1..scene.sentence.clauses.len());
    let in_sentence = around.map(|other| of_clause(scene, other));
    if let Some(found) = in_sentence.into_iter().find(|found| !found.is_empty()) {
        return found;
    }
    earlier(scene, clause)
}

/// "Kenia (Abkommen unterzeichnet) und Ghana (Gespräche laufen)": of a step in brackets, the words since the brackets
/// before it, where the sentence has others.
fn bracketed(scene: &Scene, at: usize) -> Vec<usize> {
    let range = scene.sentence.range.clone();
    let sign = |at: usize, sign: &str| scene.context.word(at) == sign;
    let nearest = (range.start..at)
        .rev()
        .find(|&at| sign(at, "(") || sign(at, ")"));
    let Some(open) = nearest.filter(|&open| sign(open, "(")) else {
        return Vec::new();
    };
    let before = (range.start..open).rev().find(|&at| sign(at, ")"));
    let others = before.is_some() || (at..range.end).any(|at| sign(at, "("));
    let words = before.unwrap_or(range.start)..open;
    words.filter(|_| others).collect()
}

/// "No deal with Yemen – agreement with Oman signed": the words on the side of a single dash on which a step stands.
fn beside_dash(context: &Context, words: &[usize], at: usize) -> Vec<usize> {
    let (Some(&first), Some(&last)) = (words.first(), words.last()) else {
        return Vec::new();
    };
    let mut dashes = (first..last).filter(|&word| matches!(context.word(word), "–" | "—"));
    match (dashes.next(), dashes.next()) {
        (Some(dash), None) => {
            let side = |word: &usize| (*word < dash) == (at < dash);
            words.iter().copied().filter(side).collect()
        }
        _ => Vec::new(),
    }
}

fn of_clause(scene: &Scene, clause: usize) -> Vec<Country> {
    let words = &scene.sentence.clauses[clause].words;
    countries(scene.context, scene.sentence, words)
}

/// "Dieses wurde unterzeichnet": the sentence before; else whom the entry is about.
fn earlier(scene: &Scene, clause: usize) -> Vec<Country> {
    let context = scene.context;
    let back = objects::points_back(context, &scene.sentence.clauses[clause]);
    let before = scene
        .before
        .map(|before| in_sentence(context, before))
        .unwrap_or_default();
    match context.passage.partner {
        Some(partner) if !back || before.is_empty() => vec![partner],
        _ => before,
    }
}

fn in_sentence(context: &Context, sentence: &Sentence) -> Vec<Country> {
    let words: Vec<usize> = sentence.range.clone().collect();
    countries(context, sentence, &words)
}

/// The countries that some words name as parties, in order. Sides of their own, places, and those
/// named for comparison are none, as long as there are others.
fn countries(context: &Context, sentence: &Sentence, words: &[usize]) -> Vec<Country> {
    let compared = compared(context, sentence, words);
    let watching = witnesses::words(context, words);
    let named: Vec<(&Mention, Rank)> = context
        .mentions_in(words)
        .filter(|mention| !compared.contains(&mention.first))
        .scan(None, |before: &mut Option<(usize, Rank)>, mention| {
            let rank = match *before {
                Some((end, rank)) if listed(context, end, mention.first) => rank,
                _ if watching.contains(&mention.first) => Rank::Witness,
                _ => rank(context, mention),
            };
            *before = Some((mention.last, rank));
            Some((mention, rank))
        })
        .filter(|(mention, rank)| !(mention.naming == Naming::Capital && *rank == Rank::Place))
        .collect();
    let sides = &context.lexicon.stages().sides;
    let others = named
        .iter()
        .any(|(mention, rank)| *rank == Rank::Party && !sides.contains(&mention.country));
    let counted = named
        .iter()
        .filter(|(_, rank)| !others || *rank == Rank::Party);
    let mut all: Vec<Country> = Vec::new();
    for (mention, _) in counted {
        if !all.contains(&mention.country) {
            all.push(mention.country);
        }
    }
    without_sides(&all, sides)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rank {
    Party,
    /// The capital from which somebody acts: "das Parlament in Nairobi".
    Seat,
    /// Behind "in", "nach", "aus": where something happens, or where people come from.
    Place,
    /// "in Anwesenheit des kenianischen Botschafters".
    Witness,
}

fn rank(context: &Context, mention: &Mention) -> Rank {
    let mut at = mention.first;
    for _ in 0..3 {
        let Some(before) = context.before(at) else {
            return Rank::Party;
        };
        if context.has(before, Mark::At) && !context.has(before, Mark::With) {
            return if acts_from(context, mention, before) {
                Rank::Seat
            } else {
                Rank::Place
            };
        }
        if context.tokens[before].capital
            || !(context.has(before, Mark::Determiner) || context.found[before].is_empty())
        {
            return Rank::Party;
        }
        at = before;
    }
    Rank::Party
}

/// Whether somebody who acts stands before the place: "Delegationen aus Berlin".
fn acts_from(context: &Context, mention: &Mention, preposition: usize) -> bool {
    let actor = context.before(preposition);
    mention.naming != Naming::Adjective
        && actor.is_some_and(|actor| context.has(actor, Mark::Actor) || is_actor(context, actor))
}

/// "Militärregierung": the last part of a compound acts.
fn is_actor(context: &Context, at: usize) -> bool {
    let key = context.key(at);
    let mut places = key.char_indices().map(|(place, _)| place).skip(3);
    context.tokens[at].capital
        && places.any(|place| {
            let mut entries = context.vocabulary.entries(&key[place..]).iter();
            entries.any(|entry| entry.rest.is_empty() && entry.item == Item::Mark(Mark::Actor))
        })
}

/// Whether only a comma, an "und" or an article stands between two names.
fn listed(context: &Context, end: usize, start: usize) -> bool {
    start > end
        && start - end <= 3
        && (end + 1..start).all(|at| {
            context.word(at) == ","
                || context.has(at, Mark::And)
                || context.has(at, Mark::Determiner)
        })
}

/// The words from "anders als" on, up to the next sign or verb; and those of ", nicht aber mit Ghana".
fn compared(context: &Context, sentence: &Sentence, words: &[usize]) -> Vec<usize> {
    let mut found = objects::denied(context, words);
    for (place, &at) in words.iter().enumerate() {
        // "would like the agreement with Libya cancelled"
        let wished = context.ends(at, Mark::Wished);
        if context.has(at, Mark::Contrast) && !wished {
            let rest = words[place..].iter().copied();
            let until = rest.take_while(|&word| {
                context.features(word) == 0
                    && !(at..word).any(|before| context.word(before) == ",")
                    && !is_predicate(context, sentence, word)
            });
            found.extend(until.take(12));
        }
    }
    found
}

/// In German the verb ends what stands before it; a participle within it does not.
fn is_predicate(context: &Context, sentence: &Sentence, word: usize) -> bool {
    let mut verbs = sentence.verbs.iter().flatten();
    context.vocabulary.conjugation == Conjugation::German
        && verbs.any(|verb| {
            verb.at == word && !matches!(verb.form, Form::Attributive | Form::Gerundive)
        })
}

/// Germany and the others from whose side texts speak are partners only of each other.
fn without_sides(all: &[Country], sides: &[Country]) -> Vec<Country> {
    let others: Vec<Country> = all
        .iter()
        .copied()
        .filter(|country| !sides.contains(country))
        .collect();
    if !others.is_empty() {
        return others;
    }
    let home = sides.first();
    let abroad: Vec<Country> = all
        .iter()
        .copied()
        .filter(|country| Some(country) != home)
        .collect();
    // One side alone is the one that acts ("Washington has suspended …").
    let two = all.len() > 1;
    if two { abroad } else { Vec::new() }
}
