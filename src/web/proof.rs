//! What anybody can check the archive by: its signed checkpoints, its public key, its ledger, the logs of looks.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse as _;
use jiff::civil::Date;

use super::{Frame, Reply, Site, Trouble, page};
use crate::archive::{self, ArchiveError, Settings, Signed};
use crate::pipeline::in_background;

/// Checkpoints listed; their files are all here.
const SHOWN: usize = 60;
/// The page with every command, as it stands beside the source.
const COMMANDS: &str = include_str!("../../docs/verify.md");

#[derive(Template)]
#[template(path = "proof.html")]
struct Proof {
    frame: Frame,
    /// Newest first.
    checkpoints: Vec<Signed>,
    older: usize,
}

pub async fn proof(State(site): State<Site>, frame: Frame) -> Reply {
    let mut checkpoints = read(&site, archive::signed).await?;
    let older = checkpoints.len().saturating_sub(SHOWN);
    checkpoints.truncate(SHOWN);
    page(&Proof {
        frame,
        checkpoints,
        older,
    })
}

/// `/proof/ledger.jsonl`, `/proof/20240930T000003Z.note` and its `.tsr`, `/proof/key-….pem`, `/proof/verify.md`.
pub async fn paper(State(site): State<Site>, Path(file): Path<String>) -> Reply {
    let kind = match file.rsplit_once('.') {
        Some((_, "jsonl")) => "application/jsonl",
        Some((_, "note" | "md" | "pem")) => "text/plain; charset=utf-8",
        Some((_, "tsr")) => "application/timestamp-reply",
        _ => return Err(Trouble::NotFound),
    };
    let bytes = match file.as_str() {
        "verify.md" => Some(COMMANDS.as_bytes().to_vec()),
        _ => read(&site, move |settings| archive::paper(settings, &file)).await?,
    };
    let bytes = bytes.ok_or(Trouble::NotFound)?;
    Ok(([(header::CONTENT_TYPE, kind)], bytes).into_response())
}

/// `/proof/polls/2024-09-30.jsonl`: every look of that day, as the archive's record has it.
pub async fn polls(State(site): State<Site>, Path(file): Path<String>) -> Reply {
    let day = file.strip_suffix(".jsonl").ok_or(Trouble::NotFound)?;
    let day: Date = day.parse().map_err(|_| Trouble::NotFound)?;
    let log = read(&site, move |settings| archive::poll_log(settings, day)).await?;
    let kind = [(header::CONTENT_TYPE, "application/jsonl")];
    Ok((kind, log.ok_or(Trouble::NotFound)?).into_response())
}

/// Files are read beside the other answers.
pub(super) async fn read<T: Send + 'static>(
    site: &Site,
    work: impl FnOnce(&Settings) -> Result<T, ArchiveError> + Send + 'static,
) -> Result<T, Trouble> {
    let settings = std::sync::Arc::clone(site.archive.settings());
    Ok(in_background(move || work(&settings)).await??)
}
