//! Steps named by a noun ("Unterzeichnung"): the verb it hangs on, or the preposition before it, says whether they are taken.

use super::context::Context;
use super::contrast::EVERYWHERE;
use super::frames::{self, Finding};
use super::lexicon::Mark;
use super::noun_steps;
use super::noun_turns::{self, Told};
use super::objects::{Object, governor};
use super::put_off;
use super::sentence::Scene;
use super::signals;
use super::verbs::{Occurrence, Tie};
use super::verdict;
use crate::model::Factuality;

pub fn findings(scene: &Scene, clause: usize) -> Vec<Finding> {
    let words = &scene.sentence.clauses[clause].words;
    let mut made: Vec<Finding> = Vec::new();
    for &at in words {
        if let Some(finding) = at_noun(scene, clause, at) {
            made.push(finding);
        }
    }
    // "der Abschluss der Verhandlungen" is one step.
    let named: Vec<usize> = made.iter().map(|finding| finding.at).collect();
    let objects = &scene.sentence.objects[clause];
    made.retain(|finding| {
        !objects.iter().any(|object| {
            object.at == finding.at && object.owner.is_some_and(|owner| named.contains(&owner))
        })
    });
    made
}

/// "zum Abschluss bringen": the noun belongs to a verb, or is the object of such a verb.
fn of_verb(scene: &Scene, clause: usize, at: usize) -> bool {
    let context = scene.context;
    let own = scene.sentence.objects[clause]
        .iter()
        .find(|object| object.at == at);
    scene.sentence.verbs[clause].iter().any(|verb| {
        let mut cues = context.vocabulary.verbs[verb.lexeme].cues.iter();
        let takes = |object: &Object| {
            cues.any(|&cue| {
                let (_, cue) = &context.vocabulary.verb_cues[cue];
                super::objects::is_of(context, object, &cue.object)
            })
        };
        verb.tie == Tie::Complement && (verb.with.contains(&at) || own.is_some_and(takes))
    })
}

fn at_noun(scene: &Scene, clause: usize, at: usize) -> Option<Finding> {
    let context = scene.context;
    let step = noun_steps::step(scene, clause, at)?;
    if of_verb(scene, clause, at) {
        return None;
    }
    let words = &scene.sentence.clauses[clause].words;
    let verbs = &scene.sentence.verbs[clause];
    let Told {
        mut factuality,
        name,
        mut cues,
        apart,
        in_passing,
    } = noun_turns::told(scene, clause, at, frames::aspect(context, &step.stage))?;
    if let Some(instead) = governor(context, at).filter(|&at| context.ends(at, Mark::Replaced)) {
        factuality = Factuality::Negated;
        cues.push(instead);
    }
    let put_off = name == "noun-put-off";
    let until = put_off.then(|| put_off::to(scene, clause)).flatten();
    if until.is_some() && factuality == Factuality::Failed {
        factuality = Factuality::Planned;
    }
    let last = at.max(turn_at(verbs, at, context).unwrap_or(at));
    let negation = signals::negation(context, words, last).filter(|_| !in_passing);
    if let Some(negation) = negation {
        // "Die Kündigung wurde nicht ausgeschlossen": that leaves it open.
        factuality = match name {
            "noun-refused" => Factuality::Conditional,
            _ => verdict::negated(factuality),
        };
        cues.push(negation);
    }
    cues.insert(0, at);
    let stage = match step.undated {
        Some(undated) if factuality == Factuality::Planned && !is_dated(context, words) => undated,
        _ => step.stage,
    };
    let firm = factuality == Factuality::Ongoing && firm(verbs, turn_at(verbs, at, context));
    Some(Finding {
        clause,
        at,
        stage,
        factuality,
        rule: frames::rule(context, name),
        cues,
        object: step.object,
        attributive: false,
        governor: apart,
        firm,
        until,
        side: EVERYWHERE,
    })
}

/// Whether the clause names a day or another date, or an occasion.
pub fn is_dated(context: &Context, words: &[usize]) -> bool {
    let date = context
        .dates_in(words)
        .any(|(.., dated)| dated.when.date.is_some());
    date || words.iter().any(|&at| context.has(at, Mark::Occasion))
}

fn turn_at(verbs: &[Occurrence], at: usize, context: &Context) -> Option<usize> {
    signals::turn(context, verbs, at).map(|(verb, _)| verb.at)
}

/// The verb is complete where it stands: a cut can add to it, but not turn it round.
fn firm(verbs: &[Occurrence], at: Option<usize>) -> bool {
    verbs
        .iter()
        .any(|verb| Some(verb.at) == at && verb.form == super::lexicon::Form::Present)
}
