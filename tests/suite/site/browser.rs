//! A real browser reads the site, subscribes, confirms, is told once, and leaves with one click.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::lack::lacks;
use vermerk::demo::mailbox::Received;
use vermerk::demo::play::take;
use vermerk::demo::stage::Stage;
use vermerk::demo::story::STORY;

const READER: &str = "journalist@example.org";

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_walks_from_the_start_to_the_citation_and_from_the_form_to_the_last_mail() {
    let Some(tests) = tools() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::set(Some(folder.path().join("demo"))).await.unwrap();
    let base = stage.readers().to_string();
    // The baseline and the noise, then somebody subscribes.
    for step in &STORY[..2] {
        take(&stage, step).await.unwrap();
    }
    walk(&tests, &["subscribe", &base, READER]).await;
    deliver(&stage).await;
    let invitation = mails_to_reader(&stage, 1).await.remove(0);
    let confirm = link_in(&invitation.plain(), "/confirm/");
    well(
        &tests,
        &base,
        &[&confirm, "/subscribe?stage=SIGNED&partner=KE"],
    )
    .await;
    walk(&tests, &["press", &confirm]).await;
    deliver(&stage).await;
    let welcome = mails_to_reader(&stage, 2).await.remove(1);
    let stop = welcome.header("List-Unsubscribe").unwrap();
    let own = [
        &confirm,
        &link_in(&welcome.plain(), "/manage/"),
        stop.trim_matches(['<', '>']),
    ];
    well(&tests, &base, &own).await;
    let before = 2;

    // Kenya and Uzbekistan are signed: one mail.
    take(&stage, &STORY[2]).await.unwrap();
    let alert = mails_to_reader(&stage, before + 1).await.pop().unwrap();
    assert!(alert.plain().contains("Usbekistan") || alert.plain().contains("Uzbekistan"));
    walk(&tests, &["read", &base]).await;

    // One click, as a mail program does it: no cookie, no page.
    let one_click = alert.header("List-Unsubscribe").unwrap();
    let url = one_click
        .split(['<', '>'])
        .find(|part| part.starts_with("http"))
        .unwrap()
        .to_owned();
    let answer = reqwest::Client::new()
        .post(url)
        .header("content-type", "application/x-www-form-urlencoded")
        .body("List-Unsubscribe=One-Click")
        .send()
        .await
        .unwrap();
    assert!(answer.status().is_success(), "{}", answer.status());
    for step in &STORY[3..6] {
        take(&stage, step).await.unwrap();
    }
    assert_eq!(
        to_reader(&stage).len(),
        before + 1,
        "whoever left hears nothing"
    );
    stage.strike().await.unwrap();
}

/// One of each kind of page: valid HTML, WCAG 2.2 AA, 320 px, weight; and the data as people load it.
#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_valid_and_open_to_everybody_and_the_data_loads() {
    let Some(tests) = tools() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::set(Some(folder.path().join("demo"))).await.unwrap();
    for step in &STORY[..3] {
        take(&stage, step).await.unwrap();
    }
    let base = stage.readers().to_string();
    run(&tests, "node", &["quality.mjs", &base]).await;
    let python = tests.join("../../.venv/bin/python");
    let python = python.to_str().unwrap();
    if has(python, &["-c", "import pandas, pyarrow"]) {
        run(&tests, python, &["loading.py", &base]).await;
        example(python, &base, "Python, pandas").await;
    } else {
        lacks("pandas");
    }
    if has(python, &["-c", "import icalendar, jsonfeedvalidator"]) {
        let feeds = folder.path().join("demo/feeds");
        run(
            &tests,
            python,
            &["feeds.py", &base, feeds.to_str().unwrap()],
        )
        .await;
    } else {
        lacks("icalendar or jsonfeedvalidator");
    }
    if has("Rscript", &["--version"]) {
        example("Rscript", &base, "R").await;
    } else {
        lacks("Rscript");
    }
    stage.strike().await.unwrap();
}

