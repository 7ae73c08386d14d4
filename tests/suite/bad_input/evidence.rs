//! What a mail cites can be taken out of the archive byte for byte; what it does not cite is said to be unknown.

use vermerk::model::Digest;

use super::house::{House, list, skipped};

#[tokio::test(flavor = "multi_thread")]
async fn the_bytes_of_a_capture_come_out_as_the_server_sent_them() {
    let house = House::new("").await;
    let mut sent = list("Zusammenarbeit").into_bytes();
    sent.extend(b"<!-- \x1b[31m \xff\xfe \0 -->\r\n\r\n");
    house.show(sent.clone());
    house.vermerk(&["check"]).await;
    let listed = house.vermerk(&["archive", "list", "liste"]).await;
    let short: String = Digest::of(&sent).hex().chars().take(12).collect();
    let mut rows = listed
        .is_well()
        .out
        .lines()
        .filter(|row| row.contains(&short));
    let id = rows
        .next()
        .unwrap()
        .split_whitespace()
        .rev()
        .nth(1)
        .unwrap();
    let poured = house.vermerk(&["archive", "extract", id]).await;
    assert_eq!(poured.is_well().bytes, sent);
    let file = house.path("out.html");
    let written = house
        .vermerk(&["archive", "extract", id, "--output", &file])
        .await;
    assert!(
        written.is_well().out.contains(&Digest::of(&sent).hex()),
        "{written:?}"
    );
    assert_eq!(std::fs::read(&file).unwrap(), sent);
    let shown = house.vermerk(&["archive", "show", id]).await;
    let digests = format!(
        "block: has its digest\npayload: has its digest, {} bytes\n",
        sent.len()
    );
    assert!(shown.is_well().out.ends_with(&digests), "{shown:?}");
    std::fs::remove_file(house.root.join("vermerk.db")).unwrap();
    let searched = house.vermerk(&["archive", "extract", id]).await;
    assert_eq!(searched.is_well().bytes, sent, "also without the database");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_capture_that_is_none_is_said_to_be_none() {
    let house = House::new("").await;
    house.vermerk(&["check"]).await.is_well();
    house.vermerk(&["archive", "show", "kenia"]).await.says(
        2,
        "\"kenia\" is no capture; write the id that stands in a mail, or see `vermerk archive list`",
    );
    let id = "00000000-0000-4000-8000-000000000000";
    for command in ["show", "extract"] {
        house
            .vermerk(&["archive", command, id])
            .await
            .says(1, &format!("no capture {id} in this archive"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn root_leaves_no_file_that_the_owner_of_the_state_cannot_read() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
    use std::os::unix::process::CommandExt as _;
    const NOBODY: u32 = 65_534;
    let house = House::new("").await;
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_vermerk"));
    let everybody = |path: &std::path::Path| {
        path.ancestors().all(|part| {
            std::fs::metadata(part).is_ok_and(|part| part.permissions().mode() & 0o001 != 0)
        })
    };
    if !rustix::process::geteuid().is_root() || !everybody(program) {
        return skipped(
            "commands typed as root: this needs root, and a program that others can run",
        );
    }
    std::fs::set_permissions(&house.root, std::fs::Permissions::from_mode(0o755)).unwrap();
    for name in ["", "vermerk.db", "archive"] {
        chown(house.root.join(name), Some(NOBODY), Some(NOBODY)).unwrap();
    }
    house.vermerk(&["check"]).await.is_well();
    let mut files = vec![
        house.root.join("vermerk.db"),
        house.root.join("archive/journal"),
    ];
    files.extend(
        std::fs::read_dir(house.root.join("archive"))
            .unwrap()
            .map(|item| item.unwrap().path()),
    );
    for file in files {
        let owner = std::fs::metadata(&file).unwrap();
        assert_eq!(
            (owner.uid(), owner.gid()),
            (NOBODY, NOBODY),
            "{}",
            file.display()
        );
    }
    let secret = house.root.join("secret");
    std::fs::create_dir(&secret).unwrap();
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o700)).unwrap();
    std::fs::write(house.root.join("archive/none"), "").unwrap();
    let listed = house.vermerk(&["archive", "list"]).await;
    let id = listed
        .out
        .lines()
        .nth(1)
        .unwrap()
        .split_whitespace()
        .rev()
        .nth(1)
        .unwrap();
    let target = secret.join("copy").display().to_string();
    let backup = vec!["backup", &target];
    for writes in [backup, vec!["archive", "export", "--warc", &target]] {
        let refused = house.vermerk(&writes).await;
        assert_eq!(refused.code, Some(1), "{refused:?}");
        let why = "Permission denied (os error 13) (as user 65534";
        assert!(refused.err.contains(why), "{refused:?}");
    }
    let file = secret.join("out").display().to_string();
    house.vermerk(&["archive", "extract", id, "--output", &file]).await.says(
        1,
        "ROOT/secret/out: Permission denied (os error 13) (as user 65534, the owner of ROOT/config/..)",
    );
    // A password for the service alone is missed only where something is sent.
    let mail = "[mail]\nhost = \"localhost\"\nfrom = \"v@localhost\"\nuser = \"v\"\npassword_file = \"smtp-password\"\n";
    let main = std::fs::read_to_string(house.path("config/vermerk.toml")).unwrap();
    house.write("config/vermerk.toml", &format!("{main}{mail}"));
    house.write("config/smtp-password", "geheim");
    let private = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(house.path("config/smtp-password"), private).unwrap();
    house.vermerk(&["status"]).await.is_well();
    for sends in [["config", "check"], ["mail", "test"]] {
        let told = house.vermerk(&sends).await;
        assert_eq!(told.code, Some(78), "{told:?}");
        assert!(
            told.err
                .contains("smtp-password cannot be read: Permission denied"),
            "{told:?}"
        );
    }
    // Another user, who may read the configuration but not the state, is not sent to make a new database.
    let config = tempfile::tempdir().unwrap();
    std::fs::set_permissions(config.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let main = main.replace("state = \"..\"", &format!("state = {:?}", house.path("")));
    std::fs::write(config.path().join("vermerk.toml"), main).unwrap();
    std::fs::create_dir(config.path().join("pages")).unwrap();
    std::fs::set_permissions(&house.root, std::fs::Permissions::from_mode(0o700)).unwrap();
    let mut stranger = super::house::program(&["--config"]);
    stranger.arg(config.path().join("vermerk.toml"));
    stranger.args(["status", "--check"]).uid(NOBODY - 1);
    let denied = String::from_utf8(stranger.output().unwrap().stderr).unwrap();
    assert!(denied.contains("vermerk.db: permission denied"), "{denied}");
}
