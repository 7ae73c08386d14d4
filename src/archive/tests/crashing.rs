//! What a crash, a full disk or another process leaves behind.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::*;
use crate::archive::{ArchiveError, Settings, last_event, verify};

const NAME: &str = "vermerk-20240913120000-00001.warc.gz";

/// The bytes of an open file with two captures, and where each record of the second ends.
async fn two_captures() -> (Vec<u8>, u64) {
    let folder = folder();
    let (archive, _) = open(folder.path());
    keep(
        &archive,
        exchange("2024-09-13T12:00:00Z", 200, b"eins"),
        None,
    )
    .await
    .unwrap();
    let second = keep(
        &archive,
        exchange("2024-09-13T12:00:09Z", 200, b"zwei"),
        None,
    )
    .await
    .unwrap();
    let bytes = fs::read(folder.path().join(format!("{NAME}.open"))).unwrap();
    (bytes, second.capture.place.offset)
}

/// In memory where that is possible: some tests do this a thousand times, syncs and all.
fn leave_behind(bytes: &[u8]) -> TempDir {
    let folder = tempfile::tempdir_in("/dev/shm").unwrap_or_else(|_| folder());
    fs::write(folder.path().join(format!("{NAME}.open")), bytes).unwrap();
    folder
}

#[tokio::test]
async fn a_tail_torn_at_any_byte_is_cut_back_to_the_last_whole_record() {
    let (bytes, second) = two_captures().await;
    let second = usize::try_from(second).unwrap();
    let mut whole = second;
    for end in second..=bytes.len() {
        let folder = leave_behind(&bytes[..end]);
        let (archive, mended) = open(folder.path());
        archive.close().await.unwrap();
        let (name, left) = only_file(folder.path());
        assert_eq!(name, NAME);
        assert_eq!(left, &bytes[..left.len()]);
        let cut = (end - left.len()) as u64;
        let expected = Mended {
            file: NAME.to_owned(),
            cut_bytes: cut,
        };
        assert_eq!(mended, if cut == 0 { vec![] } else { vec![expected] });
        assert!(left.len() >= whole, "a record that was whole is gone");
        whole = left.len();
        let report = verify(&settings(folder.path()), |_, _| {}).unwrap();
        assert_eq!(report.faults, [], "torn at {end}");
    }
    assert_eq!(whole, bytes.len());
}

#[tokio::test]
async fn zeroes_behind_the_last_record_are_cut_too() {
    let (bytes, _) = two_captures().await;
    let folder = leave_behind(&[bytes.as_slice(), &[0; 5000]].concat());
    let (_archive, mended) = open(folder.path());
    assert_eq!(mended[0].cut_bytes, 5000);
    assert_eq!(only_file(folder.path()).1, bytes);
}

#[tokio::test]
async fn a_file_without_a_capture_is_removed() {
    let (bytes, _) = two_captures().await;
    let first = bytes
        .windows(3)
        .skip(1)
        .position(|three| three == [0x1f, 0x8b, 0x08])
        .unwrap()
        + 1;
    for end in [0, 1, 20, first, first + 30] {
        let folder = leave_behind(&bytes[..end]);
        drop(open(folder.path()));
        assert_eq!(names(folder.path()), Vec::<String>::new(), "{end}");
    }
}

#[tokio::test]
async fn damage_in_the_middle_is_not_taken_for_a_torn_tail() {
    let (mut bytes, second) = two_captures().await;
    bytes[usize::try_from(second).unwrap() + 40] ^= 8;
    let folder = leave_behind(&bytes);
    let (_archive, mended) = open(folder.path());
    assert_eq!(mended, []);
    let report = verify(&settings(folder.path()), |_, _| {}).unwrap();
    assert_eq!(
        (report.records, report.faults.len(), report.faults[0].offset),
        (6, 1, second)
    );
}

#[tokio::test]
async fn a_body_full_of_records_cannot_pass_for_records_even_when_torn() {
    let (inner, _) = two_captures().await;
    let folder = folder();
    let (archive, _) = Archive::open(settings(folder.path())).unwrap();
    keep(
        &archive,
        exchange("2024-09-13T12:00:00Z", 200, b"eins"),
        None,
    )
    .await
    .unwrap();
    let plain = b"HTTP/1.1 200 OK\r\n\r\nWARC/1.1\r\nWARC-Type: response\r\nContent-Length: 3\r\n\r\n\r\n\r\n";
    let body = [plain.as_slice(), &inner, &inner, &inner].concat();
    let kept = keep(&archive, exchange("2024-09-13T12:00:01Z", 200, &body), None)
        .await
        .unwrap()
        .capture;
    assert_eq!(
        archive
            .read(kept.id, &kept.place)
            .await
            .unwrap()
            .response
            .body,
        body
    );
    let bytes = fs::read(folder.path().join(format!("{NAME}.open"))).unwrap();
    assert_eq!(
        verify(&settings(folder.path()), |_, _| {}).unwrap().records,
        7
    );

    let start = usize::try_from(kept.place.offset).unwrap();
    let torn = leave_behind(&bytes[..start + (bytes.len() - start) / 2]);
    let (archive, _) = Archive::open(settings(torn.path())).unwrap();
    archive.close().await.unwrap();
    assert_eq!(only_file(torn.path()).1.len(), start);
}

