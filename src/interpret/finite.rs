//! Which words are finite verbs, as far as their form says, and which clauses have none.

use super::context::Context;
use super::lexicon::{Conjugation, Form, Item, Mark};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finite {
    Yes,
    /// The form is also an infinitive or a participle.
    Perhaps,
    No,
}

/// Whether a word is a finite verb, as far as its form says.
pub fn finite(context: &Context, at: usize) -> Finite {
    let bits = context.features(at);
    if bits != 0 {
        // "unterzeichnet zu haben"
        if context
            .before(at)
            .is_some_and(|before| context.has(before, Mark::To))
        {
            return Finite::No;
        }
        return match (
            bits & context.vocabulary.finite,
            bits & !context.vocabulary.finite,
        ) {
            (0, _) => Finite::No,
            (_, 0) => Finite::Yes,
            _ => Finite::Perhaps,
        };
    }
    let mut says = (false, false);
    for found in &context.found[at] {
        match found.item {
            Item::Verb {
                form: Form::Present | Form::Past | Form::Future | Form::Unreal | Form::Quoted,
                ..
            } => says.0 = true,
            Item::Verb { .. } => says.1 = true,
            _ => {}
        }
    }
    let noun = context.tokens[at].capital
        && at
            .checked_sub(1)
            .is_some_and(|before| !context.is_sign(before));
    let intended = context
        .before(at)
        .is_some_and(|before| context.has(before, Mark::To));
    match says {
        // "entre España y Gambia"
        _ if noun || intended || context.dated[at] || context.has(at, Mark::With) => Finite::No,
        (true, false) => Finite::Yes,
        (true, true) => Finite::Perhaps,
        _ => Finite::No,
    }
}

pub fn strongest(context: &Context, words: &[usize]) -> Finite {
    let mut best = Finite::No;
    for &at in words {
        match finite(context, at) {
            Finite::Yes => return Finite::Yes,
            Finite::Perhaps => best = Finite::Perhaps,
            Finite::No => {}
        }
    }
    best
}

/// An auxiliary whose participle or infinitive has not come yet.
pub fn lacks_its_verb(context: &Context, words: &[usize]) -> bool {
    let auxiliary = words.iter().any(|&at| context.features(at) != 0);
    let lexical = words.iter().any(|&at| {
        context.found[at].iter().any(|found| {
            matches!(
                found.item,
                Item::Verb {
                    form: Form::Participle | Form::Infinitive,
                    ..
                }
            )
        })
    });
    auxiliary && !lexical
}

/// Whether the auxiliary of a German participle stands in the clause before: "…, geschweige denn unterzeichnet worden",
/// "…, aber nie vollzogen".
pub fn shares_its_auxiliary(context: &Context, before: &[usize], words: &[usize]) -> bool {
    let been = context.vocabulary.feature("been");
    let has_been = words.iter().any(|&at| context.features(at) & been != 0);
    let joined = words
        .first()
        .is_some_and(|&first| context.has(first, Mark::And));
    let subject = words
        .iter()
        .any(|&at| context.tokens[at].capital || context.features(at) != 0);
    let participle = words.last().is_some_and(|&last| {
        context.found[last].iter().any(|found| {
            matches!(
                found.item,
                Item::Verb {
                    form: Form::Participle,
                    ..
                }
            )
        })
    });
    let auxiliary = before.iter().any(|&at| context.features(at) != 0);
    context.vocabulary.conjugation == Conjugation::German
        && auxiliary
        && (has_been || joined && participle && !subject)
}

/// "unterzeichnet zu haben"
pub fn had(context: &Context, words: &[usize]) -> bool {
    words.last().is_some_and(|&last| {
        context.features(last) != 0
            && context
                .before(last)
                .is_some_and(|before| context.has(before, Mark::To))
    })
}

/// "auszuräumen": so separable verbs look that the lexicon does not know.
fn has_zu_inside(key: &str) -> bool {
    const PARTICLES: &[&str] = &[
        "ab", "an", "auf", "aus", "bei", "durch", "ein", "fest", "fort", "frei", "her", "hin",
        "los", "nach", "um", "vor", "vorweg", "voran", "weg", "weiter", "wieder", "zurück",
        "zusammen",
    ];
    let infinitive = ["en", "ern", "eln"]
        .iter()
        .any(|ending| key.ends_with(ending));
    let parts = PARTICLES
        .iter()
        .filter_map(|particle| key.strip_prefix(particle)?.strip_prefix("zu"));
    infinitive && parts.clone().any(|stem| stem.chars().count() > 3)
}

/// An infinitive with "zu" (or one with the "zu" inside).
pub fn intended(context: &Context, words: &[usize]) -> bool {
    // "um keine Zeit zu verlieren": verbs that the lexicon does not know.
    let unknown = words.last().is_some_and(|&last| {
        !context.tokens[last].capital
            && (context.found[last].is_empty() || context.features(last) != 0)
            && context
                .before(last)
                .is_some_and(|before| context.key(before) == "zu")
    });
    let inside = words.last().is_some_and(|&last| {
        context.found[last].is_empty()
            && !context.tokens[last].capital
            && context.vocabulary.conjugation == Conjugation::German
            && has_zu_inside(context.key(last))
    });
    unknown
        || inside
        || words.iter().any(|&at| {
            let to = context
                .before(at)
                .is_some_and(|before| context.has(before, Mark::To));
            context.found[at].iter().any(|found| match found.item {
                Item::Verb {
                    form: Form::Intended,
                    ..
                } => true,
                Item::Verb {
                    form: Form::Infinitive,
                    ..
                } => to,
                _ => false,
            })
        })
}
