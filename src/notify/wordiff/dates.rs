//! Where dates stand in a text, so that a comparison does not tear them: "13. September 2024" is one word.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::notify::words::{Tongue, month_name};

/// In any language a day, a word and a year are a date ("13 de septiembre de 2024"); a month's name is
/// needed where less stands there. What is taken for a date by mistake is shown in one piece, no more.
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    let months: Vec<&str> = [Tongue::De, Tongue::En]
        .into_iter()
        .flat_map(|tongue| (1..=12).map(move |month| month_name(month, tongue)))
        .collect();
    let month = format!(
        r"(?:Jänner|Feber|(?:{})|\p{{Lu}}\p{{L}}{{2}}\.)",
        months.join("|")
    );
    let patterns = [
        r"\b\d{4}-\d{2}-\d{2}\b".to_owned(),
        r"\b\d{1,2}\. ?\d{1,2}\.(?: ?\d{4}\b)?".to_owned(),
        format!(r"\b{month} \d{{1,2}}, \d{{4}}\b"),
        r"\b\d{1,2}(?:\.|er|º)? (?:de )?\p{L}{3,10}\.? (?:de )?\d{4}\b".to_owned(),
        format!(r"\b(?:\d{{1,2}}\.? )?{month}(?: \d{{4}})?\b"),
    ];
    Regex::new(&patterns.join("|")).expect("the pattern is ours")
});

pub fn spans(text: &str) -> Vec<Range<usize>> {
    DATE.find_iter(text).map(|found| found.range()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_found_whole_however_it_is_written() {
        for date in [
            "13. September 2024",
            "13 September 2024",
            "September 13, 2024",
            "2024-09-13",
            "13.9.2024",
            "13.09.",
            "13. September",
            "September 2024",
            "Jänner 2024",
            "1er septembre 2024",
            "13 de septiembre de 2024",
        ] {
            let text = format!("seit {date}, heißt es");
            let found: Vec<&str> = spans(&text).into_iter().map(|span| &text[span]).collect();
            assert_eq!(found, [date]);
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "Artikel 15. Das Abkommen",
            "36,41 Mio. Einwohner",
            "rund 55 Mio.",
            "",
        ] {
            assert!(spans(text).is_empty(), "{text}");
        }
    }
}
