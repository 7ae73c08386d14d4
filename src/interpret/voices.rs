//! Steps that others only tell of, or that somebody denies: "wies Berichte über ein unterzeichnetes Abkommen zurück".

use super::clauses::Kind;
use super::context::Context;
use super::doubts::{Doubt, doubt};
use super::frames::Finding;
use super::lexicon::{Form, Mark, TurnKind};
use super::sentence::Scene;
use super::signals;
use super::verdict;
use crate::model::Factuality;

/// What the words around a step make of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Voice {
    /// By this word.
    Denied(usize),
    Hearsay(usize),
    /// Somebody denies the denial, and only leaves it open.
    Silent,
}

/// How far a step in passing stands behind the noun for what others say ("Berichte über ein …").
const NEAR: usize = 12;

/// Turns the steps that a sentence does not stand up for.
pub fn settle(scene: &Scene, findings: &mut Vec<Finding>) {
    let spoken: Vec<Option<Voice>> = findings
        .iter()
        .map(|finding| voice(scene, finding))
        .collect();
    let mut spoken = spoken.into_iter();
    findings.retain_mut(|finding| {
        let voice = spoken.next().flatten();
        let (factuality, by) = match voice {
            Some(Voice::Silent) => return false,
            Some(Voice::Denied(_)) if is_denial(finding) => return false,
            Some(Voice::Denied(by)) => (verdict::negated(finding.factuality), by),
            Some(Voice::Hearsay(by)) => (verdict::hearsay(finding.factuality), by),
            None => return true,
        };
        finding.factuality = factuality;
        finding.cues.push(by);
        true
    });
}

fn is_denial(finding: &Finding) -> bool {
    matches!(finding.factuality, Factuality::Negated | Factuality::Failed)
}

fn voice(scene: &Scene, finding: &Finding) -> Option<Voice> {
    let clauses = &scene.sentence.clauses;
    let own = within(scene, finding);
    own.or_else(|| {
        let around = around(scene, finding.clause);
        let told = around.iter().find_map(|&clause| {
            let told = clauses[clause].words.as_slice();
            // What is denied twice is not looked into further.
            denied(scene, clause, finding)
                .map(Voice::Denied)
                .or_else(|| rumour_before(scene.context, told, finding).map(Voice::Hearsay))
        });
        told.or_else(|| {
            let words = &clauses[finding.clause].words;
            let denies =
                is_denial(finding) && signals::negation(scene.context, words, finding.at).is_some();
            doubt(scene, finding, &around).map(|doubt| match doubt {
                _ if denies => Voice::Silent,
                Doubt::Denied(by) => Voice::Denied(by),
                Doubt::Unconfirmed(by) => Voice::Hearsay(by),
            })
        })
    })
}

/// A step in passing, in the clause of the one who denies or tells.
fn within(scene: &Scene, finding: &Finding) -> Option<Voice> {
    let context = scene.context;
    let words = &scene.sentence.clauses[finding.clause].words;
    if let Some(by) = denied(scene, finding.clause, finding) {
        return Some(Voice::Denied(by));
    }
    let first = finding.at.saturating_sub(NEAR);
    let passing = finding.attributive || behind_article(context, finding.at);
    // "gilt als unterzeichnet"
    let role = context
        .before(finding.at)
        .filter(|&before| context.has(before, Mark::Role));
    if let Some(by) = role.or_else(|| claimed_behind(scene, finding.clause)) {
        // "irrtümlich als unterzeichnet gemeldet"
        let untrue = words
            .iter()
            .copied()
            .find(|&at| context.has(at, Mark::Untrue));
        return Some(untrue.map_or(Voice::Hearsay(by), Voice::Denied));
    }
    let rumour = words
        .iter()
        .copied()
        .find(|&at| at >= first && at < finding.at && is_rumour(context, at));
    let claim = scene.sentence.verbs[finding.clause].iter().find(|verb| {
        context.vocabulary.verbs[verb.lexeme]
            .turns
            .contains(&TurnKind::Claim)
            && verb.at != finding.at
    });
    let by = rumour.or(claim.map(|verb| verb.at)).filter(|_| passing)?;
    Some(Voice::Hearsay(by))
}

/// "…, behauptet die Junta"
fn claimed_behind(scene: &Scene, clause: usize) -> Option<usize> {
    let next = scene.sentence.clauses.get(clause + 1)?;
    let first = *next.words.first()?;
    let mut verbs = scene.sentence.verbs[clause + 1].iter();
    let claims = verbs.any(|verb| {
        let turns = &scene.context.vocabulary.verbs[verb.lexeme].turns;
        verb.at == first && verb.form != Form::Participle && turns.contains(&TurnKind::Claim)
    });
    (claims && next.kind == Kind::Main).then_some(first)
}

