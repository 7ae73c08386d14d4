//! A backup is whole although the program runs, and putting it back tells nobody what they were told before.

use std::path::Path;
use std::process::Command;

use super::{captures, list};
use crate::bad_input::house::House;

/// A house that writes what it tells to a file.
async fn telling_house() -> House {
    let house = House::new("").await;
    let out = "[log]\njson_lines = \"../told.jsonl\"\n";
    house.replace("config/vermerk.toml", "[log]\n", out);
    house
}

/// Files of the archive's folder, and keys, that the backup does not hold byte for byte.
fn left_out(house: &House, backup: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let archive = house.root.join("archive");
    for folder in [archive.clone(), archive.join("checkpoints")] {
        for item in std::fs::read_dir(folder).unwrap().flatten() {
            let path = item.path();
            if path.is_file() {
                let name = path.strip_prefix(&house.root).unwrap();
                names.push(name.display().to_string());
            }
        }
    }
    for kind in ["ledger.jsonl", ".pem", ".warc.gz.open"] {
        assert!(
            names.iter().any(|name| name.ends_with(kind)),
            "{kind}: {names:?}"
        );
    }
    let bytes = |path: std::path::PathBuf| std::fs::read(path).ok();
    let backup = Path::new(backup);
    let mut pairs: Vec<_> = names
        .iter()
        .map(|name| (name.clone(), name.clone()))
        .collect();
    pairs.extend(
        ["vermerk.key", "checkpoint.key"].map(|key| (key.to_owned(), format!("keys/{key}"))),
    );
    pairs.retain(|(here, there)| bytes(house.root.join(here)) != bytes(backup.join(there)));
    pairs.into_iter().map(|(here, _)| here).collect()
}

async fn look(house: &House, words: &str) {
    house.show(list(words));
    // The log may warn that something is told to nobody.
    let looked = house.vermerk(&["check", "--confirm"]).await;
    assert_eq!(looked.code, Some(0), "{looked:?}");
}

fn told(house: &House) -> usize {
    let text = std::fs::read_to_string(house.root.join("told.jsonl")).unwrap_or_default();
    text.lines().count()
}

async fn history(house: &House) -> String {
    house
        .vermerk(&["history", "--all"])
        .await
        .is_well()
        .out
        .clone()
}

