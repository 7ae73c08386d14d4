//! Articles behind the links, where there are more of them than one visit may read.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use vermerk::archive;

use crate::world::{Answer, World};

const PAGE: &str = r#"
id = "list"
url = "{{url}}"
language = "de"
title = "Liste"
publisher = "Amt"
every = "1h"
confirm_after = "10m"
[recipe]
kind = "list"
entries = "li"
title = "h3"
link = "a"
key = "title"
follow = "h3"
follow_limit = 2
"#;

#[tokio::test(flavor = "multi_thread")]
async fn beyond_the_limit_every_article_still_gets_its_turn() {
    let start: Timestamp = "2024-09-16T06:00:00Z".parse().unwrap();
    let world = World::new(PAGE, "/liste.html", list(), start).await;
    let visits = 16;
    for hour in 0..visits {
        let at = start + SignedDuration::from_hours(hour);
        world.look_at(at).await.unwrap();
    }
    let mut read: BTreeMap<String, usize> = BTreeMap::new();
    for seen in archive::visits_since(&world.archive, Timestamp::UNIX_EPOCH).unwrap() {
        let articles = seen.sights.iter().filter(|sight| sight.entry.is_some());
        assert_eq!(articles.clone().count(), 2, "never more than the limit");
        for sight in articles {
            *read.entry(sight.url.path().to_owned()).or_default() += 1;
        }
    }
    assert_eq!(read.len(), 5, "{read:?}");
    assert!(read.values().all(|times| *times >= 2), "{read:?}");
    assert!(
        !read.contains_key("/elsewhere"),
        "another port was not listed by anybody"
    );
}

fn list() -> Answer {
    let entry = |n: usize| format!("<li><h3>Land {n}</h3><a href=\"/land-{n}\">mehr</a></li>");
    let entries: String = (1..=5).map(entry).collect();
    let foreign = "<li><h3>Fremd</h3><a href=\"http://127.0.0.1:9/elsewhere\">mehr</a></li>";
    Answer {
        status: 200,
        content_type: "text/html; charset=utf-8",
        body: format!("<html lang=de><body><ul>{entries}{foreign}</ul></body></html>").into_bytes(),
    }
}
