//! `vermerk archive`: the evidence behind a mail, and whether all of it is as it was written.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use clap::Subcommand;
use url::Url;

use super::{Answer, Failure, Installation, export, fixity, import, polls, takedown};
use crate::archive::{self, ArchiveError, Settings, StoredRecord};
use crate::model::{Access, Capture, CaptureId, CaptureKind, Digest, Place};
use crate::notify::hygiene::is_invisible;
use crate::pipeline::in_background;
use crate::present::{self, utc};

#[derive(Debug, Subcommand)]
pub enum Options {
    /// Captures, oldest first
    List {
        /// A page id; all pages if none is given
        page: Option<String>,
    },
    /// The record of a capture: where it is, its fields, the server's answer, and whether its digests hold
    Show {
        /// The id that stands in a mail
        capture: String,
    },
    /// The bytes of a capture as they came, for sha256sum
    Extract {
        /// The id that stands in a mail
        capture: String,
        /// Write them to this file instead of standard output
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Hand captures over: as a WACZ, a bag (RFC 8493), or plain WARC files; the same captures under the same ledger give the same bytes
    Export(export::Options),
    /// Take over what others captured: WARC and WACZ files, or an address from the Wayback Machine; nobody is mailed
    Import(import::Options),
    /// Hide a capture from everybody, with the reason; its bytes stay in the archive
    Takedown {
        /// The id that stands in a mail or in `archive list`
        capture: String,
        /// The reason, which everybody sees who asks for the capture
        #[arg(long, value_name = "TEXT")]
        why: String,
        /// Show it again
        #[arg(long)]
        lift: bool,
    },
    /// Check all of it: every record, index and line, the ledger's chain, the signatures
    Verify {
        /// Leave out the files that end before a day or an instant (2024-09-16, 2024-09-16T06:00:00Z)
        #[arg(long, value_name = "TIME")]
        since: Option<String>,
    },
    /// Make what is missing: the index of a closed file, its line in the ledger
    Index,
    /// Take the archive over for this installation: after its database was lost and made anew, or of one that is gone
    Adopt,
    /// Sign the ledger now, and print the note and the public key it can be checked with
    Checkpoint,
    /// Every look at an address, unchanged ones too: what it had, and between which times
    Polls {
        /// The address of a list or an article
        #[arg(value_name = "URL")]
        url: Url,
        /// The earlier time [default: the beginning]
        #[arg(long, value_name = "TIME")]
        from: Option<String>,
        /// The later time [default: now]
        #[arg(long, value_name = "TIME")]
        to: Option<String>,
    },
}

pub async fn run(installation: &Installation, options: Options) -> Result<Answer, Failure> {
    match options {
        Options::List { page } => list(installation, page.as_deref()).await,
        Options::Show { capture } => show(installation, id(&capture)?).await,
        Options::Extract { capture, output } => {
            extract(installation, id(&capture)?, output.as_deref()).await
        }
        Options::Verify { since } => fixity::verify(installation, since.as_deref()).await,
        Options::Index => fixity::index(installation).await,
        Options::Adopt => adopt(installation).await,
        Options::Checkpoint => fixity::checkpoint(installation).await,
        Options::Polls { url, from, to } => {
            polls::polls(installation, url, from.as_deref(), to.as_deref()).await
        }
        Options::Export(options) => export::run(installation, &options).await,
        Options::Import(options) => import::run(installation, &options).await,
        Options::Takedown { capture, why, lift } => {
            let access = if lift { Access::Open } else { Access::Hidden };
            takedown::run(installation, id(&capture)?, access, why).await
        }
    }
}

async fn adopt(installation: &Installation) -> Result<Answer, Failure> {
    let store = installation.store().await?;
    let settings = installation.archive_settings();
    archive::adopt(&settings.folder, &store.installation().await?)?;
    Ok(Answer::fine(format!(
        "{} belongs to this installation\n",
        settings.folder.display()
    )))
}

/// A record and where it stands.
struct Found {
    place: Place,
    record: StoredRecord,
}

/// The answer of the server in a record: its head and what follows.
struct Http<'a> {
    head: &'a [u8],
    payload: Cow<'a, [u8]>,
}

