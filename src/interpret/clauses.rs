//! Takes a sentence apart into clauses: each with one finite verb, its interruptions taken out.
//!
//! 1. Signs and conjunctions cut the sentence into segments; an enumeration stays whole.
//! 2. A segment without a finite verb belongs to the clause around it ("Stamp, der Beauftragte, hat …").

use std::ops::Range;

use super::context::Context;
use super::lexicon::Conjugation;
use super::lexicon::{Form, Item, Mark};

/// The words of one clause, in order, and how it hangs on others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    pub words: Vec<usize>,
    pub kind: Kind,
    /// The clause it depends on, by its place in the sentence.
    pub parent: Option<usize>,
    /// The text stops within it.
    pub open: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Main,
    Relative,
    /// "wenn …": it holds only perhaps.
    Condition,
    /// "bevor …": it does not hold yet.
    Before,
    Subordinate,
    /// "…, das Abkommen zu unterzeichnen".
    Intended,
}

/// How far a conjunction looks for the verb of what it joins.
const FAR: usize = 60;

/// The clauses of a sentence; `open` where the text stops within it.
pub fn clauses(context: &Context, sentence: Range<usize>, open: bool) -> Vec<Clause> {
    let segments = segments(context, sentence);
    let mut builder = Builder {
        context,
        made: Vec::new(),
        main: None,
        waiting: Vec::new(),
    };
    let last = segments.len().saturating_sub(1);
    for (at, segment) in segments.into_iter().enumerate() {
        builder.take(segment, open && at == last);
    }
    builder.finish()
}

/// Words between two boundaries.
struct Segment {
    words: Vec<usize>,
    /// It stands alone: nothing after a semicolon belongs to a clause before it.
    apart: bool,
}

fn segments(context: &Context, sentence: Range<usize>) -> Vec<Segment> {
    let mut made: Vec<Segment> = Vec::new();
    let mut words: Vec<usize> = Vec::new();
    let mut apart = false;
    let end = sentence.end;
    for at in sentence {
        let (cuts, strong) = boundary(context, at, &words, end);
        if cuts {
            if !words.is_empty() {
                made.push(Segment {
                    words: std::mem::take(&mut words),
                    apart,
                });
                apart = false;
            }
            apart |= strong;
        }
        if !context.is_sign(at) {
            words.push(at);
        }
    }
    if !words.is_empty() {
        made.push(Segment { words, apart });
    }
    made
}

/// "as a safe country of origin": what stands there is no clause of its own.
fn names_a_condition(context: &Context, at: usize) -> bool {
    let article = at < context.tokens.len() && context.has(at, Mark::Determiner);
    let found = context.found.get(if article { at + 1 } else { at });
    found.is_some_and(|found| {
        found
            .iter()
            .any(|found| matches!(found.item, Item::State(_)))
    })
}

/// Whether a segment ends before this word, and whether nothing reaches across.
fn boundary(context: &Context, at: usize, words: &[usize], end: usize) -> (bool, bool) {
    if context.is_sign(at) {
        return match context.word(at) {
            ";" | ":" => (true, true),
            "," => (!enumeration(context, at), false),
            "–" | "—" | "(" | ")" => (true, false),
            _ => (false, false),
        };
    }
    if words.is_empty() {
        return (false, false);
    }
    let joins = context.has(at, Mark::And);
    let opens = context.vocabulary.conjugation != Conjugation::German
        && [Mark::Relative, Mark::Condition, Mark::Subordinate]
            .iter()
            .any(|&mark| context.has(at, mark))
        && !names_a_condition(context, at + 1);
    let times = context.vocabulary.conjugation != Conjugation::German
        && (context.has(at, Mark::Before) || context.has(at, Mark::After))
        && !context.has(at, Mark::With);
    let two_verbs = (joins || times || opens)
        && words
            .iter()
            .any(|&word| finite(context, word) != Finite::No)
        && verb_ahead(context, at + 1, end, words);
    (
        two_verbs || (opens && verb_ahead(context, at + 1, end, &[])),
        false,
    )
}

