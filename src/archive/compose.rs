//! Decides what of an exchange is kept, and makes its records: answer, request, metadata.
//!
//! 1. A 304, or the same payload again, is worth at most one revisit per UTC day.
//! 2. Anything else is kept whole.
//! 3. All records of one exchange carry one date and point at the first of them.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use url::Url;
use uuid::Uuid;

use super::http;
use super::intake::IMPORTED;
use super::record::{StoredRecord, date, label, urn};
use super::{Reason, Settings};
use crate::model::{Capture, CaptureKind, Digest, Exchange, PageId, Resource, Robots, word};

pub(super) const HTTP_RESPONSE: &str = "application/http; msgtype=response";
pub(super) const HTTP_REQUEST: &str = "application/http; msgtype=request";
pub(super) const FIELDS: &str = "application/warc-fields";
pub(super) const IDENTICAL: &str =
    "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest";
pub(super) const NOT_MODIFIED: &str = "http://netpreserve.org/warc/1.1/revisit/server-not-modified";

/// What of an exchange is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form<'a> {
    Response,
    /// The same payload as that capture's; only the head is new.
    Identical(&'a Capture),
    /// The server says that nothing has changed since that capture.
    NotModified(&'a Capture),
    /// One of the two above, and the day's revisit is already kept.
    Nothing(&'a Capture),
}

/// What the records of one exchange share.
pub(super) struct Occasion<'a> {
    pub page: &'a PageId,
    pub reason: &'a Reason,
    pub url: &'a Url,
    pub at: Timestamp,
    pub digest: Digest,
    pub form: Form<'a>,
}

/// An answer behind a redirect is kept at each look: replay of the redirect leads to what stood there
/// at that time, and no other record says that it was asked.
pub(super) fn form<'a>(
    exchange: &Exchange,
    digest: Digest,
    reason: &Reason,
    known: Option<&'a Resource>,
) -> Form<'a> {
    let Some(known) = known else {
        return Form::Response;
    };
    let capture = &known.capture;
    // A revisit must refer to a record that holds the payload, never to another revisit.
    let referable = capture.kind == CaptureKind::Response;
    let due = reason.via.is_some() || day(known.kept_at) < day(exchange.started);
    let response = &exchange.response;
    let repeats = response.status == 200
        && referable
        && digest == capture.digest
        && !response.body.is_empty();
    match response.status {
        304 if due && referable => Form::NotModified(capture),
        304 => Form::Nothing(capture),
        _ if repeats && due => Form::Identical(capture),
        _ if repeats => Form::Nothing(capture),
        _ => Form::Response,
    }
}

/// The address as the archive names it: no fragment, which is never sent, and no password.
pub(super) fn target(url: &Url) -> Url {
    let mut target = url.clone();
    target.set_fragment(None);
    // Both fail only on addresses without a host, which have no password either.
    let _ = target.set_username("");
    let _ = target.set_password(None);
    target
}

pub(super) fn day(at: Timestamp) -> Date {
    Offset::UTC.to_datetime(at).date()
}

/// The records of one exchange; the first is the capture.
pub(super) fn records(
    exchange: &Exchange,
    occasion: &Occasion,
    warcinfo: Uuid,
    capture: Uuid,
    ids: &mut dyn FnMut() -> Uuid,
) -> [StoredRecord; 3] {
    let head = http::response_head(&exchange.response);
    let metadata = metadata(exchange, occasion, &head);
    let answer = StoredRecord::new(occasion.kind(), capture, occasion.at);
    let request =
        StoredRecord::new("request", ids(), occasion.at).with("WARC-Concurrent-To", urn(capture));
    let about = StoredRecord::new("metadata", ids(), occasion.at)
        .with("WARC-Concurrent-To", urn(capture))
        .with("WARC-Refers-To", urn(capture));
    let [answer, request, about] = [answer, request, about].map(|record| {
        record
            .with("WARC-Warcinfo-ID", urn(warcinfo))
            .with("WARC-Target-URI", occasion.url)
    });
    let asked = http::request_head(occasion.url, &exchange.request);
    [
        answered(over_the_wire(answer, exchange), exchange, occasion, head),
        over_the_wire(request, exchange).holding(HTTP_REQUEST, asked),
        about.holding(FIELDS, metadata),
    ]
}

/// What stands at the head of every file.
pub(super) fn warcinfo(settings: &Settings, file: &str, id: Uuid, at: Timestamp) -> StoredRecord {
    let mut lines = MADE_BY.to_vec();
    lines.push(("operator", &settings.operator));
    // Of what others captured we know neither how they treated robots.txt nor what they called themselves.
    if settings.prefix != IMPORTED {
        lines.push((
            "robots",
            "obey (RFC 9309), but for pages whose settings give a reason not to",
        ));
        lines.push(("http-header-user-agent", &settings.user_agent));
    }
    lines.push(("isPartOf", &settings.prefix));
    lines.push(("description", description(settings)));
    StoredRecord::new("warcinfo", id, at)
        .with("WARC-Filename", file)
        .holding(FIELDS, fields(&lines))
}