async fn list(installation: &Installation, page: Option<&str>) -> Result<Answer, Failure> {
    let store = installation.store().await?;
    let mut rows = present::table(&[
        "TAKEN", "STATUS", "KIND", "SHA256", "SOURCE", "CAPTURE", "ADDRESS",
    ]);
    let names: Vec<String> = page.map(str::to_owned).into_iter().collect();
    for watched in installation.select(&names)? {
        let own = store.captures(&watched.page.id, None).await?;
        let own = own.into_iter().map(|capture| (capture, "own".to_owned()));
        let imported = store.imported(&watched.page.id).await?.into_iter();
        let imported = imported.map(|one| (one.capture, import::source(&one.source)));
        let mut all: Vec<_> = own.chain(imported).collect();
        all.sort_by_key(|(capture, _)| capture.at);
        for (capture, source) in all {
            let hidden = store.hidden(capture.id).await?.is_some();
            let source = if hidden {
                format!("{source}; taken down")
            } else {
                source
            };
            rows.add_row(row(&capture, &source));
        }
    }
    Ok(Answer::fine(format!("{rows}\n")))
}

fn row(capture: &Capture, source: &str) -> [String; 7] {
    let kind = match capture.kind {
        CaptureKind::Response if capture.truncated.is_some() => "cut off",
        CaptureKind::Response => "whole",
        CaptureKind::Revisit => "same bytes",
        CaptureKind::NotModified => "304",
    };
    let digest: String = capture.digest.hex().chars().take(12).collect();
    [
        utc(capture.at),
        capture.status.to_string(),
        kind.to_owned(),
        format!("{digest}…"),
        printable(source),
        capture.id.to_string(),
        capture.url.to_string(),
    ]
}

async fn show(installation: &Installation, id: CaptureId) -> Result<Answer, Failure> {
    let settings = installation.archive_settings();
    takedown::refuse(installation, id).await?;
    let found = find(installation, id).await?;
    if let Some(holder) = found.record.refers_to() {
        takedown::refuse(installation, holder).await?;
    }
    let Place { file, offset } = &found.place;
    let mut text = format!("{}, offset {offset}\n", path(&settings, file).display());
    if archive::is_imported(file) {
        let source = found.record.header("WARC-Source-URI").unwrap_or("unknown");
        text += &format!("captured by others, imported from {}\n", printable(source));
    }
    text += "\n";
    for (name, value) in &found.record.headers {
        text += &format!("{name}: {}\n", printable(value));
    }
    text += "\n";
    if let Some(http) = http(&found.record) {
        text += &format!(
            "{}\n\n",
            printable(String::from_utf8_lossy(http.head).trim_end())
        );
    }
    Ok(Answer::fine(text + &checked(&found.record)))
}

/// What the digests say. The block's was checked when the record was read.
fn checked(record: &StoredRecord) -> String {
    let mut text = "block: has its digest\n".to_owned();
    let (Some(told), Some(http)) = (record.header("WARC-Payload-Digest"), http(record)) else {
        return text;
    };
    if let Some(holder) = record.refers_to() {
        return format!(
            "{text}payload: the same bytes as in {holder} (vermerk archive extract {holder})\n"
        );
    }
    let found = format!("sha256:{}", Digest::of(&http.payload));
    text += &if told == found {
        format!("payload: has its digest, {} bytes\n", http.payload.len())
    } else {
        format!("payload: DOES NOT HAVE ITS DIGEST; found {found}\n")
    };
    text
}

