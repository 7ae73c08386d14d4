//! Says what of a look's changes and events readers hear. What is cosmetic, or toggles, is no news.

use jiff::Timestamp;

use crate::model::{Change, Event, News, PageBrief, Told, VisitId};

/// The news of a look; `None` where nothing is to be told.
pub fn news(
    page: &PageBrief,
    visit: &VisitId,
    at: Timestamp,
    changes: &[Change],
    events: &[Event],
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
        events: events.to_vec(),
        many_at_once,
        witness: None,
    })
}
