//! The demo as a newcomer runs it: the real program, a real site, a real mailbox, and what is left afterwards.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

#[test]
fn a_demo_that_nobody_reads_to_the_end_plays_to_the_end() {
    let mut demo = Command::new(env!("CARGO_BIN_EXE_vermerk"))
        .args(["demo", "--exit"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // As `head` does it.
    drop(demo.stdout.take());
    let ended = demo.wait_with_output().unwrap();
    let complaint = String::from_utf8_lossy(&ended.stderr);
    assert!(!complaint.contains("panicked"), "{complaint}");
    assert_eq!(ended.status.code(), Some(0), "{complaint}");
}

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
        text.contains(
            "[SIGNED] Kenya – Germany: signed 13 September 2024; Uzbekistan: signed 15 September 2024"
        ),
        "{text}"
    );
    let page = std::fs::read_to_string(folder.path().join("alert.html")).unwrap();
    assert!(
        page.contains("Kenya: signed 13 September 2024"),
        "the heaviest alert is kept"
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
    the_matrix_says_what_the_country_pages_say(&ask(&["status", "--json"]));
    let signed = ask(&["events", "--stage", "SIGNED", "--factuality", "DONE"]);
    assert_eq!(
        signed.matches("SIGNED").count(),
        3,
        "Kenya, Uzbekistan, India: {signed}"
    );
    assert!(
        ask(&["history", "--entry", "KE"]).contains("[SIGNED] Kenya: signed 13 September 2024")
    );
    assert_eq!(
        ask(&["reinterpret"]),
        "replica: nothing is read otherwise\n"
    );
    assert!(ask(&["history", "--csv"]).lines().count() > 5);
    assert!(
        ask(&["diff", "replica", "--entry", "CO"])
            .contains("{+arbeiten vertrauensvoll zusammen, damit+}")
    );
    assert_eq!(ask(&["hold", "list"]), "nothing is held\n");
    let again = ask(&["rebuild", "--check"]);
    assert!(again.contains("every row is as it was recorded"), "{again}");
    assert_eq!(
        ask(&["deliveries"]),
        "nothing waits and nothing is set aside\n"
    );
    the_operator_keeps_subscribers(&config);
}

/// Subscribers by the operator's hand, on what the demo leaves.
fn the_operator_keeps_subscribers(config: &Path) {
    let ask = |arguments: &[&str], input: &str| {
        let mut all = vec!["--config", config.to_str().unwrap()];
        all.extend(arguments);
        fed(&all, input)
    };
    let says = |arguments: &[&str], expected: &str| {
        let output = ask(arguments, "");
        let text = stdout(&output) + str::from_utf8(&output.stderr).unwrap();
        assert!(text.contains(expected), "{arguments:?}: {text}");
        output.status.code()
    };
    let add = ["subscriber", "add", "leserin@example.org"];
    let with = |more: &[&'static str]| [&add[..], more].concat();
    assert_eq!(
        says(&["subscriber", "list"], "nobody has subscribed"),
        Some(0)
    );
    assert_eq!(
        says(&["subscriber", "add", "no-address"], "not a mail address"),
        Some(2)
    );
    assert_eq!(
        says(&with(&["--stage", "SIGNEDD"]), "the steps are"),
        Some(2)
    );
    assert_eq!(says(&with(&["--zone", "Berlin"]), "Europe/Berlin"), Some(2));
    assert_eq!(
        says(&with(&["--page", "other"]), "no page is called"),
        Some(2)
    );
    assert_eq!(
        says(&with(&["--stage", "SIGNED"]), "is asked to confirm"),
        Some(0)
    );
    assert_eq!(says(&add, "not asked again now"), Some(1));
    assert_eq!(says(&["subscriber", "list"], "not confirmed"), Some(0));
    assert_eq!(
        says(&with(&["--consent", "Brief vom 3. Mai"]), "is subscribed"),
        Some(0)
    );
    let export = stdout(&ask(&["subscriber", "export", "leserin@example.org"], ""));
    let export: serde_json::Value = serde_json::from_str(&export).unwrap();
    assert_eq!(export["subscriber"]["state"], "confirmed");
    assert_eq!(
        export["subscriber"]["consent"]["proof"]["operator"]["words"],
        "Brief vom 3. Mai"
    );

    let forged = "To: <bounces+00000000000000000000000000000000.aaaaaaaaaaaaaaaa@localhost>\n\
        Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n\
        --b\nContent-Type: message/delivery-status\n\nX: y\n\nAction: failed\nStatus: 5.1.1\n\n--b--\n";
    let read = stdout(&ask(&["bounces", "read"], forged));
    assert!(
        read.starts_with("0 hard, 0 soft") && read.contains("1 not ours"),
        "{read}"
    );

    let nil = "00000000-0000-0000-0000-000000000000";
    assert_eq!(
        says(&["correct", nil, "--why", "falsch"], "there is no event"),
        Some(1)
    );
    assert_eq!(
        says(&["correct", "KE", "--why", "falsch"], "not an event id"),
        Some(2)
    );
    let note = |event: &'static str| {
        [
            "note",
            event,
            "--by",
            "A. B.",
            "--text",
            "kein Vertragstext",
        ]
    };
    assert_eq!(says(&note(nil), "there is no event"), Some(1));
    assert_eq!(says(&["events", "--partner", "XX"], "no country"), Some(2));
    assert_eq!(
        says(
            &["subscriber", "remove", "leserin@example.org"],
            "no mail goes to"
        ),
        Some(0)
    );
    assert_eq!(says(&["subscriber", "list"], "removed"), Some(0));
    assert_eq!(
        says(&["subscriber", "erase", "leserin@example.org"], "erased"),
        Some(0)
    );
    assert_eq!(
        says(
            &["subscriber", "erase", "leserin@example.org"],
            "has not subscribed"
        ),
        Some(1)
    );
    assert_eq!(says(&add, "--again"), Some(1));
}

/// Kenya's teaser breaks off before its verb, its country page does not; Moldova's agreement is unsigned.
fn the_matrix_says_what_the_country_pages_say(status: &str) {
    let status: serde_json::Value = serde_json::from_str(status).unwrap();
    let cells = status["pages"][0]["statuses"].as_array().unwrap();
    let factuality = |partner: &str, stage: &str| {
        let mut cells = cells.iter();
        let cell =
            cells.find(|cell| cell["partner"] == partner && cell["statement"]["stage"] == stage);
        cell.map(|cell| cell["statement"]["factuality"].as_str().unwrap())
    };
    assert_eq!(factuality("KE", "SIGNED"), Some("DONE"));
    assert_eq!(factuality("GE", "SIGNED"), Some("DONE"));
    for unsigned in ["MD", "GH", "KG", "MA", "PH", "CO"] {
        let said = factuality(unsigned, "SIGNED");
        assert!(
            !matches!(said, Some("DONE" | "STATE")),
            "{unsigned}: {said:?}"
        );
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
    fed(arguments, "")
}

/// The program with something on its standard input.
fn fed(arguments: &[&str], input: &str) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_vermerk"))
        .args(arguments)
        .env_remove("VERMERK_CONFIG")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = program.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    drop(stdin);
    program.wait_with_output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}
