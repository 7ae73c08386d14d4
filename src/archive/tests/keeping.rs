//! What of an exchange is kept, how it is written, and that it can be read again.

use std::fs;

use super::*;
use crate::archive::{find, verify};
use crate::model::{CaptureId, CaptureKind, Freshness, Place, Truncation};

const NOON: &str = "2024-09-13T12:00:00.123456Z";

#[tokio::test]
async fn a_capture_is_written_byte_for_byte_as_the_golden_file() {
    let folder = folder();
    let (archive, _) = open(folder.path());
    keep(&archive, exchange(NOON, 200, b"<p>Kenia</p>"), None)
        .await
        .unwrap();
    archive.close().await.unwrap();
    let (name, bytes) = only_file(folder.path());
    assert_eq!(name, "vermerk-20240913120000-00001.warc.gz");
    let text = String::from_utf8(unpack(&bytes)).unwrap();
    let (warcinfo, capture) = text.split_at(text.find("WARC/1.1\r\nWARC-Type: response").unwrap());
    let golden = include_str!("../../../fixtures/archive/one-capture.warc");
    assert_eq!(capture, golden);
    // The number of this version stands in it, so it is not compared byte for byte.
    for line in [
        "WARC-Filename: vermerk-20240913120000-00001.warc.gz",
        "operator: Amt für Beispiele <ops@example.org>",
        "http-header-user-agent: Vermerk/0.1 (+https://vermerk.example)",
        "isPartOf: vermerk",
    ] {
        assert!(warcinfo.contains(&format!("\r\n{line}\r\n")), "{warcinfo}");
    }
}

#[tokio::test]
async fn what_was_kept_is_read_back_while_the_file_grows_and_after() {
    let folder = folder();
    let (archive, _) = open(folder.path());
    let kept = keep(
        &archive,
        exchange(NOON, 200, b"\xff\x00Kenia\r\n\r\n"),
        None,
    )
    .await
    .unwrap();
    assert_eq!(kept.freshness, Freshness::New);
    assert_eq!(kept.written.as_ref(), Some(&kept.capture));
    let open_now = archive
        .read(kept.capture.id, &kept.capture.place)
        .await
        .unwrap();
    archive.close().await.unwrap();

    let (archive, mended) = open(folder.path());
    assert_eq!(mended, []);
    let read = archive
        .read(kept.capture.id, &kept.capture.place)
        .await
        .unwrap();
    assert_eq!(read, open_now);
    assert_eq!(read.response.body, b"\xff\x00Kenia\r\n\r\n");
    assert_eq!(read.url.as_str(), "https://example.org/partner?seite=1");
    assert_eq!(read.started, at("2024-09-13T12:00:00.123Z"));
    assert_eq!(read.started, kept.capture.at);
    assert_eq!(read.peer, exchange(NOON, 200, b"").peer);
    assert_eq!(read.response.protocol, "http/1.1");
    let names: Vec<&str> = read
        .response
        .headers
        .iter()
        .map(|header| header.name.as_str())
        .collect();
    assert_eq!(names, ["content-type", "set-cookie", "set-cookie"]);
}

#[tokio::test]
async fn a_citation_that_points_elsewhere_is_refused() {
    let folder = folder();
    let (archive, _) = open(folder.path());
    let one = keep(&archive, exchange(NOON, 200, b"eins"), None)
        .await
        .unwrap()
        .capture;
    let two = keep(
        &archive,
        exchange("2024-09-13T13:00:00Z", 200, b"zwei"),
        None,
    )
    .await
    .unwrap()
    .capture;
    for place in [
        two.place.clone(),
        Place {
            offset: one.place.offset + 1,
            ..one.place.clone()
        },
        Place {
            offset: 1 << 40,
            ..one.place.clone()
        },
        Place {
            file: "../x.warc.gz".to_owned(),
            offset: 0,
        },
    ] {
        let read = archive.read(one.id, &place).await;
        assert!(
            matches!(read, Err(ArchiveError::Damaged { .. })),
            "{place:?}: {read:?}"
        );
    }
}

