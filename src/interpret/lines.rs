//! Wrapped lines: a break within a sentence is taken out, one behind a heading or a sentence stays.

use super::tokens::{Kind, Token};

/// A line that long was wrapped, unless a sentence ends with it.
const WRAPPED: usize = 60;

/// Takes the breaks out behind which a sentence goes on. `open` knows the words that no line ends with.
pub fn join(text: &str, tokens: &mut Vec<Token>, open: impl Fn(&str) -> bool) {
    let soft: Vec<bool> = (0..tokens.len())
        .map(|at| is_break(text, &tokens[at]) && is_soft(text, tokens, at, &open))
        .collect();
    let mut soft = soft.into_iter();
    tokens.retain(|_| !soft.next().unwrap_or(false));
}

fn is_break(text: &str, token: &Token) -> bool {
    &text[token.start..token.end] == "\n"
}

fn is_soft(text: &str, tokens: &[Token], at: usize, open: &impl Fn(&str) -> bool) -> bool {
    let before = at.checked_sub(1).map(|before| &tokens[before]);
    let (Some(before), Some(next)) = (before, tokens.get(at + 1)) else {
        return false;
    };
    if &text[before.start..before.end] == "," {
        return next.kind != Kind::Sign;
    }
    if before.kind == Kind::Sign || next.kind == Kind::Sign {
        return false;
    }
    let small = next.kind == Kind::Word && !next.capital;
    let line = text[..before.end].rfind('\n').map_or(0, |start| start + 1);
    let long = before.end - line >= WRAPPED;
    small || open(&before.key) || long
}
