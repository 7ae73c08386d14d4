//! Lists of changes and events: newest first, those of one visit in the order they were written.
//!
//! Only what is asked for stands in the text, so that each question finds its index.

use std::fmt::Display;

use jiff::Timestamp;
use sqlx::{QueryBuilder, Sqlite};

use super::columns::{ms, rows};
use crate::model::PageId;

/// What both lists are asked by.
pub(super) struct Listing<'a> {
    pub table: &'static str,
    pub page: Option<&'a PageId>,
    /// Confirmed at that instant or later.
    pub since: Option<Timestamp>,
    /// Confirmed before that instant.
    pub until: Option<Timestamp>,
}

impl Listing<'_> {
    /// The beginning of the question, to which a table adds conditions of its own.
    pub fn begin(&self, column: &str) -> QueryBuilder<Sqlite> {
        let mut sql = QueryBuilder::new("SELECT ");
        sql.push(format_args!(
            "{column} FROM {} WHERE confirmed >= ",
            self.table
        ))
        .push_bind(self.since.map_or(i64::MIN, ms))
        .push(" AND confirmed < ")
        .push_bind(self.until.map_or(i64::MAX, ms));
        if let Some(page) = self.page {
            sql.push(" AND page = (SELECT no FROM page WHERE id = ")
                .push_bind(page.to_string())
                .push(")");
        }
        sql
    }

    /// Its order and its end. `behind`: only what comes after that row, which new rows leave as it is.
    pub fn end(&self, sql: &mut QueryBuilder<Sqlite>, behind: Option<impl Display>, limit: usize) {
        if let Some(behind) = behind {
            sql.push(format_args!(
                " AND (-confirmed, page, visit, no) >
                 (SELECT -confirmed, page, visit, no FROM {} WHERE id = ",
                self.table
            ))
            .push_bind(behind.to_string())
            .push(")");
        }
        sql.push(" ORDER BY confirmed DESC, page, visit, no LIMIT ")
            .push_bind(rows(limit));
    }
}
