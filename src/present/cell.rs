//! Makes text of a page a cell that no spreadsheet takes for a formula.

/// A cell that begins like a formula gets an apostrophe, which spreadsheets take for "this is text".
pub fn harmless(text: String) -> String {
    // Spreadsheets skip blanks, and some take the full-width signs for the usual ones.
    let signs = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    if text.starts_with(['\t', '\r', '\n']) || text.trim_start().starts_with(signs) {
        format!("'{text}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_text_is_never_a_formula() {
        check(" =1+1", "' =1+1");
        check("＝1+1", "'＝1+1");
        check("=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")");
        check("+1", "'+1");
        check("-1", "'-1");
        check("@SUM(A1)", "'@SUM(A1)");
        check("\t=1", "'\t=1");
        check("Kenia = Partner", "Kenia = Partner");
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(harmless(text.to_owned()), expected);
    }
}
