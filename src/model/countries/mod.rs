//! Country names, German and English with their aliases, to ISO 3166 codes and back.

mod scan;

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{Country, Language, fold};
pub use scan::{Mention, Naming, mentions};

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(include_str!("names.tsv")));

/// The country a name stands for, in any spelling the table knows. Whole names only.
pub fn find(name: &str) -> Option<Country> {
    TABLE.codes.get(&fold(name)).copied()
}

/// The usual name in a language (German or English; English for all others).
/// A code that no country has stands for itself nowhere in our data and has no name.
pub fn name(country: Country, language: &Language) -> &'static str {
    let names = TABLE.names.get(&country);
    names.map_or("", |names| match language.as_str() {
        "de" => names.german,
        _ => names.english,
    })
}

struct Table {
    codes: HashMap<String, Country>,
    names: HashMap<Country, Names>,
}

struct Names {
    german: &'static str,
    english: &'static str,
}

impl Table {
    fn read(text: &'static str) -> Self {
        let mut table = Self {
            codes: HashMap::new(),
            names: HashMap::new(),
        };
        for row in rows(text) {
            for name in row.all() {
                table.codes.insert(fold(name), row.country);
            }
            table.names.insert(row.country, row.names);
        }
        table
    }
}

struct Row {
    country: Country,
    names: Names,
    aliases: &'static str,
}

impl Row {
    fn all(&self) -> impl Iterator<Item = &'static str> {
        let usual = [self.names.german, self.names.english];
        usual
            .into_iter()
            .chain(self.aliases.split('|'))
            .filter(|name| !name.is_empty())
    }
}

fn rows(text: &'static str) -> impl Iterator<Item = Row> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut cells = line.split('\t');
            Some(Row {
                country: Country::parse(cells.next()?).ok()?,
                names: Names {
                    german: cells.next()?,
                    english: cells.next()?,
                },
                aliases: cells.next().unwrap_or_default(),
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_stands_for_one_country() {
        let mut seen: HashMap<String, Country> = HashMap::new();
        for row in rows(include_str!("names.tsv")) {
            for name in row.all() {
                let other = seen.insert(fold(name), row.country);
                assert!(
                    other.is_none_or(|other| other == row.country),
                    "{name} stands for two"
                );
            }
        }
        assert_eq!(TABLE.names.len(), 250, "249 of ISO 3166-1, and XK");
    }

    #[test]
    fn the_spellings_of_official_pages_are_known() {
        check("MD", &["Moldau", "Republik Moldau", "Moldawien", "Moldova"]);
        check(
            "KG",
            &[
                "Kirgisistan",
                "Kirgistan",
                "Kirgisische Republik",
                "Kyrgyzstan",
            ],
        );
        check(
            "MA",
            &["Marokko", "Königreich Marokko", "KÖNIGREICH MAROKKO"],
        );
        check(
            "CD",
            &[
                "DR Kongo",
                "Kongo-Kinshasa",
                "Democratic Republic of the Congo",
            ],
        );
        check(
            "CI",
            &[
                "Elfenbeinküste",
                "Côte d'Ivoire",
                "Côte d’Ivoire",
                "Ivory Coast",
            ],
        );
        check(
            "GB",
            &[
                "Großbritannien",
                "GROSSBRITANNIEN",
                "Vereinigtes Königreich",
                "UK",
            ],
        );
        check("TR", &["Türkei", "Türkiye", "Turkey"]);
        check("US", &["USA", "Vereinigte Staaten von Amerika"]);
        check("BY", &["Weißrussland", "Belarus"]);
        check("PS", &["Palästina"]);
        check("XK", &["Kosovo"]);
        check("KR", &["South Korea", "Südkorea"]);
        check("CZ", &["Tschechische Republik", "Tschechien"]);
        check("RU", &["Russische Föderation"]);
        check("VA", &["Vatikan", "Heiliger Stuhl"]);
        check("GW", &["Guinea-Bissau", "Guinea\u{2011}Bissau"]);
    }

    #[test]
    fn a_name_inside_a_word_or_a_sentence_is_no_country() {
        for none in [
            "Roman",
            "maliziös",
            "Kongo",
            "Georgien und Moldau",
            "",
            "Korea",
        ] {
            assert_eq!(find(none), None, "{none}");
        }
    }

    #[test]
    fn names_come_back_in_the_readers_language() {
        let country = find("Kenia").expect("known");
        let say = |tag| name(country, &Language::parse(tag).expect("a tag"));
        assert_eq!(
            [say("de"), say("en"), say("fr")],
            ["Kenia", "Kenya", "Kenya"]
        );
    }

    #[track_caller]
    fn check(code: &str, names: &[&str]) {
        for name in names {
            assert_eq!(
                find(name).map(|country| country.to_string()).as_deref(),
                Some(code),
                "{name}"
            );
        }
    }
}
