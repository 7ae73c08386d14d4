//! What a verb hangs on: "plant, … zu unterzeichnen", "bestreitet, dass …", "after signing".

use super::clauses::Kind;
use super::context::Context;
use super::lexicon::{Form, Mark, Reads, TurnKind};
use super::sentence::Scene;
use super::signals;
use super::verbs::Occurrence;
use super::verdict::Word;
use crate::model::Factuality;

/// The verb that another hangs on.
pub struct Hung {
    pub clause: usize,
    pub at: usize,
    pub kind: TurnKind,
    pub reads: Reads,
    pub word: Word,
}

impl Hung {
    pub fn name(&self) -> &'static str {
        match self.kind {
            TurnKind::Refuse => "refused",
            TurnKind::Fail => "failed",
            TurnKind::Consent => "decided",
            TurnKind::Demand => "demanded",
            TurnKind::Claim => "claimed",
            TurnKind::Deny => "denied",
            TurnKind::Postpone => "put-off",
            _ => "intended",
        }
    }
}

pub fn hung(scene: &Scene, clause: usize, verb: &Occurrence) -> Option<Hung> {
    let this = &scene.sentence.clauses[clause];
    if verb.reads != Reads::Governed {
        let parent = this.parent.filter(|_| {
            matches!(
                this.kind,
                Kind::Subordinate | Kind::Relative | Kind::Intended
            )
        })?;
        // "behauptet, … unterzeichnet zu haben"; "um das 2022 geschlossene Abkommen zu erweitern"
        if this.kind == Kind::Intended {
            if verb.form == Form::Attributive {
                return None;
            }
            return on(scene, parent, &scene.sentence.verbs[parent], verb.at);
        }
        let first = this.words.first().copied().unwrap_or_default();
        return said(scene, parent, verb.reads)
            .filter(|hung| this.kind == Kind::Subordinate || hung.at + 1 == first);
    }
    let verbs = scene.sentence.verbs[clause].iter();
    let near: Vec<Occurrence> = verbs
        .filter(|other| other.at < verb.at || other.at > verb.at && fails(scene, other))
        .cloned()
        .collect();
    let around = this.parent.into_iter().chain(interrupted(scene, clause));
    let mut far =
        around.filter_map(|other| on(scene, other, &scene.sentence.verbs[other], verb.at));
    on(scene, clause, &near, verb.at).or_else(|| far.next())
}

/// "The attempt to sign … failed": what fails is named before.
fn fails(scene: &Scene, verb: &Occurrence) -> bool {
    scene.context.vocabulary.verbs[verb.lexeme]
        .turns
        .contains(&TurnKind::Fail)
}

/// "Der Versuch, … zu unterzeichnen, ist gescheitert": the verb comes behind.
pub fn interrupted(scene: &Scene, clause: usize) -> Option<usize> {
    let clauses = &scene.sentence.clauses;
    let next = clauses.get(clause + 1)?;
    (clauses[clause].kind == Kind::Intended && next.kind == Kind::Main).then_some(clause + 1)
}

/// A verb of denying, claiming or demanding around a "dass"; one of planning around a subjunctive ("previsto que
/// firmen"), or where it is denied ("nicht geplant, dass …").
fn said(scene: &Scene, parent: usize, reads: Reads) -> Option<Hung> {
    let hung = on(scene, parent, &scene.sentence.verbs[parent], usize::MAX / 2)?;
    let words = &scene.sentence.clauses[parent].words;
    let speaks = match hung.kind {
        TurnKind::Refuse | TurnKind::Claim | TurnKind::Demand | TurnKind::Deny => true,
        TurnKind::Plan => {
            let denied = signals::negation(scene.context, words, hung.at).is_some();
            reads == Reads::Unreal || reads == Reads::Now && denied
        }
        _ => false,
    };
    speaks.then_some(hung)
}

fn on(scene: &Scene, clause: usize, verbs: &[Occurrence], at: usize) -> Option<Hung> {
    let context = scene.context;
    let (turn, kinds) = signals::turn(context, verbs, at)?;
    // "bestätigte, … unterzeichnen zu wollen": what is confirmed stands for itself.
    if kinds[0] == TurnKind::Presuppose {
        return None;
    }
    let words = &scene.sentence.clauses[clause].words;
    let denied = signals::negation(context, words, turn.at).is_some();
    Some(Hung {
        clause,
        at: turn.at,
        // "steht kurz davor, … zu unterzeichnen" goes on, the signing does not.
        kind: match kinds[0] {
            TurnKind::Exist => TurnKind::Plan,
            // Who does not deny it, or does not rule it out, leaves it open.
            TurnKind::Deny if denied => TurnKind::Claim,
            TurnKind::Refuse if denied => TurnKind::Demand,
            kind => kind,
        },
        reads: turn.reads,
        word: signals::word(context, words).unwrap_or(Word::Another),
    })
}

/// "after signing", "ohne … zu unterzeichnen"; a bare gerund says nothing, a bare infinitive intends.
pub fn governed_by_time(scene: &Scene, clause: usize, verb: &Occurrence) -> Option<Factuality> {
    let context = scene.context;
    if verb.form != Form::Gerund {
        return Some(Factuality::Planned);
    }
    let before = context.before(verb.at)?;
    let words = &scene.sentence.clauses[clause].words;
    let past = signals::is_past(&scene.sentence.verbs[clause], context, words);
    by_mark(context, before, past)
}

fn by_mark(context: &Context, before: usize, past: bool) -> Option<Factuality> {
    if context.has(before, Mark::After) {
        return Some(if past {
            Factuality::Done
        } else {
            Factuality::Conditional
        });
    }
    let ahead = context.has(before, Mark::Before) || context.has(before, Mark::Purpose);
    ahead.then_some(Factuality::Planned)
}
