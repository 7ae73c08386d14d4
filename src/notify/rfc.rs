//! Reads mails as strictly as the RFCs write them, over hundreds of mails that carry every text an attacker could put on a page.
//!
//! RFC 5322 (form), 2047 (encoded words), 2045 and 2046 (parts), 2369 and 8058 (leaving), 3834
//! (automatic mail), 2919 (list id).

use std::collections::BTreeMap;

use data_encoding::BASE64;

use super::example as ex;
use super::{Mail, email, render};
use crate::model::{Content, Delivery, Field, MessageId, NoticeKind, Text, Value};

#[test]
fn five_hundred_hostile_mails_keep_every_rule() {
    let mut mails = 0;
    for text in hostile() {
        for tongue in ["de", "en"] {
            for delivery in everywhere(&text, tongue) {
                let mail = render(&delivery, &ex::settings()).expect("a mailbox");
                let message = email::compose(&mail, &ex::settings()).expect("a mail");
                if let Err(fault) = lint(&mail, &message.formatted()) {
                    panic!("{fault}\nwith {text:?} in {:?}", delivery.content);
                }
                mails += 1;
            }
        }
    }
    assert!(mails >= 500, "{mails} mails");
}

#[test]
fn the_lint_sees_what_is_wrong() {
    let (_, welcome) = ex::letters().remove(1);
    let mail = render(&ex::letter(welcome, "en"), &ex::settings()).expect("a mailbox");
    let message = email::compose(&mail, &ex::settings()).expect("a mail");
    let good = String::from_utf8(message.formatted()).expect("ASCII");
    assert_eq!(lint(&mail, good.as_bytes()), Ok(()));
    for (from, to) in [
        ("Subject: ", "Subject: a\r\nBcc: x@example.org\r\nX-A: "),
        ("Subject: ", "Subject: a\r\nSubject: "),
        ("Subject: ", "Subject: =?utf-8?q?=0D=0A?= "),
        ("Subject: Your", "Subject: Y\u{f6}ur"),
        ("Date: Mon, 16", "Date: Mon, 46"),
        ("Date: Mon", "Date: Tue"),
        ("Message-ID: <", "Message-ID: "),
        ("Auto-Submitted: auto-generated\r\n", ""),
        ("=One-Click", "=Click"),
        ("List-Unsubscribe: <https:", "List-Unsubscribe: <http:"),
        (
            "List-Unsubscribe: <https:",
            "List-Unsubscribe: <mailto:a@b>, <https:",
        ),
        ("List-Id: <all.", "List-Id: <all page."),
        ("MIME-Version: 1.0", "MIME-Version: 2"),
        ("quoted-printable", "8bit"),
        ("charset=utf-8", "charset=latin1"),
        ("Your subscription is", "=ZZur subscription is"),
        ("Your subscription is", "Your\u{7} subscription is"),
        ("Your subscription is", &"x".repeat(200)),
        ("Your subscription is", "Your\nsubscription is"),
    ] {
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good, "{from}");
        assert!(
            lint(&mail, bad.as_bytes()).is_err(),
            "{from:?} -> {to:?} was let through"
        );
    }
}

