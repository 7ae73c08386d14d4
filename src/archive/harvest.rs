//! Makes captures of the records of a foreign file: each answer with its request, a revisit with what it repeats.
//!
//! 1. A request stands right before its answer or right behind it.
//! 2. A revisit counts where the answer it repeats came earlier in the same harvest.
//! 3. Everything else is counted by its kind and left out.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io;
use std::path::Path;

use url::Url;

use super::ArchiveError;
use super::foreign::{ForeignRecord, Refused, has_digest, read_foreign};
use super::http;
use super::intake::{Foreign, Intake, IntakeError, Repeat, Taken};
use super::record::{bare, field};
use crate::model::{CaptureId, CaptureRef, Digest, Imported, PageId};

/// What came of some files.
#[derive(Debug, Default)]
pub struct Harvest {
    pub imported: Vec<Imported>,
    /// Captures that were imported before.
    pub known: usize,
    /// Records that are no captures of a page of ours, by the reason.
    pub left_out: BTreeMap<String, usize>,
    pub refused: Vec<Refused>,
    /// The answers so far, by every name a revisit may have for them.
    seen: HashMap<String, CaptureRef>,
}

/// Which page an address belongs to, if any.
pub type Assign<'a> = dyn Fn(&Url) -> Option<PageId> + 'a;

/// Takes the captures of one file over. What was taken is on disk when this returns.
pub fn harvest(
    harvest: &mut Harvest,
    path: &Path,
    intake: &mut Intake,
    assign: &Assign<'_>,
) -> Result<(), ArchiveError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let summed = File::open(path).and_then(|mut file| Digest::read(&mut file));
    let (digest, _) = summed.map_err(|error| ArchiveError::io(path, error))?;
    let mut reaping = Reaping {
        source: source(&name),
        sha256: digest.hex(),
        makers: HashMap::new(),
        last_maker: None,
        harvest,
        intake,
        assign,
        answer: None,
        request: None,
        failed: None,
    };
    let read = read_foreign(path, &mut |record| reaping.record(record));
    let flushed = reaping.flush();
    let failed = reaping.failed.take();
    intake.sync()?;
    if let Some(error) = failed {
        return Err(error);
    }
    flushed.map_err(|error| ArchiveError::io(path, error))?;
    let refused = read.map_err(|error| ArchiveError::io(path, error))?;
    harvest.refused.extend(refused);
    Ok(())
}

/// The file's own name and no folder: where it stood on this machine is nobody's business.
fn source(name: &str) -> Url {
    let mut source: Url = match Url::parse("file:///") {
        Ok(root) => root,
        Err(error) => unreachable!("a constant address: {error}"),
    };
    source.set_path(name);
    source
}

struct Reaping<'a> {
    source: Url,
    /// Of the whole source file.
    sha256: String,
    /// What the file's `warcinfo` records say of who captured and with what, by their ids.
    makers: HashMap<String, Vec<String>>,
    last_maker: Option<String>,
    harvest: &'a mut Harvest,
    intake: &'a mut Intake,
    assign: &'a Assign<'a>,
    /// An answer whose request may still come.
    answer: Option<Answer>,
    /// A request whose answer may still come.
    request: Option<(Url, Vec<u8>)>,
    /// The archive itself failed; nothing more is taken.
    failed: Option<ArchiveError>,
}

struct Answer {
    foreign: Foreign,
    place: String,
    id: Option<String>,
    payload_digest: Option<String>,
}

