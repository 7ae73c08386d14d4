//! CSV (RFC 4180) that no spreadsheet takes for formulas.

use super::{COLUMNS, Row, Table, cell};
use crate::web::Trouble;

pub fn write(table: Table, rows: &[Row]) -> Result<Vec<u8>, Trouble> {
    let columns: Vec<&str> = COLUMNS
        .iter()
        .filter(|column| column.tables.contains(&table))
        .map(|column| column.name)
        .collect();
    let mut csv = ::csv::Writer::from_writer(Vec::new());
    let failed = |_| Trouble::Failed;
    csv.write_record(&columns).map_err(failed)?;
    for row in rows {
        let cells = columns
            .iter()
            .map(|name| harmless(cell(row.get(*name)).unwrap_or_default()));
        csv.write_record(cells).map_err(failed)?;
    }
    csv.into_inner().map_err(|_| Trouble::Failed)
}

/// A cell that begins like a formula gets an apostrophe, which spreadsheets take for "this is text".
fn harmless(text: String) -> String {
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
