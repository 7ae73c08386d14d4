//! Each kind of phrase in its own grain, in each language.

use super::*;

#[test]
fn a_full_date_is_a_day_however_it_is_written() {
    for text in [
        "am 13. September 2024",
        "am 13.09.2024",
        "am 13. Sept. 2024",
        "am 13.9.2024",
        "vom 13.9.24",
        "am Freitag, dem 13. September 2024",
        "am Freitag, 13. September 2024",
        "2024-09-13",
        "am 13.\u{a0}Sep\u{ad}tember 2024",
    ] {
        day("de", text);
    }
    for text in [
        "on 13 September 2024",
        "on September 13, 2024",
        "on the 13th of September 2024",
        "on September 13th, 2024",
        "Friday, 13 September 2024",
        "13 Sept. 2024",
        "13/09/2024",
        "9/13/2024",
    ] {
        day("en", text);
    }
    day("fr", "le vendredi 13 septembre 2024");
    day("fr", "le 13/09/2024");
    day("es", "el 13 de septiembre de 2024");
    day("es", "el viernes, 13 de septiembre del 2024");
    day("it", "il 13 settembre 2024");
    check(
        "fr",
        "",
        "le 1er septembre 2024",
        &["le 1er septembre 2024 | 2024-09-01 | 2024-09-01/2024-09-01 | day"],
    );
    check("es", "", "el 1.º de mayo", &[]);
}

fn day(language: &str, text: &str) {
    let found = read(text, language, "");
    assert_eq!(found.len(), 1, "{text:?}: {found:?}");
    assert_eq!(
        found[0].when.date.as_deref(),
        Some("2024-09-13"),
        "{text:?}"
    );
    assert_eq!(found[0].when.anchor, Anchor::Stated, "{text:?}");
}

#[test]
fn a_date_without_a_year_is_the_nearest_to_the_reference_and_none_without_one() {
    check(
        "en",
        "2021-09-30",
        "On 29 September the Commission",
        &["On 29 September | 2021-09-29 | 2021-09-29/2021-09-29 | day"],
    );
    check(
        "de",
        "2024-01-24",
        "Im Dezember hatte",
        &["Im Dezember | 2023-12 | 2023-12/2023-12 | month"],
    );
    check(
        "de",
        "2024-06-03",
        "im September unterzeichnet",
        &["im September | 2024-09 | 2024-09/2024-09 | month"],
    );
    check(
        "de",
        "2024-06-03",
        "am 13.9. in Berlin",
        &["am 13.9. | 2024-09-13 | 2024-09-13/2024-09-13 | day"],
    );
    check(
        "de",
        "",
        "am 13. September in Berlin",
        &["am 13. September | - | / | day"],
    );
    check(
        "de",
        "2024-06",
        "am 13. September in Berlin",
        &["am 13. September | - | / | day"],
    );
    check(
        "de",
        "2024-06",
        "im September in Berlin",
        &["im September | 2024-09 | 2024-09/2024-09 | month"],
    );
}

#[test]
fn the_tense_of_the_clause_decides_where_the_year_is_not_told() {
    assert_eq!(
        told("de", "2024-11-20", "im Juni", Tense::Past).as_deref(),
        Some("2024-06")
    );
    assert_eq!(
        told("de", "2024-11-20", "im Juni", Tense::Future).as_deref(),
        Some("2025-06")
    );
    assert_eq!(
        told("de", "2024-09-13", "am Freitag", Tense::Future).as_deref(),
        Some("2024-09-13")
    );
    assert_eq!(
        told("de", "2024-09-12", "am Freitag", Tense::Past).as_deref(),
        Some("2024-09-06")
    );
    assert_eq!(
        told("de", "2024-09-12", "am 5. Dezember 2022", Tense::Past).as_deref(),
        Some("2022-12-05")
    );
}

