//! Events: written with the visit that confirmed them, found by page, partner, step, certainty and time.

use std::collections::BTreeSet;

use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::columns::{self, from_json, json, ms};
use super::listing::Listing;
use super::{Store, StoreError};
use crate::model::{
    Country, Digest, Event, EventId, Factuality, LegalType, PageId, Stage, VisitId,
};

/// Which events to list, and how many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventFilter {
    pub page: Option<PageId>,
    pub partner: Option<Country>,
    pub stage: Option<Stage>,
    /// What the page says of the step since then; what it withdrew has none.
    pub factuality: Option<Factuality>,
    pub legal_type: Option<LegalType>,
    /// Confirmed at that instant or later.
    pub since: Option<Timestamp>,
    /// Confirmed before that instant.
    pub until: Option<Timestamp>,
    /// Only those that come behind it in the list, which new events leave as it is.
    pub behind: Option<EventId>,
    pub limit: usize,
}

impl Default for EventFilter {
    fn default() -> Self {
        Self {
            page: None,
            partner: None,
            stage: None,
            factuality: None,
            legal_type: None,
            since: None,
            until: None,
            behind: None,
            limit: usize::MAX,
        }
    }
}

impl EventFilter {
    /// Whether it asks for an event of a page that it asks for.
    pub fn takes(&self, event: &Event) -> bool {
        self.partner
            .is_none_or(|partner| event.partner == Some(partner))
            && self
                .stage
                .as_ref()
                .is_none_or(|stage| event.stage == *stage)
            && self
                .factuality
                .is_none_or(|one| event.factuality() == Some(one))
            && self.legal_type.as_ref().is_none_or(|kind| {
                let after = event.after.as_ref();
                after.is_some_and(|after| after.legal_type.as_ref() == Some(kind))
            })
            && self.since.is_none_or(|since| event.confirmed >= since)
            && self.until.is_none_or(|until| event.confirmed < until)
    }
}

impl Store {
    /// Events, newest first; those of one visit heaviest first.
    pub async fn events(&self, filter: &EventFilter) -> Result<Vec<Event>, StoreError> {
        let listing = Listing {
            table: "event",
            page: filter.page.as_ref(),
            since: filter.since,
            until: filter.until,
        };
        let mut sql = listing.begin("body");
        if let Some(partner) = filter.partner {
            sql.push(" AND partner = ").push_bind(partner.to_string());
        }
        if let Some(stage) = &filter.stage {
            sql.push(" AND stage = ").push_bind(stage.as_str());
        }
        if let Some(factuality) = filter.factuality {
            sql.push(" AND factuality = ").push_bind(factuality.code());
        }
        if let Some(legal_type) = &filter.legal_type {
            sql.push(" AND body ->> '$.after.legal_type' = ")
                .push_bind(legal_type.as_str());
        }
        listing.end(&mut sql, filter.behind, filter.limit);
        self.texts(sql.build_query_scalar()).await
    }

    /// What some visits brought, in the order in which it was written.
    pub async fn events_of(&self, visits: &BTreeSet<&VisitId>) -> Result<Vec<Event>, StoreError> {
        let visits = columns::visits(visits.iter().copied());
        let texts = sqlx::query_scalar(
            "SELECT event.body FROM json_each(?1) AS asked
             CROSS JOIN page ON page.id = asked.value->>0
             CROSS JOIN event ON event.page = page.no AND event.visit = asked.value->>1
             ORDER BY event.no",
        )
        .bind(visits.map_err(|error| self.failed(&error))?);
        self.texts(texts).await
    }

    pub async fn event(&self, id: EventId) -> Result<Option<Event>, StoreError> {
        let text = sqlx::query_scalar("SELECT body FROM event WHERE id = ?1").bind(id.to_string());
        Ok(self.texts(text).await?.pop())
    }
}

