//! Clauses that deny one thing and tell another: "kein Abkommen, sondern eine Absichtserklärung".

use std::ops::Range;

use super::context::Context;
use super::lexicon::{Form, Mark};
use super::objects::exception;
use super::sentence::Scene;
use super::verbs::Occurrence;

/// No side of a clause, but all of it.
pub const EVERYWHERE: Range<usize> = 0..usize::MAX;

/// The sides of a clause that a verb speaks of.
pub fn sides(scene: &Scene, clause: usize, verb: &Occurrence) -> Vec<Range<usize>> {
    let Some(turn) = turn(scene, clause) else {
        let words = &scene.sentence.clauses[clause].words;
        let main = !matches!(verb.form, Form::Attributive | Form::Gerundive);
        let except = exception(scene.context, words)
            .filter(|range| main && names_a_partner(scene.context, range.clone()));
        return std::iter::once(EVERYWHERE).chain(except).collect();
    };
    let (denied, told) = (0..turn, turn..usize::MAX);
    let others = scene.sentence.verbs[clause].iter();
    let cue = |other: &&Occurrence| {
        !scene.context.vocabulary.verbs[other.lexeme].cues.is_empty()
            && denied.contains(&other.at) != denied.contains(&verb.at)
    };
    let shares = others.filter(cue).count() == 0;
    match (shares, denied.contains(&verb.at)) {
        (true, _) => vec![denied, told],
        (false, true) => vec![denied],
        (false, false) => vec![told],
    }
}

/// Whether a side holds the parties of whom the rest is denied: "Kenia, nicht aber Ghana, hat …".
pub fn excepts(side: &Range<usize>) -> bool {
    side.start > EVERYWHERE.start && side.end < EVERYWHERE.end
}

/// "nicht aber Deutschland" is of none with whom an agreement could be made.
fn names_a_partner(context: &Context, words: Range<usize>) -> bool {
    let sides = &context.lexicon.stages().sides;
    let words: Vec<usize> = words.collect();
    let mut named = context.mentions_in(&words);
    named.any(|mention| !sides.contains(&mention.country))
}

/// The "sondern" behind a negation.
fn turn(scene: &Scene, clause: usize) -> Option<usize> {
    let context = scene.context;
    let mut negated = false;
    for &at in &scene.sentence.clauses[clause].words {
        if negated && context.has(at, Mark::Instead) {
            return Some(at);
        }
        negated |= context.has(at, Mark::Negation) && !context.has(at, Mark::NoNegation);
    }
    None
}
