//! Takes back what a mail told, in the thread of that mail.

use super::{Told, words};
use crate::model::{Correction, Event};
use crate::notify::Permalinks;
use crate::notify::account::{Account, Item, Shown};
use crate::notify::hygiene::{at_most, one_line};
use crate::notify::step;
use crate::notify::words::{Tongue, moment};

pub fn told(correction: &Correction, tongue: Tongue, site: Option<&Permalinks>) -> Told {
    let event = &correction.event;
    let entry = at_most(&step::who(event, tongue), 60);
    let page = one_line(&correction.page.title);
    let holes = [
        ("entry", entry.as_str()),
        ("what", &step::what(event, tongue)),
        ("page", &at_most(&page, 60)),
    ];
    let mut item = Item::default();
    let why = Shown::Text(one_line(&correction.why));
    item.fact(words::WHAT_WAS_WRONG, tongue, vec![why]);
    item.fact(words::WAS_TOLD, tongue, was_told(event, tongue));
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
    Told {
        subject: words::CORRECTION_SUBJECT.fill(tongue, &holes),
        account: Account {
            tongue,
            lead: words::CORRECTION.fill(tongue, &holes),
            notes: Vec::new(),
            summary: Vec::new(),
            items: vec![item],
            footer: Vec::new(),
        },
        thread: event.key.to_string(),
        answers: Some(correction.original.clone()),
    }
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
