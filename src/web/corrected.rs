//! What was taken back: the corrected events, and the cells that rest on one of them.

use std::collections::HashMap;

use super::Site;
use crate::model::{Event, EventId, Remark, Status};
use crate::store::StoreError;

/// The last word on each event that was taken back, and the events as far as they are still read.
pub struct TakenBack {
    words: HashMap<EventId, Remark>,
    events: Vec<Event>,
}

impl TakenBack {
    pub async fn of(site: &Site) -> Result<Self, StoreError> {
        let words = site.store.corrections().await?;
        let mut events = Vec::new();
        for id in words.keys() {
            events.extend(site.store.event(*id).await?);
        }
        Ok(Self { words, events })
    }

    /// The correction of what a cell shows: that of an event which said the same of the same.
    pub fn of_status(&self, status: &Status) -> Option<&Remark> {
        let said = |event: &&Event| {
            let (after, now) = (event.after.as_ref(), &status.statement);
            (&event.page, &event.key, event.partner, &event.stage)
                == (&status.page, &status.key, status.partner, &now.stage)
                && after.is_some_and(|after| {
                    (after.factuality, &after.when) == (now.factuality, &now.when)
                })
        };
        let found = self.events.iter().filter(said);
        // Of several the last word counts.
        found
            .filter_map(|event| self.of_event(event))
            .max_by_key(|remark| remark.at)
    }

    pub fn of_event(&self, event: &Event) -> Option<&Remark> {
        self.words.get(&event.id)
    }
}
