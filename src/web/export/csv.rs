//! CSV (RFC 4180) that no spreadsheet takes for formulas.

use super::{COLUMNS, Row, Table, cell};
use crate::present::harmless;
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
