//! Says word by word what is different between two texts of a page.
//!
//! 1. Paragraphs are matched first, so that words are compared with those of their own paragraph.
//! 2. Words are Unicode words, each with the blank before it: blanks of their own would count as words
//!    in common and tear replacements apart. A date is one word.
//! 3. Myers with a time limit (the rest is then one coarse replacement).
//! 4. Where the page cuts a text, a tail that only fell behind the cut is not called removed, and a
//!    tail that only came out from behind it is not called added.

mod dates;
mod paragraphs;
mod shown;

use std::collections::HashSet;
use std::time::{Duration, Instant};

use similar::{Algorithm, ChangeTag, TextDiff};
use unicode_segmentation::UnicodeSegmentation;

use crate::model::Text;

pub use shown::{folded, side, side_beside, within};

/// A run of words and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub mark: Mark,
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Same,
    Removed,
    Added,
    /// The end of a text that the page now cuts earlier: no longer shown, not known to be gone.
    FellBehindCut,
    /// The end of a text that the page now cuts later: shown for the first time, not known to be new.
    CameFromBehindCut,
    /// So many unchanged words are left out of this view; the text is empty.
    LeftOut(usize),
}

/// The difference of two texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wordiff {
    pub parts: Vec<Part>,
    pub detail: Detail,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    Words,
    /// The time was up: common words stand in the removed and the added part alike.
    Coarse,
}

/// The side of a difference that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Before,
    After,
}

/// An unchanged stretch of at most so many words between two replacements is told with them.
const ISLAND: usize = 4;

pub fn diff(before: &Text, after: &Text, patience: Duration) -> Wordiff {
    let until = Instant::now() + patience;
    let (then, now) = (before.said().trim_end(), after.said().trim_end());
    let mut compared = paragraphs::compare(then, now, until);
    let replaced = matches!(compared.parts.as_slice(),
        [.., a, b] if (a.mark, b.mark) == (Mark::Removed, Mark::Added));
    if let Some(last) = compared.parts.last_mut()
        && !replaced
    {
        last.mark = tail_mark(last.mark, before, after);
    }
    compared
}

/// The same of two texts whose paragraphs may stand in another order, and how many only moved: these
/// count as unchanged.
pub fn diff_in_any_order(before: &Text, after: &Text, patience: Duration) -> (Wordiff, usize) {
    let until = Instant::now() + patience;
    let (text, moved) = paragraphs::moved(before.said(), after.said(), until);
    let ordered = Text {
        extent: before.extent,
        ..Text::whole(text)
    };
    (diff(&ordered, after, patience), moved)
}

/// Two paragraphs, word by word.
fn compare(then: &str, now: &str, until: Instant) -> Wordiff {
    let (then, now) = (words(then), words(now));
    let (old, new): (Vec<&str>, Vec<&str>) = (
        then.iter().map(String::as_str).collect(),
        now.iter().map(String::as_str).collect(),
    );
    let diff = TextDiff::configure()
        .algorithm(Algorithm::Myers)
        .timeout(until.saturating_duration_since(Instant::now()))
        .diff_slices(&old, &new);
    let mut parts: Vec<Part> = Vec::new();
    let (mut removed, mut added) = (String::new(), String::new());
    for change in diff.iter_all_changes() {
        match change.tag() {
            ChangeTag::Delete => removed.push_str(change.value()),
            ChangeTag::Insert => added.push_str(change.value()),
            ChangeTag::Equal => {
                push(&mut parts, Mark::Removed, &std::mem::take(&mut removed));
                push(&mut parts, Mark::Added, &std::mem::take(&mut added));
                push(&mut parts, Mark::Same, change.value());
            }
        }
    }
    push(&mut parts, Mark::Removed, &removed);
    push(&mut parts, Mark::Added, &added);
    Wordiff {
        detail: detail(&parts),
        parts: joined(without_first_blank(parts)),
    }
}

fn push(parts: &mut Vec<Part>, mark: Mark, text: &str) {
    match parts.last_mut() {
        _ if text.is_empty() => {}
        Some(last) if last.mark == mark => last.text.push_str(text),
        _ => parts.push(Part {
            mark,
            text: text.to_owned(),
        }),
    }
}

