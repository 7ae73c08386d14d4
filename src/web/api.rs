//! The JSON API: the rows of the exports, one by one and filtered; its description is made from this code.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::get;
use serde::{Deserialize, Serialize};
use utoipa::openapi::{InfoBuilder, LicenseBuilder};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::events::{Asked, instant, read};
use super::export::{
    self, ChangeRow, EventRow, RevisionRow, SCHEMA, StatusRow, geojson, log, named,
};
use super::health::Health;
use super::past;
use super::said::brief;
use super::{Frame, Site, Trouble};
use crate::model::{ChangeId, Country, EntryKey, EventId, PageId};
use crate::store::{ChangeFilter, EventFilter, PageStatus};

/// Most rows of one answer.
const MOST: usize = 1_000;

/// Adds the API's routes and its description.
pub fn routes() -> Router<Site> {
    let (router, mut described) = OpenApiRouter::new()
        .routes(routes!(pages))
        .routes(routes!(statuses))
        .routes(routes!(events))
        .routes(routes!(event))
        .routes(routes!(changes))
        .routes(routes!(change))
        .routes(routes!(revisions))
        .routes(routes!(geojson::partners))
        .routes(routes!(earlier_events))
        .routes(routes!(earlier_changes))
        .split_for_parts();
    described.info = InfoBuilder::new()
        .title("Vermerk")
        .version(format!("{SCHEMA}"))
        .description(Some("What watched pages say, what changed, and the proof. Every answer is read-only; ids and permalinks never change their meaning."))
        .license(Some(LicenseBuilder::new().name("MIT OR Apache-2.0").identifier(Some("MIT OR Apache-2.0")).build()))
        .build();
    router.route("/api/openapi.json", get(async move || Json(described)))
}

/// What is wrong with a request to the API.
#[derive(Debug, Serialize, ToSchema)]
pub struct Refusal {
    error: String,
}

/// How a watched page stands.
#[derive(Debug, Serialize, ToSchema)]
struct PageRow {
    schema: u32,
    id: String,
    title: String,
    publisher: String,
    url: String,
    language: String,
    health: String,
    is_well: bool,
    #[schema(format = DateTime)]
    last_ok: Option<String>,
    #[schema(format = DateTime)]
    last_change: Option<String>,
    entries: usize,
}

/// Which events; all fields are optional.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
struct EventQuery {
    /// Id of a page.
    #[param(pattern = "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")]
    page: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[param(pattern = "^[A-Z]{2}$")]
    country: Option<String>,
    /// Code of a stage, such as `SIGNED`.
    #[param(pattern = "^[A-Z_]+$")]
    stage: Option<String>,
    /// Code of a factuality, such as `DONE`.
    #[param(
        pattern = "^(DONE|STATE|ONGOING|PLANNED|CONDITIONAL|REPORTED_DONE|NEGATED|FAILED|INCOMPLETE)$"
    )]
    factuality: Option<String>,
    /// Confirmed on that day (UTC) or later; an instant is taken, too.
    #[param(format = Date)]
    since: Option<String>,
    /// Confirmed before that day (UTC); an instant is taken, too.
    #[param(format = Date)]
    before: Option<String>,
    /// Most rows; at most 1000.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
    /// Id of the last event of the answer before: the next, older ones follow.
    #[param(pattern = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
    behind: Option<String>,
}

/// Which changes; all fields are optional.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
struct ChangeQuery {
    /// Id of a page.
    #[param(pattern = "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")]
    page: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[param(pattern = "^[A-Z]{2}$")]
    country: Option<String>,
    /// Confirmed on that day (UTC) or later; an instant is taken, too.
    #[param(format = Date)]
    since: Option<String>,
    /// Confirmed before that day (UTC); an instant is taken, too.
    #[param(format = Date)]
    before: Option<String>,
    /// Most rows; at most 1000.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
    /// Id of the last change of the answer before: the next, older ones follow.
    #[param(pattern = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
    behind: Option<String>,
}

type Answer<T> = Result<Json<T>, Refused>;

/// All pages, with those that are watched no more.
#[utoipa::path(get, path = "/api/v1/pages", responses(
    (status = 200, body = Vec<PageRow>), (status = 500, body = Refusal)))]
