//! What readers and operators get, word for word; and that nothing a page says can bend it.

use super::example as ex;
use super::*;
use crate::model::{Change, Content, Field, News, NoticeKind};

#[test]
fn mails_of_every_kind_in_both_languages() {
    let mut many = ex::news(vec![
        ex::reworded(),
        ex::cut(),
        ex::vanished(),
        ex::renamed(),
    ]);
    many.many_at_once = true;
    let kinds = [
        ("reworded", ex::news(vec![ex::reworded()])),
        ("article", ex::news(vec![ex::article()])),
        ("cut", ex::news(vec![ex::cut()])),
        ("page-text", ex::news(vec![ex::page_text()])),
        ("appeared", ex::news(vec![ex::appeared()])),
        ("vanished", ex::news(vec![ex::vanished()])),
        ("renamed", ex::news(vec![ex::renamed()])),
        ("moved", ex::news(vec![ex::moved()])),
        (
            "several",
            ex::news(vec![ex::reworded(), ex::cut(), ex::appeared()]),
        ),
        (
            "several-in-one",
            ex::news(vec![ex::reworded(), ex::article()]),
        ),
        ("many", many),
        ("folded", ex::folded()),
        (
            "event",
            News {
                witness: Some(ex::witness(412)),
                ..ex::telling(vec![ex::signed()], vec![ex::reworded()])
            },
        ),
        (
            "event-doubtful",
            ex::telling(vec![ex::doubtful()], vec![ex::reworded()]),
        ),
        (
            "event-incomplete",
            ex::telling(vec![ex::incomplete()], vec![ex::cut()]),
        ),
        (
            "event-dropped",
            ex::telling(vec![ex::dropped()], vec![ex::cut()]),
        ),
        (
            "events",
            ex::telling(
                vec![ex::signed(), ex::incomplete()],
                vec![ex::cut(), ex::page_text(), ex::reworded()],
            ),
        ),
        (
            "event-and-gone",
            ex::telling(
                vec![ex::signed()],
                vec![
                    ex::reworded(),
                    ex::page_text(),
                    ex::with_article(ex::vanished()),
                ],
            ),
        ),
    ];
    for (name, news) in kinds {
        for tongue in ["de", "en"] {
            golden(&format!("{name}.{tongue}"), &ex::mail(news.clone(), tongue));
        }
    }
}

#[test]
fn notices_of_every_kind_in_both_languages() {
    let kinds = [
        ("broken", NoticeKind::Broken),
        ("held", NoticeKind::Held),
        ("still-held", NoticeKind::StillHeld),
        ("healed", NoticeKind::Healed),
        ("unstable", NoticeKind::Unstable),
    ];
    for (name, kind) in kinds {
        let english = ex::notice(kind);
        let mut german = ex::mail(ex::news(Vec::new()), "de");
        german.content.clone_from(&english.content);
        golden(&format!("notice-{name}.en"), &english);
        golden(&format!("notice-{name}.de"), &german);
    }
}

#[test]
fn damage_is_told_to_the_operator_in_both_languages() {
    let english = ex::damage();
    let mut german = ex::mail(ex::news(Vec::new()), "de");
    german.content.clone_from(&english.content);
    golden("damage.en", &english);
    golden("damage.de", &german);
}

#[test]
fn the_html_of_a_mail() {
    let delivery = ex::mail(ex::news(vec![ex::reworded(), ex::cut()]), "de");
    snapshot("html", &mail(&delivery).html);
    let news = ex::telling(vec![ex::doubtful()], vec![ex::reworded()]);
    snapshot("html-event", &mail(&ex::mail(news, "en")).html);
}

#[test]
fn a_sample_cannot_be_taken_for_news() {
    let capture = ex::capture("after", "2024-09-16T06:00:07Z");
    let channel = ex::mail(ex::news(Vec::new()), "de").channel;
    let entry = ex::entry("GH", "Ghana");
    let delivery = sample(
        &ex::page(),
        &entry,
        Some(capture.clone()),
        channel,
        capture.at,
    );
    let mail = mail(&delivery);
    assert!(mail.subject.contains("SAMPLE, NO NEWS"), "{}", mail.subject);
    assert!(mail.plain.contains("[-[SAMPLE/MUSTER]-]"), "{}", mail.plain);
    lint(&bytes(&delivery));
}

#[test]
fn the_same_delivery_is_the_same_mail() {
    let first = ex::mail(ex::news(vec![ex::reworded(), ex::article()]), "en");
    let mut second = first.clone();
    second.tries = 9;
    assert_eq!(bytes(&first), bytes(&second));
}

