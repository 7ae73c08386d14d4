//! Turns what a subscriber gets beside the news of one look into an account: each kind of mail is one file.

pub mod wish;
pub mod words;
mod invitation;
mod welcome;
mod digest;
mod quiet;
mod correction;
mod status;
#[cfg(test)]
mod tests;

use super::account::{Account, Item, Shown};
use super::hygiene::one_line;
use super::words::{Tongue, series};
use super::{Links, Permalinks, Settings};
use crate::model::{Collection, Content, MessageId, SubscriberId, Watch};

/// A mail before it is set: what it is called, what it says, what it belongs to.
pub struct Told {
    pub subject: String,
    pub account: Account,
    /// Mails of one thread have the same name here.
    pub thread: String,
    /// The mail that this one answers.
    pub answers: Option<MessageId>,
}

/// `None` for news and notices, which are told elsewhere.
pub fn told(content: &Content, tongue: Tongue, settings: &Settings) -> Option<Told> {
    match content {
        Content::News(_) | Content::Notice { .. } | Content::Damage(_) => None,
        Content::Invitation(invitation) => Some(invitation::told(invitation, tongue, settings)),
        Content::Welcome(welcome) => Some(welcome::told(welcome, tongue, settings.site())),
        Content::Digest(collection) => Some(digest::told(collection, tongue, settings.site())),
        Content::Quiet(quiet) => Some(quiet::told(quiet, tongue)),
        Content::Correction(correction) => {
            Some(correction::told(correction, tongue, settings.site()))
        }
    }
}

/// The links that only the mailbox has.
pub fn links(subscriber: SubscriberId, message: &str, links: &Links, tongue: Tongue) -> Item {
    let mut item = Item::default();
    item.fact(
        words::MANAGE,
        tongue,
        vec![Shown::Own(links.manage(subscriber))],
    );
    item.fact(words::LEAVE, tongue, vec![Shown::Own(links.stop(message))]);
    item
}

/// Why a subscriber gets it, and how often such mails come.
pub fn why(to: &str, content: &Content, tongue: Tongue) -> String {
    let why = words::WHY_SUBSCRIBED.fill(tongue, &[("to", to)]);
    let cadence = match content {
        Content::Digest(collection) => digest::cadence(&collection.beats),
        Content::News(_) => super::words::AT_EVERY_CHANGE,
        Content::Quiet(_) => words::ONCE_A_MONTH,
        _ => return why,
    };
    let cadence = [("cadence", cadence.say(tongue))];
    format!("{why} {}", super::words::HOW_OFTEN.fill(tongue, &cadence))
}

/// When the pages of a digest were last looked at with success.
pub fn last_checks(content: &Content, tongue: Tongue) -> Option<String> {
    /// So many pages are named.
    const NAMED: usize = 8;
    let Content::Digest(collection) = content else {
        return None;
    };
    let of_page = |watch: &Watch| {
        let title = tongue.quoted(&one_line(&watch.page.title));
        format!("{title} {}", quiet::last_check(watch, tongue))
    };
    let pages: Vec<String> = collection.pages.iter().map(of_page).collect();
    let pages = series(tongue, &pages, NAMED);
    (!pages.is_empty()).then(|| words::LAST_CHECKS.fill(tongue, &[("pages", &pages)]))
}

/// Subject and account of a digest.
pub fn digest(
    collection: &Collection,
    tongue: Tongue,
    site: Option<&Permalinks>,
) -> (String, Account) {
    let told = digest::told(collection, tongue, site);
    (told.subject, told.account)
}
