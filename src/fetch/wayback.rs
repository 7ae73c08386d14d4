//! The addresses and answers of a Wayback archive: its list of captures (CDX) and the captures as they were taken (`id_`).

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::Value;
use url::{Position, Url};

use crate::model::{Exchange, Header, place_of, stamp, stamped};

/// What is asked of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// Where the archive is: `https://web.archive.org/`.
    pub base: Url,
    pub url: Url,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
}

/// One capture of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// As the archive writes it: 14 digits.
    pub stamp: String,
    pub original: String,
    /// `None` of a revisit, whose status the list does not tell.
    pub status: Option<u16>,
    /// SHA-1 in base32, without a label; a hint only.
    pub digest: String,
}

/// A piece of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub rows: Vec<Listed>,
    /// Rows that are no captures of a page: redirects, errors, and what cannot be read.
    pub others: usize,
    /// Where the next piece begins.
    pub resume: Option<String>,
}

/// A capture as it was taken, restored from what the archive answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Memento {
    pub at: Timestamp,
    pub original: Url,
    /// Head and body in HTTP/1.1 syntax.
    pub block: Vec<u8>,
}

/// Captures in one piece of the list.
const PIECE: &str = "500";
const COLUMNS: &str = "timestamp,original,statuscode,mimetype,digest";

impl Query {
    /// The address of a piece of the list. Neighbours with the same bytes are folded; what is not 200
    /// is sorted out here and not there, because a return to older bytes has no status in the list.
    pub fn piece(&self, resume: Option<&str>) -> Url {
        let mut piece = self.below("cdx/search/cdx");
        let mut pairs = piece.query_pairs_mut();
        pairs
            .append_pair("url", self.url.as_str())
            .append_pair("output", "json")
            .append_pair("fl", COLUMNS)
            .append_pair("collapse", "digest")
            .append_pair("limit", PIECE)
            .append_pair("showResumeKey", "true");
        for (name, at) in [("from", self.from), ("to", self.to)] {
            if let Some(at) = at {
                pairs.append_pair(name, &stamp(at));
            }
        }
        if let Some(key) = resume {
            pairs.append_pair("resumeKey", key);
        }
        drop(pairs);
        piece
    }

    /// The address of a capture's own bytes.
    pub fn memento(&self, listed: &Listed) -> Url {
        let mut address = self.below("web/");
        let original = Url::parse(&listed.original).ok();
        let path = original
            .as_ref()
            .map_or(listed.original.as_str(), |url| &url[..Position::AfterPath]);
        address.set_path(&format!("{}{}id_/{path}", address.path(), listed.stamp));
        address.set_query(original.as_ref().and_then(Url::query));
        address
    }

    fn below(&self, path: &str) -> Url {
        let mut base = self.base.clone();
        base.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
        base.set_query(None);
        base
    }
}

/// Reads a piece of the list: a row of names, the captures, and behind an empty row the resume key.
pub fn read_piece(body: &[u8]) -> Result<Piece, String> {
    let mut piece = Piece {
        rows: Vec::new(),
        others: 0,
        resume: None,
    };
    if body.trim_ascii().is_empty() {
        return Ok(piece);
    }
    let rows: Vec<Vec<String>> = serde_json::from_slice::<Value>(body)
        .and_then(serde_json::from_value)
        .map_err(|error| format!("not a list of captures: {error}"))?;
    let mut rows = rows.into_iter();
    match rows.next() {
        Some(names) if names.join(",") == COLUMNS => {}
        Some(names) => return Err(format!("not the columns that were asked for: {names:?}")),
        None => return Ok(piece),
    }
    let mut behind = false;
    for row in rows {
        match row.as_slice() {
            [] => behind = true,
            [key] if behind => piece.resume = Some(key.clone()),
            row => match listed(row) {
                Some(listed) => piece.rows.push(listed),
                None => piece.others += 1,
            },
        }
    }
    Ok(piece)
}

/// Puts the answer together that the archive had: its own headers stand behind a prefix. An error
/// says why it is no capture of the page that was asked for.
pub fn restore(asked: &Listed, exchange: &Exchange) -> Result<Memento, String> {
    let (told, original) = split(&exchange.url).ok_or("the answer is no capture")?;
    let original: Url = original
        .parse()
        .map_err(|error| format!("{original}: {error}"))?;
    let wanted = Url::parse(&asked.original).ok();
    if wanted.is_none_or(|wanted| place_of(&wanted) != place_of(&original)) {
        return Err(format!("leads to a capture of another address, {original}"));
    }
    let header = exchange.response.header("memento-datetime");
    let at = header.and_then(http_date).unwrap_or(told);
    Ok(Memento {
        at,
        original,
        block: block(exchange),
    })
}

