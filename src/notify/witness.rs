//! The archive's last checkpoint at the end of a mail: whoever keeps the mail is a witness.

use super::Settings;
use super::account::{Item, Shown};
use super::words::{self, Tongue};
use crate::model::{Content, Witness};

/// `None` where a mail tells no news, or nothing was signed before it.
pub fn item(content: &Content, settings: &Settings, tongue: Tongue) -> Option<Item> {
    let witness = of(content)?;
    let mut values = vec![
        Shown::Text(witness.origin.clone()),
        Shown::Text(format!("{} {} {}", witness.size, witness.root, witness.key)),
    ];
    values.extend(settings.site().map(|site| Shown::Own(site.proof())));
    values.push(Shown::Text(words::WITNESS_SAID.say(tongue).to_owned()));
    let mut item = Item::default();
    item.fact(words::WITNESS, tongue, values);
    Some(item)
}

/// Of several the newest: a ledger only grows.
fn of(content: &Content) -> Option<&Witness> {
    let news = match content {
        Content::News(news) => std::slice::from_ref(news),
        Content::Digest(collection) => &collection.news,
        _ => return None,
    };
    let witnesses = news.iter().filter_map(|one| one.witness.as_ref());
    witnesses.max_by_key(|witness| witness.size)
}
