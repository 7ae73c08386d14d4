//! What is told of a step that a noun names: the verb it hangs on, the preposition before it, or its date decide.

use super::context::Context;
use super::dates::Role;
use super::finite::{Finite, strongest};
use super::frames::Own;
use super::lexicon::{Aspect, Conjugation, Form, Mark, Reads, TurnKind};
use super::noun_dates::{by_date, lies_ahead, stands_alone};
use super::objects::{governor, points_back};
use super::phrases::{self, Hanging, Place};
use super::sentence::Scene;
use super::signals;
use super::verbs::Occurrence;
use super::verdict::{self, Word};
use crate::model::Factuality;

/// What is told of a step, before anything denies it.
pub struct Told {
    pub factuality: Factuality,
    /// Of the rule.
    pub name: &'static str,
    pub cues: Vec<usize>,
    /// The verb whose date is not that of the step.
    pub apart: Option<(usize, usize, Own)>,
    /// A denial in the clause is of something else.
    pub in_passing: bool,
}

/// A verb and what it makes of what hangs on it.
type Turn<'a> = (&'a Occurrence, Vec<TurnKind>);

/// The noun with what stands around it.
struct Noun<'a> {
    scene: &'a Scene<'a>,
    clause: usize,
    at: usize,
    aspect: Aspect,
    words: &'a [usize],
    verbs: &'a [Occurrence],
}

pub fn told(scene: &Scene, clause: usize, at: usize, aspect: Aspect) -> Option<Told> {
    let context = scene.context;
    let noun = Noun {
        scene,
        clause,
        at,
        aspect,
        words: &scene.sentence.clauses[clause].words,
        verbs: &scene.sentence.verbs[clause],
    };
    let described = described(context, noun.verbs, at);
    let time = signals::time_before(context, at).filter(|_| described.is_none());
    // "begrüßte die geplante Unterzeichnung"
    let turned = signals::turn(context, noun.verbs, at)
        .filter(|(_, kinds)| kinds[0] != TurnKind::Presuppose || described.is_none())
        .filter(|_| described.is_none() || governor(context, at).is_none());
    let described = described.filter(|_| turned.is_none());
    let in_passing = described.is_some();
    let turn = turned.or(described);
    let kinds = turn.as_ref().map(|(_, kinds)| kinds.as_slice());
    let with = turn.as_ref().map(|(verb, _)| verb.with.as_slice());
    let taken =
        time.is_some_and(|(before, mark)| takes_it(mark, context.has(before, Mark::With), kinds));
    let place = phrases::place(context, at, with.unwrap_or_default());
    let clothed = place == Place::Clothed && kinds.is_some();
    let told = match (time.filter(|_| !clothed), turn) {
        // "seit der Unterzeichnung"
        (Some((before, _)), _) if context.has(before, Mark::Since) => {
            let since = Told::new(Factuality::Done, "noun-in-time", vec![before]);
            return Some(Told {
                in_passing: true,
                ..since
            });
        }
        (Some(time), turn) if !taken => in_time(&noun, time, turn.as_ref()),
        (_, Some((verb, kinds))) if kinds[0] == TurnKind::Presuppose => {
            let verdict = presupposed(&noun, verb)?;
            Told::new(verdict, "noun-presupposed", vec![verb.at])
        }
        (_, Some(turn)) => turned_by(&noun, &turn, place, taken)?,
        _ => verbless(&noun)?,
    };
    Some(Told { in_passing, ..told })
}

impl Told {
    fn new(factuality: Factuality, name: &'static str, cues: Vec<usize>) -> Self {
        Self {
            factuality,
            name,
            cues,
            apart: None,
            in_passing: false,
        }
    }
}

/// "nach der Unterzeichnung", "zur Unterzeichnung"
fn in_time(noun: &Noun, (before, mark): (usize, Mark), turn: Option<&Turn>) -> Told {
    let past = signals::is_past(noun.verbs, noun.scene.context, noun.words);
    // "Die Einleitung des Verfahrens zur Kündigung erfolgte im Mai."
    let happened = turn.filter(|(_, kinds)| kinds[0] == TurnKind::Happen && past);
    let apart = happened.filter(|_| mark == Mark::Purpose);
    Told {
        apart: apart.map(|(verb, _)| (noun.clause, verb.at, Own::Apart)),
        ..Told::new(by_time(mark, past), "noun-in-time", vec![before])
    }
}

/// "die Unterzeichnung ist geplant"
fn turned_by(noun: &Noun, (verb, kinds): &Turn, place: Place, taken: bool) -> Option<Told> {
    let context = noun.scene.context;
    let word = signals::word(context, noun.words).unwrap_or(Word::Last);
    let begins = kinds[0] == TurnKind::Begin && verb.reads == Reads::Now;
    let verdict = if begins && is_ahead(context, noun.words) {
        Factuality::Planned
    } else {
        verdict::of_turn(kinds[0], turn_reads(verb, kinds[0]), noun.aspect, word)
    };
    let hanging = Hanging {
        place,
        kind: kinds[0],
        taken,
        held: context.has(verb.at, Mark::Held),
        aspect: noun.aspect,
    };
    let placed = phrases::verdict(hanging, verdict)?;
    let other = placed != verdict;
    let name = if other {
        "noun-planned"
    } else {
        name_of(kinds[0])
    };
    let cues = [vec![verb.at], verb.with.clone()].concat();
    Some(Told {
        // "Im Mai erfolgte die Vorbereitung der Unterzeichnung": the day is that of the verb.
        apart: other.then_some((noun.clause, verb.at, Own::Apart)),
        ..Told::new(placed, name, cues)
    })
}

