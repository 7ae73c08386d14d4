//! A passage made ready for reading: its words, and what each of them may be.

use std::collections::HashMap;

use super::Passage;
use super::dates::{self, Dated};
use super::lexicon::{Item, Lexicon, Mark, Scope, Vocabulary};
use super::lines;
use super::tokens::{self, Kind, Token};
use crate::model::Extent;
use crate::model::countries::{self, Mention};

/// The words of a passage with all that was looked up.
pub struct Context<'a> {
    pub passage: &'a Passage<'a>,
    pub lexicon: &'a Lexicon,
    pub vocabulary: &'a Vocabulary,
    pub tokens: Vec<Token>,
    /// For each word, what begins with it.
    pub found: Vec<Vec<Found>>,
    pub mentions: Vec<Mention>,
    /// Date phrases with their first and last word.
    pub dates: Vec<(usize, usize, Dated)>,
    /// For each word, whether a date phrase covers it.
    pub dated: Vec<bool>,
    /// For each word, the mention that covers it.
    named: Vec<Option<usize>>,
    pub cut: bool,
}

/// What begins with a word.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    pub last: usize,
    pub item: Item,
    /// What the first part of a compound says of its subject.
    pub compound: Option<Scope>,
}

impl<'a> Context<'a> {
    pub fn new(lexicon: &'a Lexicon, passage: &'a Passage<'a>) -> Option<Self> {
        let vocabulary = lexicon.vocabulary(passage.language)?;
        let mut tokens = tokens::tokens(passage.text);
        lines::join(passage.text, &mut tokens, |key| vocabulary.goes_on(key));
        write_out(vocabulary, &mut tokens);
        let words = tokens
            .iter()
            .map(|token| &passage.text[token.start..token.end]);
        let mentions = countries::mentions(words, passage.language);
        let found = (0..tokens.len())
            .map(|at| look_up(vocabulary, &tokens, at))
            .collect();
        let dates = dates::find(passage.text, passage.language, passage.reference.as_ref());
        let mut made = Self {
            cut: passage.extent == Extent::Cut || ends_open(passage.text),
            dated: vec![false; tokens.len()],
            named: named(&mentions, tokens.len()),
            dates: Vec::new(),
            passage,
            lexicon,
            vocabulary,
            tokens,
            found,
            mentions,
        };
        made.place(dates);
        Some(made)
    }

    pub fn word(&self, at: usize) -> &str {
        let token = &self.tokens[at];
        &self.passage.text[token.start..token.end]
    }

    pub fn key(&self, at: usize) -> &str {
        &self.tokens[at].key
    }

    pub fn is_sign(&self, at: usize) -> bool {
        self.tokens[at].kind == Kind::Sign
    }

    pub fn has(&self, at: usize, mark: Mark) -> bool {
        self.marks(at).any(|(found, _)| found == mark)
    }

    /// Whether a mark ends with a word ("instead of").
    pub fn ends(&self, at: usize, mark: Mark) -> bool {
        (at.saturating_sub(2)..=at).any(|first| {
            self.marks(first)
                .any(|(found, last)| found == mark && last == at)
        })
    }

