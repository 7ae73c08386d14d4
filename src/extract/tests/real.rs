//! Pages of real publishers, read in place where they are at hand; they are not ours to copy.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::*;

#[test]
fn a_ministry_list_has_ten_cut_teasers_and_links_without_sessions() {
    let Some(body) = shared("data/gsb-pages/dwd-themadestages-liste.html") else {
        return;
    };
    let read = dwd().read(&body);
    assert_eq!(read.problems, []);
    assert_eq!(read.entries.len(), 10);
    for entry in &read.entries {
        assert!(
            entry.teaser.is_cut() && entry.teaser.as_str().ends_with(" …"),
            "{entry:?}"
        );
        let link = entry.link.as_ref().expect("a link").url().as_str();
        assert!(
            link.starts_with("https://www.dwd.de/DE/wetter/thema_des_tages/2023/7/"),
            "{link}"
        );
        assert!(!link.contains([';', '?']), "{link}");
    }
    let first = &read.entries[0];
    assert_eq!(first.title.as_str(), "Sommersternschnuppen - Perseiden");
    assert_eq!(
        first.key.as_str(),
        "link:/DE/wetter/thema_des_tages/2023/7/23.html"
    );
    let proposals = propose(&dwd().exchange(&body));
    let best = proposals.first().expect("a proposal");
    assert_eq!(
        (best.count, best.sample[0].as_str()),
        (10, "Sommersternschnuppen - Perseiden")
    );
}

#[test]
fn soft_hyphens_vanish_from_an_article() {
    let Some(body) = shared("data/gsb-pages/bundespraesident-rede-jsessionid.html") else {
        return;
    };
    let sheet = Sheet {
        shape: "document".to_owned(),
        text: "#content".to_owned(),
        ..Sheet::default()
    };
    let read = sheet.read(&body);
    let text = read.entries[0].article.as_ref().expect("an article");
    assert!(!text.as_str().contains('\u{ad}') && text.as_str().len() > 5_000);
    assert_eq!(read.problems, []);
}

#[test]
fn real_pages_are_neither_too_deep_nor_unfinished_nor_in_another_language() {
    for name in [
        "bmbf-energiewende",
        "bmel-zukunftsforum",
        "bmjv-preisanpassungen",
    ] {
        let Some(body) = shared(&format!("data/gsb-pages/{name}.html")) else {
            return;
        };
        let sheet = Sheet {
            shape: "document".to_owned(),
            text: "#content".to_owned(),
            ..Sheet::default()
        };
        assert_eq!(sheet.read(&body).problems, [], "{name}");
    }
}

#[test]
fn an_iso_8859_15_page_keeps_its_umlauts_through_its_history() {
    for version in 1..=20 {
        let Some(body) = shared(&format!(
            "data/histories-dev/giessen-faq/v{version:03}.html"
        )) else {
            return;
        };
        let read = giessen().read(&body);
        assert_eq!(read.problems, [], "v{version}");
        assert!(
            read.entries.len() >= 15,
            "v{version}: {}",
            read.entries.len()
        );
        let page = read.entries[0].teaser.as_str();
        assert!(
            page.contains("Gießen") && !page.contains('\u{fffd}'),
            "{page}"
        );
    }
}

#[test]
fn a_list_of_ministers_counts_people_and_a_placeholder_counts_none() {
    for (version, people) in [(1, 121), (7, 121), (8, 0), (16, 121), (20, 121)] {
        let Some(body) = shared(&format!(
            "data/histories-dev/uk-ministers/v{version:03}.html"
        )) else {
            return;
        };
        let read = ministers().read(&body);
        assert_eq!(read.entries.len(), people, "v{version}");
        assert_eq!(
            read.problems.contains(&Problem::NoEntries),
            people == 0,
            "v{version}"
        );
        let noted =
            |problem: &Problem| matches!(problem, Problem::Merged { .. } | Problem::NoEntries);
        assert!(read.problems.iter().all(noted), "{:?}", read.problems);
    }
    let Some(body) = shared("data/histories-dev/uk-ministers/v001.html") else {
        return;
    };
    let first = &ministers().read(&body).entries[0];
    assert_eq!(first.title.as_str(), "The Rt Hon Boris Johnson MP");
    assert_eq!(first.key.as_str(), "link:/government/people/boris-johnson");
}

