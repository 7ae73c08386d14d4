//! What the grammar reads: the entries of the seed page, phenomenon by phenomenon, and what it must not read.

use super::*;
use crate::interpret::dates::Reference;
use crate::model::{Anchor, Country, Extent, Language};

const SEED: &str = "../shared/data/seed/migrationspartnerschaften.txt";

#[test]
fn the_seed_page_says_what_a_careful_reader_says_and_no_more() {
    let Ok(page) = std::fs::read_to_string(SEED) else {
        eprintln!("SKIPPED: {SEED} is not here");
        return;
    };
    let rows = [
        ("Georgien", "GE", "SIGNED DONE GE 2023; SAFE_ORIGIN DONE GE"),
        ("Ghana", "GH", "SAFE_ORIGIN STATE GH; AGREED ONGOING GH"),
        ("Kenia", "KE", "SIGNED INCOMPLETE KE 2024-09-13"),
        ("Kirgisistan", "KG", "NEGOTIATING ONGOING KG"),
        ("Kolumbien", "CO", "AGREED ONGOING CO"),
        ("Marokko", "MA", "AGREED STATE MA"),
        (
            "Moldau",
            "MD",
            "AGREED PLANNED MD; NEGOTIATING INCOMPLETE MD",
        ),
        ("Philippinen", "PH", "NEGOTIATING ONGOING PH"),
        (
            "Usbekistan",
            "UZ",
            "TEXT_CONCLUDED STATE UZ; SIGNED DONE UZ 2024-09-15",
        ),
    ];
    for (name, code, expected) in rows {
        let teaser = teaser(&page, name);
        assert_eq!(
            short(&read("de", &teaser, Some(code), None)),
            expected,
            "{teaser}"
        );
    }
}

#[test]
fn the_seed_page_says_who_signed_and_where() {
    let Ok(page) = std::fs::read_to_string(SEED) else {
        eprintln!("SKIPPED: {SEED} is not here");
        return;
    };
    let kenya = read("de", &teaser(&page, "Kenia"), Some("KE"), None);
    assert_eq!(kenya[0].place.as_deref(), Some("Berlin"));
    assert_eq!(kenya[0].signatories, ["Bundesinnenministerin Faeser"]);
    let uzbekistan = read("de", &teaser(&page, "Usbekistan"), Some("UZ"), None);
    assert_eq!(uzbekistan[1].signatories, ["Bundesinnenministerin Faeser"]);
    assert_eq!(uzbekistan[1].place, None, "the page names no place");
    let georgia = read("de", &teaser(&page, "Georgien"), Some("GE"), None);
    let when = georgia[0].when.as_ref().expect("a date");
    assert_eq!(when.precision.name(), "part of year");
}

