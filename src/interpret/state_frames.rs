//! Conditions that hold ("ist in Kraft", "ist sicheres Herkunftsland"), with no act told.

use super::context::{Context, Found};
use super::contrast::EVERYWHERE;
use super::frames::{self, Finding};
use super::gaps::{names_a_condition, shared_negation};
use super::lexicon::{Item, Mark, TurnKind};
use super::objects::{Answer, Wanted};
use super::sentence::Scene;
use super::signals;
use super::verdict;
use crate::model::Factuality;

pub fn findings(scene: &Scene, clause: usize, others: &[Finding]) -> Vec<Finding> {
    let context = scene.context;
    let clauses = &scene.sentence.clauses;
    let lender = clauses[clause].lender;
    let own = &clauses[clause].words;
    let has_verb = scene.sentence.verbs[clause]
        .iter()
        .any(|verb| own.contains(&verb.at));
    let lent = lender.filter(|_| !has_verb && !names_a_condition(context, own));
    let words = lent.map_or(own, |lender| &clauses[lender].words);
    let mut made = Vec::new();
    for &at in words {
        let used = others.iter().any(|other| other.cues.contains(&at));
        let states = context.found[at]
            .iter()
            .filter(|found| matches!(found.item, Item::State(_)) && words.contains(&found.last));
        let longest = states.clone().map(|found| found.last).max();
        let mut fitting = states.filter(|found| !used && Some(found.last) == longest);
        made.extend(fitting.find_map(|found| at_state(scene, clause, at, *found)));
    }
    made
}

fn at_state(scene: &Scene, clause: usize, at: usize, found: Found) -> Option<Finding> {
    let context = scene.context;
    let Item::State(cue) = found.item else {
        return None;
    };
    let (stage, cue) = &context.vocabulary.state_cues[cue];
    let words = &scene.sentence.clauses[clause].words;
    // "on the list of safe countries"
    let listed = ["none", "on"].map(str::to_owned);
    let safe = cue.object.iter().any(|class| class == "safe");
    let wanted = Wanted {
        classes: &cue.object,
        prepositions: if safe { &listed } else { &[] },
        head: false,
        at,
        within: EVERYWHERE,
    };
    let object = match scene.resolve(clause, &wanted) {
        Answer::Found(object) => Some(object),
        Answer::Alone => None,
        Answer::Nothing => return None,
    };
    let (mut factuality, copula) =
        condition(scene, clause, at, cue.says.unwrap_or(Factuality::State))?;
    if factuality == Factuality::State && signals::begins_later(context, words) {
        factuality = Factuality::Planned;
    }
    let mut cues: Vec<usize> = (at..=found.last).chain(copula).collect();
    // A condition that is lent stands before the clause.
    let step = at.max(words.first().copied().unwrap_or_default());
    let negation =
        signals::negation(context, words, step).or_else(|| shared_negation(scene, clause));
    cues.extend(negation);
    Some(Finding {
        clause,
        at,
        stage: stage.clone(),
        factuality: if negation.is_some() {
            verdict::negated(factuality)
        } else {
            factuality
        },
        rule: frames::rule(context, "condition"),
        cues,
        object,
        attributive: false,
        governor: None,
        firm: copula.is_some_and(|copula| copula < at),
        until: None,
        side: EVERYWHERE,
    })
}

/// What the copula says of a condition; words behind an "als" belong to another verb.
fn condition(
    scene: &Scene,
    clause: usize,
    at: usize,
    says: Factuality,
) -> Option<(Factuality, Option<usize>)> {
    let context = scene.context;
    let words = &scene.sentence.clauses[clause].words;
    // "as a safe country" as well as "als sicheres Herkunftsland".
    let article = |before: usize| context.has(before, Mark::Determiner);
    let before = match context.before(at) {
        Some(before) if article(before) => context.before(before),
        before => before,
    };
    let behind_as = before.is_some_and(|before| context.has(before, Mark::Role));
    if behind_as || is_left(context, at) {
        return None;
    }
    let has = |names: &[&str]| {
        words.iter().copied().find(|&word| {
            names
                .iter()
                .any(|name| context.features(word) & context.vocabulary.feature(name) != 0)
        })
    };
    if let Some(word) = has(&["be-unreal", "become-unreal", "would"]) {
        return Some((Factuality::Conditional, Some(word)));
    }
    if let Some(word) = has(&["be-future"]) {
        return Some((Factuality::Planned, Some(word)));
    }
    if has(&["be-inf"]).is_some() {
        return Some((Factuality::Planned, has(&["become", "modal", "will"])));
    }
    if let Some(word) = has(&["be-quoted"]) {
        return Some((Factuality::ReportedDone, Some(word)));
    }
    if let Some(word) = has(&["be", "was", "been"]).or_else(|| standing(context, scene, clause)) {
        return Some((says, Some(word)));
    }
    let verb = words
        .iter()
        .any(|&word| super::finite::finite(context, word) == super::finite::Finite::Yes);
    let nearest = context.before(at).is_none();
    (!verb || nearest).then_some((says, None))
}

/// "was removed from the list of safe countries of origin"
fn is_left(context: &Context, at: usize) -> bool {
    let small = |at: usize| {
        let marks = [Mark::Genitive, Mark::Determiner];
        context.owns(at) || marks.iter().any(|&mark| context.has(at, mark)) || is_safe(context, at)
    };
    let mut first = at;
    while let Some(before) = context.before(first).filter(|&before| small(before)) {
        first = before;
    }
    context
        .before(first)
        .is_some_and(|before| context.has(before, Mark::Left))
}

/// "the list of"
fn is_safe(context: &Context, at: usize) -> bool {
    context.found[at].iter().any(|found| match found.item {
        Item::Instrument(instrument) => context.vocabulary.instruments[instrument].class == "safe",
        _ => false,
    })
}

/// "steht", "befindet sich" instead of "ist".
fn standing(context: &Context, scene: &Scene, clause: usize) -> Option<usize> {
    let verbs = scene.sentence.verbs[clause].iter();
    let mut standing = verbs.filter(|verb| {
        context.vocabulary.verbs[verb.lexeme]
            .turns
            .contains(&TurnKind::Exist)
    });
    standing.next().map(|verb| verb.at)
}
