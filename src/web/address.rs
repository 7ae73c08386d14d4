//! The one address of everything: near misses of a permalink are sent there, and nothing stands at two.

use uuid::Uuid;

use crate::model::countries;

/// Below these, a path is somebody else's address.
const FOREIGN: [&str; 3] = ["/web/", "/timegate/", "/timemap/"];

/// Where a path should lead; `None` where it is as it should be.
pub fn proper(path: &str) -> Option<String> {
    // Browsers take `/\` for `//`, which begins another host.
    let steers = path.contains('\\') || !path.is_ascii();
    if steers || FOREIGN.iter().any(|part| path.starts_with(part)) {
        return None;
    }
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let parts: Vec<String> = match parts.as_slice() {
        ["countries", name, rest @ ..] => joined("countries", country(name), rest),
        ["codebook", code, rest @ ..] if !code.contains('.') => {
            joined("codebook", code.to_ascii_uppercase(), rest)
        }
        [kind @ ("changes" | "events" | "captures"), id, rest @ ..] => {
            joined(kind, identity(id), rest)
        }
        others => others.iter().map(ToString::to_string).collect(),
    };
    let proper = format!("/{}", parts.join("/"));
    (proper != path).then_some(proper)
}

fn joined(kind: &str, name: String, rest: &[&str]) -> Vec<String> {
    let rest = rest.iter().map(ToString::to_string);
    [kind.to_owned(), name].into_iter().chain(rest).collect()
}

/// The code of a country, however it was written.
fn country(name: &str) -> String {
    let plain = percent_decoded(name);
    countries::known(&plain).map_or_else(|| name.to_owned(), |country| country.to_string())
}

/// An id in the form that we give out.
fn identity(id: &str) -> String {
    Uuid::parse_str(id).map_or_else(|_| id.to_owned(), |id| id.to_string())
}

/// A part of a path as its letters.
fn percent_decoded(part: &str) -> String {
    // A form's plus sign is no blank in a path.
    let query = part.replace('+', "%2B");
    let decoded = url::form_urlencoded::parse(query.as_bytes()).next();
    decoded.map_or_else(String::new, |(name, _)| name.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "61ae4db0-91f0-58a1-825e-e76e0ebfee92";

    #[test]
    fn near_misses_lead_to_the_permalink_and_permalinks_stay() {
        check("/", None);
        check("/countries/KE", None);
        check("/countries/ke", Some("/countries/KE"));
        check("/countries/ke/", Some("/countries/KE"));
        check("/countries/Kenia", Some("/countries/KE"));
        check("/countries/Republik%20Moldau", Some("/countries/MD"));
        check("/countries/ZZ", None);
        check("//events//", Some("/events"));
        check("/codebook/signed", Some("/codebook/SIGNED"));
        check("/codebook.md", None);
        check(&format!("/events/{ID}"), None);
        check(
            &format!("/events/{}", ID.to_uppercase()),
            Some(&format!("/events/{ID}")),
        );
        check(
            &format!("/changes/{}/cite.bib/", ID.replace('-', "")),
            Some(&format!("/changes/{ID}/cite.bib")),
        );
        check("/web/2024/https://www.bmi.bund.de/", None);
        check("/\\evil.example/", None);
        check("//evil.example/", Some("/evil.example"));
        check("/pages/topic/", Some("/pages/topic"));
    }

    #[track_caller]
    fn check(path: &str, expected: Option<&str>) {
        assert_eq!(proper(path).as_deref(), expected, "{path}");
    }
}
