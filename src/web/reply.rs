//! Answers: a template as a page, and what went wrong as a page that says what to do.

use askama::Template;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::frame::Frame;
use crate::archive::ArchiveError;
use crate::model::Country;
use crate::pipeline::Defect;
use crate::store::{Forgotten, StoreError};

/// What every handler returns.
pub type Reply = Result<Response, Trouble>;

/// Why there is no page; the guard makes one of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// Nothing stands at this address.
    NotFound,
    /// No watched page names this country.
    Unnamed(Country),
    /// The address is ours, what it asks for cannot be read.
    Unreadable,
    Method,
    TooLarge,
    /// It took too long.
    Busy,
    /// This client has too many others under way.
    Crowded,
    /// So many have subscribed that no more invitations are sent for a while.
    Spent,
    /// It was there, and is older than what is kept of its page.
    Forgotten(Forgotten),
    /// There, but an operator took it down; with the reason.
    TakenDown(String),
    /// Ours to mend; the log says what.
    Failed,
}

/// A form that says itself what is wrong with it: the guard leaves such an answer as it is.
#[derive(Debug, Clone, Copy)]
pub struct Explained;

/// A form with what is wrong with it.
pub fn refused(template: &impl Template) -> Reply {
    let mut answer = page(template)?;
    *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    answer.extensions_mut().insert(Explained);
    Ok(answer)
}

/// A template as a page.
pub fn page(template: &impl Template) -> Reply {
    let text = template.render().map_err(|error| {
        tracing::error!(%error, "a page of the site cannot be written");
        Trouble::Failed
    })?;
    Ok(Html(text).into_response())
}

/// What a stranger's page may do on our own address: nothing that `policy` does not allow, in a frame
/// of ours only.
pub fn confine(headers: &mut HeaderMap, policy: &'static str) {
    let framed = HeaderValue::from_static("SAMEORIGIN");
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(policy),
    );
    headers.insert(header::X_FRAME_OPTIONS, framed);
}

impl Trouble {
    pub fn status(&self) -> StatusCode {
        match self {
            Trouble::NotFound | Trouble::Unnamed(_) => StatusCode::NOT_FOUND,
            Trouble::Unreadable => StatusCode::BAD_REQUEST,
            Trouble::Method => StatusCode::METHOD_NOT_ALLOWED,
            Trouble::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Trouble::Busy | Trouble::Spent => StatusCode::SERVICE_UNAVAILABLE,
            Trouble::Crowded => StatusCode::TOO_MANY_REQUESTS,
            Trouble::Forgotten(_) => StatusCode::GONE,
            Trouble::TakenDown(_) => StatusCode::UNAVAILABLE_FOR_LEGAL_REASONS,
            Trouble::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        let soon = match self {
            Trouble::Busy | Trouble::Crowded => Some("30"),
            Trouble::Spent => Some("3600"),
            _ => None,
        };
        if let Some(soon) = soon {
            let soon = HeaderValue::from_static(soon);
            response.headers_mut().insert(header::RETRY_AFTER, soon);
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the site cannot read the database");
        Trouble::Failed
    }
}

impl From<Defect> for Trouble {
    fn from(defect: Defect) -> Self {
        tracing::error!(%defect, "an answer of the site");
        Trouble::Failed
    }
}

impl From<ArchiveError> for Trouble {
    fn from(error: ArchiveError) -> Self {
        tracing::error!(%error, "the site cannot read the archive");
        Trouble::Failed
    }
}

#[derive(Template)]
#[template(path = "trouble.html")]
struct TroublePage<'a> {
    frame: &'a Frame,
    trouble: &'a Trouble,
}

pub fn trouble_page(frame: &Frame, trouble: &Trouble) -> Response {
    let page = TroublePage { frame, trouble };
    // Writing to a string cannot fail, and the template has no fallible part.
    (trouble.status(), Html(page.render().unwrap_or_default())).into_response()
}
