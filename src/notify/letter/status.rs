//! One line of the status matrix in words.

use super::words;
use crate::model::Status;
use crate::notify::hygiene::{at_most, one_line};
use crate::notify::words::Tongue;

/// The longest quotation in a line that is one of many.
const QUOTE: usize = 200;

pub fn line(status: &Status, tongue: Tongue) -> String {
    let statement = &status.statement;
    let who = status.partner.map_or_else(
        || status.key.to_string(),
        |code| words::country(code, tongue),
    );
    let date = statement.when.as_ref().and_then(|when| when.date.clone());
    let date = date.unwrap_or_else(|| words::NO_DATE.say(tongue).to_owned());
    words::STATUS.fill(
        tongue,
        &[
            ("who", &who),
            ("stage", statement.stage.as_str()),
            (
                "factuality",
                words::factuality(statement.factuality, tongue),
            ),
            ("date", &date),
            ("quote", &at_most(&one_line(&statement.quote.text), QUOTE)),
        ],
    )
}
