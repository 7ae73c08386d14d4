//! Holds and an operator's word on them, also where a kill came between the word and its record.

use jiff::{SignedDuration, Timestamp};
use vermerk::model::{Decision, HoldId, JournalLine, Look, Verdict};
use vermerk::pipeline::{self, Decided, LEASE};
use vermerk::store::{ChangeFilter, HoldScope};

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
teaser = "p"
key = "title"
[guards]
expected = [1, 2]
"#;

#[tokio::test(flavor = "multi_thread")]
async fn an_accepted_hold_is_told_and_the_longer_list_is_believed_from_then_on() {
    let (world, hold, at) = held().await;
    let decided = pipeline::decide(&world.road, &world.watched, hold, Verdict::Accept).await;
    assert_eq!(decided.unwrap(), Decided::Done { told: 1 });
    assert_eq!(told(&world).await, ["Kenia"]);
    // In another order, so that the bytes are read again.
    world.show(list(&["Kenia", "Ghana", "Georgien"]));
    let next = world
        .look_at(at + SignedDuration::from_hours(2))
        .await
        .unwrap();
    assert_eq!(next.look, Look::Fine);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_accepts_what_another_recipe_would_read() {
    let (mut world, hold, _) = held().await;
    let watched = &mut world.watched;
    watched.page.recipe.ignore.push("em".to_owned());
    watched.recipe = vermerk::extract::Recipe::compile(&watched.page).unwrap();
    let decided = pipeline::decide(&world.road, &world.watched, hold, Verdict::Accept).await;
    assert_eq!(decided.unwrap(), Decided::RecipeChanged);
    assert!(told(&world).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_that_only_the_journal_knows_is_carried_out_at_the_next_start() {
    let (world, hold, at) = held().await;
    let page = &world.watched.page.id;
    let decision = Decision {
        page: page.clone(),
        hold,
        verdict: Verdict::Accept,
        at,
    };
    let line = JournalLine::Decision(decision);
    world.road.archive.journal(&line).await.unwrap();
    // The deciding process had claimed the page; its lease was freed when the next one started.
    let claim = world.road.store.claim_page(page, at, LEASE).await.unwrap();
    let vermerk::store::Claim::Taken(visit) = claim else {
        panic!("{claim:?}")
    };
    world.road.store.release(&visit).await.unwrap();
    let pages = std::slice::from_ref(&world.watched);
    pipeline::recover(&world.road, &world.archive, pages)
        .await
        .unwrap();
    assert_eq!(told(&world).await, ["Kenia"]);
    let open = world.road.store.holds(HoldScope::Open).await.unwrap();
    assert!(open.is_empty(), "{open:?}");
}

/// A page whose list has just become longer than its guard allows.
async fn held() -> (World, HoldId, Timestamp) {
    let start: Timestamp = "2024-09-16T06:00:00Z".parse().unwrap();
    let world = World::new(PAGE, "/liste.html", list(&["Georgien", "Ghana"]), start).await;
    world.look_at(start).await.unwrap();
    world.show(list(&["Georgien", "Ghana", "Kenia"]));
    let at = start + SignedDuration::from_hours(1);
    let visited = world.look_at(at).await.unwrap();
    assert!(matches!(visited.look, Look::Held(_)), "{visited:?}");
    let open = world.road.store.holds(HoldScope::Open).await.unwrap();
    (world, open[0].id, at)
}

async fn told(world: &World) -> Vec<String> {
    let changes = world
        .road
        .store
        .changes(&ChangeFilter::default())
        .await
        .unwrap();
    changes.into_iter().map(|change| change.title).collect()
}

fn list(names: &[&str]) -> Answer {
    let entry = |name: &&str| format!("<li><h3>{name}</h3><p>Text über {name}.</p></li>");
    let entries: String = names.iter().map(entry).collect();
    Answer {
        status: 200,
        content_type: "text/html; charset=utf-8",
        body: format!("<html lang=de><body><ul>{entries}</ul></body></html>").into_bytes(),
    }
}
