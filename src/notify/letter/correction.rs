//! Takes back what a mail told, in the thread of that mail.

use super::{Told, words};
use crate::model::{Correction, Event};
use crate::notify::account::{Account, Item, Shown};
use crate::notify::feed::CORRECTION;
use crate::notify::hygiene::{at_most, one_line};
use crate::notify::words::{Tongue, moment};
use crate::notify::{Permalinks, meaning, step};

pub fn told(correction: &Correction, tongue: Tongue, site: Option<&Permalinks>) -> Told {
    let event = &correction.event;
    let entry = at_most(&step::who(event, tongue), 60);
    let page = one_line(&correction.page.title);
    let holes = [
        ("entry", entry.as_str()),
        ("what", &step::what(event, tongue)),
        ("page", &at_most(&page, 60)),
    ];
    Told {
        subject: words::CORRECTION_SUBJECT.fill(tongue, &holes),
        account: Account {
            tongue,
            lead: words::CORRECTION.fill(tongue, &holes),
            notes: Vec::new(),
            summary: Vec::new(),
            items: vec![item(correction, tongue, site)],
            footer: Vec::new(),
        },
        thread: event.key.to_string(),
        answers: correction.original.clone(),
    }
}

/// What was wrong, and what had been read or told; where no mail had told it, the event is the heading.
pub fn item(correction: &Correction, tongue: Tongue, site: Option<&Permalinks>) -> Item {
    let event = &correction.event;
    let mut item = Item::default();
    let read = match correction.original {
        Some(_) => words::WAS_TOLD,
        None => words::WAS_READ,
    };
    if correction.original.is_none() {
        let heading = meaning::heading(event, tongue);
        item.heading = words::CORRECTED.fill(tongue, &[("event", &heading)]);
    }
    let why = Shown::Text(tongue.quoted(&one_line(&correction.why)));
    item.fact(words::WHAT_WAS_WRONG, tongue, vec![why]);
    item.fact(read, tongue, was_told(event, tongue));
    let at = Shown::Text(moment(tongue, event.confirmed));
    item.fact(words::TOLD_AT, tongue, vec![at]);
    item.fact(
        words::PAGE,
        tongue,
        vec![Shown::Address(correction.page.url.clone())],
    );
    if let Some(site) = site {
        let link = Shown::Own(site.to(&format!("/events/{}", event.id)));
        item.fact(words::EVENT, tongue, vec![link]);
    }
    item
}

/// In a list of what happened: `[CORRECTION] Kenya: signed 13 September 2024`.
pub fn line(correction: &Correction, tongue: Tongue) -> String {
    let heading = meaning::heading(&correction.event, tongue);
    format!("[{CORRECTION}] {heading}")
}

fn was_told(event: &Event, tongue: Tongue) -> Vec<Shown> {
    let mut told = vec![Shown::Text(format!(
        "{}: {}",
        step::who(event, tongue),
        step::what(event, tongue)
    ))];
    if let Some(statement) = &event.after {
        let quote = at_most(&one_line(&statement.quote.text), 300);
        told.push(Shown::Text(tongue.quoted(&quote)));
    }
    told
}
