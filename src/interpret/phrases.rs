//! Whether a noun stands for itself, or only inside the phrase of another ("eine Debatte über die Kündigung").

use super::context::Context;
use super::lexicon::{Aspect, Conjugation, Item, Mark, TurnKind};
use super::objects::{self, governor};
use crate::model::Factuality;

/// Where a noun that names a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The verb speaks of it.
    Own,
    /// So does it with what is only the form of a step: "die Zeremonie zur Unterzeichnung".
    Clothed,
    /// The verb speaks of what comes before it: "die Vorbereitung der Unterzeichnung".
    Prepared,
    /// The verb speaks of a law, by which the step is taken: "das Gesetz zur Einstufung".
    Enacted,
    /// It only says what another noun is about.
    Inside,
    /// It hangs on the verb by a preposition: "ohne Unterzeichnung".
    Beside,
}

/// How far the noun stands from the preposition of another: "Vorbereitungen in Berlin auf die Unterzeichnung".
const FAR: usize = 6;

/// A noun and the verb that may speak of it.
#[derive(Debug, Clone, Copy)]
pub struct Hanging {
    pub place: Place,
    pub kind: TurnKind,
    pub aspect: Aspect,
    /// The verb takes the noun through its preposition.
    pub taken: bool,
    /// The verb says that it was held.
    pub held: bool,
}

/// What is left of a verb's verdict by where the noun stands: nothing, if the verb only tells that something else
/// happened; of what is prepared, decided on or going on, a plan.
pub fn verdict(hanging: Hanging, verdict: Factuality) -> Option<Factuality> {
    let Hanging { place, kind, .. } = hanging;
    let done = matches!(
        verdict,
        Factuality::Done | Factuality::State | Factuality::Ongoing | Factuality::ReportedDone
    );
    let happens = matches!(kind, TurnKind::Happen | TurnKind::Begin | TurnKind::Exist);
    // "Die Ratifizierung lief", "stand zur Debatte": an act that goes on is not done.
    let exists = kind == TurnKind::Exist;
    let goes_on = exists && hanging.aspect == Aspect::Single && !hanging.held && done;
    let planned = match place {
        Place::Own | Place::Clothed => goes_on,
        _ if kind == TurnKind::Consent => place != Place::Enacted && verdict == Factuality::Done,
        _ if !happens || hanging.taken => false,
        Place::Prepared => true,
        _ if exists && !done => false,
        _ => return None,
    };
    // "Es kam zu einem Streit um die Kündigung."
    if kind == TurnKind::Move && place == Place::Inside {
        return None;
    }
    Some(if planned {
        Factuality::Planned
    } else {
        verdict
    })
}

/// The place of a noun beside a verb; `with` are the other words of that verb.
pub fn place(context: &Context, noun: usize, with: &[usize]) -> Place {
    // "auf die Unterzeichnung folgte …", "stimmte für die Einstufung"
    let Some(link) = link(context, noun).filter(|link| !with.contains(link)) else {
        return Place::Own;
    };
    let genitive = context.has(link, Mark::Genitive) || context.has(link, Mark::By);
    let germanic = matches!(
        context.vocabulary.conjugation,
        Conjugation::German | Conjugation::English
    );
    // "entamer des négociations" has an article that looks like a preposition.
    if !germanic && (genitive || !context.has(link, Mark::About)) {
        return Place::Own;
    }
    let is = |at: usize, wanted: fn(Item) -> bool| {
        context.found[at].iter().any(|found| wanted(found.item))
    };
    // "eine Runde von Gesprächen", "der Abschluss der Ratifizierung": as far as the one got, so did the other.
    let head = context.before(link);
    let same = is(noun, |item| matches!(item, Item::Instrument(_)))
        || head.is_some_and(|head| is(head, |item| matches!(item, Item::Noun(_))));
    if genitive && same {
        return Place::Own;
    }
    let near = (link.saturating_sub(FAR)..link).rev();
    let mut phrase = near.take_while(|&at| {
        let verb = is(at, |item| matches!(item, Item::Verb { .. }));
        !context.is_sign(at) && !verb && context.features(at) == 0
    });
    let law = |at: usize| {
        context.found[at].iter().any(|found| match found.item {
            Item::Instrument(at) => context.vocabulary.instruments[at].class == "law",
            _ => false,
        })
    };
    let named = phrase.find_map(|at| {
        if context.has(at, Mark::Ceremony) {
            Some(Place::Clothed)
        } else if context.has(at, Mark::Preparation) {
            Some(Place::Prepared)
        } else {
            law(at).then_some(Place::Enacted)
        }
    });
    let noun_before = head.is_some_and(|head| {
        let known = is(head, |item| {
            matches!(item, Item::Verb { .. } | Item::Mark(_))
        });
        let german = context.vocabulary.conjugation == Conjugation::German;
        (context.tokens[head].capital || !german) && !known && context.mention(head).is_none()
    });
    let unnamed = if noun_before || genitive {
        Place::Inside
    } else {
        Place::Beside
    };
    named.unwrap_or(unnamed)
}

/// The preposition, or the article of the genitive, by which a noun hangs on what stands before it.
fn link(context: &Context, noun: usize) -> Option<usize> {
    // "In 2024 the signing took place": what stands before the article is a date.
    let dated = |link: &usize| (*link..noun).any(|at| context.dated[at]);
    if let Some(link) = governor(context, noun).filter(|link| !dated(link)) {
        return Some(link);
    }
    let owner = objects::owner(context, noun)?;
    let free =
        context.dated[owner] || context.mention(owner).is_some() || is_masculine(context, noun);
    (!free).then_some(owner + 1)
}

/// "Im Beisein der Ministerin der Abschluss …": behind "der", a masculine noun is no genitive.
fn is_masculine(context: &Context, noun: usize) -> bool {
    let article = (noun.saturating_sub(4)..noun)
        .rev()
        .find(|&at| context.has(at, Mark::Genitive));
    let plain = article.is_some_and(|article| context.key(article) == "der");
    let declined = format!("{}es", context.key(noun));
    plain
        && (!context.vocabulary.entries(&declined).is_empty()
            || context.vocabulary.tail(&declined).is_some())
}