/// Runs the example of the page "Data" as it stands there; it prints what was signed.
async fn example(program: &str, base: &str, language: &str) {
    let page = reqwest::get(format!("{}data", with_slash(base)));
    let page = page.await.unwrap().text().await.unwrap();
    let (_, rest) = page.split_once(&format!("<p>{language}:</p>")).unwrap();
    let (_, code) = rest.split_once("<code>").unwrap();
    let (code, _) = code.split_once("</code>").unwrap();
    let code = code.replace("&lt;", "<").replace("&amp;", "&");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("example"), code).unwrap();
    let said = run(folder.path(), program, &["example"]).await;
    assert!(said.contains("KE") && said.contains("/events/"), "{said}");
}

/// Whatever a program may send by the description of the API, and what it may not, is answered as described.
#[tokio::test(flavor = "multi_thread")]
async fn the_api_keeps_to_its_description() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/web");
    let checker = tests.join("../../.venv/bin/schemathesis");
    if !checker.exists() {
        return lacks("schemathesis");
    }
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::set(Some(folder.path().join("demo"))).await.unwrap();
    for step in &STORY[..3] {
        take(&stage, step).await.unwrap();
    }
    let described = format!("{}api/openapi.json", with_slash(stage.readers().as_str()));
    let arguments = [
        "run",
        &described,
        "--max-examples",
        "25",
        "--seed",
        "1",
        "--generation-database",
        "none",
        "--no-color",
    ];
    run(folder.path(), checker.to_str().unwrap(), &arguments).await;
    stage.strike().await.unwrap();
}

fn with_slash(base: &str) -> String {
    format!("{}/", base.trim_end_matches('/'))
}

/// The folder with the walk, where everything it needs is there.
fn tools() -> Option<PathBuf> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/web");
    let chromium = std::env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".to_owned());
    if tests.join("node_modules").is_dir() && Path::new(&chromium).exists() {
        return Some(tests);
    }
    lacks("Chromium, or no tests/web/node_modules");
    None
}

async fn walk(tests: &Path, arguments: &[&str]) {
    run(tests, "node", &[&["walk.mjs"], arguments].concat()).await;
}

/// Pages behind a secret link are as valid and open as the others. `PICTURES` names a folder for pictures of them.
async fn well(tests: &Path, base: &str, links: &[&str]) {
    let folder = std::env::var("PICTURES").unwrap_or_default();
    let paths = links.iter().map(|link| {
        link.strip_prefix(base.trim_end_matches('/'))
            .unwrap_or(link)
    });
    let arguments: Vec<&str> = ["quality.mjs", base, &folder]
        .into_iter()
        .chain(paths)
        .collect();
    run(tests, "node", &arguments).await;
}

async fn run(folder: &Path, program: &str, arguments: &[&str]) -> String {
    let mut command = Command::new(program);
    command.current_dir(folder).args(arguments);
    let ran = tokio::task::spawn_blocking(move || command.output());
    let ran = ran.await.unwrap().unwrap();
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        ran.status.success(),
        "{arguments:?}: {}{}",
        said(&ran.stdout),
        said(&ran.stderr)
    );
    said(&ran.stdout)
}

fn has(program: &str, arguments: &[&str]) -> bool {
    let tried = Command::new(program).args(arguments).output();
    tried.is_ok_and(|tried| tried.status.success())
}

async fn deliver(stage: &Stage) {
    while vermerk::pipeline::deliver(&stage.road)
        .await
        .unwrap()
        .is_some()
    {}
}

async fn mails_to_reader(stage: &Stage, expected: usize) -> Vec<Received> {
    let others = stage.mailbox.received().len() - to_reader(stage).len();
    stage
        .mailbox
        .wait_for(others + expected, Duration::from_secs(5))
        .await;
    let mails = to_reader(stage);
    assert_eq!(mails.len(), expected, "{mails:#?}");
    mails
}

fn to_reader(stage: &Stage) -> Vec<Received> {
    let mut mails = stage.mailbox.received();
    mails.retain(|mail| mail.to.iter().any(|to| to == READER));
    mails
}

/// The first link of a mail whose path begins so; a long one is broken over lines nowhere.
fn link_in(text: &str, path: &str) -> String {
    text.split_whitespace()
        .map(|word| word.trim_matches(['<', '>']))
        .find(|word| word.starts_with("http") && word.contains(path))
        .unwrap_or_else(|| panic!("no link to {path} in {text}"))
        .to_owned()
}
