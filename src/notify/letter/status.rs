//! One cell of the status matrix in words.

use super::words;
use crate::model::Status;
use crate::notify::hygiene::{at_most, one_line};
use crate::notify::step;
use crate::notify::words::Tongue;

/// The longest quotation in a line that is one of many.
const QUOTE: usize = 200;

/// Whom it is about.
pub fn who(status: &Status, tongue: Tongue) -> String {
    status.partner.map_or_else(
        || one_line(status.key.as_str()),
        |code| step::country(code, tongue),
    )
}

pub fn line(status: &Status, tongue: Tongue) -> String {
    let statement = &status.statement;
    let quote = at_most(&one_line(&statement.quote.text), QUOTE);
    words::STATUS.fill(
        tongue,
        &[
            ("what", &step::said(statement, tongue)),
            ("quote", &tongue.quoted(&quote)),
        ],
    )
}
