//! The daily log of polls: every look at every address, unchanged ones too, as one record of the archive.
//!
//! 1. While a day lasts, its polls stand in the journal.
//! 2. After it they are written as a `resource` record, so that the files alone show what was not there, and when.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use url::Url;

use super::intake::is_imported;
use super::read::{damaged, record};
use super::record::bare;
use super::{ArchiveError, Settings, cdxj, compose, folder, journal};
use crate::model::{
    CaptureId, Digest, Freshness, Moved, PageId, Place, Problem, Purpose, Seen, Sight, VisitId,
};

const URN: &str = "urn:vermerk:polls:";

/// No record is longer than this, as readers refuse blocks beyond all measure.
const PART: usize = 64 * 1024 * 1024;

/// One look at one address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Poll {
    pub url: Url,
    pub at: Timestamp,
    pub page: PageId,
    pub visit: VisitId,
    pub purpose: Purpose,
    pub outcome: Freshness,
    /// What the server answered, where it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The digest of the payload it had then, and the capture that holds it; where nothing came to
    /// read, those of the last answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Digest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capture: Option<CaptureId>,
    /// The address that answered in its stead, and the capture of the redirect that led there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<Moved>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// A record that holds the log of a day, or a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollRecord {
    pub day: Date,
    /// `urn:uuid:…`.
    pub id: String,
    /// Of its block.
    pub sha256: Digest,
    pub place: Place,
}

/// How an address was looked at over some time.
#[derive(Debug, Clone, PartialEq)]
pub struct Polled {
    /// Oldest first.
    pub polls: Vec<Poll>,
    /// The records that hold the logs of these days.
    pub records: Vec<PollRecord>,
}

/// What an address had over some time: the same payload at every poll, or none at any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    pub sha256: Option<Digest>,
    pub first: Timestamp,
    pub last: Timestamp,
    pub polls: usize,
    /// Between two polls that follow each other.
    pub longest_gap: SignedDuration,
}

/// The polls of an address between two instants: from the archive's records, and from the journal for
/// days that have none yet.
pub fn polls(
    settings: &Settings,
    url: &Url,
    from: Timestamp,
    to: Timestamp,
) -> Result<Polled, ArchiveError> {
    let wanted = compose::day(from)..=compose::day(to);
    let mut polls: Vec<Poll> = Vec::new();
    let mut found = Vec::new();
    let mut logged = BTreeSet::new();
    for (day, entry) in records(settings, &wanted)? {
        logged.insert(day);
        let place = entry.place();
        let record = record(settings, &place)?;
        found.push(PollRecord {
            day,
            id: bare(record.header("WARC-Record-ID").unwrap_or_default()).to_owned(),
            sha256: Digest::of(&record.block),
            place: place.clone(),
        });
        for line in record.block.split(|byte| *byte == b'\n') {
            if !line.is_empty() {
                let poll = serde_json::from_slice(line);
                polls.push(poll.map_err(|error| damaged(&place, error.to_string()))?);
            }
        }
    }
    for day in journal::days(settings)? {
        if wanted.contains(&day) && !logged.contains(&day) {
            polls.append(&mut of_day(settings, day)?);
        }
    }
    let url = compose::target(url);
    polls.retain(|poll| poll.url == url && (from..=to).contains(&poll.at));
    polls.sort_by_key(|poll| poll.at);
    polls.dedup();
    Ok(Polled {
        polls,
        records: found,
    })
}

/// The log of a day as its records have it; `None` while it has none.
pub fn poll_log(settings: &Settings, day: Date) -> Result<Option<Vec<u8>>, ArchiveError> {
    let found = records(settings, &(day..=day))?;
    let blocks = found
        .iter()
        .map(|(_, entry)| Ok(record(settings, &entry.place())?.block));
    let blocks: Vec<Vec<u8>> = blocks.collect::<Result<_, ArchiveError>>()?;
    Ok((!blocks.is_empty()).then(|| blocks.concat()))
}

/// Folds polls that follow each other and found the same.
pub fn stretches(polls: &[Poll]) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
    for poll in polls {
        match stretches.last_mut() {
            Some(last) if last.sha256 == poll.payload() => {
                let gap = poll.at.duration_since(last.last);
                last.longest_gap = last.longest_gap.max(gap);
                last.last = poll.at;
                last.polls += 1;
            }
            _ => stretches.push(Stretch {
                sha256: poll.payload(),
                first: poll.at,
                last: poll.at,
                polls: 1,
                longest_gap: SignedDuration::ZERO,
            }),
        }
    }
    stretches
}

/// The days before `today` whose polls stand in the journal alone, oldest first.
pub(super) fn unlogged(settings: &Settings, today: Date) -> Result<Vec<Date>, ArchiveError> {
    let mut days = journal::days(settings)?;
    days.retain(|day| *day < today);
    if days.is_empty() {
        return Ok(days);
    }
    // Days are logged in their order, so the newest record says which are.
    let files = own_files(settings)?;
    for (_, file) in files.iter().rev() {
        let entries = cdxj::entries(settings, file, URN)?;
        if let Some(newest) = entries.iter().filter_map(|entry| day_of(&entry.url)).max() {
            days.retain(|day| *day > newest);
            break;
        }
    }
    Ok(days)
}