/// What of the archive's answer does not go into the restored one, for the metadata.
pub fn own_headers(exchange: &Exchange) -> Vec<String> {
    let headers = exchange.response.headers.iter();
    let own = headers.filter(|header| !header.name.starts_with(ORIGINAL));
    own.map(|header| {
        format!(
            "{}: {}",
            header.name,
            String::from_utf8_lossy(&header.value)
        )
    })
    .collect()
}

/// Before the names of the headers that the captured server sent.
const ORIGINAL: &str = "x-archive-orig-";

fn block(exchange: &Exchange) -> Vec<u8> {
    let response = &exchange.response;
    let mut block = format!("HTTP/1.1 {:03} {}\r\n", response.status, response.reason).into_bytes();
    let originals = response.headers.iter().filter_map(|header| {
        let name = header.name.strip_prefix(ORIGINAL)?;
        Some(Header {
            name: name.to_owned(),
            value: header.value.clone(),
        })
    });
    let mut headers: Vec<Header> = originals
        .filter(|header| !about_the_wire(&header.name))
        .collect();
    // Unlike the other headers these are the archive's own: they say how its bytes are to be read.
    for name in ["content-type", "content-encoding"] {
        let own = response.headers.iter().find(|header| header.name == name);
        if let (Some(own), false) = (own, headers.iter().any(|header| header.name == name)) {
            headers.push(own.clone());
        }
    }
    headers.push(Header {
        name: "content-length".to_owned(),
        value: response.body.len().to_string().into_bytes(),
    });
    for Header { name, value } in headers {
        block.extend_from_slice(name.as_bytes());
        block.extend_from_slice(b": ");
        block.extend(
            value
                .iter()
                .filter(|byte| !matches!(byte, b'\r' | b'\n' | 0)),
        );
        block.extend_from_slice(b"\r\n");
    }
    block.extend_from_slice(b"\r\n");
    block.extend_from_slice(&response.body);
    block
}

/// True of the bytes on that server's wire, which are not the bytes that came here.
fn about_the_wire(name: &str) -> bool {
    matches!(
        name,
        "content-length" | "transfer-encoding" | "content-encoding" | "connection" | "keep-alive"
    )
}

/// A row that may be a page: 200, or a revisit, whose status is not told.
fn listed(row: &[String]) -> Option<Listed> {
    let [stamp, original, status, kind, digest] = row else {
        return None;
    };
    let status = match status.as_str() {
        "200" => Some(200),
        "-" if kind == "warc/revisit" => None,
        _ => return None,
    };
    let url = Url::parse(original).ok()?;
    let usable = matches!(url.scheme(), "http" | "https") && stamped(stamp).is_some();
    usable.then(|| Listed {
        stamp: stamp.clone(),
        original: original.clone(),
        status,
        digest: digest.clone(),
    })
}

/// `…/web/<14 digits>id_/<address>` as time and address.
fn split(url: &Url) -> Option<(Timestamp, String)> {
    let rest = url[Position::BeforePath..].split_once("/web/")?.1;
    let (stamp, original) = rest.split_once("id_/")?;
    Some((stamped(stamp)?, original.to_owned()))
}

