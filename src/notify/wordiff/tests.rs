//! What is told of two texts: each case a pair of texts and the words with their marks.

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
