//! What is derived can be derived again: row for row, whatever was done to the database, and told to nobody.

mod week;

use std::time::Duration;

use sqlx::Connection as _;

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
async fn a_lost_database_is_made_from_the_archive() {
    let week = Week::play().await;
    let changes = week.ask(&["history", "--all", "--json"], 0);
    for name in ["vermerk.db", "vermerk.db-wal", "vermerk.db-shm"] {
        let _ = std::fs::remove_file(week.folder.path().join(name));
    }
    week.ask(&["rebuild"], 0);
    assert_eq!(week.ask(&["history", "--all", "--json"], 0), changes);
    assert_eq!(
        week.count("delivery").await,
        0,
        "what was told once is not told again"
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
