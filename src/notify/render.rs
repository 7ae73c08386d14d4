//! Makes a mail of a delivery: subject, both bodies, and what its headers say. Pure.

use jiff::Timestamp;
use url::Url;
use uuid::Uuid;

use super::account;
use super::hygiene::{at_most, header_text, one_line};
use super::words::{self, Tongue};
use super::{
    Links, Permalinks, Settings, damage, html, length, letter, meaning, notice, plain, step,
    witness,
};
use crate::model::{
    Channel, Content, Delivery, EmailAddress, EntryKey, Event, Grade, MessageId, News, PageId,
    SubscriberId,
};

/// A mail before it becomes bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub to: EmailAddress,
    pub audience: Audience,
    /// What the mail belongs to: a page, or `all`.
    pub list: String,
    pub subject: String,
    pub plain: String,
    pub html: String,
    /// Without angle brackets, fit for a header.
    pub message_id: String,
    /// The thread of the entry (or of the page's notices); the same in all its mails.
    pub thread_id: String,
    /// The mail that this one answers; the first of its thread where there is none.
    pub answers: String,
    /// The address that ends the subscription at once.
    pub one_click: Option<Url>,
    /// Where it comes back to if it cannot be delivered; the sender where there is none.
    pub return_path: Option<EmailAddress>,
    pub date: Timestamp,
}

/// Who gets it: readers can stop it, the operator is told because it is the operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Named in the configuration.
    Reader,
    /// Confirmed an address by itself.
    Subscriber,
    /// Is asked to confirm.
    Invited,
    Operator,
}

/// The longest subject, in characters.
pub const SUBJECT: usize = 200;

/// `None` where the channel is no mailbox.
pub fn render(delivery: &Delivery, settings: &Settings) -> Option<Mail> {
    let (to, tongue, audience) = recipient(delivery)?;
    let page = page(&delivery.content);
    let mut answers = None;
    let (subject, mut account, thread) = match &delivery.content {
        Content::News(news) => (
            subject(news, tongue),
            account::of_news(news, tongue, settings.site()),
            thread(news).map(ToString::to_string),
        ),
        Content::Notice { page, notice } => (
            notice::subject(page, notice, tongue),
            notice::account(page, notice, tongue),
            None,
        ),
        Content::Damage(found) => (
            damage::subject(found, tongue),
            damage::account(found, tongue),
            None,
        ),
        other => {
            let told = letter::told(other, tongue, settings)?;
            answers = told.answers;
            (told.subject, told.account, Some(told.thread))
        }
    };
    length::fit(
        &mut account,
        all_changes(&delivery.content, settings.site()),
    );
    let footer = footer(&delivery.content, tongue, to, audience, settings);
    account.footer.extend(footer);
    let domain = settings.from.domain();
    let message_id = message_id(&delivery.message_id, domain);
    account
        .items
        .extend(witness::item(&delivery.content, settings, tongue));
    let subscriber = Ours::of(delivery, audience, settings);
    if let Some(ours) = &subscriber {
        account.items.push(letter::links(
            ours.subscriber,
            &message_id,
            ours.links,
            tongue,
        ));
    }
    let list = page.map_or("all", PageId::as_str).to_owned();
    let thread_id = thread_id(&list, thread.as_deref(), domain);
    Some(Mail {
        to: to.clone(),
        audience,
        subject: at_most(&header_text(&subject), SUBJECT),
        plain: plain::set(&account),
        html: html::page(&account, &one_line(&subject)),
        answers: answers.map_or_else(|| thread_id.clone(), |id| self::message_id(&id, domain)),
        one_click: subscriber.as_ref().map(|ours| ours.links.stop(&message_id)),
        return_path: return_path(delivery, &message_id, settings),
        message_id,
        thread_id,
        list,
        date: delivery.created,
    })
}

/// The entry whose thread a mail belongs to.
fn thread(news: &News) -> Option<&EntryKey> {
    let event = news.events.first().map(|event| &event.key);
    let change = || news.changes.first().map(|change| &change.difference.key);
    event.or_else(change)
}

