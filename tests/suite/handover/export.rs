//! What is handed over is taken by the tools of other archives, is the same each time, and holds what was asked for.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::process::Command;

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};
use zip::ZipArchive;

use super::{captures, house_with_history, output, tool};

fn sha256(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

fn parts(wacz: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut zip = ZipArchive::new(std::fs::File::open(wacz).unwrap()).unwrap();
    let count = zip.len();
    let read = |place| {
        let mut part = zip.by_index(place).unwrap();
        assert_eq!(part.compression(), zip::CompressionMethod::Stored);
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        (part.name().unwrap().into_owned(), bytes)
    };
    (0..count).map(read).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_we_handed_over_ourselves_is_not_taken_for_the_captures_of_another() {
    let house = house_with_history().await;
    let file = house.path("own.wacz");
    let said = house.vermerk(&["archive", "export", "--wacz", &file]).await;
    said.is_well();
    let said = house.vermerk(&["archive", "import", &file]).await;
    assert!(said.out.starts_with("0 captures imported"), "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wacz_holds_every_capture_with_index_pages_and_true_digests() {
    let house = house_with_history().await;
    let file = house.path("out.wacz");
    let said = house.vermerk(&["archive", "export", "--wacz", &file]).await;
    let ids = captures(&house, "200").await;
    assert!(said.is_well().out.contains("captures"), "{said:?}");
    let parts = parts(Path::new(&file));
    let package: serde_json::Value = serde_json::from_slice(&parts["datapackage.json"]).unwrap();
    let digest: serde_json::Value =
        serde_json::from_slice(&parts["datapackage-digest.json"]).unwrap();
    let told = digest["hash"].as_str().unwrap();
    assert_eq!(
        told,
        format!("sha256:{}", sha256(&parts["datapackage.json"]))
    );
    assert_eq!(package["wacz_version"], "1.1.1");
    let resources = package["resources"].as_array().unwrap();
    assert_eq!(resources.len(), parts.len() - 2, "every part is named");
    for resource in resources {
        let bytes = &parts[resource["path"].as_str().unwrap()];
        assert_eq!(resource["hash"], format!("sha256:{}", sha256(bytes)));
        assert_eq!(resource["bytes"], bytes.len());
    }
    let index = String::from_utf8(parts["indexes/index.cdxj"].clone()).unwrap();
    let pages = String::from_utf8(parts["pages/pages.jsonl"].clone()).unwrap();
    assert!(ids.len() >= 3, "{ids:?}");
    for id in &ids {
        assert!(pages.contains(id), "{id} is in\n{pages}");
    }
    // Each line of the index leads to the record it speaks of.
    for line in index.lines() {
        let at: serde_json::Value =
            serde_json::from_str(line.splitn(3, ' ').nth(2).unwrap()).unwrap();
        let number = |name: &str| at[name].as_str().unwrap().parse::<usize>().unwrap();
        let (offset, length) = (number("offset"), number("length"));
        let file = &parts[&format!("archive/{}", at["filename"].as_str().unwrap())];
        let mut record = String::new();
        let mut member = flate2::read::GzDecoder::new(&file[offset..offset + length]);
        let _ = member.read_to_string(&mut record);
        assert!(record.contains(at["url"].as_str().unwrap()), "{line}");
    }
    if let Some(wacz) = tool("wacz") {
        let checked = output(Command::new(wacz).args(["validate", "-f", &file]));
        let said = String::from_utf8_lossy(&checked.stdout).into_owned();
        assert!(
            said.contains("Valid") || said.to_lowercase().contains("valid"),
            "{said}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_captures_give_the_same_bytes() {
    let house = house_with_history().await;
    for (form, ending) in [("--wacz", "wacz"), ("--bagit", "bag"), ("--warc", "warcs")] {
        let made = |number: u8| house.path(&format!("{number}.{ending}"));
        for number in [1, 2] {
            house
                .vermerk(&["archive", "export", form, &made(number)])
                .await
                .is_well();
        }
        let compared = Command::new("diff")
            .args(["-r", &made(1), &made(2)])
            .output()
            .unwrap();
        assert!(compared.status.success(), "{form}: {compared:?}");
        let again = house.vermerk(&["archive", "export", form, &made(1)]).await;
        assert_eq!(again.code, Some(2), "nothing is written over: {again:?}");
        assert!(!Path::new(&format!("{}.part", made(1))).exists());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bag_is_taken_by_another_tool_and_refused_when_a_byte_is_changed() {
    let house = house_with_history().await;
    let bag = house.path("bag");
    house
        .vermerk(&["archive", "export", "--bagit", &bag])
        .await
        .is_well();
    let checked = Command::new("sha256sum")
        .args([
            "--check",
            "--quiet",
            "manifest-sha256.txt",
            "tagmanifest-sha256.txt",
        ])
        .current_dir(&bag)
        .output()
        .unwrap();
    assert!(checked.status.success(), "{checked:?}");
    let Some(python) = tool("python") else {
        return;
    };
    let validate = || {
        Command::new(&python)
            .args(["-m", "bagit", "--validate", &bag])
            .output()
            .unwrap()
    };
    assert!(validate().status.success(), "{:?}", validate());
    let index = format!("{bag}/data/indexes/index.cdxj");
    let mut bytes = std::fs::read(&index).unwrap();
    bytes[0] ^= 1;
    std::fs::write(&index, bytes).unwrap();
    assert!(!validate().status.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_handed_over_of_a_span_passes_our_own_check_and_takes_payloads_along() {
    let house = house_with_history().await;
    let all = captures(&house, "200").await;
    let last = all.last().unwrap();
    let shown = house.vermerk(&["archive", "show", last]).await;
    let date = shown
        .out
        .lines()
        .find_map(|line| line.strip_prefix("WARC-Date: "))
        .unwrap();
    let warcs = house.path("warcs");
    let export = [
        "archive", "export", "--warc", &warcs, "--page", "liste", "--from", date,
    ];
    let said = house.vermerk(&export).await;
    assert!(
        said.is_well().out.starts_with("1 capture, 1 file"),
        "{said:?}"
    );
    // The folder is an archive of its own.
    let config = house.path("config/vermerk.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(
        &config,
        format!("{text}\n[archive]\nfolder = \"../warcs\"\n"),
    )
    .unwrap();
    let verified = house.vermerk(&["archive", "verify"]).await;
    assert!(verified.out.contains(" 0 faults"), "{verified:?}");
    if let Some(warcio) = tool("warcio") {
        for file in std::fs::read_dir(&warcs).unwrap() {
            let path = file.unwrap().path();
            if path.to_string_lossy().ends_with(".warc.gz") {
                output(Command::new(&warcio).arg("check").arg(path));
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_was_not_captured_in_that_time_is_no_empty_package() {
    let house = house_with_history().await;
    let out = house.path("out.wacz");
    let said = house
        .vermerk(&["archive", "export", "--wacz", &out, "--to", "1999-01-01"])
        .await;
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.out.contains("nothing was captured"), "{said:?}");
}