async fn pages(State(site): State<Site>, frame: Frame) -> Answer<Vec<PageRow>> {
    let all = site.store.status().await.map_err(Trouble::from)?;
    Ok(Json(
        all.iter().map(|one| PageRow::of(&frame, one)).collect(),
    ))
}

/// What the pages say now: the cells of the matrix.
#[utoipa::path(get, path = "/api/v1/statuses", responses(
    (status = 200, body = Vec<StatusRow>), (status = 500, body = Refusal)))]
async fn statuses(State(site): State<Site>) -> Answer<Vec<StatusRow>> {
    Ok(Json(export::statuses(&site).await?))
}

/// Events, newest first.
#[utoipa::path(get, path = "/api/v1/events", params(EventQuery), responses(
    (status = 200, body = Vec<EventRow>), (status = 400, body = Refusal),
    (status = 500, body = Refusal)))]
async fn events(
    State(site): State<Site>,
    Query(query): Query<EventQuery>,
) -> Answer<Vec<EventRow>> {
    Ok(Json(export::events(&site, &query.filter()?).await?))
}

/// One event.
#[utoipa::path(get, path = "/api/v1/events/{id}",
    params(("id" = String, Path, description = "UUID of an event")), responses(
    (status = 200, body = EventRow), (status = 400, body = Refusal),
    (status = 404, body = Refusal), (status = 410, body = Refusal),
    (status = 500, body = Refusal)))]
async fn event(State(site): State<Site>, Path(id): Path<String>) -> Answer<EventRow> {
    let id = EventId(id.parse().map_err(|_| Trouble::NotFound)?);
    let (event, theirs) = past::event(&site, id).await?;
    let briefs = site.store.briefs().await.map_err(Trouble::from)?;
    let page = brief(&briefs, &event.page).ok_or(Trouble::NotFound)?;
    let remarks = site
        .store
        .remarks(Some(event.id))
        .await
        .map_err(Trouble::from)?;
    Ok(Json(match theirs {
        Some(theirs) => EventRow::of_others(&site.about, &event, page, &theirs),
        None => EventRow::of(&site.about, &event, page, &remarks),
    }))
}

/// Changes, newest first, those that nobody was told of included.
#[utoipa::path(get, path = "/api/v1/changes", params(ChangeQuery), responses(
    (status = 200, body = Vec<ChangeRow>), (status = 400, body = Refusal),
    (status = 500, body = Refusal)))]
async fn changes(
    State(site): State<Site>,
    Query(query): Query<ChangeQuery>,
) -> Answer<Vec<ChangeRow>> {
    Ok(Json(export::changes(&site, &query.filter()?).await?))
}

/// One change.
#[utoipa::path(get, path = "/api/v1/changes/{id}",
    params(("id" = String, Path, description = "UUID of a change")), responses(
    (status = 200, body = ChangeRow), (status = 400, body = Refusal),
    (status = 404, body = Refusal), (status = 410, body = Refusal),
    (status = 500, body = Refusal)))]
async fn change(State(site): State<Site>, Path(id): Path<String>) -> Answer<ChangeRow> {
    let id = ChangeId(id.parse().map_err(|_| Trouble::NotFound)?);
    let (change, theirs) = past::change(&site, id).await?;
    let briefs = site.store.briefs().await.map_err(Trouble::from)?;
    let page = named(&briefs, &change).ok_or(Trouble::NotFound)?;
    let row = match theirs {
        Some(theirs) => ChangeRow::of_others(&site.about, &change, page, &theirs),
        None => ChangeRow::of(&site.about, &change, page),
    };
    Ok(Json(row.ok_or(Trouble::Failed)?))
}

/// The revision log, newest first: readings that a later lexicon replaced, and corrections.
#[utoipa::path(get, path = "/api/v1/revisions", responses(
    (status = 200, body = Vec<RevisionRow>), (status = 500, body = Refusal)))]
async fn revisions(State(site): State<Site>) -> Answer<Vec<RevisionRow>> {
    Ok(Json(log(&site, MOST).await?))
}

/// Events from before our own watch, as others captured the pages, newest first; each names its source.
#[utoipa::path(get, path = "/api/v1/earlier/events", params(EventQuery), responses(
    (status = 200, body = Vec<EventRow>), (status = 400, body = Refusal),
    (status = 500, body = Refusal)))]
