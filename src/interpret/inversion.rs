//! Conditions that have no conjunction: "Tritt das Abkommen in Kraft, …", "Had it been signed, …", "Angenommen, …".

use super::context::Context;
use super::finite::{Finite, finite};
use super::lexicon::{Conjugation, Mark};

/// How far before a condition the "would" stands that it belongs to.
const UNREAL: usize = 15;

/// Whether a German sentence begins with its finite verb. Behind a comma and with another verb first, that is a
/// condition; before that it may still be a headline.
pub fn begins_with_verb(context: &Context, words: &[usize]) -> bool {
    if context.vocabulary.conjugation != Conjugation::German {
        return false;
    }
    let joined = |at: usize| context.has(at, Mark::And) || context.key(at) == "denn";
    let mut rest = words.iter().copied().skip_while(|&at| joined(at));
    let Some(first) = rest.next() else {
        return false;
    };
    match finite(context, first) {
        Finite::Yes => true,
        // "Unterzeichnet wurde …"
        Finite::Perhaps => rest.all(|at| finite(context, at) != Finite::Yes),
        Finite::No => false,
    }
}

/// Whether what stands behind a comma follows from the condition before it: its verb comes first, or "so".
pub fn follows(context: &Context, words: &[usize]) -> bool {
    let Some((&first, rest)) = words.split_first() else {
        return false;
    };
    let behind_comma = first
        .checked_sub(1)
        .is_some_and(|before| context.word(before) == ",");
    let so = matches!(context.key(first), "so" | "dann") && !rest.is_empty();
    let verb = finite(context, first) != Finite::No || may_be_verb(context, first);
    behind_comma
        && (so || verb)
        && !context.has(first, Mark::Says)
        && !context.has(first, Mark::And)
}

/// A word that the lexicon does not know and that looks like a finite verb.
pub fn may_be_verb(context: &Context, at: usize) -> bool {
    let key = context.key(at);
    let ending = ["t", "en", "te", "ern", "eln"];
    context.found[at].is_empty()
        && !context.tokens[at].capital
        && !context.dated[at]
        && context.mention(at).is_none()
        && key.chars().count() > 3
        && ending.iter().any(|ending| key.ends_with(ending))
}

/// "Had the agreement been signed, …"; "returns would have risen had it been signed".
pub fn inverted(context: &Context, words: &[usize], begins: bool) -> bool {
    let Some((&first, rest)) = words.split_first() else {
        return false;
    };
    let subject = rest.first().is_some_and(|&next| is_subject(context, next));
    context.has(first, Mark::Inverted) && (begins || subject && unreal(context, first))
}

/// Whether the clause before says what would be.
fn unreal(context: &Context, at: usize) -> bool {
    let would = context.vocabulary.feature("would");
    let mut before = (at.saturating_sub(UNREAL)..at).rev();
    before.any(|word| context.features(word) & would != 0)
}

/// Whether an auxiliary turns round here what would otherwise be the case.
pub fn turns_round(context: &Context, at: usize, before: &[usize]) -> bool {
    let would = context.vocabulary.feature("would");
    context.has(at, Mark::Inverted)
        && at + 1 < context.tokens.len()
        && is_subject(context, at + 1)
        && before
            .iter()
            .any(|&word| context.features(word) & would != 0)
}

fn is_subject(context: &Context, at: usize) -> bool {
    context.tokens[at].capital
        || context.has(at, Mark::Determiner)
        || context.has(at, Mark::Pronoun)
}

/// "Angenommen, …", "für den Fall, dass …": what stands before the comma makes a condition of what follows.
pub fn supposed(context: &Context, words: &[usize]) -> bool {
    let Some(&first) = words.first() else {
        return false;
    };
    let comma = first
        .checked_sub(1)
        .is_some_and(|before| context.word(before) == ",");
    let Some(last) = first.checked_sub(1 + usize::from(comma)) else {
        return false;
    };
    let mark = (last.saturating_sub(2)..=last).find(|&at| {
        let mut marks = context.marks(at);
        marks.any(|(mark, end)| mark == Mark::Supposed && end == last)
    });
    let alone = comma && mark.is_some_and(|mark| context.before(mark).is_none());
    mark.is_some() && (alone || context.has(first, Mark::Content))
}
