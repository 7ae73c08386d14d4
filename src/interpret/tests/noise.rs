//! What changes on a page without anything having happened: the statements stay the same.

use super::super::{Lexicon, Passage, statements};
use crate::model::{Country, Extent, Language, Statement};

/// What an event is made of; words and offsets may differ.
type Said = (Vec<Country>, String, &'static str, Option<String>, bool);

#[test]
fn marks_that_nobody_sees_change_nothing() {
    everywhere(|text| text.replace("abkommen", "ab\u{ad}kommen"));
    everywhere(|text| text.replace("ministerin", "\u{ad}ministerin\u{200b}"));
    everywhere(|text| text.replace(' ', "\u{a0}"));
    everywhere(|text| text.replace(". ", ".\u{a0}\u{a0}"));
    everywhere(|text| text.replace(' ', "  "));
}

#[test]
fn other_quotation_marks_and_dashes_change_nothing() {
    everywhere(|text| text.replace(['„', '“'], "\""));
    everywhere(|text| text.replace('„', "»").replace('“', "«"));
    everywhere(|text| text.replace(" – ", " — "));
}

#[test]
fn another_minister_or_office_changes_nothing() {
    everywhere(|text| {
        text.replace(
            "Bundesinnenministerin Faeser",
            "Bundesinnenminister Dobrindt",
        )
    });
    everywhere(|text| text.replace("Faeser", "Dobrindt"));
    everywhere(|text| text.replace("Die Bundesregierung", "Das Bundesministerium des Innern"));
    everywhere(|text| {
        text.replace(
            "Bundesministerium des Innern und für Heimat",
            "Bundesministerium des Innern",
        )
    });
}

#[test]
fn another_name_of_the_same_country_changes_nothing() {
    for (name, alias) in [
        ("mit Moldau", "mit der Republik Moldau"),
        ("Moldau", "Moldawien"),
        ("Kirgisistan", "Kirgistan"),
        ("mit Marokko", "mit dem Königreich Marokko"),
    ] {
        everywhere(|text| {
            if text.contains(alias) {
                text.to_owned()
            } else {
                text.replace(name, alias)
            }
        });
    }
}

#[test]
fn figures_and_notices_around_the_text_change_nothing() {
    everywhere(|text| behind(text, "Einwohner: 36,41 Mio."));
    everywhere(|text| {
        behind(
            text,
            "Diplomatische Beziehungen bestehen seit dem 06.03.1992.",
        )
    });
    everywhere(|text| {
        behind(
            text,
            "Diese Website verwendet Cookies. Bitte stimmen Sie der Nutzung zu.",
        )
    });
    everywhere(|text| format!("Wir verwenden Cookies, um unsere Seite zu verbessern. {text}"));
}

/// Nothing stands behind a text that is cut.
fn behind(text: &str, notice: &str) -> String {
    if text.ends_with('…') {
        text.to_owned()
    } else {
        format!("{text} {notice}")
    }
}

/// Whole sentences before a cut count, wherever in the next sentence the page cuts.
#[test]
fn a_cut_that_moves_within_its_sentence_changes_no_sentence_before_it() {
    for (country, text) in texts() {
        for (end, _) in text.match_indices(". ") {
            let (whole, next) = (&text[..=end], &text[end + 2..]);
            if whole[..end].ends_with(|char: char| !char.is_lowercase()) {
                continue;
            }
            let expected = said(whole, country, Extent::Whole);
            let words: Vec<&str> = next.split(' ').collect();
            for kept in 1..words.len().min(13) {
                let cut = format!("{whole} {} …", words[..kept].join(" "));
                let read = said(&cut, country, Extent::Cut);
                assert!(read.starts_with(&expected), "{cut}\n{expected:?}\n{read:?}");
            }
        }
    }
}

/// Every text of the replica and of the seed page (where it is at hand), changed, says what it said.
fn everywhere(change: impl Fn(&str) -> String) {
    for (country, text) in texts() {
        let changed = change(&text);
        let extent = if text.ends_with('…') {
            Extent::Cut
        } else {
            Extent::Whole
        };
        let (before, after) = (
            said(&text, country, extent),
            said(&changed, country, extent),
        );
        assert_eq!(before, after, "\n{text}\n{changed}");
    }
}

fn said(text: &str, partner: Option<Country>, extent: Extent) -> Vec<Said> {
    let language = Language::parse("de").unwrap();
    let passage = Passage {
        text,
        language: &language,
        extent,
        reference: None,
        partner,
    };
    statements(Lexicon::bundled(), &passage)
        .iter()
        .map(brief)
        .collect()
}

fn brief(said: &Statement) -> Said {
    let date = said.when.as_ref().and_then(|when| when.date.clone());
    let main = said.standing == crate::model::Standing::Main;
    (
        said.partners.clone(),
        said.stage.to_string(),
        said.factuality.code(),
        date,
        main,
    )
}

/// The entries of the replica and those of the seed page, each with its country.
fn texts() -> Vec<(Option<Country>, String)> {
    let file: toml::Table = include_str!("../../../fixtures/replica/texts.toml")
        .parse()
        .unwrap();
    let mut texts = Vec::new();
    for country in file["country"].as_array().unwrap() {
        let partner = crate::model::countries::find(country["name"].as_str().unwrap());
        for version in country["version"].as_array().into_iter().flatten() {
            let status = version.get("status").and_then(|status| status.as_array());
            let paragraphs = version
                .get("lead")
                .into_iter()
                .chain(status.into_iter().flatten());
            texts.extend(
                paragraphs
                    .filter_map(toml::Value::as_str)
                    .map(|text| (partner, text.to_owned())),
            );
        }
    }
    texts.extend(seed());
    texts
}

/// The nine teasers of the seed page, read in place.
fn seed() -> Vec<(Option<Country>, String)> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../shared/data/seed/migrationspartnerschaften.txt"
    );
    let Ok(page) = std::fs::read_to_string(path) else {
        eprintln!("\n*** SKIPPED: no seed page at {path} ***\n");
        return Vec::new();
    };
    let entries = page.split("  • ").skip(1);
    entries
        .filter_map(|entry| {
            let (name, teaser) = entry.split_once('\n')?;
            Some((
                crate::model::countries::find(name.trim()),
                teaser.trim().to_owned(),
            ))
        })
        .collect()
}