/// A text begins as if after a blank, so that its first word is the same word further on.
fn words(text: &str) -> Vec<String> {
    let mut dates = dates::spans(text).into_iter().peekable();
    let mut words: Vec<String> = Vec::new();
    let mut blank = if text.is_empty() { "" } else { " " };
    for (at, word) in text.split_word_bound_indices() {
        while dates.next_if(|date| date.end <= at).is_some() {}
        let in_a_date = dates.peek().is_some_and(|date| date.start < at);
        match words.last_mut() {
            Some(last) if in_a_date => last.push_str(word),
            _ if word == " " && blank.is_empty() => blank = " ",
            _ => {
                words.push(format!("{blank}{word}"));
                blank = "";
            }
        }
    }
    words
}

/// Two replacements with next to nothing between them are one: "[-x-]{+y+} und [-z-]{+w+}" is hard to
/// read. What only came or only went stands by itself, so that no word is marked without need.
fn joined(parts: Vec<Part>) -> Vec<Part> {
    let mut done: Vec<Part> = Vec::with_capacity(parts.len());
    for part in parts {
        done.push(part);
        if let [.., removed, added, island, then, now] = done.as_slice()
            && is_replacement(removed, added)
            && is_replacement(then, now)
            && is_island(island, [removed, added], [then, now])
        {
            let said =
                |start: &Part, end: &Part| format!("{}{}{}", start.text, island.text, end.text);
            let (before, after) = (said(removed, then), said(added, now));
            done.truncate(done.len() - 5);
            push(&mut done, Mark::Removed, &before);
            push(&mut done, Mark::Added, &after);
        }
    }
    done
}

fn is_replacement(removed: &Part, added: &Part) -> bool {
    (removed.mark, added.mark) == (Mark::Removed, Mark::Added)
}

fn is_island(island: &Part, left: [&Part; 2], right: [&Part; 2]) -> bool {
    let length = |sides: [&Part; 2]| sides.map(|part| part.text.len()).into_iter().max();
    island.mark == Mark::Same
        && island.text.split_whitespace().count() <= ISLAND
        && Some(island.text.len()) <= length(left).min(length(right))
}

/// Takes the blank before the first word of both sides away again.
fn without_first_blank(mut parts: Vec<Part>) -> Vec<Part> {
    let strip = |part: &mut Part| {
        if part.text.starts_with(' ') {
            part.text.remove(0);
        }
    };
    match parts.as_mut_slice() {
        [first, second, ..] if first.mark != Mark::Same && second.mark == Mark::Same => {
            strip(first);
            first.text.push(' ');
            strip(second);
        }
        [first, second, ..] if first.mark != Mark::Same => {
            strip(first);
            strip(second);
        }
        [first, ..] => strip(first),
        [] => {}
    }
    parts
}

fn tail_mark(mark: Mark, before: &Text, after: &Text) -> Mark {
    match mark {
        Mark::Removed if after.is_cut() => Mark::FellBehindCut,
        Mark::Added if before.is_cut() => Mark::CameFromBehindCut,
        other => other,
    }
}