/// "a signed agreement": in English the participle stands before its noun without an ending.
fn behind_article(context: &Context, at: usize) -> bool {
    context
        .before(at)
        .is_some_and(|before| context.has(before, Mark::Determiner))
}

/// The word that denies what a clause, or one that hangs on it, says.
fn denied(scene: &Scene, clause: usize, finding: &Finding) -> Option<usize> {
    let context = scene.context;
    let words = &scene.sentence.clauses[clause].words;
    let verb = scene.sentence.verbs[clause].iter().find(|verb| {
        context.vocabulary.verbs[verb.lexeme]
            .turns
            .contains(&TurnKind::Deny)
            && !finding.cues.contains(&verb.at)
    });
    let rumour = scene
        .sentence
        .range
        .clone()
        .take_while(|&at| at < finding.at)
        .any(|at| is_rumour(context, at));
    // "wies das unterzeichnete Abkommen zurück" turns the agreement down, not that it was signed.
    let definite = finding.attributive && clause == finding.clause && definite(context, finding.at);
    if let Some(verb) = verb
        && (rumour || !definite)
        && signals::negation(context, words, verb.at).is_none_or(|at| finding.cues.contains(&at))
    {
        return Some(verb.at);
    }
    let (untrue, of_rumour) = words.iter().find_map(|&at| untrue(context, at))?;
    // "Von einem unterzeichneten Abkommen kann keine Rede sein."
    let passing = finding.attributive && !definite || behind_article(context, finding.at);
    let own = clause == finding.clause;
    // "Contrary to reports" denies what was reported, and nothing of what its clause says.
    let told: Vec<usize> = words
        .iter()
        .copied()
        .filter(|&at| at < finding.at)
        .collect();
    let says = if of_rumour {
        passing
    } else {
        passing || rumour || wrongly_said(context, &told)
    };
    // "Es ist kein Irrtum, dass …"
    let negated = signals::negation(context, words, untrue) == context.before(untrue)
        && context.before(untrue).is_some();
    ((!own || says) && !negated).then_some(untrue)
}

/// A word that calls something untrue, and whether it is what was reported.
fn untrue(context: &Context, at: usize) -> Option<(usize, bool)> {
    let mut marks = context.marks(at);
    let (_, last) = marks.find(|(mark, _)| *mark == Mark::Untrue)?;
    Some((at, last > at && is_rumour(context, last)))
}

/// "das bereits unterzeichnete": the article before the participle is one that may also be a pronoun.
fn definite(context: &Context, at: usize) -> bool {
    let before = (at.saturating_sub(NEAR)..at).rev();
    let mut articles = before.filter(|&word| context.has(word, Mark::Determiner));
    articles
        .next()
        .is_some_and(|article| context.has(article, Mark::Relative))
}

/// The clauses that this one hangs on: before it, or behind it where it comes first.
fn around(scene: &Scene, clause: usize) -> Vec<usize> {
    let clauses = &scene.sentence.clauses;
    let this = &clauses[clause];
    let mut found: Vec<usize> = Vec::new();
    match this.kind {
        Kind::Subordinate | Kind::Relative | Kind::Intended => {
            found.extend(this.parent);
            found.extend((clause + 1 < clauses.len()).then_some(clause + 1));
        }
        // "Die Meldung, das Abkommen sei unterzeichnet, ist falsch."
        Kind::Main => {
            let before = clause.checked_sub(1);
            found.extend(before.filter(|&before| {
                let words = &clauses[before].words;
                let last = words.last();
                last.is_some_and(|&last| is_rumour(scene.context, last))
                    || wrongly_said(scene.context, words)
            }));
            let next = clauses.get(clause + 1);
            found.extend(
                next.is_some_and(|_| begins_with_rumour(scene, clause))
                    .then_some(clause + 1),
            );
        }
        Kind::Condition | Kind::Before => {}
    }
    found
}

/// "Irrtümlich hieß es, …"
fn wrongly_said(context: &Context, words: &[usize]) -> bool {
    let has = |mark| words.iter().any(|&at| context.has(at, mark));
    has(Mark::Untrue) && has(Mark::Says)
}

/// Whether what others say was named right before the clause, or at its beginning.
fn begins_with_rumour(scene: &Scene, clause: usize) -> bool {
    let words = &scene.sentence.clauses[clause].words;
    words.iter().take(3).any(|&at| is_rumour(scene.context, at))
}

/// "Berichte, wonach …", "reports that …".
fn rumour_before(context: &Context, told: &[usize], finding: &Finding) -> Option<usize> {
    let before = told.iter().rev().copied().filter(|&at| at < finding.at);
    before.take(NEAR).find(|&at| is_rumour(context, at))
}

fn is_rumour(context: &Context, at: usize) -> bool {
    context.has(at, Mark::Rumour)
}
