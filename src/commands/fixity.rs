//! `vermerk archive verify`, `index`, `checkpoint`: whether all is as it was written, and the means to show it.

use jiff::Timestamp;

use super::archive::{on_archive, printable};
use super::history::instant;
use super::{Answer, Exit, Failure, Installation};
use crate::archive::{self, Report, Settings};
use crate::model::Fault;

/// Checks everything, or what does not end before `since`; the outcome is entered into the ledger.
pub async fn verify(installation: &Installation, since: Option<&str>) -> Result<Answer, Failure> {
    let from = since.map(instant).transpose()?;
    let bar = progress();
    let watched = bar.clone();
    let walk = move |settings: &Settings| {
        let report =
            archive::verify_since(settings, from.unwrap_or(Timestamp::MIN), |file, records| {
                watched.set_message(format!("{file}: {records} records"));
                watched.tick();
            })?;
        // Only a check of everything counts as one. A copy of an archive may not be ours to write to.
        let noted = match from {
            None => archive::note(settings, report.event(Timestamp::now())).err(),
            Some(_) => None,
        };
        Ok((report, noted))
    };
    let checked = on_archive(installation.archive_settings(), walk).await;
    bar.finish_and_clear();
    let (report, noted) = checked?;
    let mut answer = verdict(&report);
    if let Some(error) = noted {
        answer.text += &format!("not entered into the ledger: {error}\n");
    }
    Ok(answer)
}

/// Makes indexes and lines of the ledger where they are missing.
pub async fn index(installation: &Installation) -> Result<Answer, Failure> {
    let done = on_archive(installation.archive_settings(), archive::seal).await?;
    let text: String = done.iter().map(|file| format!("{file}\n")).collect();
    Ok(Answer::fine(match done.len() {
        0 => "every closed file has its index and its line in the ledger\n".to_owned(),
        files => format!("{text}{} done\n", number(files, "file")),
    }))
}

/// Signs the ledger as it is now.
pub async fn checkpoint(installation: &Installation) -> Result<Answer, Failure> {
    let upkeep = installation.upkeep();
    let sign = move |settings: &Settings| {
        let signer = upkeep.signer()?;
        let made = archive::checkpoint(settings, &signer, Timestamp::now())?;
        Ok((made, signer.public().clone()))
    };
    let (made, key) = on_archive(installation.archive_settings(), sign).await?;
    Ok(Answer::fine(format!(
        "{}\n\n{}\nPublic key, as openssl reads it:\n{}\nand as verifiers of signed notes read it:\n{}\n",
        made.path.display(),
        made.note,
        key.pem(),
        key.verifier()
    )))
}

fn verdict(report: &Report) -> Answer {
    let mut text: String = report.faults.iter().map(line).collect();
    let faults = report.faults.len();
    text += &format!(
        "{}, {}, {}, {}, {}",
        number(report.files, "file"),
        number(report.records, "record"),
        number(report.lines, "line"),
        number(report.checkpoints, "checkpoint"),
        number(faults, "fault")
    );
    if report.without_digest > 0 {
        text += &format!(
            " ({} records have no digest to check them by)",
            report.without_digest
        );
    }
    text += "\n";
    let missing = [
        (&report.unsealed, "not in the ledger"),
        (&report.without_index, "without an index"),
    ];
    for (files, what) in missing {
        if !files.is_empty() {
            let count = number(files.len(), "file");
            text += &format!("{count} {what} (vermerk archive index)\n");
        }
    }
    let exit = if faults == 0 {
        Exit::Fine
    } else {
        Exit::Failed
    };
    Answer { text, exit }
}

fn line(fault: &Fault) -> String {
    let record = fault.record.as_deref();
    let record = record.map(|id| format!(", record {}", printable(id)));
    format!(
        "FAULT {}, offset {}{}: {}\n",
        printable(&fault.file),
        fault.offset,
        record.unwrap_or_default(),
        printable(&fault.what)
    )
}

pub(super) fn number(count: usize, of: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {of}{plural}")
}

/// Visible on a terminal only.
fn progress() -> indicatif::ProgressBar {
    indicatif::ProgressBar::new_spinner()
}
