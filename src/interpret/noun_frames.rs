//! Steps named by a noun ("Unterzeichnung"): the verb it hangs on, or the preposition before it, says whether they are taken.

use super::context::Context;
use super::contrast::EVERYWHERE;
use super::dates::Role;
use super::finite::{Finite, strongest};
use super::frames::{self, Finding, Own};
use super::lexicon::{Aspect, Form, Item, Mark, Reads, TurnKind};
use super::noun_dates::{by_date, lies_ahead, stands_alone};
use super::objects::{Answer, Object, Wanted, governor};
use super::phrases::{self, Hanging, Place};
use super::put_off;
use super::sentence::Scene;
use super::signals;
use super::verbs::{Occurrence, Tie};
use super::verdict::{self, Word};
use crate::model::{Factuality, Stage};

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
    let (stage, undated, object) = step(scene, clause, at)?;
    if of_verb(scene, clause, at) {
        return None;
    }
    let aspect = frames::aspect(context, &stage);
    let words = &scene.sentence.clauses[clause].words;
    let verbs = &scene.sentence.verbs[clause];
    let described = described(context, verbs, at);
    let time = signals::time_before(context, at).filter(|_| described.is_none());
    // "begrüßte die geplante Unterzeichnung"
    let turned = signals::turn(context, verbs, at)
        .filter(|(_, kinds)| kinds[0] != TurnKind::Presuppose || described.is_none())
        .filter(|_| described.is_none() || governor(context, at).is_none());
    let described = described.filter(|_| turned.is_none());
    let since = time.is_some_and(|(before, _)| context.has(before, Mark::Since));
    let in_passing = described.is_some() || since;
    let turn = turned.or(described);
    let kinds = turn.as_ref().map(|(_, kinds)| kinds.as_slice());
    let with = turn.as_ref().map(|(verb, _)| verb.with.as_slice());
    let taken =
        time.is_some_and(|(before, mark)| takes_it(mark, context.has(before, Mark::With), kinds));
    let place = phrases::place(context, at, with.unwrap_or_default());
    let clothed = place == Place::Clothed && kinds.is_some();
    let mut apart = None;
    let (mut factuality, name, mut cues) = match (time.filter(|_| !clothed), turn) {
        // "seit der Unterzeichnung"
        (Some((before, _)), _) if since => (Factuality::Done, "noun-in-time", vec![before]),
        (Some((before, mark)), turn) if !taken => {
            let past = signals::is_past(verbs, context, words);
            let verdict = by_time(context, mark, past);
            // "Die Einleitung des Verfahrens zur Kündigung erfolgte im Mai."
            let told = turn.filter(|(_, kinds)| kinds[0] == TurnKind::Happen && past);
            apart = told
                .filter(|_| mark == Mark::Purpose)
                .map(|(verb, _)| (clause, verb.at, Own::Apart));
            (verdict, "noun-in-time", vec![before])
        }
        (_, Some((verb, kinds))) if kinds[0] == TurnKind::Presuppose => {
            let verdict = presupposed(context, words, verbs, verb, at)?;
            (verdict, "noun-presupposed", vec![verb.at])
        }
        (_, Some((verb, kinds))) => {
            let word = signals::word(context, words).unwrap_or(Word::Last);
            let begins = kinds[0] == TurnKind::Begin && verb.reads == Reads::Now;
            let verdict = if begins && is_ahead(context, words) {
                Factuality::Planned
            } else {
                verdict::of_turn(kinds[0], turn_reads(verb, kinds[0]), aspect, word)
            };
            let hanging = Hanging {
                place,
                kind: kinds[0],
                aspect,
                taken,
                held: context.has(verb.at, Mark::Held),
            };
            let placed = phrases::verdict(hanging, verdict)?;
            let other = placed != verdict;
            // "Im Mai erfolgte die Vorbereitung der Unterzeichnung": the day is that of the verb.
            apart = other.then_some((clause, verb.at, Own::Apart));
            (
                placed,
                if other {
                    "noun-planned"
                } else {
                    name_of(kinds[0])
                },
                [vec![verb.at], verb.with.clone()].concat(),
            )
        }
        // "with Moldova: no signature yet"
        _ if strongest(context, words) == Finite::No => {
            match signals::negation(context, words, at) {
                Some(negation) => (Factuality::Negated, "noun-denied", vec![negation]),
                None if aspect == Aspect::Single => {
                    (by_date(scene, clause, at)?, "noun-dated", Vec::new())
                }
                None => return None,
            }
        }
        _ => return None,
    };
    if let Some(instead) = governor(context, at).filter(|&at| context.ends(at, Mark::Replaced)) {
        factuality = Factuality::Negated;
        cues.push(instead);
    }
    let put_off = name == "noun-put-off";
    let until = put_off.then(|| put_off::to(scene, clause)).flatten();
    if until.is_some() && factuality == Factuality::Failed {
        factuality = Factuality::Planned;
    }
    let step = at.max(turn_at(verbs, at, context).unwrap_or(at));
    if let Some(negation) = signals::negation(context, words, step)
        && !in_passing
    {
        factuality = verdict::negated(factuality);
        cues.push(negation);
    }
    cues.insert(0, at);
    let stage = match undated {
        Some(undated) if factuality == Factuality::Planned && !is_dated(context, words) => undated,
        _ => stage,
    };
    let firm = factuality == Factuality::Ongoing && firm(verbs, turn_at(verbs, at, context));
    Some(Finding {
        clause,
        at,
        stage,
        factuality,
        rule: frames::rule(context, name),
        cues,
        object,
        attributive: false,
        governor: apart,
        firm,
        until,
        side: EVERYWHERE,
    })
}