/// Cases 52 to 62 and 75 of the catalogue of faults, as text of a page.
fn hostile() -> Vec<String> {
    let mut all: Vec<String> = [
        "",
        " ",
        "a\r\nBcc: opfer@example.org\r\n\r\nX",
        "a\nTo: x@example.org",
        "a\rReply-To: x@example.org",
        "a\u{2028}b\u{2029}c\u{85}d\u{b}e\u{c}f",
        "=?utf-8?q?Subject=3A_x?= =?utf-8?b?QQ==?= =?iso-8859-1?Q?=0d=0a?=",
        "\u{202e}gnp.exe\u{202c}\u{2066}x\u{2069}\u{200f}",
        "a\u{200b}b\u{200d}c\u{feff}d\u{ad}e\u{e0041}",
        "K\u{435}nia \u{41a}enia",
        "a\0b\u{1b}[31mc\u{9b}31m\u{7}",
        "\u{fffe}\u{ffff}\u{fdd0}\u{1fffe}",
        "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&",
        "</td></table></body></html><style>*{display:none}</style>",
        "<!--[if mso]><script>x</script><![endif]-->",
        "{{7*7}} {% raw %} {entry} %s %n ${x} $(id) `id` #{7*7}",
        ".",
        "x\r\n.\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\nx",
        "..\n...\n.hidden",
        "\nFrom root@localhost Thu Jan  1 00:00:00 1970",
        "--=_boundary\r\nContent-Type: text/html\r\n\r\n<b>",
        "\r\n--\r\n-- \r\n",
        "[x](javascript:alert(1)) javascript:alert(1) data:text/html,x vbscript:x",
        "https://www.bmi.example@evil.example/ http://127.0.0.1/ file:///etc/passwd",
        "=2+5+cmd|' /C calc'!A0",
        "+1 -1 @SUM(1)",
        "]]> <![CDATA[ &lt; &#x0; &#13;",
        "../../etc/passwd\\..\\x",
        "\"quoted\" <a@example.org>, b@example.org; c:d@example.org;",
        "äöüß Ç Ł ﷽ 漢字 العربية עברית ไทย 👩‍👩‍👧‍👦 e\u{301}\u{301}\u{301}",
    ]
    .map(str::to_owned)
    .to_vec();
    all.extend([
        "x".repeat(10_000),
        "ä".repeat(3_000),
        "= ".repeat(1_000),
        "https://example.org/".to_owned() + &"a".repeat(3_000),
        "\u{301}".repeat(500),
    ]);
    all
}

/// One mail of each kind with the text in every place that others fill.
fn everywhere(text: &str, tongue: &str) -> Vec<Delivery> {
    let changes = vec![
        ex::altered("KE", text, Field::Extra(text.to_owned()), "alt", text),
        ex::altered("UZ", text, Field::Teaser, text, &format!("neu {text} …")),
    ];
    let mut event = ex::signed();
    event.title = text.to_owned();
    if let Some(after) = &mut event.after {
        after.quote.text = text.to_owned();
        after.place = Some(text.to_owned());
        after.signatories = vec![text.to_owned()];
        after.speaker = Some(text.to_owned());
        after.cues = vec![text.to_owned()];
        if let Some(when) = &mut after.when {
            when.raw = text.to_owned();
            when.date = None;
        }
    }
    let mut entry = ex::appeared();
    entry.title = text.to_owned();
    if let Value::Entry(ghana) = &mut entry.difference.after {
        ghana.title = Text::whole(text);
        ghana.teaser = Text::whole(text);
    }
    let mut page = ex::page();
    page.title = text.to_owned();
    page.publisher = text.to_owned();
    let mut news = ex::telling(vec![event.clone()], changes);
    news.page = page.clone();
    let mut facts = ex::news(vec![entry]);
    facts.page = page.clone();
    let mut all = vec![
        ex::letter(Content::News(news.clone()), tongue),
        ex::mail(news.clone(), tongue),
        ex::mail(facts.clone(), tongue),
    ];
    for (_, mut content) in ex::letters() {
        match &mut content {
            Content::Welcome(welcome) => {
                welcome.pages[0].page = page.clone();
                welcome.statuses[0].statement.quote.text = text.to_owned();
            }
            Content::Digest(digest) => digest.news = vec![news.clone(), facts.clone()],
            Content::Quiet(quiet) => quiet.pages[0].page = page.clone(),
            Content::Correction(correction) => {
                correction.page = page.clone();
                correction.event = event.clone();
                correction.why = text.to_owned();
                correction.original = Some(MessageId::new(text));
            }
            _ => {}
        }
        all.push(ex::letter(content, tongue));
    }
    let mut notice = ex::notice(NoticeKind::Held);
    if let Content::Notice { page: of, notice } = &mut notice.content {
        *of = page;
        notice.why = text.to_owned();
    }
    all.push(notice);
    for one in &mut all {
        one.message_id = MessageId::new(text);
    }
    all
}

