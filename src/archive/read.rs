//! Reads records back: an exchange by its place, or a capture with its records by its id.

use std::fs::File;

use url::Url;

use super::record::{StoredRecord, bare, field, id_of, label, urn};
use super::walk::{Step, Walk, explain, member, read_at};
use super::{ArchiveError, Settings, folder, http};
use crate::model::{CaptureId, Exchange, Place, Truncation};

/// Looks a capture up in all files, newest first: its place and its records, its own first, then
/// the request and metadata that were written with it. Reads the whole archive where it must.
pub fn find(
    settings: &Settings,
    id: CaptureId,
) -> Result<(Place, Vec<StoredRecord>), ArchiveError> {
    for volume in folder::volumes(settings)?.into_iter().rev() {
        let file = folder::open_to_read(settings, &volume.name)?;
        let offsets = offsets(file, id)
            .map_err(|source| ArchiveError::of(&settings.folder, &volume.path, source))?;
        let places = offsets.into_iter().map(|offset| Place {
            file: volume.name.clone(),
            offset,
        });
        let places: Vec<Place> = places.collect();
        if let Some(place) = places.first() {
            let records = places.iter().map(|place| record(settings, place));
            return Ok((place.clone(), records.collect::<Result<_, _>>()?));
        }
    }
    Err(ArchiveError::Unknown(id))
}

/// The record of a capture whose place is known, its block checked against its digest.
pub fn record_at(
    settings: &Settings,
    id: CaptureId,
    place: &Place,
) -> Result<StoredRecord, ArchiveError> {
    let record = record(settings, place)?;
    if record.id() == Some(id) {
        return Ok(record);
    }
    let found = record.header("WARC-Record-ID").unwrap_or("none");
    Err(damaged(
        place,
        format!("capture {id} is not here, but record {found}"),
    ))
}

/// The bytes of that record as they lie in the file, once it is checked.
pub fn member_at(
    settings: &Settings,
    id: CaptureId,
    place: &Place,
) -> Result<Vec<u8>, ArchiveError> {
    record_at(settings, id, place)?;
    let file = folder::open_to_read(settings, &place.file)?;
    member(file, place.offset).map_err(|source| {
        let path = settings.folder.join(&place.file);
        ArchiveError::of(&settings.folder, &path, source)
    })
}

/// The exchange that a place holds, if its record has that id and both digests hold.
pub fn exchange(
    settings: &Settings,
    id: CaptureId,
    place: &Place,
) -> Result<Exchange, ArchiveError> {
    let record = record(settings, place)?;
    read_exchange(&record, id).map_err(|why| damaged(place, why))
}

/// The record at a place, its block checked against its digest.
pub(super) fn record(settings: &Settings, place: &Place) -> Result<StoredRecord, ArchiveError> {
    if place.file.contains('/') || !place.file.ends_with(".warc.gz") {
        return Err(damaged(place, "no file of records has this name"));
    }
    let file = folder::open_to_read(settings, &place.file)?;
    let (headers, block) = read_at(file, place.offset).map_err(|error| match explain(error) {
        Ok(why) => damaged(place, why),
        Err(source) => {
            let path = settings.folder.join(&place.file);
            ArchiveError::of(&settings.folder, &path, source)
        }
    })?;
    let record = StoredRecord { headers, block };
    let told = record.header("WARC-Block-Digest").unwrap_or_default();
    if told != label(&crate::model::Digest::of(&record.block)) {
        return Err(damaged(place, "the block does not have its digest"));
    }
    Ok(record)
}

fn read_exchange(record: &StoredRecord, id: CaptureId) -> Result<Exchange, String> {
    if record.id() != Some(id) {
        let found = record.header("WARC-Record-ID").unwrap_or("none");
        return Err(format!("capture {id} is not here, but record {found}"));
    }
    let need = |name: &str| record.header(name).ok_or(format!("no {name}"));
    match need("WARC-Type")? {
        "response" => {}
        "revisit" => {
            let holder = bare(need("WARC-Refers-To")?);
            return Err(format!("a revisit holds no payload; see {holder}"));
        }
        other => return Err(format!("a record of type {other} is no capture")),
    }
    let mut response = http::parse_response(&record.block).ok_or("no HTTP head in the record")?;
    if need("WARC-Payload-Digest")? != label(&response.payload_digest()) {
        return Err("the payload does not have its digest".to_owned());
    }
    record
        .header("WARC-Protocol")
        .unwrap_or_default()
        .clone_into(&mut response.protocol);
    let truncated = record.header("WARC-Truncated");
    response.truncated = truncated.and_then(truncation);
    Ok(Exchange {
        url: Url::parse(need("WARC-Target-URI")?).map_err(|error| error.to_string())?,
        started: need("WARC-Date")?
            .parse()
            .map_err(|error: jiff::Error| error.to_string())?,
        took: jiff::SignedDuration::ZERO,
        request: Vec::new(),
        response,
        peer: record
            .header("WARC-IP-Address")
            .and_then(|address| address.parse().ok()),
    })
}

/// Where a capture's record begins, and behind it those that were written with it.
fn offsets(file: File, id: CaptureId) -> std::io::Result<Vec<u64>> {
    let mut walk = Walk::new(file);
    let mut offsets = Vec::new();
    while let Some(step) = walk.next(&mut |_| {})? {
        let Step::Record { offset, fields } = step else {
            continue;
        };
        let with = field(&fields, "WARC-Concurrent-To") == Some(&urn(id.0));
        if (offsets.is_empty() && id_of(&fields) == Some(id)) || (!offsets.is_empty() && with) {
            offsets.push(offset);
        } else if !offsets.is_empty() {
            break;
        }
    }
    Ok(offsets)
}

pub(super) fn damaged(place: &Place, why: impl Into<String>) -> ArchiveError {
    ArchiveError::Damaged {
        file: place.file.clone(),
        offset: place.offset,
        why: why.into(),
    }
}

/// What a record says of an answer that is not whole.
pub(super) fn truncation(told: &str) -> Option<Truncation> {
    serde_json::from_value(told.into()).ok()
}
