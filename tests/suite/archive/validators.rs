//! What other tools say of the week's files, and what the files alone can show.

use std::fs;
use std::path::{Path, PathBuf};

use vermerk::archive;
use vermerk::model::{CaptureKind, Digest};

use super::tools::{Wayback, run, tool};
use super::week::week;

/// The closed files, oldest first.
fn files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(&week().settings.folder)
        .unwrap()
        .map(|found| found.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(".warc.gz"))
        .collect();
    files.sort();
    assert!(files.len() >= 7, "one a day: {files:?}");
    files
}

fn index_of(file: &Path) -> String {
    let path = file.to_string_lossy().replace(".warc.gz", ".cdxj");
    fs::read_to_string(path).unwrap()
}

#[test]
fn a_week_holds_every_kind_of_answer() {
    let captures = &week().captures;
    for status in [200, 302, 503, 404] {
        assert!(captures.iter().any(|one| one.status == status), "{status}");
    }
    for kind in [
        CaptureKind::Response,
        CaptureKind::Revisit,
        CaptureKind::NotModified,
    ] {
        assert!(captures.iter().any(|one| one.kind == kind), "{kind:?}");
    }
    let report = archive::verify(&week().settings, |_, _| {}).unwrap();
    println!(
        "{} files, {} records, {} lines, {} checkpoints",
        report.files, report.records, report.lines, report.checkpoints
    );
    assert_eq!(
        (report.faults, report.unsealed, report.without_index),
        (vec![], vec![], vec![])
    );
    assert_eq!(report.checkpoints, 8, "one a day");
}

#[test]
fn a_capture_says_which_redirect_led_to_it() {
    let week = week();
    let mut captures = week.captures.iter();
    let moved = captures
        .find(|one| one.url.path().starts_with("/neu/"))
        .unwrap();
    let (_, records) = archive::find(&week.settings, moved.id).unwrap();
    let about = String::from_utf8(records[2].block.clone()).unwrap();
    let from = moved.url.as_str().replace("/neu/", "/");
    assert!(about.contains(&format!("via: {from}\r\n")), "{about}");
    let dates: Vec<_> = records
        .iter()
        .map(|record| record.header("WARC-Date"))
        .collect();
    assert_eq!(dates, [dates[0]; 3]);
}

#[test]
fn warcio_finds_every_digest_right() {
    let Some(warcio) = tool("warcio") else {
        return;
    };
    for file in files() {
        let checked = run(&warcio, &["check", "-v", &file.to_string_lossy()]);
        let said = String::from_utf8_lossy(&checked.stdout).into_owned();
        assert!(checked.status.success(), "{said}");
        assert!(
            said.contains("digest pass") && !said.contains("digest failed"),
            "{said}"
        );
    }
}

#[test]
fn cdxj_indexer_makes_the_same_index_line_by_line() {
    let Some(indexer) = tool("cdxj-indexer") else {
        return;
    };
    for file in files() {
        let theirs = run(&indexer, &["--sort", &file.to_string_lossy()]);
        assert!(theirs.status.success());
        assert_eq!(index_of(&file), String::from_utf8(theirs.stdout).unwrap());
    }
}

#[tokio::test]
async fn pywb_replays_every_capture_byte_for_byte() {
    let week = tokio::task::spawn_blocking(week).await.unwrap();
    let Some(pywb) = tool("wayback") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let mut lines: Vec<String> = files()
        .iter()
        .flat_map(|file| {
            index_of(file)
                .lines()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect();
    lines.sort();
    fs::write(folder.path().join("index.cdxj"), lines.join("\n") + "\n").unwrap();
    let wayback = Wayback::start(&pywb, folder.path(), &week.settings.folder).await;
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    for capture in &week.captures {
        let stamp = capture.at.strftime("%Y%m%d%H%M%S");
        let url = format!("{}/{stamp}id_/{}", wayback.base, capture.url);
        let answer = client.get(&url).header("accept-encoding", "gzip").send();
        let body = answer.await.unwrap().bytes().await.unwrap();
        assert_eq!(Digest::of(&body), capture.digest, "{url}: {capture:?}");
    }
    println!("{} captures replayed", week.captures.len());
}

#[test]
fn the_files_alone_show_what_stood_there_at_each_poll() {
    let week = week();
    let url = week.topic.parse().unwrap();
    let all = archive::polls(&week.settings, &url, week.from, week.to)
        .unwrap()
        .polls;
    assert!(all.len() >= 56, "{}", all.len());
    assert!(all.iter().any(|poll| poll.status == Some(304)));
    assert!(all.iter().any(|poll| poll.status == Some(503)));
    let copy = tempfile::tempdir().unwrap();
    for found in fs::read_dir(&week.settings.folder).unwrap() {
        let path = found.unwrap().path();
        if path.is_file() {
            fs::copy(&path, copy.path().join(path.file_name().unwrap())).unwrap();
        }
    }
    let without_journal = archive::Settings {
        folder: copy.path().to_owned(),
        ..week.settings.clone()
    };
    assert_eq!(
        archive::polls(&without_journal, &url, week.from, week.to)
            .unwrap()
            .polls,
        all
    );
    let readable = all.iter().filter(|poll| poll.problem.is_none());
    let texts: Vec<_> = readable.map(|poll| poll.sha256).collect();
    let stretches = archive::stretches(&all);
    assert!(stretches.iter().all(|one| one.first <= one.last));
    assert!(
        texts.len() > stretches.len(),
        "polls that found the same are one stretch"
    );
}

#[test]
fn the_commands_say_the_same() {
    let week = week();
    let config = week.config.to_string_lossy();
    let vermerk = |arguments: &[&str]| {
        let whole = [&["--config", &*config, "archive"], arguments].concat();
        let done = run(env!("CARGO_BIN_EXE_vermerk"), &whole);
        let said = String::from_utf8(done.stdout).unwrap();
        assert!(
            done.status.success(),
            "{said}{}",
            String::from_utf8_lossy(&done.stderr)
        );
        said
    };
    let said = vermerk(&["verify", "--since", "2024-10-01"]);
    assert!(said.contains(" 0 faults"), "{said}");
    assert!(vermerk(&["index"]).starts_with("every closed file"));
    let said = vermerk(&[
        "polls",
        &week.topic,
        "--from",
        "2024-09-30",
        "--to",
        "2024-10-02",
    ]);
    assert!(
        said.contains("304") && said.contains("polls, at most"),
        "{said}"
    );
}
