//! Planned steps as a calendar (RFC 5545): whole days, as wide as the date is uncertain.

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse as _;
use chrono::{DateTime, NaiveDate, Utc};
use icalendar::{Calendar, Component as _, EventLike as _};
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::corrected::TakenBack;
use super::interval::bounds;
use super::said::Standing;
use super::{Frame, Reply, Site};
use crate::model::{Country, Factuality, Status};

/// `/calendar.ics`.
pub async fn planned(State(site): State<Site>, frame: Frame) -> Reply {
    let briefs = site.store.briefs().await?;
    let statuses = site.store.statuses(None).await?;
    let taken_back = TakenBack::of(&site).await?;
    let mut calendar = Calendar::new();
    calendar.name(frame.say("Vermerk: geplante Schritte", "Vermerk: planned steps"));
    for status in &statuses {
        if status.statement.factuality == Factuality::Planned
            && let Some(partner) = status.partner
        {
            let standing = Standing::of(&frame, status, &briefs, &taken_back);
            if standing.corrected.is_none() {
                calendar.extend(entry(&frame, status, partner, &standing));
            }
        }
    }
    let kind = [(header::CONTENT_TYPE, "text/calendar; charset=utf-8")];
    Ok((kind, calendar.to_string()).into_response())
}

/// `None` where the plan has no date with two bounds.
fn entry(
    frame: &Frame,
    status: &Status,
    partner: Country,
    standing: &Standing,
) -> Option<icalendar::Event> {
    let when = standing.said.date.as_ref()?;
    let (from, to) = bounds(&when.interval)?;
    let name = format!(
        "vermerk:plan:{}\n{}\n{partner}\n{}",
        status.page, status.key, status.statement.stage
    );
    let summary = format!(
        "{}: {} ({}, {})",
        frame.country(partner),
        standing.said.stage_name,
        standing.said.word,
        when.words
    );
    let mut event = icalendar::Event::new();
    event
        .uid(&Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes()).to_string())
        .timestamp(utc(status.since)?)
        .summary(&summary)
        .description(&standing.said.quote)
        .url(&frame.link(format!("/countries/{partner}")))
        // A plan of the page is no appointment of the reader's.
        .add_property("TRANSP", "TRANSPARENT")
        .starts(day(from)?)
        .ends(day(to.tomorrow().ok()?)?);
    Some(event.done())
}

fn day(day: Date) -> Option<NaiveDate> {
    let month = u32::try_from(day.month()).ok()?;
    NaiveDate::from_ymd_opt(i32::from(day.year()), month, u32::try_from(day.day()).ok()?)
}

fn utc(at: Timestamp) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(at.as_second(), 0)
}