/// A subscriber whose mail carries links of the site.
struct Ours<'a> {
    subscriber: SubscriberId,
    links: &'a Links,
}

impl<'a> Ours<'a> {
    fn of(delivery: &Delivery, audience: Audience, settings: &'a Settings) -> Option<Self> {
        match (&delivery.channel, audience) {
            (Channel::Reader { subscriber, .. }, Audience::Subscriber) => Some(Self {
                subscriber: *subscriber,
                links: settings.links.as_ref()?,
            }),
            _ => None,
        }
    }
}

fn return_path(delivery: &Delivery, message: &str, settings: &Settings) -> Option<EmailAddress> {
    match &delivery.channel {
        Channel::Reader { .. } => settings.links.as_ref()?.return_path(message),
        _ => None,
    }
}

/// `[SIGNED] Kenya – Germany: signed 13 September 2024 (Migrationspartnerschaften)`, or, where the words mean
/// nothing that is known, `[WORDING] Kenia: teaser changed (Migrationspartnerschaften)`.
pub fn subject(news: &News, tongue: Tongue) -> String {
    match news.events.first() {
        Some(heaviest) => subject_of_events(news, heaviest, tongue),
        None => subject_of_changes(news, tongue),
    }
}

fn subject_of_events(news: &News, heaviest: &Event, tongue: Tongue) -> String {
    let first = between(news, heaviest, tongue);
    let others = news.events.iter().skip(1);
    let others = others.map(|event| meaning::heading(event, tongue));
    let listings = account::by_weight(&news.changes).into_iter();
    let listings = listings
        .filter(|change| account::is_listing(change) && !account::has_event(news, change))
        .map(|change| {
            let (name, what) = (account::name(change, tongue), account::what(change, tongue));
            format!("{name}: {what}")
        });
    let mut said: Vec<String> = [first].into_iter().chain(others).chain(listings).collect();
    // Cut before they are joined, so that how many more there are is never what is cut.
    let alone = said.len() == 1;
    for (place, one) in said.iter_mut().enumerate() {
        let room = match place {
            0 if alone => 115,
            0 => 60,
            _ => 50,
        };
        *one = at_most(one, room);
    }
    let page = at_most(&one_line(&news.page.title), 60);
    let said = words::series(tongue, &said, 2);
    format!("[{}] {said} ({page})", step::code(heaviest))
}

/// An event's heading with the state that the page speaks for, where that is known and not the partner.
fn between(news: &News, event: &Event, tongue: Tongue) -> String {
    let party = news
        .page
        .party
        .filter(|party| event.partner.is_some_and(|partner| partner != *party));
    let who = step::who(event, tongue);
    let who = match party {
        Some(party) => format!("{who} – {}", step::country(party, tongue)),
        None => who,
    };
    format!("{who}: {}", step::what(event, tongue))
}

fn subject_of_changes(news: &News, tongue: Tongue) -> String {
    let grade = news.changes.iter().map(|change| change.grade).max();
    let code = grade.map_or(Grade::Page.code(), Grade::code);
    let names = account::names(&news.changes, tongue);
    let count = names.len().to_string();
    // A long title must leave room for what happened and where.
    let short: Vec<String> = names.iter().map(|name| at_most(name, 60)).collect();
    let (who, what) = if news.many_at_once {
        let many = words::MANY.say(tongue).to_owned();
        (
            many,
            words::ENTRIES_CHANGED.fill(tongue, &[("count", &count)]),
        )
    } else {
        (
            words::list(tongue, &short, 3),
            several(news, names.len(), tongue),
        )
    };
    let page = at_most(&one_line(&news.page.title), 60);
    format!("[{code}] {}: {what} ({page})", at_most(&who, 100))
}

fn several(news: &News, entries: usize, tongue: Tongue) -> String {
    match news.changes.as_slice() {
        [change] => account::what(change, tongue),
        changes if entries == 1 => {
            words::CHANGES.fill(tongue, &[("count", &changes.len().to_string())])
        }
        _ => words::ENTRIES_CHANGED.fill(tongue, &[("count", &entries.to_string())]),
    }
}

