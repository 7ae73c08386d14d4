//! Cuts a text into words, numbers and single signs, folded for look-up.

use unicode_normalization::char::is_combining_mark;

use crate::model::{self, invisible};

/// No form is longer than this many tokens.
const WINDOW: usize = 18;

/// A word, a number or one sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub start: usize,
    pub end: usize,
    pub folded: String,
    /// It begins with a capital letter.
    pub capital: bool,
    /// Nothing stands between it and the token before.
    pub glued: bool,
}

/// Where a token stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub start: usize,
    pub end: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Letters,
    Digits,
    Sign,
}

/// Walks through a text token by token and keeps one folded word at a time.
pub struct Scanner<'a> {
    text: &'a str,
    at: usize,
    folded: String,
    before: String,
}

impl<'a> Scanner<'a> {
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            folded: String::new(),
            before: String::new(),
        }
    }

    /// The next word, number or sign.
    pub fn next_word(&mut self) -> Option<Place> {
        if self.folded != "." {
            std::mem::swap(&mut self.before, &mut self.folded);
        }
        let place = next(self.text, self.at)?;
        self.at = place.end;
        fold(&self.text[place.start..place.end], &mut self.folded);
        Some(place)
    }

    pub fn folded(&self) -> &str {
        &self.folded
    }

    /// The word before, full stops left out.
    pub fn before(&self) -> &str {
        &self.before
    }

    pub fn jump(&mut self, to: usize) {
        self.at = to;
        self.folded.clear();
    }
}

/// The tokens that a form beginning here can reach.
pub fn window(text: &str, start: usize) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut at = start;
    while tokens.len() < WINDOW
        && let Some(place) = next(text, at)
    {
        let word = &text[place.start..place.end];
        let mut folded = String::new();
        fold(word, &mut folded);
        tokens.push(Token {
            start: place.start,
            end: place.end,
            folded,
            capital: word.chars().next().is_some_and(char::is_uppercase),
            glued: !tokens.is_empty() && place.start == at,
        });
        at = place.end;
    }
    tokens
}

/// As words of a lexicon are compared: no case, no accents, no soft hyphens.
pub fn fold(word: &str, into: &mut String) {
    into.clear();
    if word.is_ascii() {
        into.push_str(word);
        into.make_ascii_lowercase();
    } else {
        into.push_str(&model::fold(word));
    }
}

fn next(text: &str, from: usize) -> Option<Place> {
    let rest = &text[from..];
    let (skipped, first) = rest
        .char_indices()
        .find(|(_, char)| !char.is_whitespace() && !invisible(*char))?;
    let kind = kind(first);
    let start = from + skipped;
    let end = match kind {
        Kind::Sign => start + first.len_utf8(),
        _ => text[start..]
            .char_indices()
            .find(|&(_, char)| !continues(kind, char))
            .map_or(text.len(), |(at, _)| start + at),
    };
    Some(Place { start, end })
}

fn kind(char: char) -> Kind {
    if char.is_ascii_digit() {
        Kind::Digits
    } else if char.is_alphabetic() || is_combining_mark(char) {
        Kind::Letters
    } else {
        Kind::Sign
    }
}

fn continues(kind: Kind, char: char) -> bool {
    match kind {
        Kind::Digits => char.is_ascii_digit(),
        Kind::Letters => char.is_alphabetic() || is_combining_mark(char) || invisible(char),
        Kind::Sign => false,
    }
}