/// The days of whose looks the journal tells otherwise than the records of their polls: a line was
/// written behind what was sealed, or taken away. What cannot be read is named where it lies.
pub(super) fn otherwise(settings: &Settings) -> Vec<Date> {
    let every = Date::MIN..=Date::MAX;
    let mut logged: BTreeMap<Date, BTreeSet<Looked>> = BTreeMap::new();
    let mut unreadable = BTreeSet::new();
    for (day, entry) in records(settings, &every).unwrap_or_default() {
        match record(settings, &entry.place()).map(|record| looked(&record.block)) {
            Ok(Some(looks)) => logged.entry(day).or_default().extend(looks),
            Ok(None) | Err(_) => drop(unreadable.insert(day)),
        }
    }
    logged.retain(|day, looks| {
        let told = of_day(settings, *day).map(|polls| polls.iter().map(Poll::looked).collect());
        !unreadable.contains(day) && told.is_ok_and(|told: BTreeSet<Looked>| told != *looks)
    });
    logged.into_keys().collect()
}

/// What tells one look at an address from all others.
type Looked = (Url, Timestamp, VisitId);

fn looked(block: &[u8]) -> Option<Vec<Looked>> {
    let lines = block
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty());
    let polls = lines.map(|line| serde_json::from_slice(line).ok());
    polls.map(|poll| poll.as_ref().map(Poll::looked)).collect()
}

/// A day's polls as the blocks of its records; almost always there is one.
pub(super) fn blocks(settings: &Settings, day: Date) -> Result<Vec<Vec<u8>>, ArchiveError> {
    let mut polls = of_day(settings, day)?;
    polls.sort_by(|one, other| (&one.url, one.at).cmp(&(&other.url, other.at)));
    let mut blocks: Vec<Vec<u8>> = Vec::new();
    for poll in &polls {
        let mut line = serde_json::to_vec(poll)
            .map_err(|error| ArchiveError::of(&settings.folder, &settings.folder, error.into()))?;
        line.push(b'\n');
        match blocks.last_mut() {
            Some(block) if block.len() + line.len() <= PART => block.append(&mut line),
            _ => blocks.push(line),
        }
    }
    Ok(blocks)
}

pub(super) fn urn(day: Date) -> String {
    format!("{URN}{day}")
}

fn of_day(settings: &Settings, day: Date) -> Result<Vec<Poll>, ArchiveError> {
    let visits = journal::visits_of(settings, day)?;
    let polls = visits.iter().flat_map(|seen| {
        let poll = |sight: &Sight| Poll::of(seen, sight);
        seen.sights.iter().map(poll).collect::<Vec<_>>()
    });
    Ok(polls.collect())
}

impl Poll {
    fn looked(&self) -> Looked {
        (self.url.clone(), self.at, self.visit.clone())
    }

    /// The payload that stood there; what an error page holds is none.
    pub fn payload(&self) -> Option<Digest> {
        self.sha256.filter(|_| self.outcome != Freshness::Nothing)
    }

    fn of(seen: &Seen, sight: &Sight) -> Self {
        let shown = sight.capture.as_ref().or(sight.evidence.as_ref());
        Self {
            url: compose::target(&sight.url),
            at: sight.at.unwrap_or(seen.at),
            page: seen.page.clone(),
            visit: seen.visit.clone(),
            purpose: seen.purpose,
            outcome: sight.freshness,
            status: sight.status,
            sha256: shown.map(|capture| capture.digest),
            capture: shown.map(|capture| capture.id),
            moved: sight.moved.clone(),
            problem: sight.problem.clone(),
        }
    }
}

/// The logs of some days, by day. Only files that were begun since then can hold them, and days are
/// logged in their order.
fn records(
    settings: &Settings,
    wanted: &RangeInclusive<Date>,
) -> Result<Vec<(Date, cdxj::Entry)>, ArchiveError> {
    let mut records: BTreeMap<(Date, String, u64), cdxj::Entry> = BTreeMap::new();
    let files = own_files(settings)?.into_iter();
    let files = files.filter(|(begun, _)| begun >= wanted.start());
    for (_, file) in files {
        let mut is_over = false;
        for entry in cdxj::entries(settings, &file, URN)? {
            let Some(day) = day_of(&entry.url) else {
                continue;
            };
            is_over |= day > *wanted.end();
            if wanted.contains(&day) {
                records.insert((day, entry.file.clone(), entry.offset), entry);
            }
        }
        if is_over {
            break;
        }
    }
    let by_day = |((day, _, _), entry)| (day, entry);
    Ok(records.into_iter().map(by_day).collect())
}

/// Files of our own captures by the day of their beginning: a prefix can have changed, and others' captures
/// hold no looks of ours.
fn own_files(settings: &Settings) -> Result<Vec<(Date, String)>, ArchiveError> {
    let volumes = folder::volumes(settings)?.into_iter();
    let own = volumes.filter(|volume| !is_imported(&volume.name));
    let mut files: Vec<(Date, String)> = own
        .filter_map(|volume| Some((compose::day(volume.begun()?), volume.name)))
        .collect();
    files.sort();
    Ok(files)
}

/// The day whose log bears that name.
pub(super) fn day_of(url: &str) -> Option<Date> {
    bare(url).strip_prefix(URN)?.parse().ok()
}