#[test]
fn parts_of_months_and_years_keep_the_coarser_date() {
    check(
        "de",
        "",
        "Ende 2023",
        &["Ende 2023 | 2023 | 2023-09/2023-12 | part of year"],
    );
    check(
        "de",
        "",
        "Anfang März 2024",
        &["Anfang März 2024 | 2024-03 | 2024-03-01/2024-03-10 | third of month"],
    );
    check(
        "de",
        "",
        "Ende Februar 2024",
        &["Ende Februar 2024 | 2024-02 | 2024-02-21/2024-02-29 | third of month"],
    );
    check(
        "de",
        "2024-06-03",
        "Mitte des Jahres",
        &["Mitte des Jahres | 2024 | 2024-05/2024-08 | part of year"],
    );
    check(
        "de",
        "2024-12-03",
        "zum Jahresende",
        &["zum Jahresende | 2024 | 2024-09/2024-12 | part of year"],
    );
    check(
        "de",
        "2024-06-03",
        "Ende vergangenen Jahres",
        &["Ende vergangenen Jahres | 2023 | 2023-09/2023-12 | part of year"],
    );
    check(
        "en",
        "",
        "in late 2023",
        &["in late 2023 | 2023 | 2023-09/2023-12 | part of year"],
    );
    check(
        "en",
        "",
        "in mid-September 2024",
        &["in mid-September 2024 | 2024-09 | 2024-09-11/2024-09-20 | third of month"],
    );
    check(
        "en",
        "",
        "at the end of 2023",
        &["at the end of 2023 | 2023 | 2023-09/2023-12 | part of year"],
    );
    check(
        "fr",
        "",
        "à la fin de 2023",
        &["à la fin de 2023 | 2023 | 2023-09/2023-12 | part of year"],
    );
    check(
        "es",
        "",
        "a finales de 2023",
        &["a finales de 2023 | 2023 | 2023-09/2023-12 | part of year"],
    );
    check(
        "it",
        "",
        "alla fine del 2023",
        &["alla fine del 2023 | 2023 | 2023-09/2023-12 | part of year"],
    );
}

#[test]
fn quarters_halves_seasons_and_years_are_named_by_themselves() {
    check(
        "de",
        "2024-06-03",
        "für das dritte Quartal",
        &["dritte Quartal | 2024-Q3 | 2024-07/2024-09 | quarter"],
    );
    check(
        "de",
        "",
        "im 1. Quartal 2024",
        &["im 1. Quartal 2024 | 2024-Q1 | 2024-01/2024-03 | quarter"],
    );
    check(
        "de",
        "",
        "erstes Halbjahr 2024",
        &["erstes Halbjahr 2024 | 2024-H1 | 2024-01/2024-06 | half"],
    );
    check(
        "de",
        "2024-06-03",
        "im Herbst",
        &["im Herbst | 2024 | 2024-09/2024-11 | season"],
    );
    check(
        "de",
        "",
        "im Herbst 2023",
        &["im Herbst 2023 | 2023 | 2023-09/2023-11 | season"],
    );
    check(
        "de",
        "",
        "im Winter 2023/24",
        &["im Winter 2023/24 | - | 2023-12/2024-02 | season"],
    );
    check(
        "de",
        "2024-06-03",
        "im Laufe des Jahres",
        &["im Laufe des Jahres | 2024 | 2024/2024 | year"],
    );
    check(
        "de",
        "2024-06-03",
        "noch in diesem Jahr",
        &["in diesem Jahr | 2024 | 2024/2024 | year"],
    );
    check(
        "de",
        "",
        "wurde 2023 geschlossen.",
        &["2023 | 2023 | 2023/2023 | year"],
    );
    check(
        "en",
        "",
        "in the third quarter of 2024",
        &["in the third quarter of 2024 | 2024-Q3 | 2024-07/2024-09 | quarter"],
    );
    check(
        "fr",
        "",
        "au troisième trimestre 2024",
        &["au troisième trimestre 2024 | 2024-Q3 | 2024-07/2024-09 | quarter"],
    );
    check(
        "es",
        "",
        "en el primer semestre de 2024",
        &["en el primer semestre de 2024 | 2024-H1 | 2024-01/2024-06 | half"],
    );
}

