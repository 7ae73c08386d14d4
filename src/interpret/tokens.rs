//! Cuts a text into words, numbers and signs.

use unicode_segmentation::UnicodeSegmentation as _;

/// One of them, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Bytes of the text.
    pub start: usize,
    pub end: usize,
    /// As it is looked up: in lower case, "ß" as "ss", one kind of apostrophe, no soft hyphens. Umlauts stay, for
    /// "würde" is not "wurde".
    pub key: String,
    pub kind: Kind,
    pub capital: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Word,
    Number,
    Sign,
}

/// Longer words are looked up by their beginning only; no language of ours has them.
const LONGEST: usize = 80;

/// What is cut off before an apostrophe in Romance languages.
const ELIDED: &[&str] = &[
    "l", "d", "qu", "s", "n", "c", "j", "m", "dell", "all", "nell", "dall", "sull", "un", "quest",
];

pub fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    for (start, part) in text.split_word_bound_indices() {
        if part
            .chars()
            .all(|char| char.is_whitespace() && char != '\n')
        {
            continue;
        }
        match elision(part) {
            Some(at) => {
                found.push(token(start, &part[..at]));
                found.push(token(start + at, &part[at..]));
            }
            None => found.push(token(start, part)),
        }
    }
    found
}

/// As words are looked up.
pub fn key(word: &str) -> String {
    let mut key = String::with_capacity(word.len());
    let seen = word.chars().filter(|&char| !crate::model::invisible(char));
    for char in seen.take(LONGEST) {
        match char {
            'ß' | 'ẞ' => key.push_str("ss"),
            '’' | '‘' | 'ʼ' => key.push('\''),
            other => key.extend(other.to_lowercase()),
        }
    }
    if let Some(bare) = key.strip_suffix("'s") {
        key.truncate(bare.len());
    }
    key
}

fn token(start: usize, part: &str) -> Token {
    let first = part.chars().next().unwrap_or(' ');
    let kind = if first.is_numeric() {
        Kind::Number
    } else if first.is_alphabetic() {
        Kind::Word
    } else {
        Kind::Sign
    };
    Token {
        start,
        end: start + part.len(),
        key: key(part),
        kind,
        capital: first.is_uppercase(),
    }
}

/// Where "l’accord" falls apart: behind the apostrophe.
fn elision(part: &str) -> Option<usize> {
    let (at, apostrophe) = part
        .char_indices()
        .find(|(_, char)| matches!(char, '\'' | '’'))?;
    let before = part[..at].to_lowercase();
    let after = at + apostrophe.len_utf8();
    (ELIDED.contains(&before.as_str()) && after < part.len()).then_some(after)
}
