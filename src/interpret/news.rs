//! Says what the confirmed changes of a look mean to a reader.
//!
//! No lexicon reads them yet: each goes out as what can be seen without one, other words or a
//! fact of the page. What is cosmetic, or toggles, is no news.

use jiff::Timestamp;

use crate::model::{Change, News, PageBrief, Told, VisitId};

/// The news of a look; `None` where nothing is to be told.
pub fn interpret(
    page: &PageBrief,
    visit: &VisitId,
    at: Timestamp,
    changes: &[Change],
) -> Option<News> {
    let told: Vec<Change> = changes
        .iter()
        .filter(|change| change.told != Told::Nobody)
        .cloned()
        .collect();
    let many_at_once = told
        .iter()
        .any(|change| change.told == Told::ReadersTogether);
    (!told.is_empty()).then(|| News {
        page: page.clone(),
        visit: visit.clone(),
        at,
        changes: told,
        events: Vec::new(),
        many_at_once,
    })
}
