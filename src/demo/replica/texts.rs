//! What the replica says about each country, and from which day on.

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

/// The whole of `texts.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Texts {
    pub title: String,
    pub introduction: Vec<String>,
    pub hyphens: Hyphens,
    #[serde(rename = "country")]
    pub countries: Vec<Country>,
}

/// Words with a `|` where a soft hyphen may stand.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hyphens {
    pub always: Vec<String>,
    pub noisy: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Country {
    pub name: String,
    pub slug: String,
    /// Label and value.
    pub facts: Vec<(String, String)>,
    /// Oldest first.
    #[serde(rename = "version")]
    pub versions: Vec<Version>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    pub since: Date,
    /// In full on the country page, cut on the list.
    pub lead: String,
    /// How far the cooperation has come; on the country page only.
    pub status: Vec<String>,
}

impl Texts {
    /// The listed countries and what is said of each on that day.
    pub fn on(&self, day: Date) -> Vec<(&Country, &Version)> {
        self.countries
            .iter()
            .filter_map(|country| Some((country, country.on(day)?)))
            .collect()
    }
}

impl Country {
    fn on(&self, day: Date) -> Option<&Version> {
        self.versions.iter().rfind(|version| version.since <= day)
    }
}

/// The texts that are part of the program.
pub fn texts() -> &'static Texts {
    static TEXTS: LazyLock<Texts> = LazyLock::new(|| {
        let file = include_str!("../../../fixtures/replica/texts.toml");
        toml::from_str(file).expect("the texts are built in and tested")
    });
    &TEXTS
}