#[test]
fn mails_on_one_entry_are_one_thread() {
    let thread = |change: Change| mail(&ex::mail(ex::news(vec![change]), "de")).thread_id;
    assert_eq!(thread(ex::reworded()), thread(ex::article()));
    assert_ne!(thread(ex::reworded()), thread(ex::cut()));
}

#[test]
fn the_article_of_an_entry_that_went_has_a_capture_and_a_hash_says_what_it_is_of() {
    let evidence = |change: Change| mail(&ex::letter(Content::News(ex::news(vec![change])), "en"));
    let plain = evidence(ex::with_article(ex::vanished())).plain;
    for said in [
        "Capture before (title, teaser): 15 September 2024",
        "Capture before (article): 14 September 2024",
        "The text as read (title, teaser):",
    ] {
        assert!(plain.contains(said), "{said}\n{plain}");
    }
    let mut bare = ex::with_article(ex::vanished());
    bare.evidence_article = None;
    let plain = evidence(bare).plain;
    assert!(
        plain.contains("Capture before (title, teaser): "),
        "{plain}"
    );
}

#[test]
fn a_window_that_begins_long_after_its_capture_says_what_the_look_found() {
    let still = |last_old: &str| {
        let mut change = ex::reworded();
        change.last_old = last_old.parse().ok();
        let plain = mail(&ex::mail(ex::news(vec![change]), "en")).plain;
        plain.contains("it was still")
    };
    assert!(still("2024-09-16T05:00:00Z"));
    assert!(
        !still("2024-09-15T06:03:00Z"),
        "the capture is of that look"
    );
}

#[test]
fn every_header_stands_once_and_readers_can_stop() {
    let text = bytes(&ex::mail(ex::news(vec![ex::reworded()]), "de"));
    let head = lint(&text);
    for wanted in [
        "To: leserin@example.org",
        "Message-ID: <3f6c2f0e-0000-5000-8000-000000000001@example.org>",
        "Date: Mon, 16 Sep 2024 06:10:09 +0000",
        "Auto-Submitted: auto-generated",
        "List-Id: <bmi-migration.vermerk.example.org>",
        "List-Unsubscribe: <mailto:redaktion@example.org?subject=stop%20bmi-migration>",
        "Content-Type: multipart/alternative;",
    ] {
        assert!(
            head.iter().any(|line| line.starts_with(wanted)),
            "{wanted}\n{head:#?}"
        );
    }
    let operator = lint(&bytes(&ex::notice(NoticeKind::Broken)));
    assert!(
        !operator
            .iter()
            .any(|line| line.starts_with("List-Unsubscribe"))
    );
}

#[test]
fn nothing_a_page_says_bends_a_mail() {
    let long_word = "x".repeat(10_000);
    let hostile = [
        "a\r\nBcc: opfer@example.org\r\n\r\nX",
        "a\u{2028}b\u{2029}c\u{85}d",
        "\u{202e}txt.exe\u{202c}\u{2066}x\u{2069}",
        "=?utf-8?q?Subject=3A_x?= =?utf-8?b?QQ==?=",
        "{{7*7}} {% raw %} {entry} %s $(id)",
        "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&",
        "x\n.\nMAIL FROM:<a@b>",
        ".",
        "\nFrom root@localhost Thu Jan  1 00:00:00 1970",
        "--=_boundary\r\nContent-Type: text/html\r\n\r\n<b>",
        "[x](javascript:alert(1)) javascript:alert(1)",
        "a\0b\u{1b}[31mc\u{fffe}\u{ffff}",
        long_word.as_str(),
    ];
    for text in hostile {
        for delivery in [
            everywhere(text),
            everywhere_in_an_event(text),
            everywhere_in_notice(text),
        ] {
            let mail = mail(&delivery);
            assert!(mail.subject.chars().count() <= 200);
            for part in [
                &mail.subject,
                &mail.plain.replace('\n', ""),
                &mail.html.replace('\n', ""),
            ] {
                assert!(!part.chars().any(char::is_control), "{part:?}");
                assert!(
                    !part.contains(['\u{2028}', '\u{202e}', '\u{fffe}']),
                    "{part:?}"
                );
            }
            for tag in ["<script", "<img", "<b>", "href=\"javascript"] {
                assert!(!mail.html.contains(tag), "{tag} in {}", mail.html);
            }
            lint(&bytes(&delivery));
        }
    }
}

#[test]
fn text_that_looks_like_a_template_stays_as_it_is() {
    let mail = mail(&everywhere("{{7*7}} {entry}"));
    assert!(mail.plain.contains("{{7*7}} {entry}") && mail.html.contains("{{7*7}} {entry}"));
    assert!(mail.subject.contains("{{7*7}} {entry}"));
}

