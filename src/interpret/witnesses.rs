//! Who only looks on: "in Anwesenheit des kenianischen Botschafters", "with Portugal's ambassador looking on".

use super::context::Context;
use super::lexicon::{Item, Mark};

/// How many words a witness takes at most.
const FAR: usize = 12;

/// The words that name those who look on.
pub fn words(context: &Context, words: &[usize]) -> Vec<usize> {
    let mut found = Vec::new();
    for (place, &at) in words.iter().enumerate() {
        if context.has(at, Mark::Witness) {
            found.extend(behind(context, &words[place..]));
        }
        if context.has(at, Mark::Onlooker) {
            found.extend(before(context, &words[..place]));
        }
    }
    found
}

/// Up to a verb, a comma, or the instrument that the sentence goes on with.
fn behind<'a>(context: &Context, words: &'a [usize]) -> impl Iterator<Item = usize> + 'a {
    let length = words
        .iter()
        .take_while(|&&at| !goes_on(context, at))
        .count();
    words[..length.min(FAR)].iter().copied()
}

/// Back to the preposition that opens it, or to a sign.
fn before<'a>(context: &Context, words: &'a [usize]) -> impl Iterator<Item = usize> + 'a {
    let length = words
        .iter()
        .rev()
        .take_while(|&&at| !context.has(at, Mark::With) && !context.has(at, Mark::After))
        .count();
    words.iter().rev().copied().take(length.min(FAR))
}

fn goes_on(context: &Context, at: usize) -> bool {
    let comma = at
        .checked_sub(1)
        .is_some_and(|before| context.is_sign(before) && context.word(before) == ",");
    let told = context.found[at].iter().any(|found| {
        matches!(
            found.item,
            Item::Verb { .. } | Item::Auxiliary(_) | Item::Instrument(_)
        )
    });
    let witness = context.has(at, Mark::Witness);
    !witness && (comma || told)
}
