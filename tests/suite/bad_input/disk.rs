//! A disk that is full, and a crash in the middle of writing: one line, and everything valid afterwards.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::house::{House, list, only, skipped};

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_stops_the_look_and_harms_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::mount(folder.path()) else {
        return skipped("a full disk needs the right to mount a tmpfs");
    };
    let house = House::at(disk.0.clone(), "").await;
    house.vermerk(&["check"]).await.is_well();
    house.show(format!(
        "{}<!--{}-->",
        list("neues Abkommen"),
        noise(1 << 20)
    ));
    disk.fill(200 << 10);
    let full = house.vermerk(&["check"]).await;
    full.says(1, "no room left for the archive in ROOT/config/../archive");
    disk.fill(0);
    let full = house.vermerk(&["check"]).await;
    assert_eq!(full.code, Some(1), "{full:?}");
    let last = full.err.lines().last().unwrap_or_default();
    assert!(
        last.starts_with("vermerk: no room left for the "),
        "{full:?}"
    );
    house.vermerk(&["archive", "verify"]).await.is_well();
    disk.empty();
    let again = house.vermerk(&["check", "--confirm"]).await;
    assert_eq!(again.code, Some(0), "{again:?}");
    assert!(again.out.contains("1 change\n"), "{again:?}");
    assert!(
        again
            .err
            .contains("the last run ended in the middle of a look"),
        "a look that could not be recorded is told of: {again:?}"
    );
    house.vermerk(&["archive", "verify"]).await.is_well();
    house.vermerk(&["status", "--check"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_torn_end_of_the_archive_is_cut_back_and_told() {
    let house = House::new("").await;
    house.vermerk(&["check"]).await.is_well();
    let open = only(&house.root.join("archive"), ".warc.gz.open");
    let file = open.with_extension("");
    let whole = fs::read(&open).unwrap();
    let mut torn = OpenOptions::new().append(true).open(&open).unwrap();
    torn.write_all(&whole[..100]).unwrap();
    drop(torn);
    house.show(list("neues Abkommen"));
    let next = house.vermerk(&["check"]).await;
    assert_eq!(
        (next.code, next.err.lines().count()),
        (Some(0), 1),
        "{next:?}"
    );
    let said = "torn end of the archive after a crash, cut back to the last whole record";
    let name = file.file_name().unwrap().to_str().unwrap();
    assert!(
        next.err
            .contains(&format!("{said} file=\"{name}\" bytes=100")),
        "{next:?}"
    );
    assert_eq!(
        fs::read(&file).unwrap(),
        whole,
        "the whole records stand as they were"
    );
    house.vermerk(&["archive", "verify"]).await.is_well();
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_in_the_archive_is_found_and_named() {
    let house = House::new("").await;
    house.vermerk(&["check"]).await.is_well();
    let open = only(&house.root.join("archive"), ".warc.gz.open");
    let file = open.with_extension("");
    fs::rename(&open, &file).unwrap();
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x40;
    fs::write(&file, bytes).unwrap();
    let ended = house.vermerk(&["archive", "verify"]).await;
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let name = file.file_name().unwrap().to_str().unwrap();
    assert!(
        ended.out.starts_with(&format!("FAULT {name}, offset ")),
        "{ended:?}"
    );
}

/// A file system of 2 MB in memory; unmounted when dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(folder: &Path) -> Option<Self> {
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", "size=2m", "tmpfs"])
            .arg(folder);
        let mounted = mount.output().is_ok_and(|output| output.status.success());
        mounted.then(|| Self(folder.to_owned()))
    }

    /// Leaves so many bytes, or fewer.
    fn fill(&self, left: u64) {
        let disk = rustix::fs::statvfs(&self.0).unwrap();
        let free = disk.f_bavail * disk.f_frsize;
        let mut filler = OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.0.join("filler"))
            .unwrap();
        let bytes = usize::try_from(free.saturating_sub(left)).unwrap();
        // The last block may be refused; then the disk is as full as it can be.
        let _ = filler.write_all(&vec![0; bytes]);
    }

    fn empty(&self) {
        fs::remove_file(self.0.join("filler")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).output();
    }
}

/// Letters that cannot be packed much.
fn noise(length: usize) -> String {
    let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
    let letter = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(b'0' + u8::try_from(state % 64).unwrap())
            .to_string()
            .replace('>', "z")
            .replace('<', "y")
    };
    (0..length).map(letter).collect()
}
