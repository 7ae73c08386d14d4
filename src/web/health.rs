//! `/healthz`: whether the site can read its database, for monitoring.

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse as _;

use super::{Reply, Site};

pub async fn healthz(State(site): State<Site>) -> Reply {
    site.store.next_due().await?;
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, "well\n").into_response())
}
