//! Steps that were put off: still planned where a new date is named, otherwise failed for now.

use super::dates::{self, Tense};
use super::lexicon::Mark;
use super::sentence::Scene;
use crate::model::When;

/// The date to which the step of a clause was put off: "auf November", "until April".
pub fn to(scene: &Scene, clause: usize) -> Option<When> {
    let context = scene.context;
    let words = &scene.sentence.clauses[clause].words;
    context
        .dates_in(words)
        .find_map(|&(first, last, _)| after(scene, first, last))
}

fn after(scene: &Scene, first: usize, last: usize) -> Option<When> {
    let context = scene.context;
    let moved = |at: usize| {
        let mut marks = context.marks(at);
        marks.find_map(|(mark, end)| (mark == Mark::MovedTo).then_some(end + 1))
    };
    // The preposition stands before the phrase, with or without an article, or belongs to it.
    let before = context.before(first);
    let article = before.filter(|&at| context.has(at, Mark::Determiner));
    let outside = [before, article.and_then(|at| context.before(at))]
        .into_iter()
        .flatten()
        .any(|at| moved(at).is_some_and(|next| next <= first));
    let from = match moved(first) {
        Some(next) if next <= last => next,
        _ if outside => first,
        _ => return None,
    };
    let range = context.tokens[from].start..context.tokens[last].end;
    let passage = context.passage;
    let found = dates::find(
        &passage.text[range],
        passage.language,
        passage.reference.as_ref(),
    );
    found
        .first()
        .map(|dated| dated.told(Tense::Future).clone())
}