/// What stands at the head of a file that holds some records of another.
pub(super) fn excerpt(
    settings: &Settings,
    file: &str,
    of: &str,
    id: Uuid,
    at: Timestamp,
) -> StoredRecord {
    let description = format!(
        "Excerpt of {of}: some of its captures, byte for byte as they stand there. The warcinfo of that file follows."
    );
    let mut lines = MADE_BY.to_vec();
    lines.push(("operator", &settings.operator));
    lines.push(("isPartOf", &settings.prefix));
    lines.push(("excerptOf", of));
    lines.push(("description", &description));
    StoredRecord::new("warcinfo", id, at)
        .with("WARC-Filename", file)
        .holding(FIELDS, fields(&lines))
}

const MADE_BY: [(&str, &str); 3] = [
    ("software", concat!("vermerk/", env!("CARGO_PKG_VERSION"))),
    ("format", "WARC File Format 1.1"),
    (
        "conformsTo",
        "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
    ),
];

/// What kind of captures a file holds. Own ones and those of others never share a file.
fn description(settings: &Settings) -> &'static str {
    if settings.prefix == IMPORTED {
        return "Captures made by others and imported here: each record names its source, its date \
                is that of the capture. The block is as the source keeps it, or put together from what the \
                source gave; then the metadata say so (normalised).";
    }
    "Captures are an HTTP library's view of each exchange, written in HTTP/1.1 syntax: \
     transfer-encoding removed, content coding kept, header names in lower case."
}

/// Something of our own making: here, the polls of a day.
pub(super) fn resource(
    urn: &str,
    content_type: &str,
    block: Vec<u8>,
    ids: [Uuid; 2],
    at: Timestamp,
) -> StoredRecord {
    let [warcinfo, id] = ids;
    StoredRecord::new("resource", id, at)
        .with("WARC-Warcinfo-ID", super::record::urn(warcinfo))
        .with("WARC-Target-URI", urn)
        .with("WARC-Payload-Digest", label(&Digest::of(&block)))
        .holding(content_type, block)
}

impl Occasion<'_> {
    fn kind(&self) -> &'static str {
        match self.form {
            Form::Response => "response",
            _ => "revisit",
        }
    }
}

/// Adds from whom a record came and how.
fn over_the_wire(record: StoredRecord, exchange: &Exchange) -> StoredRecord {
    let record = match exchange.peer {
        Some(peer) => record.with("WARC-IP-Address", peer.to_canonical().to_string()),
        None => record,
    };
    record.with("WARC-Protocol", &exchange.response.protocol)
}

fn answered(
    record: StoredRecord,
    exchange: &Exchange,
    occasion: &Occasion,
    head: http::Head,
) -> StoredRecord {
    let record = record.with(
        "WARC-Payload-Digest",
        label(&match occasion.form {
            Form::NotModified(earlier) => earlier.digest,
            _ => occasion.digest,
        }),
    );
    match occasion.form {
        Form::Response => {
            let record = match exchange.response.truncated {
                Some(cut) => record.with("WARC-Truncated", word(&cut)),
                None => record,
            };
            let block = [head.bytes.as_slice(), exchange.response.body.as_slice()].concat();
            record.holding(HTTP_RESPONSE, block)
        }
        Form::Identical(earlier) => refer(record, IDENTICAL, earlier)
            .with("WARC-Truncated", "length")
            .holding(HTTP_RESPONSE, head.bytes),
        // With the head of the 304 as its block, replay answers a bare 304 instead of the page.
        Form::NotModified(earlier) | Form::Nothing(earlier) => {
            refer(record, NOT_MODIFIED, earlier).holding(HTTP_RESPONSE, Vec::new())
        }
    }
}

/// Replay finds the payload by address and date only, so both are given beside the id.
fn refer(record: StoredRecord, profile: &str, earlier: &Capture) -> StoredRecord {
    record
        .with("WARC-Profile", profile)
        .with("WARC-Refers-To", urn(earlier.id.0))
        .with("WARC-Refers-To-Target-URI", target(&earlier.url))
        .with("WARC-Refers-To-Date", date(earlier.at))
}

fn metadata(exchange: &Exchange, occasion: &Occasion, head: &http::Head) -> Vec<u8> {
    let purpose = word(&occasion.reason.purpose);
    let took = exchange.took.as_millis().to_string();
    let normalised = head.normalised.join("; ");
    let status = http::status_line(&exchange.response);
    let mut lines = vec![
        ("page", occasion.page.as_str()),
        ("purpose", purpose.as_str()),
        ("fetchTimeMs", took.as_str()),
        ("normalised", normalised.as_str()),
    ];
    if let Some(via) = &occasion.reason.via {
        lines.push(("via", via.as_str()));
    }
    if let Robots::Disregard { reason } = &occasion.reason.robots {
        lines.push(("robotsDisregarded", reason));
    }
    let headers: Vec<String> = exchange
        .response
        .headers
        .iter()
        .map(|header| {
            format!(
                "{}: {}",
                header.name,
                String::from_utf8_lossy(&header.value)
            )
        })
        .collect();
    if let Form::NotModified(_) = occasion.form {
        lines.push(("responseStatus", status.as_str()));
        lines.extend(
            headers
                .iter()
                .map(|header| ("responseHeader", header.as_str())),
        );
    }
    fields(&lines)
}

pub(super) fn fields(lines: &[(&str, &str)]) -> Vec<u8> {
    let line = |(name, value): &(&str, &str)| {
        let value = value.replace(['\r', '\n', '\0'], " ");
        format!("{name}: {value}\r\n")
    };
    lines.iter().map(line).collect::<String>().into_bytes()
}
