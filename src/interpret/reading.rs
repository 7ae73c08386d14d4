//! Reads a passage from its first sentence to its last, and says what was found on the way.

use super::clauses::Kind;
use super::context::Context;
use super::details;
use super::frames::{self, Finding};
use super::lexicon::Lexicon;
use super::pairing::paired;
use super::partners;
use super::sentence::{Scene, Sentence};
use super::sentences::sentences;
use super::{Passage, verbs};
use crate::model::{Extent, Factuality, Quote, Statement};

/// How a passage was read, for people who want to see why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    pub sentences: Vec<Explained>,
}

/// One sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    pub text: String,
    pub clauses: Vec<ExplainedClause>,
    pub statements: Vec<Statement>,
}

/// One clause of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplainedClause {
    pub text: String,
    pub kind: &'static str,
    pub countries: Vec<String>,
    /// Verbs with their form and the rule that read them.
    pub verbs: Vec<String>,
    /// Instruments with their class.
    pub objects: Vec<String>,
    pub dates: Vec<String>,
}

/// The statements of a text, in its order. A language without a lexicon file has none.
pub fn statements(lexicon: &Lexicon, passage: &Passage) -> Vec<Statement> {
    let mut all = Vec::new();
    read(lexicon, passage, |_, _, statements| all.extend(statements));
    all
}

/// How the statements of a text came about.
pub fn explain(lexicon: &Lexicon, passage: &Passage) -> Explanation {
    let mut sentences = Vec::new();
    read(lexicon, passage, |context, sentence, statements| {
        sentences.push(Explained {
            text: context
                .span(sentence.range.start, sentence.range.end - 1)
                .trim()
                .to_owned(),
            clauses: (0..sentence.clauses.len())
                .map(|clause| explained(context, sentence, clause))
                .collect(),
            statements,
        });
    });
    Explanation { sentences }
}

/// So many bytes of a text are read at a time, so that memory does not grow with it. Pages are shorter.
const WINDOW: usize = 64 << 10;

fn read(
    lexicon: &Lexicon,
    passage: &Passage,
    mut take: impl FnMut(&Context, &Sentence, Vec<Statement>),
) {
    let (mut begin, mut repeated) = (0, 0);
    loop {
        let end = window_end(passage.text, begin);
        let more = end < passage.text.len();
        let window = Passage {
            text: &passage.text[begin..end],
            extent: if more { Extent::Whole } else { passage.extent },
            ..*passage
        };
        let resumed = read_window(lexicon, &window, more, |context, place, sentence, made| {
            if place >= repeated {
                take(context, sentence, moved(made, begin));
            }
        });
        if !more {
            return;
        }
        match resumed {
            // The next window begins with the last sentence that was read: the one behind may refer to it.
            Some(start) if start > 0 => (begin, repeated) = (begin + start, 1),
            _ => (begin, repeated) = (end, 0),
        }
    }
}

/// The end of the window: at a blank, where there is one.
fn window_end(text: &str, begin: usize) -> usize {
    let end = text.floor_char_boundary(begin.saturating_add(WINDOW).min(text.len()));
    if end == text.len() {
        return end;
    }
    let blank = text[begin..end].rfind(' ').filter(|blank| *blank > 0);
    blank.map_or(end, |blank| begin + blank)
}

/// Reads the sentences of a window; the last one may go on behind it and is left where more follows.
/// Returns where the last sentence begins that was read.
fn read_window(
    lexicon: &Lexicon,
    passage: &Passage,
    more: bool,
    mut take: impl FnMut(&Context, usize, &Sentence, Vec<Statement>),
) -> Option<usize> {
    let context = Context::new(lexicon, passage)?;
    let mut ranges = sentences(&context);
    if more && ranges.len() > 2 {
        ranges.pop();
    }
    let start =
        |range: &std::ops::Range<usize>| context.tokens.get(range.start).map(|one| one.start);
    let resumed = ranges.last().and_then(start);
    let mut before: Option<Sentence> = None;
    let last = ranges.len().saturating_sub(1);
    for (at, range) in ranges.into_iter().enumerate() {
        let sentence = Sentence::read(&context, range, context.cut && at == last);
        let scene = Scene {
            context: &context,
            sentence: &sentence,
            before: before.as_ref(),
        };
        let findings = frames::findings(&scene);
        let made = findings
            .iter()
            .flat_map(|finding| each(&scene, finding, &findings));
        let made = once(made.collect());
        take(&context, at, &sentence, made);
        before = Some(sentence);
    }
    resumed
}

/// Quotes count from the beginning of the whole text.
fn moved(mut statements: Vec<Statement>, by: usize) -> Vec<Statement> {
    for statement in &mut statements {
        statement.quote.start += by;
        statement.quote.end += by;
    }
    statements
}

