//! Finds countries in running text: names in their cases, adjectives, and capitals that stand for governments.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::rows;
use crate::model::{Country, Language, fold};

/// A country that a text names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mention {
    /// The first and the last of its words.
    pub first: usize,
    pub last: usize,
    pub country: Country,
    pub naming: Naming,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    Name,
    Adjective,
    /// A place, or the government that sits there.
    Capital,
}

/// The mentions in a row of words (signs between them count as words), the longest first.
pub fn mentions<'a>(words: impl Iterator<Item = &'a str>, language: &Language) -> Vec<Mention> {
    let Some(gazetteer) = GAZETTEERS.get(language.as_str()) else {
        return Vec::new();
    };
    let words: Vec<Word> = words.map(Word::of).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match gazetteer.at(&words, at) {
            Some(mention) => {
                at = mention.last + 1;
                found.push(mention);
            }
            None => at += 1,
        }
    }
    found
}

/// Names that are common words at the beginning of a sentence, and territories no text of ours is about.
const UNREAD: &[&str] = &["RE", "JE", "IM", "NU", "AQ"];

static GAZETTEERS: LazyLock<HashMap<&'static str, Gazetteer>> = LazyLock::new(|| {
    let languages = ["de", "en", "fr", "es", "it"];
    languages
        .into_iter()
        .map(|code| (code, Gazetteer::of(code)))
        .collect()
});

struct Word {
    folded: String,
    capital: bool,
    upper: bool,
}

impl Word {
    fn of(word: &str) -> Self {
        let folded = fold(word);
        Self {
            folded: folded
                .strip_suffix("'s")
                .map_or(folded.clone(), str::to_owned),
            capital: word.chars().next().is_some_and(char::is_uppercase),
            upper: word.chars().all(|char| !char.is_lowercase()),
        }
    }
}

#[derive(Default)]
struct Gazetteer {
    /// By the loosened first word: all words, loosened, and whom they name.
    names: HashMap<String, Vec<(Vec<String>, Country, Naming)>>,
    /// By their stem.
    adjectives: HashMap<String, Country>,
    german: bool,
}

impl Gazetteer {
    fn of(code: &str) -> Self {
        let mut made = Self {
            german: code == "de",
            ..Self::default()
        };
        for row in rows(include_str!("names.tsv")) {
            match code {
                "de" => made.enter(row.names.german, row.country, Naming::Name),
                "en" => made.enter(row.names.english, row.country, Naming::Name),
                _ => {}
            }
            if matches!(code, "de" | "en") {
                made.enter_all(row.names.aliases, row.country, Naming::Name);
            }
        }
        for (country, cells) in table(include_str!("romance.tsv")) {
            if let Some(at) = ["fr", "es", "it"]
                .iter()
                .position(|language| *language == code)
            {
                made.enter(cells.get(at).unwrap_or(&""), country, Naming::Name);
            }
        }
        for (country, cells) in table(include_str!("adjectives.tsv")) {
            made.enter_all(cells.get(2).unwrap_or(&""), country, Naming::Capital);
            let column = match code {
                "de" => 0,
                "en" => 1,
                _ => 3,
            };
            for adjective in cells
                .get(column)
                .unwrap_or(&"")
                .split('|')
                .filter(|word| !word.is_empty())
            {
                if adjective.contains(' ') {
                    made.enter(adjective, country, Naming::Adjective);
                } else {
                    made.adjectives.insert(fold(adjective), country);
                }
            }
        }
        made
    }

    fn enter_all(&mut self, names: &str, country: Country, naming: Naming) {
        for name in names.split('|').filter(|name| !name.contains(['(', ','])) {
            self.enter(name, country, naming);
        }
    }

    fn enter(&mut self, name: &str, country: Country, naming: Naming) {
        if name.is_empty() || UNREAD.contains(&country.as_str()) {
            return;
        }
        let words: Vec<String> = split(&fold(name)).map(|word| self.loose(word)).collect();
        if let Some(first) = words.first() {
            let list = self.names.entry(first.clone()).or_default();
            list.push((words, country, naming));
            list.sort_by_key(|(words, ..)| std::cmp::Reverse(words.len()));
        }
    }

