//! Reads mails that came back: delivery reports (RFC 3464), complaints (RFC 5965), and all that is neither.
//!
//! Which mail it was says the sealed return path alone; what else a report claims, its date too, anybody can write.

use mailparse::{MailHeaderMap as _, ParsedMail};

use super::Links;

/// What a mail that came back says.
/// Mails are named by what stands before the "@" of their Message-ID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Returned {
    /// There is no such mailbox.
    Hard(String),
    /// Full, or refused for now until the sender gave up.
    Soft(String),
    Complaint(String),
    /// It is still on its way.
    Delayed,
    /// "I am out of office", and the like.
    AutoReply,
    /// A report whose return path is none of ours, or was tampered with.
    NotOurs,
    /// No report at all.
    Unreadable,
}

/// Reports have few parts and no depth; more is an attack on the parser, not a report.
const LARGEST: usize = 1024 * 1024;
/// Encoded words (RFC 2047) in it. Reading them takes time that grows with the square of their number,
/// and anybody may write to the address that bounces come to.
const MOST_WORDS: usize = 1_000;

pub fn returned(bytes: &[u8], links: &Links) -> Returned {
    let bytes = bytes.get(..LARGEST).unwrap_or(bytes);
    let words = bytes.windows(2).filter(|two| two == b"=?").count();
    if words > MOST_WORDS {
        return Returned::Unreadable;
    }
    let Ok(mail) = mailparse::parse_mail(bytes) else {
        return Returned::Unreadable;
    };
    match report_type(&mail).as_deref() {
        Some("delivery-status") => delivery_status(&mail, links),
        Some("feedback-report") => feedback(&mail, links),
        _ if is_auto_reply(&mail) => Returned::AutoReply,
        _ => Returned::Unreadable,
    }
}

/// The mails of a mailbox file; a file without "From " lines is one mail.
pub fn mailbox(bytes: &[u8]) -> Vec<&[u8]> {
    let mut begins: Vec<usize> = Vec::new();
    let mut line = 0;
    let mut after_blank = true;
    for piece in bytes.split_inclusive(|&byte| byte == b'\n') {
        if after_blank && piece.starts_with(b"From ") {
            begins.push(line);
        }
        after_blank = piece.iter().all(u8::is_ascii_whitespace);
        line += piece.len();
    }
    if begins.first() != Some(&0) {
        return if bytes.is_empty() {
            Vec::new()
        } else {
            vec![bytes]
        };
    }
    let ends = begins.iter().skip(1).copied().chain([bytes.len()]);
    begins
        .iter()
        .zip(ends)
        .filter_map(|(begin, end)| {
            let whole = bytes.get(*begin..end)?;
            let head = whole.iter().position(|&byte| byte == b'\n')?;
            whole.get(head + 1..)
        })
        .collect()
}

fn report_type(mail: &ParsedMail) -> Option<String> {
    let report = mail.ctype.mimetype.eq_ignore_ascii_case("multipart/report");
    let kind = mail.ctype.params.get("report-type")?;
    report.then(|| kind.to_ascii_lowercase())
}

fn delivery_status(mail: &ParsedMail, links: &Links) -> Returned {
    let Some(status) = part(mail, "message/delivery-status") else {
        return Returned::Unreadable;
    };
    let Some(message) = addressee(mail, links) else {
        return Returned::NotOurs;
    };
    let field = |name: &str| field(&status, name).unwrap_or_default();
    match field("action").as_str() {
        "failed" if is_final(&field("status")) => Returned::Hard(message),
        "failed" => Returned::Soft(message),
        _ => Returned::Delayed,
    }
}

/// 5.x.x, unless it speaks of a full mailbox (5.2.2) or of the sender (5.7.x): those mend.
fn is_final(status: &str) -> bool {
    let passing = ["5.2.2", "5.7."]
        .iter()
        .any(|class| status.starts_with(class));
    status.starts_with('5') && !passing
}

fn feedback(mail: &ParsedMail, links: &Links) -> Returned {
    let Some(report) = part(mail, "message/feedback-report") else {
        return Returned::Unreadable;
    };
    if field(&report, "feedback-type").as_deref() == Some("not-spam") {
        return Returned::AutoReply;
    }
    // A provider reports from its own address; the return path stands in the report.
    let path = field(&report, "original-mail-from");
    let path = path.and_then(|path| links.returned(path.trim_matches(['<', '>'])));
    match path.or_else(|| addressee(mail, links)) {
        Some(message) => Returned::Complaint(message),
        None => Returned::NotOurs,
    }
}

