//! Country names, German and English with their aliases, to ISO 3166 codes and back.

mod scan;

use std::collections::HashMap;
use std::sync::LazyLock;

use strsim::damerau_levenshtein;

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

/// All names that are long enough to be no part of other words: who looks for one means each.
pub fn names(country: Country) -> Vec<&'static str> {
    let names = TABLE.names.get(&country).into_iter();
    let all = names.flat_map(|names| {
        let aliases = names.aliases.split('|').filter(|name| name.len() > 4);
        [names.german, names.english].into_iter().chain(aliases)
    });
    all.collect()
}

/// The country that a code or a name stands for; no country has every code that could be one.
pub fn known(text: &str) -> Option<Country> {
    let code = Country::parse(&text.to_uppercase()).ok();
    code.filter(|code| TABLE.names.contains_key(code))
        .or_else(|| find(text))
}

/// Countries whose code or name is written nearly so, the nearest first.
pub fn near(text: &str, most: usize) -> Vec<Country> {
    let asked = fold(text);
    let distance = |country: &Country, names: &Names| {
        let names = [names.german, names.english].map(fold);
        let to_name = names.iter().map(|name| damerau_levenshtein(name, &asked));
        let to_code = damerau_levenshtein(&fold(country.as_str()), &asked);
        // A code is short: one wrong letter of two is as far as a name with two.
        to_name.chain([2 * to_code]).min().unwrap_or(usize::MAX)
    };
    let mut near: Vec<(usize, Country)> = TABLE
        .names
        .iter()
        .map(|(country, names)| (distance(country, names), *country))
        .filter(|(distance, _)| *distance <= 2)
        .collect();
    near.sort();
    near.into_iter()
        .take(most)
        .map(|(_, country)| country)
        .collect()
}

struct Table {
    codes: HashMap<String, Country>,
    names: HashMap<Country, Names>,
}

struct Names {
    german: &'static str,
    english: &'static str,
    aliases: &'static str,
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
}

impl Row {
    fn all(&self) -> impl Iterator<Item = &'static str> {
        let usual = [self.names.german, self.names.english];
        usual
            .into_iter()
            .chain(self.names.aliases.split('|'))
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
                    aliases: cells.next().unwrap_or_default(),
                },
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
    fn what_is_mistyped_is_near_to_what_was_meant() {
        let near = |text| {
            near(text, 3)
                .iter()
                .map(Country::to_string)
                .collect::<Vec<_>>()
        };
        assert_eq!(near("Kenja"), ["KE"]);
        assert_eq!(near("Usbekstan")[0], "UZ");
        assert_eq!(near("KX").len(), 3);
        assert_eq!(near("Atlantis and Lemuria"), [""; 0]);
        assert_eq!(
            (known("ZZ"), known("xk").map(|one| one.to_string())),
            (None, Some("XK".into()))
        );
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
