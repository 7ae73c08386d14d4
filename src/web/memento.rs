//! Access by time (RFC 7089): `/timegate/` finds the capture of an address at an instant, `/timemap/link/` lists all.
//!
//! 1. What stands behind the route is taken as it came over the wire: an address may hold `?`, `//` and `%`.
//! 2. "At an instant" is the last capture then or before, as a page says the same until it is seen to say something else.
//! 3. What others captured stands among ours, and each of theirs names its source.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use jiff::tz::Offset;
use url::Url;

use super::{About, Reply, Site, Trouble};
use crate::archive::surt;
use crate::model::{Capture, CaptureKind, Memento, stamp};

/// The times of one address. Never empty.
pub(super) struct Times {
    pub url: Url,
    /// Oldest first, one for each second.
    pub mementos: Vec<Memento>,
}

/// `/timegate/<url>`: leads to the capture that was asked for by `Accept-Datetime`.
pub async fn gate(State(site): State<Site>, uri: Uri, headers: HeaderMap) -> Reply {
    let url = address(behind(&uri, "/timegate/")?)?;
    let asked = match headers.get("accept-datetime") {
        Some(value) => Some(instant(value).ok_or(Trouble::Unreadable)?),
        None => None,
    };
    let times = Times::of(&site, url).await?;
    let found = match asked {
        Some(at) => times.at(at),
        None => times.readable().last(),
    };
    let found = found.ok_or(Trouble::NotFound)?;
    let about = &site.about;
    let link = format!(
        "{}, {}",
        relation(times.url.as_str(), "original"),
        times.map_link(about)
    );
    let answer = Response::builder()
        .status(StatusCode::FOUND)
        .header(header::LOCATION, times.link(about, found))
        .header(header::VARY, "accept-datetime")
        .header(header::LINK, link)
        .body(Body::empty());
    answer.map_err(|_| Trouble::Failed)
}

/// `/timemap/link/<url>`: all captures of an address.
pub async fn map(State(site): State<Site>, uri: Uri) -> Reply {
    let url = address(behind(&uri, "/timemap/link/")?)?;
    let times = Times::of(&site, url).await?;
    let kind = [(header::CONTENT_TYPE, "application/link-format")];
    Ok((kind, times.listed(&site.about)).into_response())
}

impl Times {
    /// Clients write one address in several ways (`%7C`, `%7c`, `|`): it is looked for as it came, then
    /// by the key that indexes of archives have for it.
    pub async fn of(site: &Site, url: Url) -> Result<Self, Trouble> {
        let mut mementos = site.store.mementos(&url).await?;
        let mut url = url;
        if mementos.is_empty() {
            let key = surt(url.as_str());
            let known = site.store.addresses(&url).await?;
            let twin = known.into_iter().find(|known| surt(known.as_str()) == key);
            url = twin.ok_or(Trouble::NotFound)?;
            mementos = site.store.mementos(&url).await?;
        }
        mementos.retain(|one| shows_something(&one.capture));
        if mementos.is_empty() {
            return Err(Trouble::NotFound);
        }
        Ok(Self { url, mementos })
    }

    /// The last one then or before; before the first, the first.
    pub fn at(&self, at: Timestamp) -> Option<&Capture> {
        let before = self.readable().filter(|capture| capture.at <= at).last();
        before.or_else(|| self.readable().next())
    }

    /// Those that hold the whole page, or that it was gone; where none does, all there are.
    fn readable(&self) -> impl Iterator<Item = &Capture> {
        let captures = self.mementos.iter().map(|one| &one.capture);
        let any = captures.clone().any(is_the_page);
        captures.filter(move |capture| !any || is_the_page(capture))
    }

    /// What a memento says of the others (RFC 7089, section 2.2.1), and where it was taken over from.
    pub fn links(&self, about: &About, memento: &Memento) -> String {
        let gate = about.link(&format!("/timegate/{}", self.url));
        let mut links = vec![
            relation(self.url.as_str(), "original"),
            relation(&gate, "timegate"),
            self.map_link(about),
        ];
        let source = memento.source.as_ref();
        links.extend(source.map(|source| relation(&quotable(source), "via")));
        links.join(", ")
    }

    /// The address of a capture's bytes.
    pub fn link(&self, about: &About, capture: &Capture) -> String {
        about.link(&raw_path(capture, &self.url))
    }

    fn map_link(&self, about: &About) -> String {
        let map = about.link(&format!("/timemap/link/{}", self.url));
        format!(
            "{}; type=\"application/link-format\"",
            relation(&map, "timemap")
        )
    }

