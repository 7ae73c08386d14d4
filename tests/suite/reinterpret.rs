//! An earlier lexicon's readings are replaced by today's: ids stay, the old is kept beside, nobody is mailed.

use jiff::Timestamp;
use vermerk::interpret::Lexicon;
use vermerk::model::{Digest, Event, Factuality, Reread, Status};
use vermerk::pipeline::{LEASE, Reinterpreted, reinterpret};
use vermerk::store::{Claim, EventFilter, Listed, Recorded, Rewriting};

use crate::world::{Answer, World};

const PAGE: &str = r#"
id = "list"
url = "{{url}}"
language = "de"
title = "Migrationspartnerschaften"
publisher = "Amt"
every = "1h"
confirm_after = "10m"
[recipe]
kind = "list"
entries = "li"
title = "h3"
teaser = "p"
key = "country"
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_new_lexicon_replaces_what_an_old_one_read_and_keeps_the_old_beside_it() {
    let (world, signed) = signed_world().await;
    misread(&world).await;
    let messages = world
        .road
        .store
        .deliveries(Listed::All, 99)
        .await
        .unwrap()
        .len();
    let now = time("2024-10-01T06:00:00Z");
    let (store, page) = (&world.road.store, world.watched.brief());
    let Reinterpreted::Done(revisions) = reinterpret(store, &page, now).await.unwrap() else {
        panic!("nobody else is at work");
    };
    assert_eq!(events(&world).await, std::slice::from_ref(&signed));
    let of_event = revisions.iter().find_map(|one| match &one.what {
        Reread::Event { before, after } => Some((before.clone(), after.clone())),
        Reread::Status { .. } => None,
    });
    let (before, after) = of_event.unwrap();
    assert_eq!(before.unwrap().factuality(), Some(Factuality::Planned));
    assert_eq!(*after.unwrap(), signed);
    assert!(revisions.iter().all(|one| {
        one.lexicon_before == Some(Digest::of(b"an older lexicon"))
            && one.lexicon_after == Lexicon::version()
    }));
    assert_eq!(
        store.revisions(None, 99).await.unwrap().len(),
        revisions.len()
    );
    assert!(statuses(&world).await.iter().any(is_signed));
    assert_eq!(
        store.deliveries(Listed::All, 99).await.unwrap().len(),
        messages
    );
    let again = reinterpret(store, &page, now).await.unwrap();
    assert_eq!(again, Reinterpreted::Done(Vec::new()), "it stands now");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_look_reads_the_matrix_with_todays_lexicon_and_tells_nobody() {
    let (world, _) = signed_world().await;
    misread(&world).await;
    let told = events(&world).await;
    let looks = world.look_twice(time("2024-09-20T06:00:00Z")).await;
    assert!(
        looks
            .iter()
            .all(|look| look.events.is_empty() && look.changes.is_empty())
    );
    assert!(statuses(&world).await.iter().any(is_signed));
    assert_eq!(
        events(&world).await,
        told,
        "the events wait for `reinterpret`"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_under_a_look_is_left_alone() {
    let (world, _) = signed_world().await;
    let (store, page) = (&world.road.store, world.watched.brief());
    let now = time("2024-10-01T06:00:00Z");
    let claimed = store.claim_page(&page.id, now, LEASE).await.unwrap();
    assert!(matches!(claimed, Claim::Taken(_)));
    let refused = reinterpret(store, &page, now).await.unwrap();
    assert!(matches!(refused, Reinterpreted::Busy { .. }));
}

/// A world in which Kenya was planned first and is signed now.
async fn signed_world() -> (World, Event) {
    let start = time("2024-09-01T06:00:00Z");
    let planned = "Das Migrationsabkommen mit Kenia soll unterzeichnet werden.";
    let world = World::new(PAGE, "/liste.html", list(planned), start).await;
    world.look_twice(start).await;
    world.show(list(
        "Das Migrationsabkommen mit Kenia wurde am 13. September 2024 in Berlin unterzeichnet.",
    ));
    let looks = world.look_twice(time("2024-09-14T06:00:00Z")).await;
    let told: Vec<Event> = looks.into_iter().flat_map(|look| look.events).collect();
    let [signed] = told.as_slice() else {
        panic!("one event: {told:?}");
    };
    assert_eq!(signed.factuality(), Some(Factuality::Done));
    (world, signed.clone())
}

/// Writes what a worse lexicon could have read: the signing as a plan.
async fn misread(world: &World) {
    let store = &world.road.store;
    let page = &world.watched.page.id;
    let now = time("2024-09-15T06:00:00Z");
    let Claim::Taken(visit) = store.claim_page(page, now, LEASE).await.unwrap() else {
        panic!("nobody else is at work");
    };
    let mut statuses = statuses(world).await;
    for status in &mut statuses {
        status.statement.factuality = Factuality::Planned;
    }
    let mut events = events(world).await;
    for event in &mut events {
        event.after.as_mut().unwrap().factuality = Factuality::Planned;
    }
    let rewriting = Rewriting {
        lexicon: Digest::of(b"an older lexicon"),
        statuses,
        events,
        withdrawn: Vec::new(),
        revisions: Vec::new(),
    };
    assert_eq!(store.rewrite(&visit, &rewriting).await, Ok(Recorded::Done));
}

async fn events(world: &World) -> Vec<Event> {
    world
        .road
        .store
        .events(&EventFilter::default())
        .await
        .unwrap()
}

async fn statuses(world: &World) -> Vec<Status> {
    world.road.store.statuses(None).await.unwrap()
}

fn is_signed(status: &Status) -> bool {
    status.statement.stage.as_str() == "SIGNED" && status.statement.factuality == Factuality::Done
}

fn list(text: &str) -> Answer {
    let body = format!(
        "<!doctype html><html lang=de><body><ul><li><h3>Kenia</h3><p>{text}</p></li>\
         <li><h3>Ghana</h3><p>Ghana liegt in Westafrika.</p></li></ul></body></html>"
    );
    Answer {
        status: 200,
        content_type: "text/html; charset=utf-8",
        body: body.into_bytes(),
    }
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}
