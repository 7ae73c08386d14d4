//! What the site shows of the archive's own proof: checkpoints, ledger, and every look with its record.

use std::fs;

use vermerk::archive::{self, Signed};
use vermerk::model::Digest;

use super::memento::Served;

#[tokio::test]
async fn the_page_on_proof_has_every_checkpoint_and_the_ledger_to_take_away() {
    let served = Served::new().await;
    let settings = &served.week.settings;
    let signed: Vec<Signed> = archive::signed(settings).unwrap();
    assert!(signed.len() >= 8, "one a day: {}", signed.len());
    let page = served.text("/proof").await;
    let newest = &signed[0];
    let root = newest.witness.root.replace('+', "&#43;");
    for part in [
        &newest.witness.origin,
        &newest.name,
        &signed[signed.len() - 1].name,
    ] {
        assert!(page.contains(part.as_str()), "{part}: {page}");
    }
    assert!(
        page.contains(&newest.witness.root) || page.contains(&root),
        "{page}"
    );
    let note = served.text(&format!("/proof/{}.note", newest.name)).await;
    assert_eq!(note, newest.note);
    let (key, _) = newest.key.as_ref().unwrap();
    let pem = served.text(&format!("/proof/{key}")).await;
    assert!(pem.starts_with("-----BEGIN PUBLIC KEY-----"), "{pem}");
    let ledger = fs::read_to_string(settings.folder.join("ledger.jsonl")).unwrap();
    assert_eq!(served.text("/proof/ledger.jsonl").await, ledger);
    for none in [
        "/proof/..%2fledger.jsonl",
        "/proof/..%2f..%2fcheckpoint.key",
        "/proof/checkpoint.key",
        "/proof/x.note",
        "/proof/polls/2023-01-01.jsonl",
        "/proof/polls/..%2f2024-09-30.jsonl",
    ] {
        assert_eq!(served.get(none).await.status(), 404, "{none}");
    }
    // Whoever reads a feed keeps the last checkpoint with it.
    let feed = served.text("/feeds/all.json").await;
    let feed: serde_json::Value = serde_json::from_str(&feed).unwrap();
    let kept = &feed["_vermerk"]["checkpoint"];
    assert_eq!(kept["root"], newest.witness.root.as_str(), "{kept}");
    assert_eq!(kept["size"], newest.witness.size, "{kept}");
    let atom = served.text("/feeds/all.atom").await;
    let line = format!(
        "checkpoint {} {} ",
        newest.witness.origin, newest.witness.size
    );
    assert!(atom.contains(&line), "{atom}");
}

#[tokio::test]
async fn every_look_of_a_span_is_shown_with_its_outcome_and_the_record_that_proves_it() {
    let served = Served::new().await;
    let span = "/pages/migration/looks?from=2024-10-01&to=2024-10-03";
    let page = served
        .text(&span.replace("migration", &served.topic_page()))
        .await;
    // Two days, a look every three hours, some of them twice.
    let looks = page.matches("<tr><td><time datetime=\"2024-10-0").count();
    assert!(looks > 16, "{looks}: {page}");
    for word in ["unchanged", "failed:", "HTTP 503", "HTTP 200"] {
        assert!(page.contains(word), "{word}: {page}");
    }
    assert!(
        !page.contains("<tr><td><time datetime=\"2024-10-03"),
        "{page}"
    );
    for day in ["2024-10-01", "2024-10-02"] {
        let log = served.text(&format!("/proof/polls/{day}.jsonl")).await;
        assert!(
            log.lines()
                .all(|line| line.contains(&format!("\"at\":\"{day}T"))),
            "{log}"
        );
        let digest = Digest::of(log.as_bytes());
        assert!(page.contains(&digest.hex()), "{day}: {page}");
    }
    for bad in [
        "?from=x",
        "?from=2024-10-03&to=2024-10-01",
        "?from=2001-01-01&to=2024-10-01",
        "?to=-009999-01-02T01:59:59Z",
    ] {
        let path = format!("/pages/{}/looks{bad}", served.topic_page());
        assert_eq!(served.get(&path).await.status(), 400, "{bad}");
    }
}
