//! What is remembered of a page, read anew from the archive where the recipe or the normaliser has changed.

use std::collections::BTreeMap;

use super::{Road, RoadError, Watched, look};
use crate::extract;
use crate::model::{CaptureRef, Entry, EntryKey, Memory, PageId, Snapshot};

/// The memory of a page under today's recipe.
pub async fn current(road: &Road, watched: &Watched) -> Result<Memory, RoadError> {
    let memory = road.store.memory(&watched.page.id).await?;
    let version = watched.recipe.version();
    if memory.recipe.is_none_or(|known| known == version) {
        return Ok(memory);
    }
    let page = &watched.page.id;
    let snapshot = match &memory.snapshot {
        Some(before) => read_again(road, watched, before).await?,
        None => None,
    };
    if snapshot.is_none() {
        tracing::warn!(%page, "the recipe changed and the archived page cannot be read with it: the next look is a new baseline");
    }
    Ok(Memory {
        recipe: snapshot.is_some().then_some(version),
        snapshot,
        last_look: memory.last_look,
        health: memory.health,
        ..Memory::default()
    })
}

/// The snapshot as today's recipe reads the captures that show it; `None` where they are no entries to it.
async fn read_again(
    road: &Road,
    watched: &Watched,
    before: &Snapshot,
) -> Result<Option<Snapshot>, RoadError> {
    let Some(list) = &before.list else {
        return Ok(None);
    };
    let Some(exchange) = captured(road, &watched.page.id, list).await? else {
        return Ok(None);
    };
    let recipe = watched.recipe.clone();
    let list = look::parse(road, move || extract::extract(&recipe, &exchange));
    let mut entries = list.await.map_or_else(|_| Vec::new(), |list| list.entries);
    if watched.recipe.follows() {
        read_articles(road, watched, &before.articles, &mut entries).await?;
    }
    Ok((!entries.is_empty()).then(|| Snapshot {
        entries,
        ..before.clone()
    }))
}

async fn read_articles(
    road: &Road,
    watched: &Watched,
    articles: &BTreeMap<EntryKey, CaptureRef>,
    entries: &mut [Entry],
) -> Result<(), RoadError> {
    for entry in entries {
        let Some(cited) = articles.get(&entry.key) else {
            continue;
        };
        if let Some(exchange) = captured(road, &watched.page.id, cited).await? {
            let recipe = watched.recipe.clone();
            let text = look::parse(road, move || extract::article(&recipe, &exchange));
            entry.article = text.await.flatten().ok();
        }
    }
    Ok(())
}

async fn captured(
    road: &Road,
    page: &PageId,
    cited: &CaptureRef,
) -> Result<Option<crate::model::Exchange>, RoadError> {
    let Some(capture) = road.store.capture(cited.id).await? else {
        return Ok(None);
    };
    match road.archive.read(capture.id, &capture.place).await {
        Ok(exchange) => Ok(Some(exchange)),
        Err(error) => {
            tracing::warn!(%page, capture = %cited.id, %error, "capture cannot be read");
            Ok(None)
        }
    }
}
