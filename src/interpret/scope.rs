//! What an instrument is about: its compound, the words around it, the topic that follows.

use super::clauses::Clause;
use super::context::Context;
use super::lexicon::{Conjugation, Mark, Scope};
use super::verbs::preposition;

/// How far the topic of an instrument is looked for.
const WINDOW: usize = 9;

/// What an instrument is about: its compound, the words around it, the topic that follows.
pub fn scope(
    context: &Context,
    clause: &Clause,
    at: usize,
    last: usize,
    compound: Option<Scope>,
) -> Scope {
    if let Some(scope @ (Scope::Inside | Scope::Outside)) = compound {
        return scope;
    }
    let around = [before(context, at), after(context, clause, last)].concat();
    let scopes: Vec<Scope> = around
        .iter()
        .map(|&word| context.vocabulary.topics.of_word(context.key(word)))
        .collect();
    if scopes.contains(&Scope::Inside) {
        Scope::Inside
    } else if scopes.contains(&Scope::Outside) {
        Scope::Outside
    } else {
        Scope::Open
    }
}

/// The adjectives and nouns right before: "militärische Zusammenarbeit", "trade agreement".
fn before(context: &Context, at: usize) -> Vec<usize> {
    let mut found = Vec::new();
    let mut word = at;
    for _ in 0..4 {
        let Some(before) = context.before(word) else {
            break;
        };
        if preposition(context, before)
            || context.has(before, Mark::Determiner)
            || context.features(before) != 0
        {
            break;
        }
        if context.tokens[before].capital
            && context.vocabulary.conjugation == Conjugation::German
            && !context.has(before, Mark::And)
        {
            break;
        }
        found.push(before);
        word = before;
    }
    found
}

/// The words of the topic that follows: "über soziale Sicherheit", "on trade", "zur Rückführung".
fn after(context: &Context, clause: &Clause, last: usize) -> Vec<usize> {
    let mut found = Vec::new();
    let mut topic = false;
    let rest = clause
        .words
        .iter()
        .copied()
        .filter(|&word| word > last)
        .take(WINDOW);
    for word in rest {
        if context.features(word) != 0 || (context.is_sign(word) && topic) {
            break;
        }
        topic |= context.has(word, Mark::About) || context.has(word, Mark::At);
        // "accord migratoire", "accord de pêche"
        let german = context.vocabulary.conjugation == Conjugation::German;
        let linked = word == last + 2 && preposition(context, last + 1);
        let romance = !german && (word == last + 1 || linked);
        if topic || romance {
            found.push(word);
        }
    }
    found
}