#[test]
fn plain_lines_are_at_most_72_wide() {
    let news = ex::news(vec![
        ex::reworded(),
        ex::article(),
        ex::appeared(),
        ex::moved(),
    ]);
    for tongue in ["de", "en"] {
        for line in mail(&ex::mail(news.clone(), tongue)).plain.lines() {
            let is_address = line.contains("https://");
            assert!(is_address || line.chars().count() <= 72, "{line}");
        }
    }
}

/// The text in every place a page or its file can fill.
fn everywhere(text: &str) -> Delivery {
    let mut change = ex::altered("KE", text, Field::Extra(text.into()), "alt", text);
    change.difference.key = crate::model::EntryKey::new(text);
    let gone = ex::altered("UZ", text, Field::Teaser, text, "ganz anders …");
    let stays = ex::altered(
        "MD",
        text,
        Field::Teaser,
        &format!("alt {text}"),
        &format!("neu {text}"),
    );
    let behind = ex::altered(
        "MA",
        text,
        Field::Teaser,
        &format!("eins {text} …"),
        "eins …",
    );
    let mut entry = ex::appeared();
    entry.title = text.into();
    if let crate::model::Value::Entry(ghana) = &mut entry.difference.after {
        ghana.title.text = text.into();
        ghana.teaser.text = text.into();
    }
    let mut delivery = ex::mail(ex::news(vec![change, gone, stays, behind, entry]), "en");
    if let Content::News(news) = &mut delivery.content {
        news.page.title = text.into();
        news.page.publisher = text.into();
    }
    delivery.message_id = crate::model::MessageId::new(text);
    delivery
}

/// The text in every place of an event that a page can fill.
fn everywhere_in_an_event(text: &str) -> Delivery {
    let mut event = ex::doubtful();
    // Without a country the entry is named by the page.
    event.partner = None;
    event.title = text.into();
    event.field = Field::Extra(text.into());
    let sides = [
        &mut event.before,
        &mut event.after,
        &mut event.status_before,
    ];
    let others = event.conflicts.iter_mut().map(|conflict| {
        conflict.field = Field::Extra(text.into());
        &mut conflict.other
    });
    for said in sides.into_iter().flatten().chain(others) {
        said.quote.text = text.into();
        said.cues = vec![text.into()];
        said.place = Some(text.into());
        said.signatories = vec![text.into()];
        said.witnesses = vec![text.into()];
        said.speaker = Some(text.into());
        if let Some(when) = &mut said.when {
            when.raw = text.into();
            when.date = None;
        }
    }
    ex::mail(ex::telling(vec![event], vec![ex::reworded()]), "de")
}

fn everywhere_in_notice(text: &str) -> Delivery {
    let mut delivery = ex::notice(NoticeKind::Held);
    if let Content::Notice { page, notice } = &mut delivery.content {
        page.title = text.into();
        notice.why = text.into();
    }
    delivery
}

/// What RFC 5322 asks of every message; returns the unfolded header lines.
fn lint(bytes: &[u8]) -> Vec<String> {
    let text = str::from_utf8(bytes).expect("ASCII");
    assert!(text.is_ascii());
    let bare = text.replace("\r\n", "");
    assert!(!bare.contains(['\r', '\n', '\0']), "a bare CR, LF or a NUL");
    assert!(text.split("\r\n").all(|line| line.len() <= 998));
    let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
    let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let boundary = head.split_once("boundary=\"").expect("a boundary").1;
    let boundary = format!("--{}", boundary.split_once('"').expect("its end").0);
    assert_eq!(body.matches(&boundary).count(), 3, "two parts and an end");
    let lines: Vec<String> = head.split("\r\n").map(str::to_owned).collect();
    let names: Vec<&str> = lines
        .iter()
        .map(|line| line.split_once(": ").expect("name and value").0)
        .collect();
    let mut once = names.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), names.len(), "a header stands twice: {names:?}");
    for needed in [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "MIME-Version",
        "List-Id",
    ] {
        assert!(names.contains(&needed), "{needed}");
    }
    assert!(!names.contains(&"Bcc"));
    lines
}

fn bytes(delivery: &Delivery) -> Vec<u8> {
    email::compose(&mail(delivery), &ex::settings())
        .expect("a mail")
        .formatted()
}

pub(super) fn mail(delivery: &Delivery) -> Mail {
    render(delivery, &ex::settings()).expect("a mailbox")
}

pub(super) fn golden(name: &str, delivery: &Delivery) {
    let mail = mail(delivery);
    snapshot(
        name,
        &format!("Subject: {}\n\n{}", mail.subject, mail.plain),
    );
}

pub(super) fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../fixtures/mail");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}
