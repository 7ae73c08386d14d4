//! Heads of requests and answers in HTTP/1.1 syntax: written from the library's view, and read back.

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
pub(super) fn parse_response(block: &[u8]) -> Option<Response> {
    let end = block.windows(4).position(|window| window == b"\r\n\r\n")?;
    let (head, body) = (block.get(..end)?, block.get(end + 4..)?);
    let mut lines = head
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii_end);
    let (status, reason) = parse_status(lines.next()?)?;
    Some(Response {
        status,
        reason,
        protocol: String::new(),
        headers: lines.filter_map(parse_header).collect(),
        body: body.to_vec(),
        truncated: None,
    })
}

/// What a status line says.
pub(super) fn status(beginning: &[u8]) -> Option<u16> {
    let line = beginning.split(|byte| *byte == b'\n').next()?;
    parse_status(line.trim_ascii_end()).map(|(status, _)| status)
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
