//! Where a page shows only the beginning of a text.

use crate::model::Extent;

/// The marks pages use, longest first.
const MARKS: [&str; 6] = ["[…]", "[...]", "(…)", "(...)", "…", "..."];

/// The text with one mark for all (" …"), and whether it had one.
pub fn mark(text: String) -> (String, Extent) {
    let Some(said) = unmarked(&text) else {
        return (text, Extent::Whole);
    };
    let said = said.trim_end_matches(['…', '.', ' ']).trim_end();
    let marked = if said.is_empty() {
        "…".to_owned()
    } else {
        format!("{said} …")
    };
    (marked, Extent::Cut)
}

fn unmarked(text: &str) -> Option<&str> {
    let text = text.trim_end();
    MARKS.iter().find_map(|mark| text.strip_suffix(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_becomes_one() {
        for cut in [
            "Arbeits- …",
            "Arbeits-…",
            "Arbeits- ...",
            "Arbeits- […]",
            "Arbeits- [...] ",
        ] {
            check(cut, "Arbeits- …", Extent::Cut);
        }
        check("…", "…", Extent::Cut);
    }

    #[test]
    fn a_full_stop_is_no_cut() {
        check("unterzeichnet.", "unterzeichnet.", Extent::Whole);
        check("… und mehr.", "… und mehr.", Extent::Whole);
        check("", "", Extent::Whole);
    }

    #[track_caller]
    fn check(text: &str, expected: &str, extent: Extent) {
        assert_eq!(mark(text.to_owned()), (expected.to_owned(), extent));
    }
}
