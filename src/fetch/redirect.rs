//! Reads where a redirect leads, and whether that is still the place that was asked for.

use url::Url;

use super::failure::quote;
use crate::model::{Problem, Response, bare_host};

/// The address a redirect leads to; `None` where the answer is no redirect.
pub fn target(from: &Url, response: &Response) -> Result<Option<Url>, Problem> {
    if !matches!(response.status, 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let location = response
        .headers
        .iter()
        .find(|header| header.name == "location");
    let value = location
        .map(|header| header.value.as_slice())
        .unwrap_or_default();
    let bad = || Problem::BadRedirect(quote(&String::from_utf8_lossy(value)));
    let text = str::from_utf8(value).map_err(|_| bad())?;
    let mut to = resolve(from, text).ok_or_else(bad)?;
    to.set_fragment(None);
    Ok(Some(to))
}

/// Whether a page that moved is still that page: the same host, `www.` or not, and not its home page.
pub fn stays(asked: &Url, to: &Url) -> Result<(), Problem> {
    let is_home = to.path() == "/" && asked.path() != "/";
    if bare_host(asked) == bare_host(to) && is_same_port(asked, to) && !is_home {
        Ok(())
    } else {
        Err(Problem::RedirectedElsewhere(to.clone()))
    }
}

/// Control characters and backslashes are read differently by different parsers; no honest server needs them.
fn resolve(from: &Url, text: &str) -> Option<Url> {
    let is_odd = |sign: char| sign.is_control() || sign == '\\';
    if text.is_empty() || text.contains(is_odd) {
        return None;
    }
    let to = from.join(text).ok()?;
    // Never down from https to http: the answer would be anybody's.
    let is_usable = match to.scheme() {
        "https" => true,
        "http" => from.scheme() == "http",
        _ => false,
    };
    let is_anonymous = to.username().is_empty() && to.password().is_none();
    (is_usable && is_anonymous && to.has_host()).then_some(to)
}

/// Default ports are one place, as http and https of one host are.
fn is_same_port(asked: &Url, to: &Url) -> bool {
    asked.port() == to.port()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Header;

    fn location(value: &[u8]) -> Response {
        Response {
            status: 302,
            reason: String::new(),
            protocol: String::new(),
            headers: vec![Header {
                name: "location".to_owned(),
                value: value.to_vec(),
            }],
            body: Vec::new(),
            truncated: None,
        }
    }

    /// `expected` is the address that is asked next, or the beginning of the problem.
    fn check(from: &str, value: &str, expected: Result<&str, &str>) {
        let from = Url::parse(from).unwrap();
        let seen = target(&from, &location(value.as_bytes())).and_then(|to| {
            let to = to.unwrap();
            stays(&from, &to).map(|()| to)
        });
        match (seen, expected) {
            (Ok(to), Ok(wanted)) => assert_eq!(to.as_str(), wanted),
            (Err(problem), Err(start)) => {
                assert!(problem.to_string().starts_with(start), "{value}: {problem}");
            }
            (seen, _) => panic!("{value}: {seen:?}"),
        }
    }

    #[test]
    fn a_page_may_move_within_its_place() {
        let page = "http://www.example.org/a/list";
        check(page, "other", Ok("http://www.example.org/a/other"));
        check(page, "/b?c#part", Ok("http://www.example.org/b?c"));
        check(
            page,
            "https://www.example.org/a/list",
            Ok("https://www.example.org/a/list"),
        );
        check(
            page,
            "https://example.org/a/list",
            Ok("https://example.org/a/list"),
        );
        check(
            "http://example.org/",
            "https://www.example.org/",
            Ok("https://www.example.org/"),
        );
        check(page, "/länder", Ok("http://www.example.org/l%C3%A4nder"));
    }

    #[test]
    fn another_place_or_the_home_page_is_not_the_page() {
        let page = "https://example.org/list";
        for value in [
            "https://login.example.org/list",
            "https://example.org:8443/list",
            "//example.com/list",
            "/",
            "/?lost",
        ] {
            check(page, value, Err("redirected to another place: https://"));
        }
    }

    #[test]
    fn an_address_that_two_parsers_could_read_differently_is_refused() {
        let page = "https://example.org/list";
        for value in [
            "",
            "file:///etc/passwd",
            "data:text/html,x",
            "javascript:alert(1)",
            "gopher://example.org/",
            "http://example.org/list",
            "https://user@example.org/",
            "https://example.org\\@127.0.0.1/",
            "/a\r\nx: y",
            "/a\tb",
            "https://",
            "https://[::1/",
        ] {
            check(page, value, Err("redirect without a usable address"));
        }
        assert!(target(&Url::parse(page).unwrap(), &location(b"/l\xe4nder")).is_err());
    }
}
