//! The demo as a newcomer runs it: the real program, a real site, a real mailbox, and what is left afterwards.

use std::path::Path;
use std::process::{Command, Output};

#[test]
fn the_demo_tells_its_story_and_leaves_an_installation_that_every_command_reads() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let told = vermerk(&["demo", "--exit", "--data", data]);
    let text = stdout(&told);
    assert_eq!(told.status.code(), Some(0), "{text}");
    assert!(!text.contains("WRONG"), "{text}");
    assert_eq!(
        text.matches("--- mail to reader@localhost").count(),
        3,
        "{text}"
    );
    assert!(
        text.contains("[WORDING] Kenia, Usbekistan: 2 entries changed"),
        "{text}"
    );

    let mails = std::fs::read_dir(folder.path().join("mails"))
        .unwrap()
        .count();
    assert_eq!(mails, 3, "three mails, none to anybody else");
    the_feed_can_be_read(&folder.path().join("feeds/all.atom"));

    let config = folder.path().join("config/vermerk.toml");
    let ask = |arguments: &[&str]| {
        let mut all = vec!["--config", config.to_str().unwrap()];
        all.extend(arguments);
        stdout(&vermerk(&all))
    };
    assert!(ask(&["status"]).contains("Usbekistan"));
    assert!(ask(&["history", "--csv"]).lines().count() > 5);
    assert!(
        ask(&["diff", "replica", "--entry", "CO"]).contains("{+arbeiten vertrauensvoll zusammen+}")
    );
    assert_eq!(ask(&["hold", "list"]), "nothing is held\n");
    let again = ask(&["rebuild", "--check"]);
    assert!(again.contains("every row is as it was recorded"), "{again}");
    assert_eq!(
        ask(&["deliveries"]),
        "nothing waits and nothing is set aside\n"
    );
}

fn the_feed_can_be_read(file: &Path) {
    let feed = feed_rs::parser::parse(&*std::fs::read(file).unwrap()).unwrap();
    let titles: Vec<String> = feed
        .entries
        .iter()
        .filter_map(|entry| entry.title.as_ref().map(|title| title.content.clone()))
        .collect();
    assert!(
        titles.iter().any(|title| title.contains("Indien")),
        "{titles:?}"
    );
}

fn vermerk(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vermerk"))
        .args(arguments)
        .env_remove("VERMERK_CONFIG")
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}
