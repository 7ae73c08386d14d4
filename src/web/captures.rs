//! One capture of the archive: what it is, its bytes to check, and the archived page in a sandbox.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};

use super::reply::confine;
use super::taken::Taken;
use super::titled::Titled;
use super::{Frame, Reply, Site, Trouble, page};
use crate::archive::ArchiveError;
use crate::extract;
use crate::model::{Capture, CaptureId, CaptureKind, CaptureRef, Digest, Exchange, Text};
use crate::notify::hygiene::one_line;
use crate::pipeline::in_background;

/// It never changes, but it can be taken down: no copy between here and there outlives that for long.
const A_WHILE: &str = "public, max-age=3600";
/// Shown in a frame of our own pages only, without scripts, forms, styles or anything fetched.
const SANDBOX: &str =
    "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

#[derive(Template)]
#[template(path = "capture.html")]
struct CapturePage {
    frame: Frame,
    capture: Capture,
    /// Who captured it, where that was not us.
    taken: Option<Taken>,
    /// Of the page it belongs to.
    source: Titled,
    /// Where the payload is: this capture, or an earlier one with the same bytes.
    payload: Option<Payload>,
    twins: Vec<Capture>,
    record: Record,
}

/// Its record in the archive, alone, as it lies there.
struct Record {
    length: usize,
    sha256: Digest,
}

struct Payload {
    id: CaptureId,
    length: usize,
    /// Whether it can be shown as a page.
    is_page: bool,
    headers: Vec<(String, String)>,
}

pub async fn capture(State(site): State<Site>, frame: Frame, Path(id): Path<String>) -> Reply {
    let capture = find(&site, &id).await?;
    let payload = match payload(&site, &capture).await {
        Ok((holder, exchange)) => Some(Payload::of(&holder, &exchange)),
        Err(Trouble::NotFound) => None,
        Err(trouble) => return Err(trouble),
    };
    let mut twins = site
        .store
        .captures(&capture.page, Some(&capture.url))
        .await?;
    twins.retain(|twin| twin.id != capture.id);
    twins.reverse();
    twins.truncate(20);
    let briefs = site.store.briefs().await?;
    let source = site.store.source(capture.id).await?;
    let member = site.archive.member(capture.id, &capture.place).await?;
    page(&CapturePage {
        source: Titled::of(&briefs, &capture.page),
        frame,
        taken: source.map(|source| Taken::new(source, capture.place.begun())),
        capture,
        payload,
        twins,
        record: Record {
            length: member.len(),
            sha256: Digest::of(&member),
        },
    })
}

/// All that a reader saw of the page that a capture holds; `None` where it is no page, or is not shown.
pub(super) async fn words(
    site: &Site,
    cited: Option<&CaptureRef>,
) -> Result<Option<Text>, Trouble> {
    let Some(cited) = cited else {
        return Ok(None);
    };
    match find(site, &cited.id.to_string()).await {
        Ok(capture) => words_of(site, &capture).await,
        Err(Trouble::NotFound | Trouble::TakenDown(_)) => Ok(None),
        Err(trouble) => Err(trouble),
    }
}

/// The same of a capture that may be shown.
pub(super) async fn words_of(site: &Site, capture: &Capture) -> Result<Option<Text>, Trouble> {
    let exchange = match payload(site, capture).await {
        Ok((_, exchange)) if is_page(kind(&exchange)) => exchange,
        Ok(_) | Err(Trouble::NotFound | Trouble::TakenDown(_)) => return Ok(None),
        Err(trouble) => return Err(trouble),
    };
    Ok(in_background(move || extract::whole(&exchange).ok()).await?)
}

/// The payload as it came, to download and to check against its digest.
pub async fn bytes(State(site): State<Site>, Path(id): Path<String>) -> Reply {
    let capture = find(&site, &id).await?;
    let (_, exchange) = payload(&site, &capture).await?;
    let name = format!("attachment; filename=\"{}.bin\"", capture.id);
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (
            header::CONTENT_SECURITY_POLICY,
            "sandbox; default-src 'none'; frame-ancestors 'none'".to_owned(),
        ),
        (header::CACHE_CONTROL, A_WHILE.to_owned()),
    ];
    Ok((headers, exchange.response.body).into_response())
}

