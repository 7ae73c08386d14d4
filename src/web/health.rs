//! How a page stands, in words for readers; and `/healthz`, whether the site can read its database.

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse as _;
use jiff::{SignedDuration, Timestamp};

use super::{Frame, Reply, Site};
use crate::store::PageStatus;

/// A page that was due so long ago and was not looked at is stale, whatever the last look said.
const STALE: SignedDuration = SignedDuration::from_hours(24);

/// What readers are told of a page's health.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// The last look was read and believed.
    Well,
    NotYet,
    /// A look is held; what stands here is older.
    UnderReview(Timestamp),
    /// It cannot be read.
    Unread(Timestamp),
    /// It is no longer looked at.
    Stale,
    /// It is no longer configured.
    Ended,
}

impl Health {
    pub fn of(status: &PageStatus, now: Timestamp) -> Self {
        if let Some(hold) = &status.hold {
            return Health::UnderReview(hold.since);
        }
        if let Some(since) = status.health.since {
            return Health::Unread(since);
        }
        match status.last_ok {
            _ if !status.watched => Health::Ended,
            None => Health::NotYet,
            Some(_) if now.duration_since(status.next.at) > STALE => Health::Stale,
            Some(_) => Health::Well,
        }
    }

    pub fn is_well(&self) -> bool {
        *self == Health::Well
    }

    /// What has to stand beside whatever such a page said last.
    pub fn mark(&self, frame: &Frame) -> Option<&'static str> {
        match self {
            Health::Well | Health::NotYet => None,
            Health::UnderReview(_) => Some(frame.say("Quelle in Prüfung", "source under review")),
            Health::Unread(_) => Some(frame.say("Quelle nicht lesbar", "source cannot be read")),
            Health::Stale => Some(frame.say("Quelle nicht geprüft", "source not checked")),
            Health::Ended => Some(frame.say("nicht mehr beobachtet", "no longer watched")),
        }
    }

    pub fn say(&self, frame: &Frame) -> String {
        match self {
            Health::Well => frame
                .say("gelesen wie erwartet", "read as expected")
                .to_owned(),
            Health::NotYet => frame.say("noch nicht gelesen", "not read yet").to_owned(),
            Health::UnderReview(since) => format!(
                "{} {}",
                frame.say("in Prüfung seit", "under review since"),
                frame.moment(since)
            ),
            Health::Unread(since) => format!(
                "{} {}",
                frame.say("nicht lesbar seit", "cannot be read since"),
                frame.moment(since)
            ),
            Health::Stale => frame
                .say(
                    "seit über einem Tag nicht geprüft",
                    "not checked for more than a day",
                )
                .to_owned(),
            Health::Ended => frame
                .say("wird nicht mehr beobachtet", "no longer watched")
                .to_owned(),
        }
    }
}

pub async fn healthz(State(site): State<Site>) -> Reply {
    site.store.next_due().await?;
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, "well\n").into_response())
}
