//! What holds for every text and every day.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::model::{Precision, When};

const LANGUAGES: [&str; 5] = ["de", "en", "fr", "es", "it"];

#[test]
fn each_day_of_eleven_years_reads_back_in_every_written_form() {
    for day in days() {
        for (language, text) in written(day) {
            let found = read(&text, language, "");
            let dates: Vec<_> = found.iter().map(|dated| dated.when.date.clone()).collect();
            assert_eq!(dates, [Some(day.to_string())], "{language}: {text}");
        }
    }
}

fn days() -> impl Iterator<Item = Date> {
    date(2020, 1, 1)
        .series(1.day())
        .take_while(|day| day.year() <= 2030)
}

fn written(day: Date) -> Vec<(&'static str, String)> {
    let month = |names: &[&'static str; 12]| names[usize::try_from(day.month()).unwrap() - 1];
    let (year, number, date) = (day.year(), day.month(), day.day());
    let german = month(&[
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ]);
    let english = month(&[
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]);
    let french = month(&[
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ]);
    let spanish = month(&[
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ]);
    let italian = month(&[
        "gennaio",
        "febbraio",
        "marzo",
        "aprile",
        "maggio",
        "giugno",
        "luglio",
        "agosto",
        "settembre",
        "ottobre",
        "novembre",
        "dicembre",
    ]);
    let (short, dot) = (&english[..3], if english == "May" { "" } else { "." });
    vec![
        (
            "de",
            format!("wurde am {date}. {german} {year} unterzeichnet"),
        ),
        ("de", format!("am {date:02}.{number:02}.{year}")),
        ("de", format!("am {date}.{number}.{:02}", year % 100)),
        ("de", format!("{day}")),
        ("en", format!("was signed on {date} {english} {year}.")),
        ("en", format!("on {english} {date}, {year}, in Berlin")),
        ("en", format!("on {date} {short}{dot} {year}")),
        ("fr", format!("le {date} {french} {year}")),
        ("fr", format!("le {date:02}/{number:02}/{year}")),
        ("es", format!("el {date} de {spanish} de {year}")),
        ("it", format!("il {date} {italian} {year}")),
    ]
}

/// First and last day of a bound; open and unknown ones are the ends of time.
fn bounds(when: &When) -> (Date, Date) {
    let (lower, upper) = when
        .interval
        .split_once('/')
        .expect("an interval has two bounds");
    let first = |text: &str| match text.len() {
        10 => text.parse().unwrap(),
        7 => format!("{text}-01").parse().unwrap(),
        4 => format!("{text}-01-01").parse().unwrap(),
        _ => Date::MIN,
    };
    let last = |text: &str| match text.len() {
        10 => text.parse().unwrap(),
        7 => format!("{text}-01")
            .parse::<Date>()
            .unwrap()
            .last_of_month(),
        4 => format!("{text}-12-31").parse().unwrap(),
        _ => Date::MAX,
    };
    (first(lower), last(upper))
}

/// How long a date of this grain may be written.
fn finest(precision: Precision) -> usize {
    match precision {
        Precision::Day => "2024-09-13".len(),
        Precision::Week
        | Precision::ThirdOfMonth
        | Precision::Month
        | Precision::Quarter
        | Precision::Half => "2024-09".len(),
        Precision::Season | Precision::PartOfYear | Precision::Year => "2024".len(),
        Precision::Bound | Precision::Vague => 0,
    }
}

/// Words that make dates, in any order, with noise between them.
fn soup() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "13",
        ".",
        "9",
        "2024",
        "24",
        "September",
        "Sept",
        "am",
        "vom",
        "bis",
        "seit",
        "zum",
        "Ende",
        "Mitte",
        "des",
        "Jahres",
        "vergangenen",
        "kommenden",
        "Woche",
        "Freitag",
        "heute",
        "Quartal",
        "drittes",
        "erstes",
        "Halbjahr",
        "im",
        "Herbst",
        "Winter",
        "/",
        "-",
        "vor",
        "drei",
        "Monaten",
        "31",
        "Februar",
        "of",
        "May",
        "the",
        "last",
        "year",
        "next",
        "by",
        "since",
        "late",
        "mi",
        "fin",
        "de",
        "el",
        "enero",
        "marzo",
        "scorso",
        "999",
        "in",
        "binnen",
        "ago",
        "\u{ad}",
        "é",
        "💶",
        "…",
        "„",
        "0",
    ]);
    prop::collection::vec(words, 0..30).prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn bounds_are_in_order_and_no_date_is_finer_than_its_phrase(
        text in prop_oneof![soup(), any::<String>()],
        language in prop::sample::select(&LANGUAGES[..]),
        reference in prop::sample::select(vec!["", "2024-02-29", "2023-12", "2024"]),
    ) {
        let mut end = 0;
        for dated in read(&text, language, reference) {
            prop_assert!(end <= dated.range.start && dated.range.start < dated.range.end);
            end = dated.range.end;
            prop_assert_eq!(&text[dated.range.clone()], dated.when.raw.as_str());
            for when in [Tense::Past, Tense::Future, Tense::Open].map(|tense| dated.told(tense)) {
                let (lower, upper) = bounds(when);
                prop_assert!(lower <= upper, "{}", when.interval);
                let length = when.date.as_deref().map_or(0, str::len);
                prop_assert!(length <= finest(when.precision), "{:?}", when);
            }
        }
    }

    #[test]
    fn a_phrase_alone_reads_as_it_does_in_its_text(text in soup(), language in prop::sample::select(&LANGUAGES[..])) {
        for dated in read(&text, language, "2024-06-03") {
            let alone = read(&dated.when.raw, language, "2024-06-03");
            prop_assert_eq!(&alone[0].when, &dated.when);
        }
    }
}