fn http_date(line: &str) -> Option<Timestamp> {
    let civil = DateTime::strptime("%a, %d %b %Y %H:%M:%S GMT", line).ok()?;
    TimeZone::UTC.to_timestamp(civil).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query() -> Query {
        Query {
            base: "https://web.archive.org/".parse().unwrap(),
            url: "https://example.org/a?b=c&d".parse().unwrap(),
            from: "2024-01-02T03:04:05Z".parse().ok(),
            to: None,
        }
    }

    #[test]
    fn the_list_is_asked_for_by_address_time_and_resume_key() {
        assert_eq!(
            query().piece(Some("org,example)/a 2024+1")).as_str(),
            "https://web.archive.org/cdx/search/cdx?url=https%3A%2F%2Fexample.org%2Fa%3Fb%3Dc%26d&output=json\
             &fl=timestamp%2Coriginal%2Cstatuscode%2Cmimetype%2Cdigest&collapse=digest&limit=500\
             &showResumeKey=true&from=20240102030405&resumeKey=org%2Cexample%29%2Fa+2024%2B1"
        );
    }

    #[test]
    fn a_capture_is_asked_for_with_its_own_query() {
        let listed = Listed {
            stamp: "20240102030405".to_owned(),
            original: "http://example.org/a%20b?c=d%2Fe&f".to_owned(),
            status: Some(200),
            digest: String::new(),
        };
        let expected =
            "https://web.archive.org/web/20240102030405id_/http://example.org/a%20b?c=d%2Fe&f";
        assert_eq!(query().memento(&listed).as_str(), expected);
    }

    #[track_caller]
    fn check(body: &str, expected: Result<(&[&str], usize, Option<&str>), &str>) {
        let read = read_piece(body.as_bytes());
        let seen = read.as_ref().map(|piece| {
            let stamps: Vec<&str> = piece.rows.iter().map(|row| row.stamp.as_str()).collect();
            (stamps, piece.others, piece.resume.as_deref())
        });
        match (seen, expected) {
            (Ok(seen), Ok((stamps, others, resume))) => {
                assert_eq!(seen, (stamps.to_vec(), others, resume));
            }
            (Err(seen), Err(expected)) => assert!(seen.starts_with(expected), "{seen}"),
            (seen, expected) => panic!("{seen:?} is not {expected:?}"),
        }
    }

    const NAMES: &str = r#"["timestamp","original","statuscode","mimetype","digest"]"#;

    #[test]
    fn a_list_is_read_with_its_revisits_and_its_resume_key() {
        check("", Ok((&[], 0, None)));
        check("[]", Ok((&[], 0, None)));
        let page = r#"["20240102030405","http://a.example/","200","text/html","AA"]"#;
        let again = r#"["20240102030406","http://a.example/","-","warc/revisit","AA"]"#;
        let moved = r#"["20240102030407","http://a.example/","302","text/html","BB"]"#;
        let odd = r#"["2024","http://a.example/","200","text/html","BB"]"#;
        check(
            &format!(r#"[{NAMES},{page},{again},{moved},{odd},[],["key 1"]]"#),
            Ok((&["20240102030405", "20240102030406"], 2, Some("key 1"))),
        );
        check("<html>", Err("not a list of captures"));
        check(r#"[["a","b"]]"#, Err("not the columns"));
    }

    #[test]
    fn the_captured_servers_headers_come_back_and_the_archives_own_stay_out() {
        let header = |name: &str, value: &str| Header {
            name: name.to_owned(),
            value: value.as_bytes().to_vec(),
        };
        let asked = Listed {
            stamp: "20240102030405".to_owned(),
            original: "https://www.example.org/a".to_owned(),
            status: Some(200),
            digest: String::new(),
        };
        let mut exchange = Exchange {
            url: "https://web.archive.org/web/20240102030407id_/http://example.org/a"
                .parse()
                .unwrap(),
            started: Timestamp::UNIX_EPOCH,
            took: jiff::SignedDuration::ZERO,
            request: Vec::new(),
            response: crate::model::Response {
                status: 200,
                reason: "OK".to_owned(),
                protocol: "h2".to_owned(),
                headers: vec![
                    header("content-type", "text/html; charset=iso-8859-1"),
                    header("set-cookie", "wayback=1"),
                    header("x-archive-orig-etag", "\"a\""),
                    header("x-archive-orig-content-length", "999"),
                    header("x-archive-orig-content-encoding", "gzip"),
                    header("memento-datetime", "Tue, 02 Jan 2024 03:04:07 GMT"),
                ],
                body: b"<p>".to_vec(),
                truncated: None,
            },
            peer: None,
        };
        let memento = restore(&asked, &exchange).unwrap();
        assert_eq!(memento.at, "2024-01-02T03:04:07Z".parse().unwrap());
        assert_eq!(
            String::from_utf8(memento.block).unwrap(),
            "HTTP/1.1 200 OK\r\netag: \"a\"\r\ncontent-type: text/html; charset=iso-8859-1\r\ncontent-length: 3\r\n\r\n<p>"
        );
        exchange.url = "https://web.archive.org/web/20240102030407id_/http://example.org/b"
            .parse()
            .unwrap();
        assert!(
            restore(&asked, &exchange)
                .unwrap_err()
                .starts_with("leads to a capture of another")
        );
    }
}
