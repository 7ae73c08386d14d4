//! The mails about a subscription, word for word, and their links.

use crate::model::Content;
use crate::notify::example as ex;
use crate::notify::tests::{golden, mail, snapshot};
use crate::notify::{Mail, email};

#[test]
fn letters_of_every_kind_in_both_languages() {
    for (name, content) in ex::letters() {
        for tongue in ["de", "en"] {
            golden(
                &format!("{name}.{tongue}"),
                &ex::letter(content.clone(), tongue),
            );
        }
    }
}

#[test]
fn the_html_of_a_letter() {
    let (_, welcome) = ex::letters().remove(1);
    snapshot("welcome.html", &mail(&ex::letter(welcome, "en")).html);
}

#[test]
fn an_invitation_says_nothing_but_what_we_wrote_and_cannot_be_unsubscribed_from() {
    let (_, content) = ex::letters().remove(0);
    let mail = mail(&ex::letter(content, "de"));
    let bytes = bytes(&mail);
    assert!(!bytes.contains("List-"), "{bytes}");
    assert_eq!(mail.plain.matches("https://").count(), 1, "{}", mail.plain);
    assert!(mail.plain.contains("https://vermerk.example/confirm/"));
}

#[test]
fn silence_speaks_for_the_time_in_which_somebody_looked() {
    let quiet = |last_ok: Option<&str>| {
        let (_, content) = ex::letters().remove(3);
        let Content::Quiet(mut quiet) = content else {
            panic!("{content:?}");
        };
        quiet.pages[0].last_ok = last_ok.map(|at| at.parse().expect("a time"));
        mail(&ex::letter(Content::Quiet(quiet), "en"))
    };
    let unknown = "is not known";
    let lately = quiet(Some("2024-09-15T08:00:00Z"));
    assert!(!lately.plain.contains(unknown), "{}", lately.plain);
    let gap = quiet(Some("2024-09-11T08:00:00Z"));
    assert_eq!(
        gap.subject,
        "Nothing changed until 11 September 2024: 167 successful checks"
    );
    assert!(
        gap.plain.contains("and 11\nSeptember 2024;"),
        "{}",
        gap.plain
    );
    assert!(gap.plain.contains(unknown), "{}", gap.plain);
    for never in [quiet(Some("2024-09-01T08:00:00Z")), quiet(None)] {
        assert!(never.subject.contains(unknown), "{}", never.subject);
        assert!(
            !never.plain.contains("Of what you chose"),
            "{}",
            never.plain
        );
    }
}

#[test]
fn a_digest_is_headed_by_what_is_done_and_dated_by_the_readers_day() {
    let (_, content) = ex::letters().remove(5);
    let Content::Digest(mut digest) = content else {
        panic!("{content:?}");
    };
    digest.zone = crate::model::Zone::parse("Asia/Kolkata").expect("a zone");
    digest.until = "2024-09-15T18:30:00Z".parse().expect("a time");
    let mut planned = ex::signed();
    let said = planned.after.as_mut().expect("a statement");
    said.factuality = crate::model::Factuality::Planned;
    let mut ended = ex::signed();
    ended.stage = crate::model::Stage::parse("TERMINATED").expect("a step");
    let said = ended.after.as_mut().expect("a statement");
    said.stage = ended.stage.clone();
    digest.news = vec![
        ex::telling(vec![planned], Vec::new()),
        ex::telling(vec![ended], Vec::new()),
    ];
    let mail = mail(&ex::letter(Content::Digest(digest), "en"));
    let expected = "Daily digest, 16 September 2024: [TERMINATED] ";
    assert!(mail.subject.starts_with(expected), "{}", mail.subject);
}

#[test]
fn a_subscriber_leaves_by_one_click_and_the_link_is_of_this_mail_alone() {
    let news = |id: &str| {
        let mut delivery = ex::letter(Content::News(ex::news(vec![ex::reworded()])), "en");
        delivery.message_id = crate::model::MessageId::new(format!("{id}@example.org"));
        mail(&delivery)
    };
    let (first, second) = (news("a"), news("b"));
    let bytes = bytes(&first);
    let link = first.one_click.as_ref().expect("a link").to_string();
    assert!(
        link.starts_with("https://vermerk.example/stop/a/"),
        "{link}"
    );
    assert!(
        bytes.contains(&format!("List-Unsubscribe: <{link}>\r\n")),
        "{bytes}"
    );
    assert!(
        bytes.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"),
        "{bytes}"
    );
    assert!(first.plain.contains(&link) && first.html.contains(&link));
    assert_ne!(first.one_click, second.one_click);
}

#[test]
fn a_correction_answers_the_mail_it_corrects_in_the_thread_of_the_entry() {
    let (_, content) = ex::letters().remove(4);
    let correction = mail(&ex::letter(content, "en"));
    let news = mail(&ex::letter(
        Content::News(ex::news(vec![ex::reworded()])),
        "en",
    ));
    assert_eq!(correction.thread_id, news.thread_id);
    let bytes = bytes(&correction).replace("\r\n ", " ");
    assert!(
        bytes.contains("In-Reply-To: <told@example.org>\r\n"),
        "{bytes}"
    );
    assert!(
        bytes.contains(&format!(
            "References: <{}> <told@example.org>\r\n",
            news.thread_id
        )),
        "{bytes}"
    );
}

#[test]
fn the_envelope_of_a_subscribers_mail_names_the_subscriber() {
    let delivery = ex::letter(Content::News(ex::news(vec![ex::reworded()])), "en");
    let mail = mail(&delivery);
    let message = email::compose(&mail, &ex::settings()).expect("a mail");
    let from = message.envelope().from().expect("a sender").to_string();
    assert!(
        from.starts_with("bounces+") && from.ends_with("@example.org"),
        "{from}"
    );
    assert!(bytes(&mail).contains("From: Vermerk <vermerk@example.org>\r\n"));
}

fn bytes(mail: &Mail) -> String {
    let message = email::compose(mail, &ex::settings()).expect("a mail");
    String::from_utf8(message.formatted()).expect("ASCII")
}
