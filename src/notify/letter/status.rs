//! One cell of the status matrix in words.

use super::words;
use crate::model::{EntryKey, Status, Watch};
use crate::notify::hygiene::{at_most, one_line};
use crate::notify::step;
use crate::notify::words::{PAGE_TEXT, Tongue};

/// The longest quotation in a line that is one of many.
const QUOTE: usize = 200;

/// Whom it is about.
pub fn who(status: &Status, tongue: Tongue) -> String {
    match status.partner {
        Some(code) => step::country(code, tongue),
        None if status.key == EntryKey::page() => PAGE_TEXT.say(tongue).to_owned(),
        None => one_line(status.key.as_str()),
    }
}

/// What a page says, and which one.
pub fn line(status: &Status, pages: &[Watch], tongue: Tongue) -> String {
    let page = pages.iter().find(|watch| watch.page.id == status.page);
    let page = page.map_or(status.page.as_str(), |watch| &watch.page.title);
    let statement = &status.statement;
    let quote = at_most(&one_line(&statement.quote.text), QUOTE);
    words::STATUS.fill(
        tongue,
        &[
            ("what", &step::said(statement, tongue)),
            ("page", &tongue.quoted(&one_line(page))),
            ("quote", &tongue.quoted(&quote)),
        ],
    )
}
