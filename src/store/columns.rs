//! How values stand in columns: instants as milliseconds, nouns as JSON, small enums as one word.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use crate::model::word;
use crate::model::{PageId, VisitId};

pub type Result<T> = std::result::Result<T, sqlx::Error>;

/// Milliseconds since 1970, UTC.
pub fn ms(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// The end of a lease that begins now.
pub fn lease_end(now: Timestamp, lease: SignedDuration) -> i64 {
    ms(now.checked_add(lease).unwrap_or(Timestamp::MAX))
}

pub fn instant(ms: i64) -> Result<Timestamp> {
    Timestamp::from_millisecond(ms).map_err(unreadable)
}

pub fn instant_if(ms: Option<i64>) -> Result<Option<Timestamp>> {
    ms.map(instant).transpose()
}

pub fn json<T: Serialize + ?Sized>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(Box::new(error)))
}

pub fn from_json<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(unreadable)
}

pub fn from_word<T: DeserializeOwned>(word: &str) -> Result<T> {
    from_json(&json(word)?)
}

pub fn page_id(text: &str) -> Result<PageId> {
    PageId::parse(text).map_err(unreadable)
}

/// Visits as a list that SQL can join: the id of each page, and when the look was due.
pub fn visits<'v>(ids: impl IntoIterator<Item = &'v VisitId>) -> Result<String> {
    let parts = ids.into_iter().map(|id| (&id.page, ms(id.due)));
    json(&parts.collect::<Vec<_>>())
}

/// A limit as SQL counts it.
pub fn rows(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

pub fn unreadable(error: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(error))
}