type Verdict = Result<(), String>;

fn ensure(holds: bool, fault: impl Into<String>) -> Verdict {
    if holds { Ok(()) } else { Err(fault.into()) }
}

fn lint(mail: &Mail, bytes: &[u8]) -> Verdict {
    ensure(bytes.is_ascii(), "5322: not ASCII")?;
    let text = str::from_utf8(bytes).expect("ASCII");
    let bare = text.replace("\r\n", "");
    ensure(
        bare.chars().all(|c| !c.is_ascii_control() || c == '\t'),
        "5322: a bare CR or LF, or another control character",
    )?;
    ensure(
        text.split("\r\n").all(|line| line.len() <= 998),
        "5322: a line of more than 998",
    )?;
    let (head, body) = text
        .split_once("\r\n\r\n")
        .ok_or("5322: no end of the head")?;
    let fields = fields(head)?;
    form(&fields)?;
    encoded_words(&fields)?;
    automatic(mail, &fields)?;
    parts(mail, &fields, body)
}

/// Unfolded; each name once.
fn fields(head: &str) -> Result<BTreeMap<String, String>, String> {
    let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", "\t");
    let mut fields = BTreeMap::new();
    for line in unfolded.split("\r\n") {
        let (name, value) = line
            .split_once(": ")
            .ok_or(format!("5322: {line:?} is no field"))?;
        let good = |byte: u8| (33..=126).contains(&byte) && byte != b':';
        ensure(
            !name.is_empty() && name.bytes().all(good),
            format!("5322: the name {name:?}"),
        )?;
        ensure(!value.trim().is_empty(), format!("5322: {name} is empty"))?;
        let twice = fields.insert(name.to_ascii_lowercase(), value.to_owned());
        ensure(twice.is_none(), format!("5322: {name} stands twice"))?;
    }
    Ok(fields)
}

const KNOWN: [&str; 14] = [
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "auto-submitted",
    "list-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
];

fn form(fields: &BTreeMap<String, String>) -> Verdict {
    for needed in [
        "from",
        "to",
        "subject",
        "date",
        "message-id",
        "mime-version",
    ] {
        ensure(fields.contains_key(needed), format!("5322: no {needed}"))?;
    }
    for name in fields.keys() {
        ensure(
            KNOWN.contains(&name.as_str()),
            format!("a field {name} came in"),
        )?;
    }
    let date = &fields["date"];
    // The weekday has to be that of the date.
    let parsed = jiff::fmt::rfc2822::parse(date);
    ensure(parsed.is_ok(), format!("5322: the date {date:?}"))?;
    for name in ["message-id", "in-reply-to", "references"] {
        for id in fields.get(name).map_or("", String::as_str).split(' ') {
            ensure(
                id.is_empty() || is_message_id(id),
                format!("5322: {name} {id:?}"),
            )?;
        }
    }
    ensure(!fields["message-id"].contains(' '), "5322: two message ids")
}

/// `<dot-atom@dot-atom>`, section 3.6.4.
fn is_message_id(id: &str) -> bool {
    let atom = |text: &str| {
        let good =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&byte);
        text.split('.')
            .all(|part| !part.is_empty() && part.bytes().all(good))
    };
    let inner = id
        .strip_prefix('<')
        .and_then(|id| id.strip_suffix('>'))
        .and_then(|id| id.split_once('@'));
    inner.is_some_and(|(left, right)| atom(left) && atom(right))
}