/// The sealed return path to which the report was sent.
fn addressee(mail: &ParsedMail, links: &Links) -> Option<String> {
    ["Delivered-To", "X-Original-To", "Envelope-To", "To"]
        .iter()
        .flat_map(|name| mail.headers.get_all_values(name))
        .flat_map(|value| {
            value
                .split([',', ' ', '<', '>', ';'])
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .find_map(|address| links.returned(&address))
}

/// RFC 3834, and what is older than it.
fn is_auto_reply(mail: &ParsedMail) -> bool {
    let value = |name: &str| mail.headers.get_first_value(name).unwrap_or_default();
    let submitted = value("Auto-Submitted").to_ascii_lowercase();
    let precedence = value("Precedence").to_ascii_lowercase();
    (!submitted.is_empty() && submitted != "no")
        || precedence == "auto_reply"
        || !value("X-Autoreply").is_empty()
}

fn part(mail: &ParsedMail, kind: &str) -> Option<String> {
    let found = mail
        .subparts
        .iter()
        .find(|part| part.ctype.mimetype.eq_ignore_ascii_case(kind))?;
    let body = found.get_body_raw().ok()?;
    Some(String::from_utf8_lossy(&body).into_owned())
}

/// The first field of that name; a report to one address has one group of them that matters.
fn field(report: &str, name: &str) -> Option<String> {
    report.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        let same = found.trim().eq_ignore_ascii_case(name);
        same.then(|| value.trim().to_ascii_lowercase())
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::notify::example;

    #[test]
    fn a_bounce_counts_by_its_status() {
        check("failed", "5.1.1", "hard");
        check("failed", "5.0.0", "hard");
        check("failed", "5.2.2", "soft");
        check("failed", "5.7.1", "soft");
        check("failed", "4.4.7", "soft");
        check("delayed", "4.4.1", "delayed");
        check("", "", "delayed");
    }

    /// Read word by word, this would take minutes.
    #[test]
    fn a_mail_of_nothing_but_encoded_words_is_put_away_unread() {
        let words = "=?utf-8?q?a?= ".repeat(20_000);
        for field in ["To", "Auto-Submitted", "Content-Type"] {
            let bytes = format!("{field}: {words}\n\nx\n");
            assert_eq!(returned(bytes.as_bytes(), &links()), Returned::Unreadable);
        }
    }

    #[test]
    fn a_bounce_that_was_made_up_is_nobodys() {
        let path = path();
        for forged in [
            path.replace("2a.", "2b."),
            "bounces@example.org".to_owned(),
            "opfer@example.org".to_owned(),
        ] {
            let bytes = bounce(&forged, "failed", "5.1.1");
            assert_eq!(
                returned(bytes.as_bytes(), &links()),
                Returned::NotOurs,
                "{forged}"
            );
        }
    }

    #[test]
    fn a_complaint_is_found_by_the_return_path_in_its_report() {
        let report = |feedback: &str| {
            format!(
                "From: <fbl@provider.example>\r\nTo: <abuse@example.org>\r\n\
                 Content-Type: multipart/report; report-type=feedback-report; boundary=\"b\"\r\n\r\n\
                 --b\r\nContent-Type: text/plain\r\n\r\nspam\r\n\
                 --b\r\nContent-Type: message/feedback-report\r\n\r\n\
                 Feedback-Type: {feedback}\r\nVersion: 1\r\nOriginal-Mail-From: <{}>\r\n\r\n--b--\r\n",
                path()
            )
        };
        let read = |kind| returned(report(kind).as_bytes(), &links());
        assert_eq!(read("abuse"), Returned::Complaint(id()));
        assert_eq!(read("not-spam"), Returned::AutoReply);
    }

    #[test]
    fn what_is_no_report_counts_nothing() {
        for (mail, expected) in [
            (
                "Auto-Submitted: auto-replied\r\nTo: PATH\r\n\r\nI am away",
                Returned::AutoReply,
            ),
            (
                "Precedence: auto_reply\r\nTo: PATH\r\n\r\nI am away",
                Returned::AutoReply,
            ),
            (
                "To: PATH\r\nSubject: Undelivered\r\n\r\n550 no such user",
                Returned::Unreadable,
            ),
            ("", Returned::Unreadable),
            ("\0\u{fffd}\r\n\r\n\r\n", Returned::Unreadable),
            (
                "Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n--x",
                Returned::Unreadable,
            ),
        ] {
            let mail = mail.replace("PATH", &path());
            assert_eq!(returned(mail.as_bytes(), &links()), expected, "{mail}");
        }
    }

    #[test]
    fn a_mailbox_file_is_taken_apart_at_its_from_lines() {
        let mbox =
            b"From a Mon\nSubject: 1\n\nFrom here on\n>From b\n\nFrom c Tue\nSubject: 2\n\nx\n";
        let mails = mailbox(mbox);
        // "From here on" follows the blank line of a head and begins a mail by the rules of the
        // format; a writer quotes it, as the line after it is.
        assert_eq!(mails.len(), 3);
        assert_eq!(mailbox(b"Subject: 1\n\nx").len(), 1);
        assert_eq!(mailbox(b"").len(), 0);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_fall(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
            for mail in mailbox(&bytes) {
                returned(mail, &links());
            }
        }
    }

    #[track_caller]
    fn check(action: &str, status: &str, expected: &str) {
        let bytes = bounce(&path(), action, status);
        let said = match returned(bytes.as_bytes(), &links()) {
            Returned::Hard(mail) if mail == id() => "hard",
            Returned::Soft(mail) if mail == id() => "soft",
            Returned::Delayed => "delayed",
            other => panic!("{other:?}"),
        };
        assert_eq!(said, expected, "{action} {status}");
    }

    fn bounce(to: &str, action: &str, status: &str) -> String {
        format!(
            "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nTo: <{to}>\r\n\
             Date: Mon, 16 Sep 2024 06:10:09 +0000\r\nAuto-Submitted: auto-replied\r\n\
             Content-Type: multipart/report; report-type=delivery-status;\r\n boundary=\"b\"\r\n\r\n\
             --b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n\
             --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n\
             Final-Recipient: rfc822; leserin@example.org\r\nAction: {action}\r\nStatus: {status}\r\n\r\n--b--\r\n"
        )
    }

    fn id() -> String {
        Uuid::from_u128(42).to_string()
    }

    fn path() -> String {
        links()
            .return_path(&format!("{}@example.org", id()))
            .expect("a return path")
            .to_string()
    }

    fn links() -> Links {
        example::settings().links.expect("a site")
    }
}
