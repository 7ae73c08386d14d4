//! One sentence with its clauses, verbs and objects, and what a clause may take from those before it.

use std::ops::Range;

use super::clauses::{self, Clause, Kind};
use super::context::Context;
use super::lexicon::{Mark, Scope};
use super::objects::{self, Answer, Object, Wanted};
use super::verbs::{self, Occurrence};

/// A sentence taken apart.
pub struct Sentence {
    pub range: Range<usize>,
    pub clauses: Vec<Clause>,
    pub verbs: Vec<Vec<Occurrence>>,
    pub objects: Vec<Vec<Object>>,
}

impl Sentence {
    pub fn read(context: &Context, range: Range<usize>, open: bool) -> Self {
        let clauses = clauses::clauses(context, range.clone(), open);
        let mut verbs: Vec<Vec<Occurrence>> = Vec::new();
        for clause in &clauses {
            let lender = clause.lender.map(|at| (&clauses[at], verbs[at].as_slice()));
            verbs.push(verbs::occurrences(context, clause, lender));
        }
        Self {
            verbs,
            objects: clauses
                .iter()
                .map(|clause| objects::objects(context, clause))
                .collect(),
            clauses,
            range,
        }
    }

    /// Whether a clause, or the sentence, is about the subject of the lexicon.
    pub fn on_topic(&self, context: &Context, clause: Option<usize>) -> bool {
        let inside = |at: usize| {
            context.vocabulary.topics.of_word(context.key(at)) == Scope::Inside
                || context.found[at]
                    .iter()
                    .any(|found| found.compound == Some(Scope::Inside))
        };
        match clause {
            Some(clause) => self.clauses[clause].words.iter().copied().any(inside),
            None => self.range.clone().any(inside),
        }
    }

    pub fn is_question(&self, context: &Context) -> bool {
        self.range
            .clone()
            .rev()
            .take(3)
            .any(|at| context.word(at) == "?")
    }
}

/// A sentence among those before it.
pub struct Scene<'a> {
    pub context: &'a Context<'a>,
    pub sentence: &'a Sentence,
    pub before: Option<&'a Sentence>,
}

impl Scene<'_> {
    /// The object of a cue: in its clause, taken over from another, or none where it may stand alone.
    pub fn resolve(&self, clause: usize, wanted: &Wanted) -> Answer {
        let own = &self.sentence.objects[clause];
        let answer = objects::choose(self.context, own, wanted);
        if answer != Answer::Nothing {
            return answer;
        }
        let special = |name: &str| wanted.classes.iter().any(|class| class == name);
        if special("theme") && self.shared(clause, false)
            || special("shared") && self.shared(clause, true)
        {
            return Answer::Alone;
        }
        if self.speaks_against(own, wanted) {
            return Answer::Nothing;
        }
        match self.inherited(clause) {
            Some(object) if object.scope == Scope::Outside => Answer::Nothing,
            Some(object)
                if wanted.prepositions.is_empty()
                    && objects::is_of(self.context, &object, wanted.classes) =>
            {
                Answer::Found(object)
            }
            None if special("none") => Answer::Alone,
            Some(_) if special("none") && own.is_empty() => Answer::Alone,
            _ => Answer::Nothing,
        }
    }

    /// The object of a cue that stands before a noun.
    pub fn following(&self, clause: usize, at: usize, classes: &[String]) -> Option<Object> {
        // "Bei dem unterzeichneten Papier handelt es sich um eine Absichtserklärung."
        let paper = (at + 1..=at + 2)
            .any(|word| word < self.context.tokens.len() && self.context.has(word, Mark::Paper));
        let far = if paper { usize::MAX } else { at + 4 };
        let after = self.sentence.objects[clause].iter();
        let mut near = after.filter(|object| object.at > at && object.at <= far);
        near.find(|object| {
            object.scope != Scope::Outside && objects::is_of(self.context, object, classes)
        })
        .copied()
    }

    /// An instrument of another kind or subject in the clause, of which the cue may speak.
    fn speaks_against(&self, own: &[Object], wanted: &Wanted) -> bool {
        own.iter().any(|object| {
            let about = object
                .governor
                .is_some_and(|governor| self.context.has(governor, Mark::About));
            let other =
                object.scope == Scope::Outside || objects::class(self.context, object) == "other";
            other || (!about && wanted.prepositions.is_empty())
        })
    }

    /// What a clause without an object of its own speaks of.
    pub fn inherited(&self, clause: usize) -> Option<Object> {
        let this = &self.sentence.clauses[clause];
        if let (Kind::Relative, Some(parent)) = (this.kind, this.parent) {
            let first = this.words.first().copied().unwrap_or_default();
            let parents = &self.sentence.objects[parent];
            let antecedent = parents
                .iter()
                .rev()
                .find(|object| object.at < first)
                .or(parents.first());
            if antecedent.is_some() {
                return antecedent.copied();
            }
        }
        let mut earlier = self.sentence.objects[..clause].iter().rev();
        if let Some(object) = earlier.find_map(|objects| leading(self.context, objects)) {
            return Some(object);
        }
        if !objects::points_back(self.context, this) {
            return None;
        }
        let before = self.before?;
        before
            .objects
            .iter()
            .rev()
            .find_map(|objects| leading(self.context, objects))
    }

    /// Both sides act together on the subject of the lexicon.
    fn shared(&self, clause: usize, here: bool) -> bool {
        let context = self.context;
        let words = &self.sentence.clauses[clause].words;
        let topic = self.sentence.on_topic(context, here.then_some(clause));
        let sides = &context.lexicon.stages().sides;
        let named = |side: bool| {
            context
                .mentions_in(words)
                .any(|mention| sides.contains(&mention.country) == side)
        };
        let government = words.iter().any(|&at| {
            context.found[at]
                .iter()
                .any(|found| matches!(found.item, super::lexicon::Item::Body(_)))
        });
        topic && named(false) && (!here || named(true) || government)
    }
}

/// The instrument a clause is mainly about: one that is no other's topic.
fn leading(context: &Context, objects: &[Object]) -> Option<Object> {
    let direct = |object: &&Object| {
        !object
            .governor
            .is_some_and(|governor| context.has(governor, Mark::About))
    };
    objects.iter().find(direct).or(objects.first()).copied()
}