#[test]
fn weekdays_and_weeks_count_from_the_day_of_the_text() {
    check(
        "de",
        "2023-12-17",
        "Der Bundesrat hat am Freitag zugestimmt",
        &["am Freitag | 2023-12-15 | 2023-12-15/2023-12-15 | day"],
    );
    check(
        "en",
        "2024-09-13",
        "plan to sign on Friday",
        &["on Friday | 2024-09-13 | 2024-09-13/2024-09-13 | day"],
    );
    check(
        "de",
        "2024-09-13",
        "am kommenden Freitag",
        &["am kommenden Freitag | 2024-09-20 | 2024-09-20/2024-09-20 | day"],
    );
    check(
        "de",
        "2024-09-13",
        "am vergangenen Freitag",
        &["am vergangenen Freitag | 2024-09-06 | 2024-09-06/2024-09-06 | day"],
    );
    check(
        "de",
        "2023-12-15",
        "Anfang der kommenden Woche",
        &["Anfang der kommenden Woche | 2023-12 | 2023-12-18/2023-12-20 | week"],
    );
    check(
        "de",
        "2024-09-25",
        "kommende Woche",
        &["kommende Woche | - | 2024-09-30/2024-10-06 | week"],
    );
    check(
        "de",
        "2024-01-10",
        "vor einem Jahr",
        &["vor einem Jahr | 2023 | 2023/2023 | year"],
    );
    check(
        "de",
        "2024-09-25",
        "vor drei Wochen",
        &["vor drei Wochen | 2024-09 | 2024-09-02/2024-09-08 | week"],
    );
    check(
        "en",
        "2024-09-25",
        "two months ago",
        &["two months ago | 2024-07 | 2024-07/2024-07 | month"],
    );
    check(
        "de",
        "2024-09-13",
        "gestern und heute",
        &[
            "gestern | 2024-09-12 | 2024-09-12/2024-09-12 | day",
            "heute | 2024-09-13 | 2024-09-13/2024-09-13 | day",
        ],
    );
    check(
        "fr",
        "2024-09-13",
        "il a été signé aujourd’hui",
        &["aujourd’hui | 2024-09-13 | 2024-09-13/2024-09-13 | day"],
    );
    check(
        "es",
        "2024-09-13",
        "el próximo lunes",
        &["el próximo lunes | 2024-09-16 | 2024-09-16/2024-09-16 | day"],
    );
    check(
        "it",
        "2024-09-13",
        "lunedì scorso",
        &["lunedì scorso | 2024-09-09 | 2024-09-09/2024-09-09 | day"],
    );
}

#[test]
fn the_time_of_day_belongs_to_its_day() {
    for (text, date) in [
        ("am Donnerstagabend", "2024-06-06"),
        ("Montag früh", "2024-06-03"),
        ("heute Morgen", "2024-06-03"),
        ("gestern Abend", "2024-06-02"),
        ("für morgen", "2024-06-04"),
        ("am Mittwoch, den 5. Juni, in Berlin", "2024-06-05"),
        ("nächste Woche Dienstag", "2024-06-11"),
    ] {
        assert_eq!(
            told("de", "2024-06-03", text, Tense::Open).as_deref(),
            Some(date),
            "{text}"
        );
        assert_eq!(read(text, "de", "2024-06-03").len(), 1, "{text}");
    }
}

#[test]
fn a_word_before_a_date_says_what_it_does() {
    check(
        "de",
        "2023-10-01",
        "gilt seit März; es",
        &["seit März | 2023-03 | 2023-03/.. | month since"],
    );
    check(
        "de",
        "",
        "seit März 2023",
        &["seit März 2023 | 2023-03 | 2023-03/.. | month since"],
    );
    check(
        "en",
        "",
        "in force since July 2020.",
        &["since July 2020 | 2020-07 | 2020-07/.. | month since"],
    );
    check(
        "de",
        "",
        "bis Ende 2025",
        &["bis Ende 2025 | - | ../2025-12 | bound until"],
    );
    check(
        "de",
        "2024-06-03",
        "bis heute das einzige",
        &["bis heute | - | ../2024-06-03 | bound until"],
    );
    check(
        "de",
        "2024-06-03",
        "bis zum Herbst",
        &["bis zum Herbst | - | ../2024-11 | bound until"],
    );
    check(
        "de",
        "2024-06-03",
        "nach dem 1. Januar 2025",
        &["nach dem 1. Januar 2025 | - | 2025-01-01/.. | bound"],
    );
    check(
        "de",
        "",
        "mit Wirkung vom 1. Februar 2023",
        &["mit Wirkung vom 1. Februar 2023 | 2023-02-01 | 2023-02-01/2023-02-01 | day effective"],
    );
    check(
        "de",
        "",
        "zum 1. Februar 2023",
        &["zum 1. Februar 2023 | 2023-02-01 | 2023-02-01/2023-02-01 | day effective"],
    );
    check(
        "de",
        "",
        "ab dem 1. Februar 2023",
        &["ab dem 1. Februar 2023 | 2023-02-01 | 2023-02-01/2023-02-01 | day effective"],
    );
    check(
        "en",
        "",
        "by the end of 2025",
        &["by the end of 2025 | - | ../2025-12 | bound until"],
    );
    check(
        "fr",
        "",
        "à partir du 1er février 2023",
        &["à partir du 1er février 2023 | 2023-02-01 | 2023-02-01/2023-02-01 | day effective"],
    );
    check(
        "es",
        "",
        "desde marzo de 2023",
        &["desde marzo de 2023 | 2023-03 | 2023-03/.. | month since"],
    );
    check(
        "it",
        "",
        "entro la fine del 2025",
        &["entro la fine del 2025 | - | ../2025-12 | bound until"],
    );
}

