//! Checks the whole archive without changing it: records, indexes, journal, ledger, checkpoints.

mod volumes;
mod packed;
mod papers;

use jiff::Timestamp;

use super::folder::{self, State, Volume};
use super::intake::is_imported;
use super::{ArchiveError, Event, EventOutcome, Settings};
use crate::model::Fault;
use papers::Ledger;

/// What a check of the whole archive found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// Files of records.
    pub files: usize,
    pub records: usize,
    /// Lines of indexes, journal and ledger.
    pub lines: usize,
    pub checkpoints: usize,
    /// Records without a SHA-256 of their block: not ours, readable, but nothing to check them by.
    pub without_digest: usize,
    /// Closed files that are not in the ledger, or have no index.
    pub unsealed: Vec<String>,
    pub without_index: Vec<String>,
    pub faults: Vec<Fault>,
}

/// The ledger's word for a check of everything.
pub const FIXITY_CHECK: &str = "fixity-check";

impl Report {
    /// What the ledger remembers of this check.
    pub fn event(&self, at: Timestamp) -> Event {
        let outcome = if self.faults.is_empty() {
            EventOutcome::Success
        } else {
            EventOutcome::Failure
        };
        let mut note = format!(
            "{} files, {} records, {} lines, {} checkpoints, {} faults",
            self.files,
            self.records,
            self.lines,
            self.checkpoints,
            self.faults.len()
        );
        if let Some(first) = self.faults.first() {
            note += &format!("; first: {}, offset {}", first.file, first.offset);
        }
        Event::of_ours(FIXITY_CHECK, at, outcome, note)
    }
}

/// Checks everything; `progress` hears the file and how many of its records were read, after each.
/// Also works beside a running writer.
pub fn verify(
    settings: &Settings,
    progress: impl FnMut(&str, usize),
) -> Result<Report, ArchiveError> {
    verify_since(settings, Timestamp::MIN, progress)
}

/// Leaves out the files of records that end before an instant. The rest is checked always.
pub fn verify_since(
    settings: &Settings,
    since: Timestamp,
    mut progress: impl FnMut(&str, usize),
) -> Result<Report, ArchiveError> {
    let mut report = Report::default();
    // Read before the ledger, so that what is closed meanwhile is not taken for unsealed.
    let volumes = folder::volumes(settings)?;
    let ledger = papers::ledger(settings, &mut report)?;
    for volume in volumes
        .iter()
        .filter(|volume| is_wanted(volume, &ledger, since))
    {
        let sealed = ledger.about(&volume.name);
        volumes::verify(settings, volume, sealed, &mut report, &mut progress)?;
    }
    papers::journal(settings, &ledger, &mut report)?;
    papers::others(settings, &ledger, &mut report);
    papers::keys(settings, &mut report)?;
    papers::owner(settings, &mut report)?;
    papers::checkpoints(settings, &ledger, &mut report)?;
    Ok(report)
}

/// Checks what lies beside the records alone: ledger, journal, keys, checkpoints.
pub fn verify_papers(settings: &Settings) -> Result<Report, ArchiveError> {
    let mut report = Report::default();
    let ledger = papers::ledger(settings, &mut report)?;
    papers::journal(settings, &ledger, &mut report)?;
    papers::keys(settings, &mut report)?;
    papers::checkpoints(settings, &ledger, &mut report)?;
    Ok(report)
}

fn is_wanted(volume: &Volume, ledger: &Ledger, since: Timestamp) -> bool {
    // What others captured long ago can have come today.
    if is_imported(&volume.name) && volume.begun().is_none_or(|begun| begun >= since) {
        return true;
    }
    let sealed = ledger.about(&volume.name);
    let ends_before = |at: Option<Timestamp>| at.is_some_and(|at| at < since);
    volume.state == State::Open
        || sealed.is_empty()
        || !sealed.iter().all(|line| ends_before(line.last))
}
