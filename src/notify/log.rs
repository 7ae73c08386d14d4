//! Writes one line per event and per change for a log: `key=value`, quoted where needed, never more than a line.

use std::io::{self, Write};

use super::hygiene::{at_most, one_line};
use super::notice;
use crate::model::{
    Change, Content, Delivery, Event, News, Notice, PageBrief, Statement, Value, word,
};

/// A quoted text in a log line has at most so many characters; the archive has all of it.
const LONGEST: usize = 500;

pub fn write(delivery: &Delivery, out: &mut impl Write) -> io::Result<()> {
    out.write_all(lines(delivery).as_bytes())?;
    out.flush()
}

pub fn lines(delivery: &Delivery) -> String {
    let id = delivery.message_id.as_str();
    match &delivery.content {
        Content::News(news) => {
            let events = news.events.iter().map(|event| event_line(id, news, event));
            let changes = news.changes.iter();
            let changes = changes.map(|change| change_line(id, news, change));
            events.chain(changes).collect()
        }
        Content::Notice { page, notice } => notice_line(id, page, notice),
        // What goes to one subscriber, or to the operator's mailbox, is no business of a file.
        Content::Invitation(_)
        | Content::Welcome(_)
        | Content::Digest(_)
        | Content::Quiet(_)
        | Content::Correction(_)
        | Content::Damage(_) => String::new(),
    }
}

fn change_line(message_id: &str, news: &News, change: &Change) -> String {
    let difference = &change.difference;
    let capture = change.evidence_after.as_ref();
    let many = if news.many_at_once { "yes" } else { "no" };
    set(&[
        ("event", "change".into()),
        ("grade", change.grade.code().into()),
        ("kind", word(&change.difference.kind())),
        ("page", news.page.id.to_string()),
        ("entry", difference.key.to_string()),
        ("title", change.title.clone()),
        ("field", difference.field.name().into()),
        ("before", quote(&difference.before)),
        ("after", quote(&difference.after)),
        ("first_seen", change.first_seen.to_string()),
        ("confirmed", change.confirmed.to_string()),
        ("many_at_once", many.into()),
        ("change", change.id.to_string()),
        ("visit", change.visit.to_string()),
        (
            "capture",
            capture.map(|c| c.id.to_string()).unwrap_or_default(),
        ),
        (
            "sha256",
            capture.map(|c| c.digest.hex()).unwrap_or_default(),
        ),
        ("url", news.page.url.to_string()),
        ("message_id", message_id.into()),
    ])
}

fn event_line(message_id: &str, news: &News, event: &Event) -> String {
    let now = event.after.as_ref();
    let when = now.and_then(|now| now.when.as_ref());
    let factuality = |statement: Option<&Statement>| {
        statement.map_or_else(String::new, |one| one.factuality.code().to_owned())
    };
    let before = event.status_before.as_ref();
    let capture = event.evidence_after.as_ref();
    let partner = event.partner.map(|partner| partner.to_string());
    set(&[
        ("event", "event".into()),
        ("stage", event.stage.to_string()),
        ("factuality", factuality(now)),
        ("turn", word(&event.turn)),
        ("partner", partner.unwrap_or_default()),
        (
            "date",
            when.and_then(|when| when.date.clone()).unwrap_or_default(),
        ),
        (
            "interval",
            when.map(|when| when.interval.clone()).unwrap_or_default(),
        ),
        (
            "precision",
            when.map(|when| when.precision.name().to_owned())
                .unwrap_or_default(),
        ),
        ("before", factuality(event.before.as_ref())),
        (
            "status_before",
            before
                .map(|before| before.stage.to_string())
                .unwrap_or_default(),
        ),
        ("page", news.page.id.to_string()),
        ("entry", event.key.to_string()),
        ("title", event.title.clone()),
        ("field", event.field.name().to_owned()),
        (
            "quote",
            event
                .statement()
                .map(|said| at_most(&said.quote.text, LONGEST))
                .unwrap_or_default(),
        ),
        ("rule", now.map(|now| now.rule.clone()).unwrap_or_default()),
        ("conflicts", event.conflicts.len().to_string()),
        ("first_seen", event.first_seen.to_string()),
        ("confirmed", event.confirmed.to_string()),
        ("id", event.id.to_string()),
        ("visit", event.visit.to_string()),
        (
            "capture",
            capture.map(|c| c.id.to_string()).unwrap_or_default(),
        ),
        (
            "sha256",
            capture.map(|c| c.digest.hex()).unwrap_or_default(),
        ),
        ("url", news.page.url.to_string()),
        ("message_id", message_id.into()),
    ])
}

fn notice_line(message_id: &str, page: &PageBrief, notice: &Notice) -> String {
    set(&[
        ("event", "notice".into()),
        ("kind", notice::code(notice.kind).to_ascii_lowercase()),
        ("page", page.id.to_string()),
        ("since", notice.since.to_string()),
        ("why", notice.why.clone()),
        ("url", page.url.to_string()),
        ("message_id", message_id.into()),
    ])
}

fn quote(value: &Value) -> String {
    at_most(&value.quote(), LONGEST)
}

fn set(pairs: &[(&str, String)]) -> String {
    let set: Vec<String> = pairs
        .iter()
        .map(|(key, value)| format!("{key}={}", quoted(&one_line(value))))
        .collect();
    set.join(" ") + "\n"
}

/// Bare where it is one plain word, otherwise in quotation marks with `"` and `\` escaped.
fn quoted(value: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_.:/@+".contains(c);
    if !value.is_empty() && value.chars().all(plain) {
        return value.to_owned();
    }
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notify::example;

    #[test]
    fn hostile_text_stays_one_line_of_its_own_value() {
        let mut change = example::reworded();
        change.title = "K\"\r\nevent=change \u{1b}[31m\u{2028}\\".into();
        let lines = lines(&example::mail(example::news(vec![change]), "de"));
        assert_eq!(lines.matches('\n').count(), 1);
        assert!(!lines.trim_end().chars().any(char::is_control));
        assert!(
            lines.contains(r#"title="K\"  event=change  [31m \\""#),
            "{lines}"
        );
    }

    #[test]
    fn one_line_for_each_change_and_one_for_a_notice() {
        let news = example::news(vec![example::reworded(), example::appeared()]);
        insta::assert_snapshot!(lines(&example::mail(news, "de")));
        insta::assert_snapshot!(lines(&example::notice(crate::model::NoticeKind::Held)));
        let news = example::telling(vec![example::signed()], Vec::new());
        insta::assert_snapshot!(lines(&example::mail(news, "de")));
    }
}