/// "begrüßte die Unterzeichnung": only what is itself welcomed or confirmed is done, and no plan is told of it.
fn presupposed(
    context: &Context,
    words: &[usize],
    verbs: &[Occurrence],
    verb: &Occurrence,
    noun: usize,
) -> Option<Factuality> {
    let article = context
        .before(noun)
        .filter(|&at| context.has(at, Mark::Indefinite));
    let open = signals::negation(context, words, usize::MAX).is_some()
        || matches!(verb.reads, Reads::Future | Reads::Governed | Reads::Unreal);
    if !stands_alone(context, noun) || article.is_some() || open {
        return None;
    }
    let mut others = verbs.iter().filter(|other| other.at != verb.at);
    let planned = others.any(|other| {
        let turns = &context.vocabulary.verbs[other.lexeme].turns;
        turns.contains(&TurnKind::Plan)
    });
    let verdict = verdict::of_turn(TurnKind::Presuppose, verb.reads, Aspect::Single, Word::Last);
    Some(if planned || lies_ahead(context, words, noun) {
        Factuality::Planned
    } else {
        verdict
    })
}

/// "die für Mai angesetzte Unterzeichnung", "nach der abgesagten Unterzeichnung": what describes the noun counts where
/// no verb turns it.
fn described<'a>(
    context: &Context,
    verbs: &'a [Occurrence],
    at: usize,
) -> Option<(&'a Occurrence, Vec<TurnKind>)> {
    let before = context.before(at)?;
    let verb = verbs
        .iter()
        .find(|verb| verb.at == before && verb.form == Form::Attributive)?;
    let kinds = &context.vocabulary.verbs[verb.lexeme].turns;
    let open = [TurnKind::Plan, TurnKind::Fail, TurnKind::Postpone];
    open.contains(kinds.first()?).then(|| (verb, kinds.clone()))
}

/// The stage of a noun by its object: of several cues the one that finds its own counts.
fn step(scene: &Scene, clause: usize, at: usize) -> Option<(Stage, Option<Stage>, Option<Object>)> {
    let context = scene.context;
    let mut alone = None;
    for found in &context.found[at] {
        let Item::Noun(cue) = found.item else {
            continue;
        };
        let (stage, cue) = &context.vocabulary.noun_cues[cue];
        if found.compound == Some(super::lexicon::Scope::Outside) {
            return None;
        }
        // "nach Abschluss der Verfahren" concludes no agreement.
        if of_another(context, at, &cue.object) {
            continue;
        }
        let wanted = Wanted {
            classes: &cue.object,
            prepositions: &[],
            head: false,
            at,
            within: EVERYWHERE,
        };
        match scene.resolve(clause, &wanted) {
            Answer::Found(object) => {
                return Some((stage.clone(), cue.undated.clone(), Some(object)));
            }
            Answer::Alone => alone = alone.or(Some((stage.clone(), cue.undated.clone(), None))),
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
fn by_time(context: &Context, mark: Mark, past: bool) -> Factuality {
    debug_assert!(!context.tokens.is_empty());
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
