//! Verb groups: the verb, what belongs to it elsewhere in the clause, and what its auxiliaries make of it.

use super::clauses::Clause;
use super::context::Context;
use super::gaps::names_a_condition;
use super::lexicon::{Conjugation, Form, Item, Mark, Reads};
use super::verb_readings::read;

/// A verb of a clause, put together again and read.
#[derive(Debug, Clone)]
pub struct Occurrence {
    pub at: usize,
    pub lexeme: usize,
    pub form: Form,
    pub reads: Reads,
    /// The same for a verb whose perfect is made with "sein".
    pub moved: Reads,
    /// Of the reading, for the rule id.
    pub rule: String,
    /// Particle, complement and auxiliaries, as they were used.
    pub with: Vec<usize>,
    pub tie: Tie,
    /// The auxiliaries, for a verb that shares them.
    group: Vec<usize>,
}

/// How closely a verb and its cue belong together; the closer is tried first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tie {
    Plain,
    Particle,
    Complement,
}

/// At most so many words between an English verb and its auxiliary.
const GROUP: usize = 8;

/// All verbs of a clause that the lexicon knows, in order. What the clause leaves out, its lender has: the
/// auxiliaries, or all of the verb.
pub fn occurrences(
    context: &Context,
    clause: &Clause,
    lender: Option<(&Clause, &[Occurrence])>,
) -> Vec<Occurrence> {
    let lent = lender.map_or(Vec::new(), |(lender, _)| auxiliaries(context, lender));
    let mut made: Vec<Occurrence> = Vec::new();
    for (place, &at) in clause.words.iter().enumerate() {
        let found = at_word(context, clause, place, at, made.last(), &lent);
        // A particle at the end of the clause makes another verb of it: "kündigt … an" terminates nothing. So does
        // what turns it: "gilt als" is not in force.
        let another = found.iter().any(|verb| {
            let turns = !context.vocabulary.verbs[verb.lexeme].turns.is_empty();
            verb.tie == Tie::Particle || verb.tie == Tie::Complement && turns
        });
        made.extend(
            found
                .into_iter()
                .filter(|verb| !another || verb.tie != Tie::Plain),
        );
    }
    match lender {
        Some((_, verbs)) if made.is_empty() && !names_a_condition(context, &clause.words) => {
            verbs.to_vec()
        }
        _ => made,
    }
}

fn auxiliaries(context: &Context, clause: &Clause) -> Vec<usize> {
    let words = clause.words.iter().copied();
    words.filter(|&word| context.features(word) != 0).collect()
}

fn at_word(
    context: &Context,
    clause: &Clause,
    place: usize,
    at: usize,
    last: Option<&Occurrence>,
    lent: &[usize],
) -> Vec<Occurrence> {
    // "Ende Mai 2025" ends nothing, nor does "entre" enter into force.
    let small = context.dated[at] || context.has(at, Mark::With);
    let no_verb = small || capital_noun(context, place, at);
    if no_verb || named_by_article(context, at) {
        return Vec::new();
    }
    let mut lexemes: Vec<usize> = Vec::new();
    for found in &context.found[at] {
        if let Item::Verb { lexeme, .. } = found.item
            && !lexemes.contains(&lexeme)
        {
            lexemes.push(lexeme);
        }
    }
    let mut group = group(context, clause, place, at, last);
    if group.is_empty() {
        group.extend(lent);
    }
    lexemes
        .into_iter()
        .filter_map(|lexeme| {
            let (with, tie) = partners(context, clause, at, lexeme)?;
            let forms = forms(context, at, lexeme, tie);
            let read = read(context, clause, place, at, &forms, &group)?;
            let with = [with, read.used].concat();
            Some(Occurrence {
                at,
                lexeme,
                form: read.form,
                reads: read.reads,
                moved: read.moved,
                rule: read.rule,
                with,
                tie,
                group: group.clone(),
            })
        })
        .collect()
}

/// In German a verb with a capital letter is a noun, unless it begins the sentence.
fn capital_noun(context: &Context, place: usize, at: usize) -> bool {
    let first = place == 0
        || at
            .checked_sub(1)
            .is_none_or(|before| context.is_sign(before));
    context.tokens[at].capital && !first && context.vocabulary.conjugation == Conjugation::German
}

