//! Which step a noun names ("Unterzeichnung"), by what it is a step of.

use super::context::Context;
use super::contrast::EVERYWHERE;
use super::lexicon::{Item, Mark, Scope};
use super::objects::{Answer, Object, Wanted};
use super::sentence::Scene;
use crate::model::Stage;

/// A step that a noun names.
pub struct Step {
    pub stage: Stage,
    /// The stage of a plan without a date.
    pub undated: Option<Stage>,
    pub object: Option<Object>,
}

/// The stage of a noun by its object: of several cues the one that finds its own counts.
pub fn step(scene: &Scene, clause: usize, at: usize) -> Option<Step> {
    let context = scene.context;
    let mut alone = None;
    for found in &context.found[at] {
        let Item::Noun(cue) = found.item else {
            continue;
        };
        let (stage, cue) = &context.vocabulary.noun_cues[cue];
        if found.compound == Some(Scope::Outside) {
            return None;
        }
        // "nach Abschluss der Verfahren" concludes no agreement.
        if of_another(context, at, &cue.object) {
            continue;
        }
        let named = |object| Step {
            stage: stage.clone(),
            undated: cue.undated.clone(),
            object,
        };
        let wanted = Wanted {
            classes: &cue.object,
            prepositions: &[],
            head: false,
            at,
            within: EVERYWHERE,
        };
        match scene.resolve(clause, &wanted) {
            Answer::Found(object) => {
                return Some(named(Some(object)));
            }
            Answer::Alone => alone = alone.or(Some(named(None))),
            Answer::Nothing => {}
        }
    }
    alone
}

/// Whether a genitive behind a noun that needs an object says that it is a step of something else.
fn of_another(context: &Context, noun: usize, classes: &[String]) -> bool {
    let genitive = noun + 1;
    let needs = !classes.iter().any(|class| class == "none");
    if !needs || genitive >= context.tokens.len() || !context.has(genitive, Mark::Genitive) {
        return false;
    }
    let behind = genitive + 1..context.tokens.len().min(genitive + 5);
    let mut nouns =
        behind.filter(|&at| context.tokens[at].capital && context.mention(at).is_none());
    nouns.next().is_some_and(|at| {
        let found = context.found[at].iter();
        let mut named = found.filter_map(|found| match found.item {
            Item::Instrument(instrument) => Some(&context.vocabulary.instruments[instrument].class),
            _ => None,
        });
        match named.next() {
            Some(class) => !classes.contains(class),
            None => context.found[at].is_empty(),
        }
    })
}
