//! Captures by address and time: `/web/<time>id_/<url>` is the bytes as they came, `/web/<time>/<url>` shows them safely.
//!
//! 1. Bytes are checked against their digest before they are sent.
//! 2. A stranger's page on our own address runs no script, loads nothing and is nobody's but a sandbox's.
//! 3. Of the server's own fields only those that say what the bytes are go out under their names.

use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, Uri, header};
use axum::response::IntoResponse as _;

use super::captures;
use super::memento::{Times, address, behind, http_date, raw_path};
use super::reply::confine;
use super::taken::Taken;
use super::{Frame, Reply, Site, Trouble, page};
use crate::model::{Capture, Exchange, Memento, stamp, stamped, word};

/// Replayed pages get an origin of their own, and nothing leads out of them.
const SANDBOX: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'self'";

/// What the bytes are; all else of a head is told under another name.
const KEPT: [&str; 3] = ["content-type", "content-encoding", "content-language"];

/// Which of the two is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Bytes,
    View,
}

#[derive(Template)]
#[template(path = "memento.html")]
struct View {
    frame: Frame,
    capture: Capture,
    /// Who captured it, where that was not us.
    taken: Option<Taken>,
    raw: String,
    earlier: Option<String>,
    later: Option<String>,
}

pub async fn replay(State(site): State<Site>, frame: Frame, uri: Uri) -> Reply {
    let rest = behind(&uri, "/web/")?;
    let (time, target) = rest.split_once('/').ok_or(Trouble::NotFound)?;
    let (digits, form) = match time.strip_suffix("id_") {
        Some(digits) => (digits, Form::Bytes),
        None => (time, Form::View),
    };
    let times = Times::of(&site, address(target)?).await?;
    let mut mementos = times.mementos.iter();
    let Some(memento) = mementos.find(|one| stamp(one.capture.at) == digits) else {
        return nearest(&times, digits, form);
    };
    let capture = &memento.capture;
    captures::open(&site, capture.id).await?;
    let mut answer = match form {
        Form::Bytes => bytes(&site, capture).await?,
        Form::View => view(frame, &times, memento)?,
    };
    let told = [
        ("memento-datetime", http_date(capture.at)),
        ("link", times.links(&site.about, memento)),
    ];
    for (name, value) in told {
        let value = HeaderValue::from_str(&value).map_err(|_| Trouble::Failed)?;
        answer
            .headers_mut()
            .insert(HeaderName::from_static(name), value);
    }
    Ok(answer)
}

/// A time that no capture has leads to the one that shows what stood there then.
fn nearest(times: &Times, digits: &str, form: Form) -> Reply {
    let at = whole(digits).ok_or(Trouble::NotFound)?;
    let found = times.at(at).ok_or(Trouble::NotFound)?;
    let path = match form {
        Form::Bytes => raw_path(found, &times.url),
        Form::View => view_path(found, times),
    };
    let path = HeaderValue::from_str(&path).map_err(|_| Trouble::Failed)?;
    Ok((StatusCode::FOUND, [(header::LOCATION, path)]).into_response())
}

/// The end of a time that may be cut short: `2024` is the end of that year.
fn whole(digits: &str) -> Option<jiff::Timestamp> {
    const LATEST: &str = "99991231235959";
    // Whole years, months, days, hours, minutes, seconds.
    if ![4, 6, 8, 10, 12, 14].contains(&digits.len())
        || !digits.bytes().all(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    let text = format!("{digits}{}", LATEST.get(digits.len()..)?);
    // A month has not always 31 days.
    (28..=31).rev().find_map(|last| match digits.len() {
        4..=6 => stamped(&format!("{}{last}{}", text.get(..6)?, text.get(8..)?)),
        _ => stamped(&text),
    })
}

fn view_path(capture: &Capture, times: &Times) -> String {
    format!("/web/{}/{}", stamp(capture.at), times.url)
}

fn view(frame: Frame, times: &Times, memento: &Memento) -> Reply {
    let all = &times.mementos;
    let place = all.iter().position(|one| one == memento).unwrap_or(0);
    let beside = |place: Option<usize>| Some(view_path(&all.get(place?)?.capture, times));
    let source = memento.source.clone();
    page(&View {
        raw: raw_path(&memento.capture, &times.url),
        earlier: beside(place.checked_sub(1)),
        later: beside(place.checked_add(1)),
        taken: source.map(|source| Taken::new(source, memento.capture.place.begun())),
        capture: memento.capture.clone(),
        frame,
    })
}

async fn bytes(site: &Site, capture: &Capture) -> Reply {
    let (_, exchange) = captures::payload(site, capture).await?;
    let mut answer = Response::new(Body::from(exchange.response.body.clone()));
    *answer.status_mut() = status(exchange.response.status);
    let headers = answer.headers_mut();
    for field in &exchange.response.headers {
        let name = if KEPT.contains(&field.name.as_str()) {
            field.name.clone()
        } else {
            format!("x-archive-orig-{}", field.name)
        };
        let name = HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(&field.value)) {
            headers.append(name, value);
        }
    }
    if let Some(cut) = exchange.response.truncated {
        // A name of its own: what follows is all that came, and not the page.
        let why = HeaderValue::from_str(&word(&cut)).map_err(|_| Trouble::Failed)?;
        headers.insert("x-archive-truncated", why);
    }
    if let Some(to) = leads(&exchange, capture) {
        headers.insert(header::LOCATION, to);
    }
    confine(headers, SANDBOX);
    Ok(answer)
}

/// The server's own, unless it speaks of the connection of then rather than of the page.
fn status(told: u16) -> StatusCode {
    match StatusCode::from_u16(told) {
        Ok(status) if told >= 200 && told != 304 => status,
        _ => StatusCode::OK,
    }
}

/// A redirect of then leads to what stood at its aim then.
fn leads(exchange: &Exchange, capture: &Capture) -> Option<HeaderValue> {
    let to = exchange.response.header("location")?;
    let to = exchange.url.join(to).ok()?;
    HeaderValue::from_str(&raw_path(capture, &to)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_cut_short_means_its_end() {
        check("2024", Some("2024-12-31T23:59:59Z"));
        check("202402", Some("2024-02-29T23:59:59Z"));
        check("20240913", Some("2024-09-13T23:59:59Z"));
        check("20240913120000", Some("2024-09-13T12:00:00Z"));
        for broken in [
            "",
            "2",
            "99990",
            "20240231",
            "2024091312000000",
            "20240913x",
            "*",
        ] {
            check(broken, None);
        }
    }

    #[track_caller]
    fn check(digits: &str, expected: Option<&str>) {
        let found = whole(digits).map(|at| at.to_string());
        assert_eq!(found.as_deref(), expected, "{digits}");
    }
}
