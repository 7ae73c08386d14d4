//! What a start says of what went before, and what monitoring says of a damaged archive.

use std::fs;
use std::path::Path;
use std::process::Output;

use jiff::Timestamp;
use vermerk::commands::Installation;
use vermerk::pipeline::LEASE;
use vermerk::store::Store;

use super::tools::run;
use crate::world::{SETTINGS, install};

#[tokio::test]
async fn a_start_after_a_crash_says_what_was_lost() {
    let folder = tempfile::tempdir().unwrap();
    let config = install(folder.path(), SETTINGS, &[("page", PAGE)]);
    let installation = Installation::read(Some(&config)).unwrap();
    let store = Store::create(&installation.database()).await.unwrap();
    let now = Timestamp::now();
    store
        .register(&installation.first_plans(now))
        .await
        .unwrap();
    // A look was claimed, and its process is gone with half a record in its hands.
    let claimed = store.due(now, LEASE, 1).await.unwrap();
    assert_eq!(claimed.len(), 1);
    store.close().await;
    let archive = folder.path().join("archive");
    fs::create_dir_all(&archive).unwrap();
    let torn = archive.join("vermerk-20240930000000-00001.warc.gz.open");
    fs::write(&torn, [0x1f, 0x8b, 8, 0, 0]).unwrap();
    let said = check(&config);
    let said = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(
        said.contains("torn end of the archive") && said.contains("bytes=5"),
        "{said}"
    );
    assert!(
        said.contains("ended in the middle of a look") && said.contains("page=page"),
        "{said}"
    );
    assert!(!torn.exists());
    // Said once: the look was taken again.
    let said = check(&config);
    let said = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(!said.contains("in the middle of a look"), "{said}");
}

#[tokio::test]
async fn monitoring_hears_of_a_damaged_archive() {
    let folder = tempfile::tempdir().unwrap();
    let config = install(folder.path(), SETTINGS, &[("page", PAGE)]);
    let installation = Installation::read(Some(&config)).unwrap();
    let store = Store::create(&installation.database()).await.unwrap();
    store.close().await;
    check(&config);
    let journal = fs::read_dir(folder.path().join("archive/journal")).unwrap();
    let journal = journal.map(|found| found.unwrap().path()).next().unwrap();
    let good = fs::read(&journal).unwrap();
    let damaged = String::from_utf8(good.clone())
        .unwrap()
        .replace("nothing", "Nothing");
    let vermerk = |arguments: &[&str]| {
        let config = config.to_string_lossy();
        let whole = [&["--config", &*config], arguments].concat();
        run(env!("CARGO_BIN_EXE_vermerk"), &whole)
    };
    let said_by_status = |expected: bool| {
        let said = String::from_utf8(vermerk(&["status", "--check"]).stdout).unwrap();
        assert_eq!(
            said.contains("the archive was not as it was written"),
            expected,
            "{said}"
        );
    };
    fs::write(&journal, damaged).unwrap();
    let verified = vermerk(&["archive", "verify"]);
    let said = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert_eq!(verified.status.code(), Some(1), "{said}");
    assert!(
        said.starts_with("FAULT journal/") && said.contains("line 1 does not have its digest"),
        "{said}"
    );
    said_by_status(true);
    fs::write(&journal, good).unwrap();
    assert!(vermerk(&["archive", "verify"]).status.success());
    said_by_status(false);
}

fn check(config: &Path) -> Output {
    run(
        env!("CARGO_BIN_EXE_vermerk"),
        &["--config", &config.to_string_lossy(), "check"],
    )
}

/// Watches an address at which nobody answers.
const PAGE: &str = r#"
id = "page"
url = "http://127.0.0.1:9/"
title = "Seite"
publisher = "Amt"
language = "de"
every = "1h"
[recipe]
kind = "document"
text = "main"
"#;
