//! Rows: a change, an event, a cell of the matrix, flat and by permanent names.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::SCHEMA;
use crate::interpret::Lexicon;
use crate::model::{
    CaptureRef, Change, Country, Earlier, EntryKey, Event, PageBrief, Remark, RemarkKind,
    Statement, Status, Told, Value,
};
use crate::web::About;
use crate::web::corrected::TakenBack;

/// A confirmed change of a page.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeRow {
    pub schema: u32,
    pub id: String,
    pub permalink: String,
    pub page: String,
    pub publisher: String,
    pub url: String,
    pub key: String,
    pub country: Option<String>,
    pub title: String,
    pub kind: String,
    pub field: String,
    pub before: String,
    pub after: String,
    pub weight: String,
    pub told: String,
    #[schema(format = DateTime)]
    pub last_old: Option<String>,
    #[schema(format = DateTime)]
    pub first_seen: String,
    #[schema(format = DateTime)]
    pub confirmed: String,
    pub capture_before: Option<String>,
    pub sha256_before: Option<String>,
    pub capture_url: Option<String>,
    pub capture_after: Option<String>,
    pub sha256_after: Option<String>,
    #[serde(flatten)]
    pub taken: TakenColumns,
}

/// A step that a page says differently since a change.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventRow {
    pub schema: u32,
    pub id: String,
    pub permalink: String,
    pub page: String,
    pub publisher: String,
    pub url: String,
    pub key: String,
    pub country: Option<String>,
    pub title: String,
    pub field: String,
    pub stage: String,
    pub turn: String,
    pub factuality: Option<String>,
    pub factuality_before: Option<String>,
    #[serde(flatten)]
    pub said: SaidColumns,
    pub conflicts: usize,
    pub changes: Vec<String>,
    #[serde(flatten)]
    pub people: PeopleColumns,
    #[schema(format = DateTime)]
    pub last_old: Option<String>,
    #[schema(format = DateTime)]
    pub first_seen: String,
    #[schema(format = DateTime)]
    pub confirmed: String,
    pub capture_before: Option<String>,
    pub sha256_before: Option<String>,
    pub capture_url: Option<String>,
    pub capture_after: Option<String>,
    pub sha256_after: Option<String>,
    #[serde(flatten)]
    pub taken: TakenColumns,
}

/// What a page says now of one step of one partner.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatusRow {
    pub schema: u32,
    pub page: String,
    pub publisher: String,
    pub url: String,
    pub key: String,
    pub country: Option<String>,
    pub field: String,
    pub stage: String,
    pub factuality: String,
    #[serde(flatten)]
    pub said: SaidColumns,
    pub conflicts: usize,
    #[schema(format = DateTime)]
    pub since: String,
    pub from_baseline: bool,
    pub capture: Option<String>,
    pub capture_url: Option<String>,
    pub sha256: Option<String>,
    #[schema(format = DateTime)]
    pub corrected: Option<String>,
    pub correction: Option<String>,
}

/// Where others' captures were taken over from; nothing of what we saw ourselves.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct TakenColumns {
    pub source: Option<String>,
    #[schema(format = DateTime)]
    pub imported: Option<String>,
}

/// What a statement says beside step and certainty.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct SaidColumns {
    pub date: Option<String>,
    pub date_edtf: Option<String>,
    pub date_precision: Option<String>,
    pub date_raw: Option<String>,
    pub date_anchor: Option<String>,
    pub place: Option<String>,
    pub signatories: Vec<String>,
    pub witnesses: Vec<String>,
    pub speaker: Option<String>,
    pub legal_type: Option<String>,
    pub quote: String,
    pub language: String,
    pub cues: Vec<String>,
    pub rule: String,
}

/// What people say of an event; nothing of it is read by rule.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct PeopleColumns {
    #[schema(format = DateTime)]
    pub corrected: Option<String>,
    pub correction: Option<String>,
    pub verified_by: Option<String>,
    #[schema(format = DateTime)]
    pub verified: Option<String>,
    pub notes: Vec<String>,
}

impl ChangeRow {
    /// `None` where the change cannot be written as JSON, which would be a defect.
    pub fn of(about: &About, change: &Change, page: &PageBrief) -> Option<Self> {
        let difference = &change.difference;
        let side = |value: &Value| value.quote();
        let (capture_before, sha256_before) = cited(change.evidence_before.as_ref());
        let (capture_after, sha256_after) = cited(change.evidence_after.as_ref());
        Some(Self {
            schema: SCHEMA,
            id: change.id.to_string(),
            permalink: about.link(&format!("/changes/{}", change.id)),
            page: page.id.to_string(),
            publisher: page.publisher.clone(),
            url: page.url.to_string(),
            key: difference.key.to_string(),
            country: country_of(&difference.key),
            title: change.title.clone(),
            kind: word(&difference.kind())?,
            field: difference.field.name().to_owned(),
            before: side(&difference.before),
            after: side(&difference.after),
            weight: word(&difference.weight)?,
            told: told(change.told).to_owned(),
            last_old: change.last_old.map(moment),
            first_seen: moment(change.first_seen),
            confirmed: moment(change.confirmed),
            capture_before,
            sha256_before,
            capture_url: shown_at([
                change.evidence_before.as_ref(),
                change.evidence_after.as_ref(),
            ]),
            capture_after,
            sha256_after,
            taken: TakenColumns::default(),
        })
    }

    /// The same of what others' captures show.
    pub fn of_others(
        about: &About,
        change: &Change,
        page: &PageBrief,
        theirs: &Earlier,
    ) -> Option<Self> {
        Some(Self {
            taken: TakenColumns::of(theirs),
            ..Self::of(about, change, page)?
        })
    }
}

