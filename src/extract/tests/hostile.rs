//! Pages that are broken, replaced or made to harm.

use super::*;
use crate::model::EntryKey;

const ITEM: &str = "<li><h3>Kenia</h3><p>Gut.</p></li><li><h3>Ghana</h3><p>Auch.</p></li>";

#[test]
fn nested_markup_and_endless_tags_are_refused() {
    let attributes: Vec<String> = (0..200_000).map(|n| format!(" a{n}=1")).collect();
    problem(&"<div>".repeat(100_000), &Problem::TooDeep(512));
    problem(&"<ul><li>".repeat(32_000), &Problem::TooDeep(512));
    problem(
        &format!("<div{}>", attributes.concat()),
        &Problem::TooManyAttributes(20_000),
    );
}

#[test]
fn a_huge_list_is_read_whole() {
    let items: Vec<String> = (0..50_000)
        .map(|n| format!("<li><h3>T{n}</h3><p>x</p></li>"))
        .collect();
    assert_eq!(
        Sheet::default()
            .read(items.concat().as_bytes())
            .entries
            .len(),
        50_000
    );
    let same = "<li><h3>T</h3><p>x</p></li>".repeat(50_000);
    assert_eq!(Sheet::default().read(same.as_bytes()).entries.len(), 1);
}

#[test]
fn a_teaser_of_five_megabytes_is_shortened_visibly() {
    let page = format!(
        "{ITEM}<li><h3>Lang</h3><p>{}</p></li>",
        "Wort ".repeat(1_000_000)
    );
    let read = Sheet::default().read(page.as_bytes());
    let teaser = read
        .entries
        .last()
        .map(|entry| entry.teaser.as_str().to_owned())
        .expect("entry");
    assert!(teaser.ends_with("… [shortened]") && teaser.chars().count() < 20_100);
    assert!(matches!(
        read.problems.as_slice(),
        [Problem::Shortened { limit: 20_000, .. }]
    ));
}

