//! Golden pairs: `x.html` or `x.json`, `x.toml`, `x.expected`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::*;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/extract");

#[test]
fn a_list_of_teasers_as_ministries_write_it() {
    check("gsb-liste");
}

#[test]
fn hidden_parts_and_invisible_characters_are_not_read() {
    check("unsichtbar");
}

#[test]
fn entries_with_one_key_are_merged_in_page_order() {
    check("doppelt");
}

#[test]
fn a_tag_left_open_swallows_no_later_entry() {
    check("offen");
}

#[test]
fn a_document_is_one_entry() {
    check("dokument");
}

#[test]
fn json_is_read_by_query() {
    check("stufen");
}

#[test]
fn links_around_beside_and_without_their_entry() {
    check("links");
}

#[track_caller]
fn check(name: &str) {
    let text = |end: &str| std::fs::read_to_string(file(name, end)).expect(end);
    let sheet: Sheet = toml::from_str(&text("toml")).expect("a recipe");
    let end = if sheet.shape == "json" {
        "json"
    } else {
        "html"
    };
    let body = std::fs::read(file(name, end)).expect(end);
    assert_eq!(show(&sheet.read(&body)), text("expected"), "{name}");
}

fn file(name: &str, end: &str) -> PathBuf {
    Path::new(FOLDER).join(format!("{name}.{end}"))
}

fn show(extraction: &Extraction) -> String {
    let mut shown = String::new();
    for entry in &extraction.entries {
        let country = entry
            .country
            .map(|country| format!(" ({country})"))
            .unwrap_or_default();
        line(
            &mut shown,
            &format!("[{}]{country}", entry.key),
            &entry.title,
        );
        line(&mut shown, "  teaser:", &entry.teaser);
        for (name, value) in &entry.extra {
            line(&mut shown, &format!("  {name}:"), value);
        }
        if let Some(link) = &entry.link {
            line(&mut shown, "  link:", &Text::whole(link.to_string()));
        }
        if let Some(article) = &entry.article {
            line(&mut shown, "  article:", article);
        }
    }
    for problem in &extraction.problems {
        let _ = writeln!(shown, "! {problem}");
    }
    shown
}

fn line(shown: &mut String, name: &str, text: &Text) {
    let cut = if text.is_cut() { " (cut)" } else { "" };
    if !text.is_empty() {
        let _ = writeln!(shown, "{name} {}{cut}", text.as_str().replace('\n', " / "));
    }
}
