//! The revision log: readings that a later lexicon replaced, and what operators took back; old values stay.

use serde::Serialize;
use utoipa::ToSchema;

use super::SCHEMA;
use super::rows::moment;
use crate::model::{
    Country, Digest, EntryKey, Event, PageId, Remark, RemarkKind, Reread, Revision, Stage,
    Statement, Status,
};
use crate::web::{Site, Trouble};

/// Something that was said to be so, and is so no longer.
#[derive(Debug, Serialize, ToSchema)]
pub struct RevisionRow {
    pub schema: u32,
    #[schema(format = DateTime)]
    pub at: String,
    /// `reread` by a later lexicon, or `correction` by the operator.
    pub kind: &'static str,
    /// Why; of a correction the operator's words.
    pub why: String,
    /// The event; empty where a cell of the matrix was read again.
    pub event: Option<String>,
    /// Empty where a later lexicon withdrew the event that was corrected.
    pub page: Option<String>,
    pub key: Option<String>,
    pub country: Option<String>,
    pub stage: Option<String>,
    pub factuality_before: Option<String>,
    pub factuality: Option<String>,
    pub date_before: Option<String>,
    pub date: Option<String>,
    pub quote_before: Option<String>,
    pub quote: Option<String>,
    pub lexicon_before: Option<String>,
    pub lexicon: Option<String>,
}

/// The whole log, newest first; at most so many of each kind.
pub async fn log(site: &Site, limit: usize) -> Result<Vec<RevisionRow>, Trouble> {
    let mut rows: Vec<RevisionRow> = Vec::new();
    for revision in site.store.revisions(None, limit).await? {
        rows.push(RevisionRow::reread(&revision));
    }
    let mut corrections = site.store.remarks(None).await?;
    corrections.retain(|one| one.kind == RemarkKind::Correction);
    for correction in corrections.iter().rev().take(limit) {
        let event = site.store.event(correction.event).await?;
        rows.push(RevisionRow::corrected(correction, event.as_ref()));
    }
    rows.sort_by(|a, b| b.at.cmp(&a.at));
    rows.truncate(limit);
    Ok(rows)
}

/// What both sides of a reading again have in common.
struct Subject<'a> {
    page: &'a PageId,
    key: &'a EntryKey,
    country: Option<Country>,
    stage: &'a Stage,
}

impl RevisionRow {
    fn reread(revision: &Revision) -> Self {
        let (subject, before, after) = match &revision.what {
            Reread::Event { before, after } => {
                let (before, after) = (before.as_deref(), after.as_deref());
                let subject = after.or(before).map(Subject::of_event);
                let says = |event: Option<&'_ Event>| event.and_then(Event::statement).cloned();
                (subject, says(before), says(after))
            }
            Reread::Status { before, after } => {
                let (before, after) = (before.as_deref(), after.as_deref());
                let subject = after.or(before).map(Subject::of_status);
                let says = |status: Option<&Status>| status.map(|one| one.statement.clone());
                (subject, says(before), says(after))
            }
        };
        let why = "read again with a later lexicon".to_owned();
        let mut row = Self::of(revision.at, "reread", why, subject.as_ref());
        row.event = revision.what.event().map(|event| event.to_string());
        row.page = Some(revision.page.to_string());
        (row.factuality_before, row.date_before, row.quote_before) = said(before.as_ref());
        (row.factuality, row.date, row.quote) = said(after.as_ref());
        row.lexicon_before = revision.lexicon_before.map(|lexicon| Digest::hex(&lexicon));
        row.lexicon = Some(revision.lexicon_after.hex());
        row
    }

    /// The reading stays; the operator says that it is wrong.
    fn corrected(correction: &Remark, event: Option<&Event>) -> Self {
        let subject = event.map(Subject::of_event);
        let mut row = Self::of(
            correction.at,
            "correction",
            correction.text.clone(),
            subject.as_ref(),
        );
        row.event = Some(correction.event.to_string());
        let statement = event.and_then(Event::statement);
        (row.factuality_before, row.date_before, row.quote_before) = said(statement);
        row
    }

    fn of(at: jiff::Timestamp, kind: &'static str, why: String, subject: Option<&Subject>) -> Self {
        Self {
            schema: SCHEMA,
            at: moment(at),
            kind,
            why,
            event: None,
            page: subject.map(|one| one.page.to_string()),
            key: subject.map(|one| one.key.to_string()),
            country: subject
                .and_then(|one| one.country)
                .map(|one| one.to_string()),
            stage: subject.map(|one| one.stage.to_string()),
            factuality_before: None,
            factuality: None,
            date_before: None,
            date: None,
            quote_before: None,
            quote: None,
            lexicon_before: None,
            lexicon: None,
        }
    }
}

impl<'a> Subject<'a> {
    fn of_event(event: &'a Event) -> Self {
        Self {
            page: &event.page,
            key: &event.key,
            country: event.partner,
            stage: &event.stage,
        }
    }

    fn of_status(status: &'a Status) -> Self {
        Self {
            page: &status.page,
            key: &status.key,
            country: status.partner,
            stage: &status.statement.stage,
        }
    }
}

/// Certainty, date and sentence.
fn said(statement: Option<&Statement>) -> (Option<String>, Option<String>, Option<String>) {
    let when = statement.and_then(|one| one.when.as_ref());
    (
        statement.map(|one| one.factuality.code().to_owned()),
        when.and_then(|when| when.date.clone()),
        statement.map(|one| one.quote.text.clone()),
    )
}
