//! Greets a new subscriber with what was chosen, where that stands today, and when we look next.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Told, status, wish, words};
use crate::interpret::Lexicon;
use crate::model::{Cadence, Hour, Profile, Silence, Status, Watch, Welcome};
use crate::notify::Permalinks;
use crate::notify::account::{Account, Item, Shown};
use crate::notify::hygiene::one_line;
use crate::notify::words::{Tongue, moment};

pub fn told(welcome: &Welcome, tongue: Tongue, site: Option<&Permalinks>) -> Told {
    Told {
        subject: words::WELCOME_SUBJECT.say(tongue).to_owned(),
        account: Account {
            tongue,
            lead: words::WELCOME.say(tongue).to_owned(),
            notes: Vec::new(),
            summary: Vec::new(),
            items: vec![
                chosen(&welcome.profile, tongue),
                stand(welcome, tongue, site),
                pages(&welcome.pages, tongue),
            ],
            footer: Vec::new(),
        },
        thread: "welcome".to_owned(),
        answers: None,
    }
}

fn chosen(profile: &Profile, tongue: Tongue) -> Item {
    let mut item = headed(words::YOUR_CHOICE.say(tongue));
    item.notes = wish::lines(profile, tongue);
    let digests = profile
        .wishes
        .iter()
        .any(|wish| wish.cadence != Cadence::Immediate);
    if digests || profile.silence == Silence::Explained {
        item.notes.push(hour(profile.hour, profile, tongue));
    }
    item
}

fn hour(hour: Hour, profile: &Profile, tongue: Tongue) -> String {
    let hour = format!("{:02}:00", hour.get());
    words::AT_HOUR.fill(tongue, &[("hour", &hour), ("zone", profile.zone.as_str())])
}

/// By country in the order of the reader's alphabet, the weightiest step first, with where it can be looked up.
fn stand(welcome: &Welcome, tongue: Tongue, site: Option<&Permalinks>) -> Item {
    let mut item = headed(words::STAND.say(tongue));
    let mut by_name: BTreeMap<String, Vec<&Status>> = BTreeMap::new();
    for one in &welcome.statuses {
        by_name
            .entry(status::who(one, tongue))
            .or_default()
            .push(one);
    }
    for (name, mut statuses) in by_name {
        statuses.sort_by_key(|one| Reverse(Lexicon::bundled().weight(&one.statement.stage)));
        let mut paths: Vec<String> = statuses.iter().map(|one| path(one)).collect();
        paths.dedup();
        let lines = statuses.into_iter();
        let lines = lines.map(|one| Shown::Text(status::line(one, &welcome.pages, tongue)));
        let links = site.into_iter();
        let links = links.flat_map(|site| paths.iter().map(|path| Shown::Own(site.to(path))));
        item.named(name, lines.chain(links).collect());
    }
    if item.facts.is_empty() {
        item.notes.push(words::NO_STAND.say(tongue).to_owned());
    }
    item
}

/// Where the site shows it: with its country, or with its page.
fn path(status: &Status) -> String {
    match status.partner {
        Some(code) => format!("/countries/{code}"),
        None => format!("/pages/{}", status.page),
    }
}

fn pages(watches: &[Watch], tongue: Tongue) -> Item {
    let mut item = headed(words::WATCHED.say(tongue));
    for watch in watches {
        let page = one_line(&watch.page.title);
        let publisher = one_line(&watch.page.publisher);
        let next = moment(tongue, watch.next_look);
        item.notes.push(words::NEXT_LOOK.fill(
            tongue,
            &[("page", &page), ("publisher", &publisher), ("next", &next)],
        ));
        item.fact(
            words::PAGE,
            tongue,
            vec![Shown::Address(watch.page.url.clone())],
        );
    }
    item
}

fn headed(heading: &str) -> Item {
    Item {
        heading: heading.to_owned(),
        ..Item::default()
    }
}