/// Writes the events a visit confirmed, heaviest first.
pub(super) async fn write(
    conn: &mut SqliteConnection,
    no: i64,
    visit: Timestamp,
    lexicon: Option<Digest>,
    events: &[Event],
) -> columns::Result<()> {
    for event in events {
        sqlx::query(
            "INSERT INTO event (id, page, visit, partner, stage, factuality, confirmed, lexicon, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (id) DO NOTHING",
        )
        .bind(event.id.to_string())
        .bind(no)
        .bind(ms(visit))
        .bind(event.partner.map(|partner| partner.to_string()))
        .bind(event.stage.as_str())
        .bind(event.factuality().map(Factuality::code))
        .bind(ms(event.confirmed))
        .bind(lexicon.map(|lexicon| lexicon.hex()))
        .bind(json(event)?)
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// The events of one visit, heaviest first.
pub(super) async fn of_visit(
    conn: &mut SqliteConnection,
    no: i64,
    visit: i64,
) -> columns::Result<Vec<Event>> {
    let bodies: Vec<String> =
        sqlx::query_scalar("SELECT body FROM event WHERE page = ?1 AND visit = ?2 ORDER BY no")
            .bind(no)
            .bind(visit)
            .fetch_all(conn)
            .await?;
    bodies.iter().map(|body| from_json(body)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::samples::{at, claimed, event, page, status, store_of, unchanged};
    use super::*;
    use crate::model::{Look, Record};

    #[tokio::test]
    async fn events_are_found_by_what_they_say_and_the_matrix_is_the_newest() {
        let (_folder, store) = store_of(2).await;
        let visit = claimed(&store, 1).await;
        let page_of_it = visit.page.clone();
        let signed = event(&visit, "KE", "SIGNED", Some(Factuality::Done));
        let planned = event(&visit, "MD", "SIGNED", Some(Factuality::Planned));
        let gone = event(&visit, "UZ", "NEGOTIATING", None);
        let said = status(&page_of_it, "KE", "SIGNED");
        let record = Record {
            look: Look::Fine,
            events: vec![signed.clone(), planned.clone(), gone.clone()],
            statuses: Some(vec![said.clone()]),
            ..unchanged(visit.clone())
        };
        store.record(record).await.unwrap();
        let all = [signed.clone(), planned.clone(), gone];
        assert_eq!(store.events(&EventFilter::default()).await.unwrap(), all);
        let (this, another) = (visit.id(), VisitId::new(&page_of_it, at(77)));
        for (visits, expected) in [(vec![&this, &another], &all[..]), (vec![&another], &[])] {
            let visits = visits.into_iter().collect();
            assert_eq!(store.events_of(&visits).await.unwrap(), expected);
        }
        for (filter, expected) in [
            (by(|f| f.partner = Country::parse("KE").ok()), &all[..1]),
            (by(|f| f.stage = Stage::parse("SIGNED").ok()), &all[..2]),
            (by(|f| f.factuality = Some(Factuality::Planned)), &all[1..2]),
            (by(|f| f.page = Some(page_of_it.clone())), &all[..]),
            (by(|f| f.until = Some(at(0))), &all[..0]),
            (by(|f| f.limit = 1), &all[..1]),
            (by(|f| f.behind = Some(all[0].id)), &all[1..]),
            (
                by(|f| f.legal_type = LegalType::parse("TREATY").ok()),
                &all[..0],
            ),
        ] {
            assert_eq!(store.events(&filter).await.unwrap(), expected, "{filter:?}");
        }
        assert_eq!(store.event(signed.id).await.unwrap(), Some(signed));
        let one = std::slice::from_ref(&said);
        assert_eq!(store.statuses(Some(&page_of_it)).await.unwrap(), one);
        assert_eq!(store.statuses(None).await.unwrap(), one);
        let named = store.countries().await.unwrap();
        assert_eq!(
            named,
            [Country::parse("KE").unwrap()],
            "a page that says something of it has no entry"
        );
        let other = if page_of_it == page(0) {
            page(1)
        } else {
            page(0)
        };
        assert_eq!(store.statuses(Some(&other)).await.unwrap(), []);
    }

    fn by(set: impl FnOnce(&mut EventFilter)) -> EventFilter {
        let mut filter = EventFilter::default();
        set(&mut filter);
        filter
    }
}