fn recipient(delivery: &Delivery) -> Option<(&EmailAddress, Tongue, Audience)> {
    match &delivery.channel {
        Channel::Email { to, language } => Some((to, Tongue::of(language), Audience::Reader)),
        Channel::Reader { to, language, .. } => {
            let audience = match delivery.content {
                Content::Invitation(_) => Audience::Invited,
                _ => Audience::Subscriber,
            };
            Some((to, Tongue::of(language), audience))
        }
        Channel::Operator { to } => Some((to, Tongue::En, Audience::Operator)),
        Channel::Log | Channel::JsonLines | Channel::Feed(_) | Channel::Webhook(_) => None,
    }
}

/// Where all stands that a mail has no room for.
pub fn all_changes(content: &Content, site: Option<&Permalinks>) -> Option<Url> {
    match content {
        Content::News(news) => Some(site?.changes(Some(&news.page.id), news.at)),
        Content::Digest(collection) => Some(site?.changes(None, collection.since)),
        _ => None,
    }
}

fn footer(
    content: &Content,
    tongue: Tongue,
    to: &EmailAddress,
    audience: Audience,
    settings: &Settings,
) -> Vec<String> {
    let to = [("to", to.as_str())];
    let contact = one_line(&settings.stop_contact);
    let contact = [("contact", contact.as_str())];
    let mut lines: Vec<String> = limits(content, tongue).into_iter().collect();
    match audience {
        Audience::Reader => lines.push(words::WHY_YOU.fill(tongue, &to)),
        Audience::Subscriber => lines.push(letter::why(to[0].1, content, tongue)),
        Audience::Invited => {}
        Audience::Operator => lines.push(words::WHY_OPERATOR.fill(tongue, &to)),
    }
    if let Content::News(news) = content {
        let at = words::moment(tongue, news.at);
        lines.push(words::LAST_CHECK.fill(tongue, &[("at", &at)]));
    }
    lines.extend(letter::last_checks(content, tongue));
    if matches!(audience, Audience::Reader | Audience::Subscriber) {
        lines.push(words::REPORT_ERROR.fill(tongue, &contact));
    }
    if audience == Audience::Reader {
        lines.push(words::HOW_TO_STOP.fill(tongue, &contact));
    }
    lines
}

/// What our reading of a page is worth.
pub fn limits(content: &Content, tongue: Tongue) -> Option<String> {
    let news = match content {
        Content::News(news) => std::slice::from_ref(news),
        Content::Digest(collection) => collection.news.as_slice(),
        _ => return None,
    };
    let limits = if news.iter().any(|one| !one.events.is_empty()) {
        words::BY_RULE
    } else {
        words::ONLY_WORDS
    };
    Some(limits.say(tongue).to_owned())
}

/// An id that is no `dot-atom@domain` (RFC 5322 section 3.6.4) is replaced by one derived from it.
fn message_id(id: &MessageId, domain: &str) -> String {
    let atom = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~.-".contains(&byte))
    };
    match id.as_str().split_once('@') {
        Some((left, right)) if atom(left) && atom(right) && id.as_str().len() <= 200 => {
            id.to_string()
        }
        _ => format!("{}@{domain}", derived(&format!("vermerk:message:{id}"))),
    }
}

fn thread_id(page: &str, key: Option<&str>, domain: &str) -> String {
    let name = match key {
        Some(key) => format!("vermerk:thread:{page}\n{key}"),
        None => format!("vermerk:notices:{page}"),
    };
    format!("{}@{domain}", derived(&name))
}

fn derived(name: &str) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes())
}

/// The page that it is about, where it is about one.
fn page(content: &Content) -> Option<&PageId> {
    match content {
        Content::News(news) => Some(&news.page.id),
        Content::Notice { page, .. } => Some(&page.id),
        Content::Correction(correction) => Some(&correction.page.id),
        Content::Invitation(_)
        | Content::Welcome(_)
        | Content::Digest(_)
        | Content::Quiet(_)
        | Content::Damage(_) => None,
    }
}
