//! Makes the bytes of a mail: the same delivery gives the same bytes, however often it is tried.

use std::time::{Duration, SystemTime};

use lettre::address::{Address, Envelope};
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};
use url::Url;
use uuid::Uuid;

use super::render::{Audience, Mail};
use super::{SendError, Settings};
use crate::model::EmailAddress;

/// How the sender is called in mail programs.
const SENDER: &str = "Vermerk";

pub fn compose(mail: &Mail, settings: &Settings) -> Result<Message, SendError> {
    let thread = format!("<{}>", mail.thread_id);
    let mut builder = Message::builder()
        .from(Mailbox::new(
            Some(SENDER.to_owned()),
            address(&settings.from)?,
        ))
        .to(Mailbox::new(None, address(&mail.to)?))
        .subject(mail.subject.clone())
        .date(date(mail))
        .message_id(Some(format!("<{}>", mail.message_id)))
        .in_reply_to(format!("<{}>", mail.answers))
        .references(if mail.answers == mail.thread_id {
            thread
        } else {
            format!("{thread} <{}>", mail.answers)
        })
        .raw_header(raw("Auto-Submitted", "auto-generated"));
    if mail.audience != Audience::Invited {
        let list = format!("<{}.vermerk.{}>", mail.list, settings.from.domain());
        builder = builder.raw_header(raw("List-Id", &list));
    }
    if let Some(stop) = &mail.one_click {
        // RFC 8058: a mail program posts these two words to the address, without asking further.
        builder = builder
            .raw_header(raw("List-Unsubscribe", &format!("<{stop}>")))
            .raw_header(raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
    } else if matches!(mail.audience, Audience::Reader | Audience::Subscriber)
        && let Some(stop) = stop_address(&settings.stop_contact, mail)
    {
        builder = builder.raw_header(raw("List-Unsubscribe", &format!("<{stop}>")));
    }
    if let Some(path) = &mail.return_path {
        let envelope = Envelope::new(Some(address(path)?), vec![address(&mail.to)?]);
        builder =
            builder.envelope(envelope.map_err(|error| {
                SendError::Permanent(format!("the mail has no envelope: {error}"))
            })?);
    }
    builder
        .multipart(bodies(mail))
        .map_err(|error| SendError::Permanent(format!("the mail cannot be built: {error}")))
}

pub fn address(email: &EmailAddress) -> Result<Address, SendError> {
    email.as_str().parse().map_err(|error| {
        SendError::Permanent(format!("{email} is no address a mail can go to: {error}"))
    })
}

fn bodies(mail: &Mail) -> MultiPart {
    let part = |kind, text: &str| {
        SinglePart::builder()
            .header(kind)
            // Always quoted-printable: ASCII on the wire, lines of at most 76, no line "From " or ".".
            .header(ContentTransferEncoding::QuotedPrintable)
            .body(text.to_owned())
    };
    MultiPart::alternative()
        .boundary(boundary(mail))
        .singlepart(part(ContentType::TEXT_PLAIN, &mail.plain))
        .singlepart(part(ContentType::TEXT_HTML, &mail.html))
}

/// Fixed by the message id, so that a retry is the same mail; the body cannot hold it, as
/// quoted-printable writes every "=" as "=3D".
fn boundary(mail: &Mail) -> String {
    let id = Uuid::new_v5(&Uuid::NAMESPACE_URL, mail.message_id.as_bytes());
    format!("=_{}", id.simple())
}

/// A clock before 1970 must not stop a mail; the header cannot say such a date.
fn date(mail: &Mail) -> SystemTime {
    let seconds = u64::try_from(mail.date.as_second()).unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

/// RFC 2369: a mailbox or a web address. Any other way to stop stands in the text only.
fn stop_address(contact: &str, mail: &Mail) -> Option<String> {
    if let Ok(mailbox) = EmailAddress::parse(contact.trim()) {
        let mut url = Url::parse(&format!("mailto:{mailbox}")).ok()?;
        url.set_query(Some(&format!("subject=stop%20{}", mail.list)));
        return Some(url.to_string());
    }
    let url = Url::parse(contact.trim()).ok()?;
    matches!(url.scheme(), "https" | "http").then(|| url.to_string())
}

fn raw(name: &'static str, value: &str) -> HeaderValue {
    let name = HeaderName::new_from_ascii_str(name);
    HeaderValue::dangerous_new_pre_encoded(name, value.to_owned(), value.to_owned())
}
