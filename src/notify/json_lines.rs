//! Appends one JSON object per event and per change to a file; the same delivery told twice is written once.
//!
//! Every line has `schema` (1), `message_id` and `kind`.
//! `kind: "change"`: `change` (UUID), `visit`, `page` {`id`, `title`, `publisher`, `url`, `language`},
//! `entry` {`key`, `title`}, `field`, `what` (appeared, vanished, renamed, altered, moved), `grade`
//! (WORDING, PAGE), `many_at_once`, `before` and `after` (null, or {`text`, `cut`}, or {`link`}, or
//! {`entry`} with all its fields), `last_old` (null where unknown), `first_seen`, `confirmed`,
//! `capture_before`, `capture_after` and, of an entry that came or went with its article, `capture_article`
//! (null, or {`id`, `url`, `at`, `sha256`}).
//! `kind: "event"`: `event` (UUID), `visit`, `page`, `entry` {`key`, `title`}, `field`, `partner` (ISO
//! code or null), `stage`, `turn` (brought, revised, withdrawn), `basis` (whole, completed, cut),
//! `before`, `after` and `status_before` (null, or a statement: `partners`, `stage`, `factuality`,
//! `standing`, `when` {`raw`, `date`, `interval`, `precision`, `anchor`}, `place`, `signatories`,
//! `witnesses`, `speaker`, `legal_type`, `quote` {`text`, `start`, `end`}, `cues`, `rule`), `conflicts`
//! (`page`, `field`, `other`), `changes` (UUIDs), and times and captures as in a change.
//! `kind: "correction"`: an event that was told was wrong: `event` (UUID), `page`, `entry`, `partner`, `stage`,
//! `why` (the operator's words), `at`, `original` (the `message_id` that told it).
//! `kind: "notice"`: `page`, `notice` (broken, held, still-held, healed, unstable), `since`, `why`.
//! Times are RFC 3339 in UTC. Fields may be added under the same schema number, never changed.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use serde_json::{Value as Json, json};

use crate::model::{
    CaptureRef, Change, Content, Correction, Delivery, Event, News, Notice, PageBrief, Value,
};

/// So far back the file is read for what a broken-off try has already written.
const TAIL: u64 = 16 * 1024 * 1024;

pub fn append(path: &Path, delivery: &Delivery) -> io::Result<()> {
    let is_new = !path.exists();
    let mut file = OpenOptions::new()
        .create(true)
        .read(true)
        .append(true)
        .open(path)?;
    repair(&mut file)?;
    let lines = objects(delivery);
    let size: usize = lines.iter().map(|(_, line)| line.len()).sum();
    let tail = TAIL.max(2 * size as u64);
    let written = written(&mut file, delivery.message_id.as_str(), tail)?;
    let missing: String = lines
        .into_iter()
        .filter(|(id, _)| !written.contains(id))
        .map(|(_, line)| line)
        .collect();
    file.write_all(missing.as_bytes())?;
    file.sync_all()?;
    if is_new && let Some(folder) = path.parent() {
        super::feed::sync_folder(folder)?;
    }
    Ok(())
}

/// The lines of a delivery, each with the id that tells it from the others of this delivery.
pub fn objects(delivery: &Delivery) -> Vec<(String, String)> {
    let id = delivery.message_id.as_str();
    let line = |object: &Json| format!("{object}\n");
    match &delivery.content {
        Content::News(news) => {
            let events = news.events.iter().map(|event| {
                let object = event_object(id, news, event);
                (event.id.to_string(), line(&object))
            });
            let changes = news.changes.iter().map(|change| {
                let object = change_object(id, news, change);
                (change.id.to_string(), line(&object))
            });
            events.chain(changes).collect()
        }
        Content::Notice { page, notice } => {
            vec![(String::new(), line(&notice_object(id, page, notice)))]
        }
        Content::Correction(correction) => {
            let object = correction_object(id, correction);
            vec![(correction.event.id.to_string(), line(&object))]
        }
        // What goes to one subscriber, or to the operator, is no business of a file.
        Content::Invitation(_)
        | Content::Welcome(_)
        | Content::Digest(_)
        | Content::Quiet(_)
        | Content::Damage(_) => Vec::new(),
    }
}

/// Cuts back a last line that a crash left unfinished.
fn repair(file: &mut File) -> io::Result<()> {
    let length = file.metadata()?.len();
    let from = length.saturating_sub(TAIL);
    file.seek(SeekFrom::Start(from))?;
    let mut tail = Vec::new();
    Read::by_ref(file).take(TAIL).read_to_end(&mut tail)?;
    if tail.is_empty() || tail.ends_with(b"\n") {
        return Ok(());
    }
    let whole = tail
        .iter()
        .rposition(|&byte| byte == b'\n')
        .map(|at| at + 1);
    match whole {
        Some(whole) => file.set_len(from + whole as u64),
        None if from == 0 => file.set_len(0),
        // A line longer than the tail is none of ours: leave it, and begin a new one.
        None => file.write_all(b"\n"),
    }
}

/// What the tail of the file already tells of this message.
fn written(file: &mut File, message_id: &str, tail: u64) -> io::Result<HashSet<String>> {
    let from = file.metadata()?.len().saturating_sub(tail);
    file.seek(SeekFrom::Start(from))?;
    let mut found = HashSet::new();
    let mut reader = BufReader::new(file);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        if let Ok(object) = serde_json::from_slice::<Json>(&line)
            && object.get("message_id").and_then(Json::as_str) == Some(message_id)
        {
            let told = object.get("event").or_else(|| object.get("change"));
            let told = told.and_then(Json::as_str);
            found.insert(told.unwrap_or_default().to_owned());
        }
        line.clear();
    }
    Ok(found)
}