#[tokio::test]
async fn the_same_bytes_again_are_one_revisit_a_day() {
    let folder = folder();
    let (archive, _) = open(folder.path());
    let first = keep(&archive, exchange(NOON, 200, b"Kenia"), None)
        .await
        .unwrap();
    let mut resource = known(&first);
    let same_day = keep(
        &archive,
        exchange("2024-09-13T23:59:59Z", 200, b"Kenia"),
        Some(&resource),
    )
    .await
    .unwrap();
    assert_eq!(
        (same_day.freshness, same_day.written),
        (Freshness::Same, None)
    );
    assert_eq!(same_day.capture, first.capture);

    let next_day = keep(
        &archive,
        exchange("2024-09-14T00:00:01Z", 200, b"Kenia"),
        Some(&resource),
    )
    .await
    .unwrap();
    assert_eq!(
        (next_day.freshness, &next_day.capture),
        (Freshness::Same, &first.capture)
    );
    let revisit = next_day.written.clone().unwrap();
    assert_eq!(
        (revisit.kind, revisit.digest),
        (CaptureKind::Revisit, first.capture.digest)
    );
    resource.kept_at = revisit.at;
    let later = keep(
        &archive,
        exchange("2024-09-14T09:00:00Z", 200, b"Kenia"),
        Some(&resource),
    )
    .await
    .unwrap();
    assert_eq!(later.written, None);

    let (place, records) = find(&settings(folder.path()), revisit.id).unwrap();
    assert_eq!((place, records.len()), (revisit.place.clone(), 3));
    let told = |name: &str| records[0].header(name).unwrap().to_owned();
    assert_eq!(
        told("WARC-Refers-To"),
        format!("<urn:uuid:{}>", first.capture.id)
    );
    assert_eq!(
        told("WARC-Refers-To-Target-URI"),
        "https://example.org/partner?seite=1"
    );
    assert_eq!(told("WARC-Refers-To-Date"), "2024-09-13T12:00:00.123Z");
    assert_eq!(told("WARC-Truncated"), "length");
    assert!(records[0].block.ends_with(b"set-cookie: b=2\r\n\r\n"));
    let read = archive
        .read(revisit.id, &revisit.place)
        .await
        .unwrap_err()
        .to_string();
    assert!(
        read.contains(&format!("see urn:uuid:{}", first.capture.id)),
        "{read}"
    );
}

#[tokio::test]
async fn a_304_is_kept_once_a_day_with_an_empty_block() {
    let folder = folder();
    let (archive, _) = open(folder.path());
    let first = keep(&archive, exchange(NOON, 200, b"Kenia"), None)
        .await
        .unwrap();
    let resource = known(&first);
    let mut unchanged = exchange("2024-09-13T13:00:00Z", 304, b"");
    unchanged.response.headers = vec![header("etag", "\"7\"")];
    let same_day = keep(&archive, unchanged.clone(), Some(&resource))
        .await
        .unwrap();
    assert_eq!(
        (same_day.freshness, same_day.written),
        (Freshness::Same, None)
    );

    unchanged.started = at("2024-09-14T13:00:00Z");
    let next_day = keep(&archive, unchanged.clone(), Some(&resource))
        .await
        .unwrap();
    assert_eq!(
        (next_day.freshness, &next_day.capture),
        (Freshness::Same, &first.capture)
    );
    let written = next_day.written.unwrap();
    assert_eq!(
        (written.kind, written.status),
        (CaptureKind::NotModified, 304)
    );
    let (_, records) = find(&settings(folder.path()), written.id).unwrap();
    assert!(records[0].block.is_empty());
    let about = String::from_utf8(records[2].block.clone()).unwrap();
    assert!(about.contains("responseHeader: etag: \"7\"\r\n"), "{about}");

    // Nobody asked for it: then it is an answer like any other.
    let unasked = keep(&archive, unchanged, None).await.unwrap();
    assert_eq!(unasked.capture.kind, CaptureKind::Response);
    archive.close().await.unwrap();
    assert_eq!(
        verify(&settings(folder.path()), |_, _| {}).unwrap().faults,
        []
    );
}