#[tokio::test]
async fn a_full_disk_is_said_and_leaves_a_valid_file() {
    let Some(disk) = TinyDisk::mount() else {
        eprintln!("NOT TESTED: no tmpfs could be mounted here, so no disk was full");
        return;
    };
    let folder = disk.0.path().join("archive");
    let (archive, _) = open(&folder);
    let noise = noise(80_000);
    keep(
        &archive,
        exchange("2024-09-13T12:00:00Z", 200, b"passt"),
        None,
    )
    .await
    .unwrap();
    let ballast = disk.0.path().join("ballast");
    fs::write(&ballast, vec![1; 120_000]).unwrap();
    let full = keep(
        &archive,
        exchange("2024-09-13T12:00:09Z", 200, &noise),
        None,
    )
    .await;
    assert!(matches!(full, Err(ArchiveError::Full { .. })), "{full:?}");
    assert_eq!(verify(&settings(&folder), |_, _| {}).unwrap().faults, []);

    fs::remove_file(&ballast).unwrap();
    let kept = keep(
        &archive,
        exchange("2024-09-13T12:00:19Z", 200, &noise),
        None,
    )
    .await
    .unwrap();
    let read = archive
        .read(kept.capture.id, &kept.capture.place)
        .await
        .unwrap();
    assert_eq!(read.response.body, noise);
    archive.close().await.unwrap();
    let report = verify(&settings(&folder), |_, _| {}).unwrap();
    assert_eq!((report.records, report.faults), (7, vec![]));
}

/// An archive that has closed two files, and its ledger.
async fn with_a_ledger() -> (TempDir, PathBuf) {
    let folder = folder();
    for at in ["2024-09-13T12:00:00Z", "2024-09-14T12:00:00Z"] {
        let (archive, _) = Archive::open(settings(folder.path())).unwrap();
        keep(&archive, exchange(at, 200, at.as_bytes()), None)
            .await
            .unwrap();
        archive.close().await.unwrap();
    }
    let ledger = folder.path().join("ledger.jsonl");
    (folder, ledger)
}

#[tokio::test]
async fn a_torn_line_of_the_ledger_is_cut_away_and_the_ledger_says_so() {
    let (folder, ledger) = with_a_ledger().await;
    let whole = fs::read(&ledger).unwrap();
    fs::write(&ledger, [&whole, &whole[..30]].concat()).unwrap();
    let (archive, mended) = Archive::open(settings(folder.path())).unwrap();
    archive.close().await.unwrap();
    let told: Vec<_> = mended
        .iter()
        .map(|one| (one.file.as_str(), one.cut_bytes))
        .collect();
    assert_eq!(told, [("ledger.jsonl", 30)]);
    let event = last_event(&settings(folder.path()), |_| true)
        .unwrap()
        .unwrap();
    assert_eq!(event.note, "ledger.jsonl: 30 bytes");
    assert_eq!(
        verify(&settings(folder.path()), |_, _| {}).unwrap().faults,
        []
    );
}

#[tokio::test]
async fn a_ledger_whose_line_breaks_are_gone_is_neither_cut_nor_written_on() {
    let (folder, ledger) = with_a_ledger().await;
    let mut damaged = fs::read(&ledger).unwrap();
    damaged.retain(|byte| *byte != b'\n');
    fs::write(&ledger, &damaged).unwrap();
    let (archive, mended) = Archive::open(settings(folder.path())).unwrap();
    assert_eq!(mended, []);
    keep(
        &archive,
        exchange("2024-09-15T12:00:00Z", 200, b"drei"),
        None,
    )
    .await
    .unwrap();
    let _ = archive.close().await;
    assert_eq!(fs::read(&ledger).unwrap(), damaged);
}

#[test]
fn a_prefix_that_leads_out_of_the_folder_is_refused() {
    let folder = folder();
    let prefix = "../elsewhere".to_owned();
    let opened = Archive::open(Settings {
        prefix,
        ..settings(folder.path())
    });
    assert!(matches!(opened, Err(ArchiveError::Io { .. })));
}

/// A file system of 192 KiB, gone when dropped.
struct TinyDisk(TempDir);

impl TinyDisk {
    fn mount() -> Option<Self> {
        let folder = folder();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=192k", "tmpfs"])
            .arg(folder.path())
            .stderr(std::process::Stdio::null())
            .status();
        mounted
            .is_ok_and(|status| status.success())
            .then_some(Self(folder))
    }
}

impl Drop for TinyDisk {
    fn drop(&mut self) {
        let path: PathBuf = self.0.path().to_owned();
        drop(Command::new("umount").arg("-l").arg(path).status());
    }
}
