//! Heads of requests and answers in HTTP/1.1 syntax: written from the library's view, and read back.

use std::borrow::Cow;

use url::{Position, Url};

use crate::model::{Header, Response};

/// Never written down: they open doors.
const SECRET: [&str; 3] = ["authorization", "proxy-authorization", "cookie"];

/// The head of an answer and what had to be changed to write it.
pub(super) struct Head {
    pub bytes: Vec<u8>,
    pub normalised: Vec<String>,
}

/// Writes status line and headers. The body is stored without transfer coding, so that header goes.
pub(super) fn response_head(response: &Response) -> Head {
    let mut head = Head {
        bytes: Vec::new(),
        normalised: vec!["header names in lower case".to_owned()],
    };
    if response.protocol != "http/1.1" {
        let note = format!("{} written in HTTP/1.1 syntax", response.protocol);
        head.normalised.push(note);
    }
    head.bytes
        .extend_from_slice(status_line(response).as_bytes());
    head.bytes.extend_from_slice(b"\r\n");
    for header in &response.headers {
        put_response_header(&mut head, header, response);
    }
    head.bytes.extend_from_slice(b"\r\n");
    head
}

/// `HTTP/1.1` whatever was spoken: replay tools know no other; `WARC-Protocol` has the truth.
pub(super) fn status_line(response: &Response) -> String {
    let reason: String = response
        .reason
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    format!("HTTP/1.1 {:03} {reason}", response.status)
}

/// Writes request line and headers, with the `host` that the library sent by itself.
pub(super) fn request_head(url: &Url, headers: &[Header]) -> Vec<u8> {
    let target = &url[Position::BeforePath..Position::AfterQuery];
    let mut bytes = format!("GET {target} HTTP/1.1\r\n").into_bytes();
    if !headers.iter().any(|header| header.name == "host") {
        let host = &url[Position::BeforeHost..Position::AfterPort];
        bytes.extend_from_slice(format!("host: {host}\r\n").as_bytes());
    }
    headers
        .iter()
        .filter(|header| !SECRET.contains(&header.name.to_ascii_lowercase().as_str()))
        .for_each(|header| put(&mut bytes, &header.name, &header.value));
    bytes.extend_from_slice(b"\r\n");
    bytes
}

/// Reads a stored answer back: the response without its protocol. `None` where there is no head.
/// The body of a foreign record, which may still be chunked, comes out as the server meant it.
pub(super) fn parse_response(block: &[u8]) -> Option<Response> {
    let (head, stored) = split(block)?;
    let body = payload(head, stored);
    let mut lines = head
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii_end);
    let (status, reason) = parse_status(lines.next()?)?;
    Some(Response {
        status,
        reason,
        protocol: String::new(),
        headers: lines
            .filter_map(parse_header)
            .filter(|header| header.name != "transfer-encoding")
            .collect(),
        body: body.into_owned(),
        truncated: None,
    })
}

/// What a status line says.
pub(super) fn status(beginning: &[u8]) -> Option<u16> {
    let line = beginning.split(|byte| *byte == b'\n').next()?;
    parse_status(line.trim_ascii_end()).map(|(status, _)| status)
}

/// The head of a stored message and what follows it.
pub(super) fn split(block: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = block.windows(4).position(|window| window == b"\r\n\r\n")?;
    Some((block.get(..end)?, block.get(end + 4..)?))
}

/// A stored body without its transfer coding. Our own records have none; others keep it, or keep
/// only the header that speaks of it.
pub(super) fn payload<'a>(head: &[u8], stored: &'a [u8]) -> Cow<'a, [u8]> {
    let is_chunked = head
        .split(|byte| *byte == b'\n')
        .filter_map(parse_header)
        .any(|header| {
            header.name == "transfer-encoding" && header.value.eq_ignore_ascii_case(b"chunked")
        });
    match is_chunked.then(|| unchunk(stored)).flatten() {
        Some(plain) => Cow::Owned(plain),
        None => Cow::Borrowed(stored),
    }
}

/// The head of a foreign request without what opens doors.
pub(super) fn without_secrets(block: &[u8]) -> Vec<u8> {
    let (head, rest) = split(block).unwrap_or((block, b""));
    let secret = |line: &[u8]| {
        parse_header(line).is_some_and(|header| SECRET.contains(&header.name.as_str()))
    };
    let lines = head
        .split(|byte| *byte == b'\n')
        .filter(|line| !secret(line));
    let mut kept = Vec::new();
    for line in lines {
        kept.extend_from_slice(line.trim_ascii_end());
        kept.extend_from_slice(b"\r\n");
    }
    kept.extend_from_slice(b"\r\n");
    kept.extend_from_slice(rest);
    kept
}

/// `None` where the bytes are not chunked after all.
fn unchunk(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    loop {
        let end = rest.iter().take(1024).position(|byte| *byte == b'\n')?;
        let line = str::from_utf8(rest.get(..end)?).ok()?;
        let size = line.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        rest = rest.get(end + 1..)?;
        if size == 0 {
            return Some(plain);
        }
        plain.extend_from_slice(rest.get(..size)?);
        rest = rest.get(size..)?;
        rest = rest
            .strip_prefix(b"\r\n")
            .or_else(|| rest.strip_prefix(b"\n"))?;
    }
}

fn put_response_header(head: &mut Head, header: &Header, response: &Response) {
    match header.name.as_str() {
        "transfer-encoding" => head.normalised.push("transfer-encoding removed".to_owned()),
        "content-length" if !length_holds(header, response) => {
            let length = response.body.len().to_string();
            let told = String::from_utf8_lossy(&header.value);
            head.normalised
                .push(format!("content-length corrected from {told:?}"));
            put(&mut head.bytes, &header.name, length.as_bytes());
        }
        name => put(&mut head.bytes, name, &header.value),
    }
}

/// A cut body keeps the length the server told, which shows how much is missing; an answer to a
/// condition has no body to measure (RFC 9110, 8.6).
fn length_holds(header: &Header, response: &Response) -> bool {
    response.truncated.is_some()
        || response.status == 304
        || header.value == response.body.len().to_string().as_bytes()
}

/// A line break in a value would forge a header, so it becomes a blank.
fn put(bytes: &mut Vec<u8>, name: &str, value: &[u8]) {
    let blank = |byte: &u8| match byte {
        b'\r' | b'\n' | 0 => b' ',
        other => *other,
    };
    bytes.extend(name.as_bytes().iter().map(blank));
    bytes.extend_from_slice(b": ");
    bytes.extend(value.iter().map(blank));
    bytes.extend_from_slice(b"\r\n");
}

fn parse_status(line: &[u8]) -> Option<(u16, String)> {
    let line = str::from_utf8(line).ok()?;
    let mut words = line.splitn(3, ' ');
    words
        .next()
        .filter(|version| version.starts_with("HTTP/"))?;
    let status = words.next()?.parse().ok()?;
    Some((status, words.next().unwrap_or_default().to_owned()))
}

fn parse_header(line: &[u8]) -> Option<Header> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let name = str::from_utf8(line.get(..colon)?).ok()?;
    Some(Header {
        name: name.to_ascii_lowercase(),
        value: line.get(colon + 1..)?.trim_ascii().to_vec(),
    })
}
