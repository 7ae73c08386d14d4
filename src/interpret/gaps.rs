//! Clauses that leave out what the one before has said: "…, das mit Kenia unterzeichnet", "mit Nepal noch nicht".

use super::context::Context;
use super::finite::{Finite, lacks_its_verb, strongest};
use super::lexicon::{Conjugation, Form, Item, Mark};
use super::sentence::Scene;
use super::signals;
use crate::model::countries::Mention;

/// Whether some words tell of another partner with the verb, or the auxiliary, of a complete clause before them.
pub fn leaves_out(context: &Context, before: &[usize], words: &[usize]) -> bool {
    let auxiliary = |words: &[usize]| words.iter().any(|&at| context.features(at) != 0);
    let own_verb = auxiliary(words) || strongest(context, words) == Finite::Yes;
    if own_verb || !is_complete(context, before) || !names_a_partner(context, before) {
        return false;
    }
    let Some(opening) = opening(context, words) else {
        return closes(context, words) && auxiliary(before) && with_partner(context, words);
    };
    let rest = &words[opening..];
    closes(context, words) && auxiliary(before)
        || !heads_a_list(context, words) && rest.iter().all(|&at| is_small(context, at))
}

/// "with Moldova: no signature yet" says the rest behind its colon.
fn heads_a_list(context: &Context, words: &[usize]) -> bool {
    let next = words.last().map_or(0, |last| last + 1);
    next < context.tokens.len() && context.word(next) == ":"
}

/// The same of the words from a conjunction on to the next sign.
pub fn ahead(context: &Context, before: &[usize], from: usize, end: usize) -> bool {
    let words: Vec<usize> = (from..end).take_while(|&at| !context.is_sign(at)).collect();
    leaves_out(context, before, &words)
}

/// "No agreement was signed with Ghana or with Togo": what is left out may be a denial.
pub fn shared_negation(scene: &Scene, clause: usize) -> Option<usize> {
    let context = scene.context;
    let clauses = &scene.sentence.clauses;
    if let Some(nor) = nor(scene, clause) {
        return Some(nor);
    }
    let lender = clauses[clause].lender?;
    let first = *clauses[clause].words.first()?;
    let joined = context.has(first, Mark::And) && !context.has(first, Mark::But);
    let denied = || signals::negation(context, &clauses[lender].words, usize::MAX);
    joined.then(denied)?
}

/// "Weder wurde es ratifiziert, noch ist es in Kraft."
fn nor(scene: &Scene, clause: usize) -> Option<usize> {
    let context = scene.context;
    let first = *scene.sentence.clauses[clause].words.first()?;
    let mut before = scene.sentence.range.start..first;
    let neither = before.any(|at| context.key(at) == "weder");
    (context.key(first) == "noch" && neither).then_some(first)
}

/// A clause that has its verb or its condition.
fn is_complete(context: &Context, words: &[usize]) -> bool {
    names_a_condition(context, words)
        || strongest(context, words) != Finite::No && !lacks_its_verb(context, words)
}

/// Whether some words name a condition ("in Kraft").
pub fn names_a_condition(context: &Context, words: &[usize]) -> bool {
    words.iter().any(|&at| {
        let mut found = context.found[at].iter();
        found.any(|found| matches!(found.item, Item::State(_)) && words.contains(&found.last))
    })
}

/// How many words the new partner takes at the beginning: "das mit Kenia", "but not with Nepal".
fn opening(context: &Context, words: &[usize]) -> Option<usize> {
    let leads = |at: usize| {
        let marks = [
            Mark::And,
            Mark::Adverb,
            Mark::Negation,
            Mark::Determiner,
            Mark::Pronoun,
            Mark::About,
        ];
        !context.has(at, Mark::With) && marks.iter().any(|&mark| context.has(at, mark))
    };
    let with = words.iter().position(|&at| !leads(at))?;
    let partner = partner_behind(context, words, with)?;
    Some(
        with + words[with..]
            .iter()
            .filter(|&&at| at <= partner.last)
            .count(),
    )
}

/// "mit der Republik Kenia"
fn partner_behind<'a>(context: &'a Context, words: &[usize], with: usize) -> Option<&'a Mention> {
    let mut behind = words[with..].iter().skip(1).take(3);
    let partner = behind.find_map(|&at| context.mention(at))?;
    (context.has(words[with], Mark::With) && is_partner(context, partner)).then_some(partner)
}

fn with_partner(context: &Context, words: &[usize]) -> bool {
    (0..words.len()).any(|place| partner_behind(context, words, place).is_some())
}

fn names_a_partner(context: &Context, words: &[usize]) -> bool {
    let mut named = context.mentions_in(words);
    named.any(|mention| is_partner(context, mention))
}

fn is_partner(context: &Context, mention: &Mention) -> bool {
    !context.lexicon.stages().sides.contains(&mention.country)
}

/// Whether a participle stands last, or a condition is named; in English, dates and places may follow the participle.
fn closes(context: &Context, words: &[usize]) -> bool {
    if names_a_condition(context, words) {
        return true;
    }
    let participle = |at: usize| {
        context.found[at].iter().any(|found| {
            matches!(
                found.item,
                Item::Verb {
                    form: Form::Participle,
                    ..
                }
            )
        })
    };
    if context.vocabulary.conjugation == Conjugation::German {
        words.last().is_some_and(|&last| participle(last))
    } else {
        words.iter().any(|&at| participle(at))
    }
}

/// Dates, further partners and small words, with which nothing but the verb before can be meant.
fn is_small(context: &Context, at: usize) -> bool {
    let marks = [Mark::And, Mark::Adverb, Mark::Negation, Mark::With];
    let dates = [Mark::At, Mark::Preposition];
    let next_is_date = context.dated.get(at + 1) == Some(&true);
    context.dated[at]
        || context.mention(at).is_some()
        || marks.iter().any(|&mark| context.has(at, mark))
        || next_is_date && dates.iter().any(|&mark| context.has(at, mark))
}
