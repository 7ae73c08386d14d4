//! Reads the parts of a WACZ file that hold records, each against the digest its package tells.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use serde::Deserialize;
use zip::ZipArchive;

use super::budget::{Budget, Guarded};
use super::records::read_warc;
use super::{ForeignRecord, Refused};
use crate::archive::record::label;
use crate::model::Digest;

/// More files than this in a WACZ are no web archive of pages.
const MAX_PARTS: usize = 100_000;

pub(super) fn read_wacz(
    name: &str,
    file: File,
    budget: &Budget,
    each: &mut dyn FnMut(ForeignRecord) -> io::Result<()>,
    refused: &mut Vec<Refused>,
) -> io::Result<()> {
    let opened = ZipArchive::new(BufReader::new(file))
        .map_err(|error| format!("no readable WACZ: {error}"))
        .and_then(|zip| parts(&zip).map(|parts| (zip, parts)));
    let (mut zip, parts) = match opened {
        Ok(opened) => opened,
        Err(why) => {
            refused.push(Refused {
                place: name.to_owned(),
                why,
            });
            return Ok(());
        }
    };
    let told = told_digests(&mut zip).unwrap_or_else(|why| {
        refused.push(Refused {
            place: format!("{name}, {PACKAGE}"),
            why: format!("{why}; its parts are taken without comparing their digests"),
        });
        Vec::new()
    });
    for part in parts {
        let place = format!("{name}, {part}");
        // Digested first, read afterwards: nothing is taken from a part that was changed.
        let told = told.iter().find(|(path, _)| *path == part);
        let whole = told.map_or(Ok(()), |(_, told)| {
            check_part(&mut zip, &part, told, budget)
        });
        match whole.and_then(|()| zip.by_name(&part).map_err(|error| error.to_string())) {
            Ok(part) => read_warc(&place, part, budget, each, refused)?,
            Err(why) => refused.push(Refused { place, why }),
        }
    }
    Ok(())
}

/// The parts that hold records; an error where the package is none we take anything of.
fn parts(zip: &ZipArchive<BufReader<File>>) -> Result<Vec<String>, String> {
    if zip.len() > MAX_PARTS {
        return Err(format!("{} parts are too many for a WACZ", zip.len()));
    }
    let names: Result<Vec<String>, _> = zip
        .file_names()
        .map(|name| name.map(Cow::into_owned))
        .collect();
    let names = names.map_err(|error| format!("a part has no readable name: {error}"))?;
    if let Some(part) = names.iter().find(|part| !is_inside(part)) {
        return Err(format!(
            "the part {part:?} leads out of the package; nothing of it is taken"
        ));
    }
    let mut parts: Vec<String> = names.into_iter().filter(|part| is_records(part)).collect();
    parts.sort();
    if parts.is_empty() {
        return Err("holds no archive/*.warc.gz; is this a WACZ?".to_owned());
    }
    Ok(parts)
}

fn check_part(
    zip: &mut ZipArchive<BufReader<File>>,
    part: &str,
    told: &str,
    budget: &Budget,
) -> Result<(), String> {
    let inner = zip.by_name(part).map_err(|error| error.to_string())?;
    let found = sum(&mut Guarded {
        inner,
        budget: budget.clone(),
    });
    match found.map_err(|error| error.to_string())? {
        found if found == told => Ok(()),
        found => Err(format!(
            "does not have the digest that datapackage.json tells (found {found}); nothing of it is taken"
        )),
    }
}

/// A name that stays where it is unpacked. We unpack nothing, but an honest package has no other.
fn is_inside(part: &str) -> bool {
    !part.starts_with('/')
        && !part.contains(['\\', '\0', ':'])
        && part.split('/').all(|step| step != "..")
}

fn is_records(part: &str) -> bool {
    let name = part.strip_prefix("archive/").unwrap_or_default();
    let name = name.strip_suffix(".gz").unwrap_or(name);
    Path::new(name)
        .extension()
        .is_some_and(|ending| ending == "warc")
}

const PACKAGE: &str = "datapackage.json";
/// Real ones have a few kilobytes; packed zeros would take a thousand times their size in memory.
const PACKAGE_LIMIT: u64 = 4 << 20;

#[derive(Deserialize)]
struct Package {
    #[serde(default)]
    resources: Vec<Part>,
}

#[derive(Deserialize)]
struct Part {
    path: String,
    #[serde(default)]
    hash: String,
}

/// What `datapackage.json` says of the parts; without it there is nothing to compare with.
fn told_digests(zip: &mut ZipArchive<BufReader<File>>) -> Result<Vec<(String, String)>, String> {
    let Ok(package) = zip.by_name(PACKAGE) else {
        return Ok(Vec::new());
    };
    let mut bytes = Vec::new();
    let read = package.take(PACKAGE_LIMIT + 1).read_to_end(&mut bytes);
    read.map_err(|error| error.to_string())?;
    if bytes.len() as u64 > PACKAGE_LIMIT {
        return Err(format!("longer than {PACKAGE_LIMIT} bytes"));
    }
    let package: Package = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
    let told = package.resources.into_iter();
    let told = told.filter(|part| part.hash.starts_with("sha256:"));
    Ok(told.map(|part| (part.path, part.hash)).collect())
}

fn sum(part: &mut impl Read) -> io::Result<String> {
    Ok(label(&Digest::read(part)?.0))
}