/// "a list", "the sign": behind an article an English word is a noun.
fn named_by_article(context: &Context, at: usize) -> bool {
    context.vocabulary.conjugation == Conjugation::English
        && context
            .before(at)
            .is_some_and(|before| context.has(before, Mark::Determiner) || context.owns(before))
        && !context.found[at].iter().any(|found| {
            matches!(
                found.item,
                Item::Verb {
                    form: Form::Participle | Form::Gerund,
                    ..
                }
            )
        })
}

/// The particle and the complement that the verb needs, if both are there.
fn partners(
    context: &Context,
    clause: &Clause,
    at: usize,
    lexeme: usize,
) -> Option<(Vec<usize>, Tie)> {
    let verb = &context.vocabulary.verbs[lexeme];
    let mut with = Vec::new();
    let mut tie = Tie::Plain;
    let has = |apart: bool| {
        context.found[at].iter().any(|found| {
            matches!(found.item, Item::Verb { lexeme: other, apart: other_apart, .. } if other == lexeme && other_apart == apart)
        })
    };
    if let Some(particle) = &verb.particle {
        let found = particle_of(context, clause, at, particle);
        match found {
            Some(place) if has(true) => {
                with.push(place);
                tie = Tie::Particle;
            }
            _ if has(false) => tie = Tie::Particle,
            _ => return None,
        }
    }
    if verb.complement {
        let found = clause.words.iter().find_map(|&word| {
            let found = context.found[word]
                .iter()
                .find(|found| found.item == Item::Complement(lexeme))?;
            clause
                .words
                .contains(&found.last)
                .then_some((word, found.last))
        })?;
        with.extend(found.0..=found.1);
        tie = Tie::Complement;
    }
    Some((with, tie))
}

/// A separated particle: after the verb, and last before a sign, a conjunction or the end.
fn particle_of(context: &Context, clause: &Clause, at: usize, particle: &str) -> Option<usize> {
    clause.words.iter().copied().find(|&word| {
        let next = word + 1;
        let last =
            next >= context.tokens.len() || context.is_sign(next) || context.has(next, Mark::And);
        word > at && context.key(word) == particle && last
    })
}

fn forms(context: &Context, at: usize, lexeme: usize, tie: Tie) -> Vec<Form> {
    let to = context
        .before(at)
        .is_some_and(|before| context.has(before, Mark::To));
    let fits = |apart: bool| {
        tie != Tie::Particle || !apart || context.vocabulary.verbs[lexeme].particle.is_some()
    };
    let mut forms = Vec::new();
    for found in &context.found[at] {
        if let Item::Verb {
            lexeme: other,
            form,
            apart,
        } = found.item
            && other == lexeme
            && fits(apart)
        {
            match form {
                Form::Infinitive if to => forms.push(Form::Intended),
                Form::Present if to => {}
                form => forms.push(form),
            }
        }
    }
    forms
}

/// The auxiliaries of a verb: in German those of the clause, elsewhere those right before it.
fn group(
    context: &Context,
    clause: &Clause,
    place: usize,
    at: usize,
    last: Option<&Occurrence>,
) -> Vec<usize> {
    if context.vocabulary.conjugation == Conjugation::German {
        let mut found = auxiliaries(context, clause);
        found.retain(|&word| word != at);
        return found;
    }
    let mut found = Vec::new();
    for &word in clause.words[..place].iter().rev().take(GROUP) {
        if context.features(word) != 0 {
            found.insert(0, word);
        } else if context.has(word, Mark::And) && found.is_empty() {
            return last.map(|last| last.group.clone()).unwrap_or_default();
        } else if !transparent(context, word) {
            break;
        }
    }
    found
}

/// What may stand between an auxiliary and its verb.
fn transparent(context: &Context, word: usize) -> bool {
    context.dated[word]
        || [Mark::Adverb, Mark::Negation, Mark::To, Mark::Hearsay]
            .iter()
            .any(|&mark| context.has(word, mark))
        || (context.vocabulary.conjugation == Conjugation::English
            && context.key(word).ends_with("ly"))
}

pub fn preposition(context: &Context, word: usize) -> bool {
    let marks = [
        Mark::With,
        Mark::At,
        Mark::About,
        Mark::Preposition,
        Mark::Purpose,
        Mark::By,
        Mark::After,
        Mark::Before,
    ];
    context.marks(word).any(|(mark, _)| marks.contains(&mark))
}
