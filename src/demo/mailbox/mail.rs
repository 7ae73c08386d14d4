//! Reads a message as a mail program does: finds a text part and undoes its transfer encoding.
//!
//! Enough of RFC 2045 and 2046 for mails that the daemon itself has written.

use data_encoding::{BASE64_MIME_PERMISSIVE, HEXUPPER_PERMISSIVE};

use super::Received;

impl Received {
    /// The plain text part; empty where there is none.
    pub fn plain(&self) -> String {
        part(&self.data, "text/plain", DEPTH).unwrap_or_default()
    }

    /// The HTML part; empty where there is none.
    pub fn html(&self) -> String {
        part(&self.data, "text/html", DEPTH).unwrap_or_default()
    }

    /// The value of a header, unfolded.
    pub fn header(&self, name: &str) -> Option<String> {
        header(split(&self.data).0, name)
    }
}

/// How deep parts may stand inside parts.
const DEPTH: usize = 4;

/// The first part of that media type, decoded.
fn part(entity: &str, kind: &str, depth: usize) -> Option<String> {
    let (head, body) = split(entity);
    let declared = header(head, "content-type").unwrap_or_else(|| "text/plain".to_owned());
    let lower = declared.to_ascii_lowercase();
    if lower.starts_with("multipart/") {
        let delimiter = format!("--{}", boundary(&declared)?);
        let inside = body.split(&delimiter).skip(1);
        return inside.filter(|_| depth > 0).find_map(|entity| {
            let entity = entity.strip_prefix("\r\n")?;
            // The line end before a delimiter belongs to the delimiter.
            part(
                entity.strip_suffix("\r\n").unwrap_or(entity),
                kind,
                depth - 1,
            )
        });
    }
    let encoding = header(head, "content-transfer-encoding").unwrap_or_default();
    lower.starts_with(kind).then(|| decode(body, &encoding))
}

/// Header block and body.
fn split(entity: &str) -> (&str, &str) {
    // A part without headers begins with the empty line.
    match entity.strip_prefix("\r\n") {
        Some(body) => ("", body),
        None => entity.split_once("\r\n\r\n").unwrap_or((entity, "")),
    }
}

/// Folded lines (RFC 5322 section 2.2.3) are one value.
fn header(head: &str, name: &str) -> Option<String> {
    let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    unfolded.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        let same = found.trim_end().eq_ignore_ascii_case(name);
        same.then(|| value.trim().to_owned())
    })
}

fn boundary(content_type: &str) -> Option<&str> {
    let at = content_type.to_ascii_lowercase().find("boundary=")?;
    let value = content_type.get(at + "boundary=".len()..)?;
    match value.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => value.split([';', ' ']).next(),
    }
}

fn decode(body: &str, encoding: &str) -> String {
    let bytes = match encoding.to_ascii_lowercase().as_str() {
        "quoted-printable" => quoted_printable(body),
        "base64" => BASE64_MIME_PERMISSIVE
            .decode(body.trim_end().as_bytes())
            .unwrap_or_default(),
        _ => body.into(),
    };
    String::from_utf8_lossy(&bytes).into_owned()
}

/// RFC 2045 section 6.7: `=C3` is an octet, `=` at the end of a line joins it with the next.
fn quoted_printable(body: &str) -> Vec<u8> {
    let joined = body.replace("=\r\n", "");
    let mut pieces = joined.split('=');
    let mut bytes: Vec<u8> = pieces.next().unwrap_or_default().into();
    for piece in pieces {
        let octet = piece
            .get(..2)
            .and_then(|hex| HEXUPPER_PERMISSIVE.decode(hex.as_bytes()).ok());
        if let Some(octet) = octet {
            bytes.extend(octet);
            bytes.extend(piece.bytes().skip(2));
        } else {
            bytes.push(b'=');
            bytes.extend(piece.bytes());
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use lettre::Message;
    use lettre::message::header::ContentTransferEncoding;
    use lettre::message::{Body, MultiPart, SinglePart};

    use super::*;

    const PLAIN: &str = "Kenia: „unterzeichnet“ = erledigt?\r\nEine lange Zeile mit Umlauten, \
                         die länger ist als die 76 Zeichen, die eine Zeile haben darf.\r\n";
    const HTML: &str = "<p lang=\"de\">Verhandlungen überall</p>";

    fn received(encoding: ContentTransferEncoding) -> Received {
        let body = |text: &str| Body::new_with_encoding(text.to_owned(), encoding).unwrap();
        let both = MultiPart::alternative()
            .singlepart(SinglePart::plain(body(PLAIN)))
            .singlepart(SinglePart::html(body(HTML)));
        let message = Message::builder()
            .from("vermerk@example.org".parse().unwrap())
            .to("reader@example.net".parse().unwrap())
            .subject("Kenia")
            .multipart(MultiPart::mixed().multipart(both))
            .unwrap();
        Received {
            from: String::new(),
            to: Vec::new(),
            data: String::from_utf8(message.formatted()).unwrap(),
            message_id: None,
        }
    }

    #[test]
    fn both_parts_are_read_back_as_they_were_written() {
        for encoding in [
            ContentTransferEncoding::QuotedPrintable,
            ContentTransferEncoding::Base64,
        ] {
            let mail = received(encoding);
            assert_eq!(mail.plain().trim_end(), PLAIN.trim_end(), "{}", mail.data);
            assert_eq!(mail.html().trim_end(), HTML);
            assert_eq!(mail.header("SUBJECT").as_deref(), Some("Kenia"));
        }
    }

    #[test]
    fn a_message_without_parts_is_its_own_text() {
        let check = |data: &str, expected: &str| {
            let mail = Received {
                data: data.to_owned(),
                ..received(ContentTransferEncoding::Base64)
            };
            assert_eq!(mail.plain(), expected);
        };
        check("Subject: x\r\n\r\nhello\r\n", "hello\r\n");
        check("Subject: x", "");
        check("Content-Type: text/html\r\n\r\n<p>", "");
        check("Content-Type: multipart/mixed\r\n\r\nno boundary", "");
        check(
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n=C3=A4 =ZZ =",
            "ä =ZZ =",
        );
    }
}
