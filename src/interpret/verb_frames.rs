//! Steps named by a verb ("unterzeichnen"): its object says which, its auxiliaries whether it is taken.

use std::cmp::Reverse;
use std::ops::Range;

use super::asides::describes;
use super::clauses::Kind;
use super::context::Context;
use super::contrast::{self, EVERYWHERE};
use super::decision;
use super::frames::{self, Finding, Own};
use super::gaps;
use super::hung::{Hung, governed_by_time, hung, interrupted};
use super::lexicon::{Conjugation, Form, Mark, Order, Reads, Scope, TurnKind, VerbCue};
use super::noun_frames::is_dated;
use super::objects::{Answer, Object, Wanted};
use super::sentence::Scene;
use super::signals;
use super::verbs::{Occurrence, Tie};
use super::verdict;
use crate::model::{Factuality, Stage};

/// How far "the first" stands before "to have been signed".
const RANKED: usize = 8;

/// The steps of a clause that its verbs take; a verb that a noun has used says nothing of its own.
pub fn findings(scene: &Scene, clause: usize, taken: &[usize]) -> Vec<Finding> {
    let verbs = &scene.sentence.verbs[clause];
    let mut made: Vec<Finding> = Vec::new();
    let mut at = None;
    for verb in verbs {
        // "the signing of the agreement, planned for May, …": the noun is planned, not the agreement.
        let aside = !taken.is_empty() && describes(scene.context, verb.at);
        if at == Some(verb.at) || taken.contains(&verb.at) || aside {
            continue;
        }
        at = Some(verb.at);
        for side in contrast::sides(scene, clause, verb) {
            let same = verbs.iter().filter(|other| other.at == verb.at);
            let best = same
                .flat_map(|verb| uses(scene, clause, verb, &side))
                .max_by_key(|found| found.rank);
            made.extend(best.and_then(|best| finding(scene, clause, &best, &side)));
        }
    }
    made
}

/// A verb that counts as a cue, with the object it has.
struct Use<'a> {
    verb: &'a Occurrence,
    stage: &'a Stage,
    cue: &'a VerbCue,
    object: Option<Object>,
    /// What was looked for more closely wins.
    rank: (bool, Tie, usize, bool, Reverse<usize>),
}

fn uses<'a>(
    scene: &'a Scene,
    clause: usize,
    verb: &'a Occurrence,
    side: &Range<usize>,
) -> Vec<Use<'a>> {
    let context = scene.context;
    // "nicht mit Ghana, sondern mit Togo": both speak of one object.
    let mut objects = scene.sentence.objects[clause].iter();
    let within = if objects.any(|object| side.contains(&object.at)) {
        side.clone()
    } else {
        EVERYWHERE
    };
    let lexeme = &context.vocabulary.verbs[verb.lexeme];
    let mut made = Vec::new();
    for &cue in &lexeme.cues {
        let (stage, cue) = &context.vocabulary.verb_cues[cue];
        let words = &scene.sentence.clauses[clause].words;
        let barred = !cue.only.is_empty() && !cue.only.contains(&verb.reads)
            || !cue.body.is_empty() && !decision::acts(scene, clause, cue);
        if barred {
            continue;
        }
        let attributive = matches!(verb.form, Form::Attributive | Form::Gerundive);
        let object = if attributive {
            match scene.following(clause, verb.at, &cue.object) {
                Some(object) => Some(object),
                None if cut_off(scene, clause, verb, cue) => None,
                None => continue,
            }
        } else {
            let wanted = Wanted {
                classes: &cue.object,
                prepositions: &cue.preposition,
                head: cue.head,
                at: verb.at,
                within: within.clone(),
            };
            match scene.resolve(clause, &wanted) {
                Answer::Found(object) => Some(object),
                Answer::Alone => None,
                Answer::Nothing if cut_behind(scene, clause, verb, cue) => None,
                Answer::Nothing => continue,
            }
        };
        let active = verb.form == Form::Present || verb.form == Form::Past;
        if cue.order == Order::VerbFirst
            && active
            && object.is_some_and(|object| object.at < verb.at)
        {
            continue;
        }
        // "…, anunció Sánchez" only names who says it.
        let own = object.is_some_and(|object| words.contains(&object.at));
        let says = std::iter::once(verb.at)
            .chain(verb.with.iter().copied())
            .any(|at| context.has(at, Mark::Says));
        if (says || is_aside(scene, clause, verb)) && !own {
            continue;
        }
        let rank = (
            !cue.preposition.is_empty() && object.is_some() && !attributive,
            verb.tie,
            verb.with.len(),
            object.is_some(),
            Reverse(object.map_or(0, |object| object.at.abs_diff(verb.at))),
        );
        made.push(Use {
            verb,
            stage,
            cue,
            object,
            rank,
        });
    }
    made
}

