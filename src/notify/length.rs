//! Keeps a mail so short that mail programs show all of it; what has no room is counted, and linked.

use super::account::{Account, Item, Shown};
use super::{Permalinks, html, words};

/// Gmail shows the first 102 kB of a mail; its frame and its footer need some of it.
const ROOM: usize = 80_000;
/// The longest list before the details.
const LINES: usize = 40;

pub fn fit(account: &mut Account, site: Option<&Permalinks>) {
    let tongue = account.tongue;
    let mut room = ROOM;
    let fitting = account.items.iter().take_while(|item| {
        let left = room.checked_sub(html::item(item, tongue).len());
        room = left.unwrap_or_default();
        left.is_some()
    });
    // The first is never left out: its quotations are bounded.
    let fitting = fitting.count().max(1);
    if account.items.len() > fitting {
        let rest = account.items.split_off(fitting).len().to_string();
        account.items.push(others(&rest, account, site));
    }
    if account.summary.len() > LINES {
        let rest = account.summary.split_off(LINES).len().to_string();
        let line = words::REST_LINES.fill(tongue, &[("count", &rest)]);
        account.summary.push(line);
    }
}

fn others(count: &str, account: &Account, site: Option<&Permalinks>) -> Item {
    let mut item = Item::default();
    item.notes
        .push(words::REST.fill(account.tongue, &[("count", count)]));
    if let Some(site) = site {
        let link = Shown::Own(site.to("/changes"));
        item.fact(words::ALL_CHANGES, account.tongue, vec![link]);
    }
    item
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notify::example as ex;
    use crate::notify::{account, render};

    #[test]
    fn a_mail_on_hundreds_of_entries_is_shown_whole_and_says_where_the_rest_is() {
        let mut news = ex::news(vec![ex::reworded(); 300]);
        news.events = vec![ex::signed(); 300];
        for (number, event) in news.events.iter_mut().enumerate() {
            event.key = crate::model::EntryKey::new(format!("entry-{number}"));
            news.changes[number].difference.key = event.key.clone();
        }
        let mail = render(
            &ex::letter(crate::model::Content::News(news), "en"),
            &ex::settings(),
        );
        let mail = mail.expect("a mailbox");
        assert!(mail.html.len() < 102_000, "{} bytes", mail.html.len());
        assert!(
            mail.plain
                .contains("Further sections that this mail has no room for: ")
        );
        assert!(mail.plain.contains("https://vermerk.example/changes\n"));
        assert!(mail.plain.contains("* and 260 more"));
        assert!(mail.plain.contains("/stop/"), "it can still be left");
    }

    #[test]
    fn an_ordinary_mail_is_left_as_it_is() {
        let news = ex::telling(vec![ex::signed()], vec![ex::reworded()]);
        let before = account::of_news(&news, words::Tongue::De, None);
        let mut after = before.clone();
        fit(&mut after, None);
        assert_eq!(after, before);
    }
}
