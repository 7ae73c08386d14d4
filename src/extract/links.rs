//! Canonical addresses: resolved, without session ids, tracking parameters and fragments.

use url::Url;

use crate::model::Link;

/// Query parameters known to follow the reader, not the page. Everything unknown stays: a monitor
/// that drops a parameter it does not know may drop the page number.
const TRACKING: [&str; 22] = [
    "gclid",
    "gclsrc",
    "dclid",
    "gbraid",
    "wbraid",
    "fbclid",
    "msclkid",
    "yclid",
    "twclid",
    "igshid",
    "mc_cid",
    "mc_eid",
    "_ga",
    "_gl",
    "_hsenc",
    "_hsmi",
    "mkt_tok",
    "jsessionid",
    "phpsessid",
    "aspsessionid",
    "cfid",
    "cftoken",
];
const TRACKING_PREFIXES: [&str; 4] = ["utm_", "pk_", "mtm_", "piwik_"];

/// What relative addresses of a page are relative to: its `<base href>` where it has a usable one.
pub fn base(page: &Url, href: Option<&str>) -> Url {
    href.and_then(|href| page.join(href.trim()).ok())
        .filter(|base| matches!(base.scheme(), "http" | "https"))
        .unwrap_or_else(|| page.clone())
}

/// The canonical address of a link; `None` where it is no http(s) address.
pub fn resolve(base: &Url, href: &str) -> Option<Link> {
    Link::new(canonical(base.join(href.trim()).ok()?)).ok()
}

/// Whether a link leads anywhere but to a place on its own page.
pub fn leads_away(href: &str) -> bool {
    let href = href.trim();
    !href.is_empty() && !href.starts_with('#')
}

/// What a key is made of: the address without its scheme and host.
pub fn path(link: &Link) -> String {
    let url = link.url();
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}

fn canonical(mut url: Url) -> Url {
    url.set_fragment(None);
    // What stands before an @ is no part of the place and may pretend to be the host.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    let path = without_session(url.path());
    if path != url.path() {
        url.set_path(&path);
    }
    let query = url.query().map(kept_parameters);
    url.set_query(query.as_deref().filter(|query| !query.is_empty()));
    url
}

/// Servlet containers write the session into the path: `list.html;jsessionid=0A1B.live1`.
fn without_session(path: &str) -> String {
    let segments = path.split('/').map(|segment| {
        let mut parts = segment.split(';');
        let first = parts.next().unwrap_or_default().to_owned();
        parts
            .filter(|part| !part.to_ascii_lowercase().starts_with("jsessionid="))
            .fold(first, |kept, part| kept + ";" + part)
    });
    segments.collect::<Vec<_>>().join("/")
}

fn kept_parameters(query: &str) -> String {
    let kept = query.split('&').filter(|pair| {
        let name = pair
            .split('=')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        !TRACKING.contains(&name.as_str())
            && !TRACKING_PREFIXES
                .iter()
                .any(|prefix| name.starts_with(prefix))
    });
    kept.collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_resolve_against_the_base_and_lose_what_follows_the_reader() {
        check(
            "DE/kenia.html;jsessionid=0A.live2?nn=4711#main",
            "https://www.bmi.bund.de/DE/kenia.html?nn=4711",
        );
        check("/a;JSESSIONID=1/b;v=2", "https://www.bmi.bund.de/a/b;v=2");
        check(
            "?gtp=375174_list%253D2&utm_source=x&fbclid=y",
            "https://www.bmi.bund.de/?gtp=375174_list%253D2",
        );
        check("?utm_source=x", "https://www.bmi.bund.de/");
        check("https://ok@Other.EXAMPLE/x", "https://other.example/x");
        check("//other.example\\x", "https://other.example/x");
    }

    #[test]
    fn only_http_is_an_address() {
        let base = base_url();
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "mailto:a@b.de",
            "file:///etc/passwd",
            "https://[",
            "ftp://a/b",
        ] {
            assert_eq!(resolve(&base, bad), None, "{bad}");
        }
    }

    #[test]
    fn a_base_that_is_no_address_is_ignored() {
        let page = base_url();
        assert_eq!(base(&page, Some("javascript:x")), page);
        assert_eq!(
            base(&page, Some("https://www.BMJV.de/")).as_str(),
            "https://www.bmjv.de/"
        );
    }

    #[track_caller]
    fn check(href: &str, expected: &str) {
        let link = resolve(&base_url(), href).expect("an address");
        assert_eq!(link.url().as_str(), expected);
    }

    fn base_url() -> Url {
        Url::parse("https://www.bmi.bund.de/").expect("an address")
    }
}
