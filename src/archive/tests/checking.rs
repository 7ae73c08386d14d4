//! What `verify` names, and what it must survive.

use std::fs;
use std::io::Write;
use std::sync::OnceLock;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::*;
use crate::archive::{Report, verify};

fn one_file() -> &'static [u8] {
    static FILE: OnceLock<Vec<u8>> = OnceLock::new();
    FILE.get_or_init(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        runtime.block_on(async {
            let folder = folder();
            let (archive, _) = open(folder.path());
            for (started, body) in [
                ("12:00:00", "eins".repeat(99)),
                ("13:00:00", "zwei".to_owned()),
            ] {
                let started = format!("2024-09-13T{started}Z");
                keep(&archive, exchange(&started, 200, body.as_bytes()), None)
                    .await
                    .unwrap();
            }
            archive.close().await.unwrap();
            only_file(folder.path()).1
        })
    })
}

fn check(bytes: &[u8]) -> Report {
    let folder = folder();
    fs::write(
        folder.path().join("vermerk-20240913120000-00001.warc.gz"),
        bytes,
    )
    .unwrap();
    verify(&settings(folder.path()), |_, _| {}).unwrap()
}

fn member(text: &str) -> Vec<u8> {
    let mut member = GzEncoder::new(Vec::new(), Compression::default());
    member.write_all(text.as_bytes()).unwrap();
    member.finish().unwrap()
}

proptest! {
    /// A few bits mean nothing to a gzip reader (time stamp, padding): then no record has changed.
    #[test]
    fn a_flipped_bit_is_named_or_changes_no_record(position in 0..one_file().len(), bit in 0..8_u32) {
        let mut bytes = one_file().to_vec();
        bytes[position] ^= 1_u8 << bit;
        let report = check(&bytes);
        if report.faults.is_empty() {
            prop_assert_eq!(unpack(&bytes), unpack(one_file()));
            prop_assert_eq!(report.records, 7);
        } else {
            let fault = &report.faults[0];
            prop_assert!(fault.offset <= position as u64 && report.records >= 5, "{:?}", report);
        }
    }

    #[test]
    fn a_missing_end_is_named(end in 1..one_file().len()) {
        let report = check(&one_file()[..end]);
        let whole = unpack_whole(&one_file()[..end]);
        prop_assert_eq!(report.faults.is_empty(), whole, "{:?}", report);
    }

    #[test]
    fn any_bytes_at_all_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        prop_assert!(!check(&bytes).faults.is_empty());
    }

    #[test]
    fn any_text_in_a_record_is_survived(text in "(WARC/1.1\r\n)?([A-Za-z-]{0,9}:? ?[0-9a-z<>:-]{0,9}\r?\n){0,5}(\r\n)?.{0,9}(\r\n\r\n)?") {
        prop_assert!(!check(&member(&text)).faults.is_empty());
    }
}

/// Whether some bytes end where a gzip member does.
fn unpack_whole(bytes: &[u8]) -> bool {
    let mut plain = Vec::new();
    MultiGzDecoder::new(bytes).read_to_end(&mut plain).is_ok()
}

