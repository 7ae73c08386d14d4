//! Says to the operator that the archive is not as it was written: where, and what to do.

use super::account::{Account, Item, Shown};
use super::hygiene::one_line;
use super::words::{self, Tongue};
use crate::model::{Damage, Fault};

/// `[DAMAGED] the archive is not as it was written (2)`.
pub fn subject(found: &Damage, tongue: Tongue) -> String {
    let what = words::DAMAGED.say(tongue);
    format!("[DAMAGED] {what} ({})", found.count)
}

pub fn account(found: &Damage, tongue: Tongue) -> Account {
    let count = found.count.to_string();
    let mut items: Vec<Item> = found.faults.iter().map(|one| item(one, tongue)).collect();
    let mut todo = Item::default();
    let more = found.count.saturating_sub(found.faults.len());
    if more > 0 {
        let more = words::MORE_FAULTS.fill(tongue, &[("count", &more.to_string())]);
        todo.notes.push(more);
    }
    let at = Shown::Text(words::moment(tongue, found.at));
    todo.fact(words::FOUND, tongue, vec![at]);
    todo.fact(words::TO_DO, tongue, commands(tongue));
    items.push(todo);
    Account {
        tongue,
        lead: words::DAMAGE_LINE.fill(tongue, &[("count", &count)]),
        summary: Vec::new(),
        notes: vec![words::DAMAGE_NOTE.say(tongue).to_owned()],
        items,
        footer: Vec::new(),
    }
}

fn item(fault: &Fault, tongue: Tongue) -> Item {
    let file = one_line(&fault.file);
    let offset = fault.offset.to_string();
    let mut item = Item {
        heading: words::DAMAGE_AT.fill(tongue, &[("file", &file), ("offset", &offset)]),
        ..Item::default()
    };
    let what = Shown::Text(one_line(&fault.what));
    item.fact(words::REASON, tongue, vec![what]);
    if let Some(record) = &fault.record {
        item.fact(words::RECORD, tongue, vec![Shown::Text(one_line(record))]);
    }
    item
}

fn commands(tongue: Tongue) -> Vec<Shown> {
    [
        ("vermerk archive verify", words::CHECK_AGAIN),
        ("vermerk status", words::SHOW_STATUS),
    ]
    .into_iter()
    .map(|(command, does)| Shown::Command(command.to_owned(), does.say(tongue).to_owned()))
    .collect()
}
