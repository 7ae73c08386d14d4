//! What a verb form and its auxiliaries say: the first rule of the language that fits.

use super::clauses::{Clause, Kind};
use super::context::Context;
use super::lexicon::{Conjugation, Form, Item, Mark, Reads};
use super::verbs::preposition;

/// How a form is read, and the auxiliaries used for it.
pub struct Read {
    pub form: Form,
    pub reads: Reads,
    pub moved: Reads,
    pub rule: String,
    pub used: Vec<usize>,
}

impl Read {
    /// By the form alone.
    fn bare(form: Form, reads: Reads, rule: &str) -> Self {
        Self {
            form,
            reads,
            moved: reads,
            rule: rule.to_owned(),
            used: Vec::new(),
        }
    }
}

pub fn read(
    context: &Context,
    clause: &Clause,
    place: usize,
    at: usize,
    forms: &[Form],
    group: &[usize],
) -> Option<Read> {
    if forms.contains(&Form::Gerundive) {
        let reads = if context
            .before(at)
            .is_some_and(|before| context.has(before, Mark::To))
            || context.key(at).contains("zu")
        {
            Reads::Future
        } else {
            Reads::Now
        };
        return Some(Read::bare(Form::Gerundive, reads, "attributive-gerundive"));
    }
    if forms.contains(&Form::Attributive) {
        if attributive(context, clause, place, at) {
            return Some(Read::bare(Form::Attributive, Reads::Past, "attributive"));
        }
        if !forms.contains(&Form::Past) {
            return None;
        }
    }
    if forms.contains(&Form::Participle) && is_wished(context, clause, place, group) {
        return Some(Read::bare(Form::Participle, Reads::Governed, "governed"));
    }
    let bracketed = in_brackets(context, clause, place, forms, group);
    let headline = elliptic(context, clause, place, forms, group) || bracketed;
    let group = if bracketed { &[] } else { group };
    let rules = context.vocabulary.readings.iter();
    let mut fits = rules.filter_map(|rule| {
        let form = *rule.form.iter().find(|form| forms.contains(form))?;
        if headline && form != Form::Participle {
            return None;
        }
        let used = features(context, group, &rule.with)?;
        Some(Read {
            form,
            reads: rule.reads,
            moved: rule.sein.unwrap_or(rule.reads),
            rule: rule.id.clone(),
            used,
        })
    });
    fits.next()
}

/// "Migrationsabkommen mit Kenia unterzeichnet": a participle at the end, and no auxiliary anywhere.
fn elliptic(
    context: &Context,
    clause: &Clause,
    place: usize,
    forms: &[Form],
    group: &[usize],
) -> bool {
    let bare = context.vocabulary.conjugation == Conjugation::German
        && group.is_empty()
        && forms.contains(&Form::Participle)
        && clause.kind == Kind::Main;
    let last = place >= 3 && place + 1 == clause.words.len();
    bare && (last || behind_instrument(context, clause, place) || heads(context, clause, place))
}

/// "Abkommen (mit Kenia) unterzeichnet", with nothing but the time or the place behind it: nobody is left to act.
fn behind_instrument(context: &Context, clause: &Clause, place: usize) -> bool {
    let (before, behind) = (&clause.words[..place], &clause.words[place + 1..]);
    let instrument = |at: usize| {
        let mut found = context.found[at].iter();
        found.any(|found| matches!(found.item, Item::Instrument(_)))
    };
    let mut near = before.iter().rev();
    let with = |&&at: &&usize| context.mention(at).is_some() || context.has(at, Mark::With);
    let object = near.find(|at| !with(at)).is_some_and(|&at| instrument(at));
    let mut near = behind.iter().zip(place..).take_while(|(at, before)| {
        let between = clause.words[*before] + 1..**at;
        between.into_iter().all(|sign| context.dated[sign])
    });
    let settled = near.all(|(&at, _)| {
        let located = context
            .before(at)
            .is_some_and(|before| context.has(before, Mark::Site));
        context.dated[at] || preposition(context, at) || located
    });
    let ends = clause.words.get(place + 1) != Some(&(clause.words[place] + 1));
    object && (ends || settled)
}

/// "Unterzeichnet: Abkommen mit Kenia"
fn heads(context: &Context, clause: &Clause, place: usize) -> bool {
    let next = clause.words[place] + 1;
    place == 0 && next < context.tokens.len() && context.word(next) == ":"
}