    /// The links of a `TimeMap`; `source` is an attribute of our own (RFC 8288 allows any), on what others captured.
    fn listed(&self, about: &About) -> String {
        let (first, last) = (self.mementos.first(), self.mementos.last());
        let date =
            |one: Option<&Memento>| one.map_or_else(String::new, |it| http_date(it.capture.at));
        let own = about.link(&format!("/timemap/link/{}", self.url));
        let gate = about.link(&format!("/timegate/{}", self.url));
        let mut lines = vec![
            relation(self.url.as_str(), "original"),
            format!(
                "{}; type=\"application/link-format\"; from=\"{}\"; until=\"{}\"",
                relation(&own, "self"),
                date(first),
                date(last)
            ),
            relation(&gate, "timegate"),
        ];
        lines.extend(self.mementos.iter().map(|one| {
            let place = match (Some(one) == first, Some(one) == last) {
                (true, true) => "first last memento",
                (true, false) => "first memento",
                (false, true) => "last memento",
                (false, false) => "memento",
            };
            let source = one.source.as_ref();
            let source = source.map(|source| format!("; source=\"{}\"", quotable(source)));
            format!(
                "{}; datetime=\"{}\"{}",
                relation(&self.link(about, &one.capture), place),
                http_date(one.capture.at),
                source.unwrap_or_default()
            )
        }));
        lines.join(",\n") + "\n"
    }
}

/// What stands behind a route, byte for byte.
pub(super) fn behind<'u>(uri: &'u Uri, route: &str) -> Result<&'u str, Trouble> {
    let whole = uri.path_and_query().map_or("", |whole| whole.as_str());
    whole.strip_prefix(route).ok_or(Trouble::NotFound)
}

/// The address in a path. Servers in between like to make one slash of two.
pub(super) fn address(text: &str) -> Result<Url, Trouble> {
    let (scheme, rest) = text.split_once(':').ok_or(Trouble::NotFound)?;
    let scheme = scheme.to_ascii_lowercase();
    if scheme != "http" && scheme != "https" {
        return Err(Trouble::NotFound);
    }
    let whole = format!("{scheme}://{}", rest.trim_start_matches('/'));
    Url::parse(&whole).map_err(|_| Trouble::Unreadable)
}

/// The path of a capture's bytes.
pub(super) fn raw_path(capture: &Capture, url: &Url) -> String {
    format!("/web/{}id_/{url}", stamp(capture.at))
}

pub(super) fn http_date(at: Timestamp) -> String {
    let at = Offset::UTC.to_datetime(at);
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

fn instant(value: &HeaderValue) -> Option<Timestamp> {
    let text = value.to_str().ok()?.trim();
    let read = rfc2822::DateTimeParser::new().parse_timestamp(text);
    read.ok().filter(|_| text.ends_with("GMT"))
}

/// A 304 that nobody asked for says nothing of what stood there.
fn shows_something(capture: &Capture) -> bool {
    capture.status != 304 || capture.kind == CaptureKind::NotModified
}

fn is_the_page(capture: &Capture) -> bool {
    // Any other answer says something of the server, or of us.
    let speaks = matches!(capture.status, 200 | 404 | 410);
    (speaks && capture.truncated.is_none()) || capture.kind == CaptureKind::NotModified
}

/// An address that others chose, inside brackets or quotes that it cannot close.
fn quotable(source: &Url) -> String {
    source
        .as_str()
        .replace('"', "%22")
        .replace('<', "%3C")
        .replace('>', "%3E")
        .replace('\\', "%5C")
}

fn relation(address: &str, is: &str) -> String {
    format!("<{address}>; rel=\"{is}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_as_it_stands_in_the_path() {
        check(
            "https://example.org/a?b=%20&c=//d",
            Ok("https://example.org/a?b=%20&c=//d"),
        );
        check("https:/example.org/a", Ok("https://example.org/a"));
        check("HTTP://Example.org", Ok("http://example.org/"));
        check(
            "https://example.org/%2F/;x=1",
            Ok("https://example.org/%2F/;x=1"),
        );
        check("urn:vermerk:polls:2024-09-13", Err(Trouble::NotFound));
        check("example.org", Err(Trouble::NotFound));
        check("https://", Err(Trouble::Unreadable));
        check("https://a b/", Err(Trouble::Unreadable));
    }

    #[track_caller]
    fn check(text: &str, expected: Result<&str, Trouble>) {
        let found = address(text).map(String::from);
        assert_eq!(found, expected.map(str::to_owned), "{text}");
    }

    #[test]
    fn only_dates_of_http_are_read() {
        let read = |text| instant(&HeaderValue::from_static(text)).map(|at| at.to_string());
        let noon = Some("2024-09-13T12:00:00Z".to_owned());
        assert_eq!(read("Fri, 13 Sep 2024 12:00:00 GMT"), noon);
        for broken in [
            "2024-09-13T12:00:00Z",
            "Fri, 13 Sep 2024",
            "now",
            "",
            "Mon, 13 Sep 2024 12:00:00 GMT",
        ] {
            assert_eq!(read(broken), None, "{broken}");
        }
    }
}