fn encoded_words(fields: &BTreeMap<String, String>) -> Verdict {
    let mut subject = String::new();
    let mut encoded_before = false;
    for word in fields["subject"].split(' ') {
        let decoded = decoded(word)?;
        // White space between two encoded words is no part of the text.
        let joined = encoded_before && decoded.is_some();
        if !subject.is_empty() && !joined {
            subject.push(' ');
        }
        encoded_before = decoded.is_some();
        subject.push_str(decoded.as_deref().unwrap_or(word));
    }
    ensure(
        !subject.chars().any(char::is_control),
        format!("2047: a control character in {subject:?}"),
    )?;
    ensure(
        subject.chars().count() <= 200,
        format!("a subject of {} characters", subject.chars().count()),
    )?;
    for (name, value) in fields.iter().filter(|(name, _)| *name != "subject") {
        ensure(
            !value.contains("=?"),
            format!("2047: an encoded word in {name}"),
        )?;
    }
    Ok(())
}

fn decoded(word: &str) -> Result<Option<String>, String> {
    let Some(inner) = word.strip_prefix("=?") else {
        return ensure(!word.contains("=?"), format!("2047: inside a word: {word}")).map(|()| None);
    };
    ensure(word.len() <= 75, format!("2047: longer than 75: {word}"))?;
    let pieces: Vec<&str> = inner.splitn(3, '?').collect();
    let [charset, kind, text] = pieces[..] else {
        return Err(format!("2047: {word}"));
    };
    let text = text
        .strip_suffix("?=")
        .ok_or(format!("2047: no end: {word}"))?;
    ensure(
        charset.eq_ignore_ascii_case("utf-8"),
        format!("2047: {charset}"),
    )?;
    let bytes = match kind.to_ascii_lowercase().as_str() {
        "b" => BASE64
            .decode(text.as_bytes())
            .map_err(|error| format!("2047: {error}"))?,
        "q" => quoted_printable(&text.replace('_', " "))?,
        other => return Err(format!("2047: encoding {other}")),
    };
    // Section 5: a character may not be torn over two words.
    let text = String::from_utf8(bytes).map_err(|_| format!("2047: a torn character in {word}"))?;
    Ok(Some(text))
}

fn quoted_printable(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first != b'=' {
            bytes.push(*first);
            rest = after;
        } else if let Some(soft) = after.strip_prefix(b"\r\n") {
            rest = soft;
        } else {
            let hex = after.get(..2).and_then(|hex| str::from_utf8(hex).ok());
            let byte = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
            bytes.push(byte.ok_or(format!("2045: a lonely = in {text:.80}"))?);
            rest = &after[2..];
        }
    }
    Ok(bytes)
}

fn automatic(mail: &Mail, fields: &BTreeMap<String, String>) -> Verdict {
    let field = |name: &str| fields.get(name).map(String::as_str);
    ensure(
        field("auto-submitted") == Some("auto-generated"),
        "3834: Auto-Submitted",
    )?;
    let invited = mail.audience == super::Audience::Invited;
    match field("list-id") {
        None => ensure(invited, "2919: no List-Id")?,
        Some(id) => {
            let inner = id.strip_prefix('<').and_then(|id| id.strip_suffix('>'));
            let label = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            let good = inner.is_some_and(|id| {
                id.len() <= 255
                    && id.contains('.')
                    && id
                        .split('.')
                        .all(|part| !part.is_empty() && part.bytes().all(label))
            });
            ensure(good && !invited, format!("2919: {id}"))?;
        }
    }
    match (
        mail.audience,
        field("list-unsubscribe"),
        field("list-unsubscribe-post"),
    ) {
        (super::Audience::Subscriber, Some(link), Some("List-Unsubscribe=One-Click")) => {
            let inner = link
                .strip_prefix("<https://")
                .and_then(|link| link.strip_suffix('>'));
            let one = inner.is_some_and(|link| !link.contains(['<', '>', ',', ' ']));
            ensure(one, format!("8058: {link}"))
        }
        (super::Audience::Reader, Some(link), None) => {
            let good = ["<mailto:", "<https://"]
                .iter()
                .any(|scheme| link.starts_with(scheme));
            ensure(good && link.ends_with('>'), format!("2369: {link}"))
        }
        (super::Audience::Invited | super::Audience::Operator, None, None) => Ok(()),
        other => Err(format!("2369 or 8058: {other:?}")),
    }
}

