//! The files that all pages share: one style sheet, one icon, and what robots may do.

use axum::http::header;
use axum::response::IntoResponse;

pub async fn sheet() -> impl IntoResponse {
    let kind = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
    (kind, include_str!("style.css"))
}

pub async fn icon() -> impl IntoResponse {
    let kind = [(header::CONTENT_TYPE, "image/svg+xml")];
    (kind, include_str!("icon.svg"))
}

/// Archived copies are evidence, not a second publication: search engines leave them out.
pub async fn robots() -> impl IntoResponse {
    let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    (
        kind,
        "User-agent: *\nDisallow: /captures/\nDisallow: /web/\nDisallow: /timegate/\nDisallow: /timemap/\nDisallow: /search\n",
    )
}
