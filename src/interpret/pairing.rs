//! Gives each of several partners the date that stands beside it: "mit Georgien im Dezember 2023 und mit Kenia im
//! September 2024".

use super::dates::{Dated, Role};
use super::details;
use super::frames::Finding;
use super::sentence::Scene;
use crate::model::Country;

/// `None` where partners and dates do not take turns.
pub fn paired<'a>(
    scene: &'a Scene,
    finding: &Finding,
    partners: &[Country],
) -> Option<Vec<(Country, &'a Dated)>> {
    let context = scene.context;
    let words = &scene.sentence.clauses[finding.clause].words;
    let mut named: Vec<(usize, Country)> = Vec::new();
    for mention in context.mentions_in(words) {
        let country = mention.country;
        if partners.contains(&country) && !named.iter().any(|(_, known)| *known == country) {
            named.push((mention.first, country));
        }
    }
    let dates: Vec<(usize, &Dated)> = context
        .dates_in(words)
        .filter(|(start, _, dated)| {
            dated.role == Role::Point
                && dated.when.date.is_some()
                && !details::of_instrument(context, *start)
        })
        .map(|(start, _, dated)| (*start, dated))
        .collect();
    if named.len() < 2 || named.len() != partners.len() || named.len() != dates.len() {
        return None;
    }
    let pairs = named.iter().zip(&dates);
    let first = pairs.clone().all(|((at, _), (start, _))| at < start);
    let last = pairs.clone().all(|((at, _), (start, _))| start < at);
    let next = named.iter().skip(1).zip(&dates);
    let back = dates.iter().skip(1).zip(&named);
    let in_turn = (first && next.into_iter().all(|((at, _), (start, _))| start < at))
        || (last && back.into_iter().all(|((start, _), (at, _))| at < start));
    in_turn.then(|| {
        pairs
            .map(|((_, country), (_, dated))| (*country, *dated))
            .collect()
    })
}