/// "…, erwartet das Ministerium" tells who says what stands before it.
fn is_aside(scene: &Scene, clause: usize, verb: &Occurrence) -> bool {
    let behind_comma = verb
        .at
        .checked_sub(1)
        .is_some_and(|before| scene.context.word(before) == ",");
    let first = scene.sentence.clauses[clause].words.first() == Some(&verb.at);
    let turns = !scene.context.vocabulary.verbs[verb.lexeme].turns.is_empty();
    behind_comma && first && turns && matches!(verb.form, Form::Present | Form::Past)
}

/// "Weite Teile des vorbereiteten …": the noun is cut off.
fn cut_off(scene: &Scene, clause: usize, verb: &Occurrence, cue: &VerbCue) -> bool {
    let this = &scene.sentence.clauses[clause];
    expects(scene, cue) && this.open && this.words.last() == Some(&verb.at)
}

/// "have signed a comprehensive migration …": the text stops before the noun, but not before its subject.
fn cut_behind(scene: &Scene, clause: usize, verb: &Occurrence, cue: &VerbCue) -> bool {
    let context = scene.context;
    let this = &scene.sentence.clauses[clause];
    let behind = context.vocabulary.conjugation != Conjugation::German
        && this.words.last().is_some_and(|&last| {
            last > verb.at && context.vocabulary.topics.of_word(context.key(last)) == Scope::Inside
        });
    this.open && behind && expects(scene, cue) && scene.sentence.objects[clause].is_empty()
}

/// Whether the object of a cue may be one whose name is cut off.
fn expects(scene: &Scene, cue: &VerbCue) -> bool {
    let mut instruments = scene.context.vocabulary.instruments.iter();
    instruments.any(|known| known.cut.is_some() && cue.object.contains(&known.class))
}

