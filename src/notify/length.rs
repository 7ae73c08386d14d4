//! Keeps a mail so short that mail programs show all of it; what has no room is counted, and linked.

use url::Url;

use super::account::{Account, Item, Role, Shown};
use super::{html, words};

/// Gmail shows the first 102 kB of a mail; its frame and its footer need some of it.
const ROOM: usize = 80_000;
/// The longest list before the details.
const LINES: usize = 40;

/// `all`: where everything stands, if there is a site.
pub fn fit(account: &mut Account, all: Option<Url>) {
    let tongue = account.tongue;
    if all.is_some() {
        leave_proof_to_links(account);
    }
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
        account.items.push(others(&rest, account, all));
    }
    if account.summary.len() > LINES {
        let rest = account.summary.split_off(LINES).len().to_string();
        let line = words::REST_LINES.fill(tongue, &[("count", &rest)]);
        account.summary.push(line);
    }
}

/// What is told goes before what proves it: as far as there is no room, from the last item up, the proof
/// stands at the item's link alone.
fn leave_proof_to_links(account: &mut Account) {
    let tongue = account.tongue;
    let length = |item: &Item| html::item(item, tongue).len();
    let mut total: usize = account.items.iter().map(length).sum();
    let mut left = 0;
    for item in account.items.iter_mut().rev() {
        if total <= ROOM {
            break;
        }
        if item.facts.iter().any(|fact| fact.role == Role::Proves) {
            let before = length(item);
            item.facts.retain(|fact| fact.role == Role::Tells);
            total -= before - length(item);
            left += 1;
        }
    }
    if left > 0 {
        let left = left.to_string();
        let note = words::PROOF_AT_LINKS.fill(tongue, &[("count", &left)]);
        account.notes.push(note);
    }
}

fn others(count: &str, account: &Account, all: Option<Url>) -> Item {
    let mut item = Item::default();
    item.notes
        .push(words::REST.fill(account.tongue, &[("count", count)]));
    if let Some(all) = all {
        item.fact(words::ALL_CHANGES, account.tongue, vec![Shown::Own(all)]);
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
        let rest = "https://vermerk.example/changes?page=bmi-migration&since=2024-09-16\n";
        assert!(mail.plain.contains(rest));
        assert!(mail.plain.contains("* and 260 more"));
        assert!(mail.plain.contains("/stop/"), "it can still be left");
    }

    #[test]
    fn of_many_changes_all_are_told_before_any_is_proved_in_full() {
        let mut news = ex::news(vec![ex::reworded(); 18]);
        for (number, change) in news.changes.iter_mut().enumerate() {
            change.difference.key = crate::model::EntryKey::new(format!("entry-{number}"));
        }
        let mail = render(
            &ex::letter(crate::model::Content::News(news), "en"),
            &ex::settings(),
        );
        let mail = mail.expect("a mailbox");
        assert!(mail.html.len() < 102_000, "{} bytes", mail.html.len());
        assert_eq!(mail.plain.matches("Before (teaser)").count(), 18);
        assert_eq!(mail.plain.matches("The change, side by side:").count(), 18);
        assert!(mail.plain.contains("stand behind their links"));
        assert!(mail.plain.contains("Capture before:"), "{}", mail.plain);
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
