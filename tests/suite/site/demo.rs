//! A visitor of the demo, over HTTP alone: subscribes, confirms, is told, and leaves.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use reqwest::Client;
use tokio::sync::mpsc;
use vermerk::demo::mailbox::Received;
use vermerk::demo::play::take;
use vermerk::demo::stage::Stage;
use vermerk::demo::story::STORY;

const READER: &str = "leserin@example.org";
const WISH: &str = "address=leserin@example.org&stage=SIGNED&cadence=immediate&language=en\
    &hour=7&zone=Europe%2FBerlin";

#[tokio::test(flavor = "multi_thread")]
async fn whoever_subscribes_and_confirms_is_told_of_the_signing_once_and_can_leave() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::set(Some(folder.path().join("demo"))).await.unwrap();
    let base = stage.readers().to_string();
    for step in &STORY[..2] {
        take(&stage, step).await.unwrap();
    }
    post(&format!("{base}subscribe"), WISH).await;
    let invitation = mails(&stage, 1).await.remove(0);
    post(&link(&invitation.plain(), "/confirm/"), "").await;
    let welcome = mails(&stage, 2).await.remove(1);
    assert!(
        welcome.plain().contains("Your choice"),
        "{}",
        welcome.plain()
    );

    take(&stage, &STORY[2]).await.unwrap();
    let alert = mails(&stage, 3).await.remove(2);
    let text = alert.plain();
    for line in [
        "* [SIGNED] Kenya: signed 13 September 2024",
        "* [SIGNED] Uzbekistan: signed 15 September 2024",
    ] {
        assert!(text.contains(line), "{text}");
    }
    let sentence = "Am 13. September 2024 hat Bundesinnenministerin Faeser in Berlin";
    let flat = text.replace('\r', "").replace("\n> ", " ");
    // By itself, and once more among the words around it; the teaser says nothing else.
    assert_eq!(flat.matches(sentence).count(), 2, "{text}");
    let read = Client::new()
        .get(link(&text, "/changes/"))
        .send()
        .await
        .unwrap();
    assert_eq!(read.status(), 200, "its links lead somewhere");

    let stop = alert.header("List-Unsubscribe").unwrap();
    post(stop.trim_matches(['<', '>']), "List-Unsubscribe=One-Click").await;
    for step in &STORY[3..6] {
        take(&stage, step).await.unwrap();
    }
    assert_eq!(
        mails(&stage, 3).await.len(),
        3,
        "whoever left hears nothing"
    );
    stage.strike().await.unwrap();
}

/// The program itself, as long as it stays open.
#[tokio::test(flavor = "multi_thread")]
async fn a_demo_that_stays_open_mails_what_its_visitors_ask_for() {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = Command::new(env!("CARGO_BIN_EXE_vermerk"))
        .args(["demo", "--data"])
        .arg(folder.path().join("demo"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (says, mut said) = mpsc::unbounded_channel();
    let out = BufReader::new(demo.stdout.take().unwrap());
    std::thread::spawn(move || {
        out.lines()
            .map_while(Result::ok)
            .try_for_each(|line| says.send(line))
    });
    let mut line_with = async |part: &str| {
        let found = async {
            loop {
                let line = said.recv().await.expect("the demo goes on");
                if line.contains(part) {
                    return line;
                }
            }
        };
        let found = tokio::time::timeout(Duration::from_mins(2), found).await;
        found.unwrap_or_else(|_| panic!("no line with {part:?}"))
    };
    let open = line_with("The site for readers is open at").await;
    let base = link(&open, "");
    post(&format!("{base}subscribe"), WISH).await;
    let confirm = link(&line_with("/confirm/").await, "/confirm/");
    post(&confirm, "").await;
    line_with("Your choice").await;
    line_with("/manage/").await;
    demo.kill().unwrap();
    demo.wait().unwrap();
}

async fn post(url: &str, form: &'static str) {
    let kind = "application/x-www-form-urlencoded";
    let asked = Client::new()
        .post(url)
        .header("content-type", kind)
        .body(form);
    let answer = asked.send().await.unwrap();
    assert_eq!(answer.status(), 200, "{url}");
}

/// What the visitor has got, once so many mails are there.
async fn mails(stage: &Stage, expected: usize) -> Vec<Received> {
    while vermerk::pipeline::deliver(&stage.road)
        .await
        .unwrap()
        .is_some()
    {}
    let mut mails = stage.mailbox.received();
    mails.retain(|mail| mail.to.iter().any(|to| to == READER));
    assert_eq!(mails.len(), expected, "{mails:#?}");
    mails
}

fn link(text: &str, path: &str) -> String {
    let mut words = text.split_whitespace();
    let found = words.find(|word| word.starts_with("http") && word.contains(path));
    found
        .unwrap_or_else(|| panic!("no link to {path} in {text}"))
        .to_owned()
}
