//! One file for each day, whoever writes into it.

use super::*;
use crate::archive::verify;

async fn call(folder: &Path, started: &str, body: &[u8]) -> Kept {
    let (archive, mended) = Archive::open(settings(folder)).unwrap();
    assert_eq!(mended, []);
    let kept = keep(&archive, exchange(started, 200, body), None).await;
    archive.leave().await.unwrap();
    kept.unwrap()
}

#[tokio::test]
async fn calls_of_one_day_write_into_one_file_and_the_next_day_closes_it() {
    let folder = folder();
    let first = call(folder.path(), "2024-09-13T08:00:00Z", b"eins").await;
    let second = call(folder.path(), "2024-09-13T12:00:00Z", b"zwei").await;
    assert_eq!(first.capture.place.file, second.capture.place.file);
    let open = names(folder.path());
    assert_eq!(open, [format!("{}.open", first.capture.place.file)]);
    let report = verify(&settings(folder.path()), |_, _| {}).unwrap();
    assert_eq!((report.records, report.faults), (7, vec![]));
    let third = call(folder.path(), "2024-09-14T08:00:00Z", b"drei").await;
    assert_ne!(third.capture.place.file, first.capture.place.file);
    let all = names(folder.path());
    assert_eq!(all[0], first.capture.place.file, "closed: {all:?}");
    // The day is over although nothing more came.
    let (archive, _) = Archive::open(settings(folder.path())).unwrap();
    archive.end_days(at("2024-09-15T00:00:01Z")).await.unwrap();
    archive.leave().await.unwrap();
    assert!(
        names(folder.path())
            .iter()
            .all(|name| !name.contains(".open"))
    );
    let report = verify(&settings(folder.path()), |_, _| {}).unwrap();
    assert_eq!((report.unsealed, report.faults), (vec![], vec![]));
}

#[tokio::test]
async fn two_who_write_at_once_have_a_file_each() {
    let folder = folder();
    let (one, _) = Archive::open(settings(folder.path())).unwrap();
    let first = keep(&one, exchange("2024-09-13T08:00:00Z", 200, b"eins"), None).await;
    let second = call(folder.path(), "2024-09-13T08:00:05Z", b"zwei").await;
    let third = keep(&one, exchange("2024-09-13T08:00:10Z", 200, b"drei"), None).await;
    one.leave().await.unwrap();
    let file = |kept: &Kept| kept.capture.place.file.clone();
    let (first, third) = (first.unwrap(), third.unwrap());
    assert_eq!(file(&first), file(&third));
    assert_ne!(file(&first), file(&second));
}

#[tokio::test]
async fn a_file_that_says_another_operator_is_not_gone_on_in() {
    let folder = folder();
    let first = call(folder.path(), "2024-09-13T08:00:00Z", b"eins").await;
    let other = Settings {
        operator: "Verein <ops@example.net>".to_owned(),
        ..settings(folder.path())
    };
    let (archive, _) = Archive::open(other).unwrap();
    let second = keep(
        &archive,
        exchange("2024-09-13T12:00:00Z", 200, b"zwei"),
        None,
    )
    .await;
    archive.close().await.unwrap();
    assert_ne!(first.capture.place.file, second.unwrap().capture.place.file);
}