#[test]
fn bytes_that_are_no_page() {
    problem("", &Problem::Empty);
    problem(" \n ", &Problem::Empty);
    let sheet = Sheet {
        content_type: "application/pdf".to_owned(),
        ..Sheet::default()
    };
    let pdf = sheet.read(b"%PDF-1.7 ...");
    assert_eq!(
        pdf.problems,
        [Problem::NotHtml("application/pdf".to_owned())]
    );
    let json = Sheet {
        shape: "json".to_owned(),
        entries: "$[*]".to_owned(),
        title: "$.a".to_owned(),
        teaser: None,
        link: None,
        ..Sheet::default()
    };
    assert!(matches!(
        json.read(b"<html>").problems.as_slice(),
        [Problem::NotJson(_)]
    ));
    assert_eq!(
        json.read(br#"[{"a":"x\ud800y \ud83d\ude00"}]"#).entries[0]
            .title
            .as_str(),
        "x\u{fffd}y 😀"
    );
}

#[test]
fn utf_16_and_nul_bytes_are_read_as_what_they_say() {
    let page = format!("<html lang=de>{ITEM}<li><h3>Tür\0kei</h3></li></html>");
    let utf16: Vec<u8> = page.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for body in [page.into_bytes(), utf16] {
        let read = Sheet::default().read(&body);
        let titles: Vec<&str> = read
            .entries
            .iter()
            .map(|entry| entry.title.as_str())
            .collect();
        assert_eq!(titles, ["Kenia", "Ghana", "Türkei"]);
        assert_eq!(read.problems, []);
    }
}

#[test]
fn a_name_of_two_scripts_is_no_country() {
    let sheet = Sheet {
        key: KeyBy::Country,
        ..Sheet::default()
    };
    let read =
        sheet.read(format!("{ITEM}<li><h3>K\u{435}nia</h3><a href=/x>x</a></li>").as_bytes());
    assert_eq!(
        read.problems.first(),
        Some(&Problem::MixedScripts("K\u{435}nia".to_owned()))
    );
    let fake = read.entries.last().expect("three entries");
    assert_eq!((fake.key.as_str(), fake.country), ("link:/x", None));
}

#[test]
fn markup_in_a_text_stays_text() {
    let read = Sheet::default().read(
        format!("{ITEM}<li><h3>A</h3><p>&lt;script&gt;alert(1)&lt;/script&gt;<script>x()</script> {{{{7*7}}}}</p><a href='javascript:x()'>m</a></li>").as_bytes(),
    );
    let entry = read.entries.last().expect("three entries");
    assert_eq!(entry.teaser.as_str(), "<script>alert(1)</script> {{7*7}}");
    assert_eq!(entry.link, None);
    let key = EntryKey::new("title:a");
    assert_eq!(
        read.problems,
        [Problem::BadLink {
            key,
            href: "javascript:x()".to_owned()
        }]
    );
}

#[test]
fn a_page_that_is_not_itself_says_so() {
    let title =
        |title: &str| format!("<html lang=de><title>{title}</title><h1>{title}</h1></html>");
    for gone in [
        "Seite nicht gefunden",
        "404",
        "Page not found | GOV.UK",
        "Fehler 404",
    ] {
        assert!(
            matches!(
                signs(&title(gone)),
                [Problem::NotFoundPage(_), Problem::NoEntries]
            ),
            "{gone}"
        );
    }
    for down in [
        "Wartungsarbeiten",
        "503 Service Temporarily Unavailable",
        "Vorübergehend nicht verfügbar",
        "502 Bad Gateway",
    ] {
        assert!(
            matches!(
                signs(&title(down)),
                [Problem::Maintenance(_), Problem::NoEntries]
            ),
            "{down}"
        );
    }
    for wall in [
        "Access Denied",
        "Just a moment...",
        "Zugriff verweigert",
        "403 Forbidden",
        "Anmeldung",
    ] {
        assert!(
            matches!(
                signs(&title(wall)),
                [Problem::Blocked(_), Problem::NoEntries]
            ),
            "{wall}"
        );
    }
    let login = "<html lang=de><h1>Portal</h1><form><input type=password></form></html>";
    assert!(matches!(
        signs(login),
        [Problem::Blocked(_), Problem::NoEntries]
    ));
    assert_eq!(signs(&title("Ministers")), [Problem::NoEntries]);
    assert_eq!(
        signs(&title("404 Menschen aus Seenot gerettet und versorgt")),
        [Problem::NoEntries]
    );
}

#[test]
fn an_entry_that_speaks_of_maintenance_holds_no_good_page() {
    let page = format!(
        "<html lang=de><h1>Wartungsarbeiten</h1>{ITEM}<li><h3>Bus</h3><p>Seite nicht gefunden</p></li></html>"
    );
    assert_eq!(signs(&page), []);
}

#[test]
fn another_language_is_noticed_with_and_without_its_attribute() {
    let wrong = |found: &str| Problem::WrongLanguage {
        wanted: "de".to_owned(),
        found: found.to_owned(),
    };
    assert_eq!(
        signs(&format!("<html lang=en-GB>{ITEM}</html>")),
        [wrong("en")]
    );
    assert_eq!(signs(&format!("<html lang=de-AT>{ITEM}</html>")), []);
    let english = "<p>This is the list of the countries and that is not all of it, for the rest are with the others.</p>".repeat(3);
    assert_eq!(
        signs(&format!("<html>{ITEM}{english}</html>")),
        [wrong("en")]
    );
    assert_eq!(signs(&format!("<html>{ITEM}<p>Kurz.</p></html>")), []);
}

#[test]
fn half_a_page_is_unfinished_but_optional_end_tags_are_optional() {
    assert_eq!(
        signs(&format!("<html lang=de><body><ul>{ITEM}<li><h3>Ki")),
        [Problem::Unfinished]
    );
    assert_eq!(
        signs(&format!("<html lang=de><body>{ITEM}<a hre")),
        [Problem::Unfinished]
    );
    assert_eq!(
        signs(&format!("<!doctype html><html lang=de><ul>{ITEM}</ul>")),
        []
    );
}

#[test]
fn a_wrong_character_set_holds_the_look() {
    let page = format!(
        "<html lang=de><ul>{ITEM}<li><h3>Türkei</h3><p>Für Fachkräfte möglich.</p></li></ul></html>"
    );
    let latin: Vec<u8> = page
        .chars()
        .map(|char| u8::try_from(u32::from(char)).unwrap_or(b'?'))
        .collect();
    let sheet = Sheet {
        content_type: "text/html; charset=utf-8".to_owned(),
        ..Sheet::default()
    };
    assert!(matches!(
        sheet.read(&latin).problems.as_slice(),
        [Problem::Mojibake(_)]
    ));
    let sheet = Sheet {
        content_type: "text/html; charset=latin1".to_owned(),
        ..Sheet::default()
    };
    assert!(matches!(
        sheet.read(page.as_bytes()).problems.as_slice(),
        [Problem::Mojibake(_)]
    ));
}

#[test]
fn an_error_message_in_a_teaser_is_named_and_kept() {
    let page = format!(
        "<html lang=de>{ITEM}<li><h3>Moldau</h3><p>Es ist ein Fehler aufgetreten. Referenz 4711</p></li></html>"
    );
    let read = Sheet::default().read(page.as_bytes());
    assert_eq!(read.entries.len(), 3);
    assert!(matches!(
        read.problems.as_slice(),
        [Problem::ErrorText { .. }]
    ));
}

#[test]
fn an_article_is_read_only_from_a_page_that_is_itself() {
    let sheet = Sheet {
        follow: Some("main".to_owned()),
        ..Sheet::default()
    };
    let read = |body: &str| article(&sheet.recipe(), &sheet.exchange(body.as_bytes()));
    let good = "<html lang=de><h1>Kenia</h1><main><p>Das Abkommen wurde</p><p>unterzeichnet …</p></main></html>";
    assert_eq!(
        read(good),
        Ok(Text::whole("Das Abkommen wurde\nunterzeichnet …"))
    );
    assert_eq!(
        read("<html lang=de><p>x</p></html>"),
        Err(Problem::NoArticleText("main".to_owned()))
    );
    let down = "<html lang=de><h1>Wartungsarbeiten</h1><main><p>Bald.</p></main></html>";
    assert!(matches!(read(down), Err(Problem::Maintenance(_))));
}

#[test]
fn a_bad_recipe_says_which_line_and_why() {
    let check = |change: fn(&mut Sheet), expected: &str| {
        let mut sheet = Sheet::default();
        change(&mut sheet);
        let error = Recipe::compile(&sheet.page())
            .expect_err("a bad recipe")
            .to_string();
        assert!(error.starts_with(expected), "{error}");
    };
    check(
        |sheet| sheet.entries = "li:contains('x')".to_owned(),
        "recipe.entries: \"li:contains('x')\" uses :contains, which is not supported",
    );
    check(
        |sheet| sheet.title = "li:nth-child(2 of .a)".to_owned(),
        "recipe.fields.title: \"li:nth-child(2 of .a)\" uses :nth-child(… of …), which",
    );
    check(
        |sheet| sheet.ignore = vec!["..".to_owned()],
        "recipe.ignore: \"..\" is no CSS selector",
    );
    check(
        |sheet| {
            sheet.shape = "json".to_owned();
            sheet.entries = "$[".to_owned();
        },
        "recipe.entries: \"$[\" is no JSONPath query (RFC 9535)",
    );
}

#[test]
fn the_version_moves_with_the_recipe_only() {
    let sheet = Sheet::default();
    let moved = Sheet {
        url: "https://example.org/".to_owned(),
        ..sheet.clone()
    };
    assert_eq!(sheet.recipe().version(), moved.recipe().version());
    let other = Sheet {
        title: "h2".to_owned(),
        ..sheet.clone()
    };
    assert_ne!(sheet.recipe().version(), other.recipe().version());
}

#[track_caller]
fn problem(page: &str, expected: &Problem) {
    assert_eq!(
        Sheet::default().read(page.as_bytes()).problems.as_slice(),
        std::slice::from_ref(expected)
    );
}

fn signs(page: &str) -> &'static [Problem] {
    Sheet::default().read(page.as_bytes()).problems.leak()
}
