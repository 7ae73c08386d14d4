//! What every page is set in: the reader's language, where in the site it stands, and who runs it.

use std::convert::Infallible;
use std::fmt::Display;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Uri, header};
use jiff::Timestamp;
use url::form_urlencoded;

use super::{About, Site, style};
use crate::model::Language;
use crate::notify::words::{self, Tongue};

/// Taken from a request; templates ask it for words, links and dates.
#[derive(Debug, Clone)]
pub struct Frame {
    pub tongue: Tongue,
    pub about: Arc<About>,
    pub now: Timestamp,
    path: String,
    /// Everything behind the question mark but the language.
    query: Vec<(String, String)>,
    choice: Choice,
    subscribes: bool,
}

/// Where the language comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    /// `?lang=` in the address: links keep it.
    Address,
    /// The browser's wish.
    Browser,
}

impl FromRequestParts<Site> for Frame {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Infallible> {
        Ok(Self::of(site, &parts.method, &parts.uri, &parts.headers))
    }
}

impl Frame {
    pub fn of(site: &Site, method: &Method, uri: &Uri, headers: &HeaderMap) -> Self {
        let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
        let (asked, rest): (Vec<_>, Vec<_>) =
            query.into_owned().partition(|(name, _)| name == "lang");
        let asked = asked.first().and_then(|(_, value)| tongue(value));
        let wished = headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| wish(value.to_str().ok()?));
        let reads = *method == Method::GET || *method == Method::HEAD;
        Self {
            tongue: asked.or(wished).unwrap_or(Tongue::En),
            about: Arc::clone(&site.about),
            now: (site.clock)(),
            path: if reads {
                // A path that begins with two slashes would name another host in a link.
                format!("/{}", uri.path().trim_start_matches(['/', '\\']))
            } else {
                "/".to_owned()
            },
            query: if reads { rest } else { Vec::new() },
            subscribes: site.subscribing.is_some(),
            choice: if asked.is_some() {
                Choice::Address
            } else {
                Choice::Browser
            },
        }
    }

    /// One of the two, in the reader's language.
    pub fn say<'w>(&self, de: &'w str, en: &'w str) -> &'w str {
        self.tongue.choose(de, en)
    }

    /// A path of this site, in the language that the reader has chosen.
    pub fn to(&self, path: impl Display) -> String {
        let path = path.to_string();
        match self.choice {
            Choice::Browser => path,
            Choice::Address => {
                let join = if path.contains('?') { '&' } else { '?' };
                let (before, anchor) = match path.split_once('#') {
                    Some((before, anchor)) => (before, format!("#{anchor}")),
                    None => (path.as_str(), String::new()),
                };
                format!("{before}{join}lang={}{anchor}", self.tongue.code())
            }
        }
    }

    /// The absolute address of a path, for citing; it names no language.
    pub fn link(&self, path: impl Display) -> String {
        self.about.link(&path.to_string())
    }

    /// This very page in a language.
    pub fn switch(&self, code: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.query).append_pair("lang", code);
        format!("{}?{}", self.path, query.finish())
    }

    /// This very page with one field of its query set; an empty value leaves it out.
    pub fn with(&self, name: &str, value: impl Display) -> String {
        let value = value.to_string();
        // Another question begins its list anew.
        let others = self.query.iter();
        let others = others.filter(|(one, _)| one != name && one != "behind");
        let own = (!value.is_empty()).then_some((name, value.as_str()));
        let mut query = form_urlencoded::Serializer::new(String::new());
        query
            .extend_pairs(others.filter(|(_, value)| !value.is_empty()))
            .extend_pairs(own);
        let query = query.finish();
        let join = if query.is_empty() { "" } else { "?" };
        self.to(format!("{}{join}{query}", self.path))
    }

    /// The language field that a form must carry along, where the reader has chosen one.
    pub fn chosen(&self) -> Option<&'static str> {
        (self.choice == Choice::Address).then(|| self.tongue.code())
    }

    pub fn sheet(&self) -> &'static str {
        style::ADDRESS.as_str()
    }

    /// Whether readers can order mails here.
    pub fn subscribes(&self) -> bool {
        self.subscribes
    }

    /// Whether a link of the navigation leads to the part of the site we are in.
    pub fn is_in(&self, part: &str) -> bool {
        match part {
            "/" => self.path == "/",
            part => self.path == part || self.path.starts_with(&format!("{part}/")),
        }
    }

    /// `16 September 2024, 06:00 UTC`; the attribute beside it has the whole time.
    pub fn moment(&self, at: &Timestamp) -> String {
        let whole = words::moment(self.tongue, *at);
        let minutes = whole
            .rsplit_once(':')
            .map_or(whole.as_str(), |(minutes, _)| minutes);
        format!("{minutes} UTC")
    }

    /// Between which two looks the page changed.
    pub fn window(&self, last_old: Option<Timestamp>, first_seen: Timestamp) -> String {
        let new = self.moment(&first_seen);
        match last_old {
            Some(old) => {
                let old = self.moment(&old);
                words::BETWEEN.fill(self.tongue, &[("old", &old), ("new", &new)])
            }
            None => words::AT.fill(self.tongue, &[("new", &new)]),
        }
    }

    /// `16 September 2024`.
    pub fn day(&self, at: &Timestamp) -> String {
        words::day(self.tongue, *at)
    }

    pub fn language(&self) -> Option<Language> {
        Language::parse(self.tongue.code()).ok()
    }
}

/// The heaviest language of an `Accept-Language` that we write in; of equal ones the first.
fn wish(header: &str) -> Option<Tongue> {
    let mut wished: Vec<(f32, Tongue)> = header
        .split(',')
        .filter_map(|part| {
            let mut pieces = part.split(';');
            let language = tongue(pieces.next()?.trim())?;
            let weight = pieces.find_map(|piece| piece.trim().strip_prefix("q="));
            let weight = weight.map_or(1.0, |weight| weight.parse().unwrap_or(0.0));
            (weight > 0.0).then_some((weight, language))
        })
        .collect();
    // Stable: of equal weights the first one counts.
    wished.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    wished.first().map(|(_, language)| *language)
}

fn tongue(tag: &str) -> Option<Tongue> {
    let language = Language::parse(tag).ok()?;
    match language.as_str() {
        "de" => Some(Tongue::De),
        "en" => Some(Tongue::En),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_language_that_we_write_in_is_taken() {
        check("de", Some(Tongue::De));
        check("fr, en;q=0.5, de;q=0.8", Some(Tongue::De));
        check("de-AT,de;q=0.9,en;q=0.8", Some(Tongue::De));
        check("en-GB", Some(Tongue::En));
        check("fr", None);
        check("de;q=0, en;q=0.1", Some(Tongue::En));
        check(";;;,q=,ä", None);
    }

    #[track_caller]
    fn check(header: &str, expected: Option<Tongue>) {
        assert_eq!(wish(header), expected, "{header}");
    }
}
