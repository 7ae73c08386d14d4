//! Finds the steps that a sentence speaks of: verbs, nouns and conditions with their objects.

use std::ops::Range;

use super::clauses::Kind;
use super::context::Context;
use super::contrast::EVERYWHERE;
use super::lexicon::{Aspect, Form, Mark};
use super::objects::{Answer, Object, Wanted};
use super::sentence::Scene;
use super::verdict;
use super::{inversion, noun_frames, state_frames, verb_frames, voices};
use crate::model::{Factuality, Stage, When};

/// A step that a clause speaks of.
#[derive(Debug, Clone)]
pub struct Finding {
    pub clause: usize,
    /// The word that decided.
    pub at: usize,
    pub stage: Stage,
    pub factuality: Factuality,
    pub rule: String,
    pub cues: Vec<usize>,
    pub object: Option<Object>,
    /// The step comes before its noun and is told in passing.
    pub attributive: bool,
    /// The verb that it hangs on, by clause and word, and whether it is done with that verb.
    pub governor: Option<(usize, usize, Own)>,
    /// The present tense of something that goes on: no cut can turn it round.
    pub firm: bool,
    /// The new date of a step that was put off.
    pub until: Option<When>,
    /// The words that it is told with, where a clause denies one thing and tells another.
    pub side: Range<usize>,
}

/// Whose date the date of the governing verb is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Own {
    /// To decide is to do it: "hat am Freitag zugestimmt, … einzustufen".
    Shared,
    /// "kündigte am Freitag an, …".
    Apart,
}

/// All steps of a sentence, in the order of its words.
pub fn findings(scene: &Scene) -> Vec<Finding> {
    let mut made = Vec::new();
    for clause in 0..scene.sentence.clauses.len() {
        let mut here = noun_frames::findings(scene, clause);
        let taken: Vec<usize> = here
            .iter()
            .flat_map(|finding| finding.cues.clone())
            .collect();
        here.extend(verb_frames::findings(scene, clause, &taken));
        here.extend(state_frames::findings(scene, clause, &here));
        if here.is_empty() {
            here.extend(cut_short(scene, clause));
        }
        made.extend(settle(scene, clause, here));
    }
    without_laws(scene, &mut made);
    voices::settle(scene, &mut made);
    made.sort_by_key(|finding| finding.at);
    made
}

/// "der Bundesrat muss dem Gesetz noch zustimmen" belongs to the step that the law takes, if one is told.
fn without_laws(scene: &Scene, made: &mut Vec<Finding>) {
    let of_law = |finding: &Finding| {
        finding
            .object
            .is_some_and(|object| super::objects::class(scene.context, &object) == "law")
    };
    if !made.iter().all(of_law) {
        made.retain(|finding| !of_law(finding) || finding.factuality != Factuality::Planned);
    }
}

/// What holds for every step of a clause: conditions, questions, hearsay, the cut; and no step twice.
fn settle(scene: &Scene, clause: usize, mut here: Vec<Finding>) -> Vec<Finding> {
    let context = scene.context;
    let this = &scene.sentence.clauses[clause];
    let heard = this.words.iter().any(|&at| context.has(at, Mark::Hearsay));
    let perhaps =
        matches!(this.kind, Kind::Condition | Kind::Before) || scene.sentence.is_question(context);
    let supposed = follows_condition(scene, clause);
    for finding in &mut here {
        if perhaps || supposed && finding.factuality == Factuality::State {
            finding.factuality = Factuality::Conditional;
        } else if this.open && !finding.firm {
            finding.factuality = Factuality::Incomplete;
        } else if heard {
            finding.factuality = verdict::hearsay(finding.factuality);
        }
    }
    // "plan to sign" speaks of a signing; the plan is no step of its own.
    let used: Vec<(usize, usize)> = here
        .iter()
        .flat_map(|finding| finding.cues.iter().map(|&cue| (finding.at, cue)))
        .collect();
    here.retain(|finding| {
        !used
            .iter()
            .any(|&(at, cue)| cue == finding.at && at != finding.at)
    });
    let told = here.iter().any(|finding| !finding.attributive);
    here.retain(|finding| !finding.attributive || !told || finding.factuality == Factuality::Done);
    let mut kept: Vec<Finding> = Vec::new();
    for finding in here {
        // "eine Erweiterung des 2022 geschlossenen Abkommens unterzeichnen" tells of two signings.
        let told = |other: &Finding| {
            let same = other.stage == finding.stage && other.side == finding.side;
            same && (other.attributive == finding.attributive
                || other.factuality == finding.factuality)
        };
        if !kept.iter().any(told) {
            kept.push(finding);
        }
    }
    kept
}

/// "Wird das Abkommen unterzeichnet, gilt es sofort": what follows from a condition holds no more than that does.
fn follows_condition(scene: &Scene, clause: usize) -> bool {
    let clauses = &scene.sentence.clauses;
    let before = clause.checked_sub(1).map(|before| &clauses[before]);
    before.is_some_and(|before| {
        let end = before.words.last().copied().unwrap_or_default();
        let words = clauses[clause].words.iter().copied();
        // "Für den Fall, dass …, gilt": its beginning was interrupted.
        let words: Vec<usize> = words.filter(|&at| at > end).collect();
        before.kind == Kind::Condition
            && inversion::follows(scene.context, &words)
            && !noun_frames::is_dated(scene.context, &words)
    })
}

/// "hat am 13. September 2024 in Berlin ein Migrationsabkommen …": the verb is cut off.
fn cut_short(scene: &Scene, clause: usize) -> Option<Finding> {
    let context = scene.context;
    let this = &scene.sentence.clauses[clause];
    let auxiliary = *this
        .words
        .iter()
        .find(|&&at| context.features(at) & context.vocabulary.finite != 0)?;
    let verb = scene.sentence.verbs[clause]
        .iter()
        .any(|verb| matches!(verb.form, Form::Participle | Form::Infinitive));
    // "Ein Abkommen wurde …" may go on in any way; a day or a place makes it an act.
    let places = super::details::site(context, &this.words).is_some();
    let acts = places || super::noun_frames::is_dated(context, &this.words);
    if !this.open || verb {
        return None;
    }
    let classes: Vec<String> = context
        .vocabulary
        .instruments
        .iter()
        .map(|instrument| instrument.class.clone())
        .collect();
    let wanted = Wanted {
        classes: &classes,
        prepositions: &[],
        head: false,
        at: auxiliary,
        within: EVERYWHERE,
    };
    let Answer::Found(object) =
        super::objects::choose(context, &scene.sentence.objects[clause], &wanted)
    else {
        return None;
    };
    // Whatever "haben die Verhandlungen …" goes on with, it is of negotiations.
    let lasting = super::objects::class(context, &object) == "negotiations";
    let instrument = &context.vocabulary.instruments[object.instrument];
    let stage = instrument.cut.clone().filter(|_| acts || lasting)?;
    Some(Finding {
        clause,
        at: object.at,
        stage,
        factuality: Factuality::Incomplete,
        rule: rule(context, "cut-before-the-verb"),
        cues: vec![auxiliary, object.at],
        object: Some(object),
        attributive: false,
        governor: None,
        firm: false,
        until: None,
        side: EVERYWHERE,
    })
}

/// The id of a rule, with its language.
pub fn rule(context: &Context, name: &str) -> String {
    format!("{}/{name}", context.passage.language)
}

pub fn aspect(context: &Context, stage: &Stage) -> Aspect {
    context
        .lexicon
        .stage(stage)
        .map_or(Aspect::Single, |info| info.aspect)
}
