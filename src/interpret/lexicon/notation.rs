//! How words are written in the lexicon files: `Abkommen|s` for endings, `gemeinsam*` for any German adjective ending.

use crate::interpret::tokens;

const ADJECTIVE: &[&str] = &["", "e", "en", "er", "es", "em"];

/// Every spelling of the words, each as keys in a row.
pub fn expand(words: &str) -> Vec<Vec<String>> {
    let mut all: Vec<Vec<String>> = vec![Vec::new()];
    for word in words.split_whitespace() {
        let spellings: Vec<Vec<String>> = spellings(word).iter().map(|word| keys(word)).collect();
        all = all
            .iter()
            .flat_map(|before| {
                spellings
                    .iter()
                    .map(move |next| [before.as_slice(), next].concat())
            })
            .collect();
    }
    all
}

fn spellings(word: &str) -> Vec<String> {
    if let Some(stem) = word.strip_suffix('*') {
        return ADJECTIVE
            .iter()
            .map(|ending| format!("{stem}{ending}"))
            .collect();
    }
    let mut parts = word.split('|');
    let base = parts.next().unwrap_or_default();
    let endings = parts.map(|ending| format!("{base}{ending}"));
    std::iter::once(base.to_owned()).chain(endings).collect()
}

fn keys(word: &str) -> Vec<String> {
    // "sull'" is one word, as it is in a text.
    if word.len() > 1 && word.ends_with('\'') {
        return vec![tokens::key(word)];
    }
    tokens::tokens(word)
        .into_iter()
        .map(|token| token.key)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_and_adjectives_are_spelt_out() {
        check("Vertrag|s|es", &["vertrag", "vertrags", "vertrages"]);
        check(
            "sicher* Staat|en",
            &[
                "sicher staat",
                "sicher staaten",
                "sichere staat",
                "sichere staaten",
                "sicheren staat",
                "sicheren staaten",
                "sicherer staat",
                "sicherer staaten",
                "sicheres staat",
                "sicheres staaten",
                "sicherem staat",
                "sicherem staaten",
            ],
        );
    }

    #[track_caller]
    fn check(words: &str, expected: &[&str]) {
        let spelt: Vec<String> = expand(words).iter().map(|keys| keys.join(" ")).collect();
        assert_eq!(spelt, expected);
    }
}
