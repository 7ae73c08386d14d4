//! What is typed, as a query of the index: words of which all must occur, a country by any of its names.

use crate::model::{countries, fold};

/// The trigram index knows nothing shorter.
const SHORTEST: usize = 3;
/// Words beyond these narrow nothing down that a person would type.
const WORDS: usize = 12;
/// Words of the longest name of a country that is looked for.
const LONGEST_NAME: usize = 5;

/// `None` where no word is long enough.
pub fn of(words: &str) -> Option<String> {
    let plain: String = words
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let typed: Vec<&str> = plain.split_whitespace().take(WORDS).collect();
    let mut parts = Vec::new();
    let mut rest = typed.as_slice();
    while let [first, others @ ..] = rest {
        if let Some((length, names)) = named(rest) {
            parts.push(names);
            rest = &rest[length..];
        } else {
            parts.extend(phrase(first));
            rest = others;
        }
    }
    (!parts.is_empty()).then(|| parts.join(" AND "))
}

/// The country whose name these words begin with, as any of its names: how many words it takes, and the query.
fn named(words: &[&str]) -> Option<(usize, String)> {
    let mut longest = (1..=words.len().min(LONGEST_NAME)).rev();
    let (length, asked, country) = longest.find_map(|length| {
        let name = words[..length].join(" ");
        countries::find(&name).map(|country| (length, name, country))
    })?;
    let others = countries::names(country).into_iter();
    let others = others.filter(|name| fold(name) != fold(&asked));
    let names = [asked.as_str()].into_iter().chain(others);
    let names: Vec<String> = names.filter_map(all_of).collect();
    Some((length, format!("({})", names.join(" OR "))))
}

/// The words of a name, each as a phrase.
fn all_of(name: &str) -> Option<String> {
    let phrases: Vec<String> = name.split_whitespace().filter_map(phrase).collect();
    (!phrases.is_empty()).then(|| format!("({})", phrases.join(" AND ")))
}

fn phrase(word: &str) -> Option<String> {
    let fits = word.chars().count() >= SHORTEST;
    fits.then(|| format!("\"{}\"", word.replace('"', "\"\"")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_never_read_as_an_operator() {
        check("a", None);
        check("NOT abc", Some(r#""NOT" AND "abc""#));
        check(
            "Canada visa",
            Some(r#"(("Canada") OR ("Kanada")) AND "visa""#),
        );
        check(
            "new caledonia",
            Some(r#"(("new" AND "caledonia") OR ("Neukaledonien"))"#),
        );
        check("abc\" OR 1", Some(r#""abc""""#));
        check("title:abc*", Some(r#""title:abc*""#));
    }

    #[track_caller]
    fn check(words: &str, expected: Option<&str>) {
        assert_eq!(of(words).as_deref(), expected);
    }
}
