//! A schedule that an operator changes counts from the next start on.

use jiff::Timestamp;

use crate::world::{Answer, TOPIC, World};

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_schedule_does_not_wait_for_the_look_that_the_old_one_planned() {
    let rarely = TOPIC.replace("1h", "8h");
    let first = Answer {
        status: 200,
        content_type: "text/html; charset=utf-8",
        body: b"<html lang=de><body><ul><li><b>Kenia</b><p>Text.</p></ul></body></html>".to_vec(),
    };
    let mut world = World::new(&rarely, "/liste.html", first, at("08:05")).await;
    world.look_at(at("08:05")).await.unwrap();
    assert_eq!(next(&world).await, at("16:00"));

    world.restart_with("every = \"2h\"", "every = \"8h\"").await;
    assert_eq!(next(&world).await, at("10:00"));
    assert!(world.look_at(at("09:59")).await.is_none());
    world.look_at(at("10:00")).await.unwrap();
    assert_eq!(next(&world).await, at("12:00"));

    world
        .restart_with("every = \"12h\"", "every = \"2h\"")
        .await;
    assert_eq!(next(&world).await, at("12:00"));
    world
        .restart_with("every = \"6h\"", "every = \"12h\"")
        .await;
    world.set_clock(at("12:01"));
    world.restart_with("every = \"9h\"", "every = \"6h\"").await;
    assert_eq!(next(&world).await, at("15:00"));
}

async fn next(world: &World) -> Timestamp {
    world.road.store.next_visit().await.unwrap().unwrap()
}

fn at(time: &str) -> Timestamp {
    format!("2024-09-16T{time}:00Z").parse().unwrap()
}