fn finding(scene: &Scene, clause: usize, found: &Use, side: &Range<usize>) -> Option<Finding> {
    let context = scene.context;
    let verb = found.verb;
    let words = &scene.sentence.clauses[clause].words;
    let attributive = matches!(verb.form, Form::Attributive | Form::Gerundive);
    let mut cues = [vec![verb.at], verb.with.clone()].concat();
    cues.extend(found.object.map(|object| object.at));
    let hung = hung(scene, clause, verb);
    let own = verdict::Own {
        now: found.cue.now,
        done: found.cue.done,
    };
    let aspect = frames::aspect(context, found.stage);
    let mut factuality = match (&hung, verb.reads) {
        (Some(hung), _) => verdict::of_turn(hung.kind, hung.reads, aspect, hung.word),
        (None, Reads::Governed) if stands_out(context, verb) => Factuality::Done,
        (None, Reads::Governed) => governed_by_time(scene, clause, verb)?,
        (None, _) if found.cue.sein => verdict::of_verb(verb.moved, aspect, own),
        (None, reads) => verdict::of_verb(reads, aspect, own),
    };
    let undecided = found.cue.decided && decision::is_open(scene, clause);
    let holds = matches!(factuality, Factuality::Done | Factuality::State);
    let later = verb.reads == Reads::Now && signals::begins_later(context, words);
    // A list tells what is signed and what is to be signed alike: "unterzeichnet am 4. Mai".
    let listed = verb.rule == "headline" && signals::looks_ahead(context, words);
    if holds && (undecided || later || listed) {
        factuality = Factuality::Planned;
    }
    let scope = if attributive {
        near(words, verb.at)
    } else {
        let told = words.iter().filter(|at| side.contains(at));
        told.copied().collect()
    };
    // A verb that is lent stands before the clause.
    let step = if contrast::excepts(side) {
        usize::MAX
    } else {
        last_of(context, verb).max(words.first().copied().unwrap_or_default())
    };
    if let Some(negation) = negation(scene, clause, hung.as_ref(), &scope, step) {
        // Who denies a denial only leaves it open.
        if hung
            .as_ref()
            .is_some_and(|hung| hung.kind == TurnKind::Deny)
        {
            return None;
        }
        factuality = verdict::negated(factuality);
        cues.push(negation);
    }
    let planned = factuality == Factuality::Planned && !is_dated(context, words);
    let stage = found
        .cue
        .undated
        .as_ref()
        .filter(|_| planned)
        .unwrap_or(found.stage);
    cues.extend(hung.as_ref().map(|hung| hung.at));
    let firm = verb.form == Form::Present
        && verb.reads == Reads::Now
        && matches!(factuality, Factuality::Ongoing | Factuality::State);
    let rule = match &hung {
        Some(hung) => format!("{}-{}", verb.rule, hung.name()),
        None => verb.rule.clone(),
    };
    Some(Finding {
        clause,
        at: verb.at,
        stage: stage.clone(),
        factuality,
        rule: frames::rule(context, &rule),
        cues,
        object: found.object,
        attributive,
        governor: hung.map(|hung| {
            (
                hung.clause,
                hung.at,
                if hung.kind == TurnKind::Consent {
                    Own::Shared
                } else {
                    Own::Apart
                },
            )
        }),
        firm,
        until: None,
        side: side.clone(),
    })
}

/// "the first agreement to have been signed", unless it "was to have been signed".
fn stands_out(context: &Context, verb: &Occurrence) -> bool {
    let to = verb
        .with
        .iter()
        .copied()
        .find(|&at| context.has(at, Mark::To));
    let before = to.and_then(|to| context.before(to));
    let mut back = to.map_or(0..0, |to| to.saturating_sub(RANKED)..to).rev();
    // "would be the first to have been signed"
    let open = ["would", "will", "modal"].map(|name| context.vocabulary.feature(name));
    let real = back
        .clone()
        .all(|at| open.iter().all(|bit| context.features(at) & bit == 0));
    verb.rule == "governed-perfect"
        && before.is_some_and(|before| context.features(before) == 0)
        && real
        && back.any(|at| context.has(at, Mark::Ranked))
}

/// The last word of a verb group, as far as it is not shared with another behind a comma ("ist paraphiert, aber nicht
/// unterzeichnet worden").
fn last_of(context: &Context, verb: &Occurrence) -> usize {
    let own = verb.with.iter().copied().filter(|&at| {
        let mut between = verb.at..at;
        !between.any(|word| context.word(word) == ",")
    });
    own.fold(verb.at, usize::max)
}

/// The words before an attributive participle that can negate it.
fn near(words: &[usize], at: usize) -> Vec<usize> {
    words
        .iter()
        .copied()
        .filter(|&word| word < at && word + 3 >= at)
        .collect()
}

/// What hangs on a negated verb is negated with it.
fn negation(
    scene: &Scene,
    clause: usize,
    hung: Option<&Hung>,
    words: &[usize],
    step: usize,
) -> Option<usize> {
    let clauses = &scene.sentence.clauses;
    let own = signals::negation(scene.context, words, step)
        .or_else(|| gaps::shared_negation(scene, clause));
    own.or_else(|| {
        let this = &clauses[clause];
        let (around, step) = match hung {
            Some(hung) if hung.clause == clause || hung.kind == TurnKind::Claim => return None,
            Some(hung) => (hung.clause, hung.at),
            // "sieht keinen Anlass, … zu kündigen"; "…, das Abkommen zu kündigen, kommt nicht infrage"
            None if this.kind == Kind::Intended => {
                (this.parent.or(interrupted(scene, clause))?, usize::MAX)
            }
            None => return None,
        };
        signals::negation(scene.context, &clauses[around].words, step)
    })
}
