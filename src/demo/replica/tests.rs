use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use scraper::{ElementRef, Html, Selector};
use serde::Deserialize;

use super::*;
use crate::demo::story::{STORY, Step};

#[derive(Deserialize)]
struct PageFile {
    recipe: Recipe,
}

#[derive(Deserialize)]
struct Recipe {
    entries: String,
    title: String,
    teaser: String,
    link: String,
    introduction: String,
    follow: String,
    ignore: Vec<String>,
}

/// What the recipe reads on one list.
#[derive(Debug, PartialEq, Eq)]
struct Reading {
    introduction: String,
    /// Title to teaser and link, in page order.
    entries: Vec<(String, (String, String))>,
}

const ASKED: Asked<'static> = Asked {
    base: "http://127.0.0.1:8080/",
    number: 3,
};

fn recipe() -> Recipe {
    toml::from_str::<PageFile>(PAGE_FILE).unwrap().recipe
}

fn selector(css: &str) -> Selector {
    Selector::parse(css).unwrap_or_else(|why| panic!("{css}: {why}"))
}

/// The one match of `css`: a second one would make the recipe depend on who reads it.
fn only<'a>(within: ElementRef<'a>, css: &str) -> ElementRef<'a> {
    let found: Vec<_> = within.select(&selector(css)).collect();
    assert_eq!(found.len(), 1, "{css} in {}", within.html());
    found[0]
}

fn words(element: ElementRef<'_>) -> String {
    let hidden = selector(&recipe().ignore.join(", "));
    let ignored: BTreeSet<_> = element
        .select(&hidden)
        .flat_map(|e| e.descendants())
        .map(|node| node.id())
        .collect();
    let text: String = element
        .descendants()
        .filter(|node| !ignored.contains(&node.id()))
        .filter_map(|node| node.value().as_text().map(|text| &**text))
        .collect();
    fold(&text)
}

/// The comparing form: what soft hyphens, hard blanks and quotation marks have in common.
fn fold(text: &str) -> String {
    let text = text.replace('\u{ad}', "").replace(['„', '“'], "\"");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn read(state: State) -> Reading {
    let recipe = recipe();
    let html = Html::parse_document(&render(state, TOPIC_PATH, ASKED).unwrap());
    let each = selector(&recipe.entries);
    let entries = html.select(&each).map(|entry| {
        let link = only(entry, &recipe.link).attr("href").unwrap();
        let link = link.split_once(";jsessionid=").unwrap().0.to_owned();
        let teaser = words(only(entry, &recipe.teaser));
        (words(only(entry, &recipe.title)), (teaser, link))
    });
    Reading {
        introduction: words(only(html.root_element(), &recipe.introduction)),
        entries: entries.collect(),
    }
}

fn article(state: State, path: &str) -> String {
    let html = Html::parse_document(&render(state, path, ASKED).unwrap());
    words(only(html.root_element(), &recipe().follow))
}

fn step(number: usize) -> &'static Step {
    &STORY[number - 1]
}

#[test]
fn the_recipe_reads_every_list_of_the_story() {
    for step in STORY {
        for state in [step.first, step.second] {
            if state.dress == Dress::Maintenance {
                continue;
            }
            let reading = read(state);
            let names: BTreeSet<_> = reading.entries.iter().map(|(name, _)| &**name).collect();
            let listed = texts().on(state.day);
            let expected: BTreeSet<_> = listed.iter().map(|(c, _)| &*c.name).collect();
            assert_eq!(names, expected, "{}", step.name);
            assert_eq!(reading.entries.len(), expected.len(), "{}", step.name);
            for (_, (_, link)) in &reading.entries {
                article(state, link);
            }
        }
    }
    assert_eq!(read(step(1).first).entries.len(), 9);
    assert_eq!(read(step(6).first).entries.len(), 10);
}

#[test]
fn six_of_nine_teasers_are_cut_near_175_characters() {
    let reading = read(step(3).first);
    let cut: Vec<_> = reading
        .entries
        .iter()
        .filter_map(|(name, (teaser, _))| Some((&**name, teaser.strip_suffix(" …")?)))
        .collect();
    let names: Vec<_> = cut.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        [
            "Georgien",
            "Kenia",
            "Kolumbien",
            "Marokko",
            "Moldau",
            "Philippinen"
        ]
    );
    for (name, body) in cut {
        let length = body.chars().count();
        assert!((157..=174).contains(&length), "{name}: {length} {body}");
    }
}

#[test]
fn only_the_country_page_completes_the_signing_with_kenya() {
    let state = step(3).first;
    let reading = read(state);
    let (_, (teaser, link)) = &reading.entries[2];
    assert!(teaser.contains("Am 13. September 2024 hat Bundesinnenministerin Faeser in Berlin"));
    assert!(!teaser.contains("unterzeichnet"), "{teaser}");
    assert!(
        article(state, link)
            .contains("Migrationsabkommen mit der kenianischen Regierung unterzeichnet.")
    );
}