fn detail(parts: &[Part]) -> Detail {
    let [removed, added] = parts else {
        return Detail::Words;
    };
    if (removed.mark, added.mark) != (Mark::Removed, Mark::Added) {
        return Detail::Words;
    }
    let words: HashSet<&str> = removed.text.split_whitespace().collect();
    let common = added
        .text
        .split_whitespace()
        .filter(|word| words.contains(word));
    // A genuine replacement shares a few small words with what it replaces; a cut-off one, most.
    if common.count() * 2 > added.text.split_whitespace().count() {
        Detail::Coarse
    } else {
        Detail::Words
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Extent;
    use proptest::prelude::*;

    const PATIENCE: Duration = Duration::from_secs(5);

    #[test]
    fn neighbouring_replacements_are_one() {
        check(
            "Kenia: wir verhandeln noch ein Abkommen.",
            "Kenia: wir haben unterzeichnet ein Abkommen.",
            "Kenia: wir[- verhandeln noch-]{+ haben unterzeichnet+} ein Abkommen.",
        );
    }

    #[test]
    fn paragraphs_that_only_moved_are_no_change() {
        let before = text("Albanien\nredet\nKenia\nverhandelt\nGhana\nalt");
        let after = text("Kenia\nverhandelt\nGhana\nneu\nAlbanien\nredet");
        let (compared, moved) = diff_in_any_order(&before, &after, PATIENCE);
        let shown = |mark| {
            let parts = compared.parts.iter().filter(move |part| part.mark == mark);
            parts.map(|part| part.text.as_str()).collect::<String>()
        };
        assert_eq!(
            (shown(Mark::Removed).as_str(), shown(Mark::Added).as_str()),
            ("alt", "neu")
        );
        assert_eq!(moved, 2, "Albania and its words");
        let after_side: String = compared
            .parts
            .iter()
            .filter(|part| part.mark != Mark::Removed)
            .map(|part| part.text.as_str())
            .collect();
        assert_eq!(after_side, after.text, "nothing is lost");
        let same = text("a\nb\na");
        assert_eq!(diff_in_any_order(&same, &same, PATIENCE).1, 0);
    }

    #[test]
    fn a_word_that_only_came_or_went_stands_alone() {
        check("a b c", "a c", "a[- b-] c");
        check("a c", "a b c", "a{+ b+} c");
        check("b c", "a b c", "{+a +}b c");
        check("a b c", "x b c", "[-a-]{+x+} b c");
        check("", "neu", "{+neu+}");
    }

    #[test]
    fn words_in_common_are_found_although_blanks_are_more_in_number() {
        check(
            "wir reden über Fachkräfte, Rückkehr und Visa …",
            "wir reden seit dem Besuch in Samarkand über Fachkräfte …",
            "wir reden{+ seit dem Besuch in Samarkand+} über Fachkräfte[~, Rückkehr und Visa~]",
        );
    }

    #[test]
    fn a_shown_side_has_no_mark_on_its_blanks() {
        let parts = diff(&text("a b c"), &text("a x c"), PATIENCE).parts;
        let shown: Vec<(Mark, String)> = side(&parts, Side::After)
            .into_iter()
            .map(|part| (part.mark, part.text))
            .collect();
        let expected = [(Mark::Same, "a "), (Mark::Added, "x"), (Mark::Same, " c")];
        assert_eq!(shown, expected.map(|(mark, text)| (mark, text.to_owned())));
    }

    #[test]
    fn a_sentence_is_cut_out_with_its_marks() {
        let (before, after) = (
            text("Eins. Wir reden mit Kenia. Drei."),
            text("Eins. Wir haben mit Kenia gezeichnet. Drei."),
        );
        let parts = diff(&before, &after, PATIENCE).parts;
        let found = within(&parts, Side::After, "Wir haben mit Kenia gezeichnet.").unwrap();
        let shown: Vec<_> = found
            .iter()
            .map(|part| (part.mark, part.text.as_str()))
            .collect();
        let expected = [
            (Mark::Same, "Wir "),
            (Mark::Added, "haben"),
            (Mark::Same, " mit Kenia "),
            (Mark::Added, "gezeichnet"),
            (Mark::Same, "."),
        ];
        assert_eq!(shown, expected);
        assert_eq!(within(&parts, Side::After, "Wir reden"), None);
    }

    #[test]
    fn numbers_and_apostrophes_stay_whole() {
        check(
            "Côte d’Ivoire: 1.234,5 Mio.",
            "Côte d’Ivoire: 1.234,6 Mio.",
            "Côte d’Ivoire:[- 1.234,5-]{+ 1.234,6+} Mio.",
        );
    }

    #[test]
    fn a_tail_that_fell_behind_the_cut_is_not_removed() {
        check(
            "Kenia redet mit uns über viele Dinge …",
            "Kenia (neu) redet mit uns über …",
            "Kenia{+ (neu)+} redet mit uns über[~ viele Dinge~]",
        );
    }

    #[test]
    fn a_tail_that_came_from_behind_the_cut_is_not_added() {
        check(
            "Kenia redet lange mit uns …",
            "Kenia redet mit uns über alles.",
            "Kenia redet[- lange-] mit uns{~ über alles.~}",
        );
    }

    #[test]
    fn words_replaced_at_the_end_count_although_the_text_is_cut() {
        check(
            "Kenia wird verhandeln …",
            "Kenia wird unterzeichnen …",
            "Kenia wird[- verhandeln-]{+ unterzeichnen+}",
        );
    }

    #[test]
    fn words_marked_on_both_sides_are_a_coarse_answer() {
        let coarse = [
            Part {
                mark: Mark::Removed,
                text: "a b c".into(),
            },
            Part {
                mark: Mark::Added,
                text: "a b d".into(),
            },
        ];
        assert_eq!(detail(&coarse), Detail::Coarse);
    }

    #[test]
    fn a_long_unchanged_stretch_is_left_out_and_counted() {
        let long = (0..200)
            .map(|i| format!("w{i} "))
            .collect::<Vec<_>>()
            .concat();
        let parts = diff(
            &Text::whole(format!("{long}alt")),
            &Text::whole(format!("{long}neu")),
            PATIENCE,
        )
        .parts;
        let shown = side(&parts, Side::After);
        assert!(
            matches!(shown[0].mark, Mark::LeftOut(174..=176)),
            "{shown:?}"
        );
        assert!(shown[1].text.ends_with("w199 ") && shown[2].text == "neu");
    }

    #[test]
    fn a_date_is_one_word() {
        check(
            "am 15. Mai 2024 in Nairobi",
            "am 13. September 2024 in Nairobi",
            "am[- 15. Mai 2024-]{+ 13. September 2024+} in Nairobi",
        );
        check(
            "on 13 May 2024",
            "on 14 May 2024",
            "on[- 13 May 2024-]{+ 14 May 2024+}",
        );
    }

    #[test]
    fn replacements_with_next_to_nothing_between_them_are_one() {
        check(
            "Wir wollen dafür sorgen, dass Menschen kommen.",
            "Wir arbeiten gut zusammen, damit Menschen kommen.",
            "Wir[- wollen dafür sorgen, dass-]{+ arbeiten gut zusammen, damit+} Menschen kommen.",
        );
    }

    #[test]
    fn words_are_compared_within_their_paragraph() {
        check(
            "Erster Absatz bleibt.\nZahlen\nWir reden mit Kenia.",
            "Ganz neu dazu.\nErster Absatz bleibt.\nZahlen\nWir reden mit Ghana.",
            "{+Ganz neu dazu.\n+}Erster Absatz bleibt.\nZahlen\nWir reden mit[- Kenia-]{+ Ghana+}.",
        );
        check("a b\nc d\ne", "a b\ne", "a b[-\nc d-]\ne");
    }

    #[test]
    fn unchanged_paragraphs_are_folded_and_a_heading_stays() {
        let before = text("Eins zwei.\nZahlen und Daten\nDrei vier.\nFünf sechs.");
        let after = text("Eins zwei.\nZahlen und Daten\nDrei neun.\nFünf sechs.");
        let parts = diff(&before, &after, PATIENCE).parts;
        let shown: Vec<_> = side(&parts, Side::After)
            .into_iter()
            .map(|part| (part.mark, part.text))
            .collect();
        let expected = [
            (Mark::LeftOut(2), ""),
            (Mark::Same, "\nZahlen und Daten\nDrei "),
            (Mark::Added, "neun"),
            (Mark::Same, ".\n"),
            (Mark::LeftOut(2), ""),
        ];
        assert_eq!(shown, expected.map(|(mark, text)| (mark, text.to_owned())));
        let both = folded(&parts).into_iter().map(|part| part.mark);
        let both: Vec<Mark> = both.filter(|mark| *mark != Mark::Same).collect();
        let expected = [
            Mark::LeftOut(2),
            Mark::Removed,
            Mark::Added,
            Mark::LeftOut(2),
        ];
        assert_eq!(both, expected);
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_back(
            then in "[ab .]{0,40}|([ab.]( [ab.]{1,2}){0,3}\n){0,5}",
            now in "[ab .]{0,40}|([ab.]( [ab.]{1,2}){0,3}\n){0,5}",
        ) {
            let (then, now) = (Text::whole(then.trim()), Text::whole(now.trim()));
            let parts = diff(&then, &now, PATIENCE).parts;
            let read = |hidden: Mark| parts.iter().filter(|part| part.mark != hidden)
                .map(|part| part.text.as_str()).collect::<String>();
            prop_assert_eq!(read(Mark::Added), then.text);
            prop_assert_eq!(read(Mark::Removed), now.text);
        }
    }

    #[track_caller]
    fn check(before: &str, after: &str, expected: &str) {
        let shown: String = diff(&text(before), &text(after), PATIENCE)
            .parts
            .iter()
            .map(|Part { mark, text }| match mark {
                Mark::Same => text.clone(),
                Mark::Removed => format!("[-{text}-]"),
                Mark::Added => format!("{{+{text}+}}"),
                Mark::FellBehindCut => format!("[~{text}~]"),
                Mark::CameFromBehindCut => format!("{{~{text}~}}"),
                Mark::LeftOut(words) => format!("[{words}]"),
            })
            .collect();
        assert_eq!(shown, expected);
    }

    fn text(text: &str) -> Text {
        let extent = if text.ends_with('…') {
            Extent::Cut
        } else {
            Extent::Whole
        };
        Text {
            extent,
            ..Text::whole(text)
        }
    }
}
