//! Says to the operator what is wrong with a page, or right again, and what to type.

use super::account::{Account, Item, Shown};
use super::hygiene::{at_most, one_line};
use super::words::{self, Phrase, Tongue};
use crate::model::{Notice, NoticeKind, PageBrief};

/// `[BROKEN] Migrationspartnerschaften: can no longer be read`.
pub fn subject(page: &PageBrief, notice: &Notice, tongue: Tongue) -> String {
    let what = what(notice.kind).say(tongue);
    let title = at_most(&one_line(&page.title), 100);
    format!("[{}] {title}: {what}", code(notice.kind))
}

pub fn account(page: &PageBrief, notice: &Notice, tongue: Tongue) -> Account {
    let title = one_line(&page.title);
    let what = what(notice.kind).say(tongue);
    let holes = [
        ("page", title.as_str()),
        ("id", page.id.as_str()),
        ("what", what),
    ];
    Account {
        tongue,
        lead: words::NOTICE_LINE.fill(tongue, &holes),
        notes: vec![note(notice.kind).say(tongue).to_owned()],
        summary: Vec::new(),
        items: vec![item(page, notice, tongue)],
        footer: Vec::new(),
    }
}

pub fn code(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::Broken => "BROKEN",
        NoticeKind::Held | NoticeKind::StillHeld => "HELD",
        NoticeKind::Healed => "HEALED",
        NoticeKind::Unstable => "UNSTABLE",
    }
}

fn item(page: &PageBrief, notice: &Notice, tongue: Tongue) -> Item {
    let mut item = Item::default();
    let since = Shown::Text(words::moment(tongue, notice.since));
    let (reason, begin) = match notice.kind {
        NoticeKind::Healed => (words::REASON_THEN, words::SINCE_THEN),
        _ => (words::REASON, words::SINCE),
    };
    item.fact(reason, tongue, vec![Shown::Text(one_line(&notice.why))]);
    item.fact(begin, tongue, vec![since]);
    if matches!(notice.kind, NoticeKind::Held | NoticeKind::StillHeld) {
        item.fact(words::DECIDE, tongue, commands(tongue));
    }
    item.fact(
        words::LIVE_PAGE,
        tongue,
        vec![Shown::Address(page.url.clone())],
    );
    item
}

fn commands(tongue: Tongue) -> Vec<Shown> {
    [
        ("vermerk hold list", words::SHOW_HOLDS),
        ("vermerk hold show N", words::SHOW_HOLD),
        ("vermerk hold accept N", words::ACCEPT_HOLD),
        ("vermerk hold absorb N", words::ABSORB_HOLD),
    ]
    .into_iter()
    .map(|(command, does)| Shown::Command(command.to_owned(), does.say(tongue).to_owned()))
    .collect()
}

fn what(kind: NoticeKind) -> Phrase {
    match kind {
        NoticeKind::Broken => words::BROKEN,
        NoticeKind::Held => words::HELD,
        NoticeKind::StillHeld => words::STILL_HELD,
        NoticeKind::Healed => words::HEALED,
        NoticeKind::Unstable => words::UNSTABLE,
    }
}

fn note(kind: NoticeKind) -> Phrase {
    match kind {
        NoticeKind::Broken => words::BROKEN_NOTE,
        NoticeKind::Held | NoticeKind::StillHeld => words::HELD_NOTE,
        NoticeKind::Healed => words::HEALED_NOTE,
        NoticeKind::Unstable => words::UNSTABLE_NOTE,
    }
}
