//! Makes a folder a bag (RFC 8493): who sent it, and the SHA-256 of every file.

use std::io;
use std::path::Path;

use super::package::{About, Part, put};
use super::record::date;
use super::wacz::title;

/// Adds the tag files to a folder whose payload is in `data/`.
pub(super) fn finish(root: &Path, parts: &[Part], about: &About) -> io::Result<()> {
    let bytes: u64 = parts.iter().map(|part| part.bytes).sum();
    let info = [
        ("Source-Organization", about.settings.operator.clone()),
        ("External-Description", title(about)),
        (
            "Internal-Sender-Description",
            format!(
                "{} captures from {} to {}",
                about.captures,
                date(about.first),
                date(about.last)
            ),
        ),
        (
            "Bag-Software-Agent",
            concat!("vermerk/", env!("CARGO_PKG_VERSION")).to_owned(),
        ),
        ("Payload-Oxum", format!("{bytes}.{}", parts.len())),
    ];
    let info = info.map(|(name, value)| format!("{name}: {}\n", one_line(&value)));
    let payload = parts.iter().map(|part| manifest_line(part, "data/"));
    let tags = [
        (
            "bagit.txt",
            "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n".to_owned(),
        ),
        ("bag-info.txt", info.concat()),
        ("manifest-sha256.txt", payload.collect()),
    ];
    let tags = tags
        .iter()
        .map(|(path, text)| put(root, path, text.as_bytes()))
        .collect::<io::Result<Vec<_>>>()?;
    let tag_manifest: String = tags.iter().map(|part| manifest_line(part, "")).collect();
    put(root, "tagmanifest-sha256.txt", tag_manifest.as_bytes()).map(drop)
}

/// As `sha256sum` writes and checks it. Our paths hold nothing that would have to be escaped.
fn manifest_line(part: &Part, below: &str) -> String {
    format!("{}  {below}{}\n", part.sha256, part.path)
}

fn one_line(text: &str) -> String {
    text.replace(['\r', '\n'], " ")
}
