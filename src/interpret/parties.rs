//! The partners that an instrument carries with it: "das unterzeichnete Abkommen mit Kenia", "signed with Kenya".

use super::context::Context;
use super::finite::{Finite, finite};
use super::frames::Finding;
use super::lexicon::{Conjugation, Mark};
use super::sentence::Scene;

/// The words with the partners of a finding's own instrument, where the clause speaks of another one too.
pub fn own(scene: &Scene, finding: &Finding, all: &[Finding]) -> Vec<usize> {
    let carried = carried(scene, finding);
    match rivals(scene, finding, all).next() {
        Some(_) => carried,
        None => Vec::new(),
    }
}

/// The words with the partners of the other instruments.
pub fn of_others(scene: &Scene, finding: &Finding, all: &[Finding]) -> Vec<usize> {
    let others = rivals(scene, finding, all);
    others.flat_map(|other| carried(scene, other)).collect()
}

/// The findings of the same clause about something else.
fn rivals<'a>(
    scene: &'a Scene,
    finding: &'a Finding,
    all: &'a [Finding],
) -> impl Iterator<Item = &'a Finding> {
    let here = all.iter().filter(|other| other.clause == finding.clause);
    here.filter(|other| {
        other.object != finding.object
            || other.at != finding.at && carried(scene, other) != carried(scene, finding)
    })
}

/// From the "mit" behind the instrument, or right behind its verb, to the next verb, preposition or sign.
fn carried(scene: &Scene, finding: &Finding) -> Vec<usize> {
    let context = scene.context;
    let words = &scene.sentence.clauses[finding.clause].words;
    let german = context.vocabulary.conjugation == Conjugation::German;
    let by_verb =
        !german && words.contains(&(finding.at + 1)) && context.has(finding.at + 1, Mark::With);
    let object = finding.object.map(|object| object.at);
    let Some(start) = Some(finding.at).filter(|_| by_verb).or(object) else {
        return Vec::new();
    };
    let place = words.partition_point(|&at| at <= start);
    let behind = words[place..].iter().copied();
    let near = behind.take_while(|&at| !ends(context, start, at));
    let mut party = false;
    near.filter(|&at| {
        party |= context.has(at, Mark::With);
        party
    })
    .collect()
}

/// A verb, or a preposition before another noun; "signed" may stand right behind the agreement that it describes.
fn ends(context: &Context, start: usize, at: usize) -> bool {
    let verb = finite(context, at) != Finite::No && at > start + 1;
    let place = context.has(at, Mark::At) && !context.has(at, Mark::With);
    let sign = context.before(at).is_none() && context.mention(at).is_none();
    verb || context.features(at) != 0 || place || sign
}
