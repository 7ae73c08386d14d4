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
async fn a_citation_is_followed_back_to_bytes_and_signature_as_the_page_on_checking_says() {
    let served = Served::new().await;
    let week = served.week;
    let copy = tempfile::tempdir().unwrap();
    copy_tree(&week.settings.folder, copy.path());
    let authority = Authority::new();
    let note = newest_note(copy.path());
    let question = Question::about(&fs::read(&note).unwrap());
    fs::write(note.with_extension("tsr"), authority.reply(&question.der())).unwrap();
    let scratch = tempfile::tempdir().unwrap();
    let follow = |change: &str| {
        let given = format!(
            "site={}\nchange={change}\nauthority={}\ncd {}\n",
            served.base,
            authority.path("tsa.pem").display(),
            copy.path().display()
        );
        run(&(given + &commands().replace("/tmp/", &format!("{}/", scratch.path().display()))))
    };
    // A page that is one text, and a list.
    for page in ["document", week.captures[0].page.as_str()] {
        let (change, file) = cited(&served, page).await;
        let done = follow(&change);
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
        for file in ["ledger.jsonl".to_owned(), file] {
            let path = copy.path().join(&file);
            let good = fs::read(&path).unwrap();
            let mut bytes = good.clone();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            fs::write(&path, bytes).unwrap();
            assert!(!follow(&change).status.success(), "{file}");
            fs::write(&path, good).unwrap();
        }
    }
}

/// The permalink of a change as its citation has it, and the file that holds the cited capture.
async fn cited(served: &Served, page: &str) -> (String, String) {
    let changes = served.text(&format!("/api/v1/changes?page={page}")).await;
    let changes: serde_json::Value = serde_json::from_str(&changes).unwrap();
    let change = changes[0]["permalink"].as_str().unwrap().to_owned();
    let shown = served
        .text(change.strip_prefix("https://vermerk.example.org").unwrap())
        .await;
    let citation = shown.split("<p class=\"citation\">").nth(1).unwrap();
    let citation = citation.split("</p>").next().unwrap();
    assert!(citation.contains(&change), "{citation}");
    let mut captures = served.week.captures.iter();
    let capture = captures
        .find(|one| citation.contains(&format!("/captures/{}", one.id)))
        .expect("it names its capture");
    assert_eq!(capture.kind, CaptureKind::Response);
    assert!(citation.contains(&capture.digest.hex()), "{citation}");
    (change, capture.place.file.clone())
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
