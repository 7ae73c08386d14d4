//! The sort key of an address in an index (SURT): host turned round, and what does not tell pages apart left out.
//!
//! Makes the same keys as the tools that read our files, byte for byte, so that their look-ups hit.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::bytes::{Regex, RegexBuilder};

/// Bytes that stand for themselves in a key, beside letters and digits.
const PLAIN: &[u8] = b"!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~";

/// Session ids that some servers put into a path or a query, each in its own way.
static PATH_SESSIONS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    patterns(&[
        r"^(.*/)\((?:[a-z]\([0-9a-z]{24}\))+\)/([^?]+\.aspx.*)$",
        r"^(.*/)\([0-9a-z]{24}\)/([^?]+\.aspx.*)$",
    ])
});
static QUERY_SESSIONS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    patterns(&[
        r"^(.*)jsessionid=[0-9a-z]{32}(?:&(.*))?$",
        r"^(.*)phpsessid=[0-9a-z]{32}(?:&(.*))?$",
        r"^(.*)sid=[0-9a-z]{32}(?:&(.*))?$",
        r"^(.*)aspsessionid[a-z]{8}=[a-z]{24}(?:&(.*))?$",
        r"^(.*)cfid=[^&]+&cftoken=[^&]+(?:&(.*))?$",
    ])
});

/// The key of an address; one without a host (`urn:…`) keeps its scheme.
pub fn surt(address: &str) -> String {
    let address = address.split('#').next().unwrap_or_default().trim();
    let (scheme, rest) = address.split_once(':').unwrap_or(("http", address));
    let (rest, query) = match rest.split_once('?') {
        Some((rest, query)) => (rest, Some(query)),
        None => (rest, None),
    };
    let mut key = Vec::new();
    if let Some(rest) = rest.strip_prefix("//") {
        let slash = rest.find('/').unwrap_or(rest.len());
        let (authority, path) = rest.split_at(slash);
        key.extend(host(scheme, authority));
        key.extend(path_key(&straight(&unescape(path.as_bytes()))));
    } else {
        key.extend_from_slice(scheme.as_bytes());
        key.push(b':');
        key.extend(path_key(&unescape(rest.as_bytes())));
    }
    if let Some(query) = query.map(query_key).filter(|query| !query.is_empty()) {
        key.push(b'?');
        key.extend(query);
    }
    String::from_utf8_lossy(&key).into_owned()
}

/// `example.org:8080` becomes `org,example:8080)`; the scheme's own port and a leading `www` go.
fn host(scheme: &str, authority: &str) -> Vec<u8> {
    let bare = authority.rsplit('@').next().unwrap_or_default();
    let (name, port) = match bare.strip_prefix('[').and_then(|v6| v6.split_once(']')) {
        Some((v6, port)) => (v6, port.strip_prefix(':')),
        None => match bare.split_once(':') {
            Some((name, port)) => (name, Some(port)),
            None => (bare, None),
        },
    };
    let name = unescape(name.to_lowercase().as_bytes()).into_owned();
    let name = String::from_utf8_lossy(&escape(&name)).replace("..", ".");
    let name = without_www(name.trim_matches('.'));
    let mut labels: Vec<&str> = name.split('.').collect();
    labels.reverse();
    let usual = match scheme {
        "http" => "80",
        "https" => "443",
        _ => "",
    };
    let port = port.filter(|port| !port.is_empty() && *port != usual);
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}{port})", labels.join(",")).into_bytes()
}

/// `www.`, `www2.` and the like.
fn without_www(name: &str) -> &str {
    let rest = name.strip_prefix("www");
    let rest = rest.map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    rest.and_then(|rest| rest.strip_prefix('.')).unwrap_or(name)
}

/// A path without `.`, `..` and empty steps.
fn straight(path: &[u8]) -> Vec<u8> {
    let mut kept: Vec<&[u8]> = Vec::new();
    for step in path.split(|byte| *byte == b'/').skip(1) {
        match step {
            b"." => {}
            b".." if !kept.is_empty() => drop(kept.pop()),
            other => kept.push(other),
        }
    }
    let mut straight = b"/".to_vec();
    if let Some((last, steps)) = kept.split_last() {
        for step in steps.iter().filter(|step| !step.is_empty()) {
            straight.extend_from_slice(step);
            straight.push(b'/');
        }
        straight.extend_from_slice(last);
    }
    straight
}

fn path_key(unescaped: &[u8]) -> Vec<u8> {
    let mut path = escape(unescaped).to_ascii_lowercase();
    for pattern in PATH_SESSIONS.iter() {
        path = without(pattern, path);
    }
    if path.len() > 1 && path.ends_with(b"/") {
        path.pop();
    }
    path
}

fn query_key(query: &str) -> Vec<u8> {
    let mut query = escape(&unescape(query.as_bytes()));
    for pattern in QUERY_SESSIONS.iter() {
        query = without(pattern, query);
    }
    query.make_ascii_lowercase();
    let mut pairs: Vec<Vec<&[u8]>> = query
        .split(|byte| *byte == b'&')
        .map(|pair| pair.splitn(2, |byte| *byte == b'=').collect())
        .collect();
    pairs.sort();
    let pairs: Vec<Vec<u8>> = pairs.iter().map(|pair| pair.join(&b'=')).collect();
    pairs.join(&b'&')
}

/// What stands before and behind a session id.
fn without(pattern: &Regex, text: Vec<u8>) -> Vec<u8> {
    let Some(found) = pattern.captures(&text) else {
        return text;
    };
    let part = |number| found.get(number).map_or(&[][..], |part| part.as_bytes());
    [part(1), part(2)].concat()
}

/// Undoes percent escapes until there are none left.
fn unescape(text: &[u8]) -> Cow<'_, [u8]> {
    let mut text = Cow::Borrowed(text);
    loop {
        let once = unescape_once(&text);
        if once.len() == text.len() {
            return text;
        }
        text = Cow::Owned(once);
    }
}

fn unescape_once(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, behind)) = rest.split_first() {
        let escaped = behind
            .first_chunk::<2>()
            .filter(|digits| *first == b'%' && digits.iter().all(u8::is_ascii_hexdigit));
        let value = escaped
            .and_then(|digits| str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        plain.push(value.unwrap_or(*first));
        rest = match value {
            Some(_) => behind.get(2..).unwrap_or_default(),
            None => behind,
        };
    }
    plain
}

fn escape(plain: &[u8]) -> Vec<u8> {
    let mut escaped = Vec::with_capacity(plain.len());
    for byte in plain {
        if byte.is_ascii_alphanumeric() || PLAIN.contains(byte) {
            escaped.push(*byte);
        } else {
            escaped.extend_from_slice(format!("%{byte:02X}").as_bytes());
        }
    }
    escaped
}

fn patterns(texts: &[&str]) -> Vec<Regex> {
    let build = |text: &&str| {
        RegexBuilder::new(text)
            .case_insensitive(true)
            .unicode(false)
            .dot_matches_new_line(true)
            .build()
            .ok()
    };
    texts.iter().filter_map(build).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The keys on the right were made by the Python package `surt` 0.3.1.
    #[test]
    fn keys_are_those_of_other_tools() {
        assert_eq!((PATH_SESSIONS.len(), QUERY_SESSIONS.len()), (2, 5));
        for line in include_str!("../../fixtures/archive/surt.txt").lines() {
            let (address, key) = line.split_once(' ').unwrap();
            assert_eq!(surt(address), key, "{address}");
        }
    }
}
