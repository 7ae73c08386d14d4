//! Says word by word what is different between two texts of a page.
//!
//! 1. Words are Unicode words; Myers with a time limit (the rest is then one coarse replacement).
//! 2. Neighbouring replacements with nothing but one blank between them become one.
//! 3. Where the page cuts a text, a tail that only fell behind the cut is not called removed, and a
//!    tail that only came out from behind it is not called added.

use std::collections::HashSet;
use std::time::Duration;

use similar::{Algorithm, ChangeTag, TextDiff};

use crate::model::Text;

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

/// Unchanged words that stay visible next to a change; more than twice as many are left out.
const CONTEXT: usize = 25;

pub fn diff(before: &Text, after: &Text, patience: Duration) -> Wordiff {
    let (then, now) = (before.said().trim_end(), after.said().trim_end());
    let groups = join(group(then, now, patience));
    let mut parts: Vec<Part> = groups.into_iter().flat_map(Group::parts).collect();
    let detail = detail(&parts);
    if let [.., last] = parts.as_mut_slice()
        && detail == Detail::Words
    {
        last.mark = tail_mark(last.mark, before, after);
    }
    if let [.., before_last, last] = parts.as_mut_slice()
        && last.mark == Mark::CameFromBehindCut
        && before_last.mark == Mark::Removed
    {
        last.mark = Mark::Added;
    }
    Wordiff { parts, detail }
}

/// What one side says, with long unchanged stretches left out.
pub fn side(parts: &[Part], side: Side) -> Vec<Part> {
    let hidden = |mark: Mark| match side {
        Side::Before => matches!(mark, Mark::Added | Mark::CameFromBehindCut),
        Side::After => matches!(mark, Mark::Removed | Mark::FellBehindCut),
    };
    let shown: Vec<&Part> = parts.iter().filter(|part| !hidden(part.mark)).collect();
    let last = shown.len().saturating_sub(1);
    shown
        .iter()
        .enumerate()
        .flat_map(|(i, part)| match part.mark {
            Mark::Same => shorten(part, i == 0, i == last),
            _ => vec![(*part).clone()],
        })
        .collect()
}

enum Group {
    Same(String),
    Change { removed: String, added: String },
}

impl Group {
    fn parts(self) -> Vec<Part> {
        let part = |mark, text: String| (!text.is_empty()).then_some(Part { mark, text });
        match self {
            Group::Same(text) => part(Mark::Same, text).into_iter().collect(),
            Group::Change { removed, added } => part(Mark::Removed, removed)
                .into_iter()
                .chain(part(Mark::Added, added))
                .collect(),
        }
    }
}

fn group(then: &str, now: &str, patience: Duration) -> Vec<Group> {
    let diff = TextDiff::configure()
        .algorithm(Algorithm::Myers)
        .timeout(patience)
        .diff_unicode_words(then, now);
    let mut groups: Vec<Group> = Vec::new();
    for change in diff.iter_all_changes() {
        let text = change.value();
        match (change.tag(), groups.last_mut()) {
            (ChangeTag::Equal, Some(Group::Same(same))) => same.push_str(text),
            (ChangeTag::Equal, _) => groups.push(Group::Same(text.to_owned())),
            (ChangeTag::Delete, Some(Group::Change { removed, .. })) => removed.push_str(text),
            (ChangeTag::Insert, Some(Group::Change { added, .. })) => added.push_str(text),
            (ChangeTag::Delete, _) => groups.push(Group::Change {
                removed: text.to_owned(),
                added: String::new(),
            }),
            (ChangeTag::Insert, _) => groups.push(Group::Change {
                removed: String::new(),
                added: text.to_owned(),
            }),
        }
    }
    groups
}

fn join(groups: Vec<Group>) -> Vec<Group> {
    let mut joined: Vec<Group> = Vec::new();
    for group in groups {
        match group {
            Group::Change { removed, added } if replaces_on(&joined, &removed, &added) => {
                joined.pop();
                if let Some(Group::Change {
                    removed: earlier_removed,
                    added: earlier_added,
                }) = joined.last_mut()
                {
                    earlier_removed.push_str(&format!(" {removed}"));
                    earlier_added.push_str(&format!(" {added}"));
                }
            }
            other => joined.push(other),
        }
    }
    joined
}

