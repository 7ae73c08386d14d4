//! One flipped bit in any byte of any file of an archive is named.

use std::fs;

use super::*;
use crate::archive::{Signer, checkpoint, verify};

const FILE: &str = "vermerk-20240913120000-00001";
const JOURNAL: &str = "journal/2024-09-13.jsonl";

async fn two_captures(folder: &Path) -> Archive {
    let (archive, _) = open(folder);
    let started = ["2024-09-13T12:00:00Z", "2024-09-13T13:00:00Z"];
    for (started, body) in started.into_iter().zip(["eins", "zwei"]) {
        keep(&archive, exchange(started, 200, body.as_bytes()), None)
            .await
            .unwrap();
        let line = journaling::line(started);
        archive.journal(&line).await.unwrap();
    }
    archive
}

#[tokio::test]
async fn while_a_file_grows() {
    let folder = folder();
    let _archive = two_captures(folder.path()).await;
    check(folder.path(), &[&format!("{FILE}.warc.gz.open"), JOURNAL]);
}

#[tokio::test]
async fn after_it_was_closed_and_signed() {
    let folder = folder();
    let archive = two_captures(folder.path()).await;
    archive.close().await.unwrap();
    let settings = settings(folder.path());
    let keys = super::folder();
    let signer = Signer::open_or_make(&keys.path().join("key"), "vermerk").unwrap();
    checkpoint(&settings, &signer, at("2024-09-14T00:00:00Z")).unwrap();
    let key = signer.public().name.replace("vermerk/vermerk/", "");
    check(
        folder.path(),
        &[
            &format!("{FILE}.warc.gz"),
            &format!("{FILE}.cdxj"),
            JOURNAL,
            "ledger.jsonl",
            "checkpoints/20240914T000000Z.note",
            &format!("checkpoints/key-{key}.pem"),
        ],
    );
}

/// Flips one bit in each byte of each file, in a copy that has nothing else.
fn check(folder: &Path, names: &[&str]) {
    let copy = super::folder();
    for name in names {
        let path = copy.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::copy(folder.join(name), path).unwrap();
    }
    let settings = settings(copy.path());
    let faults = || verify(&settings, |_, _| {}).unwrap().faults;
    assert_eq!(faults(), []);
    for name in names {
        let (path, good) = (copy.path().join(name), fs::read(folder.join(name)).unwrap());
        for at in 0..good.len() {
            let mut bytes = good.clone();
            bytes[at] ^= 1 << (at % 8);
            fs::write(&path, bytes).unwrap();
            let faults = faults();
            let named = faults
                .iter()
                .any(|fault| name.starts_with(&fault.file) && fault.offset <= at as u64);
            assert!(named, "{name}, byte {at}: {faults:?}");
        }
        fs::write(&path, good).unwrap();
    }
}