/// "vertieft und verstetigt" says one thing twice; and a headline goes on in the present: "Pakt besiegelt: Minister
/// setzen Unterschrift …".
fn once(all: Vec<Statement>) -> Vec<Statement> {
    let mut kept: Vec<Statement> = Vec::new();
    for statement in all {
        let said = |other: &Statement| {
            other.stage == statement.stage
                && other.factuality == statement.factuality
                && other.partners == statement.partners
                && (statement.when.is_none() || other.when == statement.when)
        };
        if !kept.iter().any(said) {
            kept.push(statement);
        }
    }
    let done: Vec<Statement> = kept
        .iter()
        .filter(|statement| statement.factuality == Factuality::Done)
        .cloned()
        .collect();
    kept.retain(|statement| {
        let told =
            |done: &Statement| done.stage == statement.stage && done.partners == statement.partners;
        let headline = statement.rule.ends_with("/present") && statement.when.is_none();
        statement.factuality != Factuality::Planned || !headline || !done.iter().any(told)
    });
    kept
}

/// One, or one for each partner that has a date of its own.
fn each(scene: &Scene, finding: &Finding, all: &[Finding]) -> Vec<Statement> {
    let one = statement(scene, finding, all);
    let Some(pairs) = paired(scene, finding, &one.partners) else {
        return vec![one];
    };
    let tense = details::tense(scene, finding);
    let own = pairs.into_iter().map(|(partner, dated)| Statement {
        partners: vec![partner],
        when: Some(dated.told(tense).clone()),
        ..one.clone()
    });
    own.collect()
}

fn statement(scene: &Scene, finding: &Finding, all: &[Finding]) -> Statement {
    let context = scene.context;
    let (partners, standing) = partners::bind(scene, finding, all);
    let acted = !matches!(finding.factuality, Factuality::Ongoing | Factuality::State);
    let (signatories, witnesses) = if acted {
        details::people(scene, finding)
    } else {
        (Vec::new(), Vec::new())
    };
    let instrument = finding
        .object
        .map(|object| &context.vocabulary.instruments[object.instrument]);
    Statement {
        partners,
        stage: finding.stage.clone(),
        factuality: finding.factuality,
        standing,
        when: details::when(scene, finding, all),
        place: acted.then(|| details::place(scene, finding, all)).flatten(),
        signatories,
        witnesses,
        speaker: details::speaker(scene),
        legal_type: instrument.and_then(|instrument| instrument.legal_type.clone()),
        quote: quote(scene),
        cues: cues(context, finding),
        rule: finding.rule.clone(),
    }
}

/// The whole sentence: a reader must be able to judge it.
fn quote(scene: &Scene) -> Quote {
    let context = scene.context;
    let range = &scene.sentence.range;
    let start = context.tokens[range.start].start;
    let end = context.tokens[range.end - 1].end;
    let text = &context.passage.text[start..end];
    let skipped = text.len() - text.trim_start().len();
    Quote {
        text: text.trim().to_owned(),
        start: start + skipped,
        end: start + skipped + text.trim().len(),
    }
}

/// The words that decided, in the order of the text; words side by side are one cue.
fn cues(context: &Context, finding: &Finding) -> Vec<String> {
    let mut at = finding.cues.clone();
    at.sort_unstable();
    at.dedup();
    let mut made: Vec<(usize, usize)> = Vec::new();
    for word in at {
        match made.last_mut() {
            Some((_, last)) if *last + 1 == word => *last = word,
            _ => made.push((word, word)),
        }
    }
    made.into_iter()
        .map(|(first, last)| context.span(first, last).to_owned())
        .collect()
}

fn explained(context: &Context, sentence: &Sentence, clause: usize) -> ExplainedClause {
    let this = &sentence.clauses[clause];
    let words: Vec<&str> = this.words.iter().map(|&at| context.word(at)).collect();
    ExplainedClause {
        text: words.join(" "),
        kind: kind(this.kind),
        countries: context
            .mentions_in(&this.words)
            .map(|mention| mention.country.to_string())
            .collect(),
        verbs: sentence.verbs[clause]
            .iter()
            .map(|verb| explained_verb(context, verb))
            .collect(),
        objects: sentence.objects[clause]
            .iter()
            .map(|object| {
                let class = super::objects::class(context, object);
                format!(
                    "{} ({class}, {})",
                    context.word(object.at),
                    scope(object.scope)
                )
            })
            .collect(),
        dates: context
            .dates_in(&this.words)
            .map(|(.., dated)| dated.when.raw.clone())
            .collect(),
    }
}

fn explained_verb(context: &Context, verb: &verbs::Occurrence) -> String {
    let name = &context.vocabulary.verbs[verb.lexeme].name;
    let with: Vec<&str> = verb.with.iter().map(|&at| context.word(at)).collect();
    let joined = if with.is_empty() {
        String::new()
    } else {
        format!(" + {}", with.join(" "))
    };
    format!("{}{joined}: {name}, {}", context.word(verb.at), verb.rule)
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Main => "main",
        Kind::Relative => "relative",
        Kind::Condition => "condition",
        Kind::Before => "not yet",
        Kind::Subordinate => "subordinate",
        Kind::Intended => "infinitive",
    }
}

fn scope(scope: super::lexicon::Scope) -> &'static str {
    match scope {
        super::lexicon::Scope::Inside => "within the subject",
        super::lexicon::Scope::Outside => "another subject",
        super::lexicon::Scope::Open => "no subject named",
    }
}

#[cfg(test)]
mod tests;