#[tokio::test]
async fn an_error_page_and_an_empty_page_are_kept_whole_each_time() {
    let folder = folder();
    let (archive, _) = open(folder.path());
    for (status, body) in [(503, &b"Wartung"[..]), (200, b"")] {
        let first = keep(&archive, exchange(NOON, status, body), None)
            .await
            .unwrap();
        let again = exchange("2024-09-14T12:00:00Z", status, body);
        let again = keep(&archive, again, Some(&known(&first))).await.unwrap();
        assert_eq!(
            (again.freshness, again.capture.kind),
            (Freshness::New, CaptureKind::Response)
        );
    }
}

#[tokio::test]
async fn a_cut_answer_says_how_it_was_cut_and_keeps_the_length_it_was_told() {
    let folder = folder();
    let (archive, _) = open(folder.path());
    let mut cut = exchange(NOON, 200, b"halb");
    cut.response.headers = vec![header("content-length", "8")];
    cut.response.truncated = Some(Truncation::Disconnect);
    let kept = keep(&archive, cut.clone(), None).await.unwrap().capture;
    let read = archive.read(kept.id, &kept.place).await.unwrap();
    assert_eq!(read.response.truncated, Some(Truncation::Disconnect));
    assert_eq!(read.response.header("content-length"), Some("8"));

    cut.response.truncated = None;
    let whole = keep(&archive, cut, None).await.unwrap().capture;
    let read = archive.read(whole.id, &whole.place).await.unwrap();
    assert_eq!(read.response.header("content-length"), Some("4"));
}

#[tokio::test]
async fn secrets_and_forged_lines_do_not_reach_the_file() {
    let folder = folder();
    let (archive, _) = open(folder.path());
    let mut hostile = exchange(NOON, 200, b"x");
    hostile.url = "https://name:geheim@example.org:8443/".parse().unwrap();
    hostile.response.reason = "OK\r\nset-cookie: forged".to_owned();
    hostile.response.protocol = "h2\r\nWARC-Type: forged".to_owned();
    hostile.response.headers = vec![header("x", "1\r\nset-cookie: forged")];
    let kept = keep(&archive, hostile, None).await.unwrap().capture;
    archive.close().await.unwrap();
    let text = String::from_utf8(unpack(&only_file(folder.path()).1)).unwrap();
    assert!(!text.contains("geheim"), "{text}");
    assert!(!text.contains("\nset-cookie: forged") && !text.contains("\nWARC-Type: forged"));
    assert!(text.contains("\r\nhost: example.org:8443\r\n"), "{text}");
    assert_eq!(kept.url.as_str(), "https://example.org:8443/");
}

#[tokio::test]
async fn two_captures_of_one_address_never_share_a_second() {
    let folder = folder();
    let (archive, _) = open(folder.path());
    let mut seconds = Vec::new();
    for started in [
        "12:00:00.1",
        "12:00:00.9",
        "12:00:00.95",
        "12:00:03",
        "11:00:00",
    ] {
        let started = format!("2024-09-13T{started}Z");
        let kept = keep(&archive, exchange(&started, 200, started.as_bytes()), None)
            .await
            .unwrap();
        seconds.push(kept.capture.at.strftime("%H:%M:%S%.3f").to_string());
    }
    assert_eq!(
        seconds,
        [
            "12:00:00.100",
            "12:00:01.100",
            "12:00:02.100",
            "12:00:03.000",
            "11:00:00.000"
        ]
    );
    let mut other = exchange("2024-09-13T12:00:00.9Z", 200, b"x");
    other.url = "https://example.org/other".parse().unwrap();
    assert_eq!(
        keep(&archive, other, None).await.unwrap().capture.at,
        at("2024-09-13T12:00:00.9Z")
    );
}

