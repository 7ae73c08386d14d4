//! Which words lie within the subject of the lexicon, by their beginnings.

use std::collections::HashSet;

#[derive(Debug, Default)]
pub struct Topics {
    pub inside: HashSet<String>,
    pub outside: HashSet<String>,
    pub neutral: HashSet<String>,
}

/// Whether words lie within the subject of the lexicon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    Inside,
    Outside,
    /// They say nothing of the subject.
    Open,
}

impl Topics {
    /// What the beginning of a word says.
    pub fn of_word(&self, key: &str) -> Scope {
        let begins = |stems: &HashSet<String>| {
            let mut ends = key
                .char_indices()
                .map(|(at, _)| at)
                .skip(2)
                .chain([key.len()]);
            ends.any(|end| stems.contains(&key[..end]))
        };
        if begins(&self.outside) {
            Scope::Outside
        } else if begins(&self.inside) {
            Scope::Inside
        } else {
            Scope::Open
        }
    }

    /// What the first part of a compound says. What is not known is taken for another subject.
    pub fn of_compound(&self, first: &str) -> Scope {
        let has = |stems: &HashSet<String>| stems.iter().any(|stem| first.contains(stem.as_str()));
        if has(&self.outside) {
            Scope::Outside
        } else if has(&self.inside) {
            Scope::Inside
        } else if has(&self.neutral) {
            Scope::Open
        } else {
            Scope::Outside
        }
    }
}

pub fn stems(words: &[String]) -> HashSet<String> {
    words
        .iter()
        .map(|word| crate::interpret::tokens::key(word))
        .collect()
}
