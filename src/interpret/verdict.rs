//! From what the verbs say to what is claimed: the factuality of a step.

use super::lexicon::{Aspect, Reads, TurnKind};
use crate::model::Factuality;

/// What a cue says of its own, instead of what the stage's aspect says.
#[derive(Debug, Clone, Copy, Default)]
pub struct Own {
    pub now: Option<Factuality>,
    pub done: Option<Factuality>,
}

/// Whether others in the decision must still follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    Last,
    Another,
}

/// What a verb says of the step that it takes itself.
pub fn of_verb(reads: Reads, aspect: Aspect, own: Own) -> Factuality {
    match reads {
        Reads::Past => own.done.unwrap_or(Factuality::Done),
        Reads::State => own.done.unwrap_or(Factuality::State),
        Reads::Now => own.now.unwrap_or(aspect.now()),
        Reads::Future | Reads::Governed => Factuality::Planned,
        Reads::Reported => match own.done {
            Some(done) if done != Factuality::State => done,
            _ => Factuality::ReportedDone,
        },
        Reads::Unreal => Factuality::Conditional,
    }
}

/// What a verb says of the step that hangs on it: "die Unterzeichnung ist geplant".
pub fn of_turn(turn: TurnKind, reads: Reads, aspect: Aspect, word: Word) -> Factuality {
    let to_come = matches!(reads, Reads::Future | Reads::Governed);
    let open = to_come && matches!(turn, TurnKind::Refuse | TurnKind::Fail | TurnKind::Postpone);
    if reads == Reads::Unreal || turn == TurnKind::Demand || open {
        return Factuality::Conditional;
    }
    match turn {
        TurnKind::Plan | TurnKind::Move | TurnKind::Demand => Factuality::Planned,
        TurnKind::Refuse | TurnKind::Deny => Factuality::Negated,
        TurnKind::Fail | TurnKind::Postpone => Factuality::Failed,
        TurnKind::Claim => Factuality::ReportedDone,
        TurnKind::Presuppose => match reads {
            Reads::Past | Reads::State | Reads::Now => Factuality::Done,
            Reads::Reported => Factuality::ReportedDone,
            _ => Factuality::Planned,
        },
        TurnKind::Consent => match (reads, word) {
            (Reads::Past | Reads::State, Word::Last) => Factuality::Done,
            _ => Factuality::Planned,
        },
        TurnKind::Begin if aspect == Aspect::Single => of_turn(TurnKind::Plan, reads, aspect, word),
        TurnKind::Happen | TurnKind::Begin | TurnKind::Exist => {
            let now = if aspect == Aspect::Lasting {
                Some(Factuality::Ongoing)
            } else {
                None
            };
            match of_verb(reads, aspect, Own { now, done: None }) {
                Factuality::State if turn == TurnKind::Exist => Factuality::Ongoing,
                // "ist erfolgt", "ist begonnen worden": an act.
                Factuality::State => Factuality::Done,
                verdict => verdict,
            }
        }
    }
}

/// What a negation makes of it. A step that failed or hangs on a condition is none already.
pub fn negated(verdict: Factuality) -> Factuality {
    match verdict {
        Factuality::Failed | Factuality::Conditional => verdict,
        _ => Factuality::Negated,
    }
}

/// What "angeblich" makes of it.
pub fn hearsay(verdict: Factuality) -> Factuality {
    match verdict {
        Factuality::Done | Factuality::State => Factuality::ReportedDone,
        other => other,
    }
}
