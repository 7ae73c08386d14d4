//! The fields of a form: read from its bytes, and made into what a reader chose.

use axum::body::Bytes;
use url::form_urlencoded;

use super::choice::{country, named, stage};
use crate::model::{
    Cadence, Factuality, Hour, Language, PageId, ParseError, Profile, Silence, Wish, Wording, Zone,
};

/// Names and values in the order of the form; a name may come several times.
pub struct Fields(Vec<(String, String)>);

/// More would be no choice any more, and every look has to match them all.
const MOST_VALUES: usize = 300;
const MOST_WISHES: usize = 20;

impl Fields {
    pub fn of_body(body: &Bytes) -> Self {
        Self(form_urlencoded::parse(body).into_owned().collect())
    }

    pub fn of_query(query: &str) -> Self {
        Self(
            form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
        )
    }

    pub fn get(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    pub fn has(&self, name: &str, value: &str) -> bool {
        self.all(name).any(|one| one == value)
    }

    /// Values that are not empty.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |(found, value)| found == name && !value.trim().is_empty())
            .map(|(_, value)| value.trim())
    }

    /// The same with the usual cadence, where none is chosen.
    pub fn or_usual(&self) -> Self {
        let mut fields = self.0.clone();
        if self.get("cadence").is_empty() {
            fields.push(("cadence".to_owned(), "immediate".to_owned()));
        }
        Self(fields)
    }

    /// What a wish is made of, as a query: no address, nothing else that was typed.
    pub fn query(&self) -> String {
        const WISH: [&str; 6] = [
            "page",
            "partner",
            "stage",
            "factuality",
            "wording",
            "cadence",
        ];
        let mut query = form_urlencoded::Serializer::new(String::new());
        let chosen = self
            .0
            .iter()
            .filter(|(name, _)| WISH.contains(&name.as_str()));
        query.extend_pairs(chosen).finish()
    }

    pub fn wish(&self) -> Result<Wish, ParseError> {
        let wording = match self.get("wording") {
            "" => Wording::Untold,
            _ => Wording::Told,
        };
        Ok(Wish {
            pages: self.list("page", PageId::parse)?,
            partners: self.list("partner", country)?,
            stages: self.list("stage", stage)?,
            factualities: self.list("factuality", named::<Factuality>)?,
            wording,
            cadence: named::<Cadence>(self.get("cadence"))?,
        })
    }

    /// Everything but the wishes.
    pub fn settings(&self, wishes: Vec<Wish>) -> Result<Profile, ParseError> {
        Self::fits(&wishes)?;
        let hour: i8 = self
            .get("hour")
            .parse()
            .map_err(|_| ParseError("the hour is a number from 0 to 23".to_owned()))?;
        Ok(Profile {
            language: Language::parse(self.get("language"))?,
            zone: Zone::parse(self.get("zone"))?,
            hour: Hour::new(hour)?,
            silence: match self.get("silence") {
                "" => Silence::Kept,
                _ => Silence::Explained,
            },
            wishes,
        })
    }

    /// Whether these are not too many.
    pub fn fits(wishes: &[Wish]) -> Result<(), ParseError> {
        if wishes.len() > MOST_WISHES {
            Err(ParseError(format!("at most {MOST_WISHES} wishes")))
        } else {
            Ok(())
        }
    }

    fn list<T>(
        &self,
        name: &str,
        parse: impl Fn(&str) -> Result<T, ParseError>,
    ) -> Result<Vec<T>, ParseError> {
        self.all(name).take(MOST_VALUES).map(parse).collect()
    }
}
