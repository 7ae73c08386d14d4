//! The words of two whole pages: what moved is told from what changed.

use super::Trouble;
use super::entry::{PATIENCE, Shown, without_marked_blanks};
use crate::model::Text;
use crate::notify::wordiff;
use crate::pipeline::in_background;

/// Two whole pages.
pub struct Pages {
    pub shown: Shown,
    /// Paragraphs that stand elsewhere, with the words they had.
    pub moved: usize,
}

impl Pages {
    /// Without the long stretches that did not change.
    pub fn folded(&self) -> Option<Shown> {
        match &self.shown {
            Shown::Words(parts) => Some(Shown::Words(wordiff::folded(parts))),
            Shown::Sides(..) => None,
        }
    }
}

/// The words of two whole pages, compared beside other answers.
pub async fn compared_pages(before: Text, after: Text) -> Result<Pages, Trouble> {
    let work = move || {
        let (compared, moved) = wordiff::diff_in_any_order(&before, &after, PATIENCE);
        Pages {
            shown: Shown::Words(without_marked_blanks(compared.parts)),
            moved,
        }
    };
    Ok(in_background(work).await?)
}
