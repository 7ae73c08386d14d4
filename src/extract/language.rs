//! The language a page is in, against the one it should be in.

use scraper::Html;

use super::recipe::Recipe;
use crate::model::{Language, Problem};

/// `<html lang>` where it is stated, else the small words of the text.
pub fn problem<'a>(
    recipe: &Recipe,
    html: &Html,
    words: impl FnOnce() -> &'a str,
) -> Option<Problem> {
    let root = html.root_element();
    let stated = root.attr("lang").or_else(|| root.attr("xml:lang"));
    let found = match stated.and_then(|tag| Language::parse(tag.trim()).ok()) {
        Some(language) => language.as_str().to_owned(),
        None => guess(words(), recipe.language.as_str())?.to_owned(),
    };
    (found != recipe.language.as_str()).then(|| Problem::WrongLanguage {
        wanted: recipe.language.to_string(),
        found,
    })
}

/// Words that are frequent in one of these languages and absent from the others.
const SMALL_WORDS: [(&str, [&str; 10]); 5] = [
    (
        "de",
        [
            "und", "der", "das", "ist", "nicht", "mit", "für", "wird", "eine", "auf",
        ],
    ),
    (
        "en",
        [
            "and", "the", "of", "is", "not", "with", "for", "this", "are", "that",
        ],
    ),
    (
        "fr",
        [
            "et", "les", "des", "est", "pas", "avec", "pour", "dans", "une", "sur",
        ],
    ),
    (
        "es",
        [
            "y", "los", "las", "es", "con", "para", "del", "por", "una", "el",
        ],
    ),
    (
        "it",
        [
            "e", "gli", "della", "è", "non", "con", "per", "sono", "una", "il",
        ],
    ),
];

/// Another language only where it is far ahead: at least 20 words, three times those of the wanted one.
fn guess(words: &str, wanted: &str) -> Option<&'static str> {
    let lower = words.to_lowercase();
    let mut counts = [0_usize; SMALL_WORDS.len()];
    for word in lower.split(|char: char| !char.is_alphabetic()) {
        for (count, (_, list)) in counts.iter_mut().zip(&SMALL_WORDS) {
            *count += usize::from(list.contains(&word));
        }
    }
    let scores = || {
        SMALL_WORDS
            .iter()
            .map(|(language, _)| *language)
            .zip(counts)
    };
    let (_, own) = scores().find(|(language, _)| *language == wanted)?;
    let (best, most) = scores().max_by_key(|(_, count)| *count)?;
    (most >= 20 && most >= own * 3).then_some(best)
}
