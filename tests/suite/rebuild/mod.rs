//! What is derived can be derived again: row for row, whatever was done to the database, and told to nobody.

mod week;

use std::time::Duration;

use sqlx::Connection as _;
use vermerk::store::Store;

use week::Week;

const AS_RECORDED: &str = "every row is as it was recorded";

#[tokio::test(flavor = "multi_thread")]
async fn a_week_comes_out_of_the_archive_as_it_was_recorded() {
    let week = Week::play().await;
    let lines = std::fs::read_to_string(week.folder.path().join("changes.jsonl")).unwrap();
    let before = (
        week.count("delivery").await,
        week.count("change").await,
        week.count("event").await,
    );
    println!(
        "{} looks; deliveries, changes, events: {before:?}",
        week.looks
    );
    assert!(
        before.1 > 5 && before.2 > 0,
        "the week has something to tell"
    );
    let text = week.ask(&["rebuild", "--check"], 0);
    println!("{text}");
    assert!(text.contains(AS_RECORDED), "{text}");

    let fresh = week.folder.path().join("fresh.db");
    week.ask(&["rebuild", "--into", fresh.to_str().unwrap()], 0);
    assert!(fresh.exists());

    // One row that is not what the archive says.
    tamper(&week).await;
    let text = week.ask(&["rebuild", "--check"], 1);
    assert!(
        text.contains("rows that come out otherwise: entry 1\nabkommen entry KE\n"),
        "{text}"
    );
    assert!(text.contains("Lüge"), "{text}");
    let text = week.ask(&["rebuild"], 0);
    assert!(text.contains("entry 1"), "{text}");
    let text = week.ask(&["rebuild", "--check"], 0);
    assert!(text.contains(AS_RECORDED), "{text}");

    let after = (
        week.count("delivery").await,
        week.count("change").await,
        week.count("event").await,
    );
    assert_eq!(before, after);
    let told = std::fs::read_to_string(week.folder.path().join("changes.jsonl")).unwrap();
    assert_eq!(lines, told, "nobody is told again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_at_work_is_not_rebuilt_but_can_be_compared() {
    let week = Week::play().await;
    let store = Store::open(&week.folder.path().join("vermerk.db"))
        .await
        .unwrap();
    let at_work = store.at_work().await.unwrap();
    let refused = week.vermerk(&["rebuild"]);
    let why = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(1), "{why}");
    assert!(why.contains("another vermerk is at work"), "{why}");
    assert!(week.ask(&["rebuild", "--check"], 0).contains(AS_RECORDED));
    drop(at_work);
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_database_is_made_from_the_archive() {
    let week = Week::play().await;
    let event = week.ask(&["events", "--json", "--limit", "1"], 0);
    let event: serde_json::Value = serde_json::from_str(&event).unwrap();
    let id = event["id"].as_str().unwrap();
    week.ask(&["correct", id, "--why", "Es war eine Erklärung."], 0);
    let changes = week.ask(&["history", "--all", "--json"], 0);
    week.ask(
        &[
            "note",
            id,
            "--by",
            "A. B.",
            "--text",
            "checked",
            "--verified",
        ],
        0,
    );
    let events = week.ask(&["events", "--json"], 0);
    assert!(events.contains("Es war eine Erklärung."), "{events}");
    for name in ["vermerk.db", "vermerk.db-wal", "vermerk.db-shm"] {
        let _ = std::fs::remove_file(week.folder.path().join(name));
    }
    week.ask(&["rebuild"], 0);
    assert_eq!(week.ask(&["history", "--all", "--json"], 0), changes);
    let again = week.ask(&["events", "--json"], 0);
    assert_eq!(again, events, "what was taken back stays so");
    assert_eq!(
        week.count("delivery").await,
        0,
        "what was told once is not told again"
    );
    assert_eq!(
        week.count("remark").await,
        2,
        "the journal knows what people said"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_any_moment_leaves_the_old_rows_or_the_new_ones() {
    let week = Week::play().await;
    tamper(&week).await;
    let (mut old, mut new) = (0, 0);
    for delay in [30, 80, 150, 300, 500, 800, 1200, 1800] {
        let mut child = week.command(&["rebuild"]).spawn().unwrap();
        tokio::time::sleep(Duration::from_millis(delay)).await;
        let _ = child.kill();
        child.wait().unwrap();
        let verdict: String = sqlx::query_scalar("PRAGMA integrity_check")
            .fetch_one(&mut week.database().await)
            .await
            .unwrap();
        assert_eq!(verdict, "ok");
        let output = week.vermerk(&["rebuild", "--check"]);
        let text = String::from_utf8(output.stdout).unwrap();
        if text.contains(AS_RECORDED) {
            new += 1;
        } else {
            assert!(
                text.contains("rows that come out otherwise: entry 1\n"),
                "{delay} ms: {text}"
            );
            old += 1;
        }
    }
    println!("{old} kills left the old rows, {new} the new ones");
    week.ask(&["rebuild"], 0);
    assert!(week.ask(&["rebuild", "--check"], 0).contains(AS_RECORDED));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backtest_shows_what_a_changed_page_file_would_lose_and_stores_nothing() {
    let week = Week::play().await;
    let text = week.ask(&["backtest"], 0);
    assert!(
        text.contains("abkommen: all comes out as it is recorded"),
        "{text}"
    );

    let before = std::fs::read(week.folder.path().join("vermerk.db")).unwrap();
    let file = week.page_file("main > div:not(#ke)");
    let text = week.ask(&["backtest", "--page", file.to_str().unwrap()], 0);
    println!("{text}");
    let blocks: Vec<&str> = text.lines().filter(|line| is_verdict(line)).collect();
    assert!(
        blocks.contains(&"gone change") && blocks.contains(&"gone event"),
        "{text}"
    );
    assert!(blocks.contains(&"gone entry"), "{text}");
    assert!(
        !text.contains("Kolumbien") && !text.contains("Moldau"),
        "only Kenya: {text}"
    );
    assert_eq!(
        std::fs::read(week.folder.path().join("vermerk.db")).unwrap(),
        before
    );
}

fn is_verdict(line: &str) -> bool {
    ["gone ", "added ", "different "]
        .iter()
        .any(|word| line.starts_with(word))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_captured_stands_before_our_own_history_with_its_source() {
    let week = Week::play().await;
    let before = week.ask(&["history", "--all", "--json"], 0);
    let deliveries = week.count("delivery").await;
    let page = |teaser: &str| {
        format!(
            "<main><div><h2><a href=\"/land/ke\">Kenia</a></h2><p>{teaser}</p></div>\
                 <div><h2><a href=\"/land/in\">Indien</a></h2><p>Mit Indien wird gesprochen.</p></div></main>"
        )
    };
    let captures = [
        (
            "2023-03-01T10:00:00Z",
            page("Mit Kenia wird noch nicht verhandelt."),
        ),
        (
            "2023-05-01T10:00:00Z",
            "<h1>Wartungsarbeiten</h1>".to_owned(),
        ),
        (
            "2023-09-01T10:00:00Z",
            page("Mit Kenia wird über ein Abkommen verhandelt."),
        ),
        // Our own looks begin before this one: they know better.
        ("2024-09-12T10:00:00Z", page("Von Kenia ist keine Rede.")),
    ];
    let file = week.folder.path().join("other.warc");
    std::fs::write(&file, warc(&week.list(), &captures)).unwrap();
    let told = week.ask(
        &[
            "archive",
            "import",
            "--page",
            "abkommen",
            file.to_str().unwrap(),
        ],
        0,
    );
    println!("{told}");
    assert!(
        told.contains("3 captures of it from before our first look, 1 new change"),
        "{told}"
    );
    assert!(told.contains("1 show no page"), "{told}");

    let after = week.ask(&["history", "--all", "--json"], 0);
    let (own, earlier): (Vec<&str>, Vec<&str>) = after
        .lines()
        .partition(|line| !line.contains("\"source\":\""));
    assert_eq!(
        own,
        before.lines().collect::<Vec<_>>(),
        "our own history is as it was"
    );
    let [one] = earlier[..] else {
        panic!("one change was imported: {earlier:?}");
    };
    assert!(
        one.contains("2023-09-01T10:00:00Z") && one.contains("other.warc"),
        "{one}"
    );
    assert_eq!(after.lines().last(), Some(one), "the oldest stands last");
    assert!(
        week.ask(&["history"], 0)
            .contains("captured by others, imported from")
    );
    assert_eq!(week.count("delivery").await, deliveries);
    assert!(week.ask(&["rebuild", "--check"], 0).contains(AS_RECORDED));
}

/// A file of records as other tools write it: uncompressed, one answer after another.
fn warc(url: &str, captures: &[(&str, String)]) -> String {
    let record = |(at, body): &(&str, String)| {
        let block =
            format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{body}");
        format!(
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{}>\r\nWARC-Date: {at}\r\n\
             WARC-Target-URI: {url}\r\nContent-Type: application/http; msgtype=response\r\n\
             Content-Length: {}\r\n\r\n{block}\r\n\r\n",
            uuid::Uuid::new_v4(),
            block.len()
        )
    };
    captures.iter().map(record).collect()
}

/// Writes into the database what no page ever said.
async fn tamper(week: &Week) {
    let mut database = week.database().await;
    let done = sqlx::query(
        "UPDATE entry SET body = json_set(body, '$.title.text', 'Lüge') WHERE key = 'KE'",
    )
    .execute(&mut database)
    .await
    .unwrap();
    assert_eq!(done.rows_affected(), 1);
    database.close().await.unwrap();
}