#[test]
fn vague_words_give_limits_and_no_date() {
    check(
        "de",
        "2024-06-03",
        "demnächst",
        &["demnächst | - | 2024-06-03/.. | vague"],
    );
    check(
        "de",
        "2024-06-03",
        "jüngst",
        &["jüngst | - | ../2024-06-03 | vague"],
    );
    check(
        "de",
        "2024-09-13",
        "In diesen Tagen sollen",
        &["In diesen Tagen | - | 2024-09-13/.. | vague"],
    );
    check(
        "de",
        "",
        "am Rande des Gipfels",
        &["am Rande des Gipfels | - | / | vague"],
    );
    check(
        "de",
        "2024-09-13",
        "Noch in dieser Wahlperiode",
        &["Noch in dieser Wahlperiode | - | 2024-09-13/.. | bound until"],
    );
    check(
        "de",
        "2024-09-13",
        "innerhalb von sechs Monaten",
        &["innerhalb von sechs Monaten | - | 2024-09-13/2025-03-13 | bound until"],
    );
    check(
        "en",
        "2024-09",
        "recently",
        &["recently | - | ../2024-09 | vague"],
    );
}

#[test]
fn austrian_words_are_german() {
    check(
        "de",
        "2024-06-03",
        "im Jänner und heuer",
        &[
            "im Jänner | 2024-01 | 2024-01/2024-01 | month",
            "heuer | 2024 | 2024/2024 | year",
        ],
    );
    check(
        "de",
        "",
        "3. Feber 2023",
        &["3. Feber 2023 | 2023-02-03 | 2023-02-03/2023-02-03 | day"],
    );
}

#[test]
fn several_days_are_a_span_and_no_day() {
    check(
        "de",
        "",
        "am 8./9. Mai 2023",
        &["am 8./9. Mai 2023 | - | 2023-05-08/2023-05-09 | bound"],
    );
    check(
        "de",
        "",
        "vom 9. bis 11. September 2024",
        &["vom 9. bis 11. September 2024 | - | 2024-09-09/2024-09-11 | bound"],
    );
    check(
        "en",
        "",
        "from 2019 to 2023",
        &["from 2019 to 2023 | - | 2019/2023 | bound"],
    );
    check("en", "", "on 3/4/2024", &[]);
}

#[test]
fn numbers_that_are_no_dates_are_left_alone() {
    for text in [
        "25 Artikel",
        "36,41 Mio. Einwohner",
        "Drucksache 20/14191",
        "BGBl. 2024 II Nr. 14",
        "§ 29a Absatz 2",
        "2024 Menschen",
        "Agenda 2030",
        "am 31.02.2024",
        "Tel. 030 2023-1990",
        "20.2024.5",
        "10.30 Uhr",
        "Nr. 2024/1234",
        "1.968 Fälle",
        "ABl. L 2023/17",
        "des Jahres",
        "am nächsten Morgen",
    ] {
        check("de", "2024-06-03", text, &[]);
    }
    for text in [
        "they may sign",
        "a march on Berlin",
        "Resolution 2024",
        "2024 people",
        "some 2,024 cases",
    ] {
        check("en", "2024-06-03", text, &[]);
    }
}

#[test]
fn a_phrase_is_found_where_it_stands_in_the_text() {
    let text = "Für Usbekistan: „Dieses wurde am 15. September 2024 unterzeichnet.“";
    let found = read(text, "de", "");
    assert_eq!(&text[found[0].range.clone()], "am 15. September 2024");
}

#[test]
fn a_reference_of_any_other_shape_is_refused() {
    for text in [
        "",
        "2024-13",
        "20.09.2024",
        "2024-09-31",
        "-2024-9",
        "2024-9-13",
        "20240913",
    ] {
        let error = Reference::parse(text, Anchor::Text)
            .unwrap_err()
            .to_string();
        assert!(error.contains("is not a date"), "{error}");
    }
}

#[test]
fn a_fault_in_a_lexicon_file_is_named() {
    for (form, told) in [
        ("im {monht}", "{monht} is no slot"),
        ("(im {month}", "\"(\" without \")\""),
        ("am|", "is not one word"),
        ("q1", "is not one word"),
        ("im {month", "without \"}\""),
    ] {
        let fault = crate::interpret::dates::notation::sequences(form, &[]).unwrap_err();
        assert!(fault.contains(told), "{form}: {fault}");
    }
}
