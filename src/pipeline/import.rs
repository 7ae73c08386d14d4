//! Takes over what others captured: files of other tools, each capture under the page its address belongs to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::Timestamp;
use url::Url;

use super::eyes::ROBOTS;
use super::{RoadError, Watched, in_background};
use crate::archive::{self, Harvest, Intake, Refused, Settings};
use crate::model::{CaptureId, PageId, place_of};
use crate::store::Store;

/// What came of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Brought {
    pub new: BTreeSet<CaptureId>,
    /// Imported before.
    pub known: usize,
    pub oldest: Option<Timestamp>,
    pub newest: Option<Timestamp>,
    /// Records that are no captures of a page of ours, by the reason.
    pub left_out: BTreeMap<String, usize>,
    pub refused: Vec<Refused>,
}

/// Imports files. `page` takes every address in them; without it addresses that a page is known by.
pub async fn import(
    store: &Store,
    settings: &Settings,
    pages: &[Watched],
    page: Option<&PageId>,
    files: Vec<PathBuf>,
    now: Timestamp,
) -> Result<Brought, RoadError> {
    let intake = begin(store, settings, pages, now).await?;
    let addresses = addresses(store, pages).await?;
    let page = page.cloned();
    let assign = move |url: &Url| match &page {
        Some(page) => Some(page.clone()),
        None => addresses.get(&place_of(url)).cloned(),
    };
    let harvest = in_background(move || reap(intake, &files, &assign)).await??;
    store.import(&harvest.imported).await?;
    Ok(brought(harvest))
}

/// An intake that knows our own captures and all that was imported before. What an import wrote before it was interrupted
/// gets its rows first.
pub(super) async fn begin(
    store: &Store,
    settings: &Settings,
    pages: &[Watched],
    now: Timestamp,
) -> Result<Intake, RoadError> {
    store.import(&archive::imported(settings)?).await?;
    let known = store.imported_ids().await?;
    let mut own = BTreeSet::new();
    for watched in pages {
        let captures = store.captures(&watched.page.id, None).await?;
        own.extend(
            captures
                .into_iter()
                .map(|one| (one.url.to_string(), one.at, one.digest)),
        );
    }
    Ok(Intake::begin(settings, now, known, own))
}

fn reap(
    mut intake: Intake,
    files: &[PathBuf],
    assign: &dyn Fn(&Url) -> Option<PageId>,
) -> Result<Harvest, archive::ArchiveError> {
    let mut harvest = Harvest::default();
    for file in files {
        archive::harvest(&mut harvest, file, &mut intake, assign)?;
    }
    intake.close()?;
    Ok(harvest)
}

fn brought(harvest: Harvest) -> Brought {
    let times = || harvest.imported.iter().map(|one| one.capture.at);
    Brought {
        new: harvest.imported.iter().map(|one| one.capture.id).collect(),
        known: harvest.known,
        oldest: times().min(),
        newest: times().max(),
        left_out: harvest.left_out,
        refused: harvest.refused,
    }
}

/// Every address that a page is known by: its list, and the articles that were read from it.
async fn addresses(
    store: &Store,
    pages: &[Watched],
) -> Result<BTreeMap<String, PageId>, RoadError> {
    let mut addresses = BTreeMap::new();
    for watched in pages {
        let id = &watched.page.id;
        addresses.insert(place_of(&watched.page.url), id.clone());
        let read = store.resources(id).await?.into_iter();
        for resource in read.filter(|one| one.url.path() != ROBOTS) {
            addresses.insert(place_of(&resource.url), id.clone());
        }
    }
    Ok(addresses)
}