#[test]
fn each_article_begins_with_the_teaser_in_full() {
    for step in STORY
        .iter()
        .filter(|step| step.first.dress != Dress::Maintenance)
    {
        for (name, (teaser, link)) in read(step.first).entries {
            let said = teaser.trim_end_matches(" …");
            assert!(article(step.first, &link).starts_with(said), "{name}");
        }
    }
}

#[test]
fn noise_changes_bytes_and_order_but_no_text() {
    let (calm, noisy) = (read(step(1).first), read(step(2).first));
    assert_eq!(calm.introduction, noisy.introduction);
    let order = |reading: &Reading| reading.entries.iter().map(|(n, _)| n.clone()).collect();
    let (before, after): (Vec<_>, Vec<_>) = (order(&calm), order(&noisy));
    assert_ne!(before, after);
    let noisy_entries: BTreeMap<_, _> = noisy.entries.into_iter().collect();
    let mut moved = 0;
    for (name, (teaser, link)) in calm.entries {
        let (noisy_teaser, noisy_link) = &noisy_entries[&name];
        assert_eq!(&link, noisy_link);
        let uncut = noisy_teaser.trim_end_matches(" …");
        assert!(teaser.starts_with(uncut), "{teaser} / {noisy_teaser}");
        moved += usize::from(*noisy_teaser != teaser);
        assert_eq!(article(step(1).first, &link), article(step(2).first, &link));
    }
    assert!(moved >= 3, "the cut moved in {moved} teasers");
}

#[test]
fn a_noisy_page_has_other_bytes_at_each_request() {
    let page = |state, number| render(state, TOPIC_PATH, Asked { number, ..ASKED }).unwrap();
    assert_ne!(page(step(2).first, 1), page(step(2).first, 2));
    assert_eq!(page(step(1).first, 1), page(step(1).first, 2));
    let noisy = page(step(2).first, 1);
    assert!(noisy.contains("\u{ad}") && noisy.contains("\u{a0}") && !noisy.contains('„'));
}

#[test]
fn a_relaunch_changes_markup_and_no_text() {
    let (before, after) = (step(6).first, step(7).first);
    assert_eq!(read(before), read(after));
    for (_, (_, link)) in read(before).entries {
        assert_eq!(article(before, &link), article(after, &link));
    }
    let page = render(after, TOPIC_PATH, ASKED).unwrap();
    assert!(!page.contains("c-teaser") && !page.contains("<h3"));
}

#[test]
fn the_steps_with_an_alert_change_exactly_these_countries() {
    let check = |before: usize, after: usize, expected: &[&str]| {
        let (old, new) = (read(step(before).first), read(step(after).first));
        assert_eq!(old.introduction, new.introduction);
        let old: BTreeMap<_, _> = old.entries.into_iter().collect();
        let changed: Vec<_> = new
            .entries
            .iter()
            .filter(|(name, (teaser, link))| {
                let article = |state| article(state, link);
                old.get(name)
                    .is_none_or(|(before_teaser, _)| before_teaser != teaser)
                    || article(step(before).first) != article(step(after).first)
            })
            .map(|(name, _)| &**name)
            .collect();
        assert_eq!(changed, expected);
    };
    check(1, 3, &["Kenia", "Usbekistan"]);
    check(3, 5, &["Kolumbien"]);
    check(5, 6, &["Indien"]);
}

#[test]
fn a_country_has_no_page_before_it_is_listed() {
    let india = country_path("indien");
    assert_eq!(render(step(1).first, &india, ASKED), None);
    assert!(render(step(6).first, &india, ASKED).is_some());
}

#[test]
fn the_texts_need_no_escaping_and_no_placeholder_stays() {
    for step in STORY {
        let page = render(step.first, TOPIC_PATH, ASKED).unwrap();
        assert!(!page.contains("{{"), "{}", step.name);
        let country = render(step.first, &country_path("kenia"), ASKED).unwrap();
        assert!(!country.contains("{{"), "{}", step.name);
    }
    let file = include_str!("../../../fixtures/replica/texts.toml");
    assert!(!file.contains(['<', '>', '&']));
}

/// The facts are public record, the wording is ours: no eight words in a row stand on the real page.
#[test]
fn no_eight_words_in_a_row_are_those_of_the_ministry() {
    let shared = std::env::var_os("VERMERK_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"),
        PathBuf::from,
    );
    let Ok(files) = std::fs::read_dir(shared.join("data/seed")) else {
        eprintln!("SKIPPED: no reference texts below {}", shared.display());
        return;
    };
    let ours = shingles(include_str!("../../../fixtures/replica/texts.toml"));
    for file in files {
        let theirs = shingles(&std::fs::read_to_string(file.unwrap().path()).unwrap());
        let copied: Vec<_> = ours.intersection(&theirs).collect();
        assert!(copied.is_empty(), "{copied:?}");
    }
}

fn shingles(text: &str) -> BTreeSet<String> {
    let text = text.to_lowercase();
    let words: Vec<_> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    words.windows(8).map(|eight| eight.join(" ")).collect()
}