/// "(unterzeichnet am 4. Juni 2024, …)": behind a sign, with neither subject nor auxiliary.
fn in_brackets(
    context: &Context,
    clause: &Clause,
    place: usize,
    forms: &[Form],
    group: &[usize],
) -> bool {
    let at = clause.words[place];
    let behind_sign = at
        .checked_sub(1)
        .is_some_and(|before| context.is_sign(before));
    let timed = context.tokens.get(at + 1).is_none_or(|_| {
        context.is_sign(at + 1) || context.dated[at + 1] || preposition(context, at + 1)
    });
    // The auxiliary outside of brackets belongs to another verb.
    let alone = group.is_empty() || at > 0 && context.word(at - 1) == "(";
    context.vocabulary.conjugation == Conjugation::German
        && alone
        && forms.contains(&Form::Participle)
        && behind_sign
        && timed
}

/// "wants the agreement signed by May", "hopes to see it terminated": behind the object of a wish. An object behind
/// the participle makes a verb of it ("who wanted the agreement signed it").
fn is_wished(context: &Context, clause: &Clause, place: usize, group: &[usize]) -> bool {
    let words = &clause.words;
    let at = words[place];
    let active = words.get(place + 1).is_some_and(|&next| {
        let object = context.has(next, Mark::Determiner) || context.has(next, Mark::Pronoun);
        object && !context.dated[next]
    });
    let instrument = |word: usize| {
        let mut found = context.found[word].iter();
        found.any(|found| matches!(found.item, Item::Instrument(_)))
    };
    // "a say in the agreement Germany signed"
    let subject = context
        .before(at)
        .and_then(|before| context.mention(before))
        .and_then(|mention| context.before(mention.first))
        .is_some_and(instrument);
    let english = context.vocabulary.conjugation == Conjugation::English;
    if !english || !group.is_empty() || active || subject {
        return false;
    }
    let mut before = words[..place].iter().rev().copied();
    let wish = before.find_map(|word| {
        let wish = context.marks(word).find(|(mark, _)| *mark == Mark::Wished);
        let finite = context.features(word) & context.vocabulary.finite != 0;
        // "hopes to have …", "what it wants is …"
        let belongs = context.before(word).is_some_and(|before| {
            context.has(before, Mark::To) || context.has(before, Mark::Wished)
        });
        match wish {
            Some((_, last)) => Some(Some(last)),
            None => (finite && !belongs).then_some(None),
        }
    });
    wish.flatten()
        .is_some_and(|wish| (wish + 1..at).any(instrument))
}

/// A word of its own for each feature.
fn features(context: &Context, group: &[usize], wanted: &[String]) -> Option<Vec<usize>> {
    let mut used: Vec<usize> = Vec::new();
    for name in wanted {
        let bit = context.vocabulary.feature(name);
        let free = group.iter().copied().filter(|word| !used.contains(word));
        let fitting = free.filter(|&word| context.features(word) & bit != 0);
        // The word with the fewest other uses, so that "werden" is left for what only it can be.
        used.push(fitting.min_by_key(|&word| context.features(word).count_ones())?);
    }
    Some(used)
}

/// "das am 5. Dezember 2022 unterzeichnete Abkommen": a noun follows, and its article stands before.
fn attributive(context: &Context, clause: &Clause, place: usize, at: usize) -> bool {
    let mut after = clause.words[place + 1..].iter().take(4);
    let noun = match after.find(|&&word| context.tokens[word].capital) {
        Some(&noun) => (at + 1..noun).all(|word| {
            !context.is_sign(word)
                && !context.has(word, Mark::Determiner)
                && !preposition(context, word)
        }),
        None => place + 1 == clause.words.len() && clause.open,
    };
    noun && opened(context, clause, place)
}

/// Whether an article or a preposition before the participle still waits for its noun.
fn opened(context: &Context, clause: &Clause, place: usize) -> bool {
    let mut nouns = 0;
    for &word in clause.words[..place].iter().rev().take(12) {
        let of_date = context.dated[word] || context.dated[word + 1] && preposition(context, word);
        if of_date {
            continue;
        }
        if context.has(word, Mark::Determiner) || preposition(context, word) {
            // "Statt eines Abkommens": preposition and article have one noun.
            if context.has(word + 1, Mark::Determiner) && !context.has(word, Mark::Determiner) {
                continue;
            }
            if nouns == 0 {
                return true;
            }
            nouns -= 1;
        } else if context.has(word, Mark::And) {
            // "unter Dach und Fach": nouns side by side share what stands before them.
            nouns = usize::max(nouns, 1) - 1;
        } else if context.tokens[word].capital {
            // "La Paz" is one name.
            nouns += usize::from(!context.tokens[word + 1].capital);
        } else if context.features(word) != 0 {
            return false;
        }
    }
    place == 0
}
