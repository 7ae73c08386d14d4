//! Greets a new subscriber with what was chosen, where that stands today, and when we look next.

use super::{Told, status, wish, words};
use crate::model::{Cadence, Hour, Profile, Silence, Watch, Welcome};
use crate::notify::account::{Account, Item, Shown};
use crate::notify::hygiene::one_line;
use crate::notify::words::{Tongue, moment};

pub fn told(welcome: &Welcome, tongue: Tongue) -> Told {
    Told {
        subject: words::WELCOME_SUBJECT.say(tongue).to_owned(),
        account: Account {
            tongue,
            lead: words::WELCOME.say(tongue).to_owned(),
            notes: Vec::new(),
            summary: Vec::new(),
            items: vec![
                chosen(&welcome.profile, tongue),
                stand(welcome, tongue),
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

fn stand(welcome: &Welcome, tongue: Tongue) -> Item {
    let mut item = headed(words::STAND.say(tongue));
    item.notes = welcome
        .statuses
        .iter()
        .map(|one| status::line(one, tongue))
        .collect();
    if item.notes.is_empty() {
        item.notes.push(words::NO_STAND.say(tongue).to_owned());
    }
    item
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
