//! What is said of a step in passing: "The signing, planned for May, did not take place."

use super::context::Context;
use super::finite::{Finite, finite, strongest};
use super::lexicon::{Conjugation, Form, Item, Mark};

/// Whether some words go on with the verb of a clause that has only been described so far.
pub fn resumes(context: &Context, main: &[usize], words: &[usize]) -> bool {
    let small = |at: usize| context.has(at, Mark::Adverb) || context.has(at, Mark::Negation);
    let mut behind = words
        .iter()
        .skip_while(|&&at| small(at) && context.features(at) == 0);
    let begins = behind
        .next()
        .is_some_and(|&at| finite(context, at) != Finite::No);
    begins
        && strongest(context, main) == Finite::Perhaps
        && main.iter().any(|&at| describes(context, at))
}

/// A participle behind a sign, of a verb that says what is planned: ", originally scheduled".
pub fn describes(context: &Context, at: usize) -> bool {
    let german = context.vocabulary.conjugation == Conjugation::German;
    let turns = context.found[at].iter().any(|found| match found.item {
        Item::Verb { lexeme, form, .. } => {
            form == Form::Participle && !context.vocabulary.verbs[lexeme].turns.is_empty()
        }
        _ => false,
    });
    let small = |word: usize| {
        [Mark::Adverb, Mark::Formerly]
            .iter()
            .any(|&mark| context.has(word, mark))
    };
    let mut first = at;
    while let Some(before) = context.before(first).filter(|&word| small(word)) {
        first = before;
    }
    !german && turns && context.before(first).is_none()
}