#[test]
fn a_json_list_has_230_countries() {
    for version in 1..=20 {
        let Some(body) = shared(&format!(
            "data/histories-dev/canada-travel-levels/v{version:03}.json"
        )) else {
            return;
        };
        let read = canada().read(&body);
        assert_eq!(
            (read.entries.len(), read.problems.len()),
            (230, 0),
            "v{version}"
        );
        assert_eq!(read.entries[0].teaser.as_str(), "Avoid all travel");
        let countries = Sheet {
            key: KeyBy::Country,
            ..canada()
        }
        .read(&body);
        assert_eq!(countries.entries.len(), 230, "no two names are one country");
        let unknown: Vec<_> = countries.problems.iter().map(ToString::to_string).collect();
        assert!(unknown.len() <= 5, "{unknown:#?}");
    }
}

#[test]
fn the_nine_entries_of_the_first_page_are_read_with_their_cuts() {
    let Some(seed) = shared("data/seed/migrationspartnerschaften.txt") else {
        return;
    };
    let seed = String::from_utf8(seed).expect("UTF-8");
    let (introduction, list) = seed.split_once("Mehr zum Thema").expect("a list");
    let items: Vec<(&str, &str)> = list
        .split('•')
        .skip(1)
        .filter_map(|item| {
            item.trim()
                .split_once('\n')
                .map(|(name, text)| (name.trim(), text.trim()))
        })
        .collect();
    let mut page = format!(
        "<html lang=de><base href=https://www.BMI.bund.de/><h1>x</h1><div class=rt><p>{introduction}</p></div>"
    );
    for (name, text) in &items {
        let _ = write!(
            page,
            "<div class=c-teaser><h3><a href='DE/{name}.html;jsessionid=1.x'>{name}</a></h3><p>{text}</p></div>"
        );
    }
    let read = bmi().read((page + "</html>").as_bytes());
    assert_eq!(read.problems, []);
    let keys: Vec<&str> = read
        .entries
        .iter()
        .map(|entry| entry.key.as_str())
        .collect();
    assert_eq!(
        keys,
        ["page", "GE", "GH", "KE", "KG", "CO", "MA", "MD", "PH", "UZ"]
    );
    for (entry, (name, text)) in read.entries.iter().skip(1).zip(&items) {
        assert_eq!(
            (entry.title.as_str(), entry.teaser.as_str()),
            (*name, *text)
        );
    }
    let cut: Vec<&str> = read
        .entries
        .iter()
        .filter(|entry| entry.teaser.is_cut())
        .map(|entry| entry.key.as_str())
        .collect();
    assert_eq!(cut, ["GE", "KE", "CO", "MA", "MD", "PH"]);
}

fn dwd() -> Sheet {
    Sheet {
        url: "https://www.dwd.de/DE/wetter/thema_des_tages/thema_des_tages_node.html".to_owned(),
        key: KeyBy::Link,
        entries: "ul.result-list > li".to_owned(),
        title: "h2".to_owned(),
        teaser: Some("p:not(.meta)".to_owned()),
        extra: [("date".to_owned(), "p.meta".to_owned())].into(),
        ..Sheet::default()
    }
}

fn bmi() -> Sheet {
    Sheet {
        key: KeyBy::Country,
        entries: "div.c-teaser".to_owned(),
        introduction: Some("div.rt p".to_owned()),
        ..Sheet::default()
    }
}

fn giessen() -> Sheet {
    Sheet {
        url: "https://www.giessen.de/index.html".to_owned(),
        entries: ".mitteilungen_detail div:has(> h2.toggler-title)".to_owned(),
        title: "h2.toggler-title".to_owned(),
        teaser: Some(".toggler-container".to_owned()),
        link: None,
        introduction: Some(".mitteilungen_detail > div > p".to_owned()),
        ..Sheet::default()
    }
}

fn ministers() -> Sheet {
    Sheet {
        url: "https://www.gov.uk/government/ministers".to_owned(),
        language: "en".to_owned(),
        key: KeyBy::Link,
        entries: "li.app-person".to_owned(),
        title: "a.app-person-link".to_owned(),
        teaser: Some("p.app-person__roles".to_owned()),
        link: Some("a.app-person-link".to_owned()),
        ..Sheet::default()
    }
}

fn canada() -> Sheet {
    Sheet {
        shape: "json".to_owned(),
        url: "https://travel.gc.ca/canada_summary.json".to_owned(),
        language: "en".to_owned(),
        key: KeyBy::Link,
        entries: "$[*]".to_owned(),
        title: "$.destination".to_owned(),
        teaser: Some("$.risk_level".to_owned()),
        link: Some("$.details_url".to_owned()),
        ..Sheet::default()
    }
}

/// A file of the folder `VERMERK_SHARED`, else of `../shared`.
fn shared(name: &str) -> Option<Vec<u8>> {
    let folder = std::env::var_os("VERMERK_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared")),
        PathBuf::from,
    );
    let file = folder.join(name);
    let body = std::fs::read(&file).ok();
    if body.is_none() {
        eprintln!("skipped: {} absent", file.display());
    }
    body
}
