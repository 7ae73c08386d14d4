//! The codebook: which words lead to a code, with an example, and what is easily taken for it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::inflect::Verb;
use super::{Conjugation, Lexicon, Names, VerbCue};
use crate::model::{Factuality, Stage};

const EXAMPLES: &str = include_str!("examples.toml");
const RULES: &str = include_str!("rules.toml");

static BOOK: LazyLock<Book> = LazyLock::new(|| {
    toml::from_str(EXAMPLES)
        .unwrap_or_else(|fault| panic!("the examples, which the tests read: {fault}"))
});

static RULES_READ: LazyLock<Rules> = LazyLock::new(|| {
    toml::from_str(RULES)
        .unwrap_or_else(|fault| panic!("the list of rules, which the tests read: {fault}"))
});

/// What each rule reads, by its name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    pub rule: BTreeMap<String, Names>,
    /// What may govern it, as it stands behind the name.
    pub behind: BTreeMap<String, Names>,
}

/// Sentences that the tests hold to what is said of them.
#[derive(Debug, Deserialize)]
pub struct Book {
    pub factuality: BTreeMap<Factuality, Pair>,
    stage: BTreeMap<Stage, Confused>,
    /// By the name of the precision.
    pub precision: BTreeMap<String, DatePhrase>,
}

/// A phrase of one precision, and how it is read with 3 June 2024 as the day of the text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatePhrase {
    pub phrase: String,
    pub date: Option<String>,
    /// EDTF.
    pub interval: String,
    pub rule: String,
    pub rule_de: String,
}

/// A sentence with its code, and one that is easily taken for it.
#[derive(Debug, Deserialize)]
pub struct Pair {
    pub example: String,
    #[serde(flatten)]
    pub confused: Confused,
}

/// A sentence that is easily taken for a code, and how it is read.
#[derive(Debug, Deserialize)]
pub struct Confused {
    pub not: String,
    /// `SIGNED DONE`.
    pub not_reads: String,
}

/// What leads to a step in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wordlist {
    pub language: &'static str,
    /// In their first spelling, without repetitions.
    pub words: Vec<String>,
    pub example: String,
}

impl Rules {
    pub fn bundled() -> &'static Self {
        &RULES_READ
    }

    /// The name in a rule's id, and what governs it: `de/present-put-off` is `present` and `put-off`.
    pub fn names<'i>(&self, id: &'i str) -> Option<(&'i str, Option<&'i str>)> {
        let (_, name) = id.split_once('/')?;
        if self.rule.contains_key(name) {
            return Some((name, None));
        }
        let mut places = name.match_indices('-');
        places.find_map(|(at, _)| {
            let (rule, behind) = (&name[..at], &name[at + 1..]);
            (self.rule.contains_key(rule) && self.behind.contains_key(behind))
                .then_some((rule, Some(behind)))
        })
    }
}

impl Book {
    pub fn bundled() -> &'static Self {
        &BOOK
    }

    /// `None` for a step that no sentence says.
    pub fn confused(&self, stage: &Stage) -> Option<&Confused> {
        self.stage.get(stage)
    }
}

impl Lexicon {
    /// The words that lead to a step, by language.
    pub fn wordlists(stage: &Stage) -> Vec<Wordlist> {
        Self::languages()
            .filter_map(|language| wordlist(language, stage))
            .collect()
    }
}

fn wordlist(language: &'static str, stage: &Stage) -> Option<Wordlist> {
    let file = Lexicon::file(language)?;
    let cues = file.stage.get(stage)?;
    let verbs = cues.verb.iter();
    let mut words: Vec<String> = verbs
        .flat_map(|cue| verbs_of(cue, file.conjugation))
        .collect();
    let nouns = cues.noun.iter().flat_map(|cue| &cue.words);
    let states = cues.state.iter().flat_map(|cue| &cue.words);
    words.extend(nouns.chain(states).map(|word| first_spelling(word)));
    let mut seen = std::collections::BTreeSet::new();
    words.retain(|word| seen.insert(word.clone()));
    let verb = cues.verb.first().map(|cue| &cue.example);
    let noun = cues.noun.first().map(|cue| &cue.example);
    let state = cues.state.first().map(|cue| &cue.example);
    Some(Wordlist {
        language,
        words,
        example: verb.or(noun).or(state)?.clone(),
    })
}

/// `an … arbeiten`, `in Kraft treten`.
fn verbs_of(cue: &VerbCue, conjugation: Conjugation) -> impl Iterator<Item = String> {
    let before = cue
        .preposition
        .first()
        .map_or_else(String::new, |word| format!("{word} … "));
    cue.verbs
        .iter()
        .filter_map(move |verb| Verb::parse(verb, conjugation).ok())
        .map(move |verb| format!("{before}{}", in_order(&verb, conjugation)))
}

/// `in Kraft treten`, but `enter into force`.
fn in_order(verb: &Verb, conjugation: Conjugation) -> String {
    match &verb.complement {
        Some(complement) if conjugation != Conjugation::German => {
            let bare = verb.name.strip_prefix(complement.as_str());
            format!("{} {complement}", bare.unwrap_or(&verb.name).trim())
        }
        _ => verb.name.clone(),
    }
}

/// `Abkommen|s` as `Abkommen`.
fn first_spelling(words: &str) -> String {
    let first = |word: &str| {
        let base = word.split('|').next().unwrap_or_default();
        base.trim_end_matches('*').to_owned()
    };
    let spelt: Vec<String> = words.split_whitespace().map(first).collect();
    spelt.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wordlists_are_those_of_the_written_codebook() {
        let written = include_str!("../../../docs/codebook.md");
        for stage in Lexicon::bundled().stages().stage.keys() {
            for list in Lexicon::wordlists(stage) {
                let line = format!("{}. Example: “{}”", list.words.join(", "), list.example);
                assert!(written.contains(&line), "{stage} {}: {line}", list.language);
            }
        }
    }
}
