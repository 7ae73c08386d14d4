//! The files that all pages share: one style sheet, one icon, and what robots may do.

use std::sync::LazyLock;

use axum::http::{Uri, header};
use axum::response::IntoResponse;

use crate::model::Digest;

const SHEET: &str = include_str!("style.css");

/// The address of the style sheet names its content, so that browsers may keep it for good.
pub static ADDRESS: LazyLock<String> = LazyLock::new(|| {
    let digest = Digest::of(SHEET.as_bytes()).hex();
    format!("/style.css?{}", digest.get(..12).unwrap_or_default())
});

pub async fn sheet(uri: Uri) -> impl IntoResponse {
    let is_this = uri
        .path_and_query()
        .is_some_and(|path| path.as_str() == *ADDRESS);
    let kept = if is_this {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, kept),
    ];
    (headers, SHEET)
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
