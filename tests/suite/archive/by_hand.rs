//! The page on checking by hand: its commands, run as they stand there.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use vermerk::archive::Question;
use vermerk::model::CaptureKind;

use super::flips::copy_tree;
use super::memento::Served;
use super::stamps::Authority;

const PAGE: &str = include_str!("../../../docs/verify.md");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_on_checking_works_as_it_is_written() {
    let served = Served::new().await;
    let week = served.week;
    let copy = tempfile::tempdir().unwrap();
    copy_tree(&week.settings.folder, copy.path());
    let authority = Authority::new();
    let note = newest_note(copy.path());
    let question = Question::about(&fs::read(&note).unwrap());
    fs::write(note.with_extension("tsr"), authority.reply(&question.der())).unwrap();
    let mut captures = week.captures.iter();
    let capture = captures
        .find(|one| {
            one.url.as_str() == week.topic && one.kind == CaptureKind::Response && one.status == 200
        })
        .unwrap();
    let given = format!(
        "site={}\nurl={}\ntime={}\ndigest={}\nauthority={}\ncd {}\n",
        served.base,
        capture.url,
        capture.at.strftime("%Y%m%d%H%M%S"),
        capture.digest,
        authority.path("tsa.pem").display(),
        copy.path().display()
    );
    let scratch = tempfile::tempdir().unwrap();
    let commands = given + &commands().replace("/tmp/", &format!("{}/", scratch.path().display()));
    let done = run(&commands);
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(
        done.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&done.stderr)
    );
    assert!(
        said.contains("unbroken") && said.contains("Signature Verified Successfully"),
        "{said}"
    );

    // What is checked is not as it was: the commands must not be content.
    for file in ["ledger.jsonl".to_owned(), capture.place.file.clone()] {
        let path = copy.path().join(&file);
        let good = fs::read(&path).unwrap();
        let mut bytes = good.clone();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&path, bytes).unwrap();
        assert!(!run(&commands).status.success(), "{file}");
        fs::write(&path, good).unwrap();
    }
}

/// All that the page says to type, but for what is given.
fn commands() -> String {
    let blocks = PAGE.split("```sh\n").skip(1);
    blocks
        .map(|block| block.split("```").next().unwrap())
        .collect()
}

fn run(commands: &str) -> Output {
    Command::new("bash")
        .args(["-eu", "-c", commands])
        .output()
        .unwrap()
}

fn newest_note(archive: &Path) -> std::path::PathBuf {
    let found = fs::read_dir(archive.join("checkpoints")).unwrap();
    let paths = found.map(|one| one.unwrap().path());
    paths
        .filter(|path| path.extension().is_some_and(|ending| ending == "note"))
        .max()
        .unwrap()
}