/// Whether a replacement, one blank and this change read as one replacement.
fn replaces_on(joined: &[Group], removed: &str, added: &str) -> bool {
    let says = |a: &str, b: &str| !(a.trim().is_empty() && b.trim().is_empty());
    match joined {
        [
            ..,
            Group::Change {
                removed: earlier_removed,
                added: earlier_added,
            },
            Group::Same(blank),
        ] => blank == " " && says(earlier_removed, removed) && says(earlier_added, added),
        _ => false,
    }
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
    let common = added.text.split_whitespace().filter(|word| words.contains(word));
    // A genuine replacement shares a few small words with what it replaces; a cut-off one, most.
    if common.count() * 2 > added.text.split_whitespace().count() {
        Detail::Coarse
    } else {
        Detail::Words
    }
}

fn shorten(part: &Part, is_first: bool, is_last: bool) -> Vec<Part> {
    let words: Vec<&str> = part.text.split_inclusive(' ').collect();
    let head = if is_first && !is_last { 0 } else { CONTEXT };
    let tail = if is_last { 0 } else { CONTEXT };
    if words.len() <= 2 * CONTEXT + 10 {
        return vec![part.clone()];
    }
    let (start, rest) = words.split_at(head);
    let (left_out, end) = rest.split_at(rest.len().saturating_sub(tail));
    let same = |words: &[&str]| Part {
        mark: Mark::Same,
        text: words.concat(),
    };
    let gap = Part {
        mark: Mark::LeftOut(left_out.len()),
        text: String::new(),
    };
    [same(start), gap, same(end)]
        .into_iter()
        .filter(|part| part.mark != Mark::Same || !part.text.is_empty())
        .collect()
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
            "Kenia: wir [-verhandeln noch-]{+haben unterzeichnet+} ein Abkommen.",
        );
    }

    #[test]
    fn a_word_that_only_came_or_went_stands_alone() {
        check("a b c", "a c", "a [-b -]c");
        check("a c", "a b c", "a {+b +}c");
        check("", "neu", "{+neu+}");
    }

    #[test]
    fn numbers_and_apostrophes_stay_whole() {
        check(
            "Côte d’Ivoire: 1.234,5 Mio.",
            "Côte d’Ivoire: 1.234,6 Mio.",
            "Côte d’Ivoire: [-1.234,5-]{+1.234,6+} Mio.",
        );
    }

    #[test]
    fn a_tail_that_fell_behind_the_cut_is_not_removed() {
        check(
            "Kenia redet mit uns über viele Dinge …",
            "Kenia (neu) redet mit uns über …",
            "Kenia {+(neu) +}redet mit uns über[~ viele Dinge~]",
        );
    }

    #[test]
    fn a_tail_that_came_from_behind_the_cut_is_not_added() {
        check(
            "Kenia redet lange mit uns …",
            "Kenia redet mit uns über alles.",
            "Kenia redet [-lange -]mit uns{~ über alles.~}",
        );
    }

    #[test]
    fn words_replaced_at_the_end_count_although_the_text_is_cut() {
        check(
            "Kenia wird verhandeln …",
            "Kenia wird unterzeichnen …",
            "Kenia wird [-verhandeln-]{+unterzeichnen+}",
        );
    }

    #[test]
    fn no_time_gives_a_coarse_answer_and_says_so() {
        let text = |n: usize| Text::whole((0..n).map(|i| format!("w{i} ")).collect::<String>());
        let result = diff(&text(4000), &text(3999), PATIENCE);
        assert_eq!(result.detail, Detail::Words);
        let coarse = [
            Part { mark: Mark::Removed, text: "a b c".into() },
            Part { mark: Mark::Added, text: "a b d".into() },
        ];
        assert_eq!(detail(&coarse), Detail::Coarse);
    }

    #[test]
    fn a_long_unchanged_stretch_is_left_out_and_counted() {
        let long: String = (0..200).map(|i| format!("w{i} ")).collect();
        let parts = diff(
            &Text::whole(format!("{long}alt")),
            &Text::whole(format!("{long}neu")),
            PATIENCE,
        )
        .parts;
        let shown = side(&parts, Side::After);
        assert_eq!(shown[0].mark, Mark::LeftOut(175));
        assert!(shown[1].text.starts_with("w175 ") && shown[2].text == "neu");
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_back(then in "[ab .]{0,40}", now in "[ab .]{0,40}") {
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
        let extent = if text.ends_with('…') { Extent::Cut } else { Extent::Whole };
        Text { extent, ..Text::whole(text) }
    }
}