#[tokio::test]
async fn a_file_ends_at_midnight_and_when_it_is_full() {
    let folder = folder();
    let (archive, _) = open_as(Settings {
        max_file_bytes: 4000,
        ..settings(folder.path())
    });
    for started in [
        "2024-09-13T23:59:59Z",
        "2024-09-14T00:00:00Z",
        "2024-09-13T23:59:30Z",
    ] {
        keep(&archive, exchange(started, 200, b"x"), None)
            .await
            .unwrap();
    }
    assert_eq!(
        names(folder.path()),
        [
            "vermerk-20240913235959-00001.warc.gz",
            "vermerk-20240914000000-00002.warc.gz.open",
        ]
    );
    keep(
        &archive,
        exchange("2024-09-14T01:00:00Z", 200, &noise(16_000)),
        None,
    )
    .await
    .unwrap();
    keep(&archive, exchange("2024-09-14T02:00:00Z", 200, b"x"), None)
        .await
        .unwrap();
    archive.close().await.unwrap();
    assert_eq!(
        names(folder.path())[2],
        "vermerk-20240914020000-00003.warc.gz"
    );
    let report = verify(&settings(folder.path()), |_, _| {}).unwrap();
    assert_eq!(
        (report.files, report.records, report.faults),
        (3, 18, vec![])
    );
}

#[tokio::test]
async fn a_hundred_captures_that_come_together_are_all_kept() {
    let folder = folder();
    let (archive, _) = open(folder.path());
    let tasks: Vec<_> = (0..100_u32)
        .map(|number| {
            let archive = archive.clone();
            let mut one = exchange(NOON, 200, number.to_string().as_bytes());
            one.url = format!("https://example.org/{number}").parse().unwrap();
            tokio::spawn(async move { keep(&archive, one, None).await.unwrap().capture })
        })
        .collect();
    let mut captures = Vec::new();
    for task in tasks {
        captures.push(task.await.unwrap());
    }
    for (number, capture) in captures.iter().enumerate() {
        let read = archive.read(capture.id, &capture.place).await.unwrap();
        assert_eq!(read.response.body, number.to_string().as_bytes());
    }
    archive.close().await.unwrap();
    assert_eq!(
        verify(&settings(folder.path()), |_, _| {}).unwrap().records,
        301
    );
}

#[tokio::test]
async fn two_writers_in_one_folder_keep_files_of_their_own() {
    let folder = folder();
    let (daemon, _) = open(folder.path());
    let one = keep(&daemon, exchange(NOON, 200, b"eins"), None)
        .await
        .unwrap()
        .capture;
    let (check, mended) = Archive::open(settings(folder.path())).unwrap();
    assert_eq!(mended, []);
    let two = keep(&check, exchange(NOON, 200, b"zwei"), None)
        .await
        .unwrap()
        .capture;
    let three = keep(
        &daemon,
        exchange("2024-09-13T12:00:05Z", 200, b"drei"),
        None,
    )
    .await
    .unwrap()
    .capture;
    assert_eq!(one.place.file, three.place.file);
    assert_ne!(one.place.file, two.place.file);
    check.close().await.unwrap();
    daemon.close().await.unwrap();
    let report = verify(&settings(folder.path()), |_, _| {}).unwrap();
    assert_eq!(
        (report.files, report.records, report.faults),
        (2, 11, vec![])
    );
}

#[tokio::test]
async fn an_unknown_capture_is_said_to_be_unknown() {
    let folder = folder();
    let (archive, _) = open(folder.path());
    keep(&archive, exchange(NOON, 200, b"x"), None)
        .await
        .unwrap();
    let nobody = CaptureId(Uuid::from_u128(77));
    assert!(
        matches!(find(&settings(folder.path()), nobody), Err(ArchiveError::Unknown(id)) if id == nobody)
    );
    // An archive that nobody wrote to leaves no file behind.
    let (idle, _) = Archive::open(settings(folder.path())).unwrap();
    idle.close().await.unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}
