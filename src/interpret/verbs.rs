//! Verb groups: the verb, what belongs to it elsewhere in the clause, and what its auxiliaries make of it.

use super::clauses::Clause;
use super::context::Context;
use super::lexicon::{Conjugation, Form, Item, Mark, Reads};

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

/// All verbs of a clause that the lexicon knows, in order.
pub fn occurrences(context: &Context, clause: &Clause) -> Vec<Occurrence> {
    let mut made: Vec<Occurrence> = Vec::new();
    for (place, &at) in clause.words.iter().enumerate() {
        let found = at_word(context, clause, place, at, made.last());
        // A particle at the end of the clause makes another verb of it: "kündigt … an" terminates nothing.
        let particle = found.iter().any(|verb| verb.tie == Tie::Particle);
        made.extend(
            found
                .into_iter()
                .filter(|verb| !particle || verb.tie != Tie::Plain),
        );
    }
    made
}

fn at_word(
    context: &Context,
    clause: &Clause,
    place: usize,
    at: usize,
    last: Option<&Occurrence>,
) -> Vec<Occurrence> {
    if capital_noun(context, place, at) || named_by_article(context, at) {
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
    let group = group(context, clause, place, at, last);
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
            .is_some_and(|before| context.has(before, Mark::Determiner))
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

/// How a form is read, and the auxiliaries used for it.
struct Read {
    form: Form,
    reads: Reads,
    moved: Reads,
    rule: String,
    used: Vec<usize>,
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

fn read(
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
    let headline = elliptic(context, clause, place, forms, group)
        || in_brackets(context, clause, place, forms, group);
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
    context.vocabulary.conjugation == Conjugation::German
        && group.is_empty()
        && forms.contains(&Form::Participle)
        && clause.kind == super::clauses::Kind::Main
        && place >= 3
        && place + 1 == clause.words.len()
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
    context.vocabulary.conjugation == Conjugation::German
        && group.is_empty()
        && forms.contains(&Form::Participle)
        && behind_sign
        && timed
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

/// The auxiliaries of a verb: in German those of the clause, elsewhere those right before it.
fn group(
    context: &Context,
    clause: &Clause,
    place: usize,
    at: usize,
    last: Option<&Occurrence>,
) -> Vec<usize> {
    if context.vocabulary.conjugation == Conjugation::German {
        let words = clause.words.iter().copied();
        return words
            .filter(|&word| context.features(word) != 0 && word != at)
            .collect();
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
            nouns += 1;
        } else if context.features(word) != 0 {
            return false;
        }
    }
    place == 0
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