impl Reaping<'_> {
    fn record(&mut self, record: ForeignRecord) -> io::Result<()> {
        let kind = field(&record.fields, "WARC-Type")
            .unwrap_or("none")
            .to_ascii_lowercase();
        let url = field(&record.fields, "WARC-Target-URI")
            .and_then(|url| Url::parse(bare(url)).ok())
            .filter(|url| matches!(url.scheme(), "http" | "https"));
        match (kind.as_str(), url) {
            ("request", Some(url)) => self.request(url, record.block),
            ("response" | "revisit", Some(url)) => self.answer(&kind, url, record),
            ("warcinfo", _) => {
                self.maker(&record);
                Ok(())
            }
            (other, _) => {
                self.leave_out(format!("of the kind {:?}", short(other)));
                Ok(())
            }
        }
    }

    fn request(&mut self, url: Url, block: Vec<u8>) -> io::Result<()> {
        match &mut self.answer {
            Some(answer) if answer.foreign.url == url && answer.foreign.request.is_none() => {
                answer.foreign.request = Some(block);
                self.flush()
            }
            _ => {
                self.request = Some((url, block));
                Ok(())
            }
        }
    }

    fn answer(&mut self, kind: &str, url: Url, record: ForeignRecord) -> io::Result<()> {
        self.flush()?;
        let before = self.request.take();
        let Some(page) = (self.assign)(&url) else {
            self.leave_out("of addresses that are no page of this installation".to_owned());
            return Ok(());
        };
        let told = |name: &str| field(&record.fields, name);
        let Some(at) = told("WARC-Date").and_then(|date| date.parse().ok()) else {
            return self.refuse(record.place, "has no readable WARC-Date; left out");
        };
        let repeats = self.repeated(&record).filter(|_| kind == "revisit");
        let is_unmodified =
            told("WARC-Profile").is_some_and(|it| it.ends_with("server-not-modified"));
        let repeats = repeats.map(if is_unmodified {
            Repeat::Unmodified
        } else {
            Repeat::Bytes
        });
        if kind == "revisit" && repeats.is_none() {
            self.leave_out("that repeat an answer which is not in these files".to_owned());
            return Ok(());
        }
        let foreign = Foreign {
            page,
            at,
            repeats,
            request: before
                .filter(|(asked, _)| *asked == url)
                .map(|(_, block)| block),
            url,
            source: self.source.clone(),
            truncated: told("WARC-Truncated").map(short),
            taken: None,
            about: self.about(&record),
            block: Vec::new(),
        };
        self.answer = Some(Answer {
            id: told("WARC-Record-ID").map(str::to_owned),
            payload_digest: told("WARC-Payload-Digest").map(str::to_owned),
            place: record.place,
            foreign: Foreign {
                block: record.block,
                ..foreign
            },
        });
        Ok(())
    }

    fn maker(&mut self, record: &ForeignRecord) {
        /// More lines say nothing more of who captured.
        const LINES: usize = 32;
        let id = field(&record.fields, "WARC-Record-ID").unwrap_or_default();
        let lines = String::from_utf8_lossy(&record.block);
        let lines = lines.lines().map(short).filter(|line| line.contains(':'));
        self.makers
            .insert(id.to_owned(), lines.take(LINES).collect());
        self.last_maker = Some(id.to_owned());
    }

    /// What is kept of where the record stood, what it said of itself, and who made it.
    fn about(&self, record: &ForeignRecord) -> Vec<(String, String)> {
        let mut about = about(record);
        about.push(("sourceFileSha256".to_owned(), self.sha256.clone()));
        let id = field(&record.fields, "WARC-Warcinfo-ID").or(self.last_maker.as_deref());
        let lines = id.and_then(|id| self.makers.get(id)).into_iter().flatten();
        about.extend(lines.map(|line| ("sourceWarcinfo".to_owned(), line.clone())));
        about
    }

    /// Takes the answer that waits.
    fn flush(&mut self) -> io::Result<()> {
        let Some(answer) = self.answer.take() else {
            return Ok(());
        };
        let id = match self.intake.take(&answer.foreign) {
            Ok(Taken::New(imported)) => {
                let id = imported.capture.id;
                self.harvest.imported.push(*imported);
                id
            }
            Ok(Taken::Known(id)) => {
                self.harvest.known += 1;
                id
            }
            Err(IntakeError::Unfit(why)) => return self.refuse(answer.place, why),
            Err(IntakeError::Archive(error)) => {
                let told = error.to_string();
                self.failed = Some(error);
                return Err(io::Error::other(told));
            }
        };
        if answer.foreign.repeats.is_none() {
            self.remember(id, &answer);
        }
        Ok(())
    }

    fn remember(&mut self, id: CaptureId, answer: &Answer) {
        let Foreign { url, at, block, .. } = &answer.foreign;
        let Some(response) = http::parse_response(block) else {
            return;
        };
        let cited = CaptureRef {
            id,
            url: url.clone(),
            at: *at,
            digest: response.payload_digest(),
        };
        let names = [
            answer.id.clone(),
            Some(format!("{url} {}", at.as_second())),
            answer.payload_digest.clone(),
        ];
        for name in names.into_iter().flatten() {
            self.harvest.seen.insert(name, cited.clone());
        }
    }

    fn repeated(&self, record: &ForeignRecord) -> Option<CaptureRef> {
        let told = |name: &str| field(&record.fields, name);
        let at = told("WARC-Refers-To-Date").and_then(|at| at.parse::<jiff::Timestamp>().ok());
        let uri = told("WARC-Refers-To-Target-URI").and_then(|uri| Url::parse(bare(uri)).ok());
        let both = uri
            .zip(at)
            .map(|(uri, at)| format!("{uri} {}", at.as_second()));
        let id = told("WARC-Refers-To").map(str::to_owned);
        let payload = told("WARC-Payload-Digest").map(str::to_owned);
        let mut names = [id, both, payload].into_iter().flatten();
        names.find_map(|name| self.harvest.seen.get(&name).cloned())
    }

    fn leave_out(&mut self, why: String) {
        *self.harvest.left_out.entry(why).or_default() += 1;
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "the last word of callers that can fail"
    )]
    fn refuse(&mut self, place: String, why: &str) -> io::Result<()> {
        self.harvest.refused.push(Refused {
            place,
            why: why.to_owned(),
        });
        Ok(())
    }
}

/// What is noted where bytes and digest differ already at the source.
pub const OTHER_DIGEST: [&str; 2] = [
    "note",
    "the payload does not have the digest its source told",
];

/// What the record said of itself, and whether its payload has the digest it told.
fn about(record: &ForeignRecord) -> Vec<(String, String)> {
    let own = record.fields.iter().map(|(name, value)| {
        (
            "sourceField".to_owned(),
            format!("{}: {}", short(name), short(value)),
        )
    });
    let mut about = vec![("importedFrom".to_owned(), short(&record.place))];
    about.extend(own.take(64));
    let told = field(&record.fields, "WARC-Payload-Digest");
    if let (Some(told), Some((head, stored))) = (told, http::split(&record.block)) {
        // Tools differ on whether the transfer coding counts.
        let plain = http::payload(head, stored);
        let holds = [stored, plain.as_ref()].map(|bytes| has_digest(told, bytes));
        if holds.contains(&Some(false)) && !holds.contains(&Some(true)) {
            about.push(OTHER_DIGEST.map(str::to_owned).into());
        }
    }
    about
}

/// A foreign value, bounded.
fn short(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .take(2048)
        .collect()
}