/// A comma between two countries, or between two words that are no verbs.
fn enumeration(context: &Context, at: usize) -> bool {
    let named = |word: usize| context.mention(word).is_some();
    let Some(before) = context.before(at) else {
        return false;
    };
    let after = at + 1;
    if after >= context.tokens.len() {
        return false;
    }
    let plain = |word: usize| {
        !context.tokens[word].capital && context.found[word].is_empty() && !context.is_sign(word)
    };
    (named(before) && named(after)) || (plain(before) && plain(after)) || (context.dated[at])
}

/// Whether a finite verb stands between here and the next boundary. After an auxiliary, a word that
/// may also be a participle is none ("ist unterzeichnet und ratifiziert worden").
fn verb_ahead(context: &Context, from: usize, end: usize, before: &[usize]) -> bool {
    let shared = before.iter().any(|&word| context.features(word) != 0);
    for at in from..end.min(from + FAR) {
        if context.is_sign(at) && matches!(context.word(at), "," | ";" | ":" | "–" | "—") {
            return false;
        }
        match finite(context, at) {
            Finite::Yes => return true,
            Finite::Perhaps if !shared => return true,
            _ => {}
        }
    }
    false
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finite {
    Yes,
    /// The form is also an infinitive or a participle.
    Perhaps,
    No,
}

/// Whether a word is a finite verb, as far as its form says.
pub fn finite(context: &Context, at: usize) -> Finite {
    let bits = context.features(at);
    if bits != 0 {
        // "unterzeichnet zu haben"
        if context
            .before(at)
            .is_some_and(|before| context.has(before, Mark::To))
        {
            return Finite::No;
        }
        return match (
            bits & context.vocabulary.finite,
            bits & !context.vocabulary.finite,
        ) {
            (0, _) => Finite::No,
            (_, 0) => Finite::Yes,
            _ => Finite::Perhaps,
        };
    }
    let mut says = (false, false);
    for found in &context.found[at] {
        match found.item {
            Item::Verb {
                form: Form::Present | Form::Past | Form::Future | Form::Unreal | Form::Quoted,
                ..
            } => says.0 = true,
            Item::Verb { .. } => says.1 = true,
            _ => {}
        }
    }
    let noun = context.tokens[at].capital
        && at
            .checked_sub(1)
            .is_some_and(|before| !context.is_sign(before));
    let intended = context
        .before(at)
        .is_some_and(|before| context.has(before, Mark::To));
    match says {
        _ if noun || intended => Finite::No,
        (true, false) => Finite::Yes,
        (true, true) => Finite::Perhaps,
        _ => Finite::No,
    }
}

struct Builder<'a> {
    context: &'a Context<'a>,
    made: Vec<Clause>,
    /// The main clause that later segments may belong to.
    main: Option<usize>,
    /// Segments before any verb.
    waiting: Vec<usize>,
}