    fn at(&self, words: &[Word], at: usize) -> Option<Mention> {
        let word = &words[at];
        if !word.capital {
            return self.adjective(words, at);
        }
        let list = self
            .names
            .get(&self.loose(&word.folded))
            .map_or(&[][..], Vec::as_slice);
        let fits = |name: &[String]| {
            let length = name.len();
            words.len() >= at + length
                && name
                    .iter()
                    .zip(&words[at..])
                    .all(|(name, word)| *name == self.loose(&word.folded))
                && (length > 1 || word.folded.len() > 3 || word.upper)
        };
        let found = list.iter().find(|(name, ..)| fits(name));
        found.map_or_else(
            || self.adjective(words, at),
            |(name, country, naming)| {
                Some(Mention {
                    first: at,
                    last: at + name.len() - 1,
                    country: *country,
                    naming: *naming,
                })
            },
        )
    }

    fn adjective(&self, words: &[Word], at: usize) -> Option<Mention> {
        const ENDINGS: &[&str] = &[
            "", "en", "er", "es", "em", "e", "s", "a", "o", "os", "as", "i", "ne", "nes", "he",
            "ch",
        ];
        let word = &words[at];
        // In English only capitalised words are names of peoples.
        if word.folded.len() < 4 || (!word.capital && self.adjectives.contains_key("kenyan")) {
            return None;
        }
        let country = ENDINGS
            .iter()
            .find_map(|ending| self.adjectives.get(word.folded.strip_suffix(ending)?))?;
        Some(Mention {
            first: at,
            last: at,
            country: *country,
            naming: Naming::Adjective,
        })
    }

    /// German names take endings in their cases ("Kenias", "Königreichs Marokko", "den Niederlanden").
    fn loose(&self, word: &str) -> String {
        if self.german && word.len() > 4 {
            word.trim_end_matches(['s', 'n', 'r', 'm', 'e']).to_owned()
        } else {
            word.to_owned()
        }
    }
}

/// As texts are cut into words, so that "Guinea-Bissau" and "Côte d'Ivoire" are found again.
fn split(name: &str) -> impl Iterator<Item = &str> {
    let mut rest = name;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        let first = rest.chars().next()?;
        let end = if first == '-' || first == '&' {
            1
        } else if rest.starts_with("d'") {
            2
        } else {
            rest.find([' ', '-']).unwrap_or(rest.len())
        };
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word.trim_end_matches('.'))
    })
}

fn table(text: &'static str) -> impl Iterator<Item = (Country, Vec<&'static str>)> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut cells = line.split('\t');
            let country = Country::parse(cells.next()?).ok()?;
            Some((country, cells.collect()))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_every_case() {
        check("de", "Außenminister Kenias", "KE");
        check(
            "de",
            "mit den Niederlanden und den Vereinigten Staaten",
            "NL US",
        );
        check("de", "des Königreichs Marokko", "MA");
        check(
            "de",
            "die Demokratische Republik Kongo , Guinea - Bissau , Côte d' Ivoire",
            "CD GW CI",
        );
        check("de", "Südsudan und Sudan", "SS SD");
        check("en", "Kenya and the Kyrgyz Republic", "KE KG");
        check("fr", "avec l' Algérie et la Côte d' Ivoire", "DZ CI");
        check("es", "con Mauritania y Gambia", "MR GM");
    }

    #[test]
    fn adjectives_and_capitals_name_countries_too() {
        check(
            "de",
            "die kenianische Regierung , deutsch - indisch , marokkanischen",
            "KE DE IN MA",
        );
        check(
            "en",
            "Berlin and Nairobi , the Georgian government",
            "DE KE GE",
        );
    }

    #[test]
    fn words_that_only_look_like_countries_are_none() {
        check("en", "between us , an Island , polish it", "");
        check("de", "die Regierung , Irland", "IE");
    }

    #[track_caller]
    fn check(language: &str, words: &str, expected: &str) {
        let language = Language::parse(language).expect("a language");
        let found = mentions(words.split(' '), &language);
        let codes: Vec<&str> = found
            .iter()
            .map(|mention| mention.country.as_str())
            .collect();
        assert_eq!(codes.join(" "), expected, "{words}");
    }
}