async fn extract(
    installation: &Installation,
    id: CaptureId,
    output: Option<&Path>,
) -> Result<Answer, Failure> {
    takedown::refuse(installation, id).await?;
    let found = payload_holder(installation, id).await?;
    takedown::refuse(installation, found.record.id().unwrap_or(id)).await?;
    let Some(http) = http(&found.record) else {
        let kind = found.record.header("WARC-Type").unwrap_or("unknown");
        return Err(Failure::failed(format!(
            "record {id} is of type {kind} and holds no answer of a server"
        )));
    };
    match output {
        Some(file) => {
            write(file, &http.payload)
                .map_err(|error| Failure::failed(format!("{}: {error}", file.display())))?;
            let (length, digest) = (http.payload.len(), Digest::of(&http.payload));
            Ok(Answer::fine(format!(
                "{length} bytes, sha256 {digest}: {}\n",
                file.display()
            )))
        }
        None if io::stdout().is_terminal() => Err(Failure::usage(
            "a page's bytes may command a terminal; write them to a file with --output FILE, or through a pipe",
        )),
        None => pour(&http.payload),
    }
}

/// As the bytes are: nothing is added, nothing is left out.
fn pour(bytes: &[u8]) -> Result<Answer, Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::failed(format!("standard output: {error}")))
        }
        _ => Ok(Answer::fine("")),
    }
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// The record with the payload: a capture that found the same bytes again names it.
async fn payload_holder(installation: &Installation, id: CaptureId) -> Result<Found, Failure> {
    let found = find(installation, id).await?;
    match found.record.refers_to() {
        Some(holder) => find(installation, holder).await,
        None => Ok(found),
    }
}

/// The database knows the place of a capture; without it the files are searched.
async fn find(installation: &Installation, id: CaptureId) -> Result<Found, Failure> {
    let known = match installation.store().await {
        Ok(store) => store.capture(id).await.ok().flatten(),
        Err(_) => None,
    };
    let search = move |settings: &Settings| match known {
        Some(capture) => archive::record_at(settings, id, &capture.place).map(|record| Found {
            place: capture.place,
            record,
        }),
        None => search(settings, id),
    };
    on_archive(installation.archive_settings(), search).await
}

fn search(settings: &Settings, id: CaptureId) -> Result<Found, ArchiveError> {
    let (place, records) = archive::find(settings, id)?;
    let record = records.into_iter().next();
    record
        .map(|record| Found { place, record })
        .ok_or(ArchiveError::Unknown(id))
}

/// Reads whole files, where there are any.
pub(super) async fn on_archive<T: Send + 'static>(
    settings: Settings,
    work: impl FnOnce(&Settings) -> Result<T, ArchiveError> + Send + 'static,
) -> Result<T, Failure> {
    if !settings.folder.is_dir() {
        return Err(Failure::failed(format!(
            "no archive at {}; it begins with the first look at a page (vermerk check)",
            settings.folder.display()
        )));
    }
    Ok(in_background(move || work(&settings)).await??)
}

fn http(record: &StoredRecord) -> Option<Http<'_>> {
    let (head, payload) = record.answer()?;
    Some(Http { head, payload })
}

/// Where the file is now, growing or closed.
fn path(settings: &Settings, file: &str) -> PathBuf {
    let folder = fs::canonicalize(&settings.folder).unwrap_or_else(|_| settings.folder.clone());
    let closed = folder.join(file);
    if closed.exists() {
        return closed;
    }
    folder.join(format!("{file}.open"))
}

/// A server's words without what would command a terminal.
pub(super) fn printable(text: &str) -> String {
    let plain = |c: char| {
        if (c.is_control() || is_invisible(c)) && c != '\n' {
            '\u{fffd}'
        } else {
            c
        }
    };
    text.replace("\r\n", "\n").chars().map(plain).collect()
}

fn id(text: &str) -> Result<CaptureId, Failure> {
    text.parse().map_err(|_| {
        Failure::usage(format!(
            "{text:?} is no capture; write the id that stands in a mail, or see `vermerk archive list`"
        ))
    })
}
