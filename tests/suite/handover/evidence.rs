//! What an archivist asks of the archive: that it is one house's, that damage is said, that proof goes along.

use std::fs;
use std::path::{Path, PathBuf};

use super::{captures, house_with_history, list};
use crate::bad_input::house::House;

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let found = fs::read_dir(folder).unwrap().flatten();
    let paths = found.map(|one| one.path());
    let mut paths: Vec<PathBuf> = paths
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .collect();
    paths.sort();
    paths
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_installation_is_kept_off_an_archive_until_it_takes_it_over() {
    let (first, second) = (house_with_history().await, House::new("").await);
    let folder = format!("[archive]\nfolder = \"{}\"\n", first.path("archive"));
    let config = fs::read_to_string(second.root.join("config/vermerk.toml")).unwrap();
    second.write("config/vermerk.toml", &format!("{config}\n{folder}"));
    let refused = second.vermerk(&["check"]).await;
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(
        refused
            .err
            .contains("is the archive of another installation"),
        "{refused:?}"
    );
    assert_eq!(refused.err.lines().count(), 1, "{refused:?}");
    first.vermerk(&["check"]).await.is_well();
    second.vermerk(&["archive", "adopt"]).await.is_well();
    second.vermerk(&["check"]).await.is_well();
    assert_eq!(first.vermerk(&["check"]).await.code, Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_damage_says_so_and_fails() {
    let house = house_with_history().await;
    // What is in the ledger: here, the day's checkpoint.
    let note = files(&house.root.join("archive/checkpoints"), ".note").remove(0);
    fs::write(&note, "another\n").unwrap();
    let backup = house.vermerk(&["backup", &house.path("backup")]).await;
    assert_eq!(backup.code, Some(1), "{backup:?}");
    assert!(
        backup.out.contains("FAULT checkpoints/") && backup.out.contains("keep the backup before"),
        "{backup:?}"
    );
    fs::remove_file(&note).unwrap();
    let verified = house.vermerk(&["archive", "verify"]).await;
    assert!(
        verified.out.contains("in the ledger, but not here"),
        "a checkpoint that is taken away is missed: {verified:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_file_stops_no_rebuild_and_takes_no_history_with_it() {
    let house = house_with_history().await;
    let before = house.vermerk(&["history", "--all"]).await.out;
    let file = files(&house.root.join("archive"), ".warc.gz.open").remove(0);
    let shown = house
        .vermerk(&[
            "archive",
            "show",
            captures(&house, "whole").await.last().unwrap(),
        ])
        .await;
    let offset: usize = shown
        .is_well()
        .out
        .lines()
        .next()
        .unwrap()
        .rsplit(' ')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let mut bytes = fs::read(&file).unwrap();
    bytes[offset + 60] ^= 0x10;
    fs::write(&file, bytes).unwrap();
    for arguments in [&["rebuild", "--check"][..], &["rebuild"], &["backtest"]] {
        let ended = house.vermerk(arguments).await;
        assert_eq!(ended.code, Some(1), "{arguments:?}: {ended:?}");
        assert!(
            ended.out.contains("cannot be read any more") && ended.out.contains("FAULT liste@"),
            "{arguments:?}: {ended:?}"
        );
    }
    assert_eq!(house.vermerk(&["history", "--all"]).await.out, before);
    let into = house.path("new.db");
    let ended = house.vermerk(&["rebuild", "--into", &into]).await;
    assert!(
        ended.code == Some(1) && Path::new(&into).exists(),
        "{ended:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn proof_goes_along_and_an_excerpt_says_of_what() {
    let house = house_with_history().await;
    let bag = house.path("bag");
    house
        .vermerk(&["archive", "export", "--bagit", &bag])
        .await
        .is_well();
    let proof = Path::new(&bag).join("data/proof");
    assert!(proof.join("ledger.jsonl").exists());
    assert_eq!(files(&proof, ".note").len(), 1);
    assert_eq!(files(&proof, ".pem").len(), 1);
    let pages = fs::read_to_string(Path::new(&bag).join("data/pages/pages.jsonl")).unwrap();
    assert!(!pages.contains("\"title\":\"liste\""), "{pages}");
    let last = captures(&house, "200").await.pop().unwrap();
    let shown = house.vermerk(&["archive", "show", &last]).await.out;
    let line = |name: &str| {
        shown
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .unwrap()
    };
    let warcs = house.path("warcs");
    let from = line("WARC-Date: ");
    house
        .vermerk(&["archive", "export", "--warc", &warcs, "--from", from])
        .await
        .is_well();
    let file = files(Path::new(&warcs), ".warc.gz").remove(0);
    assert!(file.to_string_lossy().contains("-excerpt-"), "{file:?}");
    let mut head = String::new();
    let packed = fs::read(&file).unwrap();
    let mut member = flate2::bufread::GzDecoder::new(packed.as_slice());
    std::io::Read::read_to_string(&mut member, &mut head).unwrap();
    assert!(head.contains("excerptOf: vermerk-"), "{head}");
    let name = file.file_name().unwrap().to_str().unwrap();
    assert!(head.contains(&format!("WARC-Filename: {name}")), "{head}");
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_of_one_day_are_one_file_and_a_takedown_stands_in_the_ledger() {
    let house = house_with_history().await;
    house.show(list("Neues"));
    for _ in 0..3 {
        house.vermerk(&["check"]).await;
    }
    let all = files(&house.root.join("archive"), ".warc.gz.open");
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!(files(&house.root.join("archive"), ".warc.gz").len(), 0);
    let takedown = captures(&house, "whole").await.remove(0);
    house
        .vermerk(&["archive", "takedown", &takedown, "--why", "names a person"])
        .await
        .is_well();
    let ledger = fs::read_to_string(house.root.join("archive/ledger.jsonl")).unwrap();
    assert!(
        ledger.contains("\"event\":\"takedown\"") && ledger.contains(&takedown),
        "{ledger}"
    );
}