    /// The marks that begin with a word, and where each ends.
    pub fn marks(&self, at: usize) -> impl Iterator<Item = (Mark, usize)> + '_ {
        self.found[at].iter().filter_map(|found| match found.item {
            Item::Mark(mark) => Some((mark, found.last)),
            _ => None,
        })
    }

    /// The features of a word as an auxiliary; none is zero.
    pub fn features(&self, at: usize) -> u64 {
        // "1 May 2025"
        if self.dated[at] {
            return 0;
        }
        let bits = self.found[at].iter().filter_map(|found| match found.item {
            Item::Auxiliary(bits) => Some(bits),
            _ => None,
        });
        bits.fold(0, |all, bits| all | bits)
    }

    /// "Germany's list"
    pub fn owns(&self, at: usize) -> bool {
        let word = self.word(at);
        word.ends_with("'s") || word.ends_with("’s")
    }

    /// The text from one word to another.
    pub fn span(&self, first: usize, last: usize) -> &str {
        &self.passage.text[self.tokens[first].start..self.tokens[last].end]
    }

    /// The country that a word names, or helps to name.
    pub fn mention(&self, at: usize) -> Option<&Mention> {
        self.named[at].map(|place| &self.mentions[place])
    }

    /// The mentions that begin within some words, which stand in order.
    pub fn mentions_in<'b>(&'b self, words: &'b [usize]) -> impl Iterator<Item = &'b Mention> {
        words
            .iter()
            .filter_map(|&at| self.mention(at).filter(|mention| mention.first == at))
    }

    /// The date phrases that begin within some words, which stand in order.
    pub fn dates_in<'b>(
        &'b self,
        words: &'b [usize],
    ) -> impl Iterator<Item = &'b (usize, usize, Dated)> {
        let first = words.first().copied().unwrap_or_default();
        let last = words.last().copied().unwrap_or_default();
        let from = self.dates.partition_point(|(start, ..)| *start < first);
        let near = self.dates[from..]
            .iter()
            .take_while(move |(start, ..)| *start <= last);
        near.filter(|(start, ..)| words.binary_search(start).is_ok())
    }

    /// The word before, if no sign stands between.
    pub fn before(&self, at: usize) -> Option<usize> {
        at.checked_sub(1).filter(|&before| !self.is_sign(before))
    }

    fn place(&mut self, dates: Vec<Dated>) {
        let starts: HashMap<usize, usize> = self
            .tokens
            .iter()
            .enumerate()
            .map(|(at, token)| (token.start, at))
            .collect();
        for dated in dates {
            let Some(&first) = starts.get(&dated.range.start) else {
                continue;
            };
            let rest = self.tokens[first..].iter();
            let length = rest
                .take_while(|token| token.start < dated.range.end)
                .count();
            let last = first + length.max(1) - 1;
            self.dated[first..=last].fill(true);
            self.dates.push((first, last, dated));
        }
    }
}

fn named(mentions: &[Mention], length: usize) -> Vec<Option<usize>> {
    let mut named = vec![None; length];
    for (place, mention) in mentions.iter().enumerate() {
        named[mention.first..=mention.last].fill(Some(place));
    }
    named
}

/// "gez." is looked up as "gezeichnet".
fn write_out(vocabulary: &Vocabulary, tokens: &mut [Token]) {
    for at in 1..tokens.len() {
        if tokens[at].key == "."
            && let Some(long) = vocabulary.written_out(&tokens[at - 1].key)
        {
            tokens[at - 1].key = long;
        }
    }
}

/// Whether the last sentence of a text is not finished.
fn ends_open(text: &str) -> bool {
    let end = text.trim_end();
    end.ends_with('…') || end.ends_with("...")
}

fn look_up(vocabulary: &Vocabulary, tokens: &[Token], at: usize) -> Vec<Found> {
    let token = &tokens[at];
    let mut found: Vec<Found> = Vec::new();
    for entry in vocabulary.entries(&token.key) {
        let last = at + entry.rest.len();
        let fits = last < tokens.len()
            && entry
                .rest
                .iter()
                .zip(&tokens[at + 1..])
                .all(|(key, token)| *key == token.key);
        if fits {
            found.push(Found {
                last,
                item: entry.item,
                compound: None,
            });
        }
    }
    let named = found.iter().any(|found| {
        matches!(
            found.item,
            Item::Instrument(_) | Item::Noun(_) | Item::Verb { .. }
        )
    });
    if !named
        && token.capital
        && let Some((at_byte, item)) = vocabulary.tail(&token.key)
    {
        let scope = vocabulary.topics.of_compound(&token.key[..at_byte]);
        found.push(Found {
            last: at,
            item,
            compound: Some(scope),
        });
    }
    found
}
