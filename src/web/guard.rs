//! Stands around every answer: limits of size and time, a page for every error, security headers.

use std::io::Read as _;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody, to_bytes};
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Redirect, Response};
use flate2::Compression;
use flate2::read::GzEncoder;

use super::address;
use super::api::refusal;
use super::frame::Frame;
use super::reply::{Explained, Trouble, trouble_page};
use super::server::Crowded;
use super::{About, Site};
use crate::model::Digest;

/// Largest head of a request, and largest body.
const HEAD: usize = 64 * 1024;
const BODY: usize = 64 * 1024;
/// Longest time for one answer.
const ANSWER: Duration = Duration::from_secs(10);
/// Larger answers (exports) get no tag and are not packed: it would need all of them in memory.
const TAGGED: usize = 4 * 1024 * 1024;
/// A smaller answer travels in one packet anyway.
const PACKED: usize = 1024;

/// Own files only, no script at all, in nobody's frame.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const ALWAYS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=()",
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
];

/// Puts the guard around routes; what no route answers is answered here, too.
pub fn around(routes: Router<Site>, site: &Site) -> Router<Site> {
    routes
        .fallback(|| async { Trouble::NotFound })
        .layer(DefaultBodyLimit::max(BODY))
        .layer(from_fn_with_state(site.clone(), guard))
}

async fn guard(State(site): State<Site>, request: Request, next: Next) -> Response {
    let frame = Frame::of(&site, request.method(), request.uri(), request.headers());
    let asked = Asked {
        method: request.method().clone(),
        tag: request.headers().get(header::IF_NONE_MATCH).cloned(),
        encodings: request.headers().get(header::ACCEPT_ENCODING).cloned(),
    };
    let answer = if request.extensions().get::<Crowded>().is_some() {
        // A browser that is refused asks anew instead of keeping the place.
        ([(header::CONNECTION, "close")], Trouble::Crowded).into_response()
    } else if head_size(&request) > HEAD {
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE.into_response()
    } else if too_large(request.headers()) {
        Trouble::TooLarge.into_response()
    } else if let Some(there) = elsewhere(&request) {
        Redirect::permanent(&there).into_response()
    } else {
        let answered = tokio::time::timeout(ANSWER, next.run(request)).await;
        answered.unwrap_or_else(|_| Trouble::Busy.into_response())
    };
    let answer = explained(answer, &frame);
    let mut answer = tagged(answer, &asked).await;
    protect(answer.headers_mut(), &site.about);
    if ["/api", "/data", "/feeds"]
        .iter()
        .any(|part| frame.is_in(part))
    {
        // Data is there to be used, by other people's pages, too.
        let anybody = HeaderValue::from_static("*");
        answer
            .headers_mut()
            .insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, anybody);
    }
    answer
}

/// What of a request is needed after it was answered.
struct Asked {
    method: Method,
    tag: Option<HeaderValue>,
    encodings: Option<HeaderValue>,
}

fn head_size(request: &Request) -> usize {
    let fields = request.headers().iter();
    let fields = fields.map(|(name, value)| name.as_str().len() + value.len());
    let path = request.uri().path_and_query();
    fields.sum::<usize>() + path.map_or(0, |path| path.as_str().len())
}

/// Where a page stands that was asked for by an address almost its own.
fn elsewhere(request: &Request) -> Option<String> {
    if *request.method() != Method::GET && *request.method() != Method::HEAD {
        return None;
    }
    let path = address::proper(request.uri().path())?;
    let query = request.uri().query();
    Some(query.map_or_else(|| path.clone(), |query| format!("{path}?{query}")))
}

fn too_large(headers: &HeaderMap) -> bool {
    let length = headers.get(header::CONTENT_LENGTH);
    let length = length.and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    length.is_some_and(|length| length > BODY)
}