/// "with Moldova: no signature yet", "Unterzeichnung: 4. Mai 2025"
fn verbless(noun: &Noun) -> Option<Told> {
    let context = noun.scene.context;
    if strongest(context, noun.words) != Finite::No {
        return None;
    }
    if let Some(negation) = signals::negation(context, noun.words, noun.at) {
        return Some(Told::new(
            Factuality::Negated,
            "noun-denied",
            vec![negation],
        ));
    }
    let dated = by_date(noun.scene, noun.clause, noun.at);
    let act = dated.filter(|_| noun.aspect == Aspect::Single)?;
    Some(Told::new(act, "noun-dated", Vec::new()))
}

/// "begrüßte die Unterzeichnung": only what is itself welcomed or confirmed is done, and no plan is told of it.
fn presupposed(noun: &Noun, verb: &Occurrence) -> Option<Factuality> {
    let context = noun.scene.context;
    let article = context
        .before(noun.at)
        .filter(|&at| context.has(at, Mark::Indefinite));
    let open = signals::negation(context, noun.words, usize::MAX).is_some()
        || matches!(verb.reads, Reads::Future | Reads::Governed | Reads::Unreal);
    if !stands_alone(context, noun.at) || article.is_some() || open {
        return None;
    }
    let mut others = noun.verbs.iter().filter(|other| other.at != verb.at);
    let planned = others.any(|other| {
        let turns = &context.vocabulary.verbs[other.lexeme].turns;
        turns.contains(&TurnKind::Plan)
    });
    let verdict = verdict::of_turn(TurnKind::Presuppose, verb.reads, Aspect::Single, Word::Last);
    Some(
        if planned || is_planned_behind(noun) || lies_ahead(context, noun.words, noun.at) {
            Factuality::Planned
        } else {
            verdict
        },
    )
}

/// "feiert die Unterzeichnung, doch sie ist erst für Mai geplant"
fn is_planned_behind(noun: &Noun) -> bool {
    let (context, sentence) = (noun.scene.context, noun.scene.sentence);
    let others = (0..sentence.clauses.len()).filter(|&other| other != noun.clause);
    let mut of_it = others.filter(|&other| {
        sentence.objects[other].is_empty() && points_back(context, &sentence.clauses[other])
    });
    of_it.any(|other| {
        let mut verbs = sentence.verbs[other].iter();
        verbs.any(|verb| {
            context.vocabulary.verbs[verb.lexeme]
                .turns
                .contains(&TurnKind::Plan)
        })
    })
}

/// "die für Mai angesetzte Unterzeichnung", "nach der abgesagten Unterzeichnung": what describes the noun counts where
/// no verb turns it.
fn described<'a>(context: &Context, verbs: &'a [Occurrence], at: usize) -> Option<Turn<'a>> {
    let before = context.before(at)?;
    let german = context.vocabulary.conjugation == Conjugation::German;
    let verb = verbs.iter().find(|verb| {
        let participle = !german && matches!(verb.form, Form::Participle | Form::Past);
        verb.at == before && (verb.form == Form::Attributive || participle)
    })?;
    let kinds = &context.vocabulary.verbs[verb.lexeme].turns;
    let open = [TurnKind::Plan, TurnKind::Fail, TurnKind::Postpone];
    open.contains(kinds.first()?).then(|| (verb, kinds.clone()))
}

/// "soll erfolgt sein": the perfect of these verbs is made with "sein".
fn turn_reads(verb: &Occurrence, kind: TurnKind) -> Reads {
    if matches!(kind, TurnKind::Happen | TurnKind::Fail | TurnKind::Begin)
        && verb.moved == Reads::Reported
    {
        verb.moved
    } else {
        verb.reads
    }
}

/// "beginnen im Herbst": a date in the present tense lies ahead, unless it says since when.
fn is_ahead(context: &Context, words: &[usize]) -> bool {
    context
        .dates_in(words)
        .any(|(.., dated)| matches!(dated.role, Role::Point | Role::Effective))
}

/// Whether the verb takes the noun through this preposition ("rechnet mit", "droht mit", "beginnt mit"); most take
/// no other than "mit".
fn takes_it(mark: Mark, with: bool, turn: Option<&[TurnKind]>) -> bool {
    let Some(kinds) = turn else {
        return false;
    };
    match mark {
        Mark::After => match kinds[0] {
            TurnKind::Plan | TurnKind::Demand => true,
            TurnKind::Begin
            | TurnKind::Fail
            | TurnKind::Postpone
            | TurnKind::Refuse
            | TurnKind::Deny => with,
            _ => false,
        },
        Mark::Purpose => matches!(
            kinds[0],
            TurnKind::Demand | TurnKind::Refuse | TurnKind::Consent
        ),
        _ => false,
    }
}

/// After it: done, if the clause tells of the past. Before it, or for it: still to come.
fn by_time(mark: Mark, past: bool) -> Factuality {
    match mark {
        Mark::After if past => Factuality::Done,
        Mark::After => Factuality::Conditional,
        _ => Factuality::Planned,
    }
}

fn name_of(kind: TurnKind) -> &'static str {
    match kind {
        TurnKind::Happen => "noun-happens",
        TurnKind::Begin => "noun-begins",
        TurnKind::Exist => "noun-goes-on",
        TurnKind::Plan => "noun-planned",
        TurnKind::Demand => "noun-demanded",
        TurnKind::Refuse => "noun-refused",
        TurnKind::Fail => "noun-failed",
        TurnKind::Postpone => "noun-put-off",
        TurnKind::Deny => "noun-denied",
        TurnKind::Consent => "noun-decided",
        TurnKind::Move => "noun-travelled-for",
        TurnKind::Claim => "noun-claimed",
        TurnKind::Presuppose => "noun-presupposed",
    }
}
