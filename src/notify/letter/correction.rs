//! Takes back what a mail told, in the thread of that mail.

use super::{Told, words};
use crate::model::{Correction, Event, Statement};
use crate::notify::account::{Account, Item, Shown};
use crate::notify::hygiene::{at_most, one_line};
use crate::notify::words::{Tongue, moment};

pub fn told(correction: &Correction, tongue: Tongue) -> Told {
    let event = &correction.event;
    let entry = at_most(&one_line(&event.title), 60);
    let page = one_line(&correction.page.title);
    let holes = [
        ("entry", entry.as_str()),
        ("stage", event.stage.as_str()),
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
    Told {
        subject: words::CORRECTION_SUBJECT.fill(tongue, &holes),
        account: Account {
            tongue,
            lead: words::CORRECTION.fill(tongue, &holes),
            notes: Vec::new(),
            items: vec![item],
            footer: Vec::new(),
        },
        thread: event.key.to_string(),
        answers: Some(correction.original.clone()),
    }
}

fn was_told(event: &Event, tongue: Tongue) -> Vec<Shown> {
    let code = event.stage.to_string();
    let said = |statement: &Statement| {
        let factuality = words::factuality(statement.factuality, tongue);
        let quote = at_most(&one_line(&statement.quote.text), 300);
        [
            Shown::Text(format!("{code}, {factuality}")),
            Shown::Text(format!("„{quote}“")),
        ]
    };
    match &event.after {
        Some(statement) => said(statement).to_vec(),
        None => vec![Shown::Text(code)],
    }
}