fn change_object(message_id: &str, news: &News, change: &Change) -> Json {
    let difference = &change.difference;
    json!({
        "schema": 1,
        "message_id": message_id,
        "kind": "change",
        "change": change.id,
        "visit": change.visit,
        "page": news.page,
        "entry": {"key": difference.key, "title": change.title},
        "field": difference.field.name(),
        "what": difference.kind(),
        "grade": change.grade,
        "many_at_once": news.many_at_once,
        "before": value_object(&difference.before),
        "after": value_object(&difference.after),
        "last_old": change.last_old,
        "first_seen": change.first_seen,
        "confirmed": change.confirmed,
        "capture_before": change.evidence_before.as_ref().map(capture_object),
        "capture_after": change.evidence_after.as_ref().map(capture_object),
        "capture_article": change.evidence_article.as_ref().map(capture_object),
    })
}

fn event_object(message_id: &str, news: &News, event: &Event) -> Json {
    json!({
        "schema": 1,
        "message_id": message_id,
        "kind": "event",
        "event": event.id,
        "visit": event.visit,
        "page": news.page,
        "entry": {"key": event.key, "title": event.title},
        "field": event.field.name(),
        "partner": event.partner,
        "stage": event.stage,
        "turn": event.turn,
        "basis": event.basis,
        "before": event.before,
        "after": event.after,
        "status_before": event.status_before,
        "conflicts": event.conflicts,
        "changes": event.changes,
        "last_old": event.last_old,
        "first_seen": event.first_seen,
        "confirmed": event.confirmed,
        "capture_before": event.evidence_before.as_ref().map(capture_object),
        "capture_after": event.evidence_after.as_ref().map(capture_object),
    })
}

fn correction_object(message_id: &str, correction: &Correction) -> Json {
    json!({
        "schema": 1,
        "message_id": message_id,
        "kind": "correction",
        "event": correction.event.id,
        "page": correction.page,
        "entry": {"key": correction.event.key, "title": correction.event.title},
        "partner": correction.event.partner,
        "stage": correction.event.stage,
        "why": correction.why,
        "at": correction.at,
        "original": correction.original,
    })
}

fn notice_object(message_id: &str, page: &PageBrief, notice: &Notice) -> Json {
    json!({
        "schema": 1,
        "message_id": message_id,
        "kind": "notice",
        "page": page,
        "notice": notice.kind,
        "since": notice.since,
        "why": notice.why,
    })
}

fn value_object(value: &Value) -> Json {
    match value {
        Value::Absent => Json::Null,
        Value::Text(text) => json!({"text": text.text, "cut": text.is_cut()}),
        Value::Link(link) => json!({"link": link}),
        Value::Entry(entry) => json!({"entry": entry}),
    }
}

fn capture_object(capture: &CaptureRef) -> Json {
    json!({
        "id": capture.id,
        "url": capture.url,
        "at": capture.at,
        "sha256": capture.digest,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notify::example;
    use std::fs;

    #[test]
    fn a_delivery_told_twice_is_written_once() {
        let (_folder, path) = place();
        append(&path, &delivery()).expect("written");
        append(&path, &delivery()).expect("written");
        assert_eq!(read(&path).len(), 2);
    }

    #[test]
    fn a_torn_line_is_cut_back_and_written_again() {
        let (_folder, path) = place();
        append(&path, &delivery()).expect("written");
        let whole = fs::read(&path).expect("read");
        for cut in [whole.len() - 1, whole.len() - 20, 5, 0] {
            fs::write(&path, &whole[..cut]).expect("torn");
            append(&path, &delivery()).expect("written");
            assert_eq!(fs::read(&path).expect("read"), whole, "cut at {cut}");
        }
    }

    #[test]
    fn another_delivery_of_the_same_change_is_its_own_line() {
        let (_folder, path) = place();
        append(&path, &delivery()).expect("written");
        let mut other = delivery();
        other.message_id = crate::model::MessageId::new("other@example.org");
        append(&path, &other).expect("written");
        assert_eq!(read(&path).len(), 4);
    }

    #[test]
    fn an_event_told_twice_is_written_once() {
        let (_folder, path) = place();
        let news = example::telling(vec![example::signed()], vec![example::reworded()]);
        for _ in 0..2 {
            append(&path, &example::mail(news.clone(), "de")).expect("written");
        }
        assert_eq!(read(&path).len(), 2, "the event and its change");
    }

    #[test]
    fn lines_have_the_fields_of_the_schema() {
        let event = example::telling(vec![example::signed()], Vec::new());
        let lines: Vec<Json> = objects(&delivery())
            .iter()
            .chain(&objects(&example::mail(event, "de")))
            .chain(&objects(&example::notice(
                crate::model::NoticeKind::StillHeld,
            )))
            .map(|(_, line)| serde_json::from_str(line).expect("JSON"))
            .collect();
        insta::assert_snapshot!(serde_json::to_string_pretty(&lines).expect("JSON"));
    }

    fn delivery() -> Delivery {
        example::mail(
            example::news(vec![example::reworded(), example::appeared()]),
            "de",
        )
    }

    fn place() -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("changes.jsonl");
        (folder, path)
    }

    fn read(path: &Path) -> Vec<Json> {
        let text = fs::read_to_string(path).expect("read");
        text.lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect()
    }
}