/// An error becomes a page that says what to do, whoever answered it. Data answers speak for themselves.
fn explained(answer: Response, frame: &Frame) -> Response {
    let status = answer.status();
    if !status.is_client_error() && !status.is_server_error() {
        return answer;
    }
    if answer.extensions().get::<Explained>().is_some() {
        return answer;
    }
    // An archived error is what was asked for.
    if answer.headers().contains_key("memento-datetime") {
        return answer;
    }
    let is_data = |value: &HeaderValue| value.as_bytes().starts_with(b"application/");
    if answer
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(is_data)
    {
        return answer;
    }
    let trouble = answer.extensions().get::<Trouble>().cloned();
    let trouble = trouble.unwrap_or(match status {
        StatusCode::METHOD_NOT_ALLOWED => Trouble::Method,
        StatusCode::PAYLOAD_TOO_LARGE | StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => {
            Trouble::TooLarge
        }
        status if status.is_client_error() => Trouble::Unreadable,
        _ => Trouble::Failed,
    });
    let mut told = if frame.is_in("/api") {
        refusal(&trouble)
    } else {
        trouble_page(frame, &trouble)
    };
    *told.status_mut() = status;
    for name in [header::ALLOW, header::RETRY_AFTER, header::CONNECTION] {
        if let Some(value) = answer.headers().get(&name) {
            told.headers_mut().insert(name, value.clone());
        }
    }
    told
}

/// Gives an answer its tag and packs it, or says that the client has it already.
async fn tagged(answer: Response, asked: &Asked) -> Response {
    if !may_be_tagged(&answer, asked) {
        return answer;
    }
    let (mut head, body) = answer.into_parts();
    let size = HttpBody::size_hint(&body).exact();
    head.headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-cache"));
    // Of a HEAD nothing is left that a tag could be made of.
    if size.is_none_or(|size| size > TAGGED as u64) || asked.method == Method::HEAD {
        return Response::from_parts(head, body);
    }
    let Ok(bytes) = to_bytes(body, TAGGED).await else {
        return Trouble::Failed.into_response();
    };
    // Weak, because the same page may travel packed or not.
    let tag = format!("W/\"{}\"", Digest::of(&bytes).hex());
    if let Ok(value) = HeaderValue::from_str(&tag) {
        head.headers.insert(header::ETAG, value);
    }
    if asked.has(&tag) {
        head.status = StatusCode::NOT_MODIFIED;
        head.headers.remove(header::CONTENT_TYPE);
        head.headers.remove(header::CONTENT_LENGTH);
        return Response::from_parts(head, Body::empty());
    }
    if asked.takes_gzip() && may_be_packed(&head.headers) && bytes.len() > PACKED {
        let mut packed = Vec::with_capacity(bytes.len() / 2);
        if GzEncoder::new(&bytes[..], Compression::fast())
            .read_to_end(&mut packed)
            .is_ok()
        {
            head.headers.remove(header::CONTENT_LENGTH);
            head.headers
                .insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            return Response::from_parts(head, Body::from(packed));
        }
    }
    Response::from_parts(head, Body::from(bytes))
}

/// Text that nobody has packed yet. Pages behind a secret address never come so far: their size would
/// tell of the secret.
fn may_be_packed(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_text = kind.starts_with("text/") || kind.contains("json") || kind.contains("xml");
    is_text && !headers.contains_key(header::CONTENT_ENCODING)
}

fn may_be_tagged(answer: &Response, asked: &Asked) -> bool {
    let reads = asked.method == Method::GET || asked.method == Method::HEAD;
    let kept = answer.headers().get(header::CACHE_CONTROL);
    let is_secret = kept.is_some_and(|kept| kept == "no-store");
    reads && !is_secret && answer.status() == StatusCode::OK
}

impl Asked {
    /// Whether the client has what bears this tag (RFC 9110, 13.1.2: weak comparison).
    fn has(&self, tag: &str) -> bool {
        let told = self.tag.as_ref().and_then(|value| value.to_str().ok());
        told.is_some_and(|told| {
            told.split(',')
                .any(|one| one.trim().trim_start_matches("W/") == tag.trim_start_matches("W/"))
        })
    }

    /// `gzip;q=0` is the one way to name it and not to want it.
    fn takes_gzip(&self) -> bool {
        let named = self
            .encodings
            .as_ref()
            .and_then(|value| value.to_str().ok());
        named.is_some_and(|named| {
            named.split(',').any(|one| {
                let mut pieces = one.split(';').map(str::trim);
                pieces.next() == Some("gzip")
                    && !pieces.any(|piece| matches!(piece, "q=0" | "q=0.0"))
            })
        })
    }
}

/// Sets what every answer carries, unless the page has set a stricter rule of its own.
fn protect(headers: &mut HeaderMap, about: &About) {
    for (name, value) in ALWAYS {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    if about.base.scheme() == "https" {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        );
    }
    headers
        .entry(header::VARY)
        .or_insert(HeaderValue::from_static("Accept-Language, Accept-Encoding"));
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
}