async fn earlier_events(
    State(site): State<Site>,
    Query(query): Query<EventQuery>,
) -> Answer<Vec<EventRow>> {
    Ok(Json(export::earlier_events(&site, &query.filter()?).await?))
}

/// Changes from before our own watch, as others captured the pages, newest first; each names its source.
#[utoipa::path(get, path = "/api/v1/earlier/changes", params(ChangeQuery), responses(
    (status = 200, body = Vec<ChangeRow>), (status = 400, body = Refusal),
    (status = 500, body = Refusal)))]
async fn earlier_changes(
    State(site): State<Site>,
    Query(query): Query<ChangeQuery>,
) -> Answer<Vec<ChangeRow>> {
    Ok(Json(
        export::earlier_changes(&site, &query.filter()?).await?,
    ))
}

impl EventQuery {
    fn filter(self) -> Result<EventFilter, Trouble> {
        let asked = Asked {
            page: said(self.page)?,
            country: said(self.country)?,
            stage: said(self.stage)?,
            factuality: said(self.factuality)?,
            since: said(self.since)?,
            before: said(self.before)?,
            behind: said(self.behind)?,
            ..Asked::default()
        };
        asked.filter(most(self.limit)?)
    }
}

impl ChangeQuery {
    fn filter(self) -> Result<ChangeFilter, Trouble> {
        let country = read(&said(self.country)?, |code| {
            Country::parse(&code.to_uppercase()).ok()
        });
        Ok(ChangeFilter {
            page: read(&said(self.page)?, |id| PageId::parse(id).ok())?,
            key: country?.map(|country| EntryKey::new(country.as_str())),
            since: read(&said(self.since)?, instant)?,
            until: read(&said(self.before)?, instant)?,
            limit: most(self.limit)?,
            behind: read(&said(self.behind)?, |id| id.parse().ok().map(ChangeId))?,
            ..ChangeFilter::default()
        })
    }
}

/// A field as it was sent; what a program names, it must fill.
fn said(field: Option<String>) -> Result<String, Trouble> {
    match field {
        Some(text) if text.is_empty() => Err(Trouble::Unreadable),
        field => Ok(field.unwrap_or_default()),
    }
}

/// How many rows: from one to the most that an answer has.
fn most(limit: Option<u32>) -> Result<usize, Trouble> {
    let limit = limit.map_or(Ok(MOST), usize::try_from);
    let within = limit.ok().filter(|limit| (1..=MOST).contains(limit));
    within.ok_or(Trouble::Unreadable)
}

impl PageRow {
    fn of(frame: &Frame, status: &PageStatus) -> Self {
        let health = Health::of(status, frame.now);
        Self {
            schema: SCHEMA,
            id: status.brief.id.to_string(),
            title: status.brief.title.clone(),
            publisher: status.brief.publisher.clone(),
            url: status.brief.url.to_string(),
            language: status.brief.language.to_string(),
            health: health.say(frame),
            is_well: health.is_well(),
            last_ok: status.last_ok.map(|at| at.to_string()),
            last_change: status.last_change.map(|at| at.to_string()),
            entries: status.entries,
        }
    }
}

/// A trouble, told to a program.
pub struct Refused(Trouble);

impl From<Trouble> for Refused {
    fn from(trouble: Trouble) -> Self {
        Self(trouble)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        refusal(&self.0)
    }
}

/// The answer to a request of the API that cannot be met.
pub fn refusal(trouble: &Trouble) -> Response {
    let error = match trouble {
        Trouble::NotFound | Trouble::Unnamed(_) => "nothing has this id or address",
        Trouble::Unreadable => "a field of the query cannot be read; see /api/openapi.json",
        Trouble::Method => "this can only be read (GET)",
        Trouble::TooLarge => "head or body of the request are larger than 64 KiB",
        Trouble::Busy => "it took too long; try again in half a minute",
        Trouble::Crowded => {
            "too many requests come from your line at once; try again in half a minute"
        }
        Trouble::Spent => "no more invitations are sent just now; try again in an hour",
        Trouble::Forgotten(_) => {
            "this is older than what is kept of its page; its captures are in the archive"
        }
        Trouble::TakenDown(_) => "this capture was taken down",
        Trouble::Failed => "something went wrong that the operator has to mend",
    };
    let status: StatusCode = trouble.status();
    let refusal = Refusal {
        error: error.to_owned(),
    };
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (status, kind, Json(refusal)).into_response()
}
