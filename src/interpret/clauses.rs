//! Takes a sentence apart into clauses: each with one finite verb, its interruptions taken out.
//!
//! 1. Signs and conjunctions cut the sentence into segments; an enumeration stays whole.
//! 2. A segment without a finite verb belongs to the clause around it ("Stamp, der Beauftragte, hat …").

use std::ops::Range;

use super::asides;
use super::context::Context;
use super::finite::{
    Finite, finite, had, intended, lacks_its_verb, shares_its_auxiliary, strongest,
};
use super::gaps;
use super::inversion;
use super::lexicon::{Conjugation, Item, Mark};
use super::segments::{Segment, segments};

/// The words of one clause, in order, and how it hangs on others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    pub words: Vec<usize>,
    pub kind: Kind,
    /// The clause it depends on, by its place in the sentence.
    pub parent: Option<usize>,
    /// The text stops within it.
    pub open: bool,
    /// The clause before it that has the verb, or the auxiliary, which this one leaves out.
    pub lender: Option<usize>,
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

/// The clauses of a sentence; `open` where the text stops within it.
pub fn clauses(context: &Context, sentence: Range<usize>, open: bool) -> Vec<Clause> {
    let segments = segments(context, sentence);
    let mut builder = Builder {
        context,
        made: Vec::new(),
        main: None,
        waiting: Vec::new(),
        verb_first: None,
    };
    let last = segments.len().saturating_sub(1);
    for (at, segment) in segments.into_iter().enumerate() {
        builder.take(segment, open && at == last);
    }
    builder.finish()
}

struct Builder<'a> {
    context: &'a Context<'a>,
    made: Vec<Clause>,
    /// The main clause that later segments may belong to.
    main: Option<usize>,
    /// Segments before any verb.
    waiting: Vec<usize>,
    /// The main clause that begins with its verb and may turn out to be a condition.
    verb_first: Option<usize>,
}

impl Builder<'_> {
    fn take(&mut self, segment: Segment, open: bool) {
        if segment.apart {
            self.flush();
            self.main = None;
            self.verb_first = None;
        }
        let words = segment.words;
        let begins = segment.apart || self.made.is_empty() && self.waiting.is_empty();
        if let Some(condition) = self
            .verb_first
            .take_if(|_| inversion::follows(self.context, &words))
        {
            self.made[condition].kind = Kind::Condition;
            self.main = None;
            self.push(words, Kind::Main, open);
            return;
        }
        if let Some(lender) = self.lender(&words) {
            self.lend(lender, words, open);
            return;
        }
        // "Kirgisistan: Die Verhandlungen laufen"
        let kind = match self.kind(&words, begins, open) {
            Kind::Relative if segment.apart || self.closes_main(&words) => Kind::Main,
            kind => kind,
        };
        if kind != Kind::Main {
            self.push(words, kind, open);
        } else if self.joins(&words) {
            self.join(words, open);
        } else {
            let verb_first = begins && inversion::begins_with_verb(self.context, &words);
            let mut all = std::mem::take(&mut self.waiting);
            all.extend(words);
            self.push(all, Kind::Main, open);
            self.verb_first = self.main.filter(|_| verb_first);
        }
    }

    /// The clause whose verb a segment leaves out: the one right before it, or the main one.
    fn lender(&self, words: &[usize]) -> Option<usize> {
        let last = self.made.iter().rposition(|clause| clause.lender.is_none());
        let mut near = last.into_iter().chain(self.main);
        near.find(|&clause| gaps::leaves_out(self.context, &self.made[clause].words, words))
    }

    fn lend(&mut self, lender: usize, words: Vec<usize>, open: bool) {
        let Clause { kind, parent, .. } = self.made[lender];
        self.made.push(Clause {
            words,
            kind,
            parent,
            open,
            lender: Some(lender),
        });
    }

    /// Whether a segment belongs to the main clause before it (or to one that is still to come).
    fn joins(&self, words: &[usize]) -> bool {
        let verb = strongest(self.context, words);
        let main = self.main.map(|main| &self.made[main].words);
        match (verb, main) {
            (Finite::No, _) => true,
            (_, Some(main)) if strongest(self.context, main) == Finite::No => true,
            (_, Some(main)) if asides::resumes(self.context, main, words) => true,
            (Finite::Perhaps, Some(main)) => {
                lacks_its_verb(self.context, main)
                    || shares_its_auxiliary(self.context, main, words)
            }
            _ => false,
        }
    }

    /// "Kenia hat, so die Ministerin, das Abkommen unterzeichnet": an article, and the participle that the main
    /// clause still lacks.
    fn closes_main(&self, words: &[usize]) -> bool {
        let context = self.context;
        let lacking = self
            .main
            .is_some_and(|main| lacks_its_verb(context, &self.made[main].words));
        let article = words.get(1).is_some_and(|&at| {
            let mut found = context.found[at].iter();
            found.any(|found| matches!(found.item, Item::Instrument(_)))
        });
        lacking && article && strongest(context, words) == Finite::Perhaps
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
            lender: None,
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

    fn kind(&self, words: &[usize], begins_sentence: bool, open: bool) -> Kind {
        let context = self.context;
        let german = context.vocabulary.conjugation == Conjugation::German;
        let verb = strongest(context, words);
        // "muss … zustimmen": where a verb stands before, the last is only its infinitive.
        let last = words
            .last()
            .map_or(Finite::No, |&last| finite(context, last));
        let closes = last == Finite::Yes || last == Finite::Perhaps && verb == Finite::Perhaps;
        // "…, das noch der Unterschrift entbehrt": a verb that the lexicon does not know.
        let unknown = words
            .last()
            .is_some_and(|&last| inversion::may_be_verb(context, last));
        let complete = if german {
            closes || verb == Finite::No && (open || unknown)
        } else {
            verb != Finite::No
        };
        let begins = |mark| words.iter().take(2).any(|&at| context.has(at, mark));
        let first = |mark| words.first().is_some_and(|&at| context.has(at, mark));
        let relative = begins(Mark::Relative) && !self.made.is_empty() | !self.waiting.is_empty();
        let supposed = inversion::supposed(context, words)
            || inversion::inverted(context, words, begins_sentence);
        if (begins(Mark::Condition) || supposed) && (complete || verb != Finite::No) {
            Kind::Condition
        } else if first(Mark::Before) && complete {
            Kind::Before
        } else if (first(Mark::Subordinate) || first(Mark::After))
            && complete
            && !(relative && first(Mark::With))
        {
            Kind::Subordinate
        // "…, mit denen ein Abkommen besteht"
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
