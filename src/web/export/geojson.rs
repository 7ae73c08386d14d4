//! `GeoJSON` (RFC 7946): one dot for each partner, with what the pages say of it.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Json, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::model::{Country, Factuality, Language, Stage, Status, countries};
use crate::web::api::{Refusal, Refused};
use crate::web::corrected::TakenBack;
use crate::web::{About, Site, Trouble};

/// All partners.
#[derive(Debug, Serialize, ToSchema)]
pub struct Partners {
    r#type: &'static str,
    features: Vec<Partner>,
}

/// A partner country.
#[derive(Debug, Serialize, ToSchema)]
struct Partner {
    r#type: &'static str,
    /// ISO 3166-1 alpha-2.
    id: String,
    geometry: Option<Point>,
    properties: Properties,
}

/// Degrees east and north: a place of the country, mostly its capital, and no word on its borders.
#[derive(Debug, Serialize, ToSchema)]
struct Point {
    r#type: &'static str,
    coordinates: [f32; 2],
}

/// Flat, as maps want them.
#[derive(Debug, Serialize, ToSchema)]
struct Properties {
    /// ISO 3166-1 alpha-2, to join with borders of one's own.
    country: String,
    name_de: &'static str,
    name_en: &'static str,
    permalink: String,
    /// For each step that a page speaks of, by its code: the strongest certainty; and, under the code
    /// with `_date` behind it, its date in the grain of the phrase.
    #[serde(flatten)]
    steps: BTreeMap<String, String>,
}

/// What the pages say of a partner, by step; the strongest certainty counts.
type Steps<'s> = BTreeMap<&'s Stage, &'s Status>;

/// A dot for each partner, with the step and certainty that the pages report now.
#[utoipa::path(get, path = "/data/partners.geojson", responses(
    (status = 200, body = Partners, content_type = "application/geo+json"),
    (status = 500, body = Refusal)))]
pub async fn partners(State(site): State<Site>) -> Result<Response, Refused> {
    let statuses = site.store.statuses(None).await.map_err(Trouble::from)?;
    let mut by_partner: BTreeMap<Country, Steps> = BTreeMap::new();
    let taken_back = TakenBack::of(&site).await.map_err(Trouble::from)?;
    for status in &statuses {
        if taken_back.of_status(status).is_some() {
            continue;
        }
        let Some(partner) = status.partner else {
            continue;
        };
        let steps = by_partner.entry(partner).or_default();
        let strongest = steps.entry(&status.statement.stage).or_insert(status);
        if status.statement.factuality < strongest.statement.factuality {
            *strongest = status;
        }
    }
    let features = by_partner
        .iter()
        .map(|(partner, steps)| Partner::of(&site.about, *partner, steps))
        .collect();
    let kind = [(header::CONTENT_TYPE, "application/geo+json")];
    let partners = Partners {
        r#type: "FeatureCollection",
        features,
    };
    Ok((kind, Json(partners)).into_response())
}

impl Partner {
    fn of(about: &About, country: Country, steps: &Steps) -> Self {
        let name = |code| Language::parse(code).map_or("", |one| countries::name(country, &one));
        let mut said = BTreeMap::new();
        for (stage, status) in steps {
            let factuality: Factuality = status.statement.factuality;
            said.insert(stage.to_string(), factuality.code().to_owned());
            let when = status.statement.when.as_ref();
            if let Some(date) = when.and_then(|when| when.date.clone()) {
                said.insert(format!("{stage}_date"), date);
            }
        }
        Self {
            r#type: "Feature",
            id: country.to_string(),
            geometry: point(country).map(|coordinates| Point {
                r#type: "Point",
                coordinates,
            }),
            properties: Properties {
                country: country.to_string(),
                name_de: name("de"),
                name_en: name("en"),
                permalink: about.link(&format!("/countries/{country}")),
                steps: said,
            },
        }
    }
}

fn point(country: Country) -> Option<[f32; 2]> {
    let mut lines = include_str!("points.tsv").lines();
    let line = lines.find(|line| line.starts_with(country.as_str()))?;
    let mut degrees = line.split('\t').skip(1).map(str::parse);
    Some([degrees.next()?.ok()?, degrees.next()?.ok()?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_but_the_uninhabited_has_a_place_on_the_globe() {
        let mut without = Vec::new();
        for line in include_str!("../../model/countries/names.tsv").lines() {
            let Ok(country) = Country::parse(line.split('\t').next().unwrap()) else {
                continue;
            };
            match point(country) {
                Some([east, north]) => {
                    assert!(east.abs() <= 180.0 && north.abs() <= 90.0, "{country}");
                }
                None => without.push(country.to_string()),
            }
        }
        assert_eq!(without.join(" "), "AQ BV HM UM");
        let kenya = point(Country::parse("KE").unwrap());
        assert_eq!(kenya, Some([36.8, -1.3]));
    }
}