impl TakenColumns {
    fn of(theirs: &Earlier) -> Self {
        Self {
            source: Some(theirs.source.to_string()),
            imported: theirs.imported.map(moment),
        }
    }
}

impl EventRow {
    pub fn of(about: &About, event: &Event, page: &PageBrief, remarks: &[Remark]) -> Self {
        let (capture_before, sha256_before) = cited(event.evidence_before.as_ref());
        let (capture_after, sha256_after) = cited(event.evidence_after.as_ref());
        let code = |statement: &Statement| statement.factuality.code().to_owned();
        Self {
            schema: SCHEMA,
            id: event.id.to_string(),
            permalink: about.link(&format!("/events/{}", event.id)),
            page: page.id.to_string(),
            publisher: page.publisher.clone(),
            url: page.url.to_string(),
            key: event.key.to_string(),
            country: event.partner.map(|partner| partner.to_string()),
            title: event.title.clone(),
            field: event.field.name().to_owned(),
            stage: event.stage.to_string(),
            turn: word(&event.turn).unwrap_or_default(),
            factuality: event.after.as_ref().map(code),
            factuality_before: event.before.as_ref().map(code),
            said: event
                .statement()
                .map(|statement| SaidColumns::of(statement, page))
                .unwrap_or_default(),
            conflicts: event.conflicts.len(),
            changes: event.changes.iter().map(ToString::to_string).collect(),
            people: PeopleColumns::of(event, remarks),
            last_old: event.last_old.map(moment),
            first_seen: moment(event.first_seen),
            confirmed: moment(event.confirmed),
            capture_before,
            sha256_before,
            capture_url: shown_at(event.evidence()),
            capture_after,
            sha256_after,
            taken: TakenColumns::default(),
        }
    }

    /// The same of what others' captures show.
    pub fn of_others(about: &About, event: &Event, page: &PageBrief, theirs: &Earlier) -> Self {
        Self {
            taken: TakenColumns::of(theirs),
            ..Self::of(about, event, page, &[])
        }
    }
}

impl StatusRow {
    pub fn of(status: &Status, page: &PageBrief, taken_back: &TakenBack) -> Self {
        let (capture, sha256) = cited(status.evidence.as_ref());
        let correction = taken_back.of_status(status);
        Self {
            schema: SCHEMA,
            page: page.id.to_string(),
            publisher: page.publisher.clone(),
            url: page.url.to_string(),
            key: status.key.to_string(),
            country: status.partner.map(|partner| partner.to_string()),
            field: status.field.name().to_owned(),
            stage: status.statement.stage.to_string(),
            factuality: status.statement.factuality.code().to_owned(),
            said: SaidColumns::of(&status.statement, page),
            conflicts: status.conflicts.len(),
            since: moment(status.since),
            from_baseline: status.from_baseline,
            capture,
            capture_url: shown_at([None, status.evidence.as_ref()]),
            sha256,
            corrected: correction.map(|one| moment(one.at)),
            correction: correction.map(|one| one.text.clone()),
        }
    }
}

impl SaidColumns {
    fn of(statement: &Statement, page: &PageBrief) -> Self {
        let when = statement.when.as_ref();
        Self {
            date: when.and_then(|when| when.date.clone()),
            date_edtf: when.map(|when| when.interval.clone()),
            date_precision: when.map(|when| when.precision.name().to_owned()),
            date_raw: when.map(|when| when.raw.clone()),
            date_anchor: when.and_then(|when| word(&when.anchor)),
            place: statement.place.clone(),
            signatories: statement.signatories.clone(),
            witnesses: statement.witnesses.clone(),
            speaker: statement.speaker.clone(),
            legal_type: Lexicon::bundled()
                .legal_form(statement)
                .map(ToString::to_string),
            quote: statement.quote.text.clone(),
            language: page.language.to_string(),
            cues: statement.cues.clone(),
            rule: statement.rule.clone(),
        }
    }
}

impl PeopleColumns {
    /// Of all remarks those on this event; of several corrections or checks the last.
    fn of(event: &Event, remarks: &[Remark]) -> Self {
        let mut columns = Self::default();
        for remark in remarks.iter().filter(|remark| remark.event == event.id) {
            let (at, text) = (moment(remark.at), remark.text.clone());
            match &remark.kind {
                RemarkKind::Correction => {
                    (columns.corrected, columns.correction) = (Some(at), Some(text));
                }
                RemarkKind::Verified { by } => {
                    (columns.verified_by, columns.verified) = (Some(by.clone()), Some(at));
                    columns.notes.push(format!("{by}: {text}"));
                }
                RemarkKind::Note { by } => columns.notes.push(format!("{by}: {text}")),
            }
        }
        columns
    }
}

/// Who was told, as the codebook has it.
fn told(told: Told) -> &'static str {
    match told {
        Told::Readers => "readers",
        Told::ReadersTogether => "readers_together",
        Told::Nobody => "nobody",
    }
}

/// The word of an enum without data, as its serde name has it.
fn word(value: &impl Serialize) -> Option<String> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Some(word),
        _ => None,
    }
}

fn country_of(key: &EntryKey) -> Option<String> {
    Country::parse(key.as_str())
        .ok()
        .map(|country| country.to_string())
}

/// The address whose bytes show it: of an article its own.
fn shown_at([before, after]: [Option<&CaptureRef>; 2]) -> Option<String> {
    after.or(before).map(|capture| capture.url.to_string())
}

fn cited(capture: Option<&CaptureRef>) -> (Option<String>, Option<String>) {
    capture.map_or((None, None), |capture| {
        (
            Some(capture.id.to_string()),
            Some(capture.digest.to_string()),
        )
    })
}

/// Whole milliseconds, so that every row has one form.
pub fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}