/// The record as it lies in the archive, one gzip member: a WARC file of its own.
pub async fn record(State(site): State<Site>, Path(id): Path<String>) -> Reply {
    let capture = find(&site, &id).await?;
    let member = site.archive.member(capture.id, &capture.place).await?;
    let name = format!("attachment; filename=\"{}.warc.gz\"", capture.id);
    let headers = [
        (header::CONTENT_TYPE, "application/gzip".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, A_WHILE.to_owned()),
    ];
    Ok((headers, member).into_response())
}

/// The archived page, for the frame on its capture's page.
pub async fn view(State(site): State<Site>, Path(id): Path<String>) -> Reply {
    let capture = find(&site, &id).await?;
    let (_, exchange) = payload(&site, &capture).await?;
    let kind = kind(&exchange);
    if !is_page(kind) {
        return Err(Trouble::NotFound);
    }
    let kind = HeaderValue::from_str(kind).map_err(|_| Trouble::NotFound)?;
    let mut answer = Response::new(exchange.response.body.into());
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, kind);
    confine(headers, SANDBOX);
    Ok(answer)
}

pub(super) async fn find(site: &Site, id: &str) -> Result<Capture, Trouble> {
    let id: CaptureId = id.parse().map_err(|_| Trouble::NotFound)?;
    let capture = site.store.capture(id).await?.ok_or(Trouble::NotFound)?;
    open(site, id).await?;
    Ok(capture)
}

/// Whether a capture may be shown.
pub(super) async fn open(site: &Site, id: CaptureId) -> Result<(), Trouble> {
    match site.store.hidden(id).await? {
        Some(takedown) => Err(Trouble::TakenDown(takedown.why)),
        None => Ok(()),
    }
}

/// Which of these captures are shown no more.
pub(super) async fn hidden(
    site: &Site,
    cited: &[Option<&CaptureRef>],
) -> Result<Vec<CaptureId>, Trouble> {
    let mut hidden = Vec::new();
    for capture in cited.iter().flatten() {
        if site.store.hidden(capture.id).await?.is_some() {
            hidden.push(capture.id);
        }
    }
    Ok(hidden)
}

/// The exchange that holds a capture's payload: its own, or that of the earlier one whose bytes it found again.
pub(super) async fn payload(
    site: &Site,
    capture: &Capture,
) -> Result<(Capture, Exchange), Trouble> {
    let holder = match capture.kind {
        CaptureKind::Response => capture.clone(),
        CaptureKind::Revisit | CaptureKind::NotModified => {
            let told = site.archive.refers_to(capture.id, &capture.place).await?;
            let holder = site.store.capture(told.ok_or(Trouble::NotFound)?).await?;
            holder.ok_or(Trouble::NotFound)?
        }
    };
    open(site, holder.id).await?;
    match site.archive.read(holder.id, &holder.place).await {
        Ok(exchange) => Ok((holder, exchange)),
        Err(ArchiveError::Unknown(_)) => Err(Trouble::NotFound),
        Err(error) => Err(error.into()),
    }
}

/// What the server calls it.
fn kind(exchange: &Exchange) -> &str {
    exchange.response.header("content-type").unwrap_or_default()
}

fn is_page(kind: &str) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("text/html") || kind.eq_ignore_ascii_case("text/plain")
}

impl CapturePage {
    /// From the older to the newer.
    fn pair(&self, twin: &Capture) -> String {
        let (from, to) = if twin.at < self.capture.at {
            (twin.id, self.capture.id)
        } else {
            (self.capture.id, twin.id)
        };
        format!("/captures/{from}/to/{to}")
    }
}

impl Payload {
    fn of(holder: &Capture, exchange: &Exchange) -> Self {
        let shown = |value: &[u8]| one_line(&String::from_utf8_lossy(value));
        Self {
            id: holder.id,
            length: exchange.response.body.len(),
            is_page: is_page(kind(exchange)),
            headers: exchange
                .response
                .headers
                .iter()
                .map(|header| (header.name.clone(), shown(&header.value)))
                .collect(),
        }
    }
}
