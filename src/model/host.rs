//! What of an address does not matter for which place it names: http or https, `www.` or not, a slash at its end.

use url::Url;

/// The host without `www.` and without the dot of its root.
pub fn bare_host(url: &Url) -> &str {
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_suffix('.').unwrap_or(host);
    host.strip_prefix("www.").unwrap_or(host)
}

/// The same for all addresses of one place.
pub fn place_of(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}"));
    let query = url.query().map(|query| format!("?{query}"));
    format!(
        "{}{}{}{}",
        bare_host(url),
        port.unwrap_or_default(),
        url.path().trim_end_matches('/'),
        query.unwrap_or_default()
    )
}