#[test]
fn every_example_of_the_lexicon_yields_its_stage() {
    let mut silent = Vec::new();
    for code in Lexicon::languages() {
        let file = Lexicon::file(code).expect("a file");
        for (stage, cues) in &file.stage {
            let verbs = cues.verb.iter().map(|cue| &cue.example);
            let nouns = cues.noun.iter().map(|cue| &cue.example);
            let states = cues.state.iter().map(|cue| &cue.example);
            for example in verbs.chain(nouns).chain(states) {
                let found = read(code, example, None, None);
                if !found.iter().any(|statement| statement.stage == *stage) {
                    silent.push(format!("{code} {stage}: {example} → {}", short(&found)));
                }
            }
        }
    }
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn every_turn_of_the_lexicon_has_an_example_that_says_something() {
    for code in Lexicon::languages() {
        let file = Lexicon::file(code).expect("a file");
        for turn in &file.turn {
            assert!(
                !read(code, &turn.example, None, None).is_empty(),
                "{code}: {}",
                turn.example
            );
        }
    }
}

#[test]
fn auxiliaries_say_how_certain_a_step_is() {
    check(
        "Deutschland hat mit Kenia ein Migrationsabkommen unterzeichnet.",
        "SIGNED DONE KE",
    );
    check(
        "Mit Kenia ist ein Migrationsabkommen unterzeichnet worden.",
        "SIGNED DONE KE",
    );
    check(
        "Das Abkommen mit Kenia soll im Mai 2025 unterzeichnet werden.",
        "SIGNED PLANNED KE 2025-05",
    );
    check(
        "Das Abkommen mit Kenia könnte 2025 unterzeichnet werden.",
        "SIGNED PLANNED KE 2025",
    );
    check(
        "Das Abkommen mit Usbekistan soll bereits unterzeichnet worden sein.",
        "SIGNED REPORTED_DONE UZ",
    );
    check(
        "Ein Rückführungsabkommen mit dem Irak sei paraphiert worden, hieß es.",
        "INITIALLED REPORTED_DONE IQ",
    );
    check(
        "Wenn das Abkommen mit Kenia unterzeichnet ist, können Fachkräfte kommen.",
        "SIGNED CONDITIONAL KE",
    );
    check(
        "Tunesien hat das Abkommen bislang nicht ratifiziert.",
        "RATIFIED NEGATED TN",
    );
    check(
        "Weder mit Ghana noch mit Nigeria wurde ein Migrationsabkommen unterzeichnet.",
        "SIGNED NEGATED GH NG",
    );
    check(
        "Das Migrationsabkommen mit Kenia wird derzeit umgesetzt.",
        "IMPLEMENTED ONGOING KE",
    );
}

#[test]
fn nouns_take_their_certainty_from_their_verb() {
    check(
        "Die Unterzeichnung des Migrationsabkommens mit Moldau wurde verschoben.",
        "SIGNED FAILED MD",
    );
    check(
        "Die Ratifizierung des Migrationsabkommens durch Usbekistan ist erfolgt.",
        "RATIFIED DONE UZ",
    );
    check(
        "Nach der Unterzeichnung des Abkommens mit Kenia reiste sie weiter.",
        "SIGNED DONE KE",
    );
    check(
        "Das geplante Abkommen mit Ghana steht kurz vor der Unterzeichnung.",
        "SIGNED PLANNED GH",
    );
    check(
        "Die Verhandlungen mit Kirgisistan sind gescheitert.",
        "NEGOTIATING FAILED KG",
    );
    check(
        "Im März 2024 fanden Gespräche mit Ghana in Accra statt.",
        "TALKS DONE GH 2024-03",
    );
}

#[test]
fn participles_before_a_noun_carry_their_own_date() {
    check(
        "Das am 5. Dezember 2022 unterzeichnete Abkommen mit Indien trat am 7. März 2023 in Kraft.",
        "SIGNED DONE IN 2022-12-05; IN_FORCE DONE IN 2023-03-07",
    );
    check(
        "Das Abkommen mit Indien ist am 5. Dezember 2022 in Neu-Delhi unterzeichnet worden und am 7. März 2023 in Kraft getreten.",
        "SIGNED DONE IN 2022-12-05; IN_FORCE DONE IN 2023-03-07",
    );
}

#[test]
fn the_same_day_is_the_one_named_before_and_the_place_is_that_of_the_act() {
    let text = "Das Abkommen mit Georgien ist am 19. Dezember 2023 in Tiflis unterzeichnet worden und am selben Tag in Kraft getreten.";
    check(
        text,
        "SIGNED DONE GE 2023-12-19; IN_FORCE DONE GE 2023-12-19",
    );
    let found = read("de", text, None, None);
    let places: Vec<_> = found.iter().map(|one| one.place.as_deref()).collect();
    assert_eq!(places, [Some("Tiflis"), None]);
    let text = "The agreement with Georgia was signed on 19 December 2023 and entered into force on the same day.";
    let found = read("en", text, None, None);
    let dates: Vec<_> = found
        .iter()
        .map(|one| one.when.as_ref().and_then(|when| when.date.as_deref()))
        .collect();
    assert_eq!(dates, [Some("2023-12-19"), Some("2023-12-19")]);
}

#[test]
fn the_object_decides() {
    check(
        "Deutschland und Kenia haben die Verhandlungen abgeschlossen.",
        "TEXT_CONCLUDED DONE KE",
    );
    check("Die Türkei hat ihre Grenze zu Syrien geschlossen.", "");
    check("Das Handelsabkommen mit Kenia wurde unterzeichnet.", "");
    check(
        "Deutschland und Kenia unterzeichneten ein Abkommen über soziale Sicherheit.",
        "",
    );
    check("Mit Moldau wurden Beitrittsverhandlungen aufgenommen.", "");
    check(
        "Die Zahl der abgelehnten Asylbewerber aus Georgien ist gesunken.",
        "",
    );
    check(
        "Mit Kolumbien wurde eine Absichtserklärung unterzeichnet.",
        "DECLARED DONE CO",
    );
    check(
        "Mit Kolumbien wurde nur eine Absichtserklärung unterzeichnet, kein Abkommen.",
        "DECLARED DONE CO",
    );
    check(
        "Deutschland hat ein Abkommen mit Kenia geschlossen, nicht aber mit Ghana.",
        "SIGNED DONE KE; SIGNED NEGATED GH",
    );
    check(
        "Statt eines Abkommens wurde mit Marokko eine gemeinsame Erklärung unterzeichnet.",
        "DECLARED DONE MA",
    );
    check(
        "Bis zur Unterzeichnung des Abkommens mit Moldau gelten die alten Regeln.",
        "SIGNED PLANNED MD",
    );
    check("Es besteht die Möglichkeit eines Abkommens mit Ghana.", "");
    check(
        "Der Entwurf eines Migrationsabkommens mit den Philippinen liegt vor.",
        "",
    );
}

#[test]
fn a_separated_prefix_makes_another_verb() {
    check(
        "Ein Abkommen mit Moldau kündigten beide Regierungen an.",
        "AGREED PLANNED MD",
    );
    check(
        "Die Regierung kündigte das Abkommen mit Belarus.",
        "TERMINATED DONE BY",
    );
    check(
        "Die Regierung kündigte das Abkommen mit Belarus auf.",
        "TERMINATED DONE BY",
    );
    check(
        "Die Regierung setzte das Abkommen mit Belarus aus.",
        "SUSPENDED DONE BY",
    );
    check(
        "Die Regierung setzte das Abkommen mit Kenia um.",
        "IMPLEMENTED DONE KE",
    );
}

#[test]
fn those_who_look_on_do_not_sign() {
    let text = "Faeser hat im Beisein von Bundeskanzler Scholz in Samarkand ein Migrationsabkommen mit Usbekistan unterzeichnet.";
    let found = read("de", text, None, None);
    assert_eq!(found[0].witnesses, ["Bundeskanzler Scholz"]);
    assert!(
        found[0]
            .signatories
            .iter()
            .all(|name| !name.contains("Scholz"))
    );
    assert_eq!(found[0].place.as_deref(), Some("Samarkand"));
}

#[test]
fn other_countries_in_an_entry_are_background() {
    let text = "Mit Indien, Georgien und Kenia hat die Bundesregierung bereits Migrationsabkommen abgeschlossen.";
    let of = |partner| read("de", text, partner, None)[0].standing;
    assert_eq!(of(Some("CO")), crate::model::Standing::Background);
    assert_eq!(of(Some("KE")), crate::model::Standing::Main);
    assert_eq!(of(None), crate::model::Standing::Main);
}

#[test]
fn safe_countries_need_the_last_chamber() {
    check(
        "Der Bundestag stufte Georgien als sicheren Herkunftsstaat ein.",
        "SAFE_ORIGIN PLANNED GE",
    );
    check(
        "Der Bundesrat hat zugestimmt, Moldau als sicheren Herkunftsstaat einzustufen.",
        "SAFE_ORIGIN DONE MD",
    );
    check(
        "Der Bundesrat hat es abgelehnt, Marokko als sicheres Herkunftsland einzustufen.",
        "SAFE_ORIGIN NEGATED MA",
    );
    check(
        "Marokko gehört nicht zu den sicheren Herkunftsländern.",
        "SAFE_ORIGIN NEGATED MA",
    );
}

#[test]
fn english_is_read_by_the_same_grammar() {
    let en = |text, expected| check_in("en", text, expected);
    en(
        "Germany has yet to sign a migration deal with Moldova.",
        "SIGNED NEGATED MD",
    );
    en(
        "The agreement with Kenya reportedly has been signed.",
        "SIGNED REPORTED_DONE KE",
    );
    en(
        "Kenya is said to have signed the migration agreement.",
        "SIGNED REPORTED_DONE KE",
    );
    en(
        "The migration agreement with Georgia entered into force on 19 December 2023.",
        "IN_FORCE DONE GE 2023-12-19",
    );
    en(
        "If Kenya signs the migration agreement, visas will be easier.",
        "SIGNED CONDITIONAL KE",
    );
    en(
        "Talks between Germany and Ghana on a migration deal collapsed.",
        "TALKS FAILED GH",
    );
    en(
        "After signing the migration agreement with Kenya, Scholz flew home.",
        "SIGNED DONE KE",
    );
    en("Italy signed a trade agreement with Libya.", "");
    en(
        "The migration agreement with Kenya was to be signed in May 2024.",
        "SIGNED PLANNED KE 2024-05",
    );
}

#[test]
fn the_romance_conditional_perfect_only_reports() {
    check_in(
        "fr",
        "L'accord migratoire avec la Tunisie aurait été signé.",
        "SIGNED REPORTED_DONE TN",
    );
    check_in(
        "es",
        "España habría firmado un acuerdo migratorio con Gambia.",
        "SIGNED REPORTED_DONE GM",
    );
    check_in(
        "it",
        "Il memorandum con la Tunisia sarebbe stato firmato.",
        "DECLARED REPORTED_DONE TN",
    );
    check_in(
        "fr",
        "L'accord avec le Maroc sera signé à Rabat.",
        "SIGNED PLANNED MA",
    );
}

#[test]
fn a_quote_stands_where_it_says() {
    let text = "Ein Satz zuvor. Mit Kenia wurde in Köln ein Migrationsabkommen unterzeichnet. Und einer danach.";
    let found = read("de", text, None, None);
    let quote = &found[0].quote;
    assert_eq!(&text[quote.start..quote.end], quote.text);
    assert_eq!(
        quote.text,
        "Mit Kenia wurde in Köln ein Migrationsabkommen unterzeichnet."
    );
}

#[test]
fn a_language_without_a_lexicon_says_nothing() {
    assert!(read("pl", "Umowa z Kenią została podpisana.", None, None).is_empty());
}

#[test]
fn long_and_strange_texts_are_read_to_their_end() {
    for strange in [
        "„".repeat(50_000),
        "Abkommen".repeat(6_000),
        "Kenia, ".repeat(7_000),
        "…".repeat(9_000),
        String::new(),
    ] {
        let text = format!("{strange} . Mit Kenia wurde ein Migrationsabkommen unterzeichnet.");
        let found = read("de", &text, None, None);
        assert!(
            found
                .iter()
                .any(|statement| statement.stage.as_str() == "SIGNED"),
            "{}",
            strange.len()
        );
    }
}

fn check(text: &str, expected: &str) {
    check_in("de", text, expected);
}

#[track_caller]
fn check_in(language: &str, text: &str, expected: &str) {
    assert_eq!(short(&read(language, text, None, None)), expected, "{text}");
}

fn read(language: &str, text: &str, partner: Option<&str>, day: Option<&str>) -> Vec<Statement> {
    let language = Language::parse(language).expect("a language");
    let passage = Passage {
        text,
        language: &language,
        extent: if text.ends_with('…') {
            Extent::Cut
        } else {
            Extent::Whole
        },
        reference: day.map(|day| Reference::parse(day, Anchor::Text).expect("a date")),
        partner: partner.map(|code| Country::parse(code).expect("a code")),
    };
    statements(Lexicon::bundled(), &passage)
}

/// `SIGNED DONE KE 2024-09-13; …`
fn short(statements: &[Statement]) -> String {
    let lines: Vec<String> = statements
        .iter()
        .map(|statement| {
            let partners = statement.partners.iter().map(Country::as_str);
            let date = statement
                .when
                .as_ref()
                .and_then(|when| when.date.as_deref());
            let head = [statement.stage.as_str(), statement.factuality.code()];
            head.into_iter()
                .chain(partners)
                .chain(date)
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    lines.join("; ")
}

/// The text under a bullet of the seed page.
fn teaser(page: &str, name: &str) -> String {
    let (_, after) = page
        .split_once(&format!("• {name}"))
        .expect("the entry is there");
    after
        .trim_start()
        .lines()
        .next()
        .unwrap_or_default()
        .trim()
        .to_owned()
}

#[test]
fn a_text_of_many_windows_is_read_like_a_short_one() {
    let pair = "Mit Kenia ist ein Migrationsabkommen ausverhandelt. Dieses wurde am 13. September 2024 in Berlin unterzeichnet. ";
    let text = pair.repeat(3_000);
    let language = Language::parse("de").unwrap();
    let passage = Passage {
        text: &text,
        language: &language,
        extent: Extent::Whole,
        reference: None,
        partner: None,
    };
    let read = statements(Lexicon::bundled(), &passage);
    let once = read.len() / 3_000;
    assert_eq!(read.len(), once * 3_000);
    for (place, said) in read.iter().enumerate() {
        let first = &read[place % once];
        assert_eq!(
            (&said.stage, &said.partners),
            (&first.stage, &first.partners)
        );
        assert_eq!(&text[said.quote.start..said.quote.end], said.quote.text);
    }
}
