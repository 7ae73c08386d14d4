//! One flipped bit anywhere in any file of the archive is named, with its file and record.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use vermerk::archive::{self, Settings};
use vermerk::model::Fault;

use super::week::week;

/// Beside one in each file.
const RANDOM: usize = 200;

#[test]
fn one_flipped_bit_anywhere_is_named() {
    let week = week();
    let copy = tempfile::tempdir().unwrap();
    copy_tree(&week.settings.folder, copy.path());
    let settings = Settings {
        folder: copy.path().to_owned(),
        ..week.settings.clone()
    };
    let files = files(copy.path());
    let total: u64 = files.values().sum();
    let mut dice = Dice(2_463_534_242);
    let mut flips: Vec<(PathBuf, u64)> = Vec::new();
    for (path, length) in &files {
        flips.push((path.clone(), dice.below(*length)));
    }
    for _ in 0..RANDOM {
        let mut at = dice.below(total);
        for (path, length) in &files {
            if at < *length {
                flips.push((path.clone(), at));
                break;
            }
            at -= length;
        }
    }
    for (path, at) in &flips {
        let bit = dice.below(8);
        flip(path, *at, bit);
        let report = archive::verify(&settings, |_, _| {}).unwrap();
        flip(path, *at, bit);
        let name = path.strip_prefix(copy.path()).unwrap().to_string_lossy();
        let named = report
            .faults
            .iter()
            .any(|fault| is_about(fault, &name, *at));
        assert!(named, "{name}, byte {at}, bit {bit}: {:?}", report.faults);
    }
    println!(
        "{} flips in {} files, {total} bytes: each one named",
        flips.len(),
        files.len()
    );
    assert_eq!(archive::verify(&settings, |_, _| {}).unwrap().faults, []);
}

fn is_about(fault: &Fault, name: &str, at: u64) -> bool {
    fault.file == name && fault.offset <= at
}

fn flip(path: &Path, at: u64, bit: u64) {
    let mut bytes = fs::read(path).unwrap();
    bytes[usize::try_from(at).unwrap()] ^= 1 << bit;
    fs::write(path, bytes).unwrap();
}

/// Every file below a folder, with its length.
fn files(folder: &Path) -> BTreeMap<PathBuf, u64> {
    let mut files = BTreeMap::new();
    for found in fs::read_dir(folder).unwrap() {
        let path = found.unwrap().path();
        if path.is_dir() {
            files.append(&mut self::files(&path));
        } else {
            let length = path.metadata().unwrap().len();
            files.insert(path, length);
        }
    }
    files
}

pub fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for found in fs::read_dir(from).unwrap() {
        let path = found.unwrap().path();
        let aim = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_tree(&path, &aim);
        } else {
            fs::copy(&path, &aim).unwrap();
        }
    }
}

/// The same throws at every run (xorshift, Marsaglia 2003).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}
