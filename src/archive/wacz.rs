//! Packs a folder of records, index and pages into one WACZ file: a ZIP whose parts are named and digested.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::package::{About, Part, put};
use super::record::date;

/// The packed file's name in the staged folder.
pub(super) const FILE: &str = "package.wacz";

/// Adds the description and packs everything, nothing compressed twice.
pub(super) fn finish(root: &Path, parts: &[Part], about: &About) -> io::Result<()> {
    let package = put(
        root,
        "datapackage.json",
        pretty(&description(parts, about)).as_bytes(),
    )?;
    let digest = json!({"path": package.path, "hash": hash(&package)});
    let digest = put(root, "datapackage-digest.json", pretty(&digest).as_bytes())?;
    let mut zip = ZipWriter::new(File::create_new(root.join(FILE))?);
    for part in [&package, &digest].into_iter().chain(parts) {
        // One fixed time: the same records are the same file, whenever it was made.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(DateTime::default())
            .large_file(part.bytes >= u64::from(u32::MAX))
            .unix_permissions(0o644);
        zip.start_file(part.path.as_str(), options)?;
        io::copy(&mut File::open(root.join(&part.path))?, &mut zip)?;
        fs::remove_file(root.join(&part.path))?;
    }
    zip.finish()?.sync_all()
}

fn description(parts: &[Part], about: &About) -> Value {
    let resources: Vec<Value> = parts.iter().map(resource).collect();
    let hidden = match about.hidden {
        0 => String::new(),
        _ => " Captures that were taken down are left out.".to_owned(),
    };
    json!({
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "software": concat!("vermerk/", env!("CARGO_PKG_VERSION")),
        "title": title(about),
        "description": format!(
            "{} captures from {} to {}. Operator: {}.{hidden}",
            about.captures, date(about.first), date(about.last), about.settings.operator
        ),
        "created": date(about.until),
        "resources": resources,
    })
}

/// What the package is of.
pub(super) fn title(about: &About) -> String {
    match &about.span.page {
        Some(page) => format!("Captures of the page {page}"),
        None => format!("Captures of the archive {}", about.settings.prefix),
    }
}

fn resource(part: &Part) -> Value {
    let name = part.path.rsplit('/').next().unwrap_or(&part.path);
    // The description's format knows lower-case names only; the path is the true one.
    json!({"name": name.to_ascii_lowercase(), "path": part.path, "hash": hash(part), "bytes": part.bytes})
}

fn hash(part: &Part) -> String {
    format!("sha256:{}", part.sha256)
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}
