//! What a page is called, with the language of these words: a screen reader speaks them as they are meant.

use super::said::brief;
use crate::model::{PageBrief, PageId};
use crate::notify::hygiene::one_line;

/// The title of a page; of one that is known no more its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Titled {
    pub title: String,
    pub language: String,
}

impl Titled {
    pub fn of(briefs: &[PageBrief], page: &PageId) -> Self {
        match brief(briefs, page) {
            Some(brief) => Self {
                title: one_line(&brief.title),
                language: brief.language.to_string(),
            },
            None => Self {
                title: page.to_string(),
                language: "und".to_owned(),
            },
        }
    }
}