/// Database and archive are gone, or the database alone.
fn lose(house: &House, archive: bool) {
    for file in ["vermerk.db", "vermerk.db-wal", "vermerk.db-shm"] {
        let _ = std::fs::remove_file(house.root.join(file));
    }
    if archive {
        std::fs::remove_dir_all(house.root.join("archive")).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_can_be_checked_with_sha256sum_and_brings_everything_back() {
    let house = telling_house().await;
    look(&house, "Gespräche").await;
    look(&house, "Verhandlungen").await;
    let backup = house.path("backup");
    // A site or mails to subscribers would have made it.
    house.write("vermerk.key", &"5a".repeat(32));
    house.vermerk(&["backup", &backup]).await.is_well();
    let checked = Command::new("sha256sum")
        .args(["--check", "--quiet", "--strict", "manifest-sha256.txt"])
        .current_dir(&backup)
        .output()
        .unwrap();
    assert!(checked.status.success(), "{checked:?}");
    assert!(Path::new(&backup).join("config/pages/liste.toml").exists());
    assert_eq!(left_out(&house, &backup), Vec::<String>::new());
    let (known, before) = (captures(&house, "200").await, history(&house).await);
    assert_eq!(told(&house), 1);
    lose(&house, true);
    let key = house.root.join("vermerk.key");
    let sealed = std::fs::read(&key).unwrap();
    std::fs::remove_file(&key).unwrap();
    let said = house.vermerk(&["restore", &backup]).await;
    assert_eq!(
        std::fs::read(&key).unwrap(),
        sealed,
        "links in sent mails go on working"
    );
    assert!(
        said.out.contains("signed with a new key from here on"),
        "{said:?}"
    );
    let signer = house.root.join("checkpoint.key");
    assert!(!signer.exists() && signer.with_extension("key.old").exists());
    assert!(
        said.is_well().out.contains("restored: database"),
        "{said:?}"
    );
    assert_eq!(captures(&house, "200").await, known);
    assert_eq!(history(&house).await, before);
    house
        .vermerk(&["archive", "extract", &known[0]])
        .await
        .is_well();
    let twice = house.vermerk(&["restore", &backup]).await;
    assert_eq!(twice.code, Some(1), "nothing is written over: {twice:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_since_the_backup_is_recorded_and_not_told_again() {
    let house = telling_house().await;
    look(&house, "Gespräche").await;
    let backup = house.path("backup");
    house.vermerk(&["backup", &backup]).await.is_well();
    look(&house, "Verhandlungen").await;
    assert_eq!(told(&house), 1);
    lose(&house, true);
    house.vermerk(&["restore", &backup]).await.is_well();
    look(&house, "Verhandlungen").await;
    assert_eq!(told(&house), 1, "it was told before the loss");
    assert!(history(&house).await.contains("Verhandlungen"));
    look(&house, "Austausch").await;
    assert_eq!(told(&house), 2, "what is new after that is news");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_may_have_it_told() {
    let house = telling_house().await;
    look(&house, "Gespräche").await;
    let backup = house.path("backup");
    house.vermerk(&["backup", &backup]).await.is_well();
    lose(&house, true);
    house
        .vermerk(&["restore", &backup, "--then", "mail"])
        .await
        .is_well();
    look(&house, "Verhandlungen").await;
    assert_eq!(told(&house), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_database_beside_its_archive_takes_from_the_journal_what_it_missed() {
    let house = telling_house().await;
    look(&house, "Gespräche").await;
    let backup = house.path("backup");
    house.vermerk(&["backup", &backup]).await.is_well();
    look(&house, "Verhandlungen").await;
    look(&house, "Unterschrift").await;
    let (before, known) = (history(&house).await, captures(&house, "200").await);
    assert_eq!(told(&house), 2);
    lose(&house, false);
    // By hand, as one would without knowing of `restore`.
    std::fs::copy(format!("{backup}/vermerk.db"), house.path("vermerk.db")).unwrap();
    look(&house, "Unterschrift").await;
    assert_eq!(told(&house), 2, "nothing is told twice");
    let after = history(&house).await;
    assert!(
        after.contains("Verhandlungen") && after.contains("Unterschrift"),
        "{after}"
    );
    assert_eq!(
        after.lines().count(),
        before.lines().count(),
        "{before}\n{after}"
    );
    assert!(captures(&house, "200").await.starts_with(&known));
    look(&house, "Austausch").await;
    assert_eq!(told(&house), 3, "the journal is whole, so this is news");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_surviving_archive_is_kept_and_caught_up_with() {
    let house = telling_house().await;
    look(&house, "Gespräche").await;
    let backup = house.path("backup");
    house.vermerk(&["backup", &backup]).await.is_well();
    look(&house, "Verhandlungen").await;
    lose(&house, false);
    let said = house.vermerk(&["restore", &backup]).await;
    assert!(said.out.contains("were taken from the journal"), "{said:?}");
    assert_eq!(said.code, Some(0), "{said:?}");
    assert_eq!(told(&house), 1);
    // Mailed to nobody is not shown to nobody.
    let shown = house.vermerk(&["history"]).await;
    assert!(shown.is_well().out.contains("Verhandlungen"), "{shown:?}");
    assert!(
        shown.out.contains("taken over after a restore"),
        "{shown:?}"
    );
    let again = house.vermerk(&["rebuild", "--check"]).await;
    assert_eq!(again.code, Some(0), "{again:?}");
    let next = house.vermerk(&["check"]).await;
    assert!(!next.err.contains("in the middle of a look"), "{next:?}");
    look(&house, "Unterschrift").await;
    assert_eq!(told(&house), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_was_changed_or_leads_out_is_refused_before_anything_is_written() {
    let house = telling_house().await;
    look(&house, "Gespräche").await;
    let backup = house.path("backup");
    house.vermerk(&["backup", &backup]).await.is_well();
    lose(&house, true);
    let manifest = format!("{backup}/manifest-sha256.txt");
    let good = std::fs::read_to_string(&manifest).unwrap();
    let zero = "0".repeat(64);
    let out = format!("{good}{zero}  archive/../../evil\n");
    let changed = good.replacen(
        &good[..4],
        if good.starts_with("0000") {
            "1111"
        } else {
            "0000"
        },
        1,
    );
    for (text, reason) in [
        (out, "is no name of a file in a backup"),
        (changed, "does not have its digest"),
    ] {
        std::fs::write(&manifest, text).unwrap();
        let refused = house.vermerk(&["restore", &backup]).await;
        assert_eq!(refused.code, Some(1), "{refused:?}");
        assert!(refused.err.contains(reason), "{refused:?}");
        assert!(!house.root.join("vermerk.db").exists());
    }
    std::fs::write(&manifest, &good).unwrap();
    let records = std::fs::read_dir(format!("{backup}/archive"))
        .unwrap()
        .flatten()
        .map(|item| item.path());
    let record = records.into_iter().find(|path| path.is_file()).unwrap();
    std::fs::remove_file(&record).unwrap();
    std::os::unix::fs::symlink("/etc/hostname", &record).unwrap();
    let refused = house.vermerk(&["restore", &backup]).await;
    assert!(refused.err.contains("no plain file"), "{refused:?}");
}

/// The list of digests made anew after a file of the backup was changed.
fn list_anew(backup: &str) {
    let listed = std::fs::read_to_string(format!("{backup}/manifest-sha256.txt")).unwrap();
    let names: Vec<&str> = listed.lines().map(|line| &line[66..]).collect();
    let sums = Command::new("sha256sum")
        .args(names)
        .current_dir(backup)
        .output()
        .unwrap();
    assert!(sums.status.success(), "{sums:?}");
    std::fs::write(format!("{backup}/manifest-sha256.txt"), sums.stdout).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_that_fails_leaves_nothing_and_the_next_one_finds_its_way() {
    let house = telling_house().await;
    look(&house, "Gespräche").await;
    let backup = house.path("backup");
    house.vermerk(&["backup", &backup]).await.is_well();
    let before = history(&house).await;
    let database = format!("{backup}/vermerk.db");
    let good = std::fs::read(&database).unwrap();
    lose(&house, true);
    let _ = std::fs::remove_file(house.root.join("checkpoint.key"));
    let torn = [&good[..good.len() - 4096], &[0x5a; 4096]].concat();
    for (bytes, reason) in [(torn, "damaged"), (b"SELECT".repeat(2000), "damaged")] {
        std::fs::write(&database, bytes).unwrap();
        list_anew(&backup);
        let refused = house.vermerk(&["restore", &backup]).await;
        assert_eq!(refused.code, Some(1), "{refused:?}");
        assert!(refused.err.contains(reason), "{refused:?}");
        for name in [
            "vermerk.db",
            "vermerk.db.part",
            "vermerk.db.part.checked",
            "checkpoint.key",
        ] {
            assert!(!house.root.join(name).exists(), "{name}");
        }
        assert_eq!(
            std::fs::read_dir(house.root.join("archive"))
                .unwrap()
                .count(),
            0
        );
    }
    std::fs::write(&database, good).unwrap();
    list_anew(&backup);
    // Whoever has called `init` meanwhile, as every message says, is no worse off.
    house
        .run(&["init", "--config-dir", &house.path("config")])
        .await
        .is_well();
    house.vermerk(&["restore", &backup]).await.is_well();
    assert_eq!(history(&house).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_whose_ledger_is_not_what_was_signed_says_so_when_it_is_put_back() {
    let house = telling_house().await;
    look(&house, "Gespräche").await;
    house.vermerk(&["archive", "checkpoint"]).await;
    let backup = house.path("backup");
    house.vermerk(&["backup", &backup]).await.is_well();
    lose(&house, true);
    std::fs::write(format!("{backup}/archive/ledger.jsonl"), "").unwrap();
    list_anew(&backup);
    let restored = house.vermerk(&["restore", &backup]).await;
    assert_eq!(restored.code, Some(1), "{restored:?}");
    assert!(
        restored.out.contains("not as they were written"),
        "{restored:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_configuration_the_backup_names_its_own() {
    let house = telling_house().await;
    let backup = house.path("backup");
    house.vermerk(&["backup", &backup]).await.is_well();
    let nowhere = house.path("nowhere/vermerk.toml");
    let refused = house.run(&["--config", &nowhere, "restore", &backup]).await;
    assert_eq!(refused.code, Some(78), "{refused:?}");
    assert!(
        refused
            .err
            .contains("cp -R ROOT/backup/config/. ROOT/nowhere"),
        "{refused:?}"
    );
}
