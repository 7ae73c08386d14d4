//! Which body decides a step, and whether another's word must still follow.

use super::clauses::Kind;
use super::hung::interrupted;
use super::lexicon::{Reads, TurnKind, VerbCue};
use super::sentence::Scene;
use super::signals;
use super::verdict::Word;

/// Whether a body that the cue asks for acts: in "plant, … zu beschließen" it is named before.
pub fn acts(scene: &Scene, clause: usize, cue: &VerbCue) -> bool {
    let clauses = &scene.sentence.clauses;
    let here = &clauses[clause];
    let parent = here.parent.filter(|_| here.kind == Kind::Intended);
    [Some(clause), parent]
        .into_iter()
        .flatten()
        .chain(interrupted(scene, clause))
        .any(|clause| signals::acts(scene.context, &clauses[clause].words, &cue.body))
}

/// Whether the word of the body that decides last is not told.
pub fn is_open(scene: &Scene, clause: usize) -> bool {
    let words = &scene.sentence.clauses[clause].words;
    signals::word(scene.context, words) == Some(Word::Another) || awaits_another(scene, clause)
}

/// "…, die Zustimmung des Bundesrats steht noch aus": the last word is still to come.
fn awaits_another(scene: &Scene, clause: usize) -> bool {
    let context = scene.context;
    let clauses = scene.sentence.clauses.iter().enumerate();
    let mut deciding = clauses.filter(|(other, this)| {
        *other != clause && signals::word(context, &this.words) == Some(Word::Last)
    });
    deciding.any(|(other, this)| {
        let open = scene.sentence.verbs[other].iter().any(|verb| {
            let plans = context.vocabulary.verbs[verb.lexeme]
                .turns
                .contains(&TurnKind::Plan);
            plans || !matches!(verb.reads, Reads::Past | Reads::State)
        });
        open || signals::negation(context, &this.words, usize::MAX).is_some()
    })
}