impl Builder<'_> {
    fn take(&mut self, segment: Segment, open: bool) {
        if segment.apart {
            self.flush();
            self.main = None;
        }
        let words = segment.words;
        let kind = self.kind(&words, open);
        if kind != Kind::Main {
            self.push(words, kind, open);
        } else if self.joins(&words) {
            self.join(words, open);
        } else {
            let mut all = std::mem::take(&mut self.waiting);
            all.extend(words);
            self.push(all, Kind::Main, open);
        }
    }

    /// Whether a segment belongs to the main clause before it (or to one that is still to come).
    fn joins(&self, words: &[usize]) -> bool {
        let verb = strongest(self.context, words);
        let main = self.main.map(|main| &self.made[main].words);
        match (verb, main) {
            (Finite::No, _) => true,
            (_, Some(main)) if strongest(self.context, main) == Finite::No => true,
            (Finite::Perhaps, Some(main)) => lacks_its_verb(self.context, main),
            _ => false,
        }
    }

    fn join(&mut self, words: Vec<usize>, open: bool) {
        match self.main {
            Some(main) => {
                self.made[main].words.extend(words);
                self.made[main].open |= open;
            }
            None => self.waiting.extend(words),
        }
        if open && self.main.is_none() {
            self.flush();
            if let Some(last) = self.made.last_mut() {
                last.open = true;
            }
        }
    }

    fn push(&mut self, words: Vec<usize>, kind: Kind, open: bool) {
        let parent = match kind {
            Kind::Main => None,
            Kind::Intended => self.made.len().checked_sub(1),
            _ => self.main.or_else(|| self.made.len().checked_sub(1)),
        };
        // What waits for its verb was interrupted by this clause: "Das Abkommen, das …, ist".
        if kind == Kind::Relative && !self.waiting.is_empty() {
            self.flush();
        }
        let parent = if kind == Kind::Relative {
            self.main.or(parent)
        } else {
            parent
        };
        self.made.push(Clause {
            words,
            kind,
            parent,
            open,
        });
        if kind == Kind::Main {
            self.main = Some(self.made.len() - 1);
        }
    }

    /// What has no verb of its own becomes a clause nevertheless: a headline, a cut beginning.
    fn flush(&mut self) {
        if !self.waiting.is_empty() {
            let words = std::mem::take(&mut self.waiting);
            self.push(words, Kind::Main, false);
        }
    }

    fn finish(mut self) -> Vec<Clause> {
        self.flush();
        self.made
    }

    fn kind(&self, words: &[usize], open: bool) -> Kind {
        let context = self.context;
        let german = context.vocabulary.conjugation == Conjugation::German;
        let verb = strongest(context, words);
        // "muss … zustimmen": where a verb stands before, the last is only its infinitive.
        let last = words
            .last()
            .map_or(Finite::No, |&last| finite(context, last));
        let closes = last == Finite::Yes || last == Finite::Perhaps && verb == Finite::Perhaps;
        let complete = if german {
            closes || (open && verb == Finite::No)
        } else {
            verb != Finite::No
        };
        let begins = |mark| words.iter().take(2).any(|&at| context.has(at, mark));
        let first = |mark| words.first().is_some_and(|&at| context.has(at, mark));
        let relative = begins(Mark::Relative) && !self.made.is_empty() | !self.waiting.is_empty();
        if begins(Mark::Condition) && (complete || verb != Finite::No) {
            Kind::Condition
        } else if first(Mark::Before) && complete {
            Kind::Before
        } else if (first(Mark::Subordinate) || first(Mark::After)) && complete {
            Kind::Subordinate
        } else if relative && complete {
            Kind::Relative
        } else if german && (verb == Finite::No || had(context, words)) && intended(context, words)
        {
            Kind::Intended
        } else {
            Kind::Main
        }
    }
}

fn strongest(context: &Context, words: &[usize]) -> Finite {
    let mut best = Finite::No;
    for &at in words {
        match finite(context, at) {
            Finite::Yes => return Finite::Yes,
            Finite::Perhaps => best = Finite::Perhaps,
            Finite::No => {}
        }
    }
    best
}

/// An auxiliary whose participle or infinitive has not come yet.
fn lacks_its_verb(context: &Context, words: &[usize]) -> bool {
    let auxiliary = words.iter().any(|&at| context.features(at) != 0);
    let lexical = words.iter().any(|&at| {
        context.found[at].iter().any(|found| {
            matches!(
                found.item,
                Item::Verb {
                    form: Form::Participle | Form::Infinitive,
                    ..
                }
            )
        })
    });
    auxiliary && !lexical
}

/// "unterzeichnet zu haben"
fn had(context: &Context, words: &[usize]) -> bool {
    words.last().is_some_and(|&last| {
        context.features(last) != 0
            && context
                .before(last)
                .is_some_and(|before| context.has(before, Mark::To))
    })
}

/// An infinitive with "zu" (or one with the "zu" inside).
fn intended(context: &Context, words: &[usize]) -> bool {
    // "um keine Zeit zu verlieren": verbs that the lexicon does not know.
    let unknown = words.last().is_some_and(|&last| {
        !context.tokens[last].capital
            && (context.found[last].is_empty() || context.features(last) != 0)
            && context
                .before(last)
                .is_some_and(|before| context.key(before) == "zu")
    });
    unknown
        || words.iter().any(|&at| {
            let to = context
                .before(at)
                .is_some_and(|before| context.has(before, Mark::To));
            context.found[at].iter().any(|found| match found.item {
                Item::Verb {
                    form: Form::Intended,
                    ..
                } => true,
                Item::Verb {
                    form: Form::Infinitive,
                    ..
                } => to,
                _ => false,
            })
        })
}
