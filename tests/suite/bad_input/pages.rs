//! Pages that are not what they should be: a verdict, in bounded time, and the next good look counts again.

use super::house::{Ended, House, list};

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_cannot_be_read_fails_alone_and_heals() {
    let house = House::new("").await;
    house.vermerk(&["check"]).await.is_well();
    let nested = "<div>".repeat(100_000);
    let cases: [(&str, Vec<u8>, &str); 5] = [
        (
            "image/png",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(),
            "failed: the answer is not HTML but image/png",
        ),
        ("text/html", Vec::new(), "failed: the answer is empty"),
        (
            "text/html",
            nested.into_bytes(),
            "failed: the markup is nested deeper than ",
        ),
        (
            "text/html",
            vec![b'x'; 11 << 20],
            "failed: the answer is larger than 10485760 bytes",
        ),
        (
            "text/html",
            b"<html><body><p>Kommt bald.</p></body></html>".to_vec(),
            "held: ",
        ),
    ];
    for (kind, body, verdict) in cases {
        house.show_as(kind, body);
        told(&house.vermerk(&["check"]).await, verdict);
    }
    house.show(list("Zusammenarbeit"));
    let healed = house.vermerk(&["check"]).await;
    assert!(healed.is_well().out.starts_with("liste: "), "{healed:?}");
    house.vermerk(&["archive", "verify"]).await.is_well();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_five_megabytes_is_read() {
    let house = House::new("").await;
    let long = format!("{}<!--{}-->", list("Zusammenarbeit"), "x".repeat(5 << 20));
    house.show(long);
    let ended = house.vermerk(&["check"]).await;
    assert!(
        ended
            .is_well()
            .out
            .starts_with("liste: baseline recorded (3 entries)"),
        "{ended:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trial_says_the_same_and_stores_nothing() {
    let house = House::new("").await;
    let page = house.path("config/pages/liste.toml");
    let trial = house.vermerk(&["page", "check", &page]).await;
    assert!(trial.is_well().out.contains("3 entries\n"), "{trial:?}");
    let refused = house.run(&["page", "check", &page]).await;
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(
        refused
            .out
            .contains("refused by rule: loopback 127.0.0.0/8; try it with --allow"),
        "{refused:?}"
    );
    assert!(!house.root.join("archive").join("journal").exists());
    house.replace("config/pages/liste.toml", "\"article\"", "\".gone\"");
    let nothing = house
        .run(&["page", "check", &page, "--allow", "127.0.0.0/8"])
        .await;
    assert_eq!(nothing.code, Some(1), "{nothing:?}");
    assert!(
        nothing
            .out
            .contains("\nentries = \"article.teaser\"\ntitle = \"h2\"\n"),
        "{nothing:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposed_page_file_can_be_used_as_it_is() {
    let house = House::new("").await;
    let file = std::fs::read_to_string(house.root.join("config/pages/liste.toml")).unwrap();
    let url = file
        .lines()
        .nth(1)
        .unwrap()
        .split('"')
        .nth(1)
        .unwrap()
        .to_owned();
    let proposed = house.vermerk(&["page", "check", &url]).await;
    house.write("config/pages/liste.toml", &proposed.is_well().out);
    let ended = house.vermerk(&["check"]).await;
    assert!(
        ended
            .is_well()
            .out
            .contains("baseline recorded (3 entries)"),
        "{ended:?}"
    );
}

/// The verdict is the first line; the program itself has nothing to complain of.
fn told(ended: &Ended, verdict: &str) {
    assert_eq!((ended.code, ended.err.as_str()), (Some(1), ""), "{ended:?}");
    assert!(
        ended.out.starts_with(&format!("liste: {verdict}")),
        "{verdict}: {ended:?}"
    );
}