#[test]
fn each_fault_names_file_offset_record_and_what() {
    let record = |block: &str, digest: &str| {
        let block_digest = crate::model::Digest::of(block.as_bytes());
        format!(
            "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:x>\r\nWARC-Date: 2024\r\n\
             Content-Type: application/http\r\nWARC-Block-Digest: sha256:{block_digest}\r\n\
             WARC-Payload-Digest: sha256:{digest}\r\nContent-Length: {}\r\n\r\n{block}\r\n\r\n",
            block.len()
        )
    };
    let block = "HTTP/1.1 200 OK\r\n\r\nKenia";
    let payload = crate::model::Digest::of(b"Kenia").hex();
    let whole = record(block, &payload);
    let good = one_file().to_vec();
    for (member_text, what) in [
        (whole.clone(), ""),
        (
            record(block, &"0".repeat(64)),
            "the payload does not have its digest",
        ),
        (
            whole.replace("Kenia", "Kenya"),
            "the block does not have its digest",
        ),
        (whole.replace("WARC-Date: 2024\r\n", ""), "no WARC-Date"),
        (
            whole.replace("WARC/1.1", "WARC/9.9"),
            "no WARC record begins here",
        ),
        (
            whole.replace("Content-Length: 24", "Content-Length: 23"),
            "does not end where",
        ),
        (
            whole.replace("Content-Length: 24", "Content-Length: 99"),
            "shorter than its Content-Length",
        ),
        (
            whole.replace("Content-Length: 24", "Content-Length: +24"),
            "no usable Content-Length",
        ),
        (
            whole.replace("Content-Length: 24", "Content-Length: 99999999999"),
            "is refused",
        ),
        (whole.replace("WARC-Date", "broken line"), "is no field"),
        (format!("{whole}{whole}"), "does not end where"),
        (
            whole.replace(
                "WARC-Date: 2024",
                "WARC-Date: 2024\r\nWARC-Warcinfo-ID: <urn:uuid:foreign>",
            ),
            "belongs to another file",
        ),
        (
            whole.replace("2024", &"9".repeat(70_000)),
            "longer than 64 KiB",
        ),
    ] {
        let report = check(&[good.as_slice(), &member(&member_text)].concat());
        let Some(fault) = report.faults.first() else {
            assert_eq!(what, "", "{report:?}");
            continue;
        };
        assert!(
            !what.is_empty() && fault.what.contains(what),
            "{what}: {fault:?}"
        );
        assert_eq!(fault.file, "vermerk-20240913120000-00001.warc.gz");
        assert_eq!(fault.offset, good.len() as u64);
    }
}

#[test]
fn a_record_damaged_behind_its_fields_is_named_by_its_id() {
    let mut bad = GzEncoder::new(Vec::new(), Compression::default());
    bad.write_all(b"WARC/1.1\r\nWARC-Record-ID: <urn:uuid:x>\r\nContent-Length: 5\r\n\r\n")
        .unwrap();
    bad.flush().unwrap();
    let damage = bad.get_ref().len();
    bad.write_all(b"Kenia\r\n\r\n").unwrap();
    let mut bad = bad.finish().unwrap();
    // No block of DEFLATE begins so (RFC 1951, section 3.2.3).
    bad[damage] = 0xff;
    let fault = &check(&[one_file(), &bad].concat()).faults[0];
    assert_eq!(fault.what, "corrupt deflate stream");
    assert_eq!(fault.record.as_deref(), Some("urn:uuid:x"));
}

#[test]
fn a_file_under_another_name_is_noticed() {
    let folder = folder();
    fs::write(
        folder.path().join("vermerk-20990101000000-00001.warc.gz"),
        one_file(),
    )
    .unwrap();
    let report = verify(&settings(folder.path()), |_, _| {}).unwrap();
    assert!(
        report.faults[0]
            .what
            .contains("was written as vermerk-20240913120000")
    );
}

#[test]
fn a_gzip_bomb_is_left_as_soon_as_it_breaks_its_word() {
    // 256 MiB of zeroes in one MiB.
    let mut bomb = GzEncoder::new(Vec::new(), Compression::fast());
    bomb.write_all(b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 5\r\n\r\n")
        .unwrap();
    for _ in 0..256 {
        bomb.write_all(&vec![0; 1 << 20]).unwrap();
    }
    let bomb = bomb.finish().unwrap();
    let report = check(&[one_file(), &bomb].concat());
    assert_eq!((report.records, report.faults.len()), (7, 1));
    assert!(report.faults[0].what.contains("does not end where"));
}

#[tokio::test]
async fn a_record_in_the_making_is_no_fault_but_a_torn_one_is() {
    let folder = folder();
    let (archive, _) = open(folder.path());
    keep(
        &archive,
        exchange("2024-09-13T12:00:00Z", 200, b"eins"),
        None,
    )
    .await
    .unwrap();
    let path = folder
        .path()
        .join("vermerk-20240913120000-00001.warc.gz.open");
    let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(&member("WARC/1.1\r\n")[..12]).unwrap();
    let mut heard = Vec::new();
    let report = verify(&settings(folder.path()), |file, records| {
        heard.push((file.to_owned(), records));
    })
    .unwrap();
    assert_eq!((report.records, report.faults), (4, vec![]));
    assert_eq!(heard.len(), 5);

    let bytes = fs::read(&path).unwrap();
    drop(archive);
    assert!(check(&bytes).faults[0].what.contains("torn"));
}
