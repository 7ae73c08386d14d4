//! Steps that were put off: still planned where a new date is named, otherwise failed for now.

use super::context::Context;
use super::dates::{self, Tense};
use super::lexicon::Mark;
use super::sentence::Scene;
use crate::model::When;

/// The date to which the step of a clause was put off: "auf November", "until April".
pub fn to(scene: &Scene, clause: usize) -> Option<When> {
    let context = scene.context;
    let words = scene.sentence.clauses[clause].words.iter();
    words.copied().find_map(|at| {
        let mut marks = context.marks(at);
        let (_, last) = marks.find(|(mark, _)| *mark == Mark::MovedTo)?;
        let next = last + 1;
        // "auf den 12. Dezember"
        let article = next < context.tokens.len() && context.has(next, Mark::Determiner);
        date(context, next).or_else(|| date(context, next + 1).filter(|_| article))
    })
}

fn date(context: &Context, at: usize) -> Option<When> {
    let start = context.tokens.get(at)?.start;
    let passage = context.passage;
    let found = dates::behind(
        passage.text,
        start,
        passage.language,
        passage.reference.as_ref(),
    )?;
    Some(found.told(Tense::Future).clone())
}
