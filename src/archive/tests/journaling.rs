//! The journal: whole lines, in order, whoever writes them.

use std::fs;

use super::*;
use crate::archive::visits_since;
use crate::model::{Decision, Freshness, HoldId, JournalLine, Seen, Sight, Verdict, VisitId};

fn seen(when: &str) -> Seen {
    Seen {
        visit: VisitId::new(&page(), at(when)),
        page: page(),
        due: at(when),
        at: at(when),
        started: None,
        looked: None,
        purpose: Purpose::Scheduled,
        sights: vec![Sight {
            entry: None,
            url: "https://example.org/".parse().unwrap(),
            at: None,
            status: None,
            capture: None,
            moved: None,
            evidence: None,
            freshness: Freshness::Nothing,
            problem: None,
        }],
    }
}

pub(super) fn line(when: &str) -> JournalLine {
    JournalLine::Visit(seen(when))
}

#[tokio::test]
async fn visits_come_back_oldest_first_from_an_instant_on() {
    let folder = folder();
    let (archive, _) = open(folder.path());
    let visits = [
        "2024-09-14T00:00:00Z",
        "2024-09-13T12:00:00Z",
        "2024-09-12T12:00:00Z",
    ]
    .map(seen);
    for visit in visits.clone() {
        archive.journal(&JournalLine::Visit(visit)).await.unwrap();
    }
    let decision = Decision {
        page: page(),
        hold: HoldId(1),
        verdict: Verdict::Accept,
        at: at("2024-09-13T13:00:00Z"),
    };
    archive
        .journal(&JournalLine::Decision(decision))
        .await
        .unwrap();
    let [third, second, _] = visits;
    let read = visits_since(&settings(folder.path()), at("2024-09-13T12:00:00Z")).unwrap();
    assert_eq!(read, [second, third]);
    let thirteenth = fs::read_to_string(folder.path().join("journal/2024-09-13.jsonl")).unwrap();
    assert_eq!(thirteenth.lines().count(), 2);
}

#[tokio::test]
async fn a_torn_line_is_cut_at_start_and_before_the_next_line() {
    let folder = folder();
    let (archive, _) = open(folder.path());
    let one = seen("2024-09-13T12:00:00Z");
    archive
        .journal(&JournalLine::Visit(one.clone()))
        .await
        .unwrap();
    let path = folder.path().join("journal/2024-09-13.jsonl");
    let whole = fs::read(&path).unwrap();
    let long = [&whole[..20], &[b'a'; 9000]].concat();
    for line in [&whole[..1], &whole[..20], &whole[..whole.len() - 1], &long] {
        let torn = line.len();
        fs::write(&path, [&whole, line].concat()).unwrap();
        // Another process's line in the making is not ours to read.
        assert_eq!(
            visits_since(&settings(folder.path()), one.at)
                .unwrap()
                .len(),
            1
        );
        let (_, mended) = open(folder.path());
        let file = "journal/2024-09-13.jsonl".to_owned();
        assert_eq!(
            mended,
            [Mended {
                file,
                cut_bytes: torn as u64
            }]
        );
        assert_eq!(fs::read(&path).unwrap(), whole);
    }
    fs::write(&path, &whole[..30]).unwrap();
    archive
        .journal(&JournalLine::Visit(one.clone()))
        .await
        .unwrap();
    assert_eq!(fs::read(&path).unwrap(), whole);
}

#[tokio::test]
async fn a_line_that_is_none_is_named() {
    let folder = folder();
    let (_archive, _) = open(folder.path());
    fs::write(folder.path().join("journal/2024-09-13.jsonl"), b"{}\n").unwrap();
    let read = visits_since(&settings(folder.path()), at("2024-09-13T00:00:00Z"));
    assert!(
        matches!(read, Err(ArchiveError::Damaged { offset: 0, .. })),
        "{read:?}"
    );
}

#[tokio::test]
async fn many_writers_of_one_journal_lose_no_line() {
    let folder = folder();
    let archives = [(); 3].map(|()| open(folder.path()).0);
    let tasks: Vec<_> = (0..90_usize)
        .map(|number| {
            let archive = archives[number % 3].clone();
            let line = JournalLine::Visit(seen(&format!("2024-09-13T12:00:{:02}Z", number % 60)));
            tokio::spawn(async move { archive.journal(&line).await.unwrap() })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let read = visits_since(&settings(folder.path()), at("2024-09-13T00:00:00Z")).unwrap();
    assert_eq!(read.len(), 90);
    assert!(read.is_sorted_by_key(|seen| seen.at));
}