fn parts(mail: &Mail, fields: &BTreeMap<String, String>, body: &str) -> Verdict {
    ensure(fields["mime-version"] == "1.0", "2045: MIME-Version")?;
    let kind = &fields["content-type"];
    ensure(
        kind.starts_with("multipart/alternative;"),
        format!("2046: {kind}"),
    )?;
    let boundary = kind
        .split_once("boundary=\"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .ok_or("2046: no boundary")?
        .0;
    ensure(
        (1..=70).contains(&boundary.len()),
        "2046: the boundary's length",
    )?;
    let pieces: Vec<&str> = body.split(&format!("--{boundary}")).collect();
    let [_, first, second, end] = pieces[..] else {
        return Err(format!("2046: {} pieces", pieces.len()));
    };
    ensure(end.starts_with("--"), "2046: no end")?;
    let plain = part(first, "text/plain")?;
    let html = part(second, "text/html")?;
    same(&plain, &mail.plain, "plain")?;
    let steering = mail.html.find(|c: char| c.is_control() && c != '\n');
    ensure(
        steering.is_none(),
        format!("a control character in the HTML at {steering:?}"),
    )?;
    same(&html, &mail.html, "HTML")?;
    for line in plain.split("\r\n") {
        let unbroken = line.contains("://");
        ensure(
            unbroken || line.chars().count() <= 72,
            format!("wider than 72: {line}"),
        )?;
    }
    for tag in [
        "<script",
        "<img",
        "<iframe",
        "<form",
        "<link",
        "<b>",
        "url(",
        "href=\"javascript",
        "href=\"data",
    ] {
        ensure(!html.contains(tag), format!("{tag} in the HTML part"))?;
    }
    ensure(html.matches("<style>").count() == 1, "a second style sheet")
}

fn same(found: &str, written: &str, which: &str) -> Verdict {
    let written = written.replace('\n', "\r\n");
    let pairs = found.lines().zip(written.lines());
    let other = pairs.into_iter().find(|(found, written)| found != written);
    ensure(
        found == written,
        format!("the {which} part is another: {other:?}"),
    )
}

fn part(piece: &str, kind: &str) -> Result<String, String> {
    let (head, body) = piece
        .strip_prefix("\r\n")
        .and_then(|piece| piece.split_once("\r\n\r\n"))
        .ok_or("2046: a part without a head")?;
    let fields = fields(head)?;
    let found = fields.get("content-type").map_or("", String::as_str);
    ensure(
        found == format!("{kind}; charset=utf-8"),
        format!("2045: {found}"),
    )?;
    let encoding = fields
        .get("content-transfer-encoding")
        .map_or("", String::as_str);
    ensure(encoding == "quoted-printable", format!("2045: {encoding}"))?;
    // The line end before a boundary belongs to the boundary.
    let body = body
        .strip_suffix("\r\n")
        .ok_or("2046: no line end before the boundary")?;
    for line in body.split("\r\n") {
        ensure(line.len() <= 76, format!("2045: longer than 76: {line}"))?;
        ensure(
            !line.ends_with([' ', '\t']),
            format!("2045: a blank at the end: {line:?}"),
        )?;
    }
    let text = String::from_utf8(quoted_printable(body)?).map_err(|_| "2045: not UTF-8")?;
    let steering = |c: char| c.is_control() && !matches!(c, '\r' | '\n');
    ensure(!text.chars().any(steering), "a control character in a part")?;
    Ok(text)
}
