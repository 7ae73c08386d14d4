//! Damage that a scheduled check finds is mailed to the operator once, with the record and what to do.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use vermerk::model::{Channel, Content, Damage, EmailAddress, Subscription, Wish};
use vermerk::pipeline::{self, Upkeep};
use vermerk::store::Listed;

use crate::world::{Answer, TOPIC, World};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

#[tokio::test]
async fn the_operator_is_mailed_of_damage_once_and_again_when_it_comes_back() {
    let first: Timestamp = "2024-09-30T08:00:00Z".parse().unwrap();
    let page = Answer {
        status: 200,
        content_type: "text/html",
        body: "<ul><li><b>Kenia</b><p>Gespräche</ul>".into(),
    };
    let mut world = World::new(TOPIC, "/topic", page, first).await;
    let to = EmailAddress::parse("operator@localhost").unwrap();
    world.road.subscriptions = Arc::new(vec![Subscription {
        channel: Channel::Operator { to },
        wish: Wish::everything(),
    }]);
    world.look_at(first).await.unwrap();
    let upkeep = Upkeep {
        settings: world.archive.clone(),
        key: world.archive.folder.join("../checkpoint.key"),
        authority: None,
        fixity: HOUR,
        keep: Vec::new(),
    };
    let mut day = first;
    let mut check = async |world: &World| {
        day += SignedDuration::from_hours(24);
        world.set_clock(day);
        let done = pipeline::upkeep(&world.road, &upkeep).await;
        done.checked.expect("it was due").faults.len()
    };
    assert_eq!(check(&world).await, 0);
    assert_eq!(told(&world).await, []);

    let (path, good) = closed(&world);
    let mut bad = good.clone();
    // The checksum of the last record.
    let at = bad.len() - 8;
    bad[at] ^= 1;
    fs::write(&path, &bad).unwrap();
    let faults = check(&world).await;
    assert!(faults > 0);
    let [damage] = &told(&world).await[..] else {
        panic!("one mail");
    };
    assert_eq!(damage.count, faults);
    let named = &damage.faults[0];
    assert!(path.ends_with(&named.file), "{named:?}");
    assert!(named.record.is_some(), "{named:?}");
    // The same damage is no news, and it is looked for where nothing can be signed.
    let key = fs::read(&upkeep.key).unwrap();
    fs::write(&upkeep.key, "no key").unwrap();
    assert_eq!(check(&world).await, faults);
    assert_eq!(told(&world).await.len(), 1);
    fs::write(&upkeep.key, key).unwrap();
    // Put right, and damaged once more: that is.
    fs::write(&path, &good).unwrap();
    assert_eq!(check(&world).await, 0);
    assert_eq!(told(&world).await.len(), 1);
    fs::write(&path, &bad).unwrap();
    assert_eq!(check(&world).await, faults);
    assert_eq!(told(&world).await.len(), 2);
}

async fn told(world: &World) -> Vec<Damage> {
    let rows = world
        .road
        .store
        .deliveries(Listed::Unsent, 9)
        .await
        .unwrap();
    let damage = rows.into_iter().map(|row| match row.content {
        Content::Damage(damage) => damage,
        other => panic!("{other:?}"),
    });
    damage.collect()
}

/// The closed file of records, and its bytes.
fn closed(world: &World) -> (PathBuf, Vec<u8>) {
    let found = fs::read_dir(&world.archive.folder).unwrap();
    let paths = found.map(|one| one.unwrap().path());
    let path = paths
        .into_iter()
        .find(|path| path.to_string_lossy().ends_with(".warc.gz"))
        .expect("a closed file");
    let bytes = fs::read(&path).unwrap();
    (path, bytes)
}
