//! History that other tools captured comes in with its source, in its order, and apart from our own; hostile files do no harm.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;
use vermerk::model::Digest;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{captures, house_with_history, list, output, tool};
use crate::bad_input::house::House;
use crate::lack::lacks;

/// Four answers by warcio: plain, packed, chunked and packed, and one that repeats the first.
const SCRIPT: &str = r#"
import gzip, io, sys
from warcio.warcwriter import WARCWriter
from warcio.statusandheaders import StatusAndHeaders
url, folder, body = sys.argv[1], sys.argv[2], sys.argv[3].encode()

def chunked(data):
    return b"".join(b"%x\r\n%s\r\n" % (len(data[i:i+100]), data[i:i+100]) for i in range(0, len(data), 100)) + b"0\r\n\r\n"

for name, packed in (("packed.warc.gz", True), ("plain.warc", False)):
    with open(folder + "/" + name, "wb") as out:
        writer = WARCWriter(out, gzip=packed, warc_version="1.1")
        writer.write_record(writer.create_warcinfo_record(name, {"software": "another"}))
        answers = [
            ("2019-03-01T08:00:00Z", body, [("Content-Type", "text/html; charset=utf-8")]),
            ("2020-03-01T08:00:00Z", gzip.compress(body + b"2", mtime=0), [("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip")]),
            ("2021-03-01T08:00:00Z", chunked(body + b"3"), [("Content-Type", "text/html; charset=utf-8"), ("Transfer-Encoding", "chunked")]),
        ]
        first = None
        for date, payload, headers in answers:
            head = StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1")
            record = writer.create_warc_record(url, "response", payload=io.BytesIO(payload), http_headers=head, warc_headers_dict={"WARC-Date": date})
            asked = StatusAndHeaders("GET /liste HTTP/1.1", [("Host", "example.org"), ("Cookie", "secret=1")], is_http_request=True)
            request = writer.create_warc_record(url, "request", http_headers=asked, warc_headers_dict={"WARC-Date": date})
            writer.write_request_response_pair(request, record)
            first = first or record
        writer.write_record(writer.create_revisit_record(url, first.rec_headers.get_header("WARC-Payload-Digest"), url, "2019-03-01T08:00:00Z",
            http_headers=StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1"), warc_headers_dict={"WARC-Date": "2022-03-01T08:00:00Z"}))
        writer.write_record(writer.create_warc_record("https://elsewhere.example/", "response", payload=io.BytesIO(b"x"),
            http_headers=StatusAndHeaders("200 OK", [], protocol="HTTP/1.1")))
"#;

fn page_address(house: &House) -> String {
    let text = std::fs::read_to_string(house.root.join("config/pages/liste.toml")).unwrap();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("url = \""))
        .unwrap();
    line.trim_end_matches('"').to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_warc_of_another_tool_becomes_history_with_its_source() {
    let Some(python) = tool("python") else {
        return;
    };
    let house = house_with_history().await;
    let url = page_address(&house);
    let body = list("Gespräche 2019");
    output(Command::new(python).args(["-c", SCRIPT, &url, &house.path(""), &body]));
    let own = captures(&house, "own").await;
    let (packed, plain) = (house.path("packed.warc.gz"), house.path("plain.warc"));
    let said = house.vermerk(&["archive", "import", &packed]).await;
    assert!(
        said.is_well()
            .out
            .starts_with("4 captures imported, from 2019-03-01"),
        "{said:?}"
    );
    assert!(
        said.out
            .contains("left out: 1 record of addresses that are no page"),
        "{said:?}"
    );
    assert_eq!(
        captures(&house, "own").await,
        own,
        "own captures are left alone"
    );
    let imported = captures(&house, "packed.warc.gz").await;
    assert_eq!(imported.len(), 4);
    let all = captures(&house, "20").await;
    assert!(
        all.starts_with(&imported),
        "the oldest comes first: {all:?}"
    );
    // The payload comes out as the server meant it, whatever coding it was stored in.
    for (number, expected) in [
        (0, body.clone()),
        (2, format!("{body}3")),
        (3, body.clone()),
    ] {
        let poured = house
            .vermerk(&["archive", "extract", &imported[number]])
            .await;
        assert_eq!(
            String::from_utf8(poured.is_well().bytes.clone()).unwrap(),
            expected,
            "{number}"
        );
    }
    let shown = house.vermerk(&["archive", "show", &imported[2]]).await;
    for part in [
        "imported from file:///packed.warc.gz",
        "WARC-Date: 2021-03-01T08:00:00.000Z",
        "WARC-Creation-Date: ",
        &format!("sha256:{}", Digest::of(format!("{body}3").as_bytes())),
    ] {
        assert!(shown.is_well().out.contains(part), "{part}: {shown:?}");
    }
    // The same captures once more, packed otherwise: nothing new.
    let said = house.vermerk(&["archive", "import", &plain]).await;
    assert!(
        said.is_well()
            .out
            .starts_with("0 captures imported; 4 had been imported before"),
        "{said:?}"
    );
    let verified = house.vermerk(&["archive", "verify"]).await;
    assert!(verified.out.contains(" 0 faults"), "{verified:?}");
    let files = records(&house);
    assert_eq!(
        files
            .iter()
            .filter(|name| name.starts_with("import-"))
            .count(),
        1,
        "{files:?}"
    );
    let import = files
        .iter()
        .find(|name| name.starts_with("import-"))
        .unwrap();
    let bytes = std::fs::read(house.root.join("archive").join(import)).unwrap();
    let mut text = Vec::new();
    std::io::copy(
        &mut flate2::read::MultiGzDecoder::new(&bytes[..]),
        &mut text,
    )
    .unwrap();
    let text = String::from_utf8_lossy(&text).into_owned();
    assert!(!text.contains("secret=1"), "a foreign cookie is not kept");
    assert!(
        text.contains("sourceField: WARC-Record-ID: "),
        "what its source said of it is"
    );
    // The files alone are enough for the rows.
    let house_again = house.vermerk(&["archive", "import", &packed]).await;
    house_again.is_well();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_wget_captured_is_taken_over() {
    if Command::new("wget").arg("--version").output().is_err() {
        return lacks("wget");
    }
    let house = house_with_history().await;
    let url = page_address(&house);
    house.show(list("was wget sah"));
    let prefix = house.path("theirs");
    output(Command::new("wget").args([
        "-q",
        "-O",
        "/dev/null",
        "--no-proxy",
        &format!("--warc-file={prefix}"),
        &url,
    ]));
    let said = house
        .vermerk(&["archive", "import", &format!("{prefix}.warc.gz")])
        .await;
    assert!(
        said.is_well().out.starts_with("1 capture imported"),
        "{said:?}"
    );
    let id = captures(&house, "theirs.warc.gz").await.remove(0);
    let poured = house.vermerk(&["archive", "extract", &id]).await;
    assert_eq!(
        String::from_utf8_lossy(&poured.is_well().bytes),
        list("was wget sah")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_wacz_comes_into_another_installation_as_somebody_elses() {
    let house = house_with_history().await;
    let (file, own) = (house.path("out.wacz"), captures(&house, "own").await);
    house
        .vermerk(&["archive", "export", "--wacz", &file])
        .await
        .is_well();
    let other = House::new("").await;
    let said = other
        .vermerk(&["archive", "import", &file, "--page", "liste"])
        .await;
    said.is_well();
    let imported = captures(&other, "out.wacz").await;
    assert_eq!(imported.len(), own.len(), "{said:?}");
    assert!(captures(&other, "own").await.is_empty());
    assert!(
        imported.iter().all(|id| !own.contains(id)),
        "no foreign file speaks in the name of ours"
    );
    // One changed byte in a part: nothing of that part is taken.
    let mut bytes = std::fs::read(&file).unwrap();
    let place = bytes
        .windows(3)
        .position(|three| three == [0x1f, 0x8b, 8])
        .unwrap();
    bytes[place + 40] ^= 1;
    let changed = house.path("changed.wacz");
    std::fs::write(&changed, bytes).unwrap();
    let third = House::new("").await;
    let said = third
        .vermerk(&["archive", "import", &changed, "--page", "liste"])
        .await;
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(
        said.out.contains("FAULT changed.wacz, archive/vermerk-"),
        "{said:?}"
    );
    assert!(captures(&third, "changed").await.len() < own.len());
}

fn records(house: &House) -> Vec<String> {
    let found = std::fs::read_dir(house.root.join("archive"))
        .unwrap()
        .flatten();
    let names = found.map(|item| item.file_name().into_string().unwrap());
    names.filter(|name| name.ends_with(".warc.gz")).collect()
}

/// A record as another tool might write it.
fn record(date: &str, url: &str, block: &[u8], length: Option<u64>) -> Vec<u8> {
    let length = length.unwrap_or(block.len() as u64);
    let head = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{}>\r\nWARC-Date: {date}\r\n\
         WARC-Target-URI: <{url}>\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: {length}\r\n\r\n",
        uuid::Uuid::new_v4()
    );
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut member = GzEncoder::new(Vec::new(), Compression::best());
    member.write_all(bytes).unwrap();
    member.finish().unwrap()
}

const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n<p>a";

#[tokio::test(flavor = "multi_thread")]
async fn hostile_and_broken_files_are_named_and_what_was_whole_before_counts() {
    let house = House::new("").await;
    let url = page_address(&house);
    let good = |date: &str| record(date, &url, OK, None);
    let gone = "<p>".repeat(10);
    let torn = {
        let mut all = [good("2019-01-01T00:00:00Z"), good("2019-01-02T00:00:00Z")].concat();
        all.truncate(all.len() - 9);
        all
    };
    let bomb = gzip(&record(
        "2019-01-03T00:00:00Z",
        &url,
        &vec![b'0'; 80 << 20],
        None,
    ));
    let lie = [
        good("2019-01-04T00:00:00Z"),
        record("2019-01-05T00:00:00Z", &url, gone.as_bytes(), Some(7)),
    ]
    .concat();
    let future = good("2219-01-01T00:00:00Z");
    let shell = record("2019-01-06T00:00:00Z", &url, b"no answer of a server", None);
    let digest = String::from_utf8(good("2019-01-07T00:00:00Z")).unwrap();
    let digest = digest.replace(
        "Content-Length",
        "WARC-Block-Digest: sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\nContent-Length",
    );
    let head = [b"WARC/1.0\r\nX: ".to_vec(), vec![b'a'; 200_000]].concat();
    for (name, bytes, taken, reason) in [
        (
            "torn.warc",
            torn,
            1,
            "record 2: torn: the file ends within this record; the rest of it was not read",
        ),
        ("bomb.warc.gz", bomb, 0, "more than 300 times its size"),
        (
            "lie.warc",
            lie,
            1,
            "record 2: the block does not end where its Content-Length says",
        ),
        ("future.warc", future, 0, "has a date that cannot be true"),
        ("shell.warc", shell, 0, "holds no answer of a web server"),
        (
            "digest.warc",
            digest.into_bytes(),
            0,
            "the block does not have its digest",
        ),
        ("head.warc", head, 0, "the fields are longer than 64 KiB"),
        ("text.warc", b"no archive at all".to_vec(), 0, "torn"),
        (
            "zstd.warc.zst",
            vec![0x28, 0xb5, 0x2f, 0xfd, 0, 0],
            0,
            "zstd",
        ),
        (
            "slip.wacz",
            slip("../../evil.warc", &good("2019-01-08T00:00:00Z")),
            0,
            "leads out of the package",
        ),
        (
            "empty.wacz",
            slip("readme.txt", b"x"),
            0,
            "holds no archive/*.warc.gz",
        ),
    ] {
        std::fs::write(house.root.join(name), bytes).unwrap();
        let said = house
            .vermerk(&["archive", "import", &house.path(name)])
            .await;
        assert_eq!(said.code, Some(1), "{name}: {said:?}");
        let fault = said
            .out
            .lines()
            .find(|line| line.starts_with("FAULT "))
            .unwrap_or_default();
        assert!(
            fault.contains(name) && fault.contains(reason),
            "{name}: {said:?}"
        );
        let plural = if taken == 1 { "" } else { "s" };
        assert!(
            said.out
                .starts_with(&format!("{taken} capture{plural} imported")),
            "{name}: {said:?}"
        );
    }
    assert!(!Path::new(&house.path("../evil.warc")).exists());
    let verified = house.vermerk(&["archive", "verify"]).await;
    assert!(verified.out.contains(" 0 faults"), "{verified:?}");
    let missing = house
        .vermerk(&["archive", "import", &house.path("missing.warc")])
        .await;
    assert_eq!(missing.code, Some(2), "{missing:?}");
}

fn slip(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file(name, SimpleFileOptions::default()).unwrap();
    zip.write_all(bytes).unwrap();
    zip.finish().unwrap().into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_flipped_bit_in_what_others_captured_is_named_as_in_ours() {
    let house = house_with_history().await;
    let url = page_address(&house);
    let file = house.path("theirs.warc");
    let records: Vec<u8> = (1..=5)
        .flat_map(|day| {
            a_page(
                &url,
                &format!("2019-03-0{day}T08:00:00Z"),
                &list(&format!("Stand {day}")),
            )
        })
        .collect();
    std::fs::write(&file, records).unwrap();
    let said = house.vermerk(&["archive", "import", &file]).await;
    assert!(
        said.is_well().out.starts_with("5 captures imported"),
        "{said:?}"
    );
    assert!(
        said.out
            .contains("5 captures of it from before our first look, 4 new changes"),
        "{said:?}"
    );
    // Another import speaks of what it brought, and not of that.
    let more = house.path("more.warc");
    std::fs::write(
        &more,
        a_page(&url, "2019-03-06T08:00:00Z", &list("Stand 6")),
    )
    .unwrap();
    let said = house.vermerk(&["archive", "import", &more]).await;
    assert!(
        said.is_well()
            .out
            .contains("1 capture of it from before our first look, 1 new change ("),
        "{said:?}"
    );
    let said = house.vermerk(&["archive", "import", &more]).await;
    assert_eq!(
        said.is_well().out,
        "0 captures imported; 1 had been imported before\n"
    );
    let name = records_of_import(&house);
    let path = house.root.join("archive").join(&name);
    let good = std::fs::read(&path).unwrap();
    for part in 0..20 {
        let mut bytes = good.clone();
        let at = bytes.len() * part / 20;
        bytes[at] ^= 1 << (part % 8);
        std::fs::write(&path, &bytes).unwrap();
        let verified = house.vermerk(&["archive", "verify"]).await;
        assert_eq!(verified.code, Some(1), "byte {at}: {verified:?}");
        assert!(verified.out.contains(&name), "byte {at}: {verified:?}");
    }
    std::fs::write(&path, &good).unwrap();
    let verified = house.vermerk(&["archive", "verify"]).await;
    assert!(verified.is_well().out.contains(" 0 faults"), "{verified:?}");
}

/// The first file of an import.
fn records_of_import(house: &House) -> String {
    let files = records(house).into_iter();
    files
        .filter(|name| name.starts_with("import-"))
        .min()
        .unwrap()
}

/// A page as other tools keep it, uncompressed.
pub fn a_page(url: &str, at: &str, body: &str) -> Vec<u8> {
    let block = format!("HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\n\r\n{body}");
    record(at, url, block.as_bytes(), None)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_captured_is_kept_and_a_304_without_its_head_is_a_capture() {
    let house = House::new("").await;
    let url = page_address(&house);
    let maker = "operator: Stadtarchiv\r\nsoftware: another/2\r\n";
    let info = format!(
        "WARC/1.1\r\nWARC-Type: warcinfo\r\nWARC-Record-ID: <urn:uuid:{}>\r\nWARC-Date: 2019-03-06T07:00:00Z\r\n\
         Content-Type: application/warc-fields\r\nContent-Length: {}\r\n\r\n{maker}\r\n\r\n",
        uuid::Uuid::new_v4(),
        maker.len()
    );
    let page = a_page(&url, "2019-03-06T08:00:00Z", &list("Stand 6"));
    let unmodified = format!(
        "WARC/1.1\r\nWARC-Type: revisit\r\nWARC-Record-ID: <urn:uuid:{}>\r\nWARC-Date: 2019-03-07T08:00:00Z\r\n\
         WARC-Target-URI: {url}\r\nWARC-Refers-To-Target-URI: {url}\r\nWARC-Refers-To-Date: 2019-03-06T08:00:00Z\r\n\
         WARC-Profile: http://netpreserve.org/warc/1.1/revisit/server-not-modified\r\nContent-Length: 0\r\n\r\n\r\n\r\n",
        uuid::Uuid::new_v4()
    );
    let file = house.path("theirs.warc");
    let bytes = [info.as_bytes(), &page, unmodified.as_bytes()].concat();
    std::fs::write(&file, &bytes).unwrap();
    let said = house.vermerk(&["archive", "import", &file]).await;
    assert!(
        said.is_well().out.starts_with("2 captures imported"),
        "{said:?}"
    );
    let name = house.root.join("archive").join(records_of_import(&house));
    let mut plain = String::new();
    let packed = std::fs::read(name).unwrap();
    let mut members = flate2::bufread::MultiGzDecoder::new(packed.as_slice());
    std::io::Read::read_to_string(&mut members, &mut plain).unwrap();
    let digest = Digest::of(&bytes).hex();
    for part in [
        "sourceWarcinfo: operator: Stadtarchiv",
        "sourceWarcinfo: software: another/2",
        &format!("sourceFileSha256: {digest}"),
        "revisit/server-not-modified",
    ] {
        assert!(plain.contains(part), "{part}: {plain}");
    }
    for ours in ["http-header-user-agent", "robots: obey"] {
        assert!(!plain.contains(ours), "{ours}: {plain}");
    }
    let verified = house.vermerk(&["archive", "verify"]).await;
    assert!(verified.is_well().out.contains(" 0 faults"), "{verified:?}");
}
