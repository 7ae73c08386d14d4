//! Reads what a reader chose from words: of a form, or of a command line.

use serde::de::DeserializeOwned;
use serde::de::IntoDeserializer as _;
use serde::de::value::{Error, StrDeserializer};

use crate::interpret::Lexicon;
use crate::model::{Country, ParseError, Stage, countries};

/// A value by the name that it has in data (`weekly`, `PLANNED`).
pub fn named<T: DeserializeOwned>(word: &str) -> Result<T, ParseError> {
    let word: StrDeserializer<'_, Error> = word.into_deserializer();
    T::deserialize(word).map_err(|error| ParseError(error.to_string()))
}

/// A country that there is, by its code or its name.
pub fn country(text: &str) -> Result<Country, ParseError> {
    countries::known(text).ok_or_else(|| {
        ParseError(format!(
            "{text:?} is no country; write its ISO code, such as KE"
        ))
    })
}

/// A step that the lexicon knows.
pub fn stage(code: &str) -> Result<Stage, ParseError> {
    let stages = &Lexicon::bundled().stages().stage;
    let found = Stage::parse(code)
        .ok()
        .filter(|stage| stages.contains_key(stage));
    found.ok_or_else(|| {
        let known: Vec<&str> = stages.keys().map(Stage::as_str).collect();
        ParseError(format!(
            "{code:?} is no step; the steps are {}",
            known.join(", ")
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_that_no_country_has_is_refused() {
        assert_eq!(country("ke").ok(), Country::parse("KE").ok());
        let refused = country("XX").unwrap_err();
        assert_eq!(
            refused.to_string(),
            "\"XX\" is no country; write its ISO code, such as KE"
        );
    }
}
