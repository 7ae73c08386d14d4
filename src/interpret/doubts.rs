//! What a denied main clause makes of the clause that hangs on it: "es gibt keinen Beleg, dass …", "gehört nicht zu
//! den Ländern, mit denen …".

use super::clauses::Kind;
use super::context::Context;
use super::frames::Finding;
use super::lexicon::Mark;
use super::sentence::Scene;
use super::signals;

/// What is left of a step that hangs on a denied clause, by the word that denies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// It is not so.
    Denied(usize),
    /// Nobody says so here.
    Unconfirmed(usize),
}

/// How much of a clause still describes what one of several is.
const NEAR: usize = 4;

pub fn doubt(scene: &Scene, finding: &Finding, around: &[usize]) -> Option<Doubt> {
    if let Some(by) = outsider(scene, finding.clause) {
        return Some(Doubt::Denied(by));
    }
    if !is_content(scene, finding) {
        return None;
    }
    around.iter().find_map(|&clause| unproven(scene, clause))
}

/// "Ghana ist kein Land, mit dem …": what is told of the others does not hold of who is none of them.
fn outsider(scene: &Scene, clause: usize) -> Option<usize> {
    let context = scene.context;
    let this = &scene.sentence.clauses[clause];
    let parent = this.parent.filter(|_| this.kind == Kind::Relative)?;
    let first = *this.words.first()?;
    let words = &scene.sentence.clauses[parent].words;
    let before: Vec<usize> = words.iter().copied().filter(|&at| at < first).collect();
    let member = before.iter().rev().take(NEAR).copied();
    let member = member
        .into_iter()
        .find(|&at| context.has(at, Mark::Member))?;
    let names = ["be", "was"];
    let belongs = words.iter().copied().find(|&at| {
        let copula = |name| context.features(at) & context.vocabulary.feature(name) != 0;
        context.has(at, Mark::Belongs) || names.into_iter().any(copula)
    })?;
    // "Zu den Ländern, mit denen …, gehört Ghana nicht": only then the denial may come last.
    if belongs > member {
        signals::negation(context, words, usize::MAX)
    } else {
        signals::negation(context, &before, member)
    }
}

/// A clause that says what others say, think or deny, and no more than describes a noun.
fn is_content(scene: &Scene, finding: &Finding) -> bool {
    let context = scene.context;
    let this = &scene.sentence.clauses[finding.clause];
    let opens = this
        .words
        .first()
        .is_some_and(|&first| context.has(first, Mark::Content));
    // "the agreement that was signed" has its object before it.
    let own = finding
        .object
        .is_some_and(|object| this.words.contains(&object.at));
    match this.kind {
        Kind::Subordinate => opens,
        Kind::Relative => opens && own,
        _ => false,
    }
}

/// A denial of the clause that says whether something is so: of its proof, or of whoever would say it.
fn unproven(scene: &Scene, clause: usize) -> Option<Doubt> {
    let context = scene.context;
    let words = &scene.sentence.clauses[clause].words;
    let has = |mark| words.iter().any(|&at| context.has(at, mark));
    let by = denial(context, words)?;
    if has(Mark::Granted) {
        return None;
    }
    Some(if has(Mark::Evidence) {
        Doubt::Denied(by)
    } else {
        Doubt::Unconfirmed(by)
    })
}

/// "Ohne Zögern" denies nothing of what is said; who declines to confirm it keeps it back.
fn denial(context: &Context, words: &[usize]) -> Option<usize> {
    let denied = signals::negation(context, words, usize::MAX);
    let denied = denied.filter(|&by| !context.has(by, Mark::Preposition));
    let withheld = words
        .iter()
        .copied()
        .find(|&at| context.has(at, Mark::Withholds));
    denied.or(withheld)
}
