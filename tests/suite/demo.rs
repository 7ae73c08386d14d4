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
        text.contains("[SIGNED] Kenya: signed 13 September 2024; Uzbekistan: signed 15 September 2024"),
        "{text}"
    );
    let page = std::fs::read_to_string(folder.path().join("alert.html")).unwrap();
    assert!(page.contains("Kenya: signed 13 September 2024"), "the heaviest alert is kept");

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
    the_matrix_says_what_the_country_pages_say(&ask(&["status", "--json"]));
    let signed = ask(&["events", "--stage", "SIGNED", "--factuality", "DONE"]);
    assert_eq!(signed.matches("SIGNED").count(), 3, "Kenya, Uzbekistan, India: {signed}");
    assert!(ask(&["history", "--entry", "KE"]).contains("[SIGNED] Kenya: signed 13 September 2024"));
    assert_eq!(ask(&["reinterpret"]), "replica: nothing is read otherwise\n");
    assert!(ask(&["history", "--csv"]).lines().count() > 5);
    assert!(
        ask(&["diff", "replica", "--entry", "CO"]).contains("{+arbeiten vertrauensvoll zusammen+}")
    );
    assert_eq!(ask(&["hold", "list"]), "nothing is held\n");
    assert_eq!(
        ask(&["deliveries"]),
        "nothing waits and nothing is set aside\n"
    );
}

/// Kenya's teaser breaks off before its verb, its country page does not; Moldova's agreement is unsigned.
fn the_matrix_says_what_the_country_pages_say(status: &str) {
    let status: serde_json::Value = serde_json::from_str(status).unwrap();
    let cells = status["pages"][0]["statuses"].as_array().unwrap();
    let factuality = |partner: &str, stage: &str| {
        let mut cells = cells.iter();
        let cell = cells.find(|cell| {
            cell["partner"] == partner && cell["statement"]["stage"] == stage
        });
        cell.map(|cell| cell["statement"]["factuality"].as_str().unwrap())
    };
    assert_eq!(factuality("KE", "SIGNED"), Some("DONE"));
    assert_eq!(factuality("GE", "SIGNED"), Some("DONE"));
    for unsigned in ["MD", "GH", "KG", "MA", "PH", "CO"] {
        let said = factuality(unsigned, "SIGNED");
        assert!(!matches!(said, Some("DONE" | "STATE")), "{unsigned}: {said:?}");
    }
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
